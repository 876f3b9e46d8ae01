"""Plots of figures, as SVG: small files that are the same whenever the figures are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.ticker import LogLocator

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 2
WIDTH, HEIGHT = 6.0, 3.0
"""Inches of a panel."""
STYLE: Any = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "vminer",  # or ids are random
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(
        color=["#2f6fab", "#d98032", "#5a9e5a", "#b8514b", "#7d6bb0", "#8a8a8a"]
    ),
}
LEGEND: Any = {"frameon": False, "fontsize": 8}
NAMELESS = {"Date": None, "Creator": None}


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar for each row, made of parts that add up."""

    title: str
    unit: str
    parts: Sequence[str]
    rows: Mapping[str, Sequence[float]]
    longest: float
    """Where longer bars are cut off; their figures are written beside all."""

    def draw(self, axes: "Axes") -> None:
        """Draw them from the top down."""
        totals = [sum(values) for values in self.rows.values()]
        longest = min(self.longest, max(totals))
        begun = [0.0] * len(totals)
        for number, part in enumerate(self.parts):
            ends = [min(longest, sum(values[: number + 1])) for values in self.rows.values()]
            widths = [end - start for start, end in zip(begun, ends, strict=True)]
            axes.barh(list(self.rows), widths, left=begun, label=part, height=0.7)
            begun = ends
        for place, (end, total) in enumerate(zip(begun, totals, strict=True)):
            cut = "… " if total > longest else ""
            axes.text(end + longest / 80, place, f"{cut}{total:.3g}", va="center")
        axes.set_xlim(0, longest * 1.12)
        axes.set_xlabel(self.unit)
        axes.invert_yaxis()
        axes.legend(**LEGEND, loc="lower right")  # the last bars are short


@dataclass(frozen=True, slots=True)
class Lines:
    """A line for each series, over steps that are named."""

    title: str
    unit: str
    steps: Sequence[str]
    series: Mapping[str, Sequence[float]]
    is_logarithmic: bool = False

    def draw(self, axes: "Axes") -> None:
        """Draw them."""
        for name, values in self.series.items():
            axes.plot(self.steps, values, marker="o", markersize=4, label=name)
        if self.is_logarithmic:
            axes.set_yscale("log")
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_major_formatter("{x:g}")
            axes.minorticks_off()
        else:
            axes.set_ylim(bottom=0)
        axes.set_ylabel(self.unit)
        axes.grid(axis="y", linewidth=0.4)
        axes.legend(**LEGEND, loc="upper left", bbox_to_anchor=(1, 1))


Panel = Bars | Lines


@dataclass(frozen=True, slots=True)
class Plot:
    """Panels side by side, in one file."""

    name: str
    """Of the file, without its ending."""
    panels: Sequence[Panel]


def draw(plot: Plot, directory: Path) -> None:
    """Write the file."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    columns = min(COLUMNS, len(plot.panels))
    rows = ceil(len(plot.panels) / columns)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH * columns, HEIGHT * rows), layout="constrained")
        FigureCanvasSVG(figure)
        for number, panel in enumerate(plot.panels):
            axes = figure.add_subplot(rows, columns, number + 1)
            panel.draw(axes)
            axes.set_title(panel.title, loc="left")
        directory.mkdir(parents=True, exist_ok=True)
        figure.savefig(directory / f"{plot.name}.svg", format="svg", metadata=NAMELESS)
