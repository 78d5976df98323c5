"""Whatever somebody does to journal.v1 is found and named."""

import pytest

from audit.verify.outcome import VerificationRequest
from audit.verify.verification import Verification
from models.topics import ALERTS, CHECKPOINTS, JOURNAL
from tests.audit.history import History, Item, Topics, rechained
from tests.audit.verify.tampering import (
    Tampered,
    Tampering,
    a_run_with_transitions,
    at,
    first_transition_told,
    founded_otherwise,
    one,
    replaced,
)

pytestmark = pytest.mark.stack


def a_transition_is_edited(topics: Topics) -> Tampered:
    place = a_run_with_transitions(topics)
    return one(
        JOURNAL,
        first_transition_told(topics, rank=77),
        missing(place),
        foreign(place, "a record that is no entry, or one"),
    )


def a_transition_is_edited_and_its_entry_hashed_again(topics: Topics) -> Tampered:
    place = a_run_with_transitions(topics)
    edited = first_transition_told(topics, rank=77)
    items = [*rechained(edited, place)[: place + 1], *edited[place + 1 :]]
    entry = at(JOURNAL, place, f"entry {place + 1}: transition")
    return one(JOURNAL, items, entry, at(JOURNAL, place + 1, f"entry {place + 2} does not continue the chain"))


def a_transition_is_edited_and_all_that_follows_hashed_again(topics: Topics) -> Tampered:
    place = a_run_with_transitions(topics)
    items = rechained(first_transition_told(topics, expected_exit_at="2031-01-01T00:00:00Z"), place)
    return one(JOURNAL, items, at(JOURNAL, place, f"entry {place + 1}: transition"))


def a_sequence_is_left_out(topics: Topics) -> Tampered:
    place = a_run_with_transitions(topics)
    first = topics[JOURNAL][place].content["transitions"][0]["sequence"]
    items = rechained(first_transition_told(topics, sequence=first + 1), place)
    return one(JOURNAL, items, at(JOURNAL, place, f"entry {place + 1}: sequence {first + 1} follows {first - 1}"))


def a_transition_is_removed(topics: Topics) -> Tampered:
    journal, place = topics[JOURNAL], a_run_with_transitions(topics)
    told = journal[place].told(transitions=journal[place].content["transitions"][:-1])
    items = rechained(replaced(journal, place, told), place)
    return one(JOURNAL, items, at(JOURNAL, place, f"entry {place + 1}: it was published with"))


def an_entry_is_removed(topics: Topics) -> Tampered:
    place = a_run_with_transitions(topics)
    text = f"entry {place + 2} stands where entry {place + 1} belongs: entry {place + 1} is missing"
    return one(JOURNAL, replaced(topics[JOURNAL], place), at(JOURNAL, place, text))


def the_first_entry_is_removed(topics: Topics) -> Tampered:
    return one(JOURNAL, topics[JOURNAL][1:], at(JOURNAL, 0, "entry 2 stands where entry 1 belongs"))


def the_last_entries_are_removed(topics: Topics) -> Tampered:
    place = a_run_with_transitions(topics)
    return one(JOURNAL, topics[JOURNAL][:place], "alerts.v1 offset ", "is not accounted for by the journal")


def an_entry_is_doubled(topics: Topics) -> Tampered:
    journal, place = topics[JOURNAL], a_run_with_transitions(topics)
    items = replaced(journal, place, journal[place], journal[place])
    return one(JOURNAL, items, foreign(place + 1, f"entry {place + 1}, which does not continue the journal here"))


def two_entries_are_swapped(topics: Topics) -> Tampered:
    journal, place = topics[JOURNAL], a_run_with_transitions(topics)
    items = [*journal[:place], journal[place + 1], journal[place], *journal[place + 2 :]]
    early = foreign(place, f"entry {place + 2}, which does not continue the journal here")
    return one(JOURNAL, items, missing(place + 1), early)


def an_entry_is_no_json(topics: Topics) -> Tampered:
    return no_entry(topics, b'{"entry":')


def an_entry_is_not_utf8(topics: Topics) -> Tampered:
    return no_entry(topics, b"\xff\xfe")


def an_entry_is_null(topics: Topics) -> Tampered:
    return no_entry(topics, None)


def an_entry_has_another_shape(topics: Topics) -> Tampered:
    return no_entry(topics, topics[JOURNAL][3].told(transitions={"a": 1}).value)


def an_entry_is_nested_without_end(topics: Topics) -> Tampered:
    return no_entry(topics, b"[" * 100_000)


def an_entry_has_an_unknown_kind(topics: Topics) -> Tampered:
    return no_entry(topics, topics[JOURNAL][3].told(kind="dream").value)


