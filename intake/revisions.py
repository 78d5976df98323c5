"""Which revision of each offence of each offender is known, and what another report does to it."""

from array import array
from enum import StrEnum
from typing import NamedTuple

from models.decode import Report

_FIRST_SLOTS = 1 << 12
_HALF = (1 << 31) - 1
_KEY = (1 << 64) - 1

MOST_OFFENCES = 1 << 21
"""100 MB. What comes beyond them is taken for new; `is_full` says so."""


class Standing(StrEnum):
    """What a report is to those that are known."""

    NEW = "new"
    REPLACES = "replaces"
    KNOWN = "known"
    CONTRADICTS = "contradicts"
    """its revision is known, with something else in it: it changes nothing"""

    OLDER = "older"


class PlacedReport(NamedTuple):
    """A report beside the one that was the latest of its offence and offender before it."""

    standing: Standing
    of_topic: bool = False
    """whether that one lies on the topic already"""

    other_code: bool = False

    @property
    def changes_nothing(self) -> bool:
        """Whether the topic holds it already, or a later word."""
        return self.of_topic and self.standing in (Standing.KNOWN, Standing.OLDER)


_NEW = PlacedReport(Standing.NEW)


class Revisions:
    """The latest report of each offence of each offender: 24 bytes for each, and a half of it free.

    Offences and contents are distinguished by their hashes: of a million offences two are taken for one with a chance
    of one in thirty million. Then a count is wrong by one, and with --resume a row may be left unsent.
    """

    def __init__(self, most: int = MOST_OFFENCES) -> None:
        self._most = most
        self._count = 0
        self._left_out = False
        self._clear(_FIRST_SLOTS)

    def __len__(self) -> int:
        return self._count

    @property
    def is_full(self) -> bool:
        """Whether offences came for which there was no room."""
        return self._left_out

    def add(self, report: Report, of_topic: bool = False) -> PlacedReport:
        """Takes in a report; says what it is to those before it."""
        key = hash((report.offender_id, report.offence_id)) & _KEY or 1
        content = _content(report) << 1 | of_topic
        slot = self._slot(key)
        if not self._keys[slot]:
            self._take_in(slot, key, report.revision, content)
            return _NEW
        known, before = self._revisions[slot], self._contents[slot]
        if report.revision > known:
            self._put(slot, key, report.revision, content)
        return PlacedReport(
            _standing(report.revision, known, content, before), bool(before & 1), content >> 32 != before >> 32
        )

    def _take_in(self, slot: int, key: int, revision: int, content: int) -> None:
        if self._count >= self._most:
            self._left_out = True
            return
        self._put(slot, key, revision, content)
        self._count += 1
        if 2 * self._count > len(self._keys):
            self._grow()

    def _slot(self, key: int) -> int:
        """Where a key lies, or would."""
        keys = self._keys
        last = len(keys) - 1
        slot = key & last
        while (there := keys[slot]) != key and there:
            slot = (slot + 1) & last
        return slot

    def _put(self, slot: int, key: int, revision: int, content: int) -> None:
        self._keys[slot], self._revisions[slot], self._contents[slot] = key, revision, content

    def _grow(self) -> None:
        before = zip(self._keys, self._revisions, self._contents, strict=True)
        self._clear(2 * len(self._keys))
        for key, revision, content in before:
            if key:
                self._put(self._slot(key), key, revision, content)

    def _clear(self, slots: int) -> None:
        empty = array("Q", [0]) * slots
        self._keys, self._revisions, self._contents = empty, empty[:], empty[:]


def _content(report: Report) -> int:
    """What a report says, its code in the upper half."""
    said = (report.type, report.status, report.victim_sex, report.occurred_at, report.reported_at)
    return (hash(report.code) & _HALF) << 31 | hash(said) & _HALF


def _standing(revision: int, known: int, content: int, before: int) -> Standing:
    if revision != known:
        return Standing.REPLACES if revision > known else Standing.OLDER
    return Standing.KNOWN if content >> 1 == before >> 1 else Standing.CONTRADICTS
