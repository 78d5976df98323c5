"""The judges of a night can fail: each kind of fault is named, and a clean night is not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest

from desk.pack import pack_of
from desk.records import DeskRecords
from models.desk.action import ConfirmAction
from runtime.settings import Settings
from tests.crash.nights.diary import Diary, HandoverAnswer, Person, Sent
from tests.crash.nights.judges import judge
from tests.crash.nights.town import BUSY, QUIET, Town
from tests.desk.acts import Shift, a_basis

ANNA, INES = Person("anna", "desk"), Person("ines", "inspectors")


@dataclass
class Story:
    """A night that is clean: a look that lapses, a note, a decision of two, an offer."""

    shift: Shift
    diary: Diary
    town: Town
    note: str
    lapsed: str

    def records(self) -> DeskRecords:
        return DeskRecords(tuple(self.shift.changes), tuple(self.shift.acts))

    def faults(self, records: DeskRecords | None = None) -> list[str]:
        return judge(self.records() if records is None else records, self.shift.fold(), self.diary, self.town)

    def sent(self, action_id: str, kind: str, *answers: int) -> Sent:
        return self.diary.add(Sent(action_id, kind, 1, ANNA, "", b"", "", "", list(answers)))


@pytest.fixture
def story() -> Story:
    shift, diary = Shift((BUSY[0], QUIET[0])), Diary()
    town = Town(Settings(kafka="127.0.0.1:1", policy=Path("nothing")), Random(1))
    town.reported.add(BUSY[0])
    look = shift.do("look", ANNA.by, stay=1)
    shift.do("lapse", "console", stay=1, second_of=look, basis=a_basis(2, 5_000))
    story = Story(shift, diary, town, shift.do("note", ANNA.by, stay=1, note="anna 1"), look)
    again = shift.do("look", ANNA.by, stay=1, basis=a_basis(3, 5_000))
    proposal = shift.do("propose", ANNA.by, stay=1, basis=a_basis(3, 5_000), note="anna 2")
    second = shift.do("confirm", INES.by, stay=1, second_of=proposal, basis=a_basis(3, 5_000))
    shift.do("offer_handover", ANNA.by, to=INES.by, words="anna 3")
    told = {look: "look", story.note: "note", again: "look", proposal: "propose", second: "confirm"}
    for name, kind in told.items():
        story.sent(name, kind, 0, 201)
    diary.offers["anna 3"] = ANNA.by
    diary.packs.append(pack_of(shift.fold().desk()))
    return story


def test_a_clean_night_has_no_fault(story: Story) -> None:
    assert story.shift.fold().desk().decisions
    assert story.faults() == []


def lose(story: Story) -> None:
    story.sent("9" * 32, "note", 503, 201, 201)


def deny(story: Story) -> None:
    story.diary.sent[story.note].answers.append(409)


def leave_open(story: Story) -> None:
    story.diary.sent[story.note].answers.append(503)


def invent(story: Story) -> None:
    del story.diary.sent[story.note]


def write_twice(story: Story) -> None:
    story.sent(story.shift.do("note", ANNA.by, stay=1, note="anna 1"), "note", 201)


def lose_an_offer(story: Story) -> None:
    story.diary.offers["anna 4"] = ANNA.by


def lapse_of_quiet(story: Story) -> None:
    look = story.shift.do("look", ANNA.by, stay=2)
    story.sent(look, "look", 201)
    story.shift.do("lapse", "console", stay=2, second_of=look, basis=a_basis(2, 5_000))


def show_another(story: Story) -> None:
    story.diary.packs[0] = story.diary.packs[0].replace(b'"anna', b'"bert').replace(b"proxy:anna", b"proxy:bert")


def take_nothing(story: Story) -> None:
    story.diary.handovers.append(HandoverAnswer(1, INES.by, "taken"))


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lose, "lost: note"), (deny, "wrong: note"), (leave_open, "has no answer that stays"), (invent, "nobody sent"),
        (write_twice, "doubled: anna 1"), (lose_an_offer, "lost: the offer of anna 4"),
        (lapse_of_quiet, "false: a look at gesa lapsed by growth"), (show_another, "is another one"),
        (take_nothing, "lost: handover 1 was taken"),
    ],
)  # fmt: skip
def test_each_kind_of_fault_is_named(story: Story, spoil: Callable[[Story], None], word: str) -> None:
    spoil(story)
    faults = story.faults()
    assert len(faults) == 1
    assert word in faults[0]


def test_a_decision_of_one_person_is_named(story: Story) -> None:
    records = story.records()
    acts = tuple(
        replace(act, action=act.action.model_copy(update={"by": ANNA.by}))
        if isinstance(act.action, ConfirmAction)
        else act
        for act in records.acts
    )
    assert any(fault.startswith("alone: ") for fault in story.faults(replace(records, acts=acts)))