def an_entry_is_written_with_other_spaces(topics: Topics) -> Tampered:
    journal = topics[JOURNAL]
    value = (journal[3].value or b"").replace(b",", b", ", 1)
    return one(JOURNAL, replaced(journal, 3, journal[3].saying(value)), at(JOURNAL, 3, "entry 4 is not written as"))


def an_entry_has_no_instant(topics: Topics) -> Tampered:
    journal = topics[JOURNAL]
    items = rechained(replaced(journal, 3, journal[3].told(as_of="yesterday")), 3)
    return one(JOURNAL, items, missing(3), foreign(3, "a record that is no entry"))


def an_entry_is_of_another_engine(topics: Topics) -> Tampered:
    journal = topics[JOURNAL]
    items = rechained(replaced(journal, 5, journal[5].told(engine="0")), 5)
    return one(JOURNAL, items, at(JOURNAL, 5, 'entry 6: engine was published as "0"'))


def an_entry_says_another_time(topics: Topics) -> Tampered:
    journal, place = topics[JOURNAL], a_run_with_transitions(topics)
    items = rechained(replaced(journal, place, journal[place].told(as_of="2024-12-31T00:00:00Z")), place)
    return one(JOURNAL, items, at(JOURNAL, place, f"entry {place + 1}: as_of was published as"))


def a_run_leaves_a_gap(topics: Topics) -> Tampered:
    return a_run_begins_elsewhere(topics, 1, "(a gap)")


def a_run_covers_offsets_twice(topics: Topics) -> Tampered:
    return a_run_begins_elsewhere(topics, -1, "(twice)")


def a_run_begins_elsewhere(topics: Topics, by: int, says: str) -> Tampered:
    journal, place = topics[JOURNAL], a_run_with_transitions(topics)
    run = journal[place].content["run"]
    told = journal[place].told(run=run | {"start": run["start"] + by})
    return one(JOURNAL, rechained(replaced(journal, place, told), place), at(JOURNAL, place), says)


def a_run_ends_behind_the_topic(topics: Topics) -> Tampered:
    journal, place = topics[JOURNAL], a_run_with_transitions(topics)
    told = journal[place].told(run=journal[place].content["run"] | {"end": 10**9})
    items = rechained(replaced(journal, place, told), place)
    return one(JOURNAL, items, at(JOURNAL, place, f"entry {place + 1} cannot"), "records are gone")


def a_run_names_a_partition_that_there_is_not(topics: Topics) -> Tampered:
    journal, place = topics[JOURNAL], a_run_with_transitions(topics)
    told = journal[place].told(run=journal[place].content["run"] | {"partition": 7, "start": 0})
    items = rechained(replaced(journal, place, told), place)
    return one(JOURNAL, items, at(JOURNAL, place), "the topic has 2 partitions")


def a_run_has_no_records(topics: Topics) -> Tampered:
    journal, place = topics[JOURNAL], a_run_with_transitions(topics)
    items = rechained(replaced(journal, place, journal[place].told(run=None)), place)
    return one(JOURNAL, items, at(JOURNAL, place), "it is a run without records")


def a_refusal_is_hidden(topics: Topics) -> Tampered:
    journal = topics[JOURNAL]
    place = next(n for n, item in enumerate(journal) if item.content["refusals"])
    items = rechained(replaced(journal, place, journal[place].told(refusals=[])), place)
    return one(JOURNAL, items, at(JOURNAL, place, f"entry {place + 1}: refusals was published as []"))


def the_policy_is_edited(topics: Topics) -> Tampered:
    place = next(n for n, item in enumerate(topics[JOURNAL]) if item.content["transitions"])
    first = at(JOURNAL, place, f"entry {place + 1}: transition 1: score_millidays was published as")
    return one(JOURNAL, founded_otherwise(topics, status={"reported": 50, "cancelled": 0}), first)


def the_policy_is_edited_and_keeps_its_digest(topics: Topics) -> Tampered:
    journal = topics[JOURNAL]
    body = journal[0].content["body"]
    told = journal[0].told(body=body | {"policy": body["policy"] | {"version": "2"}})
    items = rechained(replaced(journal, 0, told))
    return one(JOURNAL, items, at(JOURNAL, 0, "entry 1 cannot"), "holds another policy than its entry says")


def the_policy_holds_texts_for_numbers(topics: Topics) -> Tampered:
    items = founded_otherwise(topics, band={"size": "8", "exit_rank": "9"})
    return one(JOURNAL, items, at(JOURNAL, 0, "entry 1 cannot"), "the founding document is not one")


def the_founding_document_is_another(topics: Topics) -> Tampered:
    journal = topics[JOURNAL]
    items = rechained(replaced(journal, 0, journal[0].told(body={"board": 1})))
    return one(JOURNAL, items, at(JOURNAL, 0, "entry 1 cannot"), "the founding document is not one")


