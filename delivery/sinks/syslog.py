"""Syslog over TLS (RFC 5424 and 5425), in CEF: a line for each event, one connection a line."""

import json
import socket
import ssl
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from urllib.parse import urlsplit

from delivery.outcome import Outcome
from delivery.secrets import Secrets
from delivery.sinks.connection import Connection, talk
from delivery.sinks.tls import tls_context
from delivery.sinks.words import EventBody, board_of, data_of, kind_of, read_body, summary_of
from models.delivery.terms import Terms
from models.instants import SECOND, parse_instant

PORT = 6514
_PRIORITY = 16 * 8 + 5
"""local0, notice."""

_SEVERITIES = {"entered": 8, "stalled": 7}
_OTHERWISE = 3


class SyslogSink:
    """See Sink."""

    def __init__(self, terms: Terms, secrets: Secrets) -> None:
        self._terms, self._secrets = terms, secrets

    async def close(self) -> None:
        """There is no connection between two lines."""

    async def send(self, _identity: str, body: bytes) -> Outcome:
        """One line. Syslog answers nothing: what stands for it is that their end of TLS is closed behind our bytes."""
        return await talk(self._terms, partial(self._talk, make_line(self._terms, body)))

    async def greet(self) -> Outcome:
        """Whether TLS comes about; not a byte is sent."""
        return await talk(self._terms, partial(self._talk, b""))

    def _talk(self, line: bytes, connection: Connection) -> Outcome:
        """Raises NotAllowed, OSError."""
        url = urlsplit(self._terms.url)
        context, host = tls_context(self._terms, self._secrets), url.hostname or ""
        with connection.secure(connection.dial(host, url.port or PORT), context, host) as secured:
            if line:
                secured.sendall(b"%d %b" % (len(line), line))
            with suppress(ssl.SSLEOFError):  # it has read everything, and ended without a word: else it is a reset
                secured.unwrap().close()
        return Outcome(None)


def make_line(terms: Terms, body: bytes) -> bytes:
    """The message of RFC 5424: a pure function of both and of this machine's name."""
    event = read_body(body)
    host = socket.gethostname().encode("ascii", "replace").decode()[:255] or "-"
    number = event.get("deliverynumber")
    data = "-" if number is None else f'[meta sequenceId="{number}"]'
    header = f"<{_PRIORITY}>1 {event.get('time', '-')} {host} harmwatch - {kind_of(event)[:32]} {data}"
    return f"{header} {_cef(terms, event)}".encode()


def _cef(terms: Terms, event: EventBody) -> str:
    kind = kind_of(event)
    head = ("harmwatch", "harmwatch", version("harmwatch"), str(event["type"]), summary_of(event))
    fields = {
        "externalId": str(event["id"]), "act": kind, "cs1Label": "subscription", "cs1": terms.id,
        "cs2Label": "board", "cs2": board_of(event),
    }  # fmt: skip
    if "deliverynumber" in event:
        fields |= {"cn1Label": "deliverynumber", "cn1": str(event["deliverynumber"])}
    if "time" in event:
        fields["rt"] = str(parse_instant(event["time"]) * 1_000 // SECOND)
    if isinstance(who := data_of(event).get("offender_id"), str):
        fields["suid"] = plain_or_json(who)
    extension = " ".join(f"{name}={_escaped(value)}" for name, value in fields.items())
    severity = _SEVERITIES.get(kind, _OTHERWISE)
    return (
        "CEF:0|" + "|".join(one.replace("\\", "\\\\").replace("|", "\\|") for one in head) + f"|{severity}|{extension}"
    )


def plain_or_json(text: str) -> str:
    """As it is where it can stand on a line, else as a JSON string, which a quotation mark at its front gives away."""
    is_plain = text.isprintable() and not text.startswith('"') and text == text.strip()
    return text if is_plain else json.dumps(text)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("=", "\\=")
