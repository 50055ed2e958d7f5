"""Who traded with whom: trades that were agreed on, by pairs of players."""

from __future__ import annotations

from pathlib import Path

import numpy
import pandas
from matplotlib import colors, pyplot, ticker

from ..fault import Fault
from ..world import World
from . import plots

# A pair is the same whoever proposed, so the lower number comes first.
PAIRS = """
    SELECT least(proposer, partner) AS first, greatest(proposer, partner) AS second,
        count(*) AS trades, sum(proposer_goods_coins + partner_goods_coins) AS coins
    FROM trade_committed GROUP BY ALL ORDER BY trades DESC, coins DESC, first, second
"""

# The newest name of each player, as far as names were exported.
NAMES = """
    SELECT player, arg_max(name, position) AS name FROM (
        SELECT player, position, name FROM profile_created
        UNION ALL SELECT player, position, name FROM profile_changed)
    WHERE name IS NOT NULL AND name <> '' GROUP BY player
"""


def answer(world: World) -> pandas.DataFrame:
    """Each pair that traded, busiest first: their names, how many trades, the coins in them."""
    pairs = world.query(PAIRS).astype({"coins": "int64"})
    names = _names(world)
    for side in ("first", "second"):
        pairs[f"{side}_name"] = [names.get(player, f"player {player}") for player in pairs[side]]
    return pairs


def _names(world: World) -> dict[int, str]:
    """Players' names: those that they have now, else those that the events gave them."""
    names = world.query(NAMES)
    if "players_profiles" in world.tables:
        now = world.query(
            "SELECT player, name FROM players_profiles WHERE name IS NOT NULL AND name <> ''")
        names = pandas.concat([names, now])
    return dict(zip(names["player"], names["name"]))


def plot(world: World, pairs: pandas.DataFrame, file: str | Path, players_max: int = 30) -> None:
    """Draws a matrix of the busiest players: how often each two traded."""
    if pairs.empty:
        raise Fault("nobody has traded, so there is nothing to draw.")
    both = pandas.concat([
        pairs[["first", "first_name", "trades"]].set_axis(["player", "name", "trades"], axis=1),
        pairs[["second", "second_name", "trades"]].set_axis(["player", "name", "trades"], axis=1)])
    totals = both.groupby(["player", "name"], as_index=False)["trades"].sum().sort_values(
        ["trades", "player"], ascending=[False, True])
    shown = totals.head(players_max)
    place = {player: index for index, player in enumerate(shown["player"])}
    counts = numpy.zeros((len(shown), len(shown)), dtype=int)
    for row in pairs.itertuples():
        if row.first in place and row.second in place:
            counts[place[row.first], place[row.second]] = row.trades
            counts[place[row.second], place[row.first]] = row.trades
    side = max(6.0, 2.6 + 0.27 * len(shown))
    figure, (matrix, bars) = pyplot.subplots(
        1, 2, figsize=(side + 2.4, side), sharey=True, width_ratios=[4.4, 1], layout="constrained")
    figure.get_layout_engine().set(rect=(0, 0.03, 1, 0.94))
    # Each count its colour while they are few.
    most = max(2, int(counts.max()))
    few = most <= 10
    image = matrix.imshow(
        numpy.ma.masked_equal(counts, 0), cmap="viridis_r", aspect="auto",
        norm=colors.BoundaryNorm(numpy.arange(1, most + 2) - 0.5, 256) if few
        else colors.Normalize(1, most))
    labels = list(shown["name"])
    matrix.set_xticks(range(len(shown)), labels, rotation=90)
    matrix.set_yticks(range(len(shown)), labels)
    matrix.set_xticks(numpy.arange(len(shown) + 1) - 0.5, minor=True)
    matrix.set_yticks(numpy.arange(len(shown) + 1) - 0.5, minor=True)
    matrix.grid(which="minor", color="#eeeeee", linewidth=0.6)
    matrix.tick_params(which="minor", length=0)
    bars.barh(range(len(shown)), shown["trades"], color=plots.COLOURS[0])
    bars.set_xlabel("trades in all")
    bars.xaxis.set_major_locator(ticker.MaxNLocator(3, integer=True))
    bars.tick_params(axis="y", which="both", length=0)
    bars.spines[["top", "right", "left"]].set_visible(False)
    figure.colorbar(
        image, ax=matrix, location="top", aspect=40, pad=0.02, label="trades of the two",
        ticks=range(1, most + 1) if few else ticker.MaxNLocator(6, integer=True))
    trades = int(pairs["trades"].sum())
    rest = "" if len(shown) == len(totals) else f", the {len(shown)} busiest"
    plots.title(
        figure, world, f"Who traded with whom: {trades:,} trades of {len(totals):,} players{rest}")
    plots.save(figure, file)
