"""How long players stay: the lengths of sessions, and how they ended."""

from __future__ import annotations

from pathlib import Path

import numpy
import pandas
from matplotlib import pyplot, ticker

from ..fault import Fault
from ..world import World
from . import plots

SESSIONS = """
    SELECT session, player, opened_us, duration_us / 1e6 AS seconds,
        lower(replace(replace("end", 'SESSION_END_', ''), '_', ' ')) AS "end"
    FROM session_closed ORDER BY session
"""


def answer(world: World) -> pandas.DataFrame:
    """Each session that ended: its player, when it opened, how long it lasted, why it ended."""
    return world.query(SESSIONS)


def summary(sessions: pandas.DataFrame) -> pandas.DataFrame:
    """For each way to end, and for all: how many, and the median, the mean and the longest, in seconds."""
    def figures(seconds: pandas.Series) -> pandas.Series:
        return pandas.Series({
            "sessions": len(seconds), "median": seconds.median(), "p90": seconds.quantile(0.9),
            "mean": seconds.mean(), "longest": seconds.max()})
    rows = {end: figures(group) for end, group in sessions.groupby("end")["seconds"]}
    rows["all"] = figures(sessions["seconds"])
    return pandas.DataFrame(rows).T.astype({"sessions": "int64"})


def plot(world: World, sessions: pandas.DataFrame, file: str | Path) -> None:
    """Draws how many sessions lasted how long, and which share lasted at least so long."""
    if sessions.empty:
        raise Fault("no session has ended, so there is nothing to draw.")
    seconds = sessions["seconds"].clip(lower=0.1)
    edges = numpy.geomspace(seconds.min() / 1.05, seconds.max() * 1.05, 33)
    ends = list(sessions["end"].value_counts().index)
    figure, (counts, share) = pyplot.subplots(
        2, 1, figsize=(10, 7), sharex=True, layout="constrained")
    figure.get_layout_engine().set(rect=(0, 0.03, 1, 0.95))
    counts.hist(
        [seconds[sessions["end"] == end] for end in ends], bins=edges, stacked=True,
        color=[plots.COLOURS[index % len(plots.COLOURS)] for index in range(len(ends))],
        label=[f"{end} ({(sessions['end'] == end).sum():,})" for end in ends])
    counts.set_ylabel("sessions")
    counts.yaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    counts.legend(frameon=False, title="how it ended", alignment="left")
    lengths = numpy.sort(seconds.to_numpy())
    share.step(
        numpy.append(lengths, lengths[-1]),
        numpy.append(1 - numpy.arange(len(lengths)) / len(lengths), 0) * 100, where="pre",
        color=plots.COLOURS[0])
    median = float(numpy.median(lengths))
    share.axvline(median, color=plots.COLOURS[6], linestyle="--", linewidth=1)
    share.annotate(
        f"median {plots.span_text(median)}", (median, 95), xytext=(-4, 0), ha="right",
        textcoords="offset points", color="#555555", backgroundcolor="#ffffffcc")
    share.set_ylabel("sessions that lasted\nat least so long (%)")
    share.set_ylim(0, 102)
    share.set_xscale("log")
    share.set_xlabel("length of session")
    share.xaxis.set_major_locator(ticker.FixedLocator(
        [span for span in (0.1, *plots.SPANS) if edges[0] <= span <= edges[-1]]))
    share.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: plots.span_text(value)))
    share.xaxis.set_minor_locator(ticker.NullLocator())
    for axes in (counts, share):
        plots.tidy(axes)
    plots.title(figure, world, f"How long {len(sessions):,} sessions lasted")
    plots.save(figure, file)
