"""What the columns of an export hold, and how they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

import pyarrow

# The contents that the table `columns` of an export names.
ARROW_TYPES = {
    "integer": pyarrow.int64(),
    "unsigned": pyarrow.uint64(),
    "boolean": pyarrow.bool_(),
    "text": pyarrow.string(),
    "name": pyarrow.string(),
    "bytes": pyarrow.binary(),
}

# The same as DuckDB reads them from text.
TEXT_TYPES = {
    "integer": "BIGINT", "unsigned": "UBIGINT", "boolean": "BOOLEAN", "text": "VARCHAR",
    "name": "VARCHAR", "bytes": "VARCHAR",
}


@dataclass(frozen=True)
class Column:
    """A column: its name and what it holds."""

    name: str
    content: str


def schema(columns: Iterable[Column]) -> pyarrow.Schema:
    """The columns as Arrow has them."""
    return pyarrow.schema([(column.name, ARROW_TYPES[column.content]) for column in columns])


def by_table(rows: Iterable[tuple[str, str, str]]) -> dict[str, list[Column]]:
    """Sorts what the table `columns` lists: table, column, content."""
    found: dict[str, list[Column]] = {}
    for table, name, content in rows:
        found.setdefault(table, []).append(Column(name, content))
    return found
