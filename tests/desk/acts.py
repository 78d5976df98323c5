"""Actions, changes and folds for the tests of the desk: valid by default."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from desk.band_change import BandChange, EntranceChange, ExitChange
from desk.fold import DeskFold, PlacedAction
from desk.lapse_cause import lapse_id
from desk.state import Desk
from desk.verdict import Verdict
from models.canonical import digest_of
from models.desk.action import (
    Action,
    CloseAction,
    ConfirmAction,
    ErasedAction,
    LapseAction,
    LookAction,
    NoteAction,
    OfferHandoverAction,
    ProposeAction,
    ReleaseAction,
    ReturnAction,
    ReturnHandoverAction,
    RulesAction,
    SnoozeAction,
    TakeHandoverAction,
)
from models.desk.basis import Basis, BasisRow, LighterContributions
from models.desk.rules import DeskRules
from models.instants import SECOND, Micros, format_instant, parse_instant

START = parse_instant("2026-01-01T00:00:00Z")
HOUR = 3_600
WRITTEN = "2026-01-01T00:00:00Z"
RULES = DeskRules()
KINDS: dict[str, type[Action]] = {
    kind.model_fields["kind"].default: kind
    for kind in (
        RulesAction, LookAction, NoteAction, SnoozeAction, CloseAction, ReleaseAction, ProposeAction, ConfirmAction,
        ReturnAction, LapseAction, OfferHandoverAction, TakeHandoverAction, ErasedAction,
    )
} | {"return_handover": ReturnHandoverAction}  # fmt: skip
CONSOLES = {"rules", "lapse", "erased"}


def at(seconds: float) -> Micros:
    return Micros(START + int(seconds * SECOND))


def text_at(seconds: float) -> str:
    return format_instant(at(seconds))


def action_id(number: int) -> str:
    return f"{number:032x}"


def a_basis(
    entry: int = 1, score: int = 1_000, policy: str = "a", *rows: BasisRow, generation: str = "g1",
    rest: LighterContributions | None = None,
) -> Basis:  # fmt: skip
    rows = rows or (("o1", 1, "9A", 700),)
    return Basis(
        entry=entry, generation=generation, policy_digest=policy * 64, score_millidays=score, rank=100,
        counted=len(rows) + (rest.count if rest else 0), rows=rows, rest=rest, contributions_digest=digest_of(rows),
    )  # fmt: skip


DEFAULTS: dict[str, dict[str, Any]] = {
    "rules": {"board": "v100", "first_entry": "e" * 64, "rules": RULES},
    "look": {"basis": a_basis()},
    "note": {"note": "noted"},
    "snooze": {"basis": a_basis(), "until": text_at(8 * HOUR), "note": "asleep"},
    "close": {"basis": a_basis(), "note": "known"},
    "release": {"note": "busy"},
    "propose": {"basis": a_basis(), "measure": "refer", "note": "near", "provisional": False},
    "confirm": {"basis": a_basis()},
    "return": {"note": "early"},
    "lapse": {"cause": "growth", "basis": a_basis(2, 5_000)},
    "offer_handover": {
        "pack_sequence": 0,
        "pack_offset": -1,
        "pack_at": WRITTEN,
        "sha256": "d" * 64,
        "to": "bob",
        "words": None,
    },
    "take_handover": {"items": ()},
    "return_handover": {"note": "incomplete"},
    "erased": {},
}


def named(stay: Any) -> Any:  # Any: a stay, some, or none
    """By its alert, where a test names it by its sequence."""
    if isinstance(stay, tuple):
        return tuple(named(each) for each in stay)
    return f"v100:{stay}" if isinstance(stay, int) else stay


def an_action(kind: str, number: int, after: int, by: str = "ann", **facts: Any) -> Action:  # Any: the kind's fields
    consoles = kind in CONSOLES
    head = {
        "action_id": action_id(number), "at": WRITTEN, "after": after, "sequence_seen": after,
        "by": "console" if consoles else by, "role": "console" if consoles else "officer",
        "sign_in": None if consoles else f"s-{by}".replace(":", "-"),
    }  # fmt: skip
    told: dict[str, Any] = head | DEFAULTS[kind] | facts  # Any: the kind's fields
    if kind == "offer_handover" and "from" not in facts:
        told["from"] = by
    if kind == "erased" and told.get("stay") is not None:
        told["stays"] = (told.pop("stay"),)
    if kind == "confirm" and "role" not in facts:
        told["role"] = "supervisor"
    if kind == "propose" and told["provisional"] and "measure" not in facts:
        told["measure"] = "accept"
    if kind == "lapse" and "action_id" not in facts:
        told["action_id"] = lapse_id(told["second_of"], told["cause"])
    for name in {"stay", "stays"} & set(told):
        told[name] = named(told[name])
    if "reason_code" in KINDS[kind].model_fields:
        told.setdefault("reason_code", None)
    return KINDS[kind].model_validate(told)


class Shift:
    """Writes both topics of a desk; alert 1 and the rules come first, each act at `seconds`."""

    def __init__(self, entered: Iterable[str] = ("p1",), rules: DeskRules = RULES) -> None:
        self.changes: list[BandChange] = []
        self.acts: list[PlacedAction] = []
        self._ids = count(1)
        self._seconds = 0.0
        self.do("rules", rules=rules)
        for person in entered:
            self.enter(person)

    @property
    def sequence(self) -> int:
        return len(self.changes)

    def enter(self, person: str, seconds: float | None = None) -> int:
        self.changes.append(EntranceChange(self.sequence + 1, person, self._at(seconds)))
        return self.sequence

    def leave(self, stay: int, seconds: float | None = None, *, is_correction: bool = False) -> int:
        self.changes.append(ExitChange(self.sequence + 1, stay, self._at(seconds), is_correction))
        return self.sequence

    def do(self, kind: str, by: str = "ann", seconds: float | None = None, **facts: Any) -> str:  # Any: fields
        number = next(self._ids)
        after = facts.pop("after", self.sequence)
        now = self._at(seconds)
        action = an_action(kind, number, after, by, **({"at": format_instant(now)} | facts))
        self.acts.append(PlacedAction(len(self.acts), now, action))
        return action.action_id

    def fold(self) -> DeskFold:
        fold = DeskFold()
        for change in self.changes:
            fold.add_change(change)
        for act in self.acts:
            fold.add_act(act)
        assert fold.stopped_at is None
        return fold

    def desk(self, seconds: float | None = None) -> Desk:
        return self.fold().desk(None if seconds is None else at(seconds))

    def last(self) -> Verdict:
        return self.fold().verdicts[-1]

    def answer(self) -> str:
        return self.last().answer

    def _at(self, seconds: float | None) -> Micros:
        self._seconds = self._seconds + 1 if seconds is None else seconds
        return at(self._seconds)
