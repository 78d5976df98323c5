"""The workers of one run: whoever ends is started again, whoever is stopped goes on after a while."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from tests.crash.armed_worker import VARIABLE

STOPPED_SESSIONS = 1.5
"""Longer than a session: the group has given the partitions to others."""

CLEAN_STOP_SECONDS = 5.0


class Crew:
    """Worker processes that run the code in `code`; their logs lie in `folder`, a stop lasts `stopped_seconds`."""

    def __init__(self, code: Path, folder: Path, environment: dict[str, str], stopped_seconds: float) -> None:
        self._stopped_seconds = stopped_seconds
        self._code = code
        self._folder = folder
        self._environment = environment
        self._stopped_at: dict[int, float] = {}
        self._logs: dict[int, Path] = {}
        self._armed: set[int] = set()
        self._leaving: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.ended: list[tuple[int, str]] = []
        """Of those who have ended and were started again: exit code, and what they said."""
        self.restarts = True

    def know(self, settings: Mapping[str, str]) -> None:
        """Whoever starts from here on has these, too."""
        self._environment = {**self._environment, **settings}

    def start(self, order: str | None = None, **oddities: str) -> subprocess.Popen[bytes]:
        """One more worker, armed with `order`; `oddities` are other variables of armed_worker.py."""
        environment = self._environment if order is None else {**self._environment, VARIABLE: order}
        environment = {**environment, **oddities}
        path = self._folder / f"worker-{len(self._logs) + 1}.log"
        with path.open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.armed_worker"], env=environment, cwd=self._code,
                stdout=log, stderr=log,
            )  # fmt: skip
        self.workers.append(worker)
        self._logs[worker.pid] = path
        if order is not None:
            self._armed.add(worker.pid)
        return worker

    def tend(self) -> None:
        """Starts again who has ended, continues who was stopped for long enough."""
        for worker in list(self.workers):
            if worker.poll() is not None:
                self.workers.remove(worker)
                self.ended.append((worker.returncode, self.said(worker)))
                if self.restarts:
                    self.start()
            elif psutil.Process(worker.pid).status() == psutil.STATUS_STOPPED:
                since = self._stopped_at.setdefault(worker.pid, time.monotonic())
                if time.monotonic() - since >= self._stopped_seconds:
                    worker.send_signal(signal.SIGCONT)
                    self._stopped_at.pop(worker.pid)
            else:
                self._stopped_at.pop(worker.pid, None)  # a shell that ends may wake those whom it leaves behind

    def said(self, worker: subprocess.Popen[bytes]) -> str:
        """What a worker has said so far."""
        return self._logs[worker.pid].read_text("utf-8")

    @property
    def all_have_partitions(self) -> bool:
        """Each has been given a share at least once."""
        return all("assigned: [TP(" in self.said(worker) for worker in self.workers)

    @property
    def all_run(self) -> bool:
        """Nobody is stopped at the moment."""
        return not self._stopped_at

    def leave(self, worker: subprocess.Popen[bytes]) -> None:
        """Tells one to end for good."""
        if worker in self.workers:
            self.workers.remove(worker)
            worker.terminate()
            self._leaving.append(worker)

    def lose(self, worker: subprocess.Popen[bytes]) -> None:
        """Kills one -9; it is gone when this returns, so that the next look after the crew finds it so."""
        worker.kill()
        worker.wait()

    def kill(self) -> None:
        """Ends all as kill -9 does."""
        for worker in (*self.workers, *self._leaving):
            worker.kill()
            worker.wait()
        self.workers.clear()

    def end(self) -> list[str]:
        """Ends all by SIGTERM; what was wrong about it. Who was lost at the last moment is none of them."""
        self.tend()
        begun_at, faults = time.monotonic(), []
        for worker in self.workers:
            worker.send_signal(signal.SIGTERM)
        for worker in self.workers:
            try:
                code = worker.wait(max(0.1, begun_at + CLEAN_STOP_SECONDS - time.monotonic()))
            except subprocess.TimeoutExpired:
                faults.append(f"a worker did not end within {CLEAN_STOP_SECONDS:.0f} s of SIGTERM")
                worker.send_signal(signal.SIGUSR1)  # its log tells where it stands
                time.sleep(0.2)
                worker.kill()
                worker.wait()
            else:
                # One that had hardly begun dies of the signal; an armed one may be on its way out already.
                if code not in {0, -signal.SIGTERM} and worker.pid not in self._armed:
                    faults.append(f"a worker ended with code {code} after SIGTERM")
        self.workers.clear()
        return faults


def worker_environment(settings: dict[str, str]) -> dict[str, str]:
    """The environment of this process with only `settings` of the service."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HARMWATCH_")}
    return kept | settings
