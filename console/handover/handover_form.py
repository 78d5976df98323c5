"""What somebody sends about a handover: one act, with what they chose and typed, and what their page had shown."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from console.form_fields import form_fields
from console.stays.forms import LONGEST_TEXT
from models.officer_name import OFFICER_NAME

ENDS = ("taken", "returned")
_OF_STAY = re.compile(r"(end|why)\.([1-9][0-9]{0,17})")
_NAME = re.compile(OFFICER_NAME)


class HandoverKind(StrEnum):
    """What can be done with the desk as a whole."""

    OFFER = "offer"
    TAKE = "take"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class HandoverForm:
    """As it was sent. `text`: words of an offer, or why it is returned; `ends` and `whys` by stay."""

    act: HandoverKind | None = None
    seen: str = ""
    to: str = ""
    text: str = ""
    ends: Mapping[int, str] = field(default_factory=dict)
    whys: Mapping[int, str] = field(default_factory=dict)

    def fault(self) -> str:
        """Why nothing can be done by it, whatever its page had shown; empty: it can."""
        if self.act is None:
            return "Nothing was chosen."
        if self.act is HandoverKind.OFFER and not _NAME.fullmatch(self.to):
            return "Say to whom, as their name stands at the head of their pages."
        if self.act is HandoverKind.RETURN and not self.text:
            return "Say why."
        return next(filter(None, map(_text_fault, (self.text, *self.whys.values()))), "")

    def walk_fault(self, stays: Iterable[int], sealed: frozenset[int]) -> str:
        """Why these cannot be taken or returned by it, empty where they can; of `sealed` ones no reason is written."""
        for stay in stays:
            end = self.ends.get(stay)
            if end is None:
                return "Choose for each stay whether you take it or return it."
            if end == "returned" and stay not in sealed and not self.whys.get(stay):
                return f"Say why you return stay {stay}."
        return ""

    def fields(self) -> Iterator[tuple[str, str, bool]]:
        """What it was made of, to be sent again: name, value, and whether somebody typed it."""
        yield "act", str(self.act or ""), False
        yield "seen", self.seen, False
        yield from (("to", self.to, False), ("text", self.text, True))
        yield from ((f"end.{stay}", end, False) for stay, end in self.ends.items())
        yield from ((f"why.{stay}", why, True) for stay, why in self.whys.items())


def read_handover_form(body: bytes, provider: str = "") -> HandoverForm:
    """What stands in a form; what cannot be read is not there. A name without its `provider` is one of the same."""
    ends: dict[int, str] = {}
    whys: dict[int, str] = {}
    answers: dict[str, str] = {}
    for name, value in form_fields(body):
        of_stay = _OF_STAY.fullmatch(name)
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if of_stay is None:
            answers[name] = text
        elif of_stay[1] == "why" and text:
            whys[int(of_stay[2])] = text
        elif text in ENDS:
            ends[int(of_stay[2])] = text
    act, to = answers.get("act", ""), answers.get("to", "")
    return HandoverForm(
        HandoverKind(act) if act in set(HandoverKind) else None,
        answers.get("seen", ""),
        f"{provider}:{to}" if to and provider and ":" not in to else to,
        answers.get("text", ""),
        ends,
        whys,
    )


def _text_fault(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        return f"That is {len(text):,} characters, and {LONGEST_TEXT:,} is the most."
    if not all(line.isprintable() for line in text.split("\n")):
        return "There are characters in the text that cannot be shown: write it again without them."
    return ""
