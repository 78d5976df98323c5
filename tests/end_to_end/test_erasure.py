"""Sealed records and an erasure, through the command line: nothing tells who it was, everything else still checks."""

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit.signing import PRIVATE_NAME, PUBLIC_NAME, SigningKey, load_signing_key, new_keys
from audit.tombstones import make_tombstone
from models.alert import wire_bytes
from tests.end_to_end.installation import Installation, say
from tests.end_to_end.test_bad_input import a_report
from tests.end_to_end.test_recovery import lines, small_policy

pytestmark = pytest.mark.stack
LATER = "2024-12-31T00:00:00Z"
CLEAR_ID = re.compile(rb'"[poe][0-9]+"')


class Sealed:
    """An installation whose worker has published sealed records of a first file."""

    def __init__(self, stack: dict[str, str], folder: Path, key_store: str, **settings: Any) -> None:
        self.folder = folder
        self.installation = Installation(
            stack, folder, 2, policy=small_policy(folder), clock="event", seal="on", key_store=key_store, **settings
        )
        self.installation.start_worker()
        self.load(lines(300), "first")
        self.installation.run("keys", "new", "--dir", str(folder / "signing"))

    def load(self, reports: bytes, name: str) -> None:
        file = self.folder / f"{name}.jsonl"
        file.write_bytes(reports)
        self.installation.json("ingest", str(file))
        self.installation.wait_idle()

    def clear_alerts(self) -> list[dict[str, object]]:
        """What `alerts open` makes of alerts.v1."""
        sealed = b"\n".join(record.value for record in self.installation.read("alerts.v1"))
        said = self.installation.say("alerts", "open", typed=sealed)
        assert said.code == 0, said.errors
        return [json.loads(line) for line in said.output.splitlines()]

    def erase(self, who: str, code: int = 0) -> str:
        key = str(self.folder / "signing" / "harmwatch-private.pem")
        said = self.installation.say("erase", who, "--reason", "retention ended", "--key", key)
        assert said.code == code, said.errors
        return said.output + said.errors


@pytest.fixture(params=["folder", pytest.param("redis", marks=pytest.mark.thorough)])
def sealed(
    request: pytest.FixtureRequest, stack_environment: dict[str, str], valkey_url: str, tmp_path: Path
) -> Iterator[Sealed]:
    at_work = Sealed(stack_environment, tmp_path, str(tmp_path / "keys") if request.param == "folder" else valkey_url)
    yield at_work
    at_work.installation.end_workers()


def test_nothing_published_names_anybody_and_a_key_opens_it(sealed: Sealed) -> None:
    for topic in ("alerts.v1", "journal.v1"):
        records = sealed.installation.read(topic)
        assert records
        for record in records:
            told = [record.key or b"", record.value, *(value for _, value in record.headers)]
            assert not any(CLEAR_ID.search(b'"' + text + b'"') for text in told), topic
    clear = sealed.clear_alerts()
    board = sealed.installation.json("board", "--top", "100")["entries"]
    band: set[str] = set()
    for alert in clear:
        band ^= {str(alert["offender_id"])}
    assert band == {row["offender_id"] for row in board if row["in_band"]}
    assert sealed.installation.json("verify", "--redis")["sealed_by_erasure"] == 0


def test_an_erased_person_is_unreadable_and_everything_else_still_checks(sealed: Sealed) -> None:
    installation = sealed.installation
    who, alert_id = (str(sealed.clear_alerts()[0][name]) for name in ("offender_id", "alert_id"))
    before = [(record.key, record.value) for record in installation.read("alerts.v1")]
    assert "tombstone" in sealed.erase(who)
    assert "no key" in sealed.erase(who, code=1)
    verified = installation.json("verify", "--redis")
    assert verified["ok"]
    assert verified["sealed_by_erasure"] > 0
    assert "records sealed by erasure" in installation.run("verify")
    assert all(alert["offender_id"] != who for alert in sealed.clear_alerts())
    told = installation.say("explain", alert_id)
    assert (told.code, "was erased on" in told.errors) == (1, True)
    assert not any(who.encode() in (record.value or b"") for record in installation.read("erasures.v1"))

    # Everything is lost and comes back; nothing is published twice, and whoever was erased is not sealed anew.
    installation.end_workers(signal.SIGKILL)
    installation.empty_store()
    installation.start_worker()
    sealed.load(lines(600), "second")
    after = [(record.key, record.value) for record in installation.read("alerts.v1")]
    assert after[: len(before)] == before
    again = installation.json("verify", "--redis")
    assert again["ok"]
    assert again["sealed_by_erasure"] >= verified["sealed_by_erasure"]


