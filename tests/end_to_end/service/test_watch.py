"""`harmwatch watch`: through a real terminal it is calm, readable, and loud when Kafka or Redis is gone."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kafka import KafkaProducer

from embedded.stack import Stack
from tests.end_to_end.installation import HARMWATCH, ROOT, Installation
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import small_policy
from tests.end_to_end.terminal import Terminal

pytestmark = pytest.mark.stack
WATCH = [*HARMWATCH, "watch"]
RATE = 10_000
MOST_REDRAWS_A_SECOND = 4
LEAST_SENT = 2_000
"""In five seconds: a hundred times as many changes as the screen may be drawn."""

ESCAPE, ENTER = "\x1b", "\r"


@contextmanager
def at_work(environment: dict[str, str], folder: Path) -> Iterator[Installation]:
    """A board of its own in wall time, with one worker."""
    own = Installation(environment, folder, policy=small_policy(folder), clock="wall")
    try:
        own.start_worker()
        own.wait_idle()
        yield own
    finally:
        own.end_workers()


@pytest.fixture(scope="module")
def installation(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A board for all who ask nothing of who stands on it."""
    with at_work(stack_environment, tmp_path_factory.mktemp("watched")) as own:
        yield own


def a_recent_report(number: int, offender: str) -> bytes:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
    return a_report(
        event_id=f"e{number}", offence_id=f"o{number}", offender_id=offender, occurred_at=now, recorded_at=now
    )


@contextmanager
def load(installation: Installation) -> Iterator[Callable[[], int]]:
    """Ten thousand records a second about 3,000 people, as long as the block; answers how many were sent."""
    producer = KafkaProducer(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"], linger_ms=20)
    ended, sent = threading.Event(), 0

    def send() -> None:
        nonlocal sent
        begun_at = time.monotonic()
        while not ended.wait(0.02):
            while sent < RATE * (time.monotonic() - begun_at) and not ended.is_set():
                who = f"suspect-{sent * sent % 3_001:04}"
                producer.send(installation.prefix + "offences.v1", key=who.encode(), value=a_recent_report(sent, who))
                sent += 1

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield lambda: sent
    finally:
        ended.set()
        sender.join()
        producer.close()


@pytest.mark.thorough
@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_at_ten_thousand_records_a_second_it_stays_calm_and_readable(
    installation: Installation, size: tuple[int, int]
) -> None:
    with load(installation) as sent, Terminal(WATCH, installation.environment, ROOT, size) as terminal:
        terminal.wait_for_words("the cut: 20 in the band")
        terminal.wait_for(lambda screen: "last record" in screen[0] and "records wait" in screen[1])
        before, redraws, began_at = sent(), terminal.redraws, time.monotonic()
        time.sleep(5)
        seconds = time.monotonic() - began_at
        assert sent() - before > LEAST_SENT  # the machine may be slow, the load must be one
        assert 1 <= (terminal.redraws - redraws) / seconds <= MOST_REDRAWS_A_SECOND
        screen = terminal.screen
        assert len(screen) == size[1]
        assert max(map(len, screen)) <= size[0]
        assert "records wait" in screen[1]
        assert "STALE" not in screen[1]
        ranks = [int(line.split()[0]) for line in screen if "suspect-" in line and line.split()[0].isdigit()]
        assert ranks == sorted(ranks)
        assert {1, 20, 21} <= set(ranks)
        terminal.press("q")
        assert terminal.process.wait(30) == 0


@pytest.mark.thorough
def test_a_screen_that_has_not_changed_is_not_drawn_again(stack_environment: dict[str, str], tmp_path: Path) -> None:
    own = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    own.send([(b"p", a_report())])
    own.start_worker()
    own.wait_idle()
    try:
        with Terminal(WATCH, own.environment, ROOT) as terminal:
            terminal.wait_for_words("as of 2024-01-02T00:00:00Z, 0 records wait")
            time.sleep(1)
            before = terminal.redraws
            time.sleep(3)
            assert terminal.redraws == before
    finally:
        own.end_workers()


def test_keys_pause_search_and_open_a_person(stack_environment: dict[str, str], tmp_path: Path) -> None:
    with at_work(stack_environment, tmp_path) as installation:
        installation.send([(f"p{n}".encode(), a_recent_report(n, f"p{n}")) for n in range(30)])
        installation.wait_idle()
        press_keys(installation)


def press_keys(installation: Installation) -> None:
    with Terminal(WATCH, installation.environment, ROOT) as terminal:
        terminal.wait_for_words(" 1 ")
        terminal.press("p")
        terminal.wait_for_words("PAUSED for")
        terminal.press("\x1b[C")  # an arrow that leads nowhere
        terminal.press("p")
        terminal.wait_for_words("records wait")
        terminal.press("/")
        terminal.press("p29")
        terminal.wait_for_words("search: p29_")
        terminal.press(ENTER)
        terminal.wait_for_words("1 with 'p29'")
        terminal.press(ESCAPE)
        terminal.wait_for_words("the cut: 20 in the band")
        terminal.wait_for_words("Enter open an id")
        terminal.press(ENTER)
        terminal.press("p7")
        terminal.press(ENTER)
        terminal.wait_for_words("10 days  o7  X  until")
        terminal.press(ESCAPE)
        terminal.wait_for_words("the cut: 20 in the band")
        terminal.resize(120, 30)
        terminal.wait_for(lambda screen: len(screen) == 30)
        terminal.press("q")
        assert terminal.process.wait(30) == 0
        assert terminal.text.endswith("\x1b[?1049l")  # the screen from before is back


@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {}], ids=["no colour", "colour"])
def test_colour_can_be_refused(installation: Installation, setting: dict[str, str]) -> None:
    with Terminal(WATCH, installation.environment | setting, ROOT) as terminal:
        terminal.wait_for_words("records wait")
        assert bool(terminal.colours) == (not setting)


