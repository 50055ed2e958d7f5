"""A world's history as DuckDB tables."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas
import pyarrow


class World:
    """The tables of an export, in a DuckDB database in memory.

    The names and columns are those that `finalverse export` gives them, whatever it was made from.
    """

    def __init__(self) -> None:
        self.database = duckdb.connect()
        self._names: list[str] = []

    def add(self, name: str, table: pyarrow.Table) -> None:
        """Adds a table."""
        self.database.register("incoming", table)
        self.add_from(name, "SELECT * FROM incoming")
        self.database.unregister("incoming")

    def add_from(self, name: str, sql: str) -> None:
        """Adds a table with what a question in SQL is answered with."""
        self.database.execute(f"CREATE TABLE {quoted(name)} AS {sql}")
        self._names.append(name)

    @property
    def tables(self) -> list[str]:
        """The tables' names, sorted."""
        return sorted(self._names)

    @property
    def meta(self) -> dict[str, str]:
        """What the export says of itself: log, world, positions, times."""
        return dict(self.database.execute("SELECT name, value FROM meta").fetchall())

    def query(self, sql: str, parameters: list[object] | None = None) -> pandas.DataFrame:
        """Asks in SQL, and gives the answer as a data frame."""
        return self.database.execute(sql, parameters or []).df()

    def frame(self, table: str) -> pandas.DataFrame:
        """A whole table as a data frame."""
        return self.query(f"SELECT * FROM {quoted(table)}")

    def count(self, table: str) -> int:
        """How many rows a table has."""
        row = self.database.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()
        return int(row[0]) if row else 0

    def write_parquet(self, directory: str | Path, *, with_empty: bool = False) -> list[Path]:
        """Writes a Parquet file for each table, and says which.

        Files that are there are replaced. Tables without rows are left out unless asked for.
        """
        target = Path(directory)
        target.mkdir(parents=True, exist_ok=True)
        written = []
        for name in self.tables:
            if not with_empty and self.count(name) == 0:
                continue
            file = target / f"{name}.parquet"
            self.database.execute(
                f"COPY {quoted(name)} TO {literal(file)} (FORMAT parquet, COMPRESSION zstd)")
            written.append(file)
        return written


def quoted(name: str) -> str:
    """A name as SQL has it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """A text as SQL has it, whatever is in it."""
    return "'" + str(text).replace("'", "''") + "'"
