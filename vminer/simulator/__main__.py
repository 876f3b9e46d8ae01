"""`python -m vminer.simulator`: serves simulated vCenters until it is told to stop."""

import argparse
import asyncio
import resource
import signal
import sys
from pathlib import Path

import orjson
import uvloop

from vminer.simulator.client import READY_FILE
from vminer.simulator.simulation import Simulation, simulate

CA_FILE = "ca.pem"


def main() -> None:
    """Parses the command line and serves."""
    parser = argparse.ArgumentParser(prog="vminer.simulator", description=__doc__)
    parser.add_argument("--vcenters", type=int, default=1, help="how many (default 1)")
    parser.add_argument("--vms", type=int, default=1000, help="VMs in each (default 1000)")
    parser.add_argument("--sizes", help="VMs per vCenter, as 200,500,1000; instead of the two")
    parser.add_argument("--seed", type=int, default=7, help="same seed, same estate")
    parser.add_argument("--directory", type=Path, required=True, help="for ca.pem, simulator.json")
    parser.add_argument("--base-port", type=int, default=0, help="first port (default: any free)")
    options = parser.parse_args()
    sizes = [options.vms] * options.vcenters
    if options.sizes:
        sizes = [int(size) for size in options.sizes.split(",")]
    _allow_files(2 * len(sizes) + 1_000)
    uvloop.run(_serve(sizes, options.seed, options.directory, options.base_port))


async def _serve(sizes: list[int], seed: int, directory: Path, base_port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with simulate(sizes, seed, base_port) as simulation:
        write_ready(simulation, directory)
        line = {"ready": True, "control": simulation.control_url, "vcenters": len(sizes)}
        sys.stdout.write(f"READY {orjson.dumps(line).decode()}\n")
        sys.stdout.flush()
        await stop.wait()


def write_ready(simulation: Simulation, directory: Path) -> None:
    """ca.pem, then simulator.json in one step: whoever sees it may connect."""
    directory.mkdir(parents=True, exist_ok=True)
    simulation.authority.write(directory / CA_FILE)
    part = directory / f".{READY_FILE}.part"
    part.touch(mode=0o600)
    part.write_bytes(orjson.dumps(simulation.facts(), option=orjson.OPT_INDENT_2))
    part.replace(directory / READY_FILE)


def _allow_files(wanted: int) -> None:
    """Each vCenter needs a listening socket and a few connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


if __name__ == "__main__":
    main()
