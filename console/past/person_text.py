"""The page about one person, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import pairwise

from console.past.person_document import (
    OffenceDocument,
    PersonDocument,
    PointDocument,
    ScoreCauseDocument,
    ScoreChangeDocument,
    UncountedDocument,
)
from console.past.score_chart import ScoreChart, score_chart
from models.instants import Micros, parse_instant
from sight.local_times import full_moment, local_moment
from sight.printable import printable, printable_code
from sight.words import grouped_days, grouped_number

_KINDS = {"reported": "reported", "amended": "corrected", "ended": "its time ended", "policy": "another policy"}


@dataclass(frozen=True, slots=True)
class ChangeText:
    """A change of the score."""

    at: str
    days: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeriodText:
    """A time in the band. `alert_id`: of its beginning, under which the desk has it."""

    alert_id: str
    since: str
    until: str
    sent: bool


@dataclass(frozen=True, slots=True)
class PersonText:
    """All that the page shows; a chart where anything ever counted."""

    who: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    chart: ScoreChart | None
    changes: tuple[ChangeText, ...]
    periods: tuple[PeriodText, ...]
    counted: tuple[tuple[str, ...], ...]
    uncounted: tuple[tuple[str, ...], ...]
    path: tuple[tuple[str, ...], ...]
    leaves: str


def person_text(document: PersonDocument, zone: tzinfo, *, is_past: bool) -> PersonText:
    """In the zone of the console; `is_past`: not of the newest moment."""
    return PersonText(
        who=printable(document.offender_id),
        lead=" ".join(_lead(document, zone, is_past=is_past)),
        facts=tuple(_facts(document, zone)),
        chart=_chart(document, zone),
        changes=tuple(_change(each, zone) for each in reversed(document.score)),
        periods=tuple(reversed(list(_periods(document, zone)))),
        counted=tuple(_counted(each, zone) for each in document.contributions),
        uncounted=tuple(_uncounted(each) for each in document.uncounted),
        path=tuple(_point(before, point, zone) for before, point in pairwise(document.path)),
        leaves="" if is_past else _leaves(document.path, zone),
    )


def day_and_time(instant: str, zone: tzinfo) -> str:
    """Short enough for a table."""
    moment = local_moment(parse_instant(instant), zone)
    return f"{moment.day} {moment:%b %Y, %H:%M}"


def whole_moment(instant: str, zone: tzinfo) -> str:
    """To the second, with its zone."""
    return full_moment(parse_instant(instant), zone)


def _lead(document: PersonDocument, zone: tzinfo, *, is_past: bool) -> Iterator[str]:
    standing = "was" if is_past else "is"
    if not document.in_band:
        yield f"This person {standing} not in the band."
    else:
        since = "" if document.in_band_since is None else f" since {day_and_time(document.in_band_since, zone)}"
        lasting = standing if not since else "had been" if is_past else "has been"
        yield f"This person {lasting} in the band{since}."
    rank = "not ranked" if document.rank is None else f"rank {document.rank:,}"
    yield f"{rank[:1].upper()}{rank[1:]}, {grouped_days(document.score_millidays)}."


def _facts(document: PersonDocument, zone: tzinfo) -> Iterator[tuple[str, str]]:
    yield "Moment", whole_moment(document.as_of, zone)
    yield "As known", "at that moment" if document.known == "then" else f"now, {whole_moment(document.known_at, zone)}"
    if document.margin_millidays is not None:
        far, side = abs(document.margin_millidays), "above" if document.margin_millidays >= 0 else "below"
        yield "From the cut", "on it" if far == 0 else f"{grouped_days(far)} {side}"
    yield "Policy", printable(document.policy)
    if document.entry is not None:
        yield "Journal read to", f"entry {document.entry:,}"


def _chart(document: PersonDocument, zone: tzinfo) -> ScoreChart | None:
    past = [(int(parse_instant(each.at)), each.score_millidays) for each in document.score]
    future = [(int(parse_instant(each.as_of)), each.score_millidays) for each in document.path[1:]]
    if document.known == "now":
        return None
    return score_chart(past, future, parse_instant(document.as_of), list(_spans(document)), zone)


def _spans(document: PersonDocument) -> Iterator[tuple[Micros, Micros | None]]:
    since: Micros | None = None
    for each in document.alerts:
        at = parse_instant(each.as_of)
        if each.transition == "entered":
            since = at
        elif since is not None:
            yield since, at
            since = None
    if since is not None:
        yield since, None


def _periods(document: PersonDocument, zone: tzinfo) -> Iterator[PeriodText]:
    begun = [each for each in document.alerts if each.transition == "entered"]
    ended = [each for each in document.alerts if each.transition == "left"]
    for number, each in enumerate(begun):
        end = "" if number >= len(ended) else day_and_time(ended[number].as_of, zone)
        yield PeriodText(each.alert_id, day_and_time(each.as_of, zone), end, each.sent)


def _change(change: ScoreChangeDocument, zone: tzinfo) -> ChangeText:
    return ChangeText(
        day_and_time(change.at, zone), grouped_number(change.score_millidays), tuple(map(_cause, change.causes))
    )


def _cause(cause: ScoreCauseDocument) -> str:
    sign = "+" if cause.millidays > 0 else "\N{MINUS SIGN}"
    code = printable_code(cause.code) or "no code"
    days = f"{sign}{grouped_number(abs(cause.millidays))}"
    return f"{days} {code}, {_KINDS[cause.kind]} ({printable(cause.offence_id)})"


def _counted(offence: OffenceDocument, zone: tzinfo) -> tuple[str, ...]:
    title = "" if offence.title is None else printable(offence.title)
    return (
        printable_code(offence.code or "") or "no code",
        title,
        grouped_number(offence.millidays),
        _reckoning(offence),
        day_and_time(offence.reported_at, zone),
        day_and_time(offence.until, zone),
        printable(offence.offence_id),
    )


def _reckoning(offence: OffenceDocument) -> str:
    """How the days come about: recomputable by hand."""
    if offence.index_millidays is None or offence.status_percent is None or offence.recency_percent is None:
        return ""
    days = grouped_number(offence.index_millidays)
    recency = "" if offence.recency_percent == 100 else f" \N{MULTIPLICATION SIGN} {offence.recency_percent} % by age"
    return f"{days} \N{MULTIPLICATION SIGN} {offence.status_percent} % ({printable(offence.status or '')}){recency}"


def _uncounted(offence: UncountedDocument) -> tuple[str, ...]:
    if offence.offence_id is None:
        return "a refused record", printable(offence.why)
    return f"{printable(offence.offence_id)}, revision {offence.revision}", printable(offence.why)


def _point(before: PointDocument, point: PointDocument, zone: tzinfo) -> tuple[str, ...]:
    moved = "enters the band" if point.in_band else "leaves the band"
    return (
        day_and_time(point.as_of, zone),
        grouped_number(point.score_millidays),
        "not ranked" if point.rank is None else f"{point.rank:,}",
        moved if before.in_band != point.in_band else "",
    )


def _leaves(path: Sequence[PointDocument], zone: tzinfo) -> str:
    """When they next come in or go, in a sentence."""
    for before, point in pairwise(path):
        if before.in_band != point.in_band:
            moved = "enter" if point.in_band else "leave"
            at = day_and_time(point.as_of, zone)
            return f"If nothing more is reported about anybody, they {moved} the band on {at}."
    if path and path[0].in_band:
        return "If nothing more is reported about anybody, they stay in the band until nothing of theirs counts."
    return ""
