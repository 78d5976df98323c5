"""PagerDuty (Events API v2): who enters triggers an incident, whose stay ends resolves it; the rest are changes."""

from typing import Any

from delivery.mirror import Mirror
from delivery.outcome import Cause, Outcome
from delivery.secrets import Secrets
from delivery.sinks.http_sender import HttpSender
from delivery.sinks.words import EventBody, board_of, data_of, kind_of, read_body, summary_of
from harmwatch_client.event import ENTERED, LEFT
from models.canonical import canonical_json
from models.delivery.stall import STALLED
from models.delivery.terms import Terms
from models.errors import NotAllowed, Unavailable

_CONTENT_TYPE = {"content-type": "application/json"}


class PagerDutySink:
    """See Sink. `mirror` None: it can only be tried. An incident is a stay, so that a repeat changes nothing."""

    def __init__(self, terms: Terms, secrets: Secrets, mirror: Mirror | None) -> None:
        self._terms, self._secrets, self._mirror = terms, secrets, mirror
        self._sender = HttpSender(terms, secrets)

    async def close(self) -> None:
        """See Sink."""
        await self._sender.close()

    async def send(self, _identity: str, body: bytes) -> Outcome:
        """An incident's trigger or end, or a change, which wakes nobody."""
        event = read_body(body)
        try:
            key = self._secrets.text(self._terms.keys[0])
            stay = await self._stay(event)
        except NotAllowed:
            return Outcome(Cause.KEYS)
        except Unavailable:  # Kafka is away: it is tried again
            return Outcome(Cause.UNREACHABLE)
        base = self._terms.url.rstrip("/")
        if stay is None:
            content: EventBody = {"routing_key": key, "payload": self._payload(event)}
            return await self._sender.post(f"{base}/v2/change/enqueue", canonical_json(content), _CONTENT_TYPE)
        action = "resolve" if event["type"] == LEFT else "trigger"
        payload = self._payload(event) | {"severity": "warning", "component": board_of(event), "class": kind_of(event)}
        content = {"routing_key": key, "event_action": action, "dedup_key": stay, "payload": payload}
        return await self._sender.post(f"{base}/v2/enqueue", canonical_json(content), _CONTENT_TYPE)

    async def _stay(self, event: EventBody) -> str | None:
        """The id of the alert of its entrance, or of what is stalled. Raises Unavailable."""
        if event["type"] in {ENTERED, STALLED}:
            return str(event["id"])
        if event["type"] != LEFT or self._mirror is None:
            return None
        member = await self._mirror.ended(int(event["sequence"]))
        return None if member is None else member.alert_id

    def _payload(self, event: EventBody) -> dict[str, Any]:
        content = {"summary": summary_of(event), "source": "harmwatch", "custom_details": self._details(event)}
        return content | ({"timestamp": event["time"]} if "time" in event else {})

    def _details(self, event: EventBody) -> dict[str, Any]:
        """A whole band would only be a list of ids."""
        data = {key: value for key, value in data_of(event).items() if key != "members"}
        return data | {"subscription": self._terms.id, "deliverynumber": event.get("deliverynumber")}
