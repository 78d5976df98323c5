"""The commands of an audit, as an inspector types them."""

import os
import subprocess
from pathlib import Path

import pytest
import redis

from models.topics import ALERTS, JOURNAL
from tests.audit.history import History
from tests.end_to_end.installation import HARMWATCH

pytestmark = pytest.mark.stack


def offline(folder: Path, *words: str) -> tuple[int, str]:
    """A command without any setting, in an empty folder: exit code, and what it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HARMWATCH_")}
    done = subprocess.run([*HARMWATCH, *words], env=environment, cwd=folder, capture_output=True, check=False)
    said = (done.stdout + done.stderr).decode()
    assert "Traceback" not in said
    return done.returncode, said


@pytest.mark.thorough
def test_an_inspector_takes_a_certificate_and_a_proof_along(history: History, tmp_path: Path) -> None:
    service = history.installation
    names = ("private", "public", "certificate", "proof", "kept")
    private, public, certificate, proof, kept = (str(tmp_path / name) for name in names)
    made = service.json("keys", "new", "--dir", str(tmp_path / "keys"))
    Path(made["private_key"]).rename(private)
    Path(made["public_key"]).rename(public)
    checkpoint = service.json("checkpoint", "--key", private, "--keep", kept)
    verified = service.json("verify", "--redis", "--certificate", certificate, "--key", private, "--checkpoints", kept)
    assert verified["ok"]
    assert (verified["checkpoints"], verified["head"]) == (2, checkpoint["head"])
    assert verified["entries"] == len(history.items[JOURNAL])
    alert_id = history.items[ALERTS][-1].content["alert_id"]
    service.run("proof", alert_id, "--certificate", certificate, "--out", proof)
    service.run("proof", "v100:0", "--certificate", certificate, code=1)
    assert offline(tmp_path, "certificate", "check", certificate, "--public-key", public)[0] == 0
    code, said = offline(tmp_path, "proof", "check", proof, "--public-key", public)
    assert (code, alert_id in said) == (0, True)
    assert offline(tmp_path, "proof", "check", certificate, "--public-key", public)[0] == 1
    assert offline(tmp_path, "certificate", "check", certificate, "--public-key", private)[0] == 1
    assert offline(tmp_path, "certificate", "check", str(tmp_path / "none"), "--public-key", public)[0] == 2
    assert offline(tmp_path, "certificate", "check", certificate)[0] == 2


def test_wrong_use_of_verify_is_said(history: History) -> None:
    service = history.installation
    service.run("verify", "--from", "9", "--to", "3", code=2)
    service.run("verify", "--certificate", "x.json", code=2)
    service.run("verify", "--redis", "--to", "3", code=2)
    service.run("verify", "--to", "4000", code=2)
    assert "there is no entry 4000" in service.say("verify", "--from", "4000").errors


def test_recreated_topics_are_named_and_a_copy_is_none_of_it(history: History) -> None:
    """The inputs lie under another name, with another id, than the journal was founded on."""
    history.write({"again": history.items})
    stem = history.names["again"][JOURNAL].removesuffix(JOURNAL.name)
    service = history.installation
    kept = service.environment["HARMWATCH_PREFIX"]
    service.environment["HARMWATCH_PREFIX"] = stem
    try:
        assert "created again, or a copy" in service.json("verify", code=1)["faults"][0]
        assert service.json("verify", "--copy")["ok"]
        service.environment["HARMWATCH_PREFIX"] = "nowhere-"
        service.run("verify", code=1)
    finally:
        service.environment["HARMWATCH_PREFIX"] = kept


def test_an_edited_policy_file_is_named(history: History) -> None:
    service = history.installation
    policy = Path(service.environment["HARMWATCH_POLICY"])
    text = policy.read_text()
    policy.write_text(text.replace("days = 60", "days = 61"))
    try:
        faults = service.json("verify", code=1)["faults"]
    finally:
        policy.write_text(text)
    assert [str(policy) in fault and "the file was edited" in fault for fault in faults] == [True]


def test_a_live_board_that_was_edited_is_named(history: History) -> None:
    service = history.installation
    store = redis.Redis.from_url(service.environment["HARMWATCH_REDIS"])
    key = f"{service.prefix}harmwatch:{{v100}}:rank"
    member, score = one_of(store, key)
    store.zadd(key, {member: score * 2})
    try:
        faults = service.json("verify", "--redis", code=1)["faults"]
    finally:
        store.zadd(key, {member: score})
    assert [fault.startswith("live board, rank") and "; recomputed: " in fault for fault in faults] == [True]
    assert service.json("verify", "--redis")["ok"]


def one_of(store: redis.Redis, key: str) -> tuple[str, float]:
    """A member of a sorted set with its score."""
    found: object = store.zrange(key, 4, 4, withscores=True)
    assert isinstance(found, list)
    member, score = found[0]
    return member.decode(), score
