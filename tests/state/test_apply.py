"""APPLY: a run changes everything that it changes, or nothing at all."""

from dataclasses import replace
from typing import Any

import pytest

from models.answers import STANDS_BEFORE, Ahead, DrainFirst, Full, Rewind
from models.contribution import Refusal, Step
from models.errors import PreconditionFailed, Unavailable
from models.instants import DAY
from state.store import Applied
from tests.state.boards import GENERATION, START, YEAR, Board, a_report, a_run


def test_a_run_at_the_ledger_is_applied_and_moves_it(board: Board) -> None:
    assert isinstance(board.apply(a_run([a_report()])), Applied)
    assert board.store.position().ledger == {0: 1}


def test_a_known_run_is_answered_ahead_and_changes_nothing(board: Board) -> None:
    board.take(a_report("a", 10), a_report("b", 20), a_report("a", 5, "2"))
    before = board.dump()
    # Not what was applied before: revisions could not hide it if the ledger let it through.
    assert board.apply(a_run([a_report("z", 99), a_report("y", 98), a_report("x", 97)])) == Ahead(3)
    assert board.apply(a_run([a_report("z", 99), a_report("y", 98)], start=2)) == Ahead(3)
    assert board.dump() == before


def test_a_run_behind_a_hole_is_answered_rewind_and_changes_nothing(board: Board) -> None:
    before = board.dump()
    assert board.apply(a_run([a_report()], start=1)) == STANDS_BEFORE
    assert board.dump() == before


def test_partitions_have_ledgers_of_their_own(board: Board) -> None:
    board.take(a_report("a"), a_report("b"))
    assert isinstance(board.take(a_report("c"), partition=3), Applied)
    assert board.store.position().ledger == {0: 2, 3: 1}


def test_an_empty_run_moves_the_ledger(board: Board) -> None:
    assert isinstance(board.apply(replace(a_run([]), end=7)), Applied)
    assert board.store.position().ledger == {0: 7}


@pytest.mark.parametrize(("generation", "seen"), [("two", 0), (GENERATION, 3)])
def test_another_generation_or_a_newer_memory_is_answered_rewind(board: Board, generation: str, seen: int) -> None:
    before = board.dump()
    assert isinstance(board.apply(a_run([a_report()]), seen, generation), Rewind)
    assert board.dump() == before


def test_an_empty_store_is_answered_rewind(board: Board) -> None:
    board.client.delete(*board.keys.all)
    assert isinstance(board.apply(a_run([a_report()])), Rewind)
    assert not any(board.dump().values())


def test_the_mark_of_a_broken_script_is_answered_rewind(board: Board) -> None:
    board.client.hset(board.keys["meta"], "writing", "1")
    before = board.dump()
    assert board.apply(a_run([a_report()])) == Rewind("a script broke half way")
    assert board.dump() == before


def test_a_script_that_breaks_leaves_its_mark(board: Board) -> None:
    board.take(a_report("a"))
    board.client.hset(board.keys["offenders"], "a", "no row of an offence")
    with pytest.raises(Unavailable):
        board.take(a_report("a", offence_id="2"))
    assert board.store.position().half_written


def test_a_full_outbox_takes_no_run(board: Board) -> None:
    board.limit(outbox=3)
    board.take(a_report("a"))
    before = board.dump()
    assert isinstance(board.apply(a_run([a_report("b")], start=1)), Full)
    assert board.dump() == before


def test_more_due_steps_than_the_limit_are_to_be_drained_first(board: Board) -> None:
    board.limit(run_drain=3)
    two_steps = [Step(DAY, 10), Step(2 * DAY, 5)]
    board.take(a_report("a", steps=two_steps), a_report("b", steps=two_steps))
    before = board.dump()
    late = a_run([a_report("c", at=START + 3 * DAY)], start=2)
    assert isinstance(board.apply(late), DrainFirst)
    assert board.dump() == before
    assert isinstance(board.apply(a_run([a_report("c", at=START + DAY)], start=2)), Applied)


