"""Crash points exist in the worker, and only the crash tests can arm them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.crash_points import Point, reach
from tests.crash.armed_worker import VARIABLE, CrashedOnPurpose, Way, armed

ROOT = Path(__file__).parents[3]
HARMWATCH = str(Path(sys.executable).with_name("harmwatch"))


def test_a_worker_in_service_refuses_to_be_armed() -> None:
    environment = os.environ | {VARIABLE: f"{Point.APPLIED}:{Way.KILL}:1:/nowhere"}
    done = subprocess.run([HARMWATCH, "worker"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"{VARIABLE} is not a setting" in done.stderr


ACTIVATION = {"activation.py", "reassessment.py"}
"""An activation ends some of the same steps by itself; a recovery repeats its reassessing."""


@pytest.mark.parametrize("point", list(Point))
def test_every_point_stands_in_the_worker_once_and_in_an_activation_once_at_most(point: Point) -> None:
    rooms = [path for room in ("broker", "runtime", "streams") for path in (ROOT / room).rglob("*.py")]
    places = [path.name for path in rooms for _ in range(path.read_text("utf-8").count(f"reach(Point.{point.name})"))]
    assert sum(place not in ACTIVATION for place in places) == 1
    assert sum(place in ACTIVATION for place in places) <= 1


@pytest.mark.parametrize("point", list(Point))
def test_nothing_happens_at_a_point_in_service(point: Point) -> None:
    reach(point)


def test_the_third_coming_to_a_point_dies_and_no_other(tmp_path: Path) -> None:
    token = tmp_path / "token"
    reach_armed = armed(f"{Point.APPLIED}:{Way.EXCEPTION}:3:{token}")
    for _ in range(2):
        reach_armed(Point.APPLIED)
        reach_armed(Point.SENT)
    assert not token.with_suffix(".3").exists()
    with pytest.raises(CrashedOnPurpose):
        reach_armed(Point.APPLIED)
    assert token.with_suffix(".3").exists()
    reach_armed(Point.APPLIED)


def test_killed_at_a_point_is_killed_for_good(tmp_path: Path) -> None:
    program = f"from tests.crash.armed_worker import *\narmed('sent:kill:1:{tmp_path / 'token'}')(Point.SENT)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
