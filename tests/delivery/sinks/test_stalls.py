"""That another subscription is stalled: every sink but a mirror says which one and why, so that somebody looks."""

import asyncio
import json
from pathlib import Path

from delivery.bodies import make_body
from delivery.delivery_event import DeliveryEvent
from delivery.outcome import Cause
from delivery.secrets import Secrets
from delivery.sinks.cap import make_cap
from delivery.sinks.email_message import make_message
from delivery.sinks.pagerduty import PagerDutySink
from delivery.sinks.syslog import make_line
from models.delivery.stall import Stall
from tests.delivery.receiver import Receiver
from tests.delivery.sinks.test_cap import read
from tests.delivery.sinks.test_kinds import MAILBOXES
from tests.delivery.subscribed import a_secret, some_terms

STALL = Stall(stalled="desk", number=12, cause="certificate", status=None, since="2026-01-01T00:00:00Z")
TOLD = DeliveryEvent.stalled("v100", STALL, 17)
BODY = make_body(TOLD, "duty", "thin", 3, 2)
SAID = "harmwatch v100: deliveries to desk are stalled at number 12: certificate"


def test_thin_and_full_say_the_same_for_ever() -> None:
    assert make_body(TOLD, "duty", "full", 3, 2) == BODY
    assert json.loads(BODY)["data"] == {
        "board": "v100", "stalled": "desk", "number": 12, "cause": "certificate", "status": None,
        "since": "2026-01-01T00:00:00Z",
    }  # fmt: skip


def test_people_read_which_and_why() -> None:
    terms = some_terms(sink="email", url="smtps://mail.example", keys=[], **MAILBOXES)
    message = make_message(terms, BODY)
    assert message["subject"] == f"[3] {SAID} ({TOLD.id})"
    line = make_line(some_terms(sink="syslog", url="tls://siem.example", keys=[]), BODY).decode()
    assert f"|harmwatch.delivery.stalled|{SAID}" in line
    told = read(make_cap(json.loads(BODY), "Control room"))
    assert (told["status"], told["msgType"], told["stalled"], told["cause"]) == (
        "System",
        "Alert",
        "desk",
        "certificate",
    )


def test_it_wakes_the_person_on_call(tmp_path: Path) -> None:
    a_secret(tmp_path, "pd.key", "R0123456789")

    async def test() -> Cause | None:
        async with receiver.serving():
            sink = PagerDutySink(
                some_terms(url=receiver.base, sink="pagerduty", keys=["pd.key"]), Secrets(tmp_path), None
            )
            outcome = await sink.send(TOLD.id, BODY)
            await sink.close()
            return outcome.cause

    receiver = Receiver([202])
    assert asyncio.run(test()) is None
    (incident,) = [json.loads(one.body) for one in receiver.received]
    assert (incident["event_action"], incident["dedup_key"]) == ("trigger", TOLD.id)
    assert incident["payload"]["summary"].startswith(SAID)
