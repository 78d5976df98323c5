"""Refused records can be looked at, and get another try, each only once."""

import base64
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from tests.end_to_end.installation import Installation
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import small_policy

pytestmark = pytest.mark.stack
LONG_AGO_MS = 1_700_000_000_000


def refused_for_an_old_timestamp(installation: Installation) -> bytes:
    """A good report whose timestamp on Kafka says that it comes from the future; a new one will not."""
    now = datetime.now(UTC).isoformat()
    value = a_report(occurred_at=now, recorded_at=now)
    producer = KafkaProducer(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"])
    name = installation.prefix + "offences.v1"
    producer.send(name, key=b"p", value=value, partition=0, timestamp_ms=LONG_AGO_MS).get(30)
    producer.close()
    return value


def show(installation: Installation, number: int) -> dict[str, Any]:
    letter: dict[str, Any] = installation.json("deadletters", "show", str(number))
    return letter


def test_a_dead_letter_is_listed_shown_and_redriven_once(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    try:
        installation.start_worker()
        value = refused_for_an_old_timestamp(installation)
        installation.send([(b"p", a_report(code="Y")), (b"p", None), (b"p", a_report(occurred_at="never"))])
        installation.wait_idle()
        listed = installation.json("deadletters", "list")
        reasons = ["from_the_future", "unknown_code", "not_valid", "not_valid"]
        assert listed["reasons"] == Counter(reasons)
        assert installation.json("deadletters", "list", "--reason", "not_valid")["letters"] == 2
        assert installation.json("deadletters", "list", "--until", listed["first"])["letters"] == 0
        numbers = [item["letter"] for item in listed["newest"]]
        assert [item["reason"] for item in listed["newest"]] == reasons
        fields = [show(installation, number)["field"] for number in numbers]
        assert fields == ["recorded_at", "code", None, "occurred_at"]
        assert base64.b64decode(show(installation, numbers[0])["value_base64"]) == value
        installation.run("deadletters", "show", str(numbers[-1] + 1), code=2)

        again = ("deadletters", "redrive", "--reason", "from_the_future")
        installation.run(*again, code=2)
        assert installation.json(*again, "--dry-run")["redriven"] == 0
        assert installation.json("board")["entries"] == []
        assert installation.json(*again, "--why", "clock mended")["redriven"] == 1
        installation.wait_idle()
        assert [row["offender_id"] for row in installation.json("board")["entries"]] == ["p"]
        assert installation.json(*again, "--why", "clock mended")["redriven_before"] == 1
        redrive = show(installation, numbers[0])["redrive"]
        assert (redrive["why"], redrive["became"]) == ("clock mended", "applied")
        assert redrive["by"]

        assert installation.json("deadletters", "redrive", "--why", "all others")["redriven"] == 3
        installation.wait_idle()
        assert show(installation, numbers[1])["redrive"]["became"].startswith("refused again: letter")
        records = installation.read("offences.v1")
        assert [record.value for record in records[4:]] == [value, a_report(code="Y"), None, records[3].value]
        assert [json.loads(record.value)["letter"] for record in installation.read("redrives.v1")] == numbers
        assert installation.json("verify", "--redis")["ok"]
    finally:
        installation.end_workers()
