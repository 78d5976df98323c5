"""The alerts of a board from a real Kafka: each once, in order, and never past a gap."""

import asyncio
import json
import logging
import threading
import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from harmwatch_client import Alert, BadPlace, Baseline, FilePlace, Gap, MemoryPlace, TopicReset
from models.alert import alert_headers, wire_bytes
from models.journal.transition import Move
from tests.client.published import BOARD, Published, a_baseline, a_move
from tests.end_to_end.foreign import open_transaction
from tests.logged import logged

pytestmark = pytest.mark.stack


def test_alerts_come_in_order_as_they_were_sent(published: Published) -> None:
    sent = [a_move(1), a_move(2, Move.LEFT), a_move(3)]
    published.send(sent[0])
    published.send(*sent[1:])
    events = list(published.read())
    assert [event.value for event in events] == [wire_bytes(one) for one in sent]
    assert [event.id for event in events] == ["v100:1", "v100:2", "v100:3"]
    assert all(isinstance(event, Alert) for event in events)


def test_what_was_done_never_comes_again_and_what_was_not_does(published: Published, tmp_path: Path) -> None:
    published.enter(1, 2, 3)
    place = FilePlace(tmp_path / "place.json")
    with published.alerts(place) as alerts:
        first, _ = alerts.next(20), alerts.next(20)
        assert first is not None
        alerts.done(first)
    published.enter(4)
    assert [event.sequence for event in published.read(place)] == [2, 3, 4]
    assert list(published.read(place)) == []


def test_a_place_never_goes_back_and_nothing_is_done_before_it_came(published: Published) -> None:
    published.enter(1, 2)
    place = MemoryPlace()
    with published.alerts(place) as alerts:
        first, second = alerts.until_now()
        alerts.done(second)
        kept = place.load()
        alerts.done(first)
        assert place.load() == kept
    with published.alerts() as alerts, pytest.raises(ValueError, match="has not come yet"):
        alerts.done(second)


def test_an_alert_that_lies_there_twice_comes_once(published: Published) -> None:
    published.enter(1, 2, 1, 2, 3, 2)
    assert [event.sequence for event in published.read()] == [1, 2, 3]


def test_nothing_is_given_behind_a_gap(published: Published) -> None:
    published.enter(1, 2, 4, 5)
    place = MemoryPlace()
    seen = []
    with pytest.raises(Gap, match="alert 3 is missing") as gap:
        seen += [event.sequence for event in published.read(place)]
    assert (gap.value.expected, gap.value.found) == (3, 4)
    with published.alerts(place) as alerts:
        for _ in range(3):
            with pytest.raises(Gap):
                alerts.next(20)


def test_a_board_whose_first_alert_is_gone_has_a_gap(published: Published) -> None:
    published.enter(2)
    with pytest.raises(Gap):
        list(published.read())


def test_a_forged_record_that_a_person_has_looked_at_is_no_gap(published: Published) -> None:
    published.enter(1, 99, 2)  # each takes two offsets: its own, and the end of its transaction
    with pytest.raises(Gap) as gap:
        list(published.read())
    assert [event.sequence for event in published.read(passed_over=[gap.value.offset])] == [1, 2]


def test_alerts_go_on_from_the_last_sequence_of_the_baseline(published: Published) -> None:
    published.send(a_baseline(40, ["a", "b"]))
    published.enter(41, 42)
    published.send(a_baseline(40, ["a", "b"]))
    baseline, *alerts = published.read()
    assert isinstance(baseline, Baseline)
    assert (baseline.id, [member["offender_id"] for member in baseline.band]) == ("v100:baseline:40", ["a", "b"])
    assert [event.sequence for event in alerts] == [41, 42]


def test_a_baseline_of_nobody_is_done_like_any_other(published: Published) -> None:
    published.send(a_baseline(0))
    place = MemoryPlace()
    assert [event.sequence for event in published.read(place)] == [0]
    published.enter(1)
    assert [event.sequence for event in published.read(place)] == [1]


def test_a_baseline_between_alerts_is_a_gap(published: Published) -> None:
    published.enter(1)
    published.send(a_baseline(7))
    with pytest.raises(Gap):
        list(published.read())


def test_what_was_given_up_never_happened(published: Published) -> None:
    published.enter(1)
    published.send(a_move(2, offender_id="nobody"), end="abort")
    published.enter(2)
    assert [event.offender_id for event in published.read() if isinstance(event, Alert)] == ["p1", "p2"]


def test_what_lies_behind_an_open_transaction_has_not_come_yet(published: Published) -> None:
    published.enter(1)
    place = MemoryPlace()
    with open_transaction(published.brokers, published.topic):
        published.enter(2)
        assert [event.sequence for event in published.read(place)] == [1]
    assert [event.sequence for event in published.read(place)] == [2]


def test_foreign_records_are_passed_over_with_a_word(published: Published, caplog: pytest.LogCaptureFixture) -> None:
    good, other = a_move(2), a_move(2).model_copy(update={"board": "other", "alert_id": "other:2"})
    published.enter(1)
    headers = dict(alert_headers(good))
    published.send_raw(
        ([], b"nothing of ours"),
        (alert_headers(good), b"[1]"),
        (alert_headers(good), b"[" * 100_000),
        (alert_headers(good), wire_bytes(other)),
        (alert_headers(other), wire_bytes(other)),
        (list((headers | {"ce_type": b"harmwatch.band.left"}).items()), wire_bytes(good)),
    )
    published.send(good)
    with caplog.at_level(logging.WARNING, "harmwatch_client"):
        assert [event.sequence for event in published.read()] == [1, 2]
    assert len(logged(caplog)) == 6


