"""`python -m tests.benchmarks [NAME …]`: run the benchmarks and print their tables.

make bench                                          all but the long one
make bench ARGS="decode write"                      some
make bench ARGS="whole --vcenters 1000"             a big estate through a fleet
make bench ARGS="peers --database postgresql://…"    other servers over the same tables
make bench ARGS="peers users --keep DIR --vcenters 1000"    over an estate that is kept there
make bench ARGS="--markdown FILE --plots DIR"       the tables as Markdown, and plots of them, too
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from rich.console import Console

from tests.benchmarks.machine import described
from tests.benchmarks.place import Options, Place
from tests.benchmarks.plots import draw
from tests.benchmarks.registry import BENCHMARKS
from tests.benchmarks.table import Table, markdown, show
from vminer.stack.install import install

WIDTH = 110  # of a log
ENDED = 143
"""The exit status of who was asked to end."""


def main() -> int:
    """Run what was asked for; 0 where every check held."""
    names, options, target, plots = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED))  # keys and cores are given back
    install()
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    console.print(f"\n{described()}\n", highlight=False)
    tables: list[Table] = []
    began = time.monotonic()
    with Place(options) as place:
        for name in names:
            with console.status(f"{name}: {BENCHMARKS[name].measures} …"):
                measured = BENCHMARKS[name].run(place)
            for table in measured:
                show(console, table)
            tables += measured
    console.print(f"{time.monotonic() - began:.0f} s", highlight=False)
    if target is not None:
        beside = None if plots is None else os.path.relpath(plots, target.parent)
        target.write_text(f"{described()}\n\n{markdown(tables, beside)}")
    if plots is not None:
        for table in tables:
            if table.plot is not None:
                draw(table.plot, plots)
    return 0


def _arguments() -> tuple[list[str], Options, Path | None, Path | None]:
    listed = "\n".join(f"  {name:<12}{each.measures}" for name, each in BENCHMARKS.items())
    parser = argparse.ArgumentParser(
        prog="make bench",
        description=f"benchmarks:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    default = Options()
    parser.add_argument("names", nargs="*", metavar="NAME", help="which; none: the short ones")
    parser.add_argument(
        "--vcenters", type=int, default=default.vcenters, help="requests, whole: vCenters"
    )
    parser.add_argument("--vms", type=int, default=default.vms, help="of those: VMs in each")
    parser.add_argument("--seconds", type=float, default=default.seconds, help="length of a burst")
    parser.add_argument("--connections", type=int, default=default.connections, help="of a burst")
    parser.add_argument("--database", metavar="URL", help="peers: an estate that is there already")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="peers and the like: keep estates there"
    )
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables here, too")
    parser.add_argument("--plots", type=Path, metavar="DIR", help="write plots there, as SVG")
    given = parser.parse_args()
    if unknown := set(given.names) - BENCHMARKS.keys():
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    options = Options(
        given.vcenters, given.vms, given.seconds, given.connections, given.database, given.keep
    )
    usual = [name for name, each in BENCHMARKS.items() if not each.is_long]
    return given.names or usual, options, given.markdown, given.plots


if __name__ == "__main__":
    sys.exit(main())
