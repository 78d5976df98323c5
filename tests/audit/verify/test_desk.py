"""Verify --desk: what a console wrote comes out of Kafka again, and what it could not have written is named."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from audit.replay.replay import Replay
from audit.verify.desk_check import DeskCheck, two_persons
from audit.verify.outcome import Outcome, Span, VerificationRequest
from audit.verify.verification import Verification
from desk.pack import make_pack, pack_digest
from models.canonical import digest_of
from models.desk.basis import Basis, basis_of
from models.instants import parse_instant
from models.journal.entry import JournalEntry
from models.topics import JOURNAL
from tests.audit.golden.history import GoldenHistory, in_force
from tests.desk.written import WrittenDesk

CLEAR, SEALED = in_force(is_sealed=False), in_force(is_sealed=True)
GENERATION = next(
    json.loads(record.value or b"")["body"]["generation"]
    for record in CLEAR.topics[JOURNAL]
    if b'"generation"' in (record.value or b"")
)
LAST = len(CLEAR.topics[JOURNAL])


def true_basis(stay: int, entry: int = LAST) -> Basis:
    """What the replay knows of a stay's person."""
    person = {one.sequence: one.person for one in WrittenDesk(CLEAR).open_stays()}[stay]
    replay = Replay(CLEAR.open_reader, None)
    try:
        for record in CLEAR.topics[JOURNAL][:entry]:
            replay.repeat(JournalEntry.model_validate_json(record.value or b""))
        assert replay.engine is not None
        assert replay.policy is not None
        return basis_of(replay.engine.offender(person), entry, GENERATION, replay.policy.digest)
    finally:
        replay.close()


def stays(written: WrittenDesk) -> list[int]:
    return [stay.sequence for stay in written.open_stays()]


def a_sound_desk() -> WrittenDesk:
    """Rules, a look, a decision by two persons, a handover; every basis is the board's."""
    written = WrittenDesk(CLEAR)
    written.rules(after=56)
    one = stays(written)[0]
    basis = true_basis(one)
    written.do("look", stay=one, basis=basis)
    proposal = written.do("propose", stay=one, basis=basis)
    written.do("confirm", "bob", stay=one, second_of=proposal.action_id, basis=basis)
    at = written.at(len(written.records) + 1)
    records = written.read()
    pack = make_pack(records.changes, records.acts, written.last, 3, parse_instant(at))
    written.do("offer_handover", pack_sequence=written.last, pack_offset=3, pack_at=at, sha256=pack_digest(pack))
    return written


def verify(written: WrittenDesk, span: Span | None = None, history: GoldenHistory = CLEAR) -> Outcome:
    check = DeskCheck(written.read())
    return Verification(history.open_reader, VerificationRequest(span or Span(), desk=check)).run()


def test_a_desk_that_says_what_the_board_said_verifies() -> None:
    outcome = verify(a_sound_desk())
    assert outcome.ok, outcome.faults
    assert outcome.desk is not None
    assert (outcome.desk.actions, outcome.desk.decisions, outcome.desk.packs, outcome.desk.bases) == (5, 1, 1, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"score_millidays": 1},
        {"rank": 77},
        {"contributions_digest": digest_of(()), "rows": (), "counted": 0},
        {"policy_digest": "b" * 64},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_basis_that_was_never_the_boards_is_named(wrong: dict[str, object]) -> None:
    written = a_sound_desk()
    two = stays(written)[1]
    written.do("look", stay=two, basis=true_basis(two).model_copy(update=wrong))
    outcome = verify(written)
    assert outcome.faults.count == 1
    assert "offset 5: its basis says" in outcome.faults.listed[0]


def test_a_basis_of_an_earlier_entry_is_held_against_that_entry() -> None:
    written = a_sound_desk()
    two = stays(written)[1]
    written.do("look", stay=two, basis=true_basis(two, LAST - 3))
    assert verify(written).ok


