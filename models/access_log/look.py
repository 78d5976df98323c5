"""A look on access-log.v1: who was shown names. Of a list it names no one, only a place in it, or a mark."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, TypeAdapter, field_validator, model_validator

from models.canonical import canonical_json
from models.instants import parse_instant

Category = Literal["collection", "alteration", "consultation", "disclosure", "combination", "erasure"]
"""What is logged of personal data: section 62(1) of the Data Protection Act 2018."""


class _Look(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    board: Annotated[str, Field(min_length=1)]
    by: Annotated[str, Field(min_length=1)]
    """`<provider>:<subject>`; `none:this-machine` where there is no sign-in"""

    role: Literal["viewer", "officer", "supervisor", "auditor", "device", "operator"]
    at: str
    """when it was written, before anything was shown"""

    category: Category = "consultation"
    """of section 62 of the Data Protection Act 2018; of what is handed on it is disclosure"""

    results: Annotated[int, Field(ge=0)] | None = None
    """how many persons, alerts or looks were shown; null: it was not known before they were"""

    address: str | None = None
    """the network address from which was asked; null: not known, or a terminal, which `by` names"""

    @model_validator(mode="before")
    @classmethod
    def _is_disclosure(cls, record: Any) -> Any:  # Any: whatever is to be read
        """Of a record that names no category, as the first ones did not: by whether there is a recipient."""
        if isinstance(record, dict) and "category" not in record and record.get("recipient") is not None:
            return record | {"category": "disclosure"}
        return record

    @field_validator("at", "until", check_fields=False)
    @classmethod
    def _instant(cls, text: str) -> str:
        parse_instant(text)
        return text


class ListLook(_Look):
    """The list may be shown from here on, as it moves, until the lease ends."""

    kind: Literal["list"] = "list"
    generation: str
    """of the board; empty: it was not open"""

    from_entry: Annotated[int, Field(ge=0)]
    lines: Annotated[int, Field(ge=0)]
    """how many lines of the ranking are shown"""

    alerts: Annotated[int, Field(ge=0)]
    """how many of the newest alerts stand beside it"""

    until: str


class StayLook(_Look):
    """The page of one stay was shown, once."""

    kind: Literal["stay"] = "stay"
    generation: str
    from_entry: Annotated[int, Field(ge=0)]
    stay: Annotated[int, Field(ge=1)]
    """the sequence of the alert with which it began"""


class StaysLook(_Look):
    """A page with the names of several stays was shown, once."""

    kind: Literal["stays"] = "stays"
    page: Literal["ageing", "handover", "second_key"]
    generation: str
    from_entry: Annotated[int, Field(ge=0)]
    stays: tuple[Annotated[int, Field(ge=1)], ...]
    """the sequences of the alerts with which they began"""


class DisclosureLook(_Look):
    """A stay or a handover was given out to be printed, once, for somebody else to read."""

    kind: Literal["disclosure"] = "disclosure"
    page: Literal["stay", "handover"]
    generation: str
    from_entry: Annotated[int, Field(ge=0)]
    stays: tuple[Annotated[int, Field(ge=1)], ...]
    recipient: Annotated[str, Field(min_length=1)]
    """for whom, in the words of who printed it"""

    why: Annotated[str, Field(min_length=1)]


class PersonLook(_Look):
    """The page about one person was shown, once, or handed on."""

    kind: Literal["person"] = "person"
    subject: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    """a mark of the person under the console's secret: who has it can say whether it is somebody's, and nobody whose"""

    why: Annotated[str, Field(min_length=1)]
    moment: str | None
    """the instant that was looked back at; null: the newest one"""

    known: Literal["then", "now"]
    """by the knowledge of that moment, or of now"""

    found: bool
    """whether any report about them was known"""

    recipient: str | None
    """to whom it was disclosed on paper; null: it was consulted"""


class BandLook(_Look):
    """The band of a moment was shown, or the alerts that would not be sent today."""

    kind: Literal["band"] = "band"
    what: Literal["band", "amendments"]
    moment: str | None
    """of the band, or from which on alerts were asked for; null: all"""

    known: str
    """`then`, `now`, or the instant of which the knowledge was asked for"""

    recipient: str | None
    """to whom it was disclosed on paper; null: it was consulted"""


class FileLook(_Look):
    """A file about one alert was handed on."""

    kind: Literal["file"] = "file"
    file: Literal["explanation", "proof"]
    stay: Annotated[int, Field(ge=1)]
    """the sequence of the alert with which it began"""

    why: Annotated[str, Field(min_length=1)]
    recipient: Annotated[str, Field(min_length=1)]
    """to whom it was disclosed"""


class LogLook(_Look):
    """The access log itself was shown."""

    kind: Literal["log"] = "log"
    why: Annotated[str, Field(min_length=1)]
    officer: str | None
    """whose looks alone; null: everybody's"""

    since: str | None


class CommandLook(_Look):
    """A command on somebody's terminal showed persons."""

    kind: Literal["command"] = "command"
    command: Annotated[str, Field(min_length=1)]
    subject: str | None
    """about whom alone; on a sealed board a token; null: about an alert, or all who stood there"""

    alert_id: str | None
    """about which alert alone; null: about none in particular"""


Look = ListLook | StayLook | StaysLook | DisclosureLook | PersonLook | BandLook | FileLook | LogLook | CommandLook


class LookRecord(RootModel[Annotated[Look, Field(discriminator="kind")]]):
    """Who was shown names, and from which entry of the journal until when."""

    model_config = ConfigDict(title="access-log.v1")


_looks: TypeAdapter[Look] = TypeAdapter(Annotated[Look, Field(discriminator="kind")])


def read_look(value: bytes | None) -> Look | None:
    """The look that a record is; None: it is foreign."""
    try:
        return _looks.validate_json(value or b"")
    except ValueError:  # pydantic's ValidationError is one
        return None


def look_bytes(look: Look) -> bytes:
    """The record's value."""
    return canonical_json(look.model_dump(mode="json"))
