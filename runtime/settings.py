"""The settings: HARMWATCH_* environment variables, or a .env file in the working directory."""

import os
import re
from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import Field, ValidationError, ValidationInfo, field_validator

from models.clock import ClockMode
from models.errors import WrongUse
from models.instants import parse_instant
from runtime.access_settings import PREFIX, StoreAccess
from runtime.console_settings import ConsoleAccess
from runtime.metrics.settings import MetricsAccess

_NAME = re.compile(r"[A-Za-z0-9._-]*")


class Sealing(StrEnum):
    """Whether what identifies persons and offences goes out sealed."""

    OFF = "off"
    ON = "on"


class DateStyle(StrEnum):
    """How pages for people write dates."""

    BRITISH = "british"
    AMERICAN = "american"


class LogForm(StrEnum):
    """For whom the log is written."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """What is said at least."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Settings(StoreAccess, MetricsAccess, ConsoleAccess):
    """What an operator decides; the texts below the fields stand in docs/reference/settings.md."""

    policy: Path = Path(__file__).parent.parent / "policies" / "v100.toml"
    """The policy; its harm index lies beside it."""

    clock: ClockMode = ClockMode.WALL
    """What moves the board's now: the clock of the store, or the records' own times (replays, back-fills, demos)."""

    board: Annotated[str, Field(min_length=1, max_length=64)] = "v100"
    """Name of the board: up to 64 letters, digits, dots, dashes, underscores."""

    prefix: Annotated[str, Field(max_length=64)] = ""
    """Stands before every topic and key; one board per prefix. The same letters."""

    alerts_after: str = ""
    """The end of a first load of history, RFC 3339: until then nothing goes to alerts.v1."""

    # For life: one worker without it would name everyone in clear, and the journal cannot forget (decision 0010).
    seal: Sealing = Sealing.OFF
    """`on`: what identifies persons and offences goes out sealed, for the board's life; needs `HARMWATCH_KEY_STORE`."""

    public_key: Path | None = None
    """The public file of the key that signs erasures and checkpoints: workers accept no other. A board remembers
    the one that it was founded with."""

    single_node: bool = False
    """`yes`: this Kafka is one broker, and its topics have one copy by intent."""

    session_seconds: Annotated[float, Field(gt=0, le=1_800)] = 6.0
    """After how many seconds without a heartbeat Kafka gives a worker's partitions to another one; brokers allow no
    less than their `group.min.session.timeout.ms`, which is 6 s unless changed."""

    pulse: Path | None = None
    """A file that a worker writes twice a second while it turns, for `harmwatch pulse` and health checks; in it stands
    what it waits for, which `harmwatch status` shows. For `status` it may hold `*`: the files of several workers."""

    # One clock a year ahead would end every offence, and the journal would hold it for ever (decision 0014).
    clock_tolerance: Annotated[float, Field(ge=1, le=3_600)] = 60.0
    """How many seconds the store's clock may be ahead of a worker's before the worker's own counts."""

    longest_gap: Annotated[float, Field(ge=0.01, le=36_500)] = 7.0
    """How many days may have passed since the newest entry before a person has to say that the clocks are right."""

    secrets: Path | None = None
    """The folder with the keys that sign webhooks, each in a file that its owner alone may read."""

    log: LogForm = LogForm.TEXT
    """How a worker, the exporter and the console write their log: lines for people, or JSON objects for a machine."""

    log_level: LogLevel = LogLevel.INFO
    """What they say at least."""

    access_log: bool = False
    """`on`: a command that prints persons first writes on `access-log.v1` who asked, and shows nothing where it
    cannot."""

    traces: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Which share of a worker's runs and of the alerts is traced, 0 (nothing) to 1 (all). Needs `harmwatch[traces]`;
    where spans go, OpenTelemetry's own variables say: `OTEL_EXPORTER_OTLP_ENDPOINT`."""

    zone: str = "UTC"
    """The zone of dates that a command is given without one, and of those on pages: a name of the IANA database."""

    dates: DateStyle = DateStyle.BRITISH
    """How pages write dates: `1 May 2024`, or `May 1, 2024`."""

    @field_validator("board", "prefix")
    @classmethod
    def _plain_name(cls, name: str) -> str:
        if _NAME.fullmatch(name) is None:
            raise ValueError("may hold letters, digits, dots, dashes and underscores only")
        return name

    @field_validator("alerts_after")
    @classmethod
    def _instant(cls, text: str) -> str:
        if text:
            parse_instant(text)
        return text

    @field_validator("kafka")
    @classmethod
    def _hosts(cls, text: str) -> str:
        for host in text.split(","):
            if re.fullmatch(r"\s*\S+:[0-9]{1,5}\s*", host) is None:
                raise ValueError(f"{host!r} is not host:port")
        return text

    @field_validator("key_store")
    @classmethod
    def _apart(cls, where: str, info: ValidationInfo) -> str:
        if where and where == info.data.get("redis"):
            raise ValueError("must not be the board's Redis, which may be emptied at any moment")
        return where

    @field_validator("seal")
    @classmethod
    def _with_keys(cls, seal: Sealing, info: ValidationInfo) -> Sealing:
        if seal is Sealing.ON and not info.data.get("key_store"):
            raise ValueError("on needs HARMWATCH_KEY_STORE")
        return seal

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is not a time zone of this machine") from error
        return name

    @property
    def alerts_after_us(self) -> int | None:
        """The instant of `alerts_after` in microseconds; None when alerts are sent from the start."""
        return parse_instant(self.alerts_after) if self.alerts_after else None


def load_settings() -> Settings:
    """The settings of this process. Raises WrongUse that names every one that is wrong or unknown."""
    given = [name for name in (*os.environ, *dotenv_values(".env")) if name.upper().startswith(PREFIX)]
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    faults = [_unknown(name, known) for name in sorted(set(given)) if name.upper() not in known]
    try:
        settings = Settings()
    except ValidationError as error:
        faults += [f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()]
    else:
        faults += [
            *settings.kafka_faults(),
            *settings.store_faults(),
            *settings.metrics_faults(),
            *settings.console_faults(),
        ]
    if faults:
        raise WrongUse("settings: " + "; ".join(faults))
    return settings


def _unknown(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name.upper().removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in known], n=1)
    hint = f"do you mean {PREFIX}{near[0]}?" if near else "docs/configuration.md names them all"
    return f"{name} is not a setting: {hint}"
