"""Opens a replay file: the bytes that docs/replay-files.md describes."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import google_crc32c

from .fault import Fault
from .flatten import Entry, Flattening
from .world import World

HEADER = struct.Struct("<8sHHIQQQqqQIH")
RECORD = struct.Struct("<QIIQq")
BLOCK = struct.Struct("<III")
ENTRY = struct.Struct("<IBBHQQqQQH")
TRAILER_BYTES = 48
ENTRY_BYTES_MIN = 56
BLOCK_BYTES_MAX = 1_310_720
NAME_BYTES_MAX = 1_024


@dataclass(frozen=True)
class Header:
    """What a replay file says of itself."""

    selected: bool
    byte_count: int
    log_id: int
    first_position: int
    last_position: int
    entries: int
    blocks: int
    name: str


def read_replay(path: Path) -> World:
    """Opens a replay file as tables; those of projections are not in one.

    It may come from anybody: lengths are bounded before memory is taken, and every checksum and
    the digest are compared. Raises Fault when anything is not as it should be.
    """
    data = path.read_bytes()
    header = _header(data, path)
    flattening = Flattening()
    for entry in _entries(data, header, path):
        flattening.add(entry, path)
    return flattening.world({
        "world": header.name, "log_id": f"{header.log_id:016x}",
        "selected": "true" if header.selected else "false",
    })


def _damaged(path: Path, what: str) -> Fault:
    return Fault(f"the replay file {path} is damaged: {what}. Ask for a new copy.")


def _crc_is_right(part: bytes) -> bool:
    (stated,) = struct.unpack("<I", part[-4:])
    return google_crc32c.value(part[:-4]) == stated


def _header(data: bytes, path: Path) -> Header:
    """Checks the header, and the digest of the whole file."""
    if len(data) < HEADER.size + TRAILER_BYTES:
        raise _damaged(path, "it is cut off")
    (magic, version, flags, length, log_id, first, last, _, _, entries, blocks,
     name_length) = HEADER.unpack_from(data)
    if magic != b"FVREPLAY" or version != 1:
        raise Fault(f"{path} is of a format that this package does not know.")
    if name_length > NAME_BYTES_MAX or length != HEADER.size + name_length + 4 or flags > 1:
        raise _damaged(path, "its header makes no sense")
    if len(data) < length + TRAILER_BYTES or not _crc_is_right(data[:length]):
        raise _damaged(path, "the checksum of its header is wrong")
    digest = hashlib.sha256(data[length:-TRAILER_BYTES + 8])
    digest.update(data[:length])
    if data[-8:] != b"FVREPEND" or data[-40:-8] != digest.digest():
        raise _damaged(path, "it is cut off or its digest is wrong")
    name = data[HEADER.size:length - 4].decode("utf-8", "replace")
    return Header(flags == 1, length, log_id, first, last, entries, blocks, name)


def _entries(data: bytes, header: Header, path: Path) -> Iterator[Entry]:
    """The entries, each checked in itself and against the one before."""
    (start,) = struct.unpack_from("<Q", data, len(data) - TRAILER_BYTES)
    end = len(data) - TRAILER_BYTES
    if start > end or end - start != 8 + RECORD.size * header.blocks + 4:
        raise _damaged(path, "its index is not where it says")
    if data[start:start + 8] != b"FVRINDEX" or not _crc_is_right(data[start:end]):
        raise _damaged(path, "the checksum of its index is wrong")
    position, time, count, place = header.first_position - 1, -(1 << 63), 0, header.byte_count
    for number in range(header.blocks):
        offset, length, entries, _, _ = RECORD.unpack_from(data, start + 8 + RECORD.size * number)
        if offset != place or length > start - offset:
            raise _damaged(path, "a block is not where the index says")
        place = offset + length
        for entry in _block(data[offset:place], entries, path):
            gap = entry.position - position
            if gap < 1 or (gap > 1 and not header.selected) or entry.time_us < time:
                raise _damaged(path, f"entry {entry.position} is out of order")
            position, time, count = entry.position, entry.time_us, count + 1
            yield entry
    if position != header.last_position or count != header.entries:
        raise _damaged(path, "it has other entries than it says")


def _block(block: bytes, expected: int, path: Path) -> Iterator[Entry]:
    """The entries of a block."""
    if len(block) < BLOCK.size + 4 or not _crc_is_right(block):
        raise _damaged(path, "the checksum of a block is wrong")
    compressed, length, entries = BLOCK.unpack_from(block)
    if compressed != len(block) - BLOCK.size - 4 or length > BLOCK_BYTES_MAX or entries != expected:
        raise _damaged(path, "a block makes no sense")
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(block[BLOCK.size:-4], length)
        rest = stream.decompress(stream.unconsumed_tail, 1)
    except zlib.error as error:
        raise _damaged(path, f"a block does not decompress ({error})") from error
    if len(content) != length or rest or not stream.eof:
        raise _damaged(path, "a block does not decompress to what it says")
    offset = 0
    for _ in range(entries):
        entry = _entry(content, offset, path)
        offset += entry.bytes
        yield entry
    if offset != length:
        raise _damaged(path, "a block does not end as it should")


def _entry(content: bytes, offset: int, path: Path) -> Entry:
    """One entry."""
    if len(content) - offset < ENTRY_BYTES_MIN:
        raise _damaged(path, "an entry is longer than its block")
    (length, version, flags, events, position, epoch, time, actor, command,
     kinds) = ENTRY.unpack_from(content, offset)
    start = ENTRY.size + 2 * kinds
    if length < start + 4 or length > len(content) - offset:
        raise _damaged(path, "an entry is longer than its block")
    data = content[offset:offset + length]
    if not _crc_is_right(data) or version != 1 or flags != 0:
        raise _damaged(path, f"the entry after position {position - 1} is not as it was written")
    return Entry(
        position, time, actor, command, epoch, events,
        struct.unpack_from(f"<{kinds}H", data, ENTRY.size), length, data[start:-4])
