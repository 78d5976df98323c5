"""A score over time as a chart of steps: where its lines go, in the units of the drawing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from models.instants import DAY
from sight.local_times import local_moment
from sight.words import grouped_number

WIDTH, HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 12, 44
_BAND_HEIGHT = 6
_MOST_YEARS, _MOST_MONTHS = 12, 14


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis and its words."""

    place: float
    words: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A stay in the band, as a bar under the chart."""

    left: float
    width: float


@dataclass(frozen=True, slots=True)
class ScoreChart:
    """`past` and `future` are lines of steps; `now` is where one goes over into the other."""

    past: str
    future: str
    now: float
    bars: tuple[Bar, ...]
    times: tuple[Tick, ...]
    scores: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    floor: int = HEIGHT - _BOTTOM
    bar_top: int = HEIGHT - _BOTTOM + 4
    bar_height: int = _BAND_HEIGHT


Step = tuple[int, int]
"""From an instant on (microseconds) a score (millidays)."""


def score_chart(
    past: Sequence[Step], future: Sequence[Step], now: int, stays: Sequence[tuple[int, int | None]], zone: tzinfo
) -> ScoreChart | None:
    """Up to `now` and from there on; None where nothing ever counted."""
    top = max((score for _, score in (*past, *future)), default=0)
    if top <= 0:
        return None
    begin = min(past[0][0], now) if past else now
    end = max([now, *(at for at, _ in future)])
    scale = _Scale(begin - max((end - begin) // 40, DAY // 24), end + max((end - begin) // 40, DAY // 24), top)
    return ScoreChart(
        past=_line(past, now, scale),
        future=_line([(now, past[-1][1] if past else 0), *future], end, scale),
        now=scale.x(now),
        bars=tuple(_bar(scale, since, now if until is None else until) for since, until in stays),
        times=tuple(_times(scale, zone)),
        scores=tuple(Tick(scale.y(each), grouped_number(each)) for each in _round_scores(top)),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    begin: int
    end: int
    top: int

    def x(self, at: int) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (at - self.begin) / (self.end - self.begin), 1)

    def y(self, score: int) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * score / self.top, 1)


def _line(steps: Sequence[Step], until: int, scale: _Scale) -> str:
    if not steps:
        return ""
    parts = [f"M{scale.x(steps[0][0])} {scale.y(steps[0][1])}"]
    parts += [f"H{scale.x(at)}V{scale.y(score)}" for at, score in steps[1:]]
    return "".join([*parts, f"H{scale.x(until)}"])


def _bar(scale: _Scale, since: int, until: int) -> Bar:
    left = scale.x(max(since, scale.begin))
    return Bar(left, max(1.0, round(scale.x(until) - left, 1)))


def _times(scale: _Scale, zone: tzinfo) -> Iterator[Tick]:
    """Beginnings of months while there are few, else of years."""
    begin, end = local_moment(scale.begin, zone), local_moment(scale.end, zone)
    months = (end.year - begin.year) * 12 + end.month - begin.month
    every = 1 if months <= _MOST_MONTHS // 2 else 2 if months <= _MOST_MONTHS else 12
    every *= max(1, -(-months // (12 * _MOST_YEARS)))
    for number in range(begin.year * 12 + begin.month, end.year * 12 + end.month):
        if number % every == 0:
            year, month = divmod(number, 12)
            first = datetime(year, month + 1, 1, tzinfo=zone)
            words = f"{first.year}" if every >= 12 else f"{first:%b} {first.year}" if month == 0 else f"{first:%b}"
            yield Tick(scale.x(round(first.timestamp() * 1_000_000)), words)


def _round_scores(top: int) -> list[int]:
    """Two to five round numbers from nothing on, in whole days."""
    size = 1_000
    while top // size >= 5:
        size = size * 2 if str(size)[0] == "1" else size * 5 // 2 if str(size)[0] == "2" else size * 2
    return [size * number for number in range(top // size + 1)]
