"""The band as it was behind one alert after the other, for sinks that show who is in, or whose stay has ended."""

import json
from collections.abc import Awaitable, Callable, Mapping

from delivery.alert_log import AlertLog
from delivery.delivery_event import DeliveryEvent
from harmwatch_client import Alert, Band, Baseline, Event, Member
from harmwatch_client.event import BASELINE

Members = Mapping[str, Member]
"""By the id of the alert of their entrance: another stay is another member."""


class Mirror:
    """Goes forward from where it was asked first; back is dear."""

    def __init__(self, alerts: AlertLog, prove: Callable[[], Awaitable[None]] | None = None) -> None:
        self._alerts, self._prove = alerts, prove
        self._band: Band | None = None

    async def prove(self) -> None:
        """Returns where what it shows is the newest: this process is in office. Raises Unavailable."""
        if self._prove is not None:
            await self._prove()

    async def as_of(self, sequence: int) -> str | None:
        """The instant of an event that has come; None: it has none. Raises Unavailable."""
        return (await self._alerts.read(sequence)).as_of

    async def at(self, sequence: int) -> Members:
        """Who was in behind an event that has come; 0: before the first. Raises Unavailable."""
        band = self._band
        if band is None or sequence < band.sequence:
            band = await self._begun(sequence)
        while band.sequence < sequence:
            item = await self._alerts.read(max(band.sequence + 1, self._alerts.first))
            band.take(_event(item))
        self._band = band
        return {member.alert_id: member for member in band.members.values()}

    async def ended(self, sequence: int) -> Member | None:
        """Whose stay an event that has come has ended; None: it has ended none. Raises Unavailable."""
        before = await self.at(sequence - 1)
        after = await self.at(sequence)
        return next((member for stay, member in before.items() if stay not in after), None)

    async def _begun(self, sequence: int) -> Band:
        band = Band()
        if sequence >= self._alerts.first > 0:
            members = await self._alerts.members_at(sequence)
            rows = tuple(
                {"offender_id": one.offender_id, "in_band_since": one.since, "entered_sequence": one.sequence}
                for one in members
            )
            board = self._alerts.board or ""
            band.take(Baseline("", board, sequence, rows, "", {}, b"", (), 0))
        return band


def _event(item: DeliveryEvent) -> Event:
    """As the topic's reader gave it, but for headers and offset."""
    data = json.loads(item.value)
    if item.type == BASELINE:
        return Baseline(item.id, item.board, item.sequence, tuple(data["band"]), "", data, item.value, (), 0)
    return Alert(
        item.id, item.board, item.sequence, data["transition"], data["offender_id"], data["as_of"], data, item.value,
        (), 0,
    )  # fmt: skip
