"""Whatever a history is opened from, its tables are the same; and what is damaged is not opened."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

import analyst
from conftest import checked, replay_file

FORMATS = ["sqlite", "csv", "jsonl"]


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_has_the_tables_of_the_replay_file(form: str, export, recording: Path):
    exported, recorded = analyst.open(export(form)), analyst.open(recording)
    assert set(recorded.tables) <= set(exported.tables)
    for table in recorded.tables:
        if table == "columns":
            continue
        left, right = exported.frame(table), recorded.frame(table)
        if table == "meta":
            left = left[left["name"].isin(right["name"])].sort_values("name", ignore_index=True)
            right = right.sort_values("name", ignore_index=True)
        assert list(left.columns) == list(right.columns), table
        assert left.equals(right), table
    listing = recorded.frame("columns").merge(exported.frame("columns"), how="left")
    assert listing["content"].notna().all()


def test_the_tables_have_what_the_log_has(entries: list[bytes], tmp_path: Path):
    file = tmp_path / "small.fvreplay"
    file.write_bytes(replay_file(entries))
    world = analyst.open(file)
    assert world.meta["world"] == "Meadow"
    assert world.meta["log_id"] == "0123456789abcdef"
    positions = [struct.unpack_from("<Q", entry, 8)[0] for entry in entries]
    assert list(world.frame("entries")["position"]) == positions
    kinds = world.query("SELECT sum(events) FROM entries").iloc[0, 0]
    events = [name for name, in world.database.execute(
        "SELECT DISTINCT table_name FROM columns WHERE column_name = 'event'").fetchall()]
    assert kinds == sum(world.count(name) for name in events if "__" not in name)


def test_parquet_files_read_as_the_tables(recording: Path, tmp_path: Path):
    world = analyst.open(recording)
    written = world.write_parquet(tmp_path / "parquet")
    assert {file.stem for file in written} == {
        name for name in world.tables if world.count(name) > 0}
    for file in written:
        again = world.query(f"SELECT * FROM read_parquet('{file}')")
        assert again.equals(world.frame(file.stem))


def test_a_file_that_is_none_is_refused(tmp_path: Path):
    file = tmp_path / "x"
    for content in (b"", b"FVREPLAY", b"nothing of the kind" * 20, b"SQLite format 3\0" + bytes(99)):
        file.write_bytes(content)
        with pytest.raises(analyst.Fault):
            analyst.open(file)
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(analyst.Fault):
            analyst.open(path)


def test_a_changed_or_cut_replay_file_is_refused(recording: Path, tmp_path: Path):
    data = recording.read_bytes()
    file = tmp_path / "damaged.fvreplay"
    draw = random.Random(19)
    for place in [*range(80), *range(len(data) - 60, len(data)), *draw.sample(range(len(data)), 60)]:
        changed = bytearray(data)
        changed[place] ^= 1 << draw.randrange(8)
        file.write_bytes(changed)
        with pytest.raises(analyst.Fault):
            analyst.open(file)
    for length in draw.sample(range(len(data)), 30):
        file.write_bytes(data[:length])
        with pytest.raises(analyst.Fault):
            analyst.open(file)


def test_a_time_beyond_the_calendar_is_refused(entries: list[bytes], tmp_path: Path):
    late = bytearray(entries[0][:-4])
    struct.pack_into("<q", late, 24, (1 << 63) - 1)
    file = tmp_path / "late.fvreplay"
    file.write_bytes(replay_file([checked(bytes(late))]))
    with pytest.raises(analyst.Fault, match="calendar"):
        analyst.open(file)


def test_entries_that_do_not_follow_are_refused(entries: list[bytes], tmp_path: Path):
    file = tmp_path / "misplaced.fvreplay"
    for wrong in (entries[:5] + entries[6:9], [entries[1], entries[0], entries[2]]):
        file.write_bytes(replay_file(wrong))
        with pytest.raises(analyst.Fault, match="order|entries"):
            analyst.open(file)
