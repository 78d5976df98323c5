"""Whatever somebody does to alerts.v1, dead-letters.v1 or offences.v1 is found and named."""

from dataclasses import replace

import pytest

from models.canonical import canonical_json
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL, OFFENCES
from tests.audit.history import History, Item, Topics
from tests.audit.verify.tampering import Tampered, Tampering, at, one, replaced

pytestmark = pytest.mark.stack
PLACE, INPUT = 20, 101


def with_header(item: Item, name: str, value: bytes) -> Item:
    return replace(item, headers=tuple((each, value if each == name else old) for each, old in item.headers))


def an_alert(topics: Topics) -> tuple[Item, str]:
    item = topics[ALERTS][PLACE]
    return item, f"alert {item.content['alert_id']}"


def an_alert_is_missing(topics: Topics) -> Tampered:
    return one(ALERTS, replaced(topics[ALERTS], PLACE), f"alerts.v1: {an_alert(topics)[1]} is missing")


def the_newest_alerts_are_missing(topics: Topics) -> Tampered:
    left = topics[ALERTS][:-3]
    missing = [f"alert {item.content['alert_id']} is missing" for item in topics[ALERTS][-3:]]
    return one(ALERTS, left, *missing)


def an_alert_is_doubled(topics: Topics) -> Tampered:
    item, name = an_alert(topics)
    items = replaced(topics[ALERTS], PLACE, item, item)
    return one(ALERTS, items, at(ALERTS, PLACE + 1, f"{name} stands here beside its own place: doubled"))


def an_alert_is_doubled_at_the_end(topics: Topics) -> Tampered:
    item, name = an_alert(topics)
    return one(ALERTS, [*topics[ALERTS], item], at(ALERTS, len(topics[ALERTS]), name), "doubled")


def two_alerts_are_swapped(topics: Topics) -> Tampered:
    items = [*topics[ALERTS]]
    items[PLACE], items[PLACE + 1] = items[PLACE + 1], items[PLACE]
    later = f"alert {topics[ALERTS][PLACE + 1].content['alert_id']}"
    return one(ALERTS, items, at(ALERTS, PLACE, f"{later} stands too early: swapped"))


def an_alert_is_forged_under_a_new_id(topics: Topics) -> Tampered:
    item, _ = an_alert(topics)
    forged = item.told(alert_id="v100:999999", sequence=999_999, offender_id="p1")
    items = replaced(topics[ALERTS], PLACE, forged, item)
    return one(ALERTS, items, at(ALERTS, PLACE, "alert v100:999999 is not accounted for by the journal"))


def an_alert_of_before_the_baseline_is_forged(topics: Topics) -> Tampered:
    item, _ = an_alert(topics)
    forged = item.told(alert_id="v100:1", sequence=1)
    return one(ALERTS, replaced(topics[ALERTS], PLACE, forged, item), at(ALERTS, PLACE, "alert v100:1 stands here"))


def something_else_is_written_among_the_alerts(topics: Topics) -> Tampered:
    item = Item(0, 0, b"p1", b"\x00not json")
    items = replaced(topics[ALERTS], PLACE, item, topics[ALERTS][PLACE])
    return one(ALERTS, items, at(ALERTS, PLACE, "a record that the journal does not account for"))


def an_alert_is_emptied(topics: Topics) -> Tampered:
    item, name = an_alert(topics)
    return one(ALERTS, replaced(topics[ALERTS], PLACE, item.saying(None)), at(ALERTS, PLACE, f"{name} differs"))


def an_alert_has_another_key(topics: Topics) -> Tampered:
    item, name = an_alert(topics)
    items = replaced(topics[ALERTS], PLACE, replace(item, key=b"somebody"))
    return one(ALERTS, items, at(ALERTS, PLACE, f"{name} differs: its key is b'somebody'"))


def an_alert_has_another_type_in_its_headers(topics: Topics) -> Tampered:
    item, name = an_alert(topics)
    items = replaced(topics[ALERTS], PLACE, with_header(item, "ce_type", b"harmwatch.band.other"))
    return one(ALERTS, items, at(ALERTS, PLACE, f"{name} differs: ce_type was published as"))


def an_alert_has_lost_a_header(topics: Topics) -> Tampered:
    item, name = an_alert(topics)
    items = replaced(topics[ALERTS], PLACE, replace(item, headers=item.headers[:-1]))
    return one(ALERTS, items, at(ALERTS, PLACE, f"{name} differs: ce_subject was published as null"))


def an_alert_is_written_with_other_spaces(topics: Topics) -> Tampered:
    item, name = an_alert(topics)
    items = replaced(topics[ALERTS], PLACE, item.saying((item.value or b"").replace(b":", b": ", 1)))
    return one(ALERTS, items, at(ALERTS, PLACE, f"{name} differs: the same content is written in other bytes"))


def the_baseline_leaves_somebody_out(topics: Topics) -> Tampered:
    band = topics[ALERTS][0].content["band"]
    items = replaced(topics[ALERTS], 0, topics[ALERTS][0].told(band=band[1:]))
    return one(ALERTS, items, at(ALERTS, 0, "alert v100:baseline:"), "differs: band was published as")


def a_dead_letter_is_missing(topics: Topics) -> Tampered:
    letters = topics[DEAD_LETTERS]
    return one(DEAD_LETTERS, replaced(letters, 4), f"dead-letters.v1: {letter(letters[4])} is missing")


def a_dead_letter_is_doubled(topics: Topics) -> Tampered:
    letters = topics[DEAD_LETTERS]
    items = replaced(letters, 4, letters[4], letters[4])
    return one(DEAD_LETTERS, items, at(DEAD_LETTERS, 5, f"{letter(letters[4])} stands here beside its own place"))