def test_steps_that_could_fill_an_entry_are_to_be_drained_first(board: Board) -> None:
    long = "x" * 128
    board.take(a_report(long, lasts=DAY, offence_id=long), a_report(long + "y", lasts=DAY))
    before = board.dump()
    board.limit(run_drain_bytes=2 * 2 * (500 + 6 * 3 * 128))
    late = a_run([a_report("c", at=START + 3 * DAY)], start=2)
    assert isinstance(board.apply(late), DrainFirst)
    assert board.dump() == before
    board.limit(run_drain_bytes=2 * 2 * (500 + 6 * 4 * 130))
    assert isinstance(board.apply(late), Applied)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"digest": "x"}, "HARMWATCH_POLICY names has digest x, the one in force on the board has digest"),
        ({"clock": "wall"}, "HARMWATCH_CLOCK is wall, the board goes by event"),
        ({"alerts_after": START}, "HARMWATCH_ALERTS_AFTER is .*Z, the board goes by none"),
    ],
)
def test_a_worker_with_other_settings_is_refused_by_name(board: Board, settings: dict[str, Any], name: str) -> None:
    before = board.dump()
    with pytest.raises(PreconditionFailed, match=name):  # the setting that differs
        board.other(**settings).apply(a_run([a_report()]), GENERATION, 0)
    assert board.dump() == before


def test_a_change_writes_one_entry_with_its_transitions_and_refusals(board: Board) -> None:
    run = a_run([a_report("a", 10), a_report("b", 20)], refusals=[Refusal(1, "not_json", 'so "it" is')])
    board.apply(run)
    entry = board.store.outbox(10)[-1]
    assert (entry.number, entry.partition, entry.start, entry.end) == (3, 0, 0, 2)
    assert [(change.offender_id, change.rank) for change in entry.transitions] == [("a", 1), ("b", 1)]
    assert entry.refusals == '[[1,"not_json","so \\"it\\" is"]]'


def test_in_wall_mode_the_given_instant_is_the_boards_now(valkey_url: str) -> None:
    board = Board(valkey_url, clock="wall")
    assert board.apply(a_run([a_report()]), now=START + 5) == Applied(3, START + 5, 1)
    board.apply(a_run([a_report("b")], start=1), now=START)
    assert board.store.position().as_of == START + 5


def test_the_highest_revision_wins_whatever_comes_first(board: Board) -> None:
    board.take(a_report(millidays=7, revision=2**53 - 1), a_report(millidays=9, revision=2**53 - 2))
    view = board.store.offender("a")
    assert (view.score, view.contributions[0].revision) == (7, 2**53 - 1)


def test_of_two_equal_revisions_the_first_wins(board: Board) -> None:
    board.take(a_report(millidays=7), a_report(millidays=9))
    assert board.store.offender("a").score == 7


ODD_IDS = ["{v100}", "a b", "line\nbreak", "nul\0", "\U0001f600", "é", "z" * 128, "\U0001f600" * 128, "￮", "%", "["]


@pytest.mark.parametrize("spill_bytes", [0, 2_048])
def test_odd_ids_are_kept_apart_and_ordered_by_their_bytes(board: Board, spill_bytes: int) -> None:
    board.limit(spill_bytes=spill_bytes)
    board.take(*(a_report(name, offence_id=other) for name in ODD_IDS for other in ODD_IDS))
    assert [row.offender_id for row in board.store.board(20)] == sorted(ODD_IDS, key=str.encode)
    for name in ODD_IDS:
        view = board.store.offender(name)
        assert view.score == 10 * len(ODD_IDS)
        assert [row.offence_id for row in view.contributions] == sorted(ODD_IDS, key=str.encode)


def test_a_score_beyond_36_bits_ranks_as_the_highest_and_is_shown_whole(board: Board) -> None:
    board.take(a_report("a", 2**36), a_report("b", 2**35), a_report("b", 2**35 - 1, "2"), a_report("c", 2**37))
    assert [row.offender_id for row in board.store.board(3)] == ["a", "b", "c"]
    assert [row.score for row in board.store.board(3)] == [2**36, 2**36 - 1, 2**37]
    assert board.store.offender("c").score == 2**37
    assert board.store.offender("b").score == 2**36 - 1


def test_several_persons_are_read_together_as_each_of_them_alone(board: Board) -> None:
    board.limit(spill_bytes=100)
    board.take(a_report("a"), *(a_report("b", 1, f"offence-{number}") for number in range(9)), a_report("c", 5, "4"))
    names = ["c", "nobody", "b", "a", "b"]
    assert board.client.zcard(board.keys["spilled"]) == 4 * 9
    assert board.store.offenders(names) == [board.store.offender(name) for name in names]
    assert [person.score for person in board.store.offenders(names)] == [5, 0, 9, 10, 9]
    assert board.store.offenders([]) == []


