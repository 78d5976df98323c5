"""The client stands alone; what it and the service both know is equal."""

import ast
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from harmwatch_client import alerts, band, event
from models.alert import Alert, BaselineEvent, MemberOut, alert_headers, baseline_headers, wire_bytes
from models.journal.transition import Move
from models.token import Token
from models.topics import ALERTS
from tests.client.published import a_baseline, a_move

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "client"
EXTRAS = {"signature.py": {"cryptography"}}
"""What a file takes from an extra, and only where it is called for."""


def project(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    return found


@pytest.mark.parametrize("path", sorted(CLIENT.rglob("*.py")), ids=lambda path: path.name)
def test_it_needs_nothing_but_kafka_python(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
        allowed = {"kafka", "harmwatch_client", *sys.stdlib_module_names}
        allowed |= EXTRAS.get(path.name, set()) if getattr(node, "col_offset", 0) else set()
        assert {name.split(".")[0] for name in names} <= allowed


def test_both_distributions_have_one_version_and_one_licence() -> None:
    ours, theirs = project(ROOT), project(CLIENT)
    for name in ("version", "license", "requires-python"):
        assert ours[name] == theirs[name], name


def test_the_client_asks_for_the_kafka_python_that_the_service_was_tried_with() -> None:
    (needed,) = project(CLIENT)["dependencies"]
    assert needed in project(ROOT)["dependencies"]


def test_the_topic_is_that_of_the_service() -> None:
    assert ALERTS.name == alerts.TOPIC


@pytest.mark.parametrize(("move", "kind"), [(Move.ENTERED, event.ENTERED), (Move.LEFT, event.LEFT)])
def test_an_alert_is_read_as_it_was_made(move: Move, kind: str) -> None:
    sent = a_move(7, move)
    found = event.read_event(alert_headers(sent), wire_bytes(sent), 3)
    assert isinstance(found, event.Alert)
    assert dict(found.headers)["ce_type"] == found.type.encode() == kind.encode()
    assert Alert.model_validate(found.data) == sent
    for told, field in {"id": "alert_id"}.items() | {
        (one, one) for one in ("board", "sequence", "transition", "as_of")
    }:
        assert getattr(found, told) == getattr(sent, field), told
    assert (found.offender_id, found.offset) == (sent.offender_id, 3)


def test_a_baseline_is_read_as_it_was_made() -> None:
    sent = a_baseline(7, ["a", "b"])
    found = event.read_event(baseline_headers(sent), wire_bytes(sent), 3)
    assert isinstance(found, event.Baseline)
    assert {name.encode() for name in (found.type, found.id)} <= set(dict(found.headers).values())
    assert BaselineEvent.model_validate(found.data) == sent
    assert tuple(MemberOut.model_validate(member) for member in found.band) == sent.band
    assert (found.board, found.sequence, found.as_of) == (sent.board, sent.last_sequence, sent.as_of)


@pytest.mark.parametrize("content", [b"\xfb" * 29, bytes(64)])
def test_a_token_names_the_key_that_the_service_reads_in_it(content: bytes) -> None:
    token = Token("0123456789abcdef" * 2, content)
    assert band._stay(token.text) == token.key_id


NO_TOKENS = ["p1", "sealed:", "sealed:0123:abc", "sealed:" + "g" * 32 + ":" + "a" * 40]
NO_BASE64 = "sealed:" + "0" * 32 + ":" + "a" * 25
"""Its letters, and one too many."""


@pytest.mark.parametrize("text", [*NO_TOKENS, NO_BASE64])
def test_what_is_no_token_to_the_service_is_none_to_the_client(text: str) -> None:
    assert Token.read(text) is None
    assert band._stay(text) == text
