"""A synthetic London: offence reports of one or several years as JSON lines, the same bytes for the same seed."""

from collections.abc import Iterator, Mapping

import numpy as np

from simulate.crimes import draw_crimes
from simulate.figures import REPORTS_A_YEAR, SUSPECTS_A_YEAR, Ints, OffenceMix, offence_mix
from simulate.records import RECORD, Records, Year, records_of

FIRST_YEAR = 2024
NEW_SUSPECTS = 0.75
"""Share of a year's suspects who were not named in the year before. An assumption: no one publishes it."""

_BLOCK = 50_000
_KINDS = ("offence.reported", "offence.amended", "offence.withdrawn")
_STATUSES = ("reported", "charged")


def london(index: Mapping[str, int], years: int = 1, scale: float = 1.0, seed: int = 1) -> Iterator[bytes]:
    """Lines without their ends, in the order in which they are sent. Raises WrongUse where the index lacks a code."""
    mix, chance = offence_mix(index), np.random.Generator(np.random.PCG64(seed))
    waiting = np.zeros(0, RECORD)
    for number in range(years):
        year = Year(
            begins_at=_instant(FIRST_YEAR + number),
            ends_at=_instant(FIRST_YEAR + number + 1),
            first_crime=number * round(REPORTS_A_YEAR * scale),
            first_suspect=number * round(SUSPECTS_A_YEAR * scale * NEW_SUSPECTS),
        )
        made = np.concatenate([waiting, records_of(chance, draw_crimes(chance, mix, scale), mix, year)])
        made = made[np.argsort(made["sent"], kind="stable")]
        # What becomes of a crime in the next year is sent then; after the last year it is not needed.
        now, waiting = made[made["sent"] < year.ends_at], made[made["sent"] >= year.ends_at]
        for start in range(0, len(now), _BLOCK):
            yield from _lines(now[start : start + _BLOCK], mix)


def _instant(year: int) -> int:
    return int(np.datetime64(f"{year}-01-01T00:00:00").astype(np.int64))


def _lines(records: Records, mix: OffenceMix) -> Iterator[bytes]:
    """Texts are made a column at a time."""
    texts = {name: _texts(records[name]) for name in ("recorded", "reported", "occurred")}
    columns = (records[name].tolist() for name in ("suspect", "crime", "code", "kind", "status", "revision"))
    for suspect, crime, code, kind, status, revision, recorded, reported, occurred in zip(
        *columns, *texts.values(), strict=True
    ):
        # An event is one revision of one crime of one suspect: its id says which, so a copy has the same.
        yield (
            f'{{"event_id":"e{crime:09}-{suspect:08}-{revision}","type":"{_KINDS[kind]}",'
            f'"offence_id":"c{crime:011}","offender_id":"s{suspect:011}","revision":{revision},'
            f'"code":"{mix.codes[code]}","occurred_at":"{occurred}","recorded_at":"{recorded}",'
            f'"reported_at":"{reported}","status":"{_STATUSES[status]}","victim_sex":"female"}}'
        ).encode()


def _texts(instants: Ints) -> list[str]:
    texts: list[str] = np.datetime_as_string(instants.astype("M8[s]"), timezone="UTC").tolist()
    return texts
