"""Another subgraph, of another team: cost centers, and to which of them VMs belong."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import strawberry
import uvicorn
from strawberry.asgi import GraphQL
from strawberry.types import Info


@strawberry.federation.type(keys=["id"])
class VirtualMachine:
    """Somebody else's VM, known by its ID alone."""

    id: strawberry.ID

    @strawberry.field
    def cost_center(self, info: Info) -> "CostCenter | None":
        """Return who pays for it."""
        return next((each for each in known(info) if self.id in each.machines), None)

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> "VirtualMachine":  # noqa: A002 - the key
        """Return what stands for a VM here."""
        return cls(id=id)


@strawberry.federation.type(keys=["code"])
class CostCenter:
    """Who pays."""

    code: strawberry.ID
    machines: strawberry.Private[frozenset[str]]

    @strawberry.field
    def virtual_machines(self) -> list[VirtualMachine]:
        """Return what it pays for."""
        return [VirtualMachine(id=strawberry.ID(each)) for each in sorted(self.machines)]


@strawberry.type
class Query:
    """Where queries of this subgraph begin."""

    @strawberry.field
    def cost_centers(self, info: Info) -> list[CostCenter]:
        """Return all of them."""
        return known(info)


def known(info: Info) -> list[CostCenter]:
    """Return the cost centers of the subgraph that is asked."""
    found: list[CostCenter] = info.context["cost_centers"]
    return found


class Subgraph(GraphQL[Any, None]):
    """Serves some cost centers."""

    def __init__(self, machines: Mapping[str, frozenset[str]]) -> None:
        super().__init__(strawberry.federation.Schema(query=Query))
        self._centers = [
            CostCenter(code=strawberry.ID(code), machines=each) for code, each in machines.items()
        ]

    async def get_context(self, request: Any, response: Any) -> dict[str, Any]:
        """Tell resolvers which."""
        return {"cost_centers": self._centers}


@contextmanager
def served(machines: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Serve the subgraph on a free port during the block; yields its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(Subgraph(machines), ws="none", log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listening],), name="cost centers")
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()
