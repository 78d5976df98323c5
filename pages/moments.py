"""Moments for readers: in words, in a zone that is named, so that no day is taken for a month."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


class DateForm(StrEnum):
    """How dates are written on pages."""

    BRITISH = "british"
    AMERICAN = "american"


@dataclass(frozen=True, slots=True)
class Moments:
    """Writes instants in one form and zone; no digit of an instant is lost."""

    form: DateForm
    zone: ZoneInfo

    @property
    def language(self) -> str:
        """Of the page that they stand on."""
        return "en-GB" if self.form is DateForm.BRITISH else "en-US"

    def text(self, micros: int) -> str:
        """`14:05:09 BST on 1 May 2024`, or `2:05:09 p.m. EDT on May 1, 2024`; of a day's last microsecond its end."""
        at = self._local(micros)
        if at.time() == time.max:
            return f"the end of {self.day(micros)} ({_zone_name(at)})"
        return f"{self._time(micros)} on {self.day(micros)}"

    def day(self, micros: int) -> str:
        """`1 May 2024`, or `May 1, 2024`."""
        at = self._local(micros)
        month = _MONTHS[at.month - 1]
        if self.form is DateForm.BRITISH:
            return f"{at.day} {month} {at.year}"
        return f"{month} {at.day}, {at.year}"

    def _time(self, micros: int) -> str:
        at = self._local(micros)
        rest = f"{at.minute:02}:{at.second:02}" + (f".{at.microsecond:06}" if at.microsecond else "")
        if self.form is DateForm.BRITISH:
            return f"{at.hour:02}:{rest} {_zone_name(at)}"
        return f"{at.hour % 12 or 12}:{rest} {'a.m.' if at.hour < 12 else 'p.m.'} {_zone_name(at)}"

    def _local(self, micros: int) -> datetime:
        return (_EPOCH + timedelta(microseconds=micros)).astimezone(self.zone)


def _zone_name(at: datetime) -> str:
    """`BST`; of a zone whose names are numbers `UTC+03`."""
    name = at.tzname() or ""
    return f"UTC{name}" if name[:1] in {"+", "-"} else name
