"""What bad records and bad requests get: a reason each, and never a crash."""

import hashlib
import json
from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType

from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_recovery import small_policy

pytestmark = pytest.mark.stack


def a_report(**changes: object) -> bytes:
    """A valid report; None leaves a field out."""
    report: dict[str, object] = {
        "event_id": "e",
        "type": "offence.reported",
        "offence_id": "o",
        "offender_id": "p",
        "code": "X",
        "occurred_at": "2024-01-01T00:00:00Z",
        "recorded_at": "2024-01-02T00:00:00Z",
    }
    report |= changes
    return json.dumps({name: value for name, value in report.items() if value is not None}).encode()


BAD: list[tuple[str, bytes | None, bytes | None]] = [
    ("not_valid", b"p", None),
    ("not_valid", None, None),
    ("not_json", b"p", b""),
    ("not_json", b"p", b"{"),
    ("not_json", b"p", a_report()[:-1] + b"\x00}"),
    ("not_json", b"p", b"\xff\xfe"),
    ("not_json", b"p", b"[" * 10_000),
    ("not_json", b"p", a_report()[:-1] + b',"x":NaN}'),
    ("not_valid", b"p", a_report()[:-1] + b',"revision":' + b"9" * 4_000 + b"}"),
    ("not_valid", b"p", a_report()[:-1] + b',"source":"\\ud800"}'),
    ("not_valid", b"p", a_report(revision="1")),
    ("not_valid", b"p", a_report(revision=1.0)),
    ("not_valid", b"p", a_report(revision=0)),
    ("not_valid", b"p", a_report(occurred_at="2024-01-01")),
    ("not_valid", b"p", a_report(occurred_at="1899-12-31T23:00:00Z")),
    ("not_valid", b"p", a_report(offence_id=None)),
    ("not_valid", b"p", a_report(code=None)),
    ("not_valid", b"x" * 129, a_report(offender_id="x" * 129)),
    ("too_large", b"p", a_report(source="x" * 66_000)),
    ("key_mismatch", b"q", a_report()),
    ("key_mismatch", None, a_report()),
    ("bad_order_of_times", b"p", a_report(occurred_at="2024-01-03T00:00:01Z")),
    ("bad_order_of_times", b"p", a_report(reported_at="2024-01-03T00:00:01Z")),
    ("from_the_future", b"p", a_report(recorded_at="2109-01-02T00:00:00Z")),
    ("unknown_code", b"p", a_report(code="Y")),
    ("unknown_status", b"p", a_report(status="odd")),
]

ODD_IDS = ["{v100}", "a b", "line\nbreak", "nul\0", "\U0001f600", "\u00e9", "z" * 128, "\U0001f600" * 128, "\uffee"]


def test_every_bad_record_is_refused_once_with_its_own_bytes_and_the_others_go_on(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    odd = [(name.encode(), a_report(offender_id=name, offence_id=name)) for name in ODD_IDS]
    last_wins = a_report()[:-1] + b',"offence_id":"twice","code":"Y","code":"X"}'
    bad = [(key, value) for _, key, value in BAD]
    try:
        installation.start_worker()
        installation.send([*odd, *bad, (b"p", last_wins)])
        installation.wait_idle()
        letters = installation.read("dead-letters.v1")
        reasons = [dict(letter.headers)["reason"].decode() for letter in letters]
        assert reasons == [reason for reason, _, _ in BAD]
        assert [(letter.key, letter.value) for letter in letters] == bad
        assert [int(dict(letter.headers)["offset"]) for letter in letters] == [len(odd) + n for n in range(len(bad))]
        board = installation.json("board")
        expected = sorted([*ODD_IDS, "p"], key=str.encode)
        assert [row["offender_id"] for row in board["entries"]] == expected
        assert board["as_of"] == "2024-01-02T00:00:00Z"
        assert installation.json("offender", "{v100}")["score_millidays"] == 10_000
        assert installation.json("verify", "--redis")["ok"]
    finally:
        installation.end_workers()


def test_an_installation_that_does_not_fit_is_refused_in_one_line(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    installation.start_worker()
    installation.wait_idle()
    installation.environment["HARMWATCH_CLOCK"] = "wall"
    other = installation.start_worker()
    try:
        installation.workers[0].terminate()
        assert other.wait(40) == 1
        said = tmp_path.joinpath("worker-1.log").read_text()
        assert "clock is wall, the board was founded with event" in said
        assert "Traceback" not in said
    finally:
        installation.end_workers()


def test_a_large_record_that_lay_there_before_the_broker_counted_is_refused_and_named(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    """It came compressed, and decompressed it is larger than any topic of the service allows."""
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    bomb = b" " * 3 * 1024 * 1024
    name = installation.prefix + "offences.v1"
    with closing(KafkaAdminClient(bootstrap_servers=stack_environment["HARMWATCH_KAFKA"])) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {"compression.type": "producer"})])
    sender = KafkaProducer(
        bootstrap_servers=stack_environment["HARMWATCH_KAFKA"], compression_type="gzip", max_request_size=8_000_000
    )
    sender.send(name, key=b"p", value=bomb).get(30)
    sender.close()
    installation.run("topics", "create")
    try:
        installation.send([(b"p", a_report())])
        installation.start_worker()
        installation.wait_idle()
        (letter,) = installation.read("dead-letters.v1")
        assert json.loads(letter.value) == {"sha256": hashlib.sha256(bomb).hexdigest(), "size": len(bomb)}
        assert installation.json("verify", "--redis")["ok"]
    finally:
        installation.end_workers()


def test_a_thousand_leaders_with_the_longest_ids_pass_in_entries_that_the_journal_takes(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    tmp_path.joinpath("index.csv").write_text("code,days,title\n" + "".join(f"C{n},{n + 1},c\n" for n in range(600)))
    policy = tmp_path / "policy.toml"
    policy.write_text(
        'id = "t"\nversion = "1"\nowner = "tests"\n[index]\nfile = "index.csv"\n[window]\ndays = 90\n'
        'anchor = "reported_at"\n[status]\nreported = 100\n[band]\nsize = 1\nexit_rank = 1\n'
    )
    installation = Installation(stack_environment, tmp_path, policy=str(policy), clock="event")
    names = [f"{n:04}" + "\x01" * 124 for n in range(600)]
    reports = [a_report(offender_id=name, offence_id=name, event_id=name, code=f"C{n}") for n, name in enumerate(names)]
    try:
        installation.send(list(zip((name.encode() for name in names), reports, strict=True)))
        installation.start_worker()
        status = installation.wait_idle()
        assert (status["sequence"], status["outbox"]) == (1_199, 0)
        assert max(len(entry.value) for entry in installation.read("journal.v1")) < 4 * 1024 * 1024
    finally:
        installation.end_workers()
