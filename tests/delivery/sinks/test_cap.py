"""CAP 1.2, held against the schema of OASIS: what enters is an alert, what ends or is recalled cancels it."""

import asyncio
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import standardwebhooks
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from delivery.bodies import make_body
from delivery.delivery_event import DeliveryEvent
from delivery.heartbeats import BoardLooks, BoardPulse, make_heartbeat
from delivery.mirror import Mirror
from delivery.outcome import Cause
from delivery.secrets import Secrets
from delivery.sinks.cap import NAMESPACE, cap_id, cap_instant, make_cap
from delivery.sinks.kinds import open_sink
from delivery.trial import try_out
from models.journal.transition import Move
from tests.client.published import a_baseline, a_move
from tests.delivery.ledger.pages import sent
from tests.delivery.recalls import OPENED, a_recall
from tests.delivery.receiver import Receiver
from tests.delivery.subscribed import SECRET, a_secret, some_terms
from tests.delivery.test_alert_log import event_of, history, log_of

SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "cap" / "CAP-v1.2-schema.xsd")
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=128)


def read(message: bytes) -> dict[str, str]:
    """Its elements by name, and its parameters; valid by the schema."""
    SCHEMA.validate(message.decode())
    root = ET.fromstring(message)
    told = {one.tag.removeprefix(f"{{{NAMESPACE}}}"): one.text or "" for one in root.iter()}
    names = [one.text or "" for one in root.iter(f"{{{NAMESPACE}}}valueName")]
    values = [one.text or "" for one in root.iter(f"{{{NAMESPACE}}}value")]
    return told | dict(zip(names, values, strict=True))


def cap(told: DeliveryEvent, recipient: str = "Control room") -> dict[str, str]:
    return read(make_cap(json.loads(make_body(told, "desk", "full", 3, 2)), recipient))


@given(NAMES)
def test_whatever_an_id_holds_it_is_a_valid_message_and_reads_back(name: str) -> None:
    event = event_of(a_move(7, offender_id=name), 0)
    told = cap(DeliveryEvent.of(event))
    assert (told["identifier"], told["sender"], told["status"], told["msgType"]) == (
        "v100:7",
        "v100",
        "Actual",
        "Alert",
    )
    assert (told["scope"], told["addresses"], told["category"], told["deliverynumber"]) == (
        "Private", '"Control room"', "Security", "3",
    )  # fmt: skip
    shown = told["offender_id"]
    assert (json.loads(shown) if shown.startswith('"') else shown) == name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_identifier_holds_nothing_that_cap_forbids(text: str) -> None:
    assert not set(cap_id(text)) & set(" \t\r\n,<&")
    assert cap_id("v100:17") == "v100:17"


def test_an_instant_is_to_the_second_and_in_utc_without_a_z() -> None:
    assert cap_instant("2026-05-01T10:00:00.123456Z") == "2026-05-01T10:00:00-00:00"


@pytest.mark.parametrize(
    ("told", "status", "kind"),
    [
        (DeliveryEvent.of(event_of(a_baseline(5, ["a"]), 0)), "Actual", "Update"),
        (DeliveryEvent.band("v100", OPENED, 0, ()), "Actual", "Alert"),
        (DeliveryEvent.recall("v100", 3, a_recall(7), OPENED), "Actual", "Cancel"),
    ],
)  # fmt: skip
def test_every_kind_of_event_has_its_word(told: DeliveryEvent, status: str, kind: str) -> None:
    found = cap(told)
    assert (found["status"], found["msgType"]) == (status, kind)


def test_a_heartbeat_is_of_the_system() -> None:
    line = sent().line
    assert line is not None
    _, body = make_heartbeat(line, "v100", 9, "2026-01-01T00:00:00Z", None, 60)
    found = read(make_cap(json.loads(body), "room"))
    assert (found["status"], found["state"], found["addresses"]) == ("System", "quiet", "room")