def test_an_offender_with_thousands_of_offences_is_spilled_and_still_exact(board: Board) -> None:
    items = [a_report("a", 1 + number % 7, f"offence-{number}", at=START + number) for number in range(3_000)]
    for at in range(0, 3_000, 1_000):
        board.take(*items[at : at + 1_000])
    assert board.client.zcard(board.keys["spilled"]) == 4 * 3_000
    view = board.store.offender("a")
    assert view.score == sum(1 + number % 7 for number in range(3_000))
    assert len(view.contributions) == 3_000
    board.take(a_report("a", 0, "offence-5", revision=2, kind="offence.withdrawn", steps=()))
    assert board.store.offender("a").score == view.score - 6
    assert board.client.zcard(board.keys["spilled"]) == 4 * 3_000 - 3


def test_a_spilled_offender_loses_every_step_of_one_instant_in_one_change(board: Board) -> None:
    board.take(*(a_report("a", 3, f"offence-{number:04}") for number in range(900)))
    board.take(a_report("b", 1, at=START + 1))
    board.take(a_report("b", 1, "2", at=START + YEAR))
    changes = board.store.outbox(10)[-1].transitions
    assert [(change.offender_id, change.score, change.as_of) for change in changes] == [("a", 0, START + YEAR)]
    assert changes[0].cause.offence_id == "offence-0000"


def test_an_entrance_of_a_person_with_thousands_of_offences_reads_few_of_them(board: Board) -> None:
    board.take(*(a_report("a", 3, f"offence-{number:04}", at=START + number) for number in range(3_000)))
    board.take(a_report("b", 9_002), a_report("c", 9_001))
    before = commands_called(board)
    board.take(a_report("a", 3, "offence-3000"))
    assert [change.offender_id for change in board.store.outbox(10)[-1].transitions] == ["c", "a"]
    assert commands_called(board) - before < 300


def commands_called(board: Board) -> int:
    """How many commands the server has done so far, those of scripts among them."""
    return sum(int(each["calls"]) for each in board.client.info("commandstats").values())


def test_a_contribution_may_have_a_step_for_every_day_of_years(board: Board) -> None:
    steps = [Step((day + 1) * DAY, 1_000 - day) for day in range(1_000)]
    board.take(a_report("a", steps=steps))
    board.store.tick(GENERATION, 0, START + 700 * DAY, limit=10_000)
    assert board.store.offender("a").score == 300
    board.store.tick(GENERATION, 0, START + 1_000 * DAY, limit=10_000)
    assert board.store.offender("a").score == 0


def test_a_store_laid_out_in_another_way_is_not_read(board: Board) -> None:
    board.take(a_report("a"))
    for layout in ("1", None):
        if layout is None:
            board.client.hdel(board.keys["meta"], "layout")
        else:
            board.client.hset(board.keys["meta"], "layout", layout)
        before = board.dump()
        assert isinstance(board.take(a_report("b")), Rewind)
        assert board.dump() == before
        assert board.store.position().entry is None


def test_history_is_repeated_however_much_ends_in_it(board: Board) -> None:
    board.limit(run_drain=1)
    board.limit(run_drain_bytes=1)
    board.take(a_report("a"), a_report("b"))
    late = a_run([a_report("c", at=START + YEAR)], start=2)
    assert isinstance(board.apply(late), DrainFirst)
    assert isinstance(board.store.apply(late, GENERATION, 0, repeats=True), Applied)


def test_a_heavy_outbox_takes_no_further_run_but_a_repeated_one(board: Board) -> None:
    board.take(a_report("a"))
    held = board.client.memory_usage(board.keys["outbox"], samples=0) or 0
    further = a_run([a_report("b")], start=1)
    before = board.dump()
    board.limit(outbox_bytes=held - 1)
    assert isinstance(board.apply(further), Full)
    assert board.dump() == before
    board.limit(outbox_bytes=held)
    assert isinstance(board.apply(further), Applied)
    board.limit(outbox_bytes=1)
    assert isinstance(board.store.apply(a_run([a_report("c")], start=2), GENERATION, 0, repeats=True), Applied)
