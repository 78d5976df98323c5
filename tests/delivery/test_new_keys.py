"""Keys for webhooks: made where deliverers look for them, for their owner alone, and verified by others."""

import json
import stat
import time
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from delivery.secrets import Secrets
from delivery.signing import signed_headers
from harmwatch_client import verify
from tests.end_to_end.installation import Said, say

EVENT = {
    "specversion": "1.0",
    "id": "v100:1",
    "source": "/harmwatch/v100",
    "type": "t",
    "subscription": "desk",
    "data": {},
}


def new_key(folder: Path, *words: str) -> Said:
    return say({"HARMWATCH_SECRETS": str(folder)}, "keys", "new", "--webhook", *words)


def test_a_shared_key_lies_where_deliverers_look_and_another_library_verifies_by_it(tmp_path: Path) -> None:
    secrets, body = tmp_path / "secrets", json.dumps(EVENT).encode()
    secrets.mkdir()
    said = new_key(secrets, "custody")
    file, now = secrets / "custody.key", int(time.time())
    assert (said.code, stat.S_IMODE(file.stat().st_mode)) == (0, 0o600)
    assert file.read_text().strip() not in said.output
    headers = signed_headers("v100:1", now, body, [Secrets(secrets).key("custody.key")])
    Webhook(file.read_text().strip()).verify(body, headers)


def test_of_a_pair_the_receiver_needs_the_public_part_alone(tmp_path: Path) -> None:
    body = json.dumps(EVENT).encode()
    document = json.loads(new_key(tmp_path, "custody", "--pair", "--json").output)
    public = (tmp_path / "custody.pub").read_text().strip()
    assert document == {
        "private_key": str(tmp_path / "custody.key"), "public_key": str(tmp_path / "custody.pub"), "id": public,
    }  # fmt: skip
    headers = signed_headers("v100:1", int(time.time()), body, [Secrets(tmp_path).key("custody.key")])
    assert verify(body, headers, keys=[public]).id == "v100:1"


@pytest.mark.parametrize("name", ["../custody", "", "-x", "a b", "a/b", "x" * 100])
def test_a_name_that_terms_could_not_hold_makes_nothing(tmp_path: Path, name: str) -> None:
    assert new_key(tmp_path, name).code == 2
    assert list(tmp_path.iterdir()) == []


def test_no_key_is_overwritten_and_a_pair_is_whole_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "custody.pub").write_text("mine")
    assert new_key(tmp_path, "custody", "--pair").code == 2
    assert [file.name for file in tmp_path.iterdir()] == ["custody.pub"]
    assert new_key(tmp_path, "custody").code == 0
    before = (tmp_path / "custody.key").read_text()
    assert new_key(tmp_path, "custody").code == 2
    assert (tmp_path / "custody.key").read_text() == before
