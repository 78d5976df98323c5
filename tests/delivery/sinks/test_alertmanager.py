"""A real Alertmanager shows who is in the band, and nobody else, whatever is repeated, restarted or left out."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import delivery.sinks.alertmanager
from delivery.bodies import make_body
from delivery.delivery_event import DeliveryEvent
from delivery.mirror import Mirror
from delivery.outcome import Cause
from delivery.secrets import Secrets
from delivery.sinks.alertmanager import AlertmanagerSink
from harmwatch_client import Event
from models.delivery.record import Closed
from models.errors import Unavailable
from tests.delivery.delivering import Delivering, await_that
from tests.delivery.receiver import Receiver
from tests.delivery.sinks.alertmanager import Alertmanager, running_alertmanager
from tests.delivery.subscribed import a_secret, some_terms
from tests.delivery.test_alert_log import history, log_of
from tests.delivery.test_delivery import accepted, in_process, receivers, said

NASTY = ["a\r\nb", "nul\x00", "x" * 127 + "é"]


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[Alertmanager]:
    with running_alertmanager(tmp_path) as one:
        await_that(one.is_ready, 20, (tmp_path / "alertmanager.log").read_text)
        yield one


def a_sink(url: str, events: list[Event], folder: Path, place: int = 0, **terms: Any) -> AlertmanagerSink:
    told = {"sink": "alertmanager", "keys": [], "content": "full"} | terms
    return AlertmanagerSink(some_terms(url=url, **told), Secrets(folder), Mirror(log_of(events)), place)


async def send(sink: AlertmanagerSink, events: list[Event], content: str = "full") -> list[Cause | None]:
    causes = []
    for number, event in enumerate(events, 1):
        body = make_body(DeliveryEvent.of(event), "desk", "full" if content == "full" else "thin", number, number - 1)
        causes.append((await sink.send(event.id, body)).cause)
    return causes


def test_who_is_in_fires_and_whose_stay_has_ended_is_resolved(alertmanager: Alertmanager, tmp_path: Path) -> None:
    events = history([*NASTY, NASTY[0], NASTY[0]], baseline=False)  # the first leaves, and comes once more

    async def test() -> None:
        sink = a_sink(alertmanager.url, events, tmp_path)
        for upto, firing in ((3, {"v100:1", "v100:2", "v100:3"}), (4, {"v100:2", "v100:3"})):
            assert set(await send(sink, events[:upto])) == {None}
            assert alertmanager.firing() == firing
        assert set(await send(sink, events[3:])) == {None}
        await sink.close()

    asyncio.run(test())
    shown = {alert["labels"]["alert_id"]: alert["labels"]["offender_id"] for alert in alertmanager.alerts()}
    assert shown == {"v100:2": NASTY[1], "v100:3": NASTY[2], "v100:5": NASTY[0]}


def test_thin_it_names_nobody(alertmanager: Alertmanager, tmp_path: Path) -> None:
    events = history(NASTY, baseline=False)

    async def test() -> None:
        sink = a_sink(alertmanager.url, events, tmp_path, content="thin")
        assert set(await send(sink, events, "thin")) == {None}
        await sink.close()

    asyncio.run(test())
    assert len(alertmanager.alerts()) == 3
    for alert in alertmanager.alerts():
        assert alert["labels"].keys() == {"alertname", "board", "subscription", "alert_id"}
        assert not any(name in str(alert) or repr(name)[1:-1] in str(alert) for name in NASTY)


def test_a_successor_resolves_what_ended_meanwhile_and_shows_the_rest_again(
    alertmanager: Alertmanager, tmp_path: Path
) -> None:
    """The Alertmanager may have forgotten everything, and the deliverer is another process."""
    events = history(["a", "b", "a"], baseline=True)  # "a" leaves, "b" enters, "a" enters again

    async def test() -> None:
        before = a_sink(alertmanager.url, events, tmp_path)
        await send(before, events[:2])
        await before.close()
        assert alertmanager.firing() == set()  # "a" was in by the baseline, and has left
        after = a_sink(alertmanager.url, events, tmp_path, place=events[1].sequence)
        await send(after, events[2:3])
        await after.close()
        again = a_sink(alertmanager.url, events, tmp_path, place=events[2].sequence)
        assert await send(again, events[3:]) == [None]
        await again.close()

    asyncio.run(test())
    assert alertmanager.firing() == {"v100:7", "v100:8"}


def test_it_is_refreshed_without_any_news(
    alertmanager: Alertmanager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery.sinks.alertmanager, "REFRESH_SECONDS", 0.1)
    events = history(["a", "b"], baseline=False)

    async def test() -> None:
        sink = a_sink(alertmanager.url, events, tmp_path, place=1)
        await asyncio.to_thread(await_that, alertmanager.firing, 10, lambda: "nothing fires")
        (first,) = alertmanager.alerts()
        await asyncio.to_thread(
            await_that, lambda: alertmanager.alerts()[0]["endsAt"] > first["endsAt"], 10, lambda: "no refresh"
        )
        await sink.close()

    asyncio.run(test())
    assert alertmanager.firing() == {"v100:1"}


def test_who_has_left_is_resolved_again_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was restarted has forgotten that it fired, and whom it had paged would wait for ever."""
    monkeypatch.setattr(delivery.sinks.alertmanager, "REFRESH_SECONDS", 0.05)
    monkeypatch.setattr(delivery.sinks.alertmanager, "RESOLVED_SECONDS", 1.0)
    events = history(["a", "b", "a"], baseline=False)

    def posts(receiver: Receiver) -> list[dict[str, Any]]:
        return [{one["labels"]["alert_id"]: one for one in json.loads(post.body)} for post in receiver.received]

    async def test() -> list[dict[str, Any]]:
        async with Receiver([200]).serving() as receiver:
            sink = a_sink(receiver.base, events, tmp_path)
            assert set(await send(sink, events)) == {None}
            sent = len(receiver.received)
            await asyncio.to_thread(
                await_that, lambda: posts(receiver)[-1].keys() == {"v100:2"}, 20, lambda: "it is resolved for ever"
            )
            await sink.close()
            return posts(receiver)[sent - 1 :]

    first, *again = asyncio.run(test())
    resolved = [one["v100:1"] for one in again if "v100:1" in one]
    assert len(resolved) > 1
    assert {one["endsAt"] for one in resolved} == {first["v100:1"]["endsAt"]}
    assert all(again_one["v100:2"]["endsAt"] > again_one["v100:1"]["endsAt"] for again_one in again[: len(resolved)])


