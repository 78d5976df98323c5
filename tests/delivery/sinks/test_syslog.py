"""Syslog over TLS: a line that others can take apart, whatever an id holds, and no receipt for what was not read."""

import asyncio
import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.bodies import make_body
from delivery.delivery_event import DeliveryEvent
from delivery.outcome import Cause, Outcome
from delivery.secrets import Secrets
from delivery.sinks.syslog import SyslogSink, make_line
from tests.client.published import a_move
from tests.delivery.sinks.syslog_server import SyslogServer
from tests.delivery.subscribed import entry, some_terms, toml
from tests.delivery.test_alert_log import event_of
from tests.delivery.test_subscriptions_file import faults_of
from tests.secure.certificates import Authority

_HEADER = re.compile(
    r"<(?P<priority>\d{1,3})>1 (?P<at>\S+) (?P<host>[!-~]{1,255}) (?P<app>[!-~]{1,48}) - (?P<kind>[!-~]{1,32}) "
    r'(?P<data>-|\[meta sequenceId="\d+"\]) (?P<message>.*)'
)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=128)


def a_body(who: str, content: str = "full") -> bytes:
    told = DeliveryEvent.of(event_of(a_move(7, offender_id=who), 0))
    return make_body(told, "desk", "full" if content == "full" else "thin", 3, 2)


def taken_apart(line: bytes) -> tuple[list[str], dict[str, str]]:
    """Header and extension of the CEF in it, as its specification says."""
    found = _HEADER.fullmatch(line.decode())
    assert found is not None, line
    assert (found["priority"], found["app"], found["data"]) == ("133", "harmwatch", '[meta sequenceId="3"]')
    parts = re.split(r"(?<!\\)(?:\\\\)*\|", found["message"], maxsplit=7)
    ends = [match.start() for match in re.finditer(r"(?:^| )([A-Za-z0-9]+)=", parts[7])]
    fields = {}
    for begin, end in zip(ends, [*ends[1:], len(parts[7])], strict=True):
        name, _, value = parts[7][begin:end].strip(" ").partition("=")
        fields[name] = re.sub(r"\\(.)", r"\1", value)
    return parts[:7], fields


@given(NAMES)
def test_whoever_it_is_about_can_be_read_back(name: str) -> None:
    line = make_line(some_terms(sink="syslog", url="tls://127.0.0.1", keys=[]), a_body(name))
    assert not any(ord(letter) < 32 for letter in line.decode())
    head, fields = taken_apart(line)
    assert head[:2] == ["CEF:0", "harmwatch"]
    assert head[4:] == ["harmwatch.band.entered", "harmwatch v100: a person has entered the band (v100:7)", "8"]
    said = fields["suid"]
    assert (json.loads(said) if said.startswith('"') else said) == name


def test_thin_it_names_nobody() -> None:
    line = make_line(some_terms(sink="syslog", url="tls://127.0.0.1", keys=[], content="thin"), a_body("p77", "thin"))
    _, fields = taken_apart(line)
    assert fields == {
        "externalId": "v100:7", "act": "entered", "cs1Label": "subscription", "cs1": "desk", "cs2Label": "board",
        "cs2": "v100", "cn1Label": "deliverynumber", "cn1": "3", "rt": "0",
    }  # fmt: skip


def sent(folder: Path, server: SyslogServer, **terms: Any) -> Outcome:
    told = {"url": server.url, "sink": "syslog", "keys": [], "ca": server.authority.file.read_text()} | terms

    async def test() -> Outcome:
        return await SyslogSink(some_terms(**told), Secrets(folder)).send("v100:7", a_body("a\r\nb\x00" + "é" * 124))

    return asyncio.run(test())


@pytest.mark.parametrize("ends", ["politely", "with the connection"])
def test_a_line_arrives_in_a_frame_of_its_own(tmp_path: Path, ends: str) -> None:
    with SyslogServer(tmp_path, ends).serving() as server:
        outcomes = [sent(tmp_path, server), sent(tmp_path, server)]
    assert [(one.cause, one.status) for one in outcomes] == [(None, None)] * 2
    assert server.frames == [make_line(some_terms(), a_body("a\r\nb\x00" + "é" * 124))] * 2


@pytest.mark.parametrize("ends", ["never", "before TLS"])
def test_what_nobody_is_known_to_have_read_has_no_receipt(tmp_path: Path, ends: str) -> None:
    with SyslogServer(tmp_path, ends).serving() as server:
        outcome = sent(tmp_path, server, timeout_seconds=1)
    assert outcome.cause in {Cause.NO_ANSWER, Cause.CERTIFICATE}
    assert outcome.milliseconds < 8_000


def test_no_address_that_may_not_be_dialled_and_no_other_authority(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with SyslogServer(tmp_path).serving() as server:
        assert sent(tmp_path, server, allow=["10.0.0.0/8"]).cause is Cause.ADDRESS
        other = Authority(tmp_path / "other").file.read_text()
        assert sent(tmp_path, server, ca=other).cause is Cause.CERTIFICATE
    assert server.frames == []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert sent(tmp_path, server, url=f"tls://127.0.0.1:{taken.getsockname()[1]}").cause is Cause.UNREACHABLE


def test_its_address_is_one_of_tls(tmp_path: Path) -> None:
    assert faults_of(tmp_path, toml(entry(sink="syslog", url="https://siem.example"))) == [
        "line 5: desk: url: is to begin with tls://",
        "line 6: desk: keys: so many files are to be named: 0",
    ]