def two_dead_letters_are_swapped(topics: Topics) -> Tampered:
    letters = [*topics[DEAD_LETTERS]]
    letters[4], letters[5] = letters[5], letters[4]
    return one(DEAD_LETTERS, letters, at(DEAD_LETTERS, 4, f"{letter(letters[4])} stands too early"))


def a_dead_letter_holds_other_bytes(topics: Topics) -> Tampered:
    letters = topics[DEAD_LETTERS]
    items = replaced(letters, 4, letters[4].saying(b"{}"))
    return one(DEAD_LETTERS, items, at(DEAD_LETTERS, 4, f"{letter(letters[4])} differs: its bytes are others"))


def a_dead_letter_gives_another_reason(topics: Topics) -> Tampered:
    letters = topics[DEAD_LETTERS]
    items = replaced(letters, 4, with_header(letters[4], "reason", b"too_large"))
    return one(DEAD_LETTERS, items, at(DEAD_LETTERS, 4, f"{letter(letters[4])} differs: reason was published as"))


def a_dead_letter_is_forged(topics: Topics) -> Tampered:
    letters = topics[DEAD_LETTERS]
    forged = with_header(letters[4], "offset", b"987654")
    items = [*letters, forged]
    return one(DEAD_LETTERS, items, at(DEAD_LETTERS, len(letters)), "offset 987654 is not accounted for")


def letter(item: Item) -> str:
    told = dict(item.headers)
    where = f"partition {told['partition'].decode()} offset {told['offset'].decode()}"
    return f"the dead letter of offences.v1 {where}"


def an_input_is_replaced(topics: Topics) -> Tampered:
    item = topics[OFFENCES][INPUT]
    return other_inputs(topics, item.told(code="C", revision=10**6))


def an_input_is_given_to_somebody_else(topics: Topics) -> Tampered:
    item = topics[OFFENCES][INPUT]
    return other_inputs(topics, replace(item.told(offender_id="p0"), key=b"p0"))


def an_input_has_another_timestamp(topics: Topics) -> Tampered:
    item = topics[OFFENCES][INPUT]
    return other_inputs(topics, replace(item, timestamp_ms=item.timestamp_ms + 1))


def an_input_is_inserted(topics: Topics) -> Tampered:
    item = topics[OFFENCES][INPUT]
    return other_inputs(topics, item.told(event_id="forged"), item)


def other_inputs(topics: Topics, *by: Item) -> Tampered:
    """A record of partition 0, where a record's place is its offset, makes way for others."""
    runs = [(n, item.content["run"] or {"partition": None}) for n, item in enumerate(topics[JOURNAL])]
    place, run = next((n, run) for n, run in runs if run["partition"] == 0 and run["end"] > INPUT)
    where = f"offences.v1 partition 0 offsets {run['start']} to {run['end']}"
    says = at(JOURNAL, place, f"entry {place + 1}: the records of {where} are not those that were applied")
    return one(OFFENCES, replaced(topics[OFFENCES], INPUT, *by), says)


def the_newest_inputs_are_gone(topics: Topics) -> Tampered:
    return one(OFFENCES, topics[OFFENCES][:-5], "journal.v1 offset", "records are gone, or the topic was created again")


TAMPERINGS: list[Tampering] = [
    an_alert_is_missing, the_newest_alerts_are_missing, an_alert_is_doubled, an_alert_is_doubled_at_the_end,
    two_alerts_are_swapped, an_alert_is_forged_under_a_new_id, an_alert_of_before_the_baseline_is_forged,
    something_else_is_written_among_the_alerts, an_alert_is_emptied, an_alert_has_another_key,
    an_alert_has_another_type_in_its_headers, an_alert_has_lost_a_header, an_alert_is_written_with_other_spaces,
    the_baseline_leaves_somebody_out, a_dead_letter_is_missing, a_dead_letter_is_doubled, two_dead_letters_are_swapped,
    a_dead_letter_holds_other_bytes, a_dead_letter_gives_another_reason, a_dead_letter_is_forged, an_input_is_replaced,
    an_input_is_given_to_somebody_else, an_input_has_another_timestamp, an_input_is_inserted,
    the_newest_inputs_are_gone,
]  # fmt: skip


@pytest.fixture(scope="module")
def tampered(history: History) -> dict[str, Tampered]:
    done = {tampering.__name__: tampering(history.items) for tampering in TAMPERINGS}
    history.write({name: each.topics for name, each in done.items()})
    return done


@pytest.mark.parametrize("name", [tampering.__name__ for tampering in TAMPERINGS])
def test_tampered_records_are_named(history: History, tampered: dict[str, Tampered], name: str) -> None:
    faults = history.verify(name).faults
    assert faults.count
    assert tampered[name].says[0] in faults.listed[0]
    for text in tampered[name].says:
        assert any(text in fault for fault in faults.listed), faults.listed


def test_a_change_to_any_field_of_any_alert_is_named(history: History) -> None:
    items = history.items[ALERTS]
    fields = list(items[PLACE].content)
    changed = [*items]
    for place, name in enumerate(fields, PLACE - len(fields) // 2):
        changed[place] = items[place].saying(canonical_json(items[place].content | {name: "forged"}))
    history.write({"every field": {ALERTS: changed}})
    verification = history.verify("every field")
    expected = len(fields)
    assert verification.faults.count >= expected
    for place, name in enumerate(fields[:10], PLACE - len(fields) // 2):
        assert any(at(ALERTS, place) in fault and name in fault for fault in verification.faults.listed)