def test_a_header_without_a_value_makes_a_record_foreign(published: Published) -> None:
    async def send_headers_without_values() -> None:
        """By another library: kafka-python sends none."""
        async with AIOKafkaProducer(bootstrap_servers=published.brokers) as producer:
            for name in ("ce_type", "ce_id", "ce_source"):
                headers = dict(alert_headers(a_move(2))) | {name: None}
                await producer.send_and_wait(published.topic, wire_bytes(a_move(2)), headers=list(headers.items()))

    published.enter(1)
    asyncio.run(send_headers_without_values())
    published.enter(2)
    assert [(event.sequence, event.offset) for event in published.read()] == [(1, 0), (2, 5)]


def test_from_a_sequence_on_nothing_before_it_comes(published: Published) -> None:
    published.enter(1, 2, 3)
    assert [event.sequence for event in published.read(begin=3)] == [3]
    with published.alerts(begin=4) as alerts:
        assert alerts.next(0.5) is None
        published.enter(4)
        event = alerts.next(20)
        assert event is not None
        assert event.sequence == 4


def test_where_a_place_is_kept_a_beginning_counts_no_more(published: Published) -> None:
    published.enter(1, 2, 3, 4)
    place = MemoryPlace()
    with published.alerts(place) as alerts:
        first = alerts.next(20)
        assert first is not None
        alerts.done(first)
    assert [event.sequence for event in published.read(place, begin=4)] == [2, 3, 4]


def test_who_does_not_wait_gets_what_is_there(published: Published) -> None:
    published.enter(1)
    with published.alerts() as alerts:
        until = time.monotonic() + 20
        while (event := alerts.next(0)) is None:
            assert time.monotonic() < until, "nothing ever came"
        assert event.sequence == 1


def test_from_now_on_nothing_is_lost_although_nothing_has_come_yet(published: Published) -> None:
    published.enter(1, 2)
    place = MemoryPlace()
    assert list(published.read(place, begin="now")) == []
    published.enter(3)
    assert [event.sequence for event in published.read(place, begin="now")] == [3]


def test_an_empty_topic_has_a_place_as_well(published: Published) -> None:
    place = MemoryPlace()
    assert list(published.read(place, begin="now")) == []
    published.enter(1)
    assert [event.sequence for event in published.read(place, begin="now")] == [1]


def test_an_iterator_waits_for_what_comes_next(published: Published) -> None:
    published.enter(1)
    with published.alerts() as alerts:
        events = iter(alerts)
        assert next(events).sequence == 1
        later = threading.Timer(0.7, published.enter, [2])
        later.start()
        assert next(events).sequence == 2
        later.join()


@pytest.mark.parametrize("again", [1, 3], ids=["shorter", "as long and longer"])
def test_a_topic_that_was_recreated_is_noticed_at_the_start(published: Published, again: int) -> None:
    published.enter(1, 2)
    place = MemoryPlace()
    list(published.read(place))
    kept = place.load()
    published.delete()
    published.create()
    published.enter(*range(1, again + 1))
    with pytest.raises(TopicReset, match="was recreated"):
        list(published.read(place))
    assert place.load() == kept


@pytest.mark.parametrize("again", [0, 1, 5], ids=["empty", "shorter", "longer"])
def test_a_topic_that_was_recreated_is_noticed_at_work(published: Published, again: int) -> None:
    published.enter(1, 2)
    with published.alerts() as alerts:
        assert len(list(alerts.until_now())) == 2
        published.delete()
        published.create()
        if again:
            published.enter(*range(1, again + 1))  # of five, the third would be the next one, at the next offset
        with pytest.raises(TopicReset, match="was recreated"):
            alerts.next(60)


def test_the_place_of_another_topic_is_refused(published: Published) -> None:
    place = MemoryPlace()
    place.save('{"topic":"alerts.v1","topic_id":null,"offset":0,"board":null,"sequence":0}')
    with pytest.raises(BadPlace):
        published.alerts(place)


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    place = FilePlace(tmp_path / "place")
    assert place.load() is None
    place.save("one")
    place.save("two")
    assert FilePlace(str(tmp_path / "place")).load() == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_an_event_is_of_the_board_that_its_records_name(published: Published) -> None:
    published.send(a_move(1, offender_id="p\r\n\0\u674e" * 20))
    (event,) = published.read()
    assert isinstance(event, Alert)
    assert (event.board, event.offender_id) == (BOARD, "p\r\n\0\u674e" * 20)


def test_a_place_behind_the_end_is_that_of_another_time(published: Published) -> None:
    """The log was cut short, or the brokers came back from a backup: the topic and its id stayed the same."""
    published.enter(1, 2)
    place = MemoryPlace()
    list(published.read(place))
    place.save(json.dumps(json.loads(place.load() or "") | {"offset": 999}))
    with pytest.raises(TopicReset, match=r"ends at offset \d+, and was read up to 999 before"):
        list(published.read(place))