def test_a_terminal_without_controls_gets_plain_lines(installation: Installation) -> None:
    with Terminal(WATCH, installation.environment | {"TERM": "dumb"}, ROOT) as terminal:
        terminal.wait_for_text("records wait")
        assert "\x1b" not in terminal.text


@pytest.mark.parametrize("way", ["ctrl-c", "hang up"])
def test_it_ends_with_its_terminal(installation: Installation, way: str) -> None:
    with Terminal(WATCH, installation.environment, ROOT) as terminal:
        terminal.wait_for_words("records wait")
        if way == "ctrl-c":
            terminal.press("\x03")
            assert terminal.process.wait(30) == 0
        else:
            terminal.hang_up()
            assert terminal.process.wait(30) == -signal.SIGHUP
        assert "Traceback" not in terminal.text


@pytest.mark.thorough
@pytest.mark.parametrize("part", ["valkey", "kafka"])
def test_it_is_loud_while_a_server_is_gone_and_calm_again_afterwards(tmp_path: Path, part: str) -> None:
    with Stack(tmp_path / "stack") as stack:
        environment = stack.environment()
        own = Installation(environment, tmp_path, policy=small_policy(tmp_path), clock="wall")
        own.send([(b"p", a_recent_report(1, "p"))])
        own.start_worker()
        own.wait_idle()
        try:
            with (
                Terminal(WATCH, own.environment | {"NO_COLOR": "1"}, ROOT) as terminal,
                Terminal([*WATCH, "--plain"], own.environment, ROOT) as plain,
            ):
                terminal.wait_for_words("records wait")
                plain.wait_for_text("records wait")
                getattr(stack, f"kill_{part}")()
                screen = terminal.wait_for_words("STALE for")
                plain.wait_for_text("STALE for")
                assert part.replace("valkey", "redis").upper() in " ".join(screen[1:4])  # names the setting
                assert any(" p  " in line for line in screen)  # what was known is still there
                assert f"\x1b[1;7m{screen[1]}" in terminal.text  # reverse, without any colour
                getattr(stack, f"start_{part}")()
                terminal.wait_for(lambda screen: "records wait" in screen[1])
                time.sleep(1)
                own.send([(b"q", a_recent_report(2, "q"))])
                terminal.wait_for_words(" q  ")
                plain.wait_for_text("q entered the band")
                # Whoever leaves while a server is gone does not have to wait for it.
                getattr(stack, f"kill_{part}")()
                terminal.wait_for_words("STALE for")
                terminal.press("q")
                assert terminal.process.wait(30) == 0
                assert "Traceback" not in terminal.text
        finally:
            own.end_workers(signal.SIGKILL)


def test_before_anything_is_there_it_says_what_to_do(stack_environment: dict[str, str], tmp_path: Path) -> None:
    own = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    with Terminal(WATCH, own.environment, ROOT) as terminal:
        terminal.wait_for_words("NOT LIVE: the board is none: nothing was ever applied; is a worker running")
    with Terminal(WATCH, own.environment | {"HARMWATCH_PREFIX": "nobody-"}, ROOT) as terminal:
        terminal.wait_for_words("topic nobody-offences.v1 is missing: run `harmwatch topics create`")


def test_watch_tells_ranks_alerts_and_freshness_in_lines(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    said = tmp_path / "watch.txt"
    try:
        installation.send([(b"p", a_report())])
        installation.start_worker()
        installation.wait_idle()
        with said.open("wb") as out:
            watch = subprocess.Popen(
                [*WATCH, "--plain"], env=installation.environment, stdout=out, stderr=out, cwd=ROOT
            )
        wait_for(said, "rank 1, p, 10 days")
        installation.send([(b"q", a_report(offender_id="q", offence_id="new"))])
        wait_for(said, "q entered the band, at rank 2 with 10 days, offence")
        # More than it can see at once: it says how many it left out.
        os.kill(watch.pid, signal.SIGSTOP)
        installation.send([
            (f"r{n}".encode(), a_report(offender_id=f"r{n}", offence_id=f"{n}-{m}"))
            for m in range(3) for n in range(40)
        ])  # fmt: skip
        installation.wait_idle()
        os.kill(watch.pid, signal.SIGCONT)
        wait_for(said, " more alerts\n")
        watch.send_signal(signal.SIGINT)
        assert watch.wait(30) == 0
        text = said.read_text()
        assert "as of 2024-01-02T00:00:00Z, 0 records wait" in text
        assert "Traceback" not in text
    finally:
        installation.end_workers()


def wait_for(file: Path, words: str) -> None:
    until = time.monotonic() + 60
    while words not in file.read_text():
        assert time.monotonic() < until, file.read_text()
        time.sleep(0.1)
