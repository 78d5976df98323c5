"""What a case file claims: what the explanation claims, what follows from it, and how the page was made."""

from collections.abc import Iterator

from cli.claims import Claim, claim
from cli.insight.attached_proof import AttachedProof
from cli.insight.explanation_document import ExplanationDocument
from cli.provenance import Provenance
from models.instants import format_instant

REPEATED_CLAIMS = {"without", "no_single_crime"}
"""The turning point says it, and a table shows every case."""


def case_file_claims(
    document: ExplanationDocument, provenance: Provenance, proof: AttachedProof | None
) -> Iterator[Claim]:
    """The claims of a page, each once; `cli.insight.case_file` says under which heading."""
    yield claim("what_it_is", board=document.board)
    yield from turning_point(document)
    for one in document.claims:
        if one["claim"] not in REPEATED_CLAIMS | {"needed"}:
            yield one
    for case in document.would_change.without if document.in_band else ():
        yield claim("without", case.figures())
    yield claim("known_by", document.figures("as_of"))
    yield claim("journal_read", entry=document.journal.entry)
    yield _proof(document, proof)
    yield claim("made", by=provenance.made_by, at=format_instant(provenance.at), version=provenance.version)


def turning_point(document: ExplanationDocument) -> Iterator[Claim]:
    """The smallest change that would have turned it round."""
    change = document.would_change
    if document.in_band:
        decisive = [case.offence_id for case in change.without if not case.in_band]
        yield claim("turned_by_less" if decisive else "not_turned_by_less", crimes=decisive)
    elif change.needed_millidays is not None:
        yield claim("turned_by_more", millidays=change.needed_millidays)


def _proof(document: ExplanationDocument, proof: AttachedProof | None) -> Claim:
    if document.alert is None:
        return claim("no_proof_of_standing")
    if proof is None:
        return claim("no_proof", alert_id=document.alert.alert_id)
    cause, who = document.alert.cause, document.offender_id
    others = document.alert.counterpart is not None or cause.offender_id not in (None, who)
    figures = {"alert_id": document.alert.alert_id, "name": proof.name, "alerts": proof.alerts}
    return claim("proved", figures, issued_at=format_instant(proof.issued_at), names_another=others)
