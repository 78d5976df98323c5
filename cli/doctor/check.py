"""A check, and what it finds: a small value with one remedy."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cli.doctor.patient import Patient


class State(StrEnum):
    """`weak`: it works, and may hurt one day. `skipped`: what it needs was not good, or is not this login's to see."""

    GOOD = "good"
    WEAK = "weak"
    FAULT = "fault"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a look has found; `remedy` is empty where there is nothing to fix."""

    state: State
    text: str
    remedy: str = ""


def good(text: str) -> CheckResult:
    """As it must be."""
    return CheckResult(State.GOOD, text)


def weak(text: str, remedy: str) -> CheckResult:
    """It works today."""
    return CheckResult(State.WEAK, text, remedy)


def fault(text: str, remedy: str) -> CheckResult:
    """Something does not work."""
    return CheckResult(State.FAULT, text, remedy)


def unseen(why: str) -> CheckResult:
    """This login has no right to look, and needs none for its work; `why` says which has."""
    return CheckResult(State.SKIPPED, f"not looked at: {why}")


@dataclass(frozen=True, slots=True)
class Check:
    """`look` changes nothing, and may raise what it finds; then `remedy` goes with it. `needs`: checks before it.

    The room is what stands before the dot of the name: checks of one room are made one after the other.
    """

    name: str
    look: Callable[[Patient], CheckResult]
    remedy: str
    needs: tuple[str, ...] = ()

    @property
    def room(self) -> str:
        """Which thread makes it."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Finding:
    """What has come of a check."""

    check: str
    state: State
    text: str
    remedy: str
