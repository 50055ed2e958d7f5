"""What the tests have in common: histories, and what writes replay files as the documentation says."""

from __future__ import annotations

import hashlib
import os
import struct
import subprocess
import zlib
from pathlib import Path

import google_crc32c
import pytest

ROOT = Path(__file__).resolve().parents[3]


def checked(part: bytes) -> bytes:
    """A part of a replay file with its checksum behind it."""
    return part + struct.pack("<I", google_crc32c.value(part))


def replay_file(entries: list[bytes], selected: bool = False) -> bytes:
    """Writes a replay file as docs/replay-files.md describes it."""
    positions = [struct.unpack_from("<Q", entry, 8)[0] for entry in entries]
    times = [struct.unpack_from("<q", entry, 24)[0] for entry in entries]
    blocks_of = 100
    starts = list(range(0, len(entries), blocks_of))
    name = "Meadow".encode()
    header = checked(struct.pack(
        "<8sHHIQQQqqQIH", b"FVREPLAY", 1, int(selected), 74 + len(name), 0x0123456789ABCDEF, positions[0],
        positions[-1], times[0], times[-1], len(entries), len(starts), len(name)) + name)
    body, index, offset = b"", b"FVRINDEX", len(header)
    for start in starts:
        part = entries[start:start + blocks_of]
        content = b"".join(part)
        compressed = zlib.compress(content)
        block = checked(struct.pack("<III", len(compressed), len(content), len(part)) + compressed)
        index += struct.pack(
            "<QIIQq", offset, len(block), len(part), positions[start], times[start])
        body += block
        offset += len(block)
    body += checked(index) + struct.pack("<Q", offset)
    return header + body + hashlib.sha256(body + header).digest() + b"FVREPEND"


@pytest.fixture(scope="session")
def entries() -> list[bytes]:
    """The entries of a small log."""
    data = (ROOT / "Replays" / "first-slice.entries").read_bytes()
    found = []
    while data:
        (length,) = struct.unpack_from("<I", data)
        found.append(data[:length])
        data = data[length:]
    return found


@pytest.fixture(scope="session")
def recording() -> Path:
    """Half a minute of twenty bots on a market, as `finalverse record` wrote it."""
    return Path(__file__).with_name("market.fvreplay")


@pytest.fixture(scope="session")
def export(recording: Path, tmp_path_factory: pytest.TempPathFactory):
    """Exports the recording in a format, with the program that was built last."""
    program = ROOT / ".build" / "debug" / "finalverse"
    if not os.access(program, os.X_OK):
        pytest.skip("the program is not built")

    def run(form: str) -> Path:
        target = tmp_path_factory.mktemp("export") / f"world-{form}"
        subprocess.run(
            [program, "export", target, "--format", form, "--replay", recording], check=True,
            capture_output=True)
        return target

    return run
