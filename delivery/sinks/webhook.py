"""The webhook: the event as it is, signed after Standard Webhooks."""

import time

from delivery.outcome import Cause, Outcome
from delivery.secrets import Secrets
from delivery.signing import signed_headers
from delivery.sinks.http_sender import HttpSender
from models.delivery.terms import Terms
from models.errors import NotAllowed

_ONE, _BATCH = "application/cloudevents+json; charset=utf-8", "application/cloudevents-batch+json; charset=utf-8"


class Webhook:
    """Sends to the address of the terms; see Sink."""

    def __init__(self, terms: Terms, secrets: Secrets) -> None:
        self._terms, self._secrets = terms, secrets
        self._sender = HttpSender(terms, secrets)

    async def close(self) -> None:
        """See Sink."""
        await self._sender.close()

    async def send(self, identity: str, body: bytes) -> Outcome:
        """One event, or a batch of them."""
        return await self.send_as(_BATCH if body.startswith(b"[") else _ONE, identity, body)

    async def send_as(self, kind: str, identity: str, body: bytes) -> Outcome:
        """Signs at the moment of sending, so that a try is as young as its signature. `kind`: the content type."""
        try:
            keys = [self._secrets.key(name) for name in self._terms.keys]
        except NotAllowed:
            return Outcome(Cause.KEYS)
        headers = signed_headers(identity, int(time.time()), body, keys)
        return await self._sender.post(self._terms.url, body, {"content-type": kind} | headers)
