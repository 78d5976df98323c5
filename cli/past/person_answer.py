"""One person at one moment, for their page: as known then, or by what is known now."""

from collections.abc import Callable

from audit.history.evidence import RuleOutcome
from audit.history.explanation import Explanation
from audit.history.forecast import Point
from audit.history.membership_errors import look_back
from audit.history.moves import AlertedMove
from audit.history.person_history import PersonHistory, person_history
from audit.history.score_path import ScoreChange
from broker.reader import OpenReader
from cli.policy.policies import policy_name
from console.past.person_document import (
    AlertLineDocument,
    OffenceDocument,
    PersonDocument,
    PointDocument,
    ScoreCauseDocument,
    ScoreChangeDocument,
    UncountedDocument,
)
from console.past.questions import PersonQuestion
from models.alert import alert_id
from models.board import ContributionRow
from models.errors import WrongUse
from models.instants import DAY, format_instant
from models.policy import Policy
from policies.index_titles import Title

Titles = Callable[[Policy], dict[str, Title]]


def person_answer(open_reader: OpenReader, question: PersonQuestion, titles: Titles) -> PersonDocument:
    """Raises WrongUse, Unproved, Unavailable."""
    if question.by_later:
        return _by_later(open_reader, question, titles)
    found = person_history(open_reader, question.offender_id, question.at)
    as_of = format_instant(found.as_of)
    if found.standing is None:
        return PersonDocument(
            board=found.board, offender_id=question.offender_id, as_of=as_of, known="then", known_at=as_of,
            entry=found.entry, policy="", is_known=False,
        )  # fmt: skip
    return _as_known_then(found, found.standing, titles)


def _as_known_then(found: PersonHistory, standing: Explanation, titles: Titles) -> PersonDocument:
    person, policy, as_of = standing.person, standing.policy, format_instant(found.as_of)
    known = titles(policy)
    cut = standing.edges.cut
    return PersonDocument(
        board=found.board,
        offender_id=person.offender_id,
        as_of=as_of,
        known="then",
        known_at=as_of,
        entry=found.entry,
        policy=policy_name(policy.id, policy.version),
        is_known=True,
        rank=person.rank,
        score_millidays=person.score,
        in_band=person.in_band,
        in_band_since=None if person.since is None else format_instant(person.since),
        margin_millidays=None if cut is None else person.score - cut,
        contributions=tuple(_counted(line, policy, known) for line in standing.counted),
        uncounted=tuple(_uncounted(standing)),
        alerts=tuple(_alert(found.board, one) for one in standing.alerts),
        score=tuple(map(_change, found.score)),
        path=tuple(map(_point, found.path)),
    )


def _point(point: Point) -> PointDocument:
    return PointDocument(
        as_of=format_instant(point.as_of), score_millidays=point.score, rank=point.rank, in_band=point.in_band
    )


def _counted(line: RuleOutcome, policy: Policy, titles: dict[str, Title]) -> OffenceDocument:
    report, since = line.item.report, line.item.contribution.anchor_at
    title = titles.get(report.code)
    return OffenceDocument(
        offence_id=report.offence_id,
        revision=report.revision,
        code=report.code,
        title=(title.text or None) if title else None,
        index_millidays=policy.index[report.code],
        status=report.status,
        status_percent=policy.status[report.status],
        recency_percent=next(percent for days, percent in policy.recency if since + days * DAY == line.until),
        millidays=line.millidays,
        reported_at=format_instant(report.reported_at),
        until=format_instant(line.until or 0),
    )


def _uncounted(standing: Explanation) -> list[UncountedDocument]:
    judged = [
        UncountedDocument(
            offence_id=line.item.report.offence_id, revision=line.item.report.revision, why=line.detail
        )
        for line in standing.judged
        if line.detail
    ]  # fmt: skip
    return judged + [
        UncountedDocument(
            offence_id=None, revision=None, why=f"refused, {each.refusal.reason}: {each.refusal.detail}"
        )
        for each in standing.refused
    ]  # fmt: skip


def _alert(board: str, one: AlertedMove) -> AlertLineDocument:
    move = one.transition
    return AlertLineDocument(
        alert_id=alert_id(board, move.sequence), transition=move.move.value, as_of=format_instant(move.as_of),
        sent=one.sent,
    )  # fmt: skip


def _change(change: ScoreChange) -> ScoreChangeDocument:
    causes = (
        ScoreCauseDocument(
            kind=cause.kind.value, offence_id=cause.offence_id, code=cause.code, millidays=cause.millidays
        )
        for cause in change.causes
    )  # fmt: skip
    return ScoreChangeDocument(at=format_instant(change.at), score_millidays=change.score, causes=tuple(causes))


def _by_later(open_reader: OpenReader, question: PersonQuestion, titles: Titles) -> PersonDocument:
    """What held at a moment by all that is known now. Raises WrongUse without a moment."""
    if question.at is None:
        raise WrongUse("what is known now of now is what is known: name an earlier moment")
    hindsight, _ = look_back(open_reader, question.at, None)
    person, policy = hindsight.corrected.offender(question.offender_id), hindsight.policy
    known = titles(policy)
    return PersonDocument(
        board=hindsight.founding.board,
        offender_id=question.offender_id,
        as_of=format_instant(question.at),
        known="now",
        known_at=format_instant(hindsight.known_at),
        entry=None,
        policy=policy_name(policy.id, policy.version),
        is_known=bool(person.contributions),
        rank=person.rank,
        score_millidays=person.score,
        in_band=person.in_band,
        in_band_since=None if person.since is None else format_instant(person.since),
        contributions=tuple(_by_row(row, known) for row in person.contributions if row.counted),
        uncounted=tuple(
            UncountedDocument(offence_id=row.offence_id, revision=row.revision, why="it counts nothing by then")
            for row in person.contributions
            if not row.counted
        ),
    )


def _by_row(row: ContributionRow, titles: dict[str, Title]) -> OffenceDocument:
    title = titles.get(row.code)
    return OffenceDocument(
        offence_id=row.offence_id,
        revision=row.revision,
        code=row.code or None,
        title=(title.text or None) if title else None,
        index_millidays=None,
        status=None,
        status_percent=None,
        recency_percent=None,
        millidays=row.millidays,
        reported_at=format_instant(row.reported_at),
        until=format_instant(row.until or 0),
    )
