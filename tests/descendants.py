"""The processes below this one: asked for several times in each test, and so not found by looking at all there are."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psutil

_LISTS_CHILDREN = Path(f"/proc/self/task/{os.getpid()}/children").exists()
"""Linux does, thread by thread, unless it was built without; a list may lack one while its neighbour ends."""

_READINGS = 5
_LONGEST_LIST_BYTES = 65_536


def descendants() -> list[psutil.Process]:
    """Those who live now, in any order."""
    if not _LISTS_CHILDREN:
        return list(psutil.Process().children(recursive=True))
    found = set(_below(os.getpid()))
    for _ in range(_READINGS):
        before, found = found, set(_below(os.getpid()))
        if found == before:
            break
    return list(_processes(found))


def _below(pid: int) -> Iterator[int]:
    for child in _children(pid):
        yield child
        yield from _below(child)


def _children(pid: int) -> Iterator[int]:
    """None of a process, or of a thread, that has ended meanwhile."""
    threads: list[str] = []
    with contextlib.suppress(OSError):
        threads = os.listdir(f"/proc/{pid}/task")
    for thread in threads:
        with contextlib.suppress(OSError):
            yield from map(int, _read(f"/proc/{pid}/task/{thread}/children").split())


def _read(path: str) -> bytes:
    """Without what a file object costs: a process has many threads."""
    place = os.open(path, os.O_RDONLY)
    try:
        return os.read(place, _LONGEST_LIST_BYTES)
    finally:
        os.close(place)


def _processes(pids: set[int]) -> Iterator[psutil.Process]:
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            yield psutil.Process(pid)
