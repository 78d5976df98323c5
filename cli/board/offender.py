"""`harmwatch offender`: one person, live, at an instant, or by what was known of an instant later."""

import click

from audit.history.membership_errors import Hindsight, LaterRevisions, look_back, look_back_on_both, wrong_then
from broker.reader import OpenReader
from cli.audit.snapshots import KnownBoard, ask_then
from cli.board.as_of import instant, live_as_of
from cli.board.knowledge import Knowledge, knowledge_of, render_knowledge, render_since
from cli.clocks import AsOf, clock_options
from cli.long_pass import long_pass
from cli.output import json_option, show
from cli.policy.policies import policy_name
from cli.policy.unassessed import render_unassessed
from cli.topics import open_topics
from models.alert import alert_id, days_text
from models.board import OffenderView
from models.errors import Unproved
from models.instants import Micros, format_instant
from models.topics import JOURNAL, OFFENCES
from runtime.installation import open_store
from runtime.settings import Settings, load_settings
from scoring.engine import Engine
from sight.document import Document
from sight.printable import printable, printable_code
from state.position import Position


class ContributionDocument(Document):
    """One offence that is known of a person, by its highest revision; `counted`: it adds to the score."""

    offence_id: str
    revision: int
    code: str | None
    millidays: int
    reported_at: str
    until: str | None
    counted: bool


class OffenderDocument(Document):
    """One person; `rank` is null where nothing counts.

    `alert_id`: of the alert that they entered the band; null outside of it, and of what is only known later.
    """

    offender_id: str
    rank: int | None
    score_millidays: int
    in_band: bool
    in_band_since: str | None
    alert_id: str | None
    contributions: tuple[ContributionDocument, ...]


class OffenderByLaterKnowledge(Knowledge, OffenderDocument):
    """What held of a person at a moment by what was known later, for `--known-at` and `--as-known-now`."""


class _OffenderThen(Document):
    offender_id: str
    as_of: str


class OffenderDifference(Knowledge, _OffenderThen):
    """Both views of a person, for `--diff`; `known_since`: since when it is known that the band was wrong."""

    then: OffenderDocument
    known: OffenderDocument
    known_since: str | None


DOCUMENT = OffenderDocument | OffenderByLaterKnowledge | OffenderDifference


@click.command()
@click.argument("offender_id")
@clock_options
@json_option
def command(offender_id: str, clocks: AsOf, as_json: bool) -> None:
    """Shows one person: rank, score, and every offence known of them; now, or at an instant."""
    settings = load_settings()
    document: OffenderDocument | OffenderDifference
    if clocks.asked:
        at = clocks.at_us  # wrong use is reported before Kafka is asked
        with long_pass(open_topics(settings, OFFENCES, JOURNAL)) as open_reader:
            document = offender_at(open_reader, at, offender_id, clocks)
    else:
        document = offender_now(settings, offender_id)
    show(document, as_json, render)


def offender_document(person: OffenderView, board: str | None) -> OffenderDocument:
    """The document of a person; `board` None: a corrected history has no alerts."""
    contributions = (
        ContributionDocument(
            offence_id=row.offence_id,
            revision=row.revision,
            code=row.code or None,
            millidays=row.millidays,
            reported_at=format_instant(row.reported_at),
            until=instant(row.until),
            counted=row.counted,
        )
        for row in person.contributions
    )
    return OffenderDocument(
        offender_id=person.offender_id,
        rank=person.rank,
        score_millidays=person.score,
        in_band=person.in_band,
        in_band_since=instant(person.since),
        alert_id=None if board is None or person.entered is None else alert_id(board, person.entered),
        contributions=tuple(contributions),
    )


def offender_now(settings: Settings, offender_id: str) -> OffenderDocument:
    """One person of whom something is known.

    Raises Unproved, Unavailable, or PreconditionFailed where topics are missing.
    """
    store = open_store(settings)
    try:
        live_as_of(settings, store)
        person = store.offender(offender_id)
        if not person.contributions:
            raise _nothing_known(offender_id, store.position())
    finally:
        store.close()
    return offender_document(person, settings.board)


