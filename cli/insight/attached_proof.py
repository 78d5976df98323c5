"""A proof beside an explanation: that the alert is one of those that were verified."""

from dataclasses import dataclass
from pathlib import Path

from audit.certificates.proof import Proof, check_proof
from audit.signing.document import document_text, read_document
from cli.insight.explanation_document import ExplanationDocument
from models.errors import Unproved, WrongUse
from models.instants import parse_instant
from models.token import Token


@dataclass(frozen=True, slots=True)
class AttachedProof:
    """The file, and what it proves; `public_key` signed it, `issued_at` in microseconds."""

    name: str
    content: bytes
    alerts: int
    issued_at: int
    public_key: str


def attached_proof(path: Path, document: ExplanationDocument) -> AttachedProof:
    """Reads a proof of the alert that is explained.

    Raises WrongUse where it is of another one or cannot be read, Unproved where it does not hold.
    """
    if document.alert is None:
        raise WrongUse("a proof is of an alert: --proof goes with an ALERT_ID")
    proof = read_document(path, Proof)
    alert = check_proof(proof, proof.certificate.public_key)
    if alert.alert_id != document.alert.alert_id:
        raise WrongUse(f"{path} proves alert {alert.alert_id}, not {document.alert.alert_id}")
    sealed = Token.read(alert.offender_id) is not None
    proved = (alert.transition.value, parse_instant(alert.as_of), alert.rank, alert.score_millidays)
    found = document.alert.transition, parse_instant(document.as_of), document.rank, document.score_millidays
    if proved != found or not (sealed or alert.offender_id == document.offender_id):
        raise Unproved(f"alert {alert.alert_id} says something else than the journal: run `harmwatch verify`")
    manifest = proof.certificate.manifest
    return AttachedProof(
        name=path.name,
        content=document_text(proof).encode(),
        alerts=manifest.alerts.count,
        issued_at=parse_instant(manifest.issued_at),
        public_key=proof.certificate.public_key,
    )
