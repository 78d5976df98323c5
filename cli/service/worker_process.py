"""A worker as a child process of the demonstration or the bench."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from models.errors import PreconditionFailed

# -P: a models.py in the working directory is not ours. What Python finds besides, it finds by PYTHONPATH.
WORKER_COMMAND = (sys.executable, "-P", "-c", "from cli.entry import run; run()", "worker")

_LAST_WORK_SECONDS = 10.0
_LINES_SHOWN = 15

Start = Callable[[Sequence[str], Mapping[str, str], IO[bytes]], subprocess.Popen[bytes]]
"""Starts a command with an environment and a file for its standard error."""


def worker_environment() -> dict[str, str]:
    """The environment of this process, in which a child finds the modules that this one finds."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(os.path.abspath(path) for path in sys.path)}


@dataclass(frozen=True, slots=True)
class Worker:
    """A running worker, and the file with what it says."""

    process: subprocess.Popen[bytes]
    said: IO[bytes]

    def check(self) -> None:
        """Raises PreconditionFailed with the worker's last words when it has ended."""
        code = self.process.poll()
        if code is None:
            return
        self.said.seek(0)
        words = self.said.read().decode(errors="replace").splitlines()[-_LINES_SHOWN:]
        raise PreconditionFailed(
            "\n".join([f"the worker has ended with code {code}. It said:", *(words or ["nothing"])])
        )


@contextmanager
def running_worker(start: Start) -> Iterator[Worker]:
    """A worker of the installation that the environment names, for as long as the block."""
    with tempfile.TemporaryFile() as said:
        worker = Worker(start(WORKER_COMMAND, worker_environment(), said), said)
        try:
            yield worker
        finally:
            worker.process.terminate()
            try:
                worker.process.wait(_LAST_WORK_SECONDS)
            except subprocess.TimeoutExpired:
                worker.process.kill()
