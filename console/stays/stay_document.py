"""One stay as a document: where it stands, and what an action about it has to bring back."""

from console.stays.stay_text import PersonView, StayText
from models.desk.basis import Basis
from sight.document import Document


class StayDocument(Document):
    """`seen` is the field that an action brings back; empty where `words` says why none can be done."""

    alert_id: str
    offender_id: str
    kind: str
    state: str
    basis: Basis | None
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
        acts=tuple(sorted(text.acts)),
        seen=seen,
        words=why_not or asked.trouble,
    )
