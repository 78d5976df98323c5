"""Alertmanager (API v2): the band mirrored as alerts that fire, each resolved when its stay ends."""

import asyncio
import base64
import logging
import time
from typing import Any

from delivery.mirror import Members, Mirror
from delivery.outcome import Cause, Outcome
from delivery.secrets import Secrets
from delivery.sinks.http_sender import HttpSender
from delivery.sinks.words import TEST, EventBody, board_of, read_body, summary_of
from harmwatch_client import Member
from models.canonical import canonical_json
from models.delivery.terms import Terms
from models.errors import NotAllowed, Unavailable
from models.instants import SECOND, format_instant
from runtime.events import Event, happened

REFRESH_SECONDS = 60.0
"""It keeps alerts in memory alone: after a restart it knows the band again within so long."""

FIRES_SECONDS = 3_600
"""For so long an alert fires that nobody refreshes. Dead deliverers have an alert of their own; this ends last."""

RESOLVED_SECONDS = 900.0
"""For so long it is said again that a stay has ended: an Alertmanager that was restarted meanwhile has not heard it."""

_TRIAL_SECONDS = 60
log = logging.getLogger(__name__)


class AlertmanagerSink:
    """See Sink. `mirror` None: it can only be tried. `place`: the sequence up to which it was told before."""

    def __init__(self, terms: Terms, secrets: Secrets, mirror: Mirror | None, place: int) -> None:
        self._terms, self._secrets, self._mirror, self._place = terms, secrets, mirror, place
        self._url = terms.url.rstrip("/") + "/api/v2/alerts"
        self._sender = HttpSender(terms, secrets)
        self._shown: Members | None = None
        self._resolved: dict[str, tuple[float, dict[str, Any]]] = {}
        """by stay: when it was said first, and how; Any: JSON"""

        self._turn = asyncio.Lock()
        self._refreshing = None if mirror is None else asyncio.create_task(self._refresh(mirror))

    async def close(self) -> None:
        """See Sink."""
        if self._refreshing is not None:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)
        await self._sender.close()

    async def send(self, _identity: str, body: bytes) -> Outcome:
        """Who is in behind the event and was not before, and whose stay has ended."""
        event = read_body(body)
        if event["type"] == TEST or self._mirror is None:
            return await self._post([self._trial(event)])
        async with self._turn:
            try:
                before = self._shown if self._shown is not None else await self._mirror.at(self._place)
                after = await self._mirror.at(int(event["sequence"])) if "sequence" in event else before
            except Unavailable:  # Kafka is away: it is tried again
                return Outcome(Cause.UNREACHABLE)
            alerts = [self._alert(one, FIRES_SECONDS) for stay, one in after.items() if stay not in before]
            ended = {stay: self._alert(one, 0) for stay, one in before.items() if stay not in after}
            outcome = await self._post([*alerts, *ended.values()])
            if outcome.cause is None:
                self._shown = after
                self._resolved |= {stay: (time.monotonic(), one) for stay, one in ended.items()}
        return outcome

    async def _refresh(self, mirror: Mirror) -> None:
        """All of them, at once and again and again: what was accepted, and nothing beyond it."""
        while True:
            async with self._turn:
                cause = await self._refresh_once(mirror)
            if cause is not None:
                facts = happened(Event.NOT_REFRESHED, subscription=self._terms.id, cause=cause.value)
                log.warning("%s: the mirror was not refreshed: %s", self._terms.id, cause.value, extra=facts)
            await asyncio.sleep(REFRESH_SECONDS)

    async def _refresh_once(self, mirror: Mirror) -> Cause | None:
        try:
            if self._shown is None and self._place:
                self._shown = await mirror.at(self._place)
            now = time.monotonic()
            self._resolved = {stay: one for stay, one in self._resolved.items() if now - one[0] < RESOLVED_SECONDS}
            if not self._shown and not self._resolved:
                return None
            await mirror.prove()  # one that was overtaken would fire again what has ended
        except Unavailable:
            return Cause.UNREACHABLE
        firing = [self._alert(one, FIRES_SECONDS) for one in (self._shown or {}).values()]
        return (await self._post([*firing, *(one for _, one in self._resolved.values())])).cause

    async def _post(self, alerts: list[dict[str, Any]]) -> Outcome:
        try:
            headers = {"content-type": "application/json"} | self._login()
        except NotAllowed:
            return Outcome(Cause.KEYS)
        return await self._sender.post(self._url, canonical_json(alerts), headers)

    def _login(self) -> dict[str, str]:
        if not self._terms.keys:
            return {}
        secret = self._secrets.text(self._terms.keys[0])
        if self._terms.user is None:
            return {"authorization": f"Bearer {secret}"}
        pair = base64.b64encode(f"{self._terms.user}:{secret}".encode()).decode()
        return {"authorization": f"Basic {pair}"}

    def _alert(self, member: Member, seconds: int) -> dict[str, Any]:
        """Its labels are its identity: they are the same as long as the stay lasts."""
        board = member.alert_id.rpartition(":")[0]
        labels = {
            "alertname": "HarmwatchBand", "board": board, "subscription": self._terms.id,
            "alert_id": member.alert_id,
        }  # fmt: skip
        if self._terms.content == "full":
            labels["offender_id"] = member.offender_id
        summary = f"harmwatch {board}: a person is in the band since {member.since} ({member.alert_id})"
        return {
            "labels": labels, "annotations": {"summary": summary}, "startsAt": member.since, "endsAt": _later(seconds)
        }  # fmt: skip

    def _trial(self, event: EventBody) -> dict[str, Any]:
        labels = {"alertname": "HarmwatchTest", "board": board_of(event), "subscription": self._terms.id}
        return {"labels": labels, "annotations": {"summary": summary_of(event)}, "endsAt": _later(_TRIAL_SECONDS)}


def _later(seconds: int) -> str:
    return format_instant(time.time_ns() // 1_000 + seconds * SECOND)
