"""Somebody else writes to the topics of the service: it goes on, and verify names every such record."""

import hashlib
import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models.canonical import canonical_json
from tests.end_to_end.foreign import send_with_odd_header
from tests.end_to_end.installation import Installation, fold
from tests.end_to_end.recovery.test_recovery import lines, small_policy
from tests.end_to_end.troubleshooting import said_as_documented

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]  # a board is verified six times, and rebuilt

REPORTS: list[tuple[bytes | None, bytes | None]] = [
    (b"p%d" % (n * n % 997), line) for n, line in enumerate(lines(300).split())
]
Written = tuple[bytes | None, bytes | None]


def hashed(like: dict[str, Any], **changes: object) -> Written:
    """An entry with other content and the hash of that: sound in itself."""
    content = {name: value for name, value in (like | changes).items() if name != "hash"}
    content["hash"] = hashlib.sha256(canonical_json(content)).hexdigest()
    return str(content["board"]).encode(), canonical_json(content)


def an_entry_far_ahead(journal: list[dict[str, Any]]) -> Written:
    return hashed(journal[-1], entry=1_000_000, previous_hash="a" * 64)


def an_entry_of_another_board(journal: list[dict[str, Any]]) -> Written:
    last = journal[-1]
    return hashed(last, board="other", entry=last["entry"] + 1, previous_hash=last["hash"])


def an_entry_with_another_hash(journal: list[dict[str, Any]]) -> Written:
    last = journal[-1]
    return b"v100", canonical_json(last | {"entry": last["entry"] + 1, "previous_hash": last["hash"]})


FOREIGN: list[Callable[[list[dict[str, Any]]], Written]] = [
    lambda _: (None, b"\x00 no journal"),
    lambda _: (b"v100", b'{"board":"v100","entry":"many"}'),
    lambda _: (b"v100", b"null"),
    lambda _: (b"v100", None),
    an_entry_of_another_board,
    an_entry_far_ahead,
    an_entry_with_another_hash,
    lambda journal: (b"v100", canonical_json(journal[2])),
    lambda journal: (b"v100", canonical_json(journal[0])),
]


@pytest.fixture
def at_work(stack_environment: dict[str, str], tmp_path: Path) -> Iterator[Installation]:
    """A board with a hundred reports, at which a worker works."""
    made = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    made.send(REPORTS[:100])
    made.start_worker()
    made.wait_idle()
    yield made
    made.end_workers(signal.SIGKILL)


def journal_of(installation: Installation) -> list[dict[str, Any]]:
    """The values of journal.v1; only of use while nobody else has written there."""
    return [json.loads(record.value) for record in installation.read("journal.v1")]


def restart(installation: Installation) -> None:
    installation.end_workers()
    installation.start_worker()


def test_foreign_records_on_the_journal_are_passed_over(at_work: Installation) -> None:
    journal = journal_of(at_work)
    for foreign in FOREIGN:
        at_work.send([foreign(journal)], "journal.v1")
    at_work.send(REPORTS[100:200])
    at_work.wait_idle()
    for foreign in FOREIGN:
        at_work.send([foreign(journal)], "journal.v1")
    restart(at_work)
    at_work.send(REPORTS[200:])
    at_work.wait_idle()
    at_work.empty_store()
    at_work.wait_idle()
    rows = at_work.json("board", "--top", "1000")["entries"]
    assert fold(at_work.alerts()) == {row["offender_id"] for row in rows if row["in_band"]}

    told = at_work.json("verify", "--redis", code=1)
    assert (told["fault_count"], told["foreign_count"]) == (0, 2 * len(FOREIGN)), told
    passed_over = [word for each in told["foreign"] for word in ("--passed-over", f"{each['topic']}:{each['offset']}")]
    assert at_work.json("verify", "--redis", *passed_over[2:], code=1)["ok"] is False
    certificate, keys = at_work.folder / "certificate.json", at_work.json("keys", "new", "--dir", str(at_work.folder))
    assert at_work.json("verify", *passed_over, "--certificate", str(certificate), "--key", keys["private_key"])["ok"]
    checked = at_work.json("certificate", "check", str(certificate), "--public-key", keys["public_key"])
    assert checked["foreign"] == 2 * len(FOREIGN)
    at_work.run("checkpoint", "--key", keys["private_key"])
    assert at_work.json("verify", *passed_over)["checkpoints"] == 1


