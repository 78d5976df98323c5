"""A long look back says how it comes along; a quick one says nothing."""

import re
import time
from collections.abc import Iterator

import pytest

from audit.history.history_replay import HistoryReplay
from broker.reader import OpenReader, Reader
from cli.long_pass import long_pass
from models.record import Record
from models.topics import ALERTS, OFFENCES, Topic
from tests.audit.golden.history import WrittenDown
from tests.cli.answers.answer import GOLDEN


class _Slow(WrittenDown):
    """A reader of a slow broker."""

    def read_until(self, end: int) -> Iterator[Record]:
        time.sleep(0.01)
        yield from super().read_until(end)


def slow(topic: Topic, partition: int) -> Reader:
    assert partition == 0
    return _Slow(GOLDEN.topics[topic])


def told(open_reader: OpenReader, every: float, capsys: pytest.CaptureFixture[str], times: int = 1) -> list[str]:
    with long_pass(open_reader, every) as opened:
        for _ in range(times):
            HistoryReplay(opened).as_of(None)
    return capsys.readouterr().err.splitlines()


def test_what_was_read_of_how_much_is_reported_and_only_rises(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(slow, 0.03, capsys)
    total = len(GOLDEN.topics[OFFENCES])
    read = [re.fullmatch(rf"([0-9,]+) of {total:,} records read: \d+ s", line) for line in lines]
    found = [int(one[1].replace(",", "")) for one in read if one]
    assert len(found) >= 3
    assert found == sorted(found)
    assert 0 < found[-1] < total


def test_a_second_reading_and_what_comes_after_it_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert any(", reading 2: " in line for line in told(slow, 0.03, capsys, times=2))
    with long_pass(GOLDEN.open_reader, 0.2) as opened:
        HistoryReplay(opened).as_of(None)
        time.sleep(0.5)
    assert ", computing: " in capsys.readouterr().err.splitlines()[-1]


class _OfTwo(_Slow):
    """A reader of a topic with as many records in a second partition."""

    def partitions(self) -> int:
        return 2

    def ends(self, partitions: int) -> dict[int, int]:
        return dict.fromkeys(range(partitions), self.end())

    def beginnings(self, partitions: int) -> dict[int, int]:
        return dict.fromkeys(range(partitions), 0)


def test_the_total_is_that_of_all_partitions_from_the_first_line_on(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(lambda topic, _: _OfTwo(GOLDEN.topics[topic]), 0.03, capsys)
    totals = {found[1] for line in lines if (found := re.search(r"of ([0-9,]+) records read", line))}
    assert totals == {f"{2 * len(GOLDEN.topics[OFFENCES]):,}"}


class _Trickle(WrittenDown):
    """A reader to whom records come one by one."""

    def read_until(self, end: int) -> Iterator[Record]:
        for record in super().read_until(end):
            time.sleep(0.001)
            yield record


def test_a_topic_that_is_read_in_one_go_is_said_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    records = GOLDEN.topics[OFFENCES]
    with long_pass(lambda *_: _Trickle(records), 0.02, of={ALERTS}) as opened:
        assert list(opened(OFFENCES, 0).read_until(60))
        assert not re.search("of [1-9]", capsys.readouterr().err)
        reader = opened(ALERTS, 0)
        assert len(list(reader.read_until(reader.end()))) == len(records)
    assert f" of {len(records):,} records read: " in capsys.readouterr().err


def test_a_quick_look_says_nothing_and_answers_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    with long_pass(GOLDEN.open_reader, 60.0) as opened:
        board = HistoryReplay(opened).as_of(None).board(1_000)
    assert board == HistoryReplay(GOLDEN.open_reader).as_of(None).board(1_000)
    assert capsys.readouterr().err == ""


def test_it_ends_with_an_error_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyError), long_pass(GOLDEN.open_reader, 0.05):
        raise KeyError
    time.sleep(0.15)
    assert capsys.readouterr().err == ""
