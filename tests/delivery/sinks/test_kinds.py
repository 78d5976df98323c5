"""Every sink: an event of a kind that it does not know is sent all the same, and every number goes by the ledger."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from delivery.mirror import Mirror
from delivery.secrets import Secrets
from delivery.sinks.kinds import open_sink
from models.canonical import canonical_json
from models.delivery.record import Accepted, HandedOver
from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.receiver import Receiver
from tests.delivery.sinks.mail_server import MailServer
from tests.delivery.sinks.syslog_server import SyslogServer
from tests.delivery.subscribed import a_secret, some_terms
from tests.delivery.test_alert_log import history, log_of
from tests.delivery.test_delivery import accepted, assert_receipts, in_process

MAILBOXES = {"sender": "harmwatch@force.example", "to": "duty@force.example"}
OF_ANOTHER_TIME = {
    "specversion": "1.0", "id": "v100:desk:later:1", "source": "/harmwatch/v100", "type": "harmwatch.delivery.later",
    "subscription": "desk", "deliverynumber": 3, "follows": 2, "data": ["no object"],
}  # fmt: skip


@pytest.mark.parametrize("kind", ["webhook", "alertmanager", "pagerduty", "email", "syslog"])
def test_an_event_that_is_newer_than_a_sink_is_sent_all_the_same(tmp_path: Path, kind: str) -> None:
    a_secret(secrets := tmp_path / "secrets")
    syslog, mail, receiver = SyslogServer(tmp_path), MailServer(), Receiver([200])

    async def test() -> None:
        async with receiver.serving():
            told: dict[str, dict[str, Any]] = {
                "webhook": {"url": receiver.url}, "pagerduty": {"url": receiver.base},
                "alertmanager": {"url": receiver.base, "keys": []},
                "email": {"url": f"smtp://127.0.0.1:{mail.port}", "keys": []} | MAILBOXES,
                "syslog": {"url": syslog.url, "keys": [], "ca": syslog.authority.file.read_text()},
            }  # fmt: skip
            mirror = Mirror(log_of(history(["a"], baseline=False)))
            sink = open_sink(some_terms(sink=kind, **told[kind]), Secrets(secrets), mirror, 0)
            outcome = await sink.send(str(OF_ANOTHER_TIME["id"]), canonical_json(OF_ANOTHER_TIME))
            await sink.close()
        assert outcome.cause is None
        assert len(receiver.received) + len(mail.taken) + len(syslog.frames) == 1

    with syslog.serving(), mail.serving():
        asyncio.run(test())


@pytest.mark.stack
def test_whatever_the_sink_every_number_has_its_intent_and_its_receipt(delivering: Delivering, tmp_path: Path) -> None:
    published, syslog = delivering.published, SyslogServer(tmp_path)
    names = ("siem", "mail", "pager", "desk")

    async def test() -> None:
        async with Receiver([202]).serving() as receiver:
            (tmp_path / "their.pem").write_text(syslog.authority.file.read_text())
            entries: list[dict[str, Any]] = [
                {"id": "siem", "sink": "syslog", "url": syslog.url, "keys": [], "ca": "their.pem"},
                {"id": "mail", "sink": "email", "url": f"smtp://127.0.0.1:{mail.port}", "keys": []} | MAILBOXES,
                {"id": "pager", "sink": "pagerduty", "url": receiver.base}, {"id": "desk", "url": receiver.url},
            ]  # fmt: skip
            published.enter(1)
            await asyncio.to_thread(delivering.subscribe, *[{"from": 1} | one for one in entries])
            async with in_process(delivering):
                published.enter(2, 3)
                for name in names:
                    await accepted(delivering, name, 3)

    with syslog.serving(), MailServer().serving() as mail:
        asyncio.run(test())
    facts = facts_of(delivering)
    for name in names:
        assert_receipts(facts, name, 3, Accepted if name == "desk" else HandedOver)
    assert [message["subject"][:3] for _, _, message in mail.taken] == ["[1]", "[2]", "[3]"]
