"""Finds out what somebody wants to open, and opens it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import Callable, Iterator

import duckdb
import pyarrow

from . import columns
from .fault import Fault
from .replay import read_replay
from .world import World, literal, quoted

ROOT = Path(__file__).resolve().parents[3]
BATCH_ROWS = 100_000


def open(path: str | Path) -> World:  # pylint: disable=redefined-builtin
    """Opens an export, a replay file, or the data directory of a world that may be running.

    Raises Fault when there is no such thing, or it is damaged.
    """
    source = Path(path)
    if not source.exists():
        raise Fault(f"there is nothing called {source}. Check the path.")
    if source.is_dir():
        if (source / "log").is_dir():
            return _open_data_directory(source)
        for suffix in TEXT_READERS:
            if (source / f"columns.{suffix}").exists():
                return _open_text(source, suffix)
        raise Fault(f"{source} is neither an export nor a data directory.")
    with source.open("rb") as file:
        start = file.read(16)
    if start.startswith(b"FVREPLAY"):
        return read_replay(source)
    if start == b"SQLite format 3\0":
        return _open_sqlite(source)
    raise Fault(f"{source} is neither an export nor a replay file.")


def program() -> str:
    """Where the program is: $FINALVERSE, on the path, or where it was built."""
    built = [ROOT / ".build" / kind / "finalverse" for kind in ("release", "debug")]
    for candidate in (os.environ.get("FINALVERSE"), shutil.which("finalverse"), *built):
        if candidate and os.access(candidate, os.X_OK):
            return str(candidate)
    raise Fault(
        "the program is not built, and a data directory is read through it. Run "
        "'swift build -c release --product finalverse', or say where it is in $FINALVERSE.")


def _open_data_directory(directory: Path) -> World:
    """Exports a world's directory, beside its server if one is running, and opens the export."""
    with tempfile.TemporaryDirectory(prefix="analyst-") as scratch:
        export = Path(scratch) / "world.sqlite"
        command = [program(), "export", str(export), "--data", str(directory)]
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
        if outcome.returncode != 0:
            raise Fault(outcome.stderr.strip())
        return _open_sqlite(export)


def _open_sqlite(file: Path) -> World:
    """Opens an export that is a database."""
    world = World()
    database = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    try:
        listing = database.execute("SELECT table_name, column_name, content FROM columns")
        for table, found in columns.by_table(listing.fetchall()).items():
            world.add(table, _table(found, _sqlite_rows(database, table, found)))
    except sqlite3.DatabaseError as error:
        raise Fault(f"{file} is no export, or is damaged: {error}.") from error
    finally:
        database.close()
    return world


def _sqlite_rows(
    database: sqlite3.Connection, table: str, found: list[columns.Column]
) -> Iterator[list[tuple]]:
    names = ", ".join('"' + column.name.replace('"', '""') + '"' for column in found)
    cursor = database.execute(f'SELECT {names} FROM "{table}"')
    while rows := cursor.fetchmany(BATCH_ROWS):
        yield rows


def _table(
    found: list[columns.Column], batches: Iterator[list[tuple]]
) -> pyarrow.Table:
    """Makes an Arrow table of rows that come in batches."""
    schema = columns.schema(found)
    convert = [_conversion(column.content) for column in found]
    made = []
    for rows in batches:
        arrays = [
            pyarrow.array(
                [None if value is None else change(value) for value in values], type=field.type)
            for values, change, field in zip(zip(*rows), convert, schema, strict=True)
        ]
        made.append(pyarrow.RecordBatch.from_arrays(arrays, schema=schema))
    return pyarrow.Table.from_batches(made, schema=schema)


def _conversion(content: str) -> Callable[[object], object]:
    """How a value becomes what its column holds: a number beyond SQLite's comes as text."""
    return {"unsigned": int, "boolean": bool}.get(content, lambda value: value)


# How DuckDB reads the text files of an export.
TEXT_READERS = {
    # No value is nothing between two commas; text of no length is a pair of quotes.
    "csv": "read_csv({file}, auto_detect = false, header = true, delim = ',', quote = '\"', "
           "escape = '\"', nullstr = '', allow_quoted_nulls = false, columns = {{{columns}}})",
    "jsonl": "read_json({file}, format = 'newline_delimited', columns = {{{columns}}})",
}


def _open_text(directory: Path, suffix: str) -> World:
    """Opens an export that is a directory of text files."""
    world = World()
    listing = [columns.Column(name, "text") for name in ("table_name", "column_name", "content")]
    try:
        if suffix == "csv":
            listing.append(columns.Column("origin", "text"))
        rows = world.query(_text_selection(directory, "columns", suffix, listing))
        found = rows[["table_name", "column_name", "content"]].itertuples(index=False, name=None)
        for table, its_columns in columns.by_table(found).items():
            world.add_from(table, _text_selection(directory, table, suffix, its_columns))
    except (duckdb.Error, KeyError) as error:
        raise Fault(f"{directory} is no whole export: {error}.") from error
    return world


def _text_selection(
    directory: Path, table: str, suffix: str, found: list[columns.Column]
) -> str:
    """The question that reads a text file."""
    types = ", ".join(
        f"{literal(column.name)}: {literal(columns.TEXT_TYPES[column.content])}"
        for column in found)
    values = ", ".join(
        f"unhex({quoted(column.name)}) AS {quoted(column.name)}"
        if column.content == "bytes" else quoted(column.name) for column in found)
    reader = TEXT_READERS[suffix].format(
        file=literal(directory / f"{table}.{suffix}"), columns=types)
    return f"SELECT {values} FROM {reader}"
