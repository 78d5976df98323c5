"""By the command line alone: delivered to two receivers, corrected, recalled, verified; then the ledger is forged."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient

from models.delivery.record import Accepted, Delivery, Sending, delivery_bytes, read_delivery, value_digest
from models.topics import DELIVERIES
from tests import kafka_topics
from tests.delivery.ledger.test_amendments import withdrawn
from tests.delivery.subscribed import a_secret, entry, toml
from tests.end_to_end.installation import HARMWATCH, Installation
from tests.end_to_end.recovery.test_recovery import lines, small_policy

pytestmark = [pytest.mark.stack, pytest.mark.thorough, pytest.mark.timeout(240)]
REPORTS = 300
FORGED = 4
"""A number in the middle."""

Records = Sequence[tuple[bytes, bytes]]


class Taking(BaseHTTPRequestHandler):
    """Takes whatever comes."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def receivers() -> Iterator[tuple[str, str]]:
    """The addresses of two, in threads of their own: some commands want the first thread."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Taking) for _ in range(2)]
    for one in servers:
        threading.Thread(target=one.serve_forever, args=(0.05,), daemon=True).start()
    first, second = (f"http://127.0.0.1:{one.server_port}/hook" for one in servers)
    try:
        yield first, second
    finally:
        for one in servers:
            one.shutdown()
            one.server_close()


@contextmanager
def deliverer(installation: Installation) -> Iterator[None]:
    """A process, which ends in peace."""
    with (installation.folder / "deliver.log").open("ab") as log:
        process = subprocess.Popen([*HARMWATCH, "deliver"], env=installation.environment, stdout=log, stderr=log)
    try:
        yield
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait(10)


def wait_until_taken(installation: Installation, numbers: int) -> None:
    """Each has its receipt, by what `subscriptions list` says."""
    until = time.monotonic() + 60
    while True:
        listed = installation.json("subscriptions", "list", code=None)["subscriptions"]
        if all((one["number"], one["waiting"], one["recalls"]) == (numbers, None, 0) for one in listed):
            return
        assert time.monotonic() < until, listed
        time.sleep(0.3)


def live(installation: Installation, urls: tuple[str, str]) -> tuple[list[Any], list[Any]]:
    """What was amended, and what was recalled of it."""
    entries = [
        entry(id=name, url=url, content=name, **{"from": 1}) for name, url in zip(("full", "thin"), urls, strict=True)
    ]
    (installation.folder / "s.toml").write_text(toml(*entries), "utf-8")
    installation.run("subscriptions", "check", str(installation.folder / "s.toml"))
    installation.run("subscriptions", "apply", str(installation.folder / "s.toml"), "--why", "ISA-1")
    with deliverer(installation):
        wait_until_taken(installation, len(installation.alerts()))
        withdrawn(installation, installation.folder)
        amended = installation.json("amendments")["amendments"]
        recalled = installation.json("recall", "--amendments", "--why", "withdrawn")["recalled"]
        wait_until_taken(installation, len(installation.alerts()) + len(recalled))
    return amended, recalled


def rewritten(installation: Installation, records: Records) -> None:
    """deliveries.v1 is another one, which holds these."""
    topic = installation.prefix + DELIVERIES.name
    admin = KafkaAdminClient(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"])
    kafka_topics.delete(admin, [topic])
    kafka_topics.create(admin, {topic: DELIVERIES})
    admin.close()
    installation.send([(key, value) for key, value in records], DELIVERIES.name)


def of_number(value: bytes, *kinds: type[Delivery]) -> bool:
    fact = read_delivery(value)
    return isinstance(fact, kinds) and (fact.subscription, getattr(fact, "number", 0)) == ("full", FORGED)


def without_a_receipt(records: Records) -> Records:
    return [one for one in records if not of_number(one[1], Accepted)]


def with_another_digest(records: Records) -> Records:
    def forged(value: bytes) -> bytes:
        fact = read_delivery(value)
        assert isinstance(fact, Sending)
        return value.replace(fact.digest.encode(), b"0" * 64)

    return [(key, forged(value) if of_number(value, Sending) else value) for key, value in records]


def without_an_alert(records: Records) -> Records:
    """Chained once more, so that no record seems to be gone."""
    previous: dict[bytes, str] = {}
    kept: list[tuple[bytes, bytes]] = []
    for key, value in records:
        fact = read_delivery(value)
        assert fact is not None
        if not of_number(value, Sending, Accepted):
            again = delivery_bytes(fact.model_copy(update={"previous": previous.get(key)}))
            previous[key] = value_digest(again)
            kept.append((key, again))
    return kept


FORGERIES: list[tuple[Callable[[Records], Records], str]] = [
    (without_a_receipt, f"full: number {FORGED} has an intent and no receipt"),
    (with_another_digest, f"full: number {FORGED} has the digest of another body than"),
    (without_an_alert, f"full: alert {FORGED} was never sent"),
]


def test_deliveries_are_verified_from_alert_to_recall_and_every_forgery_is_named(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    a_secret(tmp_path / "secrets")
    policy, secrets = small_policy(tmp_path), str(tmp_path / "secrets")
    installation = Installation(stack_environment, tmp_path, policy=policy, clock="event", secrets=secrets)
    installation.start_worker()
    (tmp_path / "reports.jsonl").write_bytes(lines(REPORTS))
    installation.json("ingest", str(tmp_path / "reports.jsonl"))
    installation.wait_idle()

    with receivers() as urls:
        amended, recalled = live(installation, urls)
    installation.end_workers()
    assert [one["alert_id"] for one in recalled] == [one["alert_id"] for one in amended] != []
    assert {tuple(one["recipients"]) for one in recalled} == {("full", "thin")}

    numbers = 2 * (len(installation.alerts()) + len(recalled))
    verified = installation.json("verify", "--deliveries")
    assert verified["ok"]
    assert (verified["deliveries"]["numbers"], verified["deliveries"]["receipts"]) == (numbers, numbers)
    rows = installation.json("deliveries", "list", "--alert", recalled[0]["alert_id"])["deliveries"]
    assert {(row["subscription"], row["state"]) for row in rows} == {("full", "accepted"), ("thin", "accepted")}

    records = [(record.key, record.value) for record in installation.read(DELIVERIES.name)]
    for forge, named in FORGERIES:
        rewritten(installation, forge(records))
        faults = installation.json("verify", "--deliveries", code=1)["faults"]
        assert any(named in fault for fault in faults), faults
    rewritten(installation, records)
    assert installation.json("verify", "--deliveries")["ok"]
