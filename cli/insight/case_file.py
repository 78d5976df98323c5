"""The case file: an explanation as one page that a court can read, print and check."""

import hashlib
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from cli.claims import Claim
from cli.insight.attached_proof import AttachedProof
from cli.insight.case_file_claims import case_file_claims
from cli.insight.case_file_words import (
    ALERTS_HEAD,
    COUNTED_HEAD,
    EXCLUDED_HEAD,
    WITHOUT_HEAD,
    alert_row,
    counted_row,
    excluded_row,
    say,
    total_row,
    without_row,
)
from cli.insight.explanation_document import ExplanationDocument
from cli.provenance import Provenance
from models.instants import parse_instant
from models.topics import OFFENCES
from pages.paper import Attachment, Command, Fact, Paper, Section, Table

_LEAD = (
    "in_band", "not_in_band", "entered", "left", "not_sent", "turned_by_less", "not_turned_by_less", "turned_by_more",
)  # fmt: skip
_RULES = ("what_it_is", "who_comes_in", "who_stays", "what_counts", "ties", "policy")
_HAPPENED = (
    "cause_offence", "cause_amendment", "cause_withdrawal", "cause_expiry", "cause_displacement", "cause_vacancy",
    "cause_policy", "before_and_after", "counterpart", "stay_ended", "expected_exit",
)  # fmt: skip


def case_file(document: ExplanationDocument, provenance: Provenance, proof: AttachedProof | None) -> Paper:
    """The page."""
    return _CaseFile(document, provenance, proof, tuple(case_file_claims(document, provenance, proof))).paper()


@dataclass(frozen=True, slots=True)
class _CaseFile:
    document: ExplanationDocument
    provenance: Provenance
    proof: AttachedProof | None
    claims: tuple[Claim, ...]

    def paper(self) -> Paper:
        document, moments = self.document, self.provenance.moments
        alert = document.alert
        return Paper(
            language=moments.language,
            kicker="Statement about one person and one moment",
            title=_title(document),
            mark="Holds personal data",
            facts=(
                Fact("Person", document.offender_id),
                Fact("Moment", moments.text(parse_instant(document.as_of))),
                *((Fact("Alert", alert.alert_id),) if alert else ()),
                Fact("List", f"board {document.board}"),
            ),
            lead=self._said(*_LEAD),
            sections=tuple(self._sections()),
            appendix=tuple(self._appendix()),
            footer=" ".join(self._said("made")),
        )

    def _sections(self) -> Iterator[Section]:
        yield Section("What this list is", self._said(*_RULES))
        if self.document.alert is not None:
            yield Section("What happened", self._said(*_HAPPENED))
        if self._of("told"):
            rows = tuple(alert_row(one, self.provenance.moments) for one in self._of("told"))
            yield Section("Alerts about this person until then", table=Table(ALERTS_HEAD, rows))
        yield self._counted()
        yield self._excluded()
        yield Section("Where the line was", self._said("position", "any_score_is_enough", "cut", "first_outside"))
        if rows := tuple(map(without_row, self._of("without"))):
            table = Table(WITHOUT_HEAD, rows, frozenset({1, 2}))
            yield Section("Without each crime, everybody else staying as they were", table=table)
        yield Section(
            "How this can be checked",
            self._said("known_by", "journal_read", "proved", "no_proof", "no_proof_of_standing"),
            commands=tuple(self._commands()),
            attachment=self._attachment(),
        )

    def _counted(self) -> Section:
        rows = tuple(counted_row(one, self.provenance.moments) for one in self._of("counted"))
        foot = next((total_row(one) for one in self._of("total")), ())
        table = Table(COUNTED_HEAD, rows, frozenset({2}), foot) if rows else None
        return Section("What counted", self._said("nothing_counted", "titles_unknown"), table)

    def _excluded(self) -> Section:
        rows = tuple(excluded_row(one, self.provenance.moments) for one in self._of("not_counted"))
        table = Table(EXCLUDED_HEAD, rows) if rows else None
        return Section("What did not count", self._said("nothing_left_out"), table)

    def _commands(self) -> Iterator[Command]:
        alert = self.document.alert
        what = (
            alert.alert_id
            if alert
            else f"--offender {shlex.quote(self.document.offender_id)} --at {self.document.as_of}"
        )
        yield Command(
            f"harmwatch explain {what}", "Says all of this once more, from the records and the journal alone."
        )
        yield Command(
            "harmwatch verify",
            "Computes all that the service has ever said once more, with a second program, and names what differs.",
        )
        if self.proof is not None:
            yield Command(
                f"harmwatch proof check {shlex.quote(self.proof.name)} --public-key KEY",
                "Needs the attached file and the public key of its signer; neither the service nor a network.",
            )

    def _attachment(self) -> Attachment | None:
        if self.proof is None:
            return None
        return Attachment(self.proof.name, "application/json", self.proof.content)

    def _appendix(self) -> Iterator[Section]:
        document, alert, proof = self.document, self.document.alert, self.proof
        facts = [
            Fact("Policy", document.policy.digest, is_code=True),
            Fact(f"Journal, entry {document.journal.entry:,}", document.journal.hash, is_code=True),
            Fact("Program", f"harmwatch {self.provenance.version}, build {self.provenance.build}", is_code=True),
        ]
        if proof is not None:
            facts.append(Fact("Proof, SHA-256", hashlib.sha256(proof.content).hexdigest(), is_code=True))
            facts.append(Fact("Proof, signed by", proof.public_key, is_code=True))
        yield Section("Fingerprints", facts=tuple(facts))
        places = [Fact("Records of this page", f"on topic {OFFENCES.name}, by partition and offset")]
        if alert is not None and alert.entry is not None:
            places.append(Fact("Alert made by", f"entry {alert.entry:,} of the journal"))
        if alert is not None and alert.cause.source is not None:
            source = alert.cause.source
            places.append(Fact("Record that caused it", f"partition {source.partition}, offset {source.offset}"))
        yield Section("Where it stands", facts=tuple(places))

    def _of(self, name: str) -> tuple[Claim, ...]:
        return tuple(one for one in self.claims if one["claim"] == name)

    def _said(self, *names: str) -> tuple[str, ...]:
        return tuple(say(one, self.provenance.moments) for name in names for one in self._of(name))


def _title(document: ExplanationDocument) -> str:
    if document.alert is None:
        return f"Why {document.offender_id} was {'' if document.in_band else 'not '}on the list"
    return f"Why {document.offender_id} {'came onto' if document.alert.transition == 'entered' else 'left'} the list"
