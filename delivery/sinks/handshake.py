"""A handshake with a receiver: whether it is reached, by TLS and from an allowed address; nothing is told to it."""

from dataclasses import dataclass

from delivery.outcome import Cause, Outcome
from delivery.secrets import Secrets
from delivery.sinks.email import EmailSink
from delivery.sinks.http_sender import HttpSender
from delivery.sinks.syslog import SyslogSink
from models.delivery.terms import Terms

_ORIGIN = "harmwatch"
_ASKS, _ALLOWS = "WebHook-Request-Origin", "WebHook-Allowed-Origin"
"""Of the validation that CloudEvents has for webhooks."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """`cause` None: it is reached. `agrees`: whether it lets us send, None: it does not say; `status` as answered."""

    cause: Cause | None
    status: int | None
    agrees: bool | None = None


async def shake_hands(terms: Terms, secrets: Secrets) -> Handshake:
    """Raises nothing that a receiver, a network or a file could cause."""
    if terms.sink == "email":
        return _greeted(await EmailSink(terms, secrets).greet())
    if terms.sink == "syslog":
        return _greeted(await SyslogSink(terms, secrets).greet())
    sender = HttpSender(terms, secrets)
    try:
        outcome, allowed = await sender.options(terms.url, {_ASKS: _ORIGIN}, _ALLOWS)
    finally:
        await sender.close()
    if outcome.status is None:
        return Handshake(outcome.cause, None)
    says = None if allowed is None else allowed.strip() in {"*", _ORIGIN}
    return Handshake(Cause.REFUSED if says is False else None, outcome.status, says)


def _greeted(outcome: Outcome) -> Handshake:
    return Handshake(outcome.cause, outcome.status)
