"""The trend holds ratios within one run, and grows by a line each time."""

import json
from pathlib import Path

import pytest

from bench import trend
from bench.meters import Costs
from bench.race import Lap


def lap(name: str, rate: int) -> Lap:
    return Lap(name, rate * 10, 10.0, Costs(1.0, 1.0, 1.0, 1), right=True)


def test_a_run_is_a_line_of_ratios_turn_by_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trend, "HISTORY", tmp_path / "history.jsonl")
    # The second turn met a machine of half the speed.
    laps = [lap("ours", 100), lap("theirs", 50), lap("ours", 50), lap("theirs", 20), lap("ours", 50), lap("theirs", 25)]
    trend.note(laps, "ours")
    shown = trend.note([lap("ours", 70), lap("others", 140)], "ours")
    first, second = map(json.loads, (tmp_path / "history.jsonl").read_text().splitlines())
    assert (first["records_per_second"], first["times_as_fast_as"]) == (50, {"theirs": 2.0})
    assert (second["records_per_second"], second["times_as_fast_as"]) == (70, {"others": 0.5})
    assert shown.splitlines()[0].endswith("| times as fast as others | times as fast as theirs |")
    assert shown.splitlines()[-1].endswith("| 70 | 0.5 | - |")
    assert len(shown.splitlines()) == 4


def test_only_the_newest_lines_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trend, "HISTORY", tmp_path / "history.jsonl")
    shown = [trend.note([lap("ours", number), lap("theirs", 1)], "ours") for number in range(1, 12)][-1]
    assert [line.split(" | ")[2] for line in shown.splitlines()[2:]] == [str(number) for number in range(4, 12)]
