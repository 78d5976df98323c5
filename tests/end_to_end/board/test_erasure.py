"""Sealed records and an erasure, through the command line: nothing tells who it was, everything else still checks."""

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit.signing.keys import PRIVATE_NAME, PUBLIC_NAME, SigningKey, load_signing_key, new_keys
from audit.verify.tombstones import make_tombstone
from cli.sealing import withdrawing
from models.alert import wire_bytes
from models.checkpoint import UNSIGNED, Checkpoint
from models.key_store import KeyNamespace
from tests.end_to_end.installation import Installation, say
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import lines, small_policy
from tests.end_to_end.troubleshooting import said_as_documented

pytestmark = pytest.mark.stack
LATER = "2024-12-31T00:00:00Z"
ALTHOUGH, SIZE = "--although-ranked", 20
CLEAR_ID = re.compile(rb'"[poe][0-9]+"')


class Sealed:
    """An installation whose worker has published sealed records of a first file; `signed` False: nobody may erase."""

    def __init__(
        self, stack: dict[str, str], folder: Path, key_store: str, *, signed: bool = True, **settings: Any
    ) -> None:
        self.folder = folder
        if signed and "public_key" not in settings:
            new_keys(folder / "signing")
            settings["public_key"] = str(folder / "signing" / PUBLIC_NAME)
        self.installation = Installation(
            stack, folder, 2, policy=small_policy(folder), clock="event", seal="on", key_store=key_store, **settings
        )
        self.installation.start_worker()
        self.load(lines(300), "first")

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

    def erase(self, who: str, *options: str, code: int = 0) -> str:
        key = str(self.folder / "signing" / PRIVATE_NAME)
        said = self.installation.say("erase", who, "--reason", "retention ended", "--key", key, *options)
        assert said.code == code, said.errors
        return said.output + said.errors

    def a_member(self) -> str:
        """Somebody in the band."""
        return str(self.installation.json("board", "--top", "1")["entries"][0]["offender_id"])

    def fill_the_band(self) -> None:
        """With others, so that whoever is in it now is displaced."""
        others = [
            a_report(event_id=f"y{n}", offence_id=f"y{n}", offender_id=f"q{n % SIZE}", recorded_at=LATER)
            for n in range(20 * SIZE)
        ]
        self.load(b"\n".join(others), "others")


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
    listed = sealed.installation.json("alerts", "list")["alerts"]
    assert [row["offender_id"] for row in listed] == [alert["offender_id"] for alert in clear]
    assert sealed.installation.say("alerts", "list", "--offender", "p1", key_store="").code == 2
    assert sealed.installation.json("verify", "--redis")["sealed_by_erasure"] == 0


def test_an_erased_person_is_unreadable_and_everything_else_still_checks(sealed: Sealed) -> None:
    installation, who = sealed.installation, sealed.a_member()
    (entered,) = [alert for alert in sealed.clear_alerts() if alert["offender_id"] == who]
    (listed,) = installation.json("alerts", "list", "--offender", who)["alerts"]
    assert listed["alert_id"] == entered["alert_id"]
    assert "tombstone" in sealed.erase(who, ALTHOUGH)
    assert "no key" in sealed.erase(who, ALTHOUGH, code=1)
    assert installation.json("alerts", "list", "--offender", who)["alerts"] == []
    verified = installation.json("verify", "--redis")
    assert verified["ok"]
    assert verified["sealed_by_erasure"] > 0
    assert "records sealed by erasure" in installation.run("verify")
    told = installation.say("explain", str(entered["alert_id"]))
    assert (told.code, "was erased on" in told.errors) == (1, True)
    assert not any(who.encode() in (record.value or b"") for record in installation.read("erasures.v1"))

    # Nobody reports them again: they are displaced, and nothing that tells so leads back to them.
    count = len(sealed.clear_alerts())
    sealed.fill_the_band()
    closed = [alert for alert in sealed.clear_alerts()[count:] if "(sealed)" in json.dumps(alert)]
    assert sorted(str(alert["transition"]) for alert in closed) == ["entered", "left"]
    (left,) = [alert for alert in closed if alert["transition"] == "left"]
    assert left["entered"] == {"alert_id": "(sealed)", "as_of": entered["as_of"]}
    assert f'"{who}"' not in json.dumps(sealed.clear_alerts())
    before = [(record.key, record.value) for record in installation.read("alerts.v1")]

    # Everything is lost and comes back; nothing is published twice, and whoever was erased is not sealed again.
    installation.end_workers(signal.SIGKILL)
    installation.empty_store()
    installation.start_worker()
    sealed.load(lines(600), "second")
    after = [(record.key, record.value) for record in installation.read("alerts.v1")]
    assert after[: len(before)] == before
    again = installation.json("verify", "--redis")
    assert again["ok"]
    assert again["sealed_by_erasure"] >= verified["sealed_by_erasure"]


