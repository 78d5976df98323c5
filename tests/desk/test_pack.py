"""The handover pack: a function of three numbers, to the byte, and nothing in it says who anybody is."""

import hashlib
import json
from random import Random
from typing import Any

import pytest

from desk.pack import make_pack, pack_again, pack_digest
from desk.records import DeskRecords
from models.errors import Unproved
from tests.desk.acts import HOUR, Shift, at, text_at
from tests.desk.night import a_night
from tests.desk.test_queue import a_busy_desk

LATER = at(10**7)


@pytest.mark.parametrize("seed", range(10))
def test_what_comes_later_changes_no_pack(seed: int) -> None:
    night = a_night(Random(seed), 60)
    half = len(night.acts) // 2
    sequence = max(act.action.after for act in night.acts[:half])
    kept = make_pack(night.changes[:sequence], night.acts[:half], sequence, half - 1, LATER)
    assert make_pack(night.changes, night.acts, sequence, half - 1, LATER) == kept


def test_a_pack_names_no_person_and_no_text() -> None:
    shift = a_busy_desk()
    shift.do("note", stay=4, note="at the harbour")
    pack = make_pack(shift.changes, shift.acts, shift.sequence, len(shift.acts) - 1, at(HOUR)).decode()
    assert "harbour" not in pack
    assert not any(f'"p{number}"' in pack for number in range(1, 6))


def test_a_pack_made_before_an_erasure_is_the_same_after_it() -> None:
    shift = a_busy_desk()
    place = shift.sequence, len(shift.acts) - 1, at(HOUR)
    before = make_pack(shift.changes, shift.acts, *place)
    shift.do("erased", stay=4)
    assert make_pack(shift.changes, shift.acts, *place) == before


def test_a_pack_holds_what_waits_in_canonical_bytes() -> None:
    shift = a_busy_desk()
    pack = make_pack(shift.changes, shift.acts, shift.sequence, len(shift.acts) - 1, at(2 * HOUR))
    content = json.loads(pack)
    assert [item["kind"] for item in content["queue"]] == ["second_key", "lapsed", "entered", "left_unseen", "returned"]
    assert content["owned"] == [{"stay": "v100:1", "by": "ann"}]
    assert [each["stay"] for each in content["open_proposals"]] == ["v100:1"]
    assert json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == pack
    assert pack_digest(pack) == hashlib.sha256(pack).hexdigest()


def test_only_the_decisions_of_this_shift_are_handed_over() -> None:
    shift = Shift(("p1", "p2"))
    for stay in (1, 2):
        shift.do("look", stay=stay)
        name = shift.do("propose", stay=stay)
        shift.do("confirm", "bob", stay=stay, second_of=name)
        if stay == 1:
            offer = shift.do("offer_handover")
            shift.do("take_handover", "bob", offer=offer)
    content = json.loads(make_pack(shift.changes, shift.acts, 2, len(shift.acts) - 1, LATER))
    assert [each["stay"] for each in content["decisions"]] == ["v100:2"]


def test_what_ended_or_passed_through_is_a_line() -> None:
    shift = Shift(("p1", "p2"))
    shift.do("look", stay=1)
    shift.leave(1)
    shift.leave(2)
    shift.enter("p3", 60)
    shift.leave(5, 60)
    shift.do("note", stay=1)
    content = json.loads(make_pack(shift.changes, shift.acts, 6, len(shift.acts) - 1, LATER))
    lines = [[line["stay"] for line in content[kind]] for kind in ("ended", "passing")]
    assert lines == [["v100:1"], ["v100:5"]]


def test_a_pack_that_was_signed_is_made_again_and_another_one_is_not_passed_off_for_it() -> None:
    shift = a_busy_desk()
    place = shift.sequence, len(shift.acts) - 1, at(HOUR)
    signed = make_pack(shift.changes, shift.acts, *place)
    names: dict[str, Any] = {"pack_sequence": place[0], "pack_offset": place[1], "pack_at": text_at(HOUR)}
    offer = shift.do("offer_handover", seconds=HOUR, sha256=pack_digest(signed), **names)
    shift.do("take_handover", "bob", offer=offer)
    shift.do("offer_handover", "bob", to="ann", sha256="d" * 64, **names)
    records = DeskRecords(tuple(shift.changes), tuple(shift.acts))
    first, second = shift.desk().handovers
    assert pack_again(records, first) == signed
    with pytest.raises(Unproved, match=f"has the digest {pack_digest(signed)}, and {'d' * 64} was signed"):
        pack_again(records, second)
    with pytest.raises(Unproved, match="cannot be made"):
        pack_again(DeskRecords(), first)


@pytest.mark.parametrize(("sequence", "offset", "seconds"), [(9, 1, 60), (1, 9, 60), (0, 1, 60), (1, 1, 0)])
def test_three_numbers_that_do_not_go_together_make_no_pack(sequence: int, offset: int, seconds: float) -> None:
    shift = Shift()
    shift.do("look", stay=1)
    with pytest.raises(ValueError, match=r"is not there|lies before"):
        make_pack(shift.changes, shift.acts, sequence, offset, at(seconds))
