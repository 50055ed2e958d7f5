"""What the plots have in common."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("agg")

# pylint: disable=wrong-import-position
from matplotlib import pyplot  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from ..world import World  # noqa: E402

# Distinct for the colour-blind too (Okabe and Ito).
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#999999"]

# Lengths of time that people count in, in seconds.
SPANS = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400,
    604_800,
]


def span_for(seconds: float, parts: int) -> int:
    """The length of time that divides so many seconds into about so many parts."""
    return next((span for span in SPANS if seconds / span <= parts), SPANS[-1])


def span_text(seconds: float) -> str:
    """A length of time for people: 90 s, 5 min, 2.5 h, 3 d."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or (seconds >= size and seconds % size == 0):
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def title(figure: Figure, world: World, text: str) -> None:
    """Says what is shown, and of which world and when."""
    meta = world.meta
    first, last = (meta[f"{end}_time"][:19].replace("T", " ") for end in ("first", "last"))
    figure.suptitle(text, x=0.01, ha="left", fontsize=13, fontweight="bold")
    figure.text(
        0.01, 0.005, f"{meta['world']}, {first} to {last} UTC, positions "
        f"{int(meta['first_position']):,} to {int(meta['last_position']):,}",
        fontsize=8, color="#555555")


def tidy(axes: Axes) -> None:
    """Leaves of the frame what helps reading."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)


def save(figure: Figure, file: str | Path) -> None:
    """Writes a plot in the format that its name asks for: png, svg or pdf."""
    figure.savefig(file, dpi=150)
    pyplot.close(figure)
