"""A table of figures, for people at a terminal and for Markdown."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table as RichTable

from tests.benchmarks.plots import Plot

SHARES = (0.5, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Table:
    """Figures with their heading, and what a reader must know to believe them."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    plot: Plot | None = None


def figure(number: float, *, digits: int = 3) -> str:
    """Return a number with as many digits as mean something.

    >>> figure(12345.6), figure(0.12345), figure(3.14159), figure(0)
    ('12,346', '0.123', '3.14', '0')
    """
    if number == 0:
        return "0"
    decimals = digits - len(f"{abs(number):.0f}") if abs(number) >= 1 else digits
    return f"{number:,.{max(0, decimals)}f}"


def percentile(seconds: Iterable[float], share: float) -> float:
    """Return the milliseconds that a share of them are below.

    >>> percentile((number / 1000 for number in range(100)), 0.95)
    95.0
    """
    ordered = sorted(seconds)
    return ordered[int(len(ordered) * share)] * 1000


def percentiles(seconds: Iterable[float]) -> str:
    """Return p50, p95 and p99 in milliseconds.

    >>> percentiles(number / 1000 for number in range(100))
    '50.0 / 95.0 / 99.0'
    """
    every = list(seconds)
    return " / ".join(figure(percentile(every, share)) for share in SHARES)


def show(console: Console, table: Table) -> None:
    """Print a table."""
    drawn = RichTable(title=table.title, title_justify="left", caption_justify="left")
    for number, column in enumerate(table.columns):
        drawn.add_column(column, justify="right" if number else "left")
    for row in table.rows:
        drawn.add_row(*row)
    console.print(drawn)
    for note in table.notes:
        console.print(f"  {note}", highlight=False, style="dim")
    console.print()


def markdown(tables: Iterable[Table], plots: str | None = None) -> str:
    """Return the tables as Markdown, with links to the plots where a directory of them is given."""
    return "\n".join(_markdown(table, plots) for table in tables)


def _markdown(table: Table, plots: str | None) -> str:
    rule = tuple("---:" if number else "---" for number in range(len(table.columns)))
    lines = ["| " + " | ".join(row) + " |" for row in (table.columns, rule, *table.rows)]
    notes = "".join(f"\n{note}\n" for note in table.notes)
    if table.plot is not None and plots is not None:
        notes += f"\n![{table.title}]({plots}/{table.plot.name}.svg)\n"
    return f"### {table.title}\n\n" + "\n".join(lines) + f"\n{notes}"