def test_who_comes_back_after_an_erasure_gets_another_key(sealed: Sealed) -> None:
    who = str(sealed.clear_alerts()[0]["offender_id"])
    sealed.erase(who)
    count = len(sealed.clear_alerts())
    again = [a_report(event_id=f"x{n}", offence_id=f"x{n}", offender_id=who, recorded_at=LATER) for n in range(4)]
    sealed.load(b"\n".join(again), "again")
    later = sealed.clear_alerts()[count:]
    assert any(alert["offender_id"] == who for alert in later)
    sealed.erase(who)
    assert all(alert["offender_id"] != who for alert in sealed.clear_alerts())
    assert sealed.installation.json("verify")["ok"]


def test_the_reason_must_not_name_the_person(sealed: Sealed) -> None:
    said = sealed.installation.say("erase", "p7", "--reason", "p7 asked for it")
    assert (said.code, "names the person" in said.errors) == (2, True)


def test_a_strangers_tombstone_retires_no_key(stack_environment: dict[str, str], tmp_path: Path) -> None:
    """Workers heed the key that HARMWATCH_PUBLIC_KEY names, and nobody else who can write to erasures.v1."""
    signers = {}
    for name in ("ours", "strangers"):
        new_keys(tmp_path / name)
        signers[name] = load_signing_key(tmp_path / name / PRIVATE_NAME)
    sealed = Sealed(
        stack_environment, tmp_path, str(tmp_path / "keys"), public_key=str(tmp_path / "ours" / PUBLIC_NAME)
    )
    installation = sealed.installation
    try:
        whose = key_of_each(sealed)
        who, other = sorted(whose)[:2]
        installation.send([(b"v100", tombstone(whose[who], signers["strangers"]))], "erasures.v1")
        installation.send([(b"v100", tombstone(whose[other], signers["ours"]))], "erasures.v1")
        installation.end_workers()
        installation.start_worker()
        reports = [
            a_report(event_id=f"x{person}{n}", offence_id=f"x{person}{n}", offender_id=person, recorded_at=LATER)
            for person in (who, other)
            for n in range(4)
        ]
        sealed.load(b"\n".join(reports), "again")
        after = key_of_each(sealed)
        assert (after[who] == whose[who], after[other] == whose[other]) == (True, False)
        said = installation.say("erase", who, "--reason", "tests", "--key", str(tmp_path / "strangers" / PRIVATE_NAME))
        assert (said.code, "is not the key that signs erasures" in said.errors) == (1, True)
    finally:
        installation.end_workers()


def key_of_each(sealed: Sealed) -> dict[str, str]:
    """By person, the id of the key under which the newest alert about them is sealed."""
    tokens = [json.loads(record.value)["offender_id"] for record in sealed.installation.read("alerts.v1")]
    clear = [str(alert["offender_id"]) for alert in sealed.clear_alerts()]
    return {person: token.split(":")[1] for person, token in zip(clear, tokens, strict=True)}


def tombstone(key_id: str, signer: SigningKey) -> bytes:
    return wire_bytes(make_tombstone("v100", key_id, "tests", signer, 1_800_000_000_000_000))


def test_sealing_needs_a_key_store(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path))
    for given, words in (
        ({"HARMWATCH_SEAL": "on"}, "HARMWATCH_SEAL"),
        ({"HARMWATCH_SEAL": "maybe"}, "HARMWATCH_SEAL"),
        ({"HARMWATCH_SEAL": "on", "HARMWATCH_KEY_STORE": installation.environment["HARMWATCH_REDIS"]}, "KEY_STORE"),
    ):
        said = say(installation.environment | given, "worker")
        assert said.code in {1, 2}
        assert words in said.errors
