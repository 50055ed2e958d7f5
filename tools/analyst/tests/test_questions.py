"""The worked questions give what a count by hand gives, and draw it."""

from __future__ import annotations

from pathlib import Path

import pytest

import analyst
from analyst.__main__ import main
from analyst.questions import partners, sessions, velocity
from conftest import replay_file


@pytest.fixture(scope="module", name="world")
def _world(recording: Path) -> analyst.World:
    return analyst.open(recording)


def test_velocity_is_coins_handed_over_over_coins_there_are(world: analyst.World):
    table = velocity.answer(world, bucket_seconds=1)
    handed = world.query(
        "SELECT (SELECT sum(goods_coins) FROM goods_traded) + "
        "(SELECT sum(goods_coins) FROM goods_given)").iloc[0, 0]
    assert table["traded"].sum() + table["given"].sum() == handed > 0
    created = sum(
        sign * int(world.query(f"SELECT ifnull(sum(goods_coins), 0) FROM {name}").iloc[0, 0])
        for name, sign in (("goods_granted", 1), ("goods_placed", 1), ("goods_consumed", -1)))
    assert table["coins"].iloc[-1] == created > 0
    row = table[table["traded"] > 0].iloc[-1]
    if row["coins"] == table["coins"].iloc[-1] == table["coins"].iloc[-2]:
        expected = 3_600 * (row["traded"] + row["given"]) / row["coins"]
        assert row["velocity"] == pytest.approx(expected)


def test_velocity_of_a_part_without_projections_is_not_guessed(
    entries: list[bytes], tmp_path: Path
):
    file = tmp_path / "part.fvreplay"
    for part, selected, why in (
        (entries[100:], False, "before the first entry"), (entries[::2], True, "left out"),
    ):
        file.write_bytes(replay_file(part, selected))
        with pytest.raises(analyst.Fault, match=why):
            velocity.answer(analyst.open(file))


def test_sessions_are_all_that_ended(world: analyst.World):
    found = sessions.answer(world)
    assert len(found) == world.count("session_closed") > 0
    assert sessions.summary(found).loc["all", "sessions"] == len(found)
    total = world.query("SELECT sum(duration_us) FROM session_closed").iloc[0, 0]
    assert found["seconds"].sum() * 1e6 == pytest.approx(total)


def test_partners_count_each_trade_once(world: analyst.World):
    pairs = partners.answer(world)
    assert pairs["trades"].sum() == world.count("trade_committed") > 0
    assert (pairs["first"] < pairs["second"]).all()
    assert not pairs.duplicated(["first", "second"]).any()


@pytest.mark.parametrize("question", ["velocity", "sessions", "partners"])
@pytest.mark.parametrize("form", ["png", "svg"])
def test_questions_are_drawn(question: str, form: str, recording: Path, tmp_path: Path, capsys):
    plot = tmp_path / f"{question}.{form}"
    assert main([question, str(recording), "--plot", str(plot)]) == 0
    start = plot.read_bytes()[:64]
    assert start.startswith(b"\x89PNG") if form == "png" else b"<?xml" in start
    assert str(plot) in capsys.readouterr().out


def test_a_fault_is_one_line_and_an_exit_code(recording: Path, tmp_path: Path, capsys):
    (tmp_path / "file").touch()
    for arguments in (
        ["tables", str(tmp_path / "missing")],
        ["sessions", str(recording), "--plot", str(tmp_path / "plot.doc")],
        ["sessions", str(recording), "--plot", str(tmp_path / "missing" / "plot.png")],
        ["sessions", str(recording), "--csv", str(tmp_path / "missing" / "table.csv")],
        ["parquet", str(recording), str(tmp_path / "file")],
        ["query", str(recording), "SELECT nothing"],
    ):
        assert main(arguments) == 1, arguments
        assert capsys.readouterr().err.startswith("analyst: "), arguments
