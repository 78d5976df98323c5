"""`harmwatch console`: from a record on Kafka to a row on the page, and loud when the store is gone."""

import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import pytest
import redis

from embedded.ports import ReservedPort
from embedded.stack import Stack
from state.keys import Keys
from tests.end_to_end.installation import HARMWATCH, ROOT, Installation
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import small_policy

pytestmark = pytest.mark.stack
PATIENCE_SECONDS = 60
Events = Callable[[Callable[[str, dict[str, Any]], bool]], dict[str, Any]]


@contextmanager
def console_of(installation: Installation, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A console as a process; what it says is kept in the installation's folder."""
    said = installation.folder / "console.log"
    environment = installation.environment | {"HARMWATCH_CONSOLE": f"127.0.0.1:{port}"}
    with said.open("wb") as log:
        process = subprocess.Popen([*HARMWATCH, "console"], env=environment, stdout=log, stderr=log, cwd=ROOT)
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while "the console of board" not in said.read_text():
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < until, said.read_text()
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def page_with(port: int, words: str) -> str:
    """The board's page, as soon as it has these words: the row may be there before the alert can be read."""
    until = time.monotonic() + PATIENCE_SECONDS
    while words not in (text := page(port)):
        assert time.monotonic() < until, text
        time.sleep(0.05)
    return text


def page(port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    connection.request("GET", "/board")
    answer = connection.getresponse()
    assert answer.status == 200
    text = answer.read().decode()
    connection.close()
    return text


@contextmanager
def band_forged(installation: Installation, who: str) -> Iterator[None]:
    """Meanwhile the store holds that somebody in the band has entered at sequence 9."""
    client = redis.Redis.from_url(installation.environment["HARMWATCH_REDIS"])
    band = Keys(installation.prefix, installation.json("status")["board"])["band"]
    true = client.hget(band, who)
    assert isinstance(true, bytes)
    client.hset(band, who, struct.pack("<Q", 9) + true[8:])
    yield
    client.hset(band, who, true)
    client.close()


@contextmanager
def listening(port: int, cookie: str = "") -> Iterator[Events]:
    """Waits for an event of the stream; answers its document."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    connection.request("GET", "/stream", headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    assert answer.getheader("content-type") == "text/event-stream; charset=utf-8"

    def until(is_it: Callable[[str, dict[str, Any]], bool]) -> dict[str, Any]:
        deadline, name, told = time.monotonic() + PATIENCE_SECONDS, "", list[str]()
        while time.monotonic() < deadline:
            key, _, value = answer.readline().decode().rstrip("\n").partition(": ")
            if key == "event":
                name = value
            elif key == "data":
                told.append(f"{name}: {value[:500]}")
                document: dict[str, Any] = json.loads(value)
                if is_it(name, document):
                    return document
            else:
                assert key == "", "the stream has ended"
        raise AssertionError(f"it did not come, but {told[-5:]}")

    yield until
    connection.close()


def signed_in(port: int, name: str, password: str) -> str:
    """The cookie of a new session."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    connection.request("POST", "/sign-in", urlencode({"name": name, "password": password}), headers)
    answer = connection.getresponse()
    assert answer.status == 303
    cookie = answer.getheader("set-cookie") or ""
    connection.close()
    return cookie.partition(";")[0]


def shows(who: str) -> Callable[[str, dict[str, Any]], bool]:
    return lambda name, document: (
        name == "board" and any(isinstance(row, dict) and row["who"] == who for row in document["rows"])
    )


def is_red_for(words: str) -> Callable[[str, dict[str, Any]], bool]:
    return lambda name, told: name == "fresh" and not told["live"] and words in told["why"]


def test_a_report_becomes_a_row_and_a_sentence_on_every_open_page(tmp_path: Path) -> None:
    port = ReservedPort()
    with Stack(tmp_path / "stack") as stack:
        own = Installation(stack.environment(), tmp_path, policy=small_policy(tmp_path), clock="event")
        own.send([(b"p", a_report())])
        own.start_worker()
        own.wait_idle()
        try:
            with console_of(own, port.number) as process, listening(port.number) as until:
                until(shows("p"))
                own.send([(b"q", a_report(offender_id="q", offence_id="new"))])
                board = until(shows("q"))
                (row,) = (each for each in board["rows"] if isinstance(each, dict) and each["who"] == "q")
                assert (row["rank"], row["moved"], row["days"]) == ("2", "new", "10")
                html = page_with(port.number, "q</bdi> entered at rank 2: an offence (")
                assert '<b id="word">LIVE</b>' in html
                with band_forged(own, "q"):
                    until(is_red_for("board and alerts disagree: the board alone has the entrance 9, alerts"))
                until(lambda name, told: name == "fresh" and told["live"])
                stack.kill_valkey()
                assert until(is_red_for("HARMWATCH_REDIS"))["word"] == "STALE"
                html = page(port.number)
                assert "q</bdi>" in html, "what was known is still there"
                assert '<b id="word">STALE</b>' in html
                stack.start_valkey()
                until(lambda name, told: name == "fresh" and told["live"])
                process.send_signal(signal.SIGTERM)
                until(lambda name, _: name == "bye")
                assert process.wait(30) == 0
            looks = own.json("access", "list", "--person", "q")["looks"]
            assert looks
            assert {(look["kind"], look["by"]) for look in looks} == {("list", "none:this-machine")}
            assert own.json("access", "list", "--person", "q", "--below")["looks"] == looks
            assert own.json("access", "list", "--person", "nobody")["looks"] == []
            said = (tmp_path / "console.log").read_text()
            assert "Traceback" not in said
            assert "/board" not in said
        finally:
            own.end_workers(signal.SIGKILL)
            port.release()


@pytest.mark.thorough
def test_it_says_what_is_in_its_way(stack_environment: dict[str, str], tmp_path: Path) -> None:
    own = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    for address, told in {
        "0.0.0.0:8600": "reached from other machines, and without a sign-in anyone who reaches it sees the board",
        "192.0.2.7:8600": "reached from other machines",
        "unix:/run/console": "is not HOST:PORT",
        "here": "is neither unix:/PATH nor HOST:PORT",
    }.items():
        said = own.say("console", console=address)
        assert said.code == 2
        assert told in said.errors
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = somebody.getsockname()[1]
        said = own.say("console", console=f"127.0.0.1:{port}")
        assert said.code == 1
        assert f"HARMWATCH_CONSOLE: 127.0.0.1:{port} cannot be had: Address already in use" in said.errors


@pytest.mark.thorough
def test_the_demonstration_serves_a_london_that_goes_on_and_leaves_nothing(tmp_path: Path) -> None:
    port, said = ReservedPort(), tmp_path / "said.txt"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HARMWATCH_")}
    environment = kept | {"HARMWATCH_CONSOLE": f"127.0.0.1:{port.number}"}
    command = [*HARMWATCH, "demo", "--console", "--fast"]
    with said.open("wb") as out:
        demo = subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=ROOT, start_new_session=True)
    try:
        until = time.monotonic() + 2 * PATIENCE_SECONDS
        while "the console of board" not in said.read_text():
            assert demo.poll() is None, said.read_text()
            assert time.monotonic() < until, said.read_text()
            time.sleep(0.1)
        names = re.findall(r"Sign in as (\w+) \((\w+)\) with (\S+)", said.read_text())
        assert [(name, role) for name, role, _ in names] == [("anna", "officer"), ("ben", "supervisor")]
        with listening(port.number, signed_in(port.number, "anna", names[0][2])) as events:
            board = events(lambda name, told: name == "board" and len(told["rows"]) == 110)
            assert board["cut"].startswith("the cut at 100: ")
            first = events(lambda name, told: name == "fresh" and told["live"])
            events(lambda name, told: name == "fresh" and told["live"] and told["details"] != first["details"])
        started = psutil.Process(demo.pid).children(recursive=True)
        os.killpg(demo.pid, signal.SIGINT)  # as a terminal does
        assert demo.wait(30) == 0, said.read_text()
        _, left = psutil.wait_procs(started, timeout=10)
        assert not left
        assert "Traceback" not in said.read_text()
    finally:
        demo.kill()
        demo.wait()
        port.release()
