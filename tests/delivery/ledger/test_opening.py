"""Names of a sealed board in clear: in what leaves alone, and never of somebody who was erased since."""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from delivery.delivery_event import DeliveryEvent
from delivery.numbering.body_maker import BodyMaker
from delivery.numbering.opening import ERASED, Opening
from harmwatch_client import Event
from models.alert import Alert, BaselineEvent
from models.errors import WrongUse
from models.identifying import sealed_alert, sealed_baseline
from models.journal.transition import BandEntry, Move
from models.key_store import KeyNamespace, KeyStore
from sealing.folder import KeyFolder
from sealing.sealer import Sealer
from tests.client.published import a_baseline, a_move
from tests.delivery.ledger.test_together import Line
from tests.delivery.recalls import OPENED, a_recall
from tests.delivery.subscribed import some_terms
from tests.delivery.test_alert_log import event_of, log_of


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return KeyFolder.open(tmp_path / "keys", KeyNamespace("", "v100"), create=True)


def sealed(keys: KeyStore) -> list[Event]:
    """A baseline with ann at 5; bob enters at 6, ann leaves at 7."""
    seal = Sealer(keys, ())
    moves = [a_move(6, offender_id="bob"), a_move(7, Move.LEFT, "ann", BandEntry(1, 1))]
    sent: list[Alert | BaselineEvent] = [
        sealed_baseline(a_baseline(5, ["ann"]), seal),
        *[sealed_alert(one, seal) for one in moves],
    ]
    return [event_of(one, offset) for offset, one in enumerate(sent)]


def erase(keys: KeyStore, who: str) -> None:
    for key_id in keys.retire(who):
        keys.destroy(key_id)


def a_line(keys: KeyStore, **terms: Any) -> Line:
    line = Line([], False, open=True, **terms)
    line.events = sealed(keys)
    for _ in range(3):
        line.come()
    return line


def leaving(line: Line, keys: KeyStore | None) -> tuple[dict[str, Any], bytes]:
    """The event as it leaves, and the bytes that the ledger has the digest of."""
    line.intend()
    assert line.page.line is not None
    waiting = line.page.line.waiting
    assert waiting is not None
    orders, log = line.written.orders, line.written.sent.log
    maker = BodyMaker(line.terms, line.page.line.opened, log, orders, line.intents, "v100", line.now_text, keys)
    body = asyncio.run(maker.body_of(waiting))
    assert body is not None
    assert hashlib.sha256(body).hexdigest() == waiting.digest
    event: dict[str, Any] = json.loads(asyncio.run(maker.leaving(waiting, body)))
    return event, body


def test_names_leave_in_clear_and_the_ledger_has_the_digest_of_what_is_sealed(keys: KeyFolder) -> None:
    line = a_line(keys, **{"from": 1})
    found = []
    for _ in range(3):
        event, body = leaving(line, keys)
        found.append(event)
        assert b"ann" not in body
        assert b'"bob"' not in body
        line.send(True)
    baseline, entered, left = found
    assert [one["offender_id"] for one in baseline["data"]["band"]] == ["ann"]
    assert (entered["data"]["offender_id"], entered["subject"], left["data"]["offender_id"]) == ("bob", "bob", "ann")
    assert left["data"]["entered"]["alert_id"] == "v100:1"
    assert line.written.verdict().faults == ()


def test_of_whom_is_erased_since_the_same_number_goes_out_as_tokens(keys: KeyFolder) -> None:
    line = a_line(keys, **{"from": 6})
    before, body = leaving(line, keys)
    erase(keys, "bob")
    after, again = leaving(line, keys)
    assert again == body
    assert (before["type"], after["type"]) == ("harmwatch.band.entered", ERASED)
    assert after["data"] == json.loads(body)["data"]
    assert [after[name] for name in ("id", "deliverynumber", "follows")] == [
        before[name] for name in ("id", "deliverynumber", "follows")
    ]


def test_the_band_is_opened_member_by_member(keys: KeyFolder) -> None:
    events = sealed(keys)
    log = log_of(events[:2])
    told = DeliveryEvent.band("v100", OPENED.model_copy(update={"place": 6}), 6, log.members)
    (opened,) = Opening(keys, log.baseline).open([told])
    assert [row["offender_id"] for row in json.loads(opened.value)["members"]] == ["ann", "bob"]
    erase(keys, "ann")
    (opened,) = Opening(keys, log.baseline).open([told])
    assert opened.type == ERASED
    assert json.loads(opened.value)["members"][1]["offender_id"] == "bob"


def test_a_recall_needs_no_key(keys: KeyFolder) -> None:
    told = DeliveryEvent.recall("v100", 3, a_recall(6, "erase"), OPENED)
    assert Opening(keys, None).open([told]) == (told,)


def test_without_a_key_store_nothing_leaves(keys: KeyFolder) -> None:
    with pytest.raises(WrongUse, match="HARMWATCH_KEY_STORE"):
        leaving(a_line(keys, **{"from": 1}), None)


@pytest.mark.parametrize(
    "wrong", [{"content": "thin"}, {"sink": "syslog", "url": "tls://siem.example", "keys": []}, {"sink": "pagerduty"}]
)
def test_names_go_out_by_webhooks_in_full_alone(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="is for webhooks by https with the content full"):
        some_terms(open=True, **wrong)
