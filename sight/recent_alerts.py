"""The newest alerts of a board, kept as they were sent: each look opens them again, and no clear text is kept."""

import contextlib

from pydantic import ValidationError

from models.alert import Alert
from sight.alerted_band import AlertedBand
from sight.opening import UnsealedAlerts

ALERTS_KEPT = 50
_ALERT_MARK = b'"alert_id"'


class RecentAlerts:
    """Those that were added last; `band` is the one that all of them tell."""

    def __init__(self) -> None:
        self._sent: list[Alert] = []
        self.band = AlertedBand()

    def add(self, value: bytes | None) -> None:
        """The value of a record of the alerts; what is no alert of ours is passed over."""
        if value and _ALERT_MARK in value:
            with contextlib.suppress(ValidationError):
                alert = Alert.model_validate_json(value)
                self._sent.append(alert)
                del self._sent[:-ALERTS_KEPT]
                self.band.take(alert)

    def opened(self, in_clear: UnsealedAlerts) -> tuple[Alert, ...]:
        """In clear as far as their keys are there now, the oldest first. Raises Unavailable."""
        return in_clear.alerts(self._sent)
