"""A random night at the desk: plausible and wrong actions, repeats, late pages, clocks that stand still."""

from random import Random
from typing import Any

from models.desk.action import HandoverItem
from tests.desk.acts import HOUR, Shift, a_basis, named, text_at

OFFICERS = ("ann", "bob", "cyd")
PLAIN = ("look", "look", "look", "note", "snooze", "close", "release", "propose", "propose", "lapse", "erased")


class _Night:
    def __init__(self, random: Random) -> None:
        self.random, self.shift = random, Shift(())
        self.proposals: list[tuple[int, str]] = []
        self.handlings: dict[int, str] = {}
        self.offers: list[str] = []
        self.lookers: list[tuple[int, str]] = []
        self.open: list[int] = []
        self.seconds = 10.0

    def step(self) -> None:
        self.seconds += self.random.choice((0, 1, 60, 20 * 60, 3 * HOUR))
        chance = self.random.random()
        if chance < 0.25 or not self.open:
            self.open.append(self.shift.enter(f"p{self.random.randrange(9)}", self.seconds))
        elif chance < 0.35:
            self.shift.leave(self.open.pop(self.random.randrange(len(self.open))), self.seconds)
        elif chance < 0.5 and self.proposals:
            self._answer()
        elif chance < 0.57:
            self._hand_over()
        elif chance < 0.62:
            act = self.random.choice(self.shift.acts)
            is_of_desk = act.action.kind == "return" and act.action.stay is None
            kind = "return_handover" if is_of_desk else act.action.kind
            self.shift.do(kind, seconds=self.seconds, **self._repeat(act.action.model_dump()))
        else:
            self._act()

    def _repeat(self, facts: dict[str, Any]) -> dict[str, Any]:
        head = ("kind", "at", "after", "by", "role", "sign_in", "sequence_seen", "rules", "basis")
        told = {name: told for name, told in facts.items() if name not in head}
        return {name.rstrip("_"): each for name, each in told.items()}

    def _page(self) -> dict[str, Any]:
        """Where an action stands, and what its page showed: sometimes less than there is."""
        newest = self.shift.sequence
        after = max(0, newest - self.random.choice((0, 0, 0, 1, 3)))
        return {"after": after, "sequence_seen": max(0, after - self.random.choice((0, 0, 0, 1, 2)))}

    def _act(self) -> None:
        kind = self.random.choice(PLAIN)
        kind = kind if kind != "erased" or self.random.random() < 0.3 else "note"
        stay = self.random.randint(1, max(1, self.shift.sequence))
        facts: dict[str, Any] = {"stay": stay} | self._page()
        entry = self.random.randint(1, 6)
        if kind in {"look", "snooze", "close", "propose", "lapse"}:
            facts["basis"] = a_basis(entry, entry * 800, self.random.choice("aab"))
        if kind == "snooze":
            facts["until"] = text_at(self.seconds + self.random.choice((60, 5 * HOUR, 40 * HOUR)))
        if kind == "propose":
            facts["provisional"] = self.random.random() < 0.5
        if kind == "lapse":
            facts["second_of"] = self.handlings.get(stay, "0" * 32)
            facts["cause"] = self.random.choice(("growth", "policy"))
        by = self.random.choice(OFFICERS)
        if kind in {"snooze", "close", "propose"} and self.lookers and self.random.random() < 0.7:
            facts["stay"], by = self.random.choice(self.lookers[-3:])
        made = self.shift.do(kind, by, self.seconds, **facts)
        if kind == "look":
            self.lookers.append((facts["stay"], by))
        if kind == "propose":
            self.proposals.append((facts["stay"], made))
        if kind in {"look", "snooze", "close"}:
            self.handlings[facts["stay"]] = made

    def _answer(self) -> None:
        stay, proposal = self.random.choice(self.proposals[-3:])
        kind = self.random.choice(("confirm", "confirm", "return"))
        facts = {"stay": stay, "second_of": proposal} | self._page()
        if kind == "confirm":
            facts["basis"] = a_basis(self.random.randint(1, 6))
        role = self.random.choice(("officer", "supervisor"))
        self.shift.do(kind, self.random.choice(OFFICERS), self.seconds, role=role, **facts)

    def _hand_over(self) -> None:
        by = self.random.choice(OFFICERS)
        if not self.offers or self.random.random() < 0.4:
            to = self.random.choice(OFFICERS)
            self.offers.append(self.shift.do("offer_handover", by, self.seconds, to=to))
        else:
            kind = self.random.choice(("take_handover", "return_handover"))
            facts: dict[str, Any] = {"offer" if kind == "take_handover" else "second_of": self.offers[-1]}
            if kind == "take_handover":
                ends = [(stay, self.random.choice(("taken", "returned"))) for stay in self.open]
                facts["items"] = tuple(
                    HandoverItem.model_validate({"stay": named(stay), "end": end}) for stay, end in ends[1:]
                )
            self.shift.do(kind, by, self.seconds, **facts)


def a_night(random: Random, steps: int) -> Shift:
    """Both topics of one night."""
    night = _Night(random)
    for _ in range(steps):
        night.step()
    return night.shift
