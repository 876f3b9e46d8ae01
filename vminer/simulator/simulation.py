"""Many simulated vCenters in one process, each behind its own port."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from vminer.simulator.certificates import Authority
from vminer.simulator.control import Control
from vminer.simulator.http import HttpProtocol
from vminer.simulator.inventory.identity import identities
from vminer.simulator.vcenter import SimulatedVCenter
from vminer.simulator.web import Respond

HOST = "127.0.0.1"  # never anything else: the simulator has no business on a network
BACKLOG = 32


@dataclass(frozen=True, slots=True)
class Listening:
    """A vCenter and where it answers."""

    vcenter: SimulatedVCenter
    port: int

    def facts(self) -> dict[str, str | int]:
        """What somebody needs to register it."""
        identity = self.vcenter.identity
        return {
            "name": identity.name,
            "host": HOST,
            "port": self.port,
            "username": identity.username,
            "password": identity.password,
            "instance_uuid": identity.instance_uuid,
            "vms": self.vcenter.inventory.frame.layout.machines,
        }


@dataclass(slots=True)
class Simulation:
    """What is running."""

    authority: Authority
    listening: list[Listening] = field(default_factory=list)
    control_url: str = ""

    @property
    def ca_pem(self) -> str:
        """The certificate authority that all of them share."""
        return self.authority.pem

    @property
    def vcenters(self) -> list[SimulatedVCenter]:
        """In the order of their sizes."""
        return [each.vcenter for each in self.listening]

    def facts(self) -> dict[str, object]:
        """The contents of simulator.json."""
        return {
            "control": self.control_url,
            "vcenters": [each.facts() for each in self.listening],
        }


@asynccontextmanager
async def simulate(
    sizes: Sequence[int], seed: int = 7, base_port: int = 0, authority: Authority | None = None
) -> AsyncIterator[Simulation]:
    """Serves one vCenter per size until the block ends; port 0 means any free port."""
    simulation = Simulation(authority or Authority())
    async with AsyncExitStack() as stack:
        tls = simulation.authority.context
        for number, identity in enumerate(identities(seed, list(sizes))):
            vcenter = SimulatedVCenter(identity, sizes[number])
            port = base_port + number if base_port else 0
            server = await _listen(stack, vcenter.answer, port, tls=tls)
            simulation.listening.append(Listening(vcenter, _port(server)))
        named = {each.identity.name: each for each in simulation.vcenters}
        control = Control(named, simulation.authority.reissue)
        server = await _listen(stack, control.answer, 0)
        simulation.control_url = f"http://{HOST}:{_port(server)}"
        yield simulation


async def _listen(
    stack: AsyncExitStack, respond: Respond, port: int, tls: ssl.SSLContext | None = None
) -> asyncio.Server:
    connections: set[HttpProtocol] = set()
    server = await asyncio.get_running_loop().create_server(
        lambda: HttpProtocol(respond, connections),
        HOST,
        port,
        ssl=tls,
        backlog=BACKLOG,
    )

    async def close() -> None:
        server.close()
        for connection in list(connections):
            connection.close()
        await server.wait_closed()

    stack.push_async_callback(close)
    return server


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port