def _nothing_known(offender_id: str, position: Position) -> Unproved:
    """An unknown id is no all-clear, and neither is a board that is not there as a whole."""
    whole = position.generation is not None
    why = "" if whole else ", but the board is not open: it may not be whole (harmwatch status)"
    return Unproved(f"no offence of {offender_id!r} is known{why}")


def offender_at(
    open_reader: OpenReader, at: Micros, offender_id: str, clocks: AsOf
) -> OffenderDocument | OffenderDifference:
    """One person at an instant. Raises WrongUse, Unproved, Unavailable."""
    if not clocks.by_later_knowledge:
        return ask_then(
            open_reader, at, lambda board, then: offender_document(known_offender(then, offender_id, at), board)
        )
    if not clocks.diff:
        hindsight, _ = look_back(open_reader, at, clocks.known_at_us)
        known_offender(hindsight.engine, offender_id, at)
        document = offender_document(hindsight.corrected.offender(offender_id), None)
        return OffenderByLaterKnowledge(**dict(document), **dict(knowledge_of(hindsight)))
    return _both_views(offender_id, *look_back_on_both(open_reader, at, clocks.known_at_us))


def _both_views(offender_id: str, hindsight: Hindsight, later: LaterRevisions, then: Engine) -> OffenderDifference:
    """As known then, and as known later. Raises Unproved where nothing was known by either."""
    before, known = then.offender(offender_id), hindsight.corrected.offender(offender_id)
    if not known.contributions:
        known_offender(then, offender_id, hindsight.at)
    # From here on `then` is used up: it goes on to later moments.
    since = {one.offender_id: one.known_since for one in wrong_then(then, hindsight, later)}
    return OffenderDifference(
        offender_id=offender_id,
        as_of=format_instant(hindsight.at),
        **dict(knowledge_of(hindsight)),
        then=offender_document(before, hindsight.founding.board),
        known=offender_document(known, None),
        known_since=instant(since.get(offender_id)),
    )


def known_offender(then: KnownBoard, offender_id: str, at: int) -> OffenderView:
    """One person of whom something is known. Raises Unproved."""
    person = then.offender(offender_id)
    if not person.contributions:
        raise Unproved(f"no offence of {offender_id!r} was known at {format_instant(at)}")
    return person


def render(document: OffenderDocument | OffenderDifference) -> str:
    """One person, or the two views of them."""
    if isinstance(document, OffenderDocument):
        return _render_person(document) + render_knowledge(document)
    then, known = document.then, document.known
    lines = [f"as known at {document.as_of}:", _render_person(then)]
    lines += [
        f"as known at {document.known_at}, under policy {policy_name(document.policy.id, document.policy.version)}:"
    ]
    lines += [_render_person(known), *(render_unassessed(one.policy, one.offences) for one in document.unassessed)]
    if then.in_band == known.in_band:
        lines.append("In the band or not: the same.")
    else:
        should = "should have been" if known.in_band else "should not have been"
        lines.append(f"This person {should} in the band{render_since(document.known_since)}.")
    return "\n".join(lines)


def _render_person(document: OffenderDocument) -> str:
    """Standing and offences."""
    rank = f"rank {document.rank}" if document.rank else "not ranked"
    by = f" (alert {document.alert_id})" if document.alert_id else ""
    band = f", in the band since {document.in_band_since}{by}" if document.in_band else ""
    lines = [f"{printable(document.offender_id)}: {rank}, {days_text(document.score_millidays)} days{band}"]
    for row in document.contributions:
        counts = f"{days_text(row.millidays)} days until {row.until}" if row.counted else "counts nothing"
        code = printable_code(row.code or "") or "no code"
        lines.append(
            f"  {printable(row.offence_id)} ({code}, revision {row.revision}, reported {row.reported_at}): {counts}"
        )
    return "\n".join(lines)
