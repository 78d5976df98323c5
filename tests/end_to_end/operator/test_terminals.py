"""What comes out of a terminal that is not UTF-8, and how the terminal is left behind."""

import json
import os
import signal
import subprocess
import termios
import time
from collections.abc import Iterator

import pytest

from tests.end_to_end.installation import HARMWATCH, ROOT, Installation
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import small_policy
from tests.end_to_end.terminal import Terminal

pytestmark = pytest.mark.stack
NAMES = ["李-1", "\U0001f600", "plain"]
WATCH = [*HARMWATCH, "watch"]


@pytest.fixture(scope="module")
def installation(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A board of people whose ids need more than cp1252."""
    folder = tmp_path_factory.mktemp("letters")
    own = Installation(stack_environment, folder, policy=small_policy(folder), clock="event")
    try:
        own.start_worker()
        reports = [a_report(event_id=f"e{n}", offence_id=f"o{n}", offender_id=who) for n, who in enumerate(NAMES)]
        own.send([(who.encode(), report) for who, report in zip(NAMES, reports, strict=True)])
        own.wait_idle()
        yield own
    finally:
        own.end_workers()


def said(installation: Installation, encoding: str, *words: str | bytes) -> subprocess.CompletedProcess[bytes]:
    environment = installation.environment | {"PYTHONIOENCODING": encoding}
    return subprocess.run([*HARMWATCH, *words], env=environment, cwd=ROOT, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_terminal_that_lacks_letters_gets_them_escaped(installation: Installation, encoding: str) -> None:
    words = said(installation, encoding, "board")
    assert words.returncode == 0, words.stderr
    assert "\\u674e-1" in words.stdout.decode(encoding)
    document = said(installation, encoding, "board", "--json")
    assert {row["offender_id"] for row in json.loads(document.stdout.decode(encoding))["entries"]} == set(NAMES)


def test_an_argument_that_is_no_utf8_is_wrong_use(installation: Installation) -> None:
    answer = said(installation, "utf-8", "offender", b"caf\xe9")
    assert answer.returncode == 2
    assert b"an argument is not UTF-8: 'caf\\udce9'" in answer.stderr
    assert b"Traceback" not in answer.stderr


def test_the_watched_board_fits_a_terminal_that_lacks_letters(installation: Installation) -> None:
    with Terminal(WATCH, installation.environment | {"PYTHONIOENCODING": "cp1252"}, ROOT) as terminal:
        screen = terminal.wait_for_words("\\u674e-1")
        assert len(screen) == 24
        assert max(map(len, screen)) <= 80


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_puts_the_terminal_back_and_ends_the_process_as_ever(installation: Installation, number: int) -> None:
    with Terminal(WATCH, installation.environment, ROOT) as terminal:
        before = termios.tcgetattr(terminal.descriptor)
        terminal.wait_for_words("records wait")
        assert termios.tcgetattr(terminal.descriptor) != before
        terminal.process.send_signal(number)
        assert terminal.process.wait(60) == -number
        assert termios.tcgetattr(terminal.descriptor) == before
        until = time.monotonic() + 60
        while not terminal.text.endswith("\x1b[?1049l"):  # the screen from before is back
            assert time.monotonic() < until, terminal.text[-200:]
            time.sleep(0.05)
        assert "Traceback" not in terminal.text


def test_a_signal_that_its_starter_ignores_stays_ignored(installation: Installation) -> None:
    with Terminal(["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *WATCH], installation.environment, ROOT) as terminal:
        terminal.wait_for_words("records wait")
        os.kill(terminal.process.pid, signal.SIGHUP)
        terminal.press("p")
        terminal.wait_for_words("PAUSED for")


def test_the_ranking_is_scrolled_and_a_hit_is_opened(installation: Installation) -> None:
    with Terminal(WATCH, installation.environment, ROOT) as terminal:
        terminal.wait_for_words("records wait")
        assert "board v100, policy " in terminal.screen[0]
        terminal.press("\x1b[B\x1b[B\x1b[F\r")  # down, down, End, Enter
        terminal.wait_for_words(f"{last_of(installation)}: rank 3")
        terminal.press("\x1b")
        terminal.wait_for_words("Enter open the marked row")
        terminal.press("/pla\r")
        terminal.wait_for_words("1 with 'pla'")
        terminal.press("\r")
        terminal.wait_for_words("plain: rank")
        terminal.press("\x1b")
        terminal.wait_for_words("1 with 'pla'")
        terminal.press("/nobody\r")
        terminal.wait_for_words("nothing found with 'nobody'")
        terminal.press("q")
        assert terminal.process.wait(30) == 0


def last_of(installation: Installation) -> str:
    rows = installation.json("board")["entries"]
    return str(rows[-1]["offender_id"])