@pytest.mark.thorough
def test_an_erasure_that_was_killed_before_the_destruction_is_finished_by_the_next(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    """As a kill leaves it: the tombstone stands, the key is condemned and still there."""
    new_keys(tmp_path / "signing")
    sealed = Sealed(
        stack_environment, tmp_path, str(tmp_path / "keys"), public_key=str(tmp_path / "signing" / PUBLIC_NAME)
    )
    installation, who, keys = sealed.installation, sealed.a_member(), tmp_path / "keys"
    try:
        holder = KeyNamespace(installation.prefix, "v100").name_of(who)
        key_id = (keys / "persons" / holder).read_text()
        secret = (keys / "keys" / key_id).read_bytes()
        sealed.erase(who, ALTHOUGH)
        (keys / "keys" / key_id).write_bytes(secret)
        (keys / "condemned" / f"{holder}.{key_id}").touch()
        for _ in range(2):
            installation.end_workers(signal.SIGKILL)
            installation.empty_store()
            installation.start_worker()
            sealed.fill_the_band()
        verified = installation.json("verify", "--redis", code=1)
        assert [f"key {key_id} was erased, and is there again" in fault for fault in verified["faults"]] == [True]
        sealed.erase(who, ALTHOUGH)
        assert installation.json("verify", "--redis")["ok"]
        assert f'"{who}"' not in json.dumps(sealed.clear_alerts())
    finally:
        installation.end_workers()


def test_who_comes_back_after_an_erasure_gets_another_key(sealed: Sealed) -> None:
    who = str(sealed.clear_alerts()[0]["offender_id"])
    sealed.erase(who, ALTHOUGH)
    count = len(sealed.clear_alerts())
    again = [a_report(event_id=f"x{n}", offence_id=f"x{n}", offender_id=who, recorded_at=LATER) for n in range(4)]
    sealed.load(b"\n".join(again), "again")
    later = sealed.clear_alerts()[count:]
    assert any(alert["offender_id"] == who for alert in later)
    sealed.erase(who, ALTHOUGH)
    assert all(alert["offender_id"] != who for alert in sealed.clear_alerts())
    assert sealed.installation.json("verify")["ok"]


def test_who_is_ranked_is_erased_once_their_reports_are_withdrawn(
    sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, before = sealed.a_member(), len(sealed.installation.read("erasures.v1"))
    said = sealed.installation.say("erase", who, "--reason", f"{who} asked for it")
    assert (said.code, "names the person" in said.errors) == (2, True)
    assert "exclude each other" in sealed.erase(who, "--withdraw", ALTHOUGH, code=2)
    refused = sealed.erase(who, code=1)
    said_as_documented("'TEXT' has rank N on the board", refused)
    assert len(sealed.installation.read("erasures.v1")) == before
    assert "withdrawn" in sealed.erase(who, "--withdraw")
    clear = sealed.clear_alerts()
    assert [alert["offender_id"] for alert in clear if alert["offender_id"] == "(sealed)"] == ["(sealed)"] * 2
    assert f'"{who}"' not in json.dumps(clear)
    assert sealed.installation.json("offender", who)["rank"] is None
    assert sealed.installation.json("verify", "--redis")["ok"]

    # Where nobody applies the withdrawals, nobody is erased.
    sealed.installation.end_workers()
    monkeypatch.setattr(withdrawing, "PATIENCE_SECONDS", 2.0)
    unheard = sealed.erase(sealed.a_member(), "--withdraw", code=1)
    assert all(words in unheard for words in ("are sent, and not applied yet", "no one was erased"))
    assert len(sealed.installation.read("erasures.v1")) == before + 1


def test_a_strangers_tombstone_retires_no_key(stack_environment: dict[str, str], tmp_path: Path) -> None:
    """Workers heed the key that the board was founded with, and nobody else who can write to these topics."""
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
        installation.send([(b"v100", checkpoint(10**6, signers["strangers"]))], "checkpoints.v1")
        installation.end_workers()
        del installation.environment["HARMWATCH_PUBLIC_KEY"]
        installation.start_worker()
        reports = [
            a_report(event_id=f"x{person}{n}", offence_id=f"x{person}{n}", offender_id=person, recorded_at=LATER)
            for person in (who, other)
            for n in range(4)
        ]
        sealed.load(b"\n".join(reports), "again")
        after = key_of_each(sealed)
        assert (after[who] == whose[who], after[other] == whose[other]) == (True, False)
        foreign = [each["what"] for each in installation.json("verify", code=1)["foreign"]]
        assert ["is signed by another key" in what for what in foreign] == [True, True]
        said = installation.say("erase", who, "--reason", "tests", "--key", str(tmp_path / "strangers" / PRIVATE_NAME))
        assert (said.code, "is not the key that signs erasures" in said.errors) == (1, True)
        lost = next(str(alert["alert_id"]) for alert in sealed.clear_alerts() if alert["offender_id"] == who)
        (tmp_path / "keys" / "keys" / whose[who]).unlink()
        told = installation.say("explain", lost)
        assert (told.code, "the key store does not open it" in told.errors) == (1, True)
    finally:
        installation.end_workers()


def key_of_each(sealed: Sealed) -> dict[str, str]:
    """By person, the id of the key under which the newest alert about them is sealed."""
    tokens = [json.loads(record.value)["offender_id"] for record in sealed.installation.read("alerts.v1")]
    clear = [str(alert["offender_id"]) for alert in sealed.clear_alerts()]
    return {person: token.split(":")[1] for person, token in zip(clear, tokens, strict=True)}


@pytest.mark.thorough
def test_where_nobody_may_sign_nobody_is_erased(stack_environment: dict[str, str], tmp_path: Path) -> None:
    at_work = Sealed(stack_environment, tmp_path, str(tmp_path / "keys"), signed=False)
    try:
        new_keys(tmp_path / "signing")
        key = str(tmp_path / "signing" / PRIVATE_NAME)
        said = at_work.installation.say("erase", "p1", "--reason", "retention ended", "--although-ranked", "--key", key)
        assert said.code == 1
        said_as_documented("board NAME has no key that may sign erasures", said.errors)
    finally:
        at_work.installation.end_workers()


def tombstone(key_id: str, signer: SigningKey) -> bytes:
    return wire_bytes(make_tombstone("v100", key_id, "tests", signer, 1_800_000_000_000_000))


def checkpoint(entry: int, signer: SigningKey) -> bytes:
    unsigned = Checkpoint(
        board="v100", entry=entry, head="a" * 64, as_of=LATER, alerts=0, root="b" * 64, time=LATER,
        public_key=signer.public, signature=UNSIGNED,
    )  # fmt: skip
    return unsigned.model_copy(update={"signature": signer.sign(unsigned.text.encode())}).note


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
