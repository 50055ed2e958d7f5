"""How fast money goes round: coins that change hands in a time, over the coins there are.

A velocity of 2 an hour means that, on average, each coin changed hands twice in an hour. It falls when
players hoard, and when coins are created faster than they are used.
"""

from __future__ import annotations

from pathlib import Path

import pandas
from matplotlib import dates, pyplot, ticker

from ..fault import Fault
from ..world import World
from . import plots

# A trade's coins move by one event for each side that gives some.
HANDED_OVER = """
    SELECT time_us, goods_coins AS coins, 'traded' AS way FROM goods_traded WHERE goods_coins > 0
    UNION ALL
    SELECT time_us, goods_coins, 'given' FROM goods_given WHERE goods_coins > 0
"""

# Created for a player or on the ground, less used up.
CREATED = """
    SELECT time_us, goods_coins AS coins FROM goods_granted
    UNION ALL SELECT time_us, goods_coins FROM goods_placed
    UNION ALL SELECT time_us, -goods_coins FROM goods_consumed
"""


def answer(world: World, bucket_seconds: int | None = None) -> pandas.DataFrame:
    """For each stretch of time: coins traded and given, coins there are at its end, the velocity.

    The velocity is for an hour, over the mean of the coins at the stretch's beginning and end. The
    first and the last stretch are counted as whole, though they need not be.
    """
    first_us, last_us = world.query("SELECT min(time_us), max(time_us) FROM entries").iloc[0]
    span = max(1.0, (last_us - first_us) / 1e6)
    bucket = bucket_seconds or plots.span_for(span, 60)
    moved = world.query(f"""
        SELECT time_us // {bucket * 1_000_000} AS bucket,
            sum(coins) FILTER (way = 'traded') AS traded,
            sum(coins) FILTER (way = 'given') AS given
        FROM ({HANDED_OVER}) GROUP BY bucket""").set_index("bucket")
    created = world.query(f"""
        SELECT time_us // {bucket * 1_000_000} AS bucket, sum(coins) AS coins
        FROM ({CREATED}) GROUP BY bucket""").set_index("bucket")["coins"]
    stretch = 1_000_000 * bucket
    buckets = range(int(first_us // stretch), int(last_us // stretch) + 1)
    table = moved.reindex(buckets).fillna(0).astype("int64")
    end = _coins_before(world, int(created.sum())) + created.reindex(buckets).fillna(0).cumsum()
    table["coins"] = end.astype("int64")
    mean = (end + end.shift(1, fill_value=end.iloc[0])) / 2
    hour = 3_600 / bucket
    table["velocity"] = (hour * (table["traded"] + table["given"]) / mean.where(mean > 0)).fillna(0)
    table.insert(0, "time", pandas.to_datetime(table.index * stretch, unit="us", utc=True))
    table.attrs["bucket_seconds"] = bucket
    return table.reset_index(drop=True)


def _coins_before(world: World, created: int) -> int:
    """Coins that there were before the first entry."""
    meta = world.meta
    if meta["selected"] == "true":
        raise Fault(
            "entries in between were left out, so coins that were created may be missing. Export all "
            "that happened in the time, without choosing by kind, player, region, item or trade.")
    if meta["first_position"] == "1":
        return 0
    if meta.get("projections_position"):
        ledger = world.query("SELECT coins_issued - coins_destroyed FROM inventories_ledger")
        if len(ledger) == 1:
            return int(ledger.iloc[0, 0]) - created
    raise Fault(
        "how many coins there were before the first entry is not known: the history does not begin "
        "at position 1, and there are no projections' tables. Export the data directory.")


def plot(world: World, table: pandas.DataFrame, file: str | Path) -> None:
    """Draws the coins handed over, the velocity and the coins there are, below one another."""
    bucket = table.attrs["bucket_seconds"]
    figure, (moved, velocity, coins) = pyplot.subplots(
        3, 1, figsize=(10, 8), sharex=True, height_ratios=[2, 2, 1.2], layout="constrained")
    width = pandas.Timedelta(seconds=bucket)
    figure.get_layout_engine().set(rect=(0, 0.03, 1, 0.95))
    moved.bar(table["time"], table["traded"], width, align="edge", color=plots.COLOURS[0],
              label="traded")
    moved.bar(table["time"], table["given"], width, align="edge", bottom=table["traded"],
              color=plots.COLOURS[1], label="given")
    moved.set_ylabel(f"coins handed over\nin {plots.span_text(bucket)}")
    moved.legend(frameon=False, loc="upper left", ncols=2)
    ends = [*table["time"], table["time"].iloc[-1] + width]
    velocity.stairs(table["velocity"], ends, color=plots.COLOURS[2], fill=True, alpha=0.8)
    mean = 3_600 * (table["traded"] + table["given"]).sum() / bucket / max(1, table["coins"].sum())
    velocity.axhline(mean, color="black", linestyle="--", linewidth=1)
    velocity.annotate(
        f"mean {mean:.3g}", (0, mean), xycoords=("axes fraction", "data"), xytext=(4, 3),
        textcoords="offset points", backgroundcolor="#ffffffcc")
    velocity.set_ylabel("velocity\n(times an hour)")
    coins.stairs(table["coins"], ends, color=plots.COLOURS[3], baseline=None, linewidth=1.5)
    coins.set_ylabel("coins there are")
    coins.set_xlabel("time (UTC)")
    locator = dates.AutoDateLocator()
    coins.xaxis.set_major_locator(locator)
    coins.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))
    for axes in (moved, velocity, coins):
        plots.tidy(axes)
    for axes, highest in (
        (moved, (table["traded"] + table["given"]).max()), (velocity, table["velocity"].max()),
        (coins, table["coins"].max()),
    ):
        axes.set_ylim(0, 1.15 * max(highest, 1e-9))
    for axes in (moved, coins):
        axes.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
    plots.title(figure, world, "How fast coins change hands")
    plots.save(figure, file)