def the_board_is_founded_twice(topics: Topics) -> Tampered:
    journal = topics[JOURNAL]
    again = journal[0].told(entry=4)
    items = rechained(replaced(journal, 3, again), 3)
    return one(JOURNAL, items, at(JOURNAL, 3), "it founds the board a second time")


def an_entry_has_the_key_of_another_board(topics: Topics) -> Tampered:
    journal = topics[JOURNAL]
    other = type(journal[4])(0, journal[4].timestamp_ms, b"other", journal[4].value)
    return one(JOURNAL, replaced(journal, 4, other), at(JOURNAL, 4, "entry 5 has a key or headers"))


def a_tick_is_forged(topics: Topics) -> Tampered:
    journal = topics[JOURNAL]
    tick = journal[-1].told(entry=len(journal) + 1, kind="tick", run=None, refusals=[], transitions=[], drained=0)
    items = rechained([*journal, tick], len(journal))
    return one(JOURNAL, items, at(JOURNAL, len(journal)), "nothing changed at")


def the_journal_is_emptied(topics: Topics) -> Tampered:
    return Tampered({JOURNAL: [], CHECKPOINTS: [], ALERTS: topics[ALERTS]}, ("is not accounted for by the journal",))


def missing(place: int) -> str:
    """The entry at a place is none any more, and the next one tells."""
    text = f"entry {place + 2} stands where entry {place + 1} belongs: entry {place + 1} is missing, or swapped"
    return at(JOURNAL, place + 1, text)


def foreign(place: int, what: str) -> str:
    return at(JOURNAL, place, f"foreign: {what}")


def no_entry(topics: Topics, value: bytes | None) -> Tampered:
    """Something else stands where the fourth entry belongs."""
    journal = topics[JOURNAL]
    items = replaced(journal, 3, journal[3].saying(value))
    return one(JOURNAL, items, missing(3), foreign(3, "a record that is no entry, or one that was changed"))


TAMPERINGS: list[Tampering] = [
    a_transition_is_edited, a_transition_is_edited_and_its_entry_hashed_again,
    a_transition_is_edited_and_all_that_follows_hashed_again, a_sequence_is_left_out, a_transition_is_removed,
    an_entry_is_removed, the_first_entry_is_removed, the_last_entries_are_removed, an_entry_is_doubled,
    two_entries_are_swapped, an_entry_is_no_json, an_entry_is_not_utf8, an_entry_is_null, an_entry_has_another_shape,
    an_entry_is_nested_without_end, an_entry_has_an_unknown_kind, an_entry_is_written_with_other_spaces,
    an_entry_has_no_instant, an_entry_is_of_another_engine, an_entry_says_another_time, a_run_leaves_a_gap,
    a_run_covers_offsets_twice, a_run_ends_behind_the_topic, a_run_names_a_partition_that_there_is_not,
    a_run_has_no_records, a_refusal_is_hidden, the_policy_is_edited, the_policy_is_edited_and_keeps_its_digest,
    the_policy_holds_texts_for_numbers, the_founding_document_is_another, the_board_is_founded_twice,
    an_entry_has_the_key_of_another_board, a_tick_is_forged, the_journal_is_emptied,
]  # fmt: skip


@pytest.fixture(scope="module")
def tampered(history: History) -> dict[str, Tampered]:
    done = {tampering.__name__: tampering(history.items) for tampering in TAMPERINGS}
    history.write({name: each.topics for name, each in done.items()})
    return done


@pytest.mark.parametrize("name", [tampering.__name__ for tampering in TAMPERINGS])
def test_a_tampered_journal_is_named(history: History, tampered: dict[str, Tampered], name: str) -> None:
    faults = history.verify(name).faults
    told = [*faults.listed, *(f"{each.topic} offset {each.offset}: foreign: {each.what}" for each in faults.foreign)]
    assert tampered[name].says[0] in told[0]
    for text in tampered[name].says:
        assert any(text in each for each in told), told


def test_a_foreign_record_is_a_finding_until_a_person_has_passed_it_over(history: History) -> None:
    journal, doubled = history.items[JOURNAL], Item(0, 0, b"v100", history.items[JOURNAL][4].value)
    items = [*journal[:9], Item(0, 0, None, b"\x00"), *journal[9:], doubled]
    history.write({"written to": {JOURNAL: items}})
    found = history.verify("written to").faults
    assert (found.count, found.unseen, [each.offset for each in found.foreign]) == (0, 2, [9, len(journal) + 1])
    for passed_over, unseen in (([("journal.v1", 9)], 1), ([("journal.v1", each.offset) for each in found.foreign], 0)):
        faults = Verification(history.opened("written to"), VerificationRequest(passed_over=passed_over)).run().faults
        assert (faults.foreign_count, faults.unseen) == (2, unseen)
