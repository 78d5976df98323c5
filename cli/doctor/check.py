"""A check, and what it finds: a small value with one remedy."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cli.doctor.patient import Patient


class State(StrEnum):
    """`weak`: it works, and may hurt one day. `skipped`: what it needs was not good."""

    GOOD = "good"
    WEAK = "weak"
    FAULT = "fault"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Found:
    """What a look has found; `remedy` is empty where there is nothing to fix."""

    state: State
    told: str
    remedy: str = ""


def good(told: str) -> Found:
    """As it must be."""
    return Found(State.GOOD, told)


def weak(told: str, remedy: str) -> Found:
    """It works today."""
    return Found(State.WEAK, told, remedy)


def fault(told: str, remedy: str) -> Found:
    """Something does not work."""
    return Found(State.FAULT, told, remedy)


@dataclass(frozen=True, slots=True)
class Check:
    """`look` changes nothing, and may raise what it finds; then `remedy` goes with it. `needs`: checks before it.

    The room is what stands before the dot of the name: checks of one room are made one after the other.
    """

    name: str
    look: Callable[[Patient], Found]
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
    told: str
    remedy: str
