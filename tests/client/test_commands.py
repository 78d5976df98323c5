"""`harmwatch alerts`: what was sent is listed, shown and followed; what is missing is said."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.alert import Alert, wire_bytes
from models.journal.transition import Move
from tests.client.published import Published, a_baseline, a_move
from tests.end_to_end.foreign import open_transaction
from tests.end_to_end.installation import HARMWATCH, Said, say
from tests.end_to_end.troubleshooting import said_as_documented

pytestmark = pytest.mark.stack


@pytest.fixture
def environment(published: Published) -> dict[str, str]:
    """The settings of an installation of which only alerts.v1 is needed."""
    return {"HARMWATCH_KAFKA": published.brokers, "HARMWATCH_PREFIX": published.prefix}


@pytest.fixture
def three(published: Published) -> list[Alert]:
    """`p1` came and left, `p3` came."""
    sent = [a_move(1), a_move(2, Move.LEFT), a_move(3)]
    published.send(*sent)
    return sent


def ids(said: Said) -> list[str]:
    assert said.code == 0, said.errors
    return [row["alert_id"] for row in json.loads(said.output)["alerts"]]


def test_all_of_them_are_listed_or_those_of_a_person_or_of_a_time(
    environment: dict[str, str], three: list[Alert]
) -> None:
    assert ids(say(environment, "alerts", "list", "--json")) == ["v100:1", "v100:2", "v100:3"]
    assert ids(say(environment, "alerts", "list", "--offender", "p1", "--json")) == ["v100:1", "v100:2"]
    assert ids(say(environment, "alerts", "list", "--since", three[1].as_of, "--json")) == ["v100:2", "v100:3"]
    between = ("--between", three[0].as_of, three[1].as_of)
    assert ids(say(environment, "alerts", "list", "--offender", "p1", *between, "--json")) == ["v100:1", "v100:2"]
    assert ids(say(environment, "alerts", "list", "--offender", "nobody", "--json")) == []
    lines = say(environment, "alerts", "list").output.splitlines()
    assert [line.split()[1] for line in lines] == ["v100:1", "v100:2", "v100:3"]
    assert "p1 left by offence, rank 1 with 1.5 days" in lines[1]


def test_who_stood_in_the_baseline_is_listed_with_it(published: Published, environment: dict[str, str]) -> None:
    published.send(a_baseline(7, ["a", "b"]))
    assert ids(say(environment, "alerts", "list", "--offender", "b", "--json")) == ["v100:baseline:7"]
    assert "2 people" in say(environment, "alerts", "list").output
    shown = say(environment, "alerts", "show", "v100:baseline:7").output.splitlines()
    assert ["v100:1" in shown[1], "b" in shown[2].split()] == [True, True]


@pytest.mark.parametrize("name", ["v100:2", "2"])
def test_one_is_shown_as_it_was_sent(environment: dict[str, str], three: list[Alert], name: str) -> None:
    assert json.loads(say(environment, "alerts", "show", name, "--json").output) == json.loads(wire_bytes(three[1]))
    assert "harmwatch explain v100:2" in say(environment, "alerts", "show", name).output


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("name", "code"), [("v100:9", 1), ("other:2", 1), ("v100:baseline:2", 1), ("two", 2), ("v100:", 2)]
)
def test_what_was_never_sent_is_not_shown(environment: dict[str, str], name: str, code: int) -> None:
    said = say(environment, "alerts", "show", name)
    assert (said.code, said.output) == (code, "")


def test_a_gap_is_said_and_nothing_behind_it(published: Published, environment: dict[str, str]) -> None:
    published.enter(1, 3)
    said = say(environment, "alerts", "list")
    assert (said.code, said.output) == (1, "")
    assert "alert 2 is missing: offset 2 holds 3: run `harmwatch verify`" in said.errors
    said_as_documented("alert N is missing", said.errors)
    assert ids(say(environment, "alerts", "list", "--passed-over", "2", "--json")) == ["v100:1"]


@pytest.mark.parametrize(
    "forged", [{"board": "a\x1b[2J\0", "alert_id": "a\x1b[2J\0:1"}, {"as_of": "\x1b[31mevil"}], ids=["board", "as_of"]
)
def test_a_forged_record_reaches_neither_terminal_nor_command(
    published: Published, environment: dict[str, str], forged: dict[str, str]
) -> None:
    published.send(a_move(1).model_copy(update=forged))
    following = ("follow", "--from", "1", "--exec", "echo reached >&2")
    for words in (("list",), ("list", "--since", "2024-01-01T00:00:00Z"), ("show", "1"), following):
        said = say(environment, "alerts", *words)
        assert (said.code, said.output, "\x1b" in said.errors) == (1, "", False)
        said_as_documented("offset N of NAME is forged", said.errors)
    assert ids(say(environment, "alerts", "list", "--passed-over", "0", "--json")) == []


def test_what_cannot_be_read_yet_is_said(published: Published, environment: dict[str, str]) -> None:
    published.enter(1)
    with open_transaction(published.brokers, published.topic):
        published.enter(2)
        said = say(environment, "alerts", "list", "--json")
    assert ids(said) == ["v100:1"]
    said_as_documented("what was sent after it cannot be read yet", said.errors)


@contextmanager
def following(environment: dict[str, str], folder: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """The command as a process of its own, which nobody has to end."""
    command = [*HARMWATCH, "alerts", "follow", *options]
    process = subprocess.Popen(
        command, env=os.environ | environment, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def next_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def until_there(path: Path) -> None:
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, f"no {path.name}"
        time.sleep(0.05)


def test_each_is_followed_from_a_number_on_until_ctrl_c(
    published: Published, environment: dict[str, str], three: list[Alert], tmp_path: Path
) -> None:
    with following(environment, tmp_path, "--json", "--from", "2") as process:
        assert next_line(process).encode() == wire_bytes(three[1]) + b"\n"
        assert next_line(process).encode() == wire_bytes(three[2]) + b"\n"
        published.enter(4)
        assert json.loads(next_line(process))["alert_id"] == "v100:4"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, "Traceback" in errors) == (130, False)


@pytest.mark.usefixtures("three")
def test_without_a_number_only_what_comes_from_now_on_is_followed_and_the_place_is_kept(
    published: Published, environment: dict[str, str], tmp_path: Path
) -> None:
    place = tmp_path / "place"
    with following(environment, tmp_path, "--place", "place") as process:
        until_there(place)
        published.enter(4)
        assert " v100:4 " in next_line(process)
    published.enter(5)
    with following(environment, tmp_path, "--place", "place") as process:
        line = next_line(process)
        assert " v100:5 " in line or " v100:4 " in line  # it was killed right after it had said so


def test_a_command_gets_each_and_one_that_fails_gets_it_again(
    published: Published, environment: dict[str, str], three: list[Alert], tmp_path: Path
) -> None:
    told = tmp_path / "told"
    script = 'cat >> told; echo "$ALERT_ID $ALERT_TYPE" >> names; test "$ALERT_ID" != v100:2 || test -e mended'
    words = (
        "alerts",
        "follow",
        "--from",
        "1",
        "--place",
        str(tmp_path / "place"),
        "--exec",
        f"cd {tmp_path}; {script}",
    )
    for _ in range(2):
        said = say(environment, *words)
        assert (said.code, said.output) == (1, "")
        assert "v100:2 is not done: the command ended with 1" in said.errors
        said_as_documented("TEXT is not done", said.errors)
    tmp_path.joinpath("mended").touch()
    published.enter(5)
    said = say(environment, *words)
    assert "alert 4 is missing" in said.errors
    assert told.read_bytes() == b"".join(wire_bytes(three[n]) + b"\n" for n in (0, 1, 1, 1, 2))
    names = tmp_path.joinpath("names").read_text().splitlines()
    assert [names[0], names[-2]] == ["v100:1 harmwatch.band.entered", "v100:2 harmwatch.band.left"]


@pytest.mark.usefixtures("three")
def test_a_place_that_is_none_or_cannot_be_kept_is_wrong_use(environment: dict[str, str], tmp_path: Path) -> None:
    tmp_path.joinpath("place").write_text("nonsense")
    tmp_path.joinpath("no_text_of_a_place").write_bytes(b"\xff\xfe")
    for place in ("place", "no_text_of_a_place", "no/such/place"):
        said = say(environment, "alerts", "follow", "--place", str(tmp_path / place), "--exec", "true")
        assert (said.code, "place" in said.errors) == (2, True), said.errors
    assert say(environment, "alerts", "follow", "--json", "--exec", "true").code == 2


@pytest.mark.usefixtures("three")
def test_another_topic_under_the_same_name_is_said(
    published: Published, environment: dict[str, str], tmp_path: Path
) -> None:
    words = ("alerts", "follow", "--place", str(tmp_path / "place"), "--from", "1", "--exec")
    assert "v100:2 is not done" in say(environment, *words, 'test "$ALERT_ID" = v100:1').errors
    published.delete()
    published.create()
    said = say(environment, *words, "false")
    assert said.code == 1
    said_as_documented("NAME was recreated: its id is", said.errors)


def test_a_topic_that_is_not_there_is_said(stack_environment: dict[str, str]) -> None:
    nowhere = stack_environment | {"HARMWATCH_PREFIX": "nowhere-"}
    for words in (("list",), ("show", "v100:1"), ("follow",)):
        said = say(nowhere, "alerts", *words)
        assert (said.code, "harmwatch topics create" in said.errors) == (1, True)