def test_a_basis_that_was_seen_before_a_rebuild_is_counted_and_not_compared() -> None:
    written = a_sound_desk()
    two = stays(written)[1]
    wrong = true_basis(two).model_copy(update={"rank": 77, "generation": "another"})
    written.do("look", stay=two, basis=wrong)
    outcome = verify(written)
    assert outcome.ok, outcome.faults
    assert outcome.desk is not None
    assert (outcome.desk.rebuilt_bases, outcome.desk.bases) == (1, 3)


def beyond(written: WrittenDesk) -> None:
    two = stays(written)[1]
    written.do("look", stay=two, basis=true_basis(two).model_copy(update={"entry": LAST + 1}))


def unsound_lapse(written: WrittenDesk) -> None:
    two = stays(written)[1]
    basis = true_basis(two, LAST - 3)
    look = written.do("look", stay=two, basis=basis)
    same = true_basis(two)
    assert 100 * same.score_millidays < 120 * basis.score_millidays
    written.do("lapse", stay=two, second_of=look.action_id, basis=same)


def other_history(written: WrittenDesk) -> None:
    written.rules(after=written.last, first_entry="d" * 64)


def unknown_alert(written: WrittenDesk) -> None:
    written.do("note", stay=1, after=written.last + 1)


def another_pack(written: WrittenDesk) -> None:
    written.do("offer_handover", pack_sequence=written.last, pack_offset=3, pack_at=written.at(9))


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (beyond, "rests on entry"),
        (unsound_lapse, "the console wrote a lapse that does not hold"),
        (other_history, "the rules are about another history"),
        (unknown_alert, "which is not there"),
        (another_pack, "its pack has the digest"),
    ],
)
def test_what_a_console_could_not_have_written_is_named(tamper: Callable[[WrittenDesk], None], told: str) -> None:
    written = a_sound_desk()
    tamper(written)
    outcome = verify(written)
    assert not outcome.ok
    assert any(told in fault for fault in outcome.faults.listed), outcome.faults


def test_a_desk_without_rules_is_named() -> None:
    written = WrittenDesk(CLEAR)
    written.do("note", stay=stays(written)[0])
    assert "the desk begins without rules" in verify(written).faults.listed[0]


def test_what_a_person_was_refused_is_no_fault() -> None:
    written = a_sound_desk()
    written.do("close", "bob", stay=stays(written)[0], basis=true_basis(stays(written)[0]))
    assert verify(written).ok


def test_a_foreign_record_is_counted_and_can_be_passed_over() -> None:
    written = a_sound_desk()
    written.write(b"{}")
    outcome = verify(written)
    assert (outcome.ok, outcome.faults.count, outcome.faults.unseen) == (False, 0, 1)
    request = VerificationRequest(desk=DeskCheck(written.read()), passed_over=[("officer-actions.v1", 5)])
    assert Verification(CLEAR.open_reader, request).run().ok


def test_a_part_of_the_journal_says_nothing_about_entries_behind_it() -> None:
    outcome = verify(a_sound_desk(), Span(1, LAST - 1))
    assert outcome.ok, outcome.faults
    assert outcome.desk is not None
    assert outcome.desk.bases == 0


@pytest.mark.parametrize(
    ("number", "changes"),
    [(2, {"by": "bob"}), (3, {"role": "officer"}), (3, {"by": "idp:bob"}), (3, {"by": "ann"})],
    ids=str,
)
def test_a_decision_for_which_the_records_show_one_person_is_named(number: int, changes: dict[str, str]) -> None:
    """By the records alone, whatever a fold makes of them."""
    records = a_sound_desk().read()
    desk = records.fold().desk()
    assert list(two_persons(records, desk)) == []
    acts = list(records.acts)
    acts[number] = replace(acts[number], action=acts[number].action.model_copy(update=changes))
    found = list(two_persons(replace(records, acts=tuple(acts)), desk))
    assert found == [(2, "was decided, and no second person confirmed it")]


def test_sealed_bases_are_counted_and_not_compared() -> None:
    written = WrittenDesk(SEALED)
    written.rules(after=56)
    written.do("look", stay=stays(written)[0])
    found = DeskCheck(written.read()).found()
    assert (found.sealed_bases, found.bases) == (1, 0)
