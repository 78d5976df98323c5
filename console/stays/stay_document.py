"""One stay as a document: where it stands, and what an action about it has to bring back."""

from console.stays.person_view import PersonView
from console.stays.proposal_text import ProposalText
from console.stays.stay_text import StayText
from models.desk.basis import Basis
from sight.document import Document


class ProposalDocument(Document):
    """What waits for a second person. `contested` and `changes` say what is no longer as when it was proposed;
    `hindrance` why it cannot be confirmed by who asks, empty where it can.
    """

    measure: str
    by: str
    provisional: bool
    why: str
    ends_at: str
    contested: tuple[str, ...]
    changes: tuple[str, ...]
    hindrance: str


class StayDocument(Document):
    """`seen` is the field that an action brings back; empty where `words` says why none can be done."""

    alert_id: str
    offender_id: str
    kind: str
    state: str
    basis: Basis | None
    proposal: ProposalDocument | None
    acts: tuple[str, ...]
    seen: str
    words: str


def stay_document(text: StayText, asked: PersonView, seen: str, why_not: str) -> StayDocument:
    """Of a stay as an officer reads it."""
    return StayDocument(
        alert_id=text.alert_id,
        offender_id=text.who,
        kind=text.kind,
        state="".join(piece.text for piece in text.state),
        basis=asked.basis,
        proposal=None if text.proposal is None else proposal_document(text.proposal),
        acts=tuple(sorted(text.acts)),
        seen=seen,
        words=why_not or asked.trouble,
    )


def proposal_document(text: ProposalText) -> ProposalDocument:
    """Of one that waits, as who asks may answer it."""
    return ProposalDocument(
        measure=text.measure, by=text.by, provisional=text.provisional, why=text.why, ends_at=text.ends_at,
        contested=text.contested, changes=text.others, hindrance=text.hindrance or text.again,
    )  # fmt: skip
