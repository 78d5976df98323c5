"""The pages of a whole band and of amendments, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from console.past.band_document import AmendmentDocument, BandDocument, BandRowDocument, MisplacedDocument
from console.past.person_text import day_and_time
from sight.printable import printable
from sight.words import grouped_days, grouped_number

Address = Callable[[str], str]
"""Of the page about a person; empty where there is none."""


@dataclass(frozen=True, slots=True)
class BandRowText:
    """One of the band; `word`: what is known of it later, empty where it was right."""

    rank: str
    who: str
    address: str
    days: str
    since: str
    word: str


@dataclass(frozen=True, slots=True)
class MisplacedText:
    """Somebody on the wrong side of the cut."""

    who: str
    address: str
    then: str
    known: str
    since: str


@dataclass(frozen=True, slots=True)
class AmendmentText:
    """An alert that would not be sent today."""

    alert_id: str
    stay: str
    who: str
    address: str
    what: str
    at: str
    wrong: tuple[str, ...]
    by_others: bool


@dataclass(frozen=True, slots=True)
class BandText:
    """Of one moment."""

    rows: tuple[BandRowText, ...]
    wrongly_in: tuple[MisplacedText, ...]
    wrongly_out: tuple[MisplacedText, ...]


def band_text(document: BandDocument, zone: tzinfo, address: Address) -> BandText:
    """In the zone of the console."""
    wrong = {each.offender_id for each in document.misplaced if each.was_in_band}
    return BandText(
        rows=tuple(_row(row, zone, address, is_wrong=row.offender_id in wrong) for row in document.rows),
        wrongly_in=tuple(_misplaced(each, zone, address) for each in document.misplaced if each.was_in_band),
        wrongly_out=tuple(_misplaced(each, zone, address) for each in document.misplaced if not each.was_in_band),
    )


def _row(row: BandRowDocument, zone: tzinfo, address: Address, *, is_wrong: bool) -> BandRowText:
    return BandRowText(
        f"{row.rank:,}",
        printable(row.offender_id),
        address(row.offender_id),
        grouped_number(row.score_millidays),
        "" if row.in_band_since is None else day_and_time(row.in_band_since, zone),
        "should not have been" if is_wrong else "",
    )


def _misplaced(one: MisplacedDocument, zone: tzinfo, address: Address) -> MisplacedText:
    return MisplacedText(
        printable(one.offender_id),
        address(one.offender_id),
        _standing(one.then_rank, one.then_millidays),
        _standing(one.known_rank, one.known_millidays),
        "" if one.known_since is None else day_and_time(one.known_since, zone),
    )


def _standing(rank: int | None, millidays: int) -> str:
    return f"{'not ranked' if rank is None else f'rank {rank:,}'}, {grouped_days(millidays)}"


def amendment_text(one: AmendmentDocument, zone: tzinfo, address: Address) -> AmendmentText:
    """One line of the page."""
    intervals = (f"{day_and_time(each.begin, zone)} to {day_and_time(each.end, zone)}" for each in one.intervals)
    entered = one.transition == "entered"
    return AmendmentText(
        alert_id=one.alert_id,
        stay=f"/stays/{one.alert_id}" if entered else "",
        who=printable(one.offender_id),
        address=address(one.offender_id),
        what="entered, and should not have" if entered else "left, and should not have",
        at=day_and_time(one.as_of, zone),
        wrong=tuple(intervals),
        by_others=one.by_others,
    )
