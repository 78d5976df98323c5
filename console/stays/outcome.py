"""What becomes of an officer's action, as the console answers it."""

from dataclasses import dataclass

from sight.document import Document


@dataclass(frozen=True, slots=True)
class Outcome:
    """An HTTP status and words; of 409 what has changed, or who was first (`by`), when (`at`), and what holds `now`."""

    status: int
    words: str
    changes: tuple[str, ...] = ()
    by: str = ""
    at: str = ""
    now: str = ""

    @property
    def is_written(self) -> bool:
        """Whether it lies on the topic, and nothing speaks against it."""
        return self.status in {201, 202}


class OutcomeDocument(Document):
    """The answer to an action, for programs: `status` as that of the answer."""

    status: int
    words: str
    changes: tuple[str, ...]
    by: str
    at: str
    now: str


def outcome_document(outcome: Outcome) -> OutcomeDocument:
    """The same as JSON."""
    return OutcomeDocument(
        status=outcome.status, words=outcome.words, changes=outcome.changes, by=outcome.by, at=outcome.at,
        now=outcome.now,
    )  # fmt: skip
