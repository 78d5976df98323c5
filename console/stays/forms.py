"""What somebody sends about a stay: one act, with what they typed and what their page had shown."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from console.form_fields import form_fields
from desk.decision import ACCEPT

LONGEST_TEXT = 2_000
HOURS = (1, 4, 12, 24)
"""For how long a stay can be put off; the rules of the desk may allow less."""


class ActKind(StrEnum):
    """What can be done with a stay."""

    LOOK = "look"
    NOTE = "note"
    SNOOZE = "snooze"
    CLOSE = "close"
    RELEASE = "release"
    PROPOSE = "propose"
    CONFIRM = "confirm"
    RETURN = "return"


NEEDS_BASIS = frozenset({ActKind.LOOK, ActKind.SNOOZE, ActKind.CLOSE, ActKind.PROPOSE, ActKind.CONFIRM})
"""What rests on what the board says of a person."""

WITHOUT_BASIS = frozenset({ActKind.LOOK, ActKind.CLOSE})
"""What can be done although nobody can read any more whom a stay is about."""

NEEDS_PROPOSAL = frozenset({ActKind.CONFIRM, ActKind.RETURN})
"""What answers the proposal that the page showed."""

_WORDLESS = frozenset({ActKind.LOOK, ActKind.CONFIRM})
_WORD = re.compile("[a-z][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class StayForm:
    """As it was sent; `text` with line ends as they are written here. Not chosen: `hours` None, the words empty."""

    act: ActKind | None
    seen: str
    text: str = ""
    hours: int | None = None
    measure: str = ""
    provisional: bool = False
    reason_code: str = ""
    until: str = ""
    """an instant, instead of hours"""

    def fault(self, *, needs_words: bool = True) -> str:
        """Why nothing can be done by it; empty: it can. `needs_words`: of an act that says why, without a text none."""
        if self.act is None:
            return "Nothing was chosen."
        if self.act in _WORDLESS or (not self.text and not needs_words):
            return ""
        if not self.text:
            return "Write the note." if self.act is ActKind.NOTE else "Say why."
        if len(self.text) > LONGEST_TEXT:
            return f"That is {len(self.text):,} characters, and {LONGEST_TEXT:,} is the most."
        if not all(line.isprintable() for line in self.text.split("\n")):
            return "There are characters in the text that cannot be shown: write it again without them."
        return self._fault_of_choice()

    def fields(self) -> Iterator[tuple[str, str, bool]]:
        """What it was made of, to be sent again: name, value, and whether somebody typed it; of no act nothing."""
        if self.act is None:
            return
        values = {
            "act": self.act.value, "seen": self.seen, "hours": str(self.hours or ""), "measure": self.measure,
            "reason_code": self.reason_code, "provisional": "yes" if self.provisional else "",
        }  # fmt: skip
        yield from ((name, value, False) for name, value in values.items() if value)
        yield "text", self.text, True

    def _fault_of_choice(self) -> str:
        if self.act is ActKind.SNOOZE and self.hours is None and not self.until:
            return "Choose for how long."
        if self.act is not ActKind.PROPOSE:
            return ""
        if not self.measure:
            return "Choose what you propose."
        is_held = self.provisional and self.measure != ACCEPT
        return "Only accept can be provisional." if is_held else ""


def read_stay_form(body: bytes) -> StayForm:
    """What stands in a form; what cannot be read is not there."""
    fields: Mapping[str, str] = dict(form_fields(body))
    act, hours, measure = fields.get("act", ""), fields.get("hours", ""), fields.get("measure", "")
    reason = fields.get("reason_code", "")
    text = fields.get("text", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return StayForm(
        ActKind(act) if act in set(ActKind) else None,
        fields.get("seen", ""),
        text,
        int(hours) if hours in {str(each) for each in HOURS} else None,
        measure if _WORD.fullmatch(measure) else "",
        fields.get("provisional", "") == "yes",
        reason if _WORD.fullmatch(reason) else "",
    )