@pytest.mark.parametrize(("user", "said"), [(None, "Bearer s3cret"), ("desk", "Basic ZGVzazpzM2NyZXQ=")])
def test_it_logs_in_by_token_or_password(tmp_path: Path, user: str | None, said: str) -> None:
    events = history(["a"], baseline=False)
    a_secret(tmp_path / "secrets", "am.key", "s3cret")
    terms: dict[str, Any] = {"keys": ["am.key"]} | ({} if user is None else {"user": user})

    async def test() -> None:
        async with Receiver([401]).serving() as receiver:
            sink = a_sink(receiver.base, events, tmp_path / "secrets", **terms)
            assert await send(sink, events) == [Cause.UNAUTHORIZED]
            await sink.close()
        assert [one.headers["authorization"] for one in receiver.received] == [said]

    asyncio.run(test())


def test_who_may_be_out_of_office_refreshes_nothing(tmp_path: Path) -> None:
    """What it knows may be old: whose stay has ended would fire again."""
    events = history(["a", "b"], baseline=False)

    async def overtaken() -> None:
        raise Unavailable("fenced")

    async def test() -> None:
        async with Receiver([200]).serving() as receiver:
            terms = some_terms(url=receiver.base, sink="alertmanager", keys=[])
            sink = AlertmanagerSink(terms, Secrets(tmp_path), Mirror(log_of(events), overtaken), 1)
            await asyncio.sleep(0.3)
            await sink.close()
        assert receiver.received == []

    asyncio.run(test())


@pytest.mark.stack
def test_a_closed_subscription_is_shown_nothing_more(delivering: Delivering) -> None:
    """Nor by the next deliverer: its agreement has ended."""

    async def test() -> None:
        async with receivers([200], [204]) as (mirror, desk):
            delivering.published.enter(1)
            entries: list[dict[str, Any]] = [
                {"id": "mirror", "sink": "alertmanager", "url": mirror.base, "keys": []},
                {"url": desk.url},
            ]
            await asyncio.to_thread(delivering.subscribe, *entries)
            async with in_process(delivering):
                await accepted(delivering, "mirror", 1)
                await accepted(delivering, "desk", 1)
                await asyncio.to_thread(delivering.json, "subscriptions", "close", "mirror", "--why", "it has ended")
                await said(delivering, lambda fact: isinstance(fact, Closed), "mirror")
            mirror.received.clear()
            async with in_process(delivering):
                delivering.published.enter(2)
                await accepted(delivering, "desk", 2)
            assert mirror.received == []

    asyncio.run(test())


@pytest.mark.stack
def test_from_end_to_end_it_mirrors_the_band(alertmanager: Alertmanager, delivering: Delivering) -> None:
    async def test() -> None:
        delivering.published.enter(1, 2)
        desk = {"id": "desk", "sink": "alertmanager", "url": alertmanager.url, "keys": []}
        await asyncio.to_thread(delivering.subscribe, desk)
        async with in_process(delivering):
            await accepted(delivering, "desk", 1)
            delivering.published.enter(3)
            await accepted(delivering, "desk", 2)
        tried = await asyncio.to_thread(delivering.json, "subscriptions", "test", "desk")
        assert tried["accepted"]

    asyncio.run(test())
    assert alertmanager.firing() == {"v100:1", "v100:2", "v100:3", "HarmwatchTest"}
