"""One process that looks back for a console, question by question: it may take its time, and die, and nothing waits."""

import queue
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum

from console.past.child import Answer, Answering, Child
from console.past.questions import Question
from models.errors import HarmwatchError, Unavailable
from runtime.settings import Settings

MOST_WAITING, MOST_OF_ONE = 8, 3
"""So many questions wait; of one officer so many are not answered yet, so that nobody takes every place."""

KEPT_SECONDS, FAILURE_KEPT_SECONDS = 30.0, 5.0
"""So long an answer may be fetched: a page that waits asks again, and others that ask the same."""

_IDLE_SECONDS = 300.0
"""After which the process is ended: it gives its memory back."""


class _Order(Enum):
    START = "start"
    END = "end"


class QueueFull(Unavailable):
    """More is asked than is waited for."""


@dataclass(eq=False)
class Job:
    """A question and what becomes of it; moments are monotonic seconds."""

    question: Question
    by: str
    """who asked first"""

    future: Future[Answer] = field(default_factory=Future)
    begun_at: float | None = None
    done_at: float | None = None

    def is_over(self, now: float) -> bool:
        """Whether its answer is not kept any longer."""
        kept = FAILURE_KEPT_SECONDS if self.future.done() and self.future.exception() is not None else KEPT_SECONDS
        return self.done_at is not None and now - self.done_at > kept


class PastProcess:
    """It starts with a question or before one, and again where it has died or taken too long. Any thread asks."""

    def __init__(self, settings: Settings, answering: Answering, limit_seconds: float) -> None:
        self._settings, self._answering, self.limit_seconds = settings, answering, limit_seconds
        self._jobs: dict[Question, Job] = {}
        self._lock = threading.Lock()
        self._waiting: queue.Queue[Job | _Order] = queue.Queue()
        self._child: Child | None = None
        self._thread = threading.Thread(target=self._work_off, name="past", daemon=True)
        self._is_ended = False

    def ask(self, question: Question, by: str) -> Job:
        """What becomes of a question of an officer; the same one is asked once. Raises QueueFull."""
        with self._lock:
            now = time.monotonic()
            for each, job in list(self._jobs.items()):
                if job.is_over(now):
                    del self._jobs[each]
            known = self._jobs.get(question)
            if known is not None:
                return known
            if sum(job.by == by and job.done_at is None for job in self._jobs.values()) >= MOST_OF_ONE:
                raise QueueFull(f"{MOST_OF_ONE} questions of yours are not answered yet: wait for one of their pages")
            if sum(job.begun_at is None for job in self._jobs.values()) >= MOST_WAITING:
                raise QueueFull(f"{MOST_WAITING} questions about the past wait already: ask again in a minute")
            job = self._jobs[question] = Job(question, by)
            self._put(job)
        return job

    def prepare(self) -> None:
        """Somebody is about to ask: the process starts meanwhile, where there is none."""
        with self._lock:
            if self._child is None and not self._is_ended:
                self._put(_Order.START)

    def _put(self, what: Job | _Order) -> None:
        self._waiting.put(what)
        if self._thread.ident is None:
            self._thread.start()

    def before(self, job: Job) -> int:
        """How many are answered before it."""
        with self._lock:
            pending = [each for each in self._jobs.values() if each.done_at is None]
        return pending.index(job) if job in pending else 0

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        child = self._child
        return None if child is None else child.pid

    def close(self) -> None:
        """Ends the process; what was asked is not answered any more."""
        self._is_ended = True
        self._waiting.put(_Order.END)
        child = self._child
        if child is not None:
            child.kill()
        if self._thread.ident is not None:
            self._thread.join()

    def _work_off(self) -> None:
        while True:
            try:
                job = self._waiting.get(timeout=_IDLE_SECONDS)
            except queue.Empty:
                self._end_child()
                continue
            if job is _Order.END or self._is_ended:
                break
            if isinstance(job, Job):
                self._do(job)
            else:
                with suppress(OSError):  # the question will say it
                    self._child_or_raise()
        self._end_child()
        for job in self._jobs.values():
            if not job.future.done():
                job.future.set_exception(Unavailable("this console ends"))

    def _do(self, job: Job) -> None:
        job.begun_at = time.monotonic()
        try:
            answer = self._child_or_raise().ask(job.question, self.limit_seconds)
        except HarmwatchError as error:
            self._done(job)
            job.future.set_exception(error)
        except OSError as error:  # no memory, or no descriptor: the next question tries again
            self._done(job)
            fault = f"the process that looks back cannot be started: {error.strerror or type(error).__name__}"
            job.future.set_exception(Unavailable(fault))
        else:
            self._done(job)
            job.future.set_result(answer)

    def _done(self, job: Job) -> None:
        job.done_at = time.monotonic()
        if self._child is not None and not self._child.is_well:
            self._end_child()

    def _child_or_raise(self) -> "Child":
        if self._child is None:
            self._child = Child(self._settings, self._answering)
        return self._child

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()
