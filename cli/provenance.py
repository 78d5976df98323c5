"""Who makes a page, when, and with which version."""

import getpass
import socket
import time
from dataclasses import dataclass
from importlib.metadata import version
from typing import Self
from zoneinfo import ZoneInfo

from cli.own_rooms import build
from models.instants import SECOND
from pages.moments import DateForm, Moments
from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Provenance:
    """`at` in microseconds, of a whole second; `moments` writes dates as its readers do.

    `made_by` is what somebody said, or the login.
    """

    made_by: str
    at: int
    version: str
    build: str
    moments: Moments

    @classmethod
    def of(cls, settings: Settings, made_by: str | None) -> Self:
        """Here and now."""
        return cls(made_by or _login(), int(time.time()) * SECOND, version("harmwatch"), build(), moments_of(settings))


def moments_of(settings: Settings) -> Moments:
    """How an installation writes dates for its readers."""
    return Moments(DateForm(settings.dates.value), ZoneInfo(settings.zone))


def _login() -> str:
    try:
        return f"{getpass.getuser()} at {socket.gethostname()}"
    except (KeyError, OSError):  # a number that no account of this machine has
        return f"somebody at {socket.gethostname()}"
