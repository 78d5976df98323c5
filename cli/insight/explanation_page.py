"""An explanation as a document."""

from dataclasses import dataclass

from audit.history.evidence import RuleOutcome, Source
from audit.history.explanation import Explanation
from audit.history.moves import AlertedMove
from cli.board.standing import StandingDocument
from cli.insight.explanation_claims import explanation_claims
from cli.insight.explanation_document import (
    AlertDocument,
    CauseDocument,
    CountedDocument,
    CounterfactualDocument,
    CounterpartDocument,
    CutDocument,
    ExcludedDocument,
    ExplanationDocument,
    ExplanationFigures,
    JournalDocument,
    ListedAlertDocument,
    RecordDocument,
    RulesDocument,
    SourceDocument,
    WouldChangeDocument,
)
from models.alert import alert_id as alert_id_of
from models.board import BoardRow
from models.instants import DAY, format_instant
from models.journal.transition import Standing, Transition
from models.topics import OFFENCES
from policies.index_titles import Title


@dataclass(frozen=True, slots=True)
class ExplanationPage:
    """One explanation, with the titles of codes where they are known."""

    found: Explanation
    titles: dict[str, Title]

    def document(self) -> ExplanationDocument:
        """The document of `harmwatch explain`: its figures, and what its sentences claim of them."""
        figures = self._figures()
        return ExplanationDocument(**dict(figures), claims=tuple(explanation_claims(figures)))

    def _figures(self) -> ExplanationFigures:
        found, person, cut = self.found, self.found.person, self.found.edges.cut
        return ExplanationFigures(
            board=found.founding.board,
            offender_id=person.offender_id,
            as_of=format_instant(found.as_of),
            alert=None if found.transition is None else self._alert(found.transition),
            rank=person.rank,
            score_millidays=person.score,
            in_band=person.in_band,
            in_band_since=None if person.since is None else format_instant(person.since),
            alerts=tuple(map(self._listed, found.alerts)),
            cut=CutDocument(score_millidays=cut, margin_millidays=None if cut is None else person.score - cut),
            contributions=tuple(map(self._contribution, found.counted)),
            excluded=self._excluded(),
            would_change=self._would_change(),
            policy=self._rules(),
            journal=JournalDocument(entry=found.read_to, hash=found.head),
        )

    def _rules(self) -> RulesDocument:
        policy = self.found.policy
        return RulesDocument(
            id=policy.id,
            version=policy.version,
            owner=policy.owner,
            digest=policy.digest,
            window_days=policy.window_days,
            anchor=policy.anchor.value,
            ages=len(policy.recency) > 1,
            size=policy.band_size,
            exit_rank=policy.exit_rank,
            titles_known=bool(self.titles),
        )

    def _alert(self, change: Transition) -> AlertDocument:
        found = self.found
        return AlertDocument(
            alert_id=alert_id_of(found.founding.board, change.sequence),
            sent=found.sent,
            transition=change.move.value,
            entry=found.entry.entry if found.entry else None,
            previous=_standing(change.previous),
            cause=self._cause(change),
            counterpart=self._counterpart(change),
            expected_exit_at=None if change.expected_exit_at is None else format_instant(change.expected_exit_at),
            in_band_from=None if change.entered is None else format_instant(change.entered.as_of),
        )

    def _cause(self, change: Transition) -> CauseDocument:
        cause, run = change.cause, self.found.entry.run if self.found.entry else None
        source = None
        if run is not None and change.offset is not None:
            source = RecordDocument(topic=OFFENCES.name, partition=run.partition, offset=change.offset)
        return CauseDocument(
            kind=cause.kind.value,
            event_id=cause.event_id,
            offence_id=cause.offence_id,
            offender_id=cause.offender_id,
            source=source,
        )

    def _counterpart(self, change: Transition) -> CounterpartDocument | None:
        standing = self.found.counterpart
        if change.counterpart is None or standing is None:
            return None
        return CounterpartDocument(offender_id=change.counterpart, rank=standing.rank, score_millidays=standing.score)

    def _listed(self, one: AlertedMove) -> ListedAlertDocument:
        move = one.transition
        return ListedAlertDocument(
            alert_id=alert_id_of(self.found.founding.board, move.sequence),
            transition=move.move.value,
            as_of=format_instant(move.as_of),
            sent=one.sent,
        )

    def _contribution(self, line: RuleOutcome) -> CountedDocument:
        policy, report = self.found.policy, line.item.report
        title = self.titles.get(report.code, Title(0, ""))
        since = line.item.contribution.anchor_at
        percent = next(percent for days, percent in policy.recency if since + days * DAY == line.until)
        return CountedDocument(
            offence_id=report.offence_id,
            revision=report.revision,
            code=report.code,
            title=title.text or None,
            index_line=title.line or None,
            index_millidays=policy.index[report.code],
            status=report.status,
            status_percent=policy.status[report.status],
            recency_percent=percent,
            millidays=line.millidays,
            reported_at=format_instant(report.reported_at),
            until=format_instant(line.until or 0),
            source=_source(line.item.source),
        )

    def _excluded(self) -> tuple[ExcludedDocument, ...]:
        judged = (
            ExcludedDocument(
                offence_id=line.item.report.offence_id,
                revision=line.item.report.revision,
                rule=line.rule.value,
                detail=line.detail,
                ended_at=None if line.until is None else format_instant(line.until),
                source=_source(line.item.source),
            )
            for line in self.found.judged
            if line.detail
        )
        refused = (
            ExcludedDocument(
                offence_id=None,
                revision=None,
                rule="refused",
                detail=f"{item.refusal.reason}: {item.refusal.detail}",
                ended_at=None,
                source=_source(item.source),
            )
            for item in self.found.refused
        )
        return (*judged, *refused)

    def _would_change(self) -> WouldChangeDocument:
        outside, score = self.found.edges.outside, self.found.person.score
        without = (
            CounterfactualDocument(
                offence_id=case.offence_id,
                score_millidays=case.standing.score,
                rank=case.standing.rank,
                in_band=case.in_band,
            )
            for case in self.found.without
        )
        return WouldChangeDocument(
            needed_millidays=self.found.edges.needed,
            lead_millidays=None if outside is None else score - outside.score,
            first_outside=None if outside is None else _standing(outside),
            without=tuple(without),
        )


def _standing(standing: Standing | BoardRow) -> StandingDocument:
    return StandingDocument(rank=standing.rank, score_millidays=standing.score)


def _source(source: Source) -> SourceDocument:
    return SourceDocument(
        topic=OFFENCES.name,
        partition=source.partition,
        offset=source.offset,
        told_at=format_instant(source.known_from),
    )
