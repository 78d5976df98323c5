"""The terms of one subscription: who gets alerts, where, by which agreement; no secret, only the names of keys."""

import re
from ipaddress import ip_network
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from models.delivery.url import check_url, is_this_machine
from models.instants import format_instant, parse_instant


def _printable(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("is to be plain text on one line")
    return text


def _network(text: str) -> str:
    """In the form that compares; an address alone is a network of one."""
    return str(ip_network(text))


def _instant(text: str) -> str:
    """As records write it. Raises ValueError where it names none, or has no zone."""
    try:
        return format_instant(parse_instant(text))
    except ValueError as error:
        raise ValueError("is to be an instant with its zone, such as 2027-03-31T00:00:00Z") from error


Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""Lower case letters, digits and dashes; for ever, since the ledger knows a subscription by it."""

_Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
KeyName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
"""A file in HARMWATCH_SECRETS."""

SinkKind = Literal["webhook", "alertmanager", "pagerduty", "email", "syslog"]
_SCHEMES: dict[str, tuple[str, ...]] = {
    "webhook": ("https", "http"), "alertmanager": ("https", "http"), "pagerduty": ("https", "http"),
    "email": ("smtps", "smtp"), "syslog": ("tls",),
}  # fmt: skip
_THIN_ONLY = ("pagerduty", "email")
"""What they send is read and kept outside of the force's own systems."""

_KEYS = {"webhook": range(1, 5), "pagerduty": range(1, 2), "syslog": range(1)}
_GATHER = ("webhook", "email", "syslog")
"""An Alertmanager mirrors the band, and an incident of PagerDuty is one stay: there is nothing to gather."""

_LOGS_IN = ("alertmanager", "email")

_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def _mailbox(text: str) -> str:
    if not _MAILBOX.fullmatch(text):
        raise ValueError("is to be a mailbox such as duty@force.example")
    return text


Mailbox = Annotated[str, Field(max_length=254), AfterValidator(_mailbox)]
"""As SMTP takes it, without a name."""

NEVER_CHANGE = ("recipient", "agreement", "sink", "format", "content", "open", "begin")
"""Another recipient, or another content, is another subscription."""


UNACKNOWLEDGED = ("syslog",)
"""They answer nothing: what stands for it is that the bytes were read."""

MIRRORS = ("alertmanager",)
"""What shows the band as it is: what was before is never sent again."""

KNOWS_NO_REPEAT = ("pagerduty", "email", "syslog")
"""Whoever reads there is alerted again by what comes again."""


class Terms(BaseModel):
    """One subscription, as an order puts it in force."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True)

    id: Id
    recipient: _Text
    """who gets the alerts, as the disclosure log names them"""

    agreement: _Text
    """by which agreement"""

    sink: SinkKind = "webhook"
    url: Annotated[str, Field(max_length=2_000)]
    format: Literal["cloudevents", "cap"] = "cloudevents"
    """cap: the messages of CAP 1.2, as control rooms speak"""

    content: Literal["full", "thin"] = "full"
    """thin: which alert, when and by which policy; no person and no offence"""

    open: bool = False
    """of a sealed board: names go out in clear, since the agreement says so; only by TLS, and with the key store"""

    begin: Annotated[Literal["band", "now"] | Annotated[int, Field(ge=1, strict=True)], Field(alias="from")] = "band"
    """band: first who is in now, then every alert; now: only what comes; N: from that sequence on.
    Left out: band for a webhook and an Alertmanager, else now"""

    keys: Annotated[tuple[KeyName, ...], Field(max_length=4, validate_default=True)] = ()
    """of a webhook: each signs, the newest first; of others one: routing key, token, or the password of `user`"""

    user: Annotated[_Text | None, Field(validate_default=True)] = None
    """by which name we log in; null: by none"""

    sender: Annotated[Mailbox | None, Field(validate_default=True)] = None
    """of e-mail: from whom"""

    to: Annotated[Mailbox | None, Field(validate_default=True)] = None
    """of e-mail: to whom"""

    ca: Annotated[str, Field(min_length=1)] | None = None
    """PEM of the CA that signed their certificate; null: those of the system count"""

    certificate: KeyName | None = None
    """what we show them: our certificate and its private key, PEM in one file; null: nothing"""

    allow: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """networks that may be dialled; none: whatever is globally reachable"""

    contact: Id | None = None
    """another subscription of the same recipient, which hears of recalls when this one is closed"""

    escalate_to: Id | None = None
    """another subscription, which hears of it when this one is stalled for five minutes, or is refused"""

    until: Annotated[str, AfterValidator(_instant)] | None = None
    """when the agreement ends: from then on nothing is sent; null: it has no end"""

    heartbeat_seconds: Annotated[int, Field(ge=10, le=86_400, strict=True)] | None = None
    """after so long without a request the receiver hears how it stands; null: it does not"""

    batch: Annotated[int, Field(ge=1, le=1_000, strict=True)] = 1
    """so many alerts may go out in one request, each with its number: a receiver has asked for that"""

    capacity: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}/(min|h|d)$")] | None = None
    """such as 6/h: so many numbers its receiver can look at; what exceeds that is gathered; null: none is known"""

    timeout_seconds: Annotated[int, Field(ge=1, le=60, strict=True)] = 15

    @model_validator(mode="before")
    @classmethod
    def _as_its_sink_has_it(cls, given: Any) -> Any:  # Any: what is to become terms
        """What is left out: thin but for webhooks and syslog, and from now on for who shows no band."""
        if not isinstance(given, dict):
            return given
        sink, begins = given.get("sink", "webhook"), "begin" in given or "from" in given
        usual = {"content": "thin"} if sink in (*_THIN_ONLY, *MIRRORS) else {}
        if sink in KNOWS_NO_REPEAT and not begins:
            usual["begin"] = "now"
        return usual | given

    @field_validator("url")
    @classmethod
    def _of_its_sink(cls, url: str, info: ValidationInfo) -> str:
        return check_url(url, _SCHEMES.get(info.data.get("sink", ""), ("https",)))

    @field_validator("format")
    @classmethod
    def _is_spoken_by_webhooks(cls, form: str, info: ValidationInfo) -> str:
        if form == "cap" and info.data.get("sink") != "webhook":
            raise ValueError("cap is for webhooks alone")
        return form

    @model_validator(mode="after")
    def _goes_out_one_by_one_as_cap(self) -> Self:
        if self.format == "cap" and (self.batch > 1 or self.capacity is not None):
            raise ValueError("format cap has no word for several events: leave batch and capacity out")
        return self

    @field_validator("content")
    @classmethod
    def _leaves_nobody_named(cls, content: str, info: ValidationInfo) -> str:
        if content == "full" and info.data.get("sink") in _THIN_ONLY:
            raise ValueError(f"is to be thin: what goes to {info.data['sink']} is kept by others")
        return content

    @field_validator("open")
    @classmethod
    def _names_go_out_by_tls_alone(cls, is_open: bool, info: ValidationInfo) -> bool:
        url = str(info.data.get("url", ""))
        is_safe = url.startswith("https://") or (url and is_this_machine(urlsplit(url).hostname or ""))
        if is_open and (info.data.get("sink") != "webhook" or info.data.get("content") != "full" or not is_safe):
            raise ValueError("is for webhooks by https with the content full")
        return is_open

    @field_validator("heartbeat_seconds")
    @classmethod
    def _is_heard_by_webhooks(cls, seconds: int | None, info: ValidationInfo) -> int | None:
        if seconds is not None and info.data.get("sink") != "webhook":
            raise ValueError("is for webhooks alone: others have no word for a heartbeat")
        return seconds

    @field_validator("batch")
    @classmethod
    def _is_taken_by_webhooks(cls, batch: int, info: ValidationInfo) -> int:
        if batch > 1 and info.data.get("sink") != "webhook":
            raise ValueError("is for webhooks alone")
        return batch

    @field_validator("capacity", mode="before")
    @classmethod
    def _none_is_none(cls, capacity: Any) -> Any:  # Any: what is to become one
        return None if capacity == "none" else capacity

    @field_validator("capacity")
    @classmethod
    def _is_read_by_people(cls, capacity: str | None, info: ValidationInfo) -> str | None:
        if capacity is not None and info.data.get("sink") not in _GATHER:
            raise ValueError(f"is for {' and '.join(_GATHER)}")
        return capacity

    @field_validator("begin")
    @classmethod
    def _begins_with_what_it_mirrors(cls, begin: int | str, info: ValidationInfo) -> int | str:
        if begin != "band" and info.data.get("sink") == "alertmanager":
            raise ValueError("is to be band: an Alertmanager mirrors it")
        return begin

    @field_validator("keys")
    @classmethod
    def _as_many_as_it_takes(cls, keys: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        allowed = _KEYS.get(info.data.get("sink", "webhook"), range(2))
        if len(keys) not in allowed:
            least, most = allowed.start, allowed.stop - 1
            raise ValueError(f"so many files are to be named: {least if least == most else f'{least} to {most}'}")
        return keys

    @field_validator("user")
    @classmethod
    def _has_a_password(cls, user: str | None, info: ValidationInfo) -> str | None:
        if user is not None and (info.data.get("sink") not in _LOGS_IN or not info.data.get("keys")):
            raise ValueError(f"is for {' and '.join(_LOGS_IN)}, with the file of its password in keys")
        if user is None and info.data.get("sink") == "email" and info.data.get("keys"):
            raise ValueError("is missing: keys names the file of a password")
        return user

    @field_validator("sender", "to")
    @classmethod
    def _of_an_email(cls, mailbox: str | None, info: ValidationInfo) -> str | None:
        if (mailbox is not None) != (info.data.get("sink") == "email"):
            raise ValueError("is missing" if mailbox is None else "is for email alone")
        return mailbox
