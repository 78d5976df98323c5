"""What a worker waits for, `status` says by name, as long as the worker turns."""

import json
import os
import time
from pathlib import Path

from cli.service.status_waits import render_wait, standing_waits
from runtime.pulse import Pulse, silent_seconds
from runtime.settings import Settings
from streams.waits import WaitReason, Waits


class Clock:
    """Stands where it is put."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def told(file: Path) -> list[str]:
    return [render_wait(wait) for wait in standing_waits(Settings(pulse=file))]


def test_every_wait_that_lasts_is_reported_by_its_name_until_it_ends(tmp_path: Path) -> None:
    clock = Clock()
    waits = Waits(clock)
    pulse = Pulse(tmp_path / "pulse", waits.standing)
    standing = [waits.begin(what, "because", number) for number, what in enumerate(WaitReason)]
    pulse.beat()
    assert told(tmp_path / "pulse") == []
    clock.now = 34.0
    pulse.beat()
    lines = told(tmp_path / "pulse")
    assert lines == [
        f"a worker has been waiting 34 s for {what} on partition {number}: because"
        for number, what in enumerate(WaitReason)
    ]
    names = [wait.what for wait in standing_waits(Settings(pulse=tmp_path / "pulse"))]
    assert names == [what.name.lower() for what in WaitReason]
    for wait in standing:
        waits.end(wait)
    pulse.beat()
    assert told(tmp_path / "pulse") == []


def test_what_a_worker_wrote_that_turns_no_more_counts_no_more(tmp_path: Path) -> None:
    wait = {"what": "store", "partition": None, "seconds": 2.0, "why": "the store"}
    for number in (1, 2):
        (tmp_path / f"{number}.pulse").write_text(json.dumps([wait]))
    assert len(told(tmp_path / "*.pulse")) == 2
    os.utime(tmp_path / "1.pulse", (time.time() - 60, time.time() - 60))
    (tmp_path / "3.pulse").write_text("[{")
    assert len(told(tmp_path / "*.pulse")) == 1
    assert (silent_seconds(tmp_path / "2.pulse") or 99) < 30 < (silent_seconds(tmp_path / "*.pulse") or 0)
    assert silent_seconds(tmp_path / "nobody*") is None
    assert standing_waits(Settings()) == ()
