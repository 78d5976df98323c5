"""A pytest plugin: what a test starts ends with it, also when it fails; whoever is left is killed, and is a failure.

Servers of fixtures that outlive a test are not the test's: only processes that run this project's own code count.
"""

import contextlib
import ctypes
import multiprocessing
import sys
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.descendants import descendants

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux's prctl: orphans come to us instead of to init
_GRACE_SECONDS = 5.0
_OURS = {"harmwatch", "tests.crash.armed_worker", "tests.end_to_end.armed_command", "tests.crash.harmed_worker"}


def pytest_configure() -> None:
    """Makes this process the one that its descendants' orphans are handed to."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Notes who runs before the fixtures of the test alone are made."""
    item.stash[_BEFORE] = {process.pid for process in _own()}
    yield


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
    """Whoever a fixture starts that outlives the test is not left behind by it."""
    if fixturedef.scope == "function":
        return (yield)
    before = {process.pid for process in _own()}
    made = yield
    _LASTING.update(process.pid for process in _own() if process.pid not in before)
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Kills whoever is left when everything was tidied up, and says who it was."""
    told: list[str] = []
    try:
        yield
    finally:
        known = item.stash.get(_BEFORE, set()) | _LASTING
        told += _kill(process for process in _own() if process.pid not in known)
    if told:
        pytest.fail(f"left behind: {told}", pytrace=False)


_BEFORE = pytest.StashKey[set[int]]()
_LASTING: set[int] = set()


def _kill(left: Iterable[psutil.Process]) -> Iterator[str]:
    """Ends those who do not end by themselves; their command lines."""
    _, stayed = psutil.wait_procs(list(left), timeout=_GRACE_SECONDS)
    for process in stayed:
        yield " ".join(_command(process))
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _own() -> list[psutil.Process]:
    """Every process below this one that runs the project's code."""
    warm = {child.pid for child in multiprocessing.active_children()}  # tests/end_to_end/warm_workers.py
    return [process for process in descendants() if process.pid in warm or _is_ours(process)]


def _is_ours(process: psutil.Process) -> bool:
    return any(Path(word).name in _OURS for word in _command(process))


def _command(process: psutil.Process) -> list[str]:
    try:
        words: list[str] = process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []
    return words
