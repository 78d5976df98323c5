"""The document of `harmwatch status`: how far a board has come, who works on it, and what is wrong."""

from sight.document import Document
from sight.look_document import LookDocument


class WaitDocument(Document):
    """What a worker of this machine waits for: the name of the wait, for how long, and why in words."""

    what: str
    partition: int | None
    seconds: float
    why: str


class StatusDocument(LookDocument):
    """A look that was judged: each of `reasons` says what is wrong; none where all is well.

    `waits` are those of the workers whose pulse HARMWATCH_PULSE names; none where it is empty.
    """

    reasons: tuple[str, ...]
    waits: tuple[WaitDocument, ...]
