"""What is measured of a desk under load, and the table of it."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.desk.asking import look_at, page_seconds
from bench.desk.desk_under_load import DeskUnderLoad, going_on
from bench.desk.screen import screen_of
from bench.meters import processor_seconds
from cli.service.worker_process import worker_environment

PAGES = 500
_SLOW_SHARE = 0.4
_A_SECOND = 2.0
OPENINGS, _LEASED = 100, 200
_ACTIONS = 30
_LAST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `values`: seconds; or else `words` say what came out."""

    what: str
    values: Sequence[float] = ()
    words: str = ""

    def at(self, share: float) -> float:
        """What this share of the values did not pass, in milliseconds."""
        ordered = sorted(self.values)
        return 1e3 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure_desk(desk: DeskUnderLoad, seconds: float, pages: int = PAGES) -> Iterator[Row]:
    """Each load of so many pages for so many seconds, one after the other. Raises RuntimeError."""
    own, openings, others = desk.cookies[0], desk.cookies[1 : 1 + OPENINGS], desk.cookies[-pages:]
    yield Row("the board's page under a running lease, nobody else there", page_seconds(desk.address, [own] * _LEASED))
    yield Row("the same at an opening: a look is written first", page_seconds(desk.address, openings[: OPENINGS // 2]))
    with screen_of(desk.address, own) as screen:
        if screen is not None:
            yield Row("a first visit in Chromium, without the stream", words=f"{screen.weight_bytes() / 1e3:.0f} KB")
        with _readers(desk, "/stream", others[1:]) as readers, going_on(desk.settings, 0, _A_SECOND):
            yield Row(f"{pages} pages that come at once, until each has its table", readers.open_seconds)
            yield from _under_load(desk, readers, seconds, pages)
            yield Row(
                f"the board's page under a lease beside {pages} pages", page_seconds(desk.address, [own] * _LEASED)
            )
            yield Row("the same at an opening", page_seconds(desk.address, openings[OPENINGS // 2 :]))
            if screen is not None:
                painted = _late(desk, {who: [at] for who, at in screen.painted().items()})
                yield Row(f"alert committed to its row painted, {pages} pages open", painted)
            yield Row("alert committed to the other pages' line", _late(desk, readers.told()["read"]))
    with (
        _readers(desk, "/stream", others, slow := int(_SLOW_SHARE * pages)) as readers,
        going_on(desk.settings, 10_000, _A_SECOND),
    ):
        time.sleep(seconds)
        told = readers.told()
        yield Row(f"the same to {pages - slow} pages beside {slow} slow ones", _late(desk, told["read"], 10_000))
        memory = f"{told['open']} of {pages} still open; memory {_megabytes(desk):.0f} MB"
        yield Row("slow pages: 4 KiB a second each", words=memory)
    with _readers(desk, "/stream?of=queue", others) as readers:
        yield Row(f"an action, from its sending to the line of {pages} queues", _actions(desk, readers))


def desk_table(rows: Sequence[Row]) -> str:
    """Milliseconds, or what else was found."""
    head = "| measure | p50, ms | p99, ms | highest, ms | how many |\n|---|---|---|---|---|"
    return "\n".join([head, *map(row_line, rows)])


def row_line(row: Row) -> str:
    """One of its lines."""
    if not row.values:
        return f"| {row.what} | {row.words or 'nothing came'} | | | |"
    return f"| {row.what} | {row.at(0.5):,.0f} | {row.at(0.99):,.0f} | {row.at(1.0):,.0f} | {len(row.values):,} |"


class _Readers:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.open_seconds: list[float] = self._answer()["open_seconds"]

    def told(self) -> dict[str, Any]:  # Any: JSON
        """What each has read until now."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:  # Any: JSON
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the readers have ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def _readers(desk: DeskUnderLoad, path: str, cookies: Sequence[str], slow: int = 0) -> Iterator[_Readers]:
    command = [sys.executable, "-P", "-m", "bench.desk.readers", desk.address, path, str(slow)]
    with subprocess.Popen(
        command, env=worker_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        process.stdin.write("".join(f"{cookie}\n" for cookie in cookies) + "\n")
        process.stdin.flush()
        try:
            yield _Readers(process)
        finally:
            process.stdin.close()
            process.wait(30)


def _under_load(desk: DeskUnderLoad, readers: _Readers, seconds: float, pages: int) -> Iterator[Row]:
    used, begun_at = processor_seconds([desk.console]), time.monotonic()
    time.sleep(seconds)
    share = (processor_seconds([desk.console]) - used) / (time.monotonic() - begun_at)
    words = f"{share:.0%} of a core, {_megabytes(desk):.0f} MB; {readers.told()['open'] + 1} of {pages} open"
    yield Row(f"the console with {pages} pages and {2 * _A_SECOND:g} alerts a second", words=words)


def _megabytes(desk: DeskUnderLoad) -> float:
    return float(desk.console.memory_info().rss) / 1e6


def _late(desk: DeskUnderLoad, read: dict[str, list[float]], first: int = 0) -> list[float]:
    """From the instant at which the alert could be read from Kafka; a page may be quicker than who asks there."""
    newest = f"new-{10**9 - 1 - first}"
    known = {who: desk.committed[who][0] for who in read if who in desk.committed and who <= newest}
    return [max(0.0, at - known[who]) for who in known for at in read[who]]


def _actions(desk: DeskUnderLoad, readers: _Readers) -> list[float]:
    sent: dict[str, float] = {}
    newest = [stay for _, stay in list(desk.committed.values())[-_ACTIONS:]]
    for cookie, stay in zip(desk.cookies, newest, strict=False):
        sent_at = look_at(desk.address, cookie, stay)
        if sent_at is not None:
            sent[stay] = sent_at
    time.sleep(_LAST_SECONDS)
    read = readers.told()["read"]
    return [at - sent[stay] for stay in sent for at in read.get(stay, [])]
