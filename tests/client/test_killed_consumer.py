"""A consumer that is killed between doing an alert and keeping its place: only that one comes again."""

import os
import random
import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

from tests.client.published import Published
from tests.end_to_end.installation import ROOT

pytestmark = pytest.mark.stack
ALERTS, KILLS = 30, 6
CONSUMER = """
import os, signal, sys
from harmwatch_client import Alerts, FilePlace

brokers, prefix, place, log, *deadly = sys.argv[1:]
with Alerts(brokers, prefix=prefix, place=FilePlace(place)) as alerts, open(log, "a") as file:
    for event in alerts.until_now():
        print(event.sequence, file=file, flush=True)
        if str(event.sequence) in deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        alerts.done(event)
"""


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.thorough)])
def test_what_was_done_and_not_yet_kept_comes_again_and_nothing_else(
    published: Published, tmp_path: Path, seed: int
) -> None:
    published.enter(*range(1, ALERTS + 1))
    log, deadly = tmp_path / "log", sorted(random.Random(seed).sample(range(1, ALERTS + 1), KILLS))
    command = [sys.executable, "-c", CONSUMER, published.brokers, published.prefix, str(tmp_path / "place"), str(log)]
    for kill in [*deadly, None]:
        end = [] if kill is None else [str(kill)]
        done = subprocess.run(
            [*command, *end], check=False, env=os.environ | {"PYTHONPATH": str(ROOT / "client")}, timeout=60
        )
        assert done.returncode == (0 if kill is None else -9)
    runs = [(sequence, len(list(same))) for sequence, same in groupby(map(int, log.read_text().split()))]
    assert runs == [(sequence, 2 if sequence in deadly else 1) for sequence in range(1, ALERTS + 1)]
