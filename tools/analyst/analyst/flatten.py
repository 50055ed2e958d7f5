"""Turns entries into the tables that `finalverse export` makes of them, by the same rules.

Names and columns come from the schemas alone, which tools/analyst/setup compiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable

import pyarrow
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message

from . import columns
from .columns import Column
from .fault import Fault
from .world import World

SCHEMA = Path(__file__).resolve().parents[3] / ".build" / "analyst" / "schema.binpb"
BEGINNING = datetime(1970, 1, 1, tzinfo=timezone.utc)

ENTRY_COLUMNS = [
    Column("position", "integer"), Column("time", "text"), Column("time_us", "integer"),
    Column("actor", "unsigned"), Column("command_id", "unsigned"), Column("epoch", "unsigned"),
    Column("events", "integer"), Column("bytes", "integer"), Column("kinds", "text"),
]
EVENT_LEAD = [
    Column("position", "integer"), Column("event", "integer"), Column("time_us", "integer"),
    Column("actor", "unsigned"),
]
CONTENTS = {
    FieldDescriptor.TYPE_INT64: "integer", FieldDescriptor.TYPE_INT32: "integer",
    FieldDescriptor.TYPE_UINT64: "unsigned", FieldDescriptor.TYPE_UINT32: "unsigned",
    FieldDescriptor.TYPE_FIXED64: "unsigned", FieldDescriptor.TYPE_BOOL: "boolean",
    FieldDescriptor.TYPE_STRING: "text", FieldDescriptor.TYPE_BYTES: "bytes",
    FieldDescriptor.TYPE_ENUM: "name",
}


@dataclass(frozen=True)
class Entry:
    """What an entry says of itself, and its payload."""

    position: int
    time_us: int
    actor: int
    command_id: int
    epoch: int
    events: int
    kinds: tuple[int, ...]
    bytes: int
    payload: bytes


class Table:
    """A table that is being filled, and how a message becomes a row of it."""

    def __init__(self, name: str, lead: list[Column], keys: int) -> None:
        self.name = name
        self.columns = list(lead)
        self.rows: list[tuple] = []
        # How many of the first columns tell a row from all others.
        self.keys = keys
        self.cells: list[Callable[[Message], Any]] = []
        self.children: list[tuple[Callable[[Message], Any], "Table"]] = []

    def add_column(self, name: str, content: str) -> None:
        """Adds a column, with `_` behind its name as often as that is taken."""
        while any(column.name == name for column in self.columns):
            name += "_"
        self.columns.append(Column(name, content))

    def add(self, lead: tuple, message: Any) -> None:
        """Adds a row, and those of what is repeated in the message."""
        self.rows.append(lead + tuple(cell(message) for cell in self.cells))
        for elements, table in self.children:
            for ordinal, element in enumerate(elements(message), 1):
                table.add(lead[:self.keys] + (ordinal,), element)

    def arrow(self) -> pyarrow.Table:
        """The table as Arrow has it."""
        schema = columns.schema(self.columns)
        values = list(zip(*self.rows)) or [()] * len(schema)
        arrays = [pyarrow.array(cells, type=field.type) for cells, field in zip(values, schema)]
        return pyarrow.Table.from_arrays(arrays, schema=schema)


class Flattening:
    """The tables of all kinds of events."""

    def __init__(self) -> None:
        pool = _schema()
        self._payload = message_factory.GetMessageClass(
            pool.FindMessageTypeByName("finalverse.v1.Payload"))
        self.entries = Table("entries", ENTRY_COLUMNS, 1)
        self.tables = [self.entries]
        self._events: dict[int, Table] = {}
        self._found = {"events": 0, "events_unknown": 0}
        for system in pool.FindMessageTypeByName("finalverse.v1.Event").fields:
            for event in system.message_type.fields:
                table = self._table(event.name, EVENT_LEAD, 2, event.message_type)
                self._events[system.number << 8 | event.number] = table

    def _table(self, name: str, lead: list[Column], keys: int, message: Descriptor) -> Table:
        table = Table(name, lead, keys)
        self.tables.append(table)
        self._add_fields(table, message, "", lambda value: value)
        return table

    def _add_fields(
        self, table: Table, message: Descriptor, prefix: str, find: Callable[[Any], Any]
    ) -> None:
        """Adds what becomes of a message's fields; `find` finds the message in that of the row."""
        for field in sorted(message.fields, key=lambda field: field.number):
            name = prefix + field.name
            value = _getter(field, find)
            if field.is_repeated:
                self._add_child(table, name, field, value)
            elif field.message_type is not None:
                self._add_fields(table, field.message_type, name + "_", value)
            else:
                table.add_column(name, CONTENTS[field.type])
                table.cells.append(_cell(field, find, value))

    def _add_child(
        self, table: Table, name: str, field: FieldDescriptor, value: Callable[[Any], Any]
    ) -> None:
        keys = table.columns[:table.keys]
        depth = sum(column.name.startswith("ordinal") for column in keys)
        ordinal = Column("ordinal" if depth == 0 else f"ordinal_{depth + 1}", "integer")
        lead = keys + [ordinal]
        child_name = f"{table.name}__{name}"
        if field.message_type is not None:
            child = self._table(child_name, lead, len(lead), field.message_type)
        else:
            child = Table(child_name, lead, len(lead))
            child.add_column("value", CONTENTS[field.type])
            child.cells.append(_named(field))
            self.tables.append(child)
        table.children.append((value, child))

    def add(self, entry: Entry, path: Path) -> None:
        """Adds an entry and its events."""
        try:
            payload = self._payload.FromString(entry.payload)
        except DecodeError as error:
            raise Fault(
                f"the payload at position {entry.position} of {path} is not what the schema "
                "says.") from error
        names = [self._name(kind) for kind in entry.kinds]
        try:
            moment = BEGINNING + timedelta(microseconds=entry.time_us)
        except OverflowError as error:
            raise Fault(
                f"the time of the entry at position {entry.position} of {path} is none that a "
                "calendar has.") from error
        time = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self.entries.rows.append((
            entry.position, time, entry.time_us, entry.actor, entry.command_id, entry.epoch,
            entry.events, entry.bytes, " ".join(names)))
        for number, event in enumerate(payload.events, 1):
            self._found["events"] += 1
            system = event.WhichOneof("system")
            inner = getattr(event, system) if system else None
            fact = inner.WhichOneof("event") if inner is not None else None
            if inner is None or fact is None:
                self._found["events_unknown"] += 1
                continue
            kind = event.DESCRIPTOR.fields_by_name[system].number << 8
            kind |= inner.DESCRIPTOR.fields_by_name[fact].number
            lead = (entry.position, number, entry.time_us, entry.actor)
            self._events[kind].add(lead, getattr(inner, fact))

    def _name(self, kind: int) -> str:
        table = self._events.get(kind)
        return table.name if table else f"{kind >> 8}.{kind & 255}"

    def world(self, meta: dict[str, str]) -> World:
        """All tables, with what is known of the whole."""
        rows = self.entries.rows
        meta = {
            "format": "1", **meta,
            "first_position": str(rows[0][0]), "last_position": str(rows[-1][0]),
            "first_time": rows[0][1], "last_time": rows[-1][1],
            "entries": str(len(rows)), **{name: str(count) for name, count in self._found.items()},
        }
        world = World()
        world.add("meta", pyarrow.table({
            "name": list(meta.keys()), "value": list(meta.values())}))
        world.add("columns", pyarrow.table({
            "table_name": [table.name for table in self.tables for _ in table.columns],
            "column_name": [column.name for table in self.tables for column in table.columns],
            "content": [column.content for table in self.tables for column in table.columns],
        }))
        for table in self.tables:
            world.add(table.name, table.arrow())
        return world


def _schema() -> descriptor_pool.DescriptorPool:
    """The schemas, as the set-up has compiled them."""
    if not SCHEMA.exists():
        raise Fault("the schemas are not compiled. Run tools/analyst/setup.")
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(SCHEMA.read_bytes()).file:
        pool.Add(file)
    return pool


def _getter(field: FieldDescriptor, find: Callable[[Any], Any]) -> Callable[[Any], Any]:
    name = field.name
    return lambda message: getattr(find(message), name)


def _cell(
    field: FieldDescriptor, find: Callable[[Any], Any], value: Callable[[Any], Any]
) -> Callable[[Any], Any]:
    """Reads a column's value: nothing where the schema tells "not set" apart and it is not."""
    named = _named(field)
    if not field.has_presence:
        return lambda message: named(value(message))
    name = field.name
    return lambda message: named(value(message)) if find(message).HasField(name) else None


def _named(field: FieldDescriptor) -> Callable[[Any], Any]:
    """Gives the cases of enumerations their names, and leaves everything else as it is."""
    if field.enum_type is None:
        return lambda value: value
    names = {number: value.name for number, value in field.enum_type.values_by_number.items()}
    return lambda value: names.get(value, str(value))
