"""What an explanation claims: every figure that its sentences hold, and nothing that brute force could not try."""

from collections.abc import Iterator

from cli.claims import Claim, claim
from cli.insight.explanation_document import AlertDocument, ExplanationFigures, RulesDocument


def explanation_claims(document: ExplanationFigures) -> Iterator[Claim]:
    """The claims of a document, in the order of their sentences."""
    yield from _standing(document)
    yield from _rules(document.policy)
    if document.alert is not None:
        yield from _moved(document, document.alert)
    for alert in document.alerts:
        yield claim("told", alert.figures())
    yield from _position(document)
    yield from _sum(document)
    yield from _excluded(document)
    yield from _would_change(document)
    yield claim("policy", document.policy.figures("id", "version", "owner", "digest"))
    if not document.policy.titles_known:
        yield claim("titles_unknown")


def _standing(document: ExplanationFigures) -> Iterator[Claim]:
    alert, who = document.alert, document.figures("offender_id", "as_of", "board")
    if alert is None:
        yield claim("in_band" if document.in_band else "not_in_band", who)
        return
    yield claim(alert.transition, who, alert_id=alert.alert_id)
    if not alert.sent:
        yield claim("not_sent")


def _rules(policy: RulesDocument) -> Iterator[Claim]:
    yield claim("who_comes_in", size=policy.size)
    if policy.exit_rank != policy.size:
        yield claim("who_stays", exit_rank=policy.exit_rank)
    yield claim("what_counts", policy.figures("window_days", "anchor", "ages"))
    yield claim("ties", anchor=policy.anchor)


def _moved(document: ExplanationFigures, alert: AlertDocument) -> Iterator[Claim]:
    moved = {"transition": alert.transition, "offender_id": document.offender_id}
    yield claim(f"cause_{alert.cause.kind}", alert.cause.figures(), moved=document.offender_id)
    after = document.figures("rank", "score_millidays")
    yield claim("before_and_after", before=alert.previous.figures(), after=after)
    if alert.counterpart is not None:
        yield claim("counterpart", alert.counterpart.figures(), transition=alert.transition)
    if alert.in_band_from is not None:
        yield claim("stay_ended", moved, began=alert.in_band_from)
    if alert.expected_exit_at is not None:
        yield claim("expected_exit", moved, at=alert.expected_exit_at)


def _position(document: ExplanationFigures) -> Iterator[Claim]:
    yield claim("position", document.figures("rank", "score_millidays"))
    if document.cut.score_millidays is None:
        yield claim("any_score_is_enough", size=document.policy.size)
    else:
        yield claim("cut", document.cut.figures(), size=document.policy.size)


def _sum(document: ExplanationFigures) -> Iterator[Claim]:
    lines = document.contributions
    for line in lines:
        yield claim("counted", line.figures())
    if lines:
        yield claim("total", crimes=len(lines), score_millidays=document.score_millidays)
    else:
        yield claim("nothing_counted")


def _excluded(document: ExplanationFigures) -> Iterator[Claim]:
    for line in document.excluded:
        yield claim("not_counted", line.figures())
    if not document.excluded:
        yield claim("nothing_left_out")


def _would_change(document: ExplanationFigures) -> Iterator[Claim]:
    change, in_band = document.would_change, document.in_band
    if change.needed_millidays is not None:
        yield claim("needed", millidays=change.needed_millidays)
    if change.first_outside is not None:
        yield claim("first_outside", change.first_outside.figures(), lead_millidays=change.lead_millidays)
    decisive = [case for case in change.without if case.in_band != in_band]
    for case in decisive:
        yield claim("without", case.figures())
    if in_band and not decisive:
        yield claim("no_single_crime")
