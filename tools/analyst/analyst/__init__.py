"""Opens what a Finalverse world remembers as DuckDB tables and data frames.

    import analyst

    world = analyst.open("world.sqlite")      # or a directory of CSV or JSON lines,
    world = analyst.open("day.fvreplay")      # a replay file, or a data directory
    world.frame("trade_committed")            # a table as a data frame
    world.query("SELECT kinds, count(*) FROM entries GROUP BY kinds")
    world.write_parquet("parquet")            # a file for each table
"""

from .sources import Fault, open
from .world import World

__all__ = ["Fault", "World", "open"]
