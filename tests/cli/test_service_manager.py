"""systemd hears each beat of a worker's pulse, and what it waits for."""

import logging
import os
import resource
import socket
import time
from pathlib import Path

import pytest

from runtime.pulse import Pulse, Standing, silent_seconds
from streams.waits import WaitReason, Waits
from tests.logged import logged


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """What systemd listens at."""
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(tmp_path / "notify"))
    manager.settimeout(30)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    return manager


def test_each_beat_is_sent_with_what_is_waited_for(heard: socket.socket) -> None:
    waits = Waits(lambda: 0.0)
    with heard:
        Pulse(None, waits.standing).beat()
        assert heard.recv(1_024).decode().splitlines() == ["READY=1", "WATCHDOG=1", "STATUS=at work"]
        wait = waits.begin(WaitReason.RIGHT, "topic alerts.v1:\nWrite")
        wait.since = -90.0
        Pulse(None, waits.standing).beat()
        assert heard.recv(1_024).endswith(b"STATUS=waiting 90 s for a right on Kafka: topic alerts.v1: Write")


def test_who_does_not_hear_is_named_once_and_the_file_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    pulse = Pulse(tmp_path / "pulse")
    with caplog.at_level(logging.WARNING):
        pulse.beat()
        pulse.beat()
    assert [record.getMessage()[:32] for record in logged(caplog)] == ["systemd does not hear the pulse,"]
    assert (tmp_path / "pulse").read_text() == "[]"


def test_a_beat_that_failed_is_named_once_and_the_next_one_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    pulse = Pulse(tmp_path / "away" / "pulse")
    for _ in range(2):
        pulse.beat()
    first_words = [record.getMessage()[:10] for record in logged(caplog)]
    assert first_words == ["no pulse i", "systemd do"]
    (tmp_path / "away").mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        pulse.beat()
        assert manager.recv(1_024).startswith(b"READY=1\nWATCHDOG=1\n")
    assert (silent_seconds(tmp_path / "away" / "pulse") or 99) < 30
    (tmp_path / "away" / "pulse").unlink()
    (tmp_path / "away").rmdir()
    pulse.beat()
    assert [record.getMessage()[:10] for record in logged(caplog)] == first_words * 2, "another time is another fault"


def test_a_beat_that_lies_ahead_is_none(tmp_path: Path) -> None:
    for name in ("1.pulse", "2.pulse"):
        Pulse(tmp_path / name).beat()
    assert silent_seconds(tmp_path / "*.pulse") is not None
    ahead = time.time() + 60
    os.utime(tmp_path / "1.pulse", (ahead, ahead))
    assert silent_seconds(tmp_path / "1.pulse") is None
    assert silent_seconds(tmp_path / "*.pulse") is None
    assert silent_seconds(tmp_path / "2.pulse") is not None


def test_without_systemd_nobody_is_notified(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    Pulse(None).beat()
    assert logged(caplog) == []


def test_a_pulse_for_whose_words_there_is_no_room_still_beats(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "pulse"
    pulse = Pulse(file, lambda: [Standing("store", None, 1.0, "the store")])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        pulse.beat()
        os.utime(file, (0, 0))
        pulse.beat()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert logged(caplog) == []
    assert (silent_seconds(file) or 0) < 30
