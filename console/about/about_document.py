"""`/about` as a document: for whoever publishes the record, or holds it against that of another installation."""

from collections.abc import Sequence

from console.about.policy_facts import Fact
from console.about.transparency_record import RecordSection
from sight.document import Document

SAYS = (
    "that reports were made, each of which can be read again",
    "that their sum, by the policy below, is among the highest, or no longer is",
    "that somebody should look, and record what they found",
)
SAYS_NOT = (
    "that a report is true: reported is not proved",
    "what anybody will do: it is a sum over the past",
    "that who is off the list has done less: what nobody reported does not count",
    "that anything should happen because of it alone",
)


class FactDocument(Document):
    """A question and its answer; null: this installation does not state it."""

    name: str
    text: str | None


class RecordSectionDocument(Document):
    """A chapter of the transparency record."""

    title: str
    facts: tuple[FactDocument, ...]


class AboutDocument(Document):
    """What an alert says and does not say, the policy, and the transparency record in the order of its standard."""

    board: str
    band_size: int
    says: tuple[str, ...]
    says_not: tuple[str, ...]
    policy: tuple[FactDocument, ...]
    record: tuple[RecordSectionDocument, ...]


def about_document(board: str, size: int, policy: Sequence[Fact], record: Sequence[RecordSection]) -> AboutDocument:
    """Of a board whose list has `size` places."""
    sections = (RecordSectionDocument(title=each.title, facts=_facts(each.facts)) for each in record)
    return AboutDocument(
        board=board, band_size=size, says=SAYS, says_not=SAYS_NOT, policy=_facts(policy), record=tuple(sections)
    )


def _facts(facts: Sequence[Fact]) -> tuple[FactDocument, ...]:
    return tuple(FactDocument(name=each.name, text=each.text) for each in facts)
