"""All checks at once, one thread a room, and an answer within ten seconds whatever stays silent."""

import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial

from cli.doctor import board, delivery, desk, history, identity, kafka, machine, rights, store
from cli.doctor.check import Check, CheckResult, Finding, State, fault
from cli.doctor.patient import Patient
from models.errors import HarmwatchError, WrongUse
from runtime.settings import load_settings

CHECKS: tuple[Check, ...] = (
    *machine.CHECKS, *kafka.CHECKS, *store.CHECKS, *rights.CHECKS, *kafka.LAST_CHECKS, *board.CHECKS, *history.CHECKS,
    *delivery.CHECKS, *desk.CHECKS, *identity.CHECKS,
)  # fmt: skip
WITHIN_SECONDS = 9.0
"""What is left of ten is for the start of the process, and its end."""

_SETTINGS = "machine.settings"
_REMEDY = "correct or remove what the message names (docs/configuration.md)"


def examine() -> list[Finding]:
    """What the installation that the environment names is like."""
    try:
        settings = load_settings()
    except WrongUse as error:
        return [Finding(_SETTINGS, State.FAULT, str(error), _REMEDY), *(_skipped(each, [_SETTINGS]) for each in CHECKS)]
    patient = Patient(settings)
    read = Finding(_SETTINGS, State.GOOD, "every setting is one that there is", "")
    return [read, *Examination(patient, CHECKS).run(WITHIN_SECONDS)]


class Examination:
    """Checks of one patient, each once those that it needs are good or weak."""

    def __init__(self, patient: Patient, checks: Sequence[Check]) -> None:
        self._patient = patient
        self._checks = checks
        self._findings: dict[str, Finding] = {}
        self._done = {check.name: threading.Event() for check in checks}

    def run(self, seconds: float) -> Iterator[Finding]:
        """The findings in the order of the checks. Who does not answer in time is one, and is waited for no more."""
        until = time.monotonic() + seconds
        rooms = dict.fromkeys(check.room for check in self._checks)
        for room in rooms:  # daemons: a client that hangs must not hold up the end of the process
            threading.Thread(target=partial(self._examine, room), name=f"doctor {room}", daemon=True).start()
        for check in self._checks:
            self._done[check.name].wait(max(0.0, until - time.monotonic()))
        for check in self._checks:
            yield self._findings.get(check.name) or _unanswered(check, seconds)
        threading.Thread(target=self._patient.close, daemon=True).start()

    def _examine(self, room: str) -> None:
        for check in self._checks:
            if check.room == room:
                self._findings[check.name] = self._finding(check)
                self._done[check.name].set()

    def _finding(self, check: Check) -> Finding:
        for needed in check.needs:
            self._done[needed].wait()
        bad = [name for name in check.needs if self._findings[name].state in {State.FAULT, State.SKIPPED}]
        if bad:
            return _skipped(check, bad)
        found = self._look(check)
        return Finding(check.name, found.state, found.text, found.remedy)

    def _look(self, check: Check) -> CheckResult:
        try:
            return check.look(self._patient)
        except HarmwatchError as error:
            return fault(str(error), check.remedy)
        except Exception as error:  # a doctor that ends in a traceback is of no help
            return fault(f"the check itself has failed: {error!r}", "report it, with this line")


def _skipped(check: Check, bad: Sequence[str]) -> Finding:
    return Finding(check.name, State.SKIPPED, f"not looked at: {', '.join(bad)} must be good first", "")


def _unanswered(check: Check, seconds: float) -> Finding:
    return Finding(check.name, State.FAULT, f"no answer within {seconds:g} s", check.remedy)