def test_what_reads_the_journal_passes_over_what_is_foreign(at_work: Installation) -> None:
    at_work.send([foreign(journal_of(at_work)) for foreign in FOREIGN[:4]], "journal.v1")
    at_work.send(REPORTS[100:])
    at_work.wait_idle()
    as_of = at_work.json("status")["as_of"]
    assert at_work.json("board", "--at", as_of)["entries"] == at_work.json("board")["entries"]
    assert at_work.json("replay")["entry"] == at_work.json("status")["entry"]
    assert "came onto the list" in at_work.run("explain", "v100:1")
    at_work.end_workers()
    (at_work.folder / "larger").mkdir()
    policy = small_policy(at_work.folder / "larger", size=30)
    assert at_work.json("policy", "activate", policy)["activated"]


@pytest.mark.parametrize(
    "answered",
    [
        pytest.param(False, id="as the last record"),
        pytest.param(True, id="and the service has gone on behind it", marks=pytest.mark.thorough),
    ],
)
def test_a_forged_entry_that_continues_the_journal_stops_the_service(at_work: Installation, answered: bool) -> None:
    last = journal_of(at_work)[-1]
    forged = hashed(
        last, entry=last["entry"] + 1, previous_hash=last["hash"], kind="run", transitions=[], body=None, drained=0,
        run={"partition": 0, "start": 100, "end": 200, "sha256": "0" * 64},
    )  # fmt: skip
    at_work.send([forged], "journal.v1")
    if answered:
        at_work.send(REPORTS[100:200])
        at_work.wait_idle()
    at_work.end_workers()
    said = at_work.folder / "worker-0.log"
    worker = at_work.start_worker()
    assert worker.wait(60) == 1
    words = said.read_text("utf-8").rpartition("harmwatch: ")[2]
    if answered:
        said_as_documented("two records of journal.v1", words)
    else:
        said_as_documented("offences.v1 partition N ends at offset", words)


def test_foreign_alerts_are_faults_and_others_are_findings(at_work: Installation) -> None:
    at_work.send([(b"p", b"no report")])
    at_work.wait_idle()
    keys = at_work.json("keys", "new", "--dir", str(at_work.folder))
    copied = at_work.read("alerts.v1")[3]
    for topic in ("alerts.v1", "checkpoints.v1", "erasures.v1", "dead-letters.v1", "redrives.v1"):
        at_work.send([(b"x", b"\x00"), (b"x", b'{"board":"v100"}'), (b"x", None)], topic)
    at_work.send([(copied.key, copied.value)], "alerts.v1")
    at_work.send(REPORTS[100:])
    at_work.wait_idle()
    restart(at_work)
    at_work.wait_idle()
    at_work.run("checkpoint", "--key", keys["private_key"])
    told = at_work.json("verify", code=1)
    faults = [each["topic"] for each in told["foreign"] if each["is_fault"]]
    found = [each["topic"] for each in told["foreign"] if not each["is_fault"]]
    assert faults == ["alerts.v1"] * 4
    assert told["fault_count"] == len(faults), told["faults"]
    assert sorted(found) == ["checkpoints.v1"] * 3 + ["dead-letters.v1"] * 3
    at_work.end_workers()  # else the letter that is sent once more is refused once more
    assert at_work.json("deadletters", "list")["letters"] == 1
    assert at_work.json("deadletters", "redrive", "--why", "tests")["redriven"] == 1
    assert at_work.json("deadletters", "redrive", "--why", "tests")["redriven"] == 0


def test_a_header_whose_name_is_no_utf8_holds_up_nobody(at_work: Installation) -> None:
    """Neither on the reports, where the record is one like any other, nor among our own records."""
    brokers = at_work.environment["HARMWATCH_KAFKA"]
    key, value = REPORTS[100]
    send_with_odd_header(brokers, f"{at_work.prefix}offences.v1", key, value)
    for topic in ("journal.v1", "alerts.v1", "dead-letters.v1"):
        send_with_odd_header(brokers, at_work.prefix + topic, b"x", b"nothing of ours")
    at_work.send(REPORTS[101:110])
    (partition,) = at_work.wait_idle()["partitions"]
    assert partition["applied"] == 110
    restart(at_work)
    at_work.empty_store()
    at_work.send(REPORTS[110:120])
    assert at_work.wait_idle()["partitions"][0]["applied"] == 120
    assert at_work.json("alerts", "list")["alerts"]
    told = at_work.json("verify", "--redis", code=1)
    assert (told["fault_count"], told["foreign_count"]) == (1, 3), told  # consumers may have acted on a foreign alert
