"""Looks as `access list` shows them, one row each."""

from typing import Literal

from models.access_log.look import (
    BandLook,
    Category,
    CommandLook,
    DisclosureLook,
    FileLook,
    ListLook,
    LogLook,
    Look,
    PersonLook,
    StayLook,
    StaysLook,
)
from sight.document import Document
from sight.look_words import look_words
from sight.printable import printable


class _LookRow(Document):
    offset: int
    at: str
    by: str
    role: Literal["viewer", "officer", "supervisor", "auditor", "device", "operator"]
    category: Category
    results: int | None
    address: str | None


class ListLookRow(_LookRow):
    """The list may have been shown from `at` until `until`."""

    kind: Literal["list"] = "list"
    generation: str
    from_entry: int
    lines: int
    alerts: int
    until: str


class StayLookRow(_LookRow):
    """The page of one stay was shown, once."""

    kind: Literal["stay"] = "stay"
    generation: str
    from_entry: int
    stay: int


class StaysLookRow(_LookRow):
    """A page with the names of several stays was shown, once."""

    kind: Literal["stays"] = "stays"
    page: Literal["ageing", "handover", "second_key"]
    generation: str
    from_entry: int
    stays: tuple[int, ...]


class DisclosureLookRow(_LookRow):
    """A stay or a handover was given out to be printed, once, for somebody else to read."""

    kind: Literal["disclosure"] = "disclosure"
    page: Literal["stay", "handover"]
    generation: str
    from_entry: int
    stays: tuple[int, ...]
    recipient: str
    why: str


class PersonLookRow(_LookRow):
    """The page about one person was shown, once; `recipient`: to whom it was disclosed."""

    kind: Literal["person"] = "person"
    subject: str
    why: str
    moment: str | None
    known: Literal["then", "now"]
    found: bool
    recipient: str | None


class BandLookRow(_LookRow):
    """The band of a moment was shown, or the alerts that would not be sent today."""

    kind: Literal["band"] = "band"
    what: Literal["band", "amendments"]
    moment: str | None
    known: str
    recipient: str | None


class FileLookRow(_LookRow):
    """A file about one alert was handed on."""

    kind: Literal["file"] = "file"
    file: Literal["explanation", "proof"]
    stay: int
    why: str
    recipient: str


class LogLookRow(_LookRow):
    """The access log itself was shown."""

    kind: Literal["log"] = "log"
    why: str
    officer: str | None
    since: str | None


class CommandLookRow(_LookRow):
    """A command showed persons: one, those of an alert, or all who stood there."""

    kind: Literal["command"] = "command"
    command: str
    subject: str | None
    alert_id: str | None


LookRow = (
    ListLookRow
    | StayLookRow
    | StaysLookRow
    | DisclosureLookRow
    | PersonLookRow
    | BandLookRow
    | FileLookRow
    | LogLookRow
    | CommandLookRow
)


_ROWS: dict[type[Look], type[LookRow]] = {
    ListLook: ListLookRow, StayLook: StayLookRow, StaysLook: StaysLookRow, DisclosureLook: DisclosureLookRow,
    PersonLook: PersonLookRow, BandLook: BandLookRow, FileLook: FileLookRow, LogLook: LogLookRow,
    CommandLook: CommandLookRow,
}  # fmt: skip


def row_of(offset: int, look: Look) -> LookRow:
    """The row of a look at an offset."""
    return _ROWS[type(look)].model_validate({"offset": offset, **look.model_dump(exclude={"board"})})


def render_row(row: LookRow) -> str:
    """One look on one line."""
    where = "" if row.address is None else f", from {printable(row.address)}"
    return f"{row.at}  {printable(row.by):<24} {row.role:<10} {row.category:<12} {look_words(row)}{where}"