def test_an_end_and_a_recall_name_the_message_that_they_cancel(tmp_path: Path) -> None:
    """By what a receiver has: sender, identifier and instant of the entrance. Signed as it is sent."""
    a_secret(tmp_path / "secrets")
    events = history(["a", "b", "a"], baseline=False)
    log, secrets = log_of(events), Secrets(tmp_path / "secrets")

    async def test() -> Receiver:
        async with Receiver().serving() as room:
            terms = some_terms(url=room.url, format="cap")
            sink = open_sink(terms, secrets, Mirror(log))
            for number, told in enumerate(
                [*[await log.read(at) for at in (1, 2, 3)], DeliveryEvent.recall("v100", 3, a_recall(2), OPENED)], 1
            ):
                outcome = await sink.send(told.id, make_body(told, "desk", "full", number, number - 1))
                assert outcome.cause is None
            await sink.close()
            assert (await try_out(terms, secrets, "v100", "2026-01-01T00:00:00Z")).cause is None
        return room

    room = asyncio.run(test())
    entered, other, left, recalled, trial = [read(one.body) for one in room.received]
    assert left["references"] == f"v100,v100:1,{entered['sent']}"
    assert recalled["references"] == f"v100,v100:2,{other['sent']}"
    assert trial["status"] == "Test"
    for one in room.received:
        assert one.headers["content-type"].startswith("application/cap+xml")
        with pytest.raises(ValueError, match="Expecting value"):  # it is signed, and no JSON
            standardwebhooks.Webhook(SECRET).verify(one.body, one.headers)


def pulses(*looks: bool | None) -> BoardLooks:
    """By the wall clock or not; None: nothing could be read."""
    found = BoardLooks()
    for is_wall in looks:
        found.take(None if is_wall is None else BoardPulse(1, "2026-01-01T00:00:00Z", is_wall))
    return found


def test_a_board_by_the_clock_of_its_reports_is_an_exercise_and_one_that_nobody_knows_is_not() -> None:
    assert pulses().is_exercise is None
    assert [pulses(*looks).is_exercise for looks in ([True], [False], [None], [None, False], [False, None])] == [
        False, True, False, True, True,
    ]  # fmt: skip


def test_an_exercise_says_so_and_nothing_is_sent_before_it_is_known(tmp_path: Path) -> None:
    """A control room that takes an exercise for real sends people out."""
    a_secret(tmp_path / "secrets")
    log, seen = log_of(history(["a"], baseline=False)), BoardLooks()

    async def test() -> Receiver:
        async with Receiver().serving() as room:
            terms = some_terms(url=room.url, format="cap")
            sink = open_sink(terms, Secrets(tmp_path / "secrets"), Mirror(log), 0, lambda: seen.is_exercise)
            told = await log.read(1)
            body = make_body(told, "desk", "full", 1, 0)
            assert (await sink.send(told.id, body)).cause is Cause.UNREACHABLE
            seen.take(BoardPulse(1, "2026-01-01T00:00:00Z", is_wall=False))
            assert (await sink.send(told.id, body)).cause is None
            await sink.close()
        return room

    (message,) = [read(one.body) for one in asyncio.run(test()).received]
    assert (message["status"], message["msgType"]) == ("Exercise", "Alert")


@pytest.mark.parametrize("wrong", [{"batch": 2}, {"capacity": "6/h"}, {"sink": "pagerduty"}])
def test_what_cap_has_no_word_for_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="cap"):
        some_terms(format="cap", **wrong)


def test_the_schema_refuses_what_is_none() -> None:
    event = json.loads(make_body(DeliveryEvent.of(event_of(a_move(7, Move.ENTERED), 0)), "desk", "full", 3, 2))
    message = make_cap(event, "room").decode()
    for good, bad in (("-00:00</sent>", "Z</sent>"), ("Actual", "Real"), (">Unknown</severity>", ">High</severity>")):
        assert good in message.replace("ns0:", "")
        with pytest.raises(xmlschema.XMLSchemaValidationError):
            SCHEMA.validate(message.replace("ns0:", "").replace(good, bad))
