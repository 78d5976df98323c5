"""The process itself, from both sides: what its parent holds of it, and what it does."""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from console.past.band_document import AmendmentsDocument, BandDocument
from console.past.person_document import PersonDocument
from console.past.questions import Question
from models.errors import HarmwatchError, PreconditionFailed, Unavailable, Unproved, WrongUse
from runtime.events import Event, happened
from runtime.settings import Settings

Answer = PersonDocument | BandDocument | AmendmentsDocument | bytes
Answering = Callable[[Settings, Question], Answer]
"""Looks back; it goes to another process, so it must be picklable. Raises what the command line would."""

_NICE = 10
_START_SECONDS = 60.0
_PASSED_ON: dict[str, type[HarmwatchError]] = {
    each.__name__: each for each in (Unproved, WrongUse, PreconditionFailed, Unavailable)
}
log = logging.getLogger(__name__)


class Child:
    """A process that was started, and whether it can be asked again (`is_well`)."""

    def __init__(self, settings: Settings, answering: Answering) -> None:
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_work, args=(settings, answering, theirs), name="past")
        self._process.start()
        theirs.close()
        self.is_well = True
        self._is_ready = False

    @property
    def pid(self) -> int | None:
        """Of the process."""
        return self._process.pid

    def ask(self, question: Question, limit_seconds: float) -> Answer:
        """Raises what it raised, and Unavailable where it takes too long or dies; then it is not well."""
        try:
            self._wait_until_ready()
            self._line.send(question)
            if not self._line.poll(limit_seconds):
                raise self._lost(f"this took longer than {limit_seconds:g} s, so it was ended")
            received = self._line.recv()
        except (EOFError, OSError):
            raise self._lost("the process that looks back has ended over this: ask again") from None
        if isinstance(received, _Failure):
            raise self._raised(received)
        answer: Answer = received
        return answer

    def kill(self) -> None:
        """Whoever asks it at this moment hears that it has ended."""
        self._process.kill()

    def end(self) -> None:
        """For good."""
        self._line.close()
        self._process.kill()
        self._process.join()

    def _wait_until_ready(self) -> None:
        if not self._is_ready:
            if not self._line.poll(_START_SECONDS):
                raise self._lost(f"the process that looks back did not start within {_START_SECONDS:g} s")
            self._is_ready = bool(self._line.recv())

    def _lost(self, words: str) -> Unavailable:
        self.is_well = False
        log.warning("looking back: %s", words, extra=happened(Event.NO_PAST))
        return Unavailable(words)

    def _raised(self, received: "_Failure") -> HarmwatchError:
        kind = _PASSED_ON.get(received.kind)
        if kind is not None:
            return kind(received.words)
        # What it says may hold an id, and a log must not: the kind alone is said.
        return self._lost(
            f"this could not be computed ({received.kind}): `harmwatch verify` says whether history is whole"
        )


@dataclass(frozen=True, slots=True)
class _Failure:
    kind: str
    words: str


def _work(settings: Settings, answering: Answering, line: Connection) -> None:
    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with its parent, who says what there is to say
    logging.disable()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    line.send(True)
    while True:
        try:
            question = line.recv()
        except (EOFError, OSError):
            return
        line.send(_answer(settings, answering, question))


def _answer(settings: Settings, answering: Answering, question: Question) -> "Answer | _Failure":
    try:
        return answering(settings, question)
    except HarmwatchError as error:
        kind = next((name for name, each in _PASSED_ON.items() if isinstance(error, each)), type(error).__name__)
        return _Failure(kind, str(error))
    except Exception as error:
        return _Failure(type(error).__name__, "")


def _end_with_parent() -> None:
    """Also in the middle of an answer, and where nobody could say goodbye."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)
