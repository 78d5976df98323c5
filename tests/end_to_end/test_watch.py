"""`harmwatch watch --plain`: the ranking once, then what happens, in sentences; Ctrl-C ends it without a word."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.end_to_end.installation import HARMWATCH, ROOT, Installation
from tests.end_to_end.test_bad_input import a_report
from tests.end_to_end.test_recovery import small_policy

pytestmark = pytest.mark.stack


def test_watch_tells_ranks_alerts_and_freshness_in_lines(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    said = tmp_path / "watch.txt"
    try:
        installation.send([(b"p", a_report())])
        installation.start_worker()
        installation.wait_idle()
        with said.open("wb") as out:
            watch = subprocess.Popen(
                [*HARMWATCH, "watch", "--plain"], env=installation.environment, stdout=out, stderr=out, cwd=ROOT
            )
        wait_for(said, "rank 1, p, 10 days")
        installation.send([(b"q", a_report(offender_id="q", offence_id="new"))])
        wait_for(said, "q entered the band, at rank 2 with 10 days, offence")
        watch.send_signal(signal.SIGINT)
        assert watch.wait(10) == 0
        text = said.read_text()
        assert "as of 2024-01-02T00:00:00Z, 0 records wait" in text
        assert "Traceback" not in text
        assert json.loads(installation.run("status", "--json"))["lag"] == 0
    finally:
        installation.end_workers()


def wait_for(file: Path, words: str) -> None:
    until = time.monotonic() + 60
    while words not in file.read_text():
        assert time.monotonic() < until, file.read_text()
        time.sleep(0.1)
