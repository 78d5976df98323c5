"""The life of a record: what is reported, and what becomes of it until the year is over."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulate.crimes import Crimes
from simulate.figures import Ints, OffenceMix, reporting_lag

# Shares of all crimes. No one publishes them; that each of these things happens is what matters.
CHARGED, RECLASSIFIED, CANCELLED, REATTRIBUTED, DUPLICATED = 0.06, 0.05, 0.02, 0.01, 0.01
REINSTATED = 0.2  # of what was cancelled
DISORDERED = 0.02  # of all records: sent up to two days after they were recorded

REPORTED, AMENDED, WITHDRAWN = 0, 1, 2
STATUS_REPORTED, STATUS_CHARGED = 0, 1
DAY = 86_400
_LONGEST_LIFE_DAYS = 120
_LONGEST_DISORDER = 2 * DAY


@dataclass(frozen=True, slots=True)
class Year:
    """When a year begins and ends, seconds since 1970, and the first number of its crimes and of its suspects."""

    begins_at: int
    ends_at: int
    first_crime: int
    first_suspect: int


Records = npt.NDArray[np.void]
RECORD = np.dtype(
    [("sent", "i8"), ("recorded", "i8"), ("reported", "i8"), ("occurred", "i8"), ("suspect", "i8"), ("crime", "i8"),
     ("code", "i2"), ("kind", "i1"), ("status", "i1"), ("revision", "i2"), ("copy", "i1")]
)  # fmt: skip
"""Instants in seconds since 1970; `copy` 1: sent a second time, the same event."""


def records_of(chance: np.random.Generator, crimes: Crimes, mix: OffenceMix, year: Year) -> Records:
    """Every record that the crimes of a year lead to, in the order in which they are sent."""
    base = _reports(chance, crimes, year)
    parts = [base, *_life(chance, base, len(mix.codes), (year.first_suspect, year.first_suspect + crimes.suspects))]
    records = np.concatenate(parts)
    late = chance.random(len(records)) < DISORDERED
    records["sent"] = records["recorded"] + late * chance.integers(0, _LONGEST_DISORDER, len(records))
    copied = records[chance.random(len(records)) < DUPLICATED].copy()
    copied["copy"] = 1
    copied["sent"] += chance.integers(0, DAY, len(copied))
    records = np.concatenate([records, copied])
    return records[np.lexsort((records["copy"], records["revision"], records["crime"], records["sent"]))]


def _reports(chance: np.random.Generator, crimes: Crimes, year: Year) -> Records:
    base = np.zeros(len(crimes.suspect), RECORD)
    base["recorded"] = base["reported"] = np.sort(chance.integers(year.begins_at, year.ends_at, len(base)))
    base["occurred"] = _occurred(chance, base["reported"])
    base["crime"] = year.first_crime + np.arange(len(base))
    base["suspect"] = year.first_suspect + crimes.suspect
    base["code"] = crimes.code
    base["revision"] = 1
    return base


def _occurred(chance: np.random.Generator, reported: Ints) -> Ints:
    """An instant in the month that lies as many months back as the published lag says, never after the report."""
    first, last, shares = reporting_lag()
    row = chance.choice(len(shares), len(reported), p=shares)
    lag = first[row] + (chance.random(len(reported)) * (last - first + 1)[row]).astype(np.int64)
    month = reported.astype("M8[s]").astype("M8[M]") - lag
    begins = month.astype("M8[s]").astype(np.int64)
    ends = np.minimum((month + 1).astype("M8[s]").astype(np.int64), reported)
    return begins + (chance.random(len(reported)) * (ends - begins)).astype(np.int64)


def _life(chance: np.random.Generator, base: Records, codes: int, suspects: tuple[int, int]) -> list[Records]:
    """Revisions of some of the reports; each crime has at most one kind of life."""
    fate = chance.random(len(base))
    edges = np.cumsum([CHARGED, RECLASSIFIED, CANCELLED, REATTRIBUTED])
    charged, reclassified, cancelled, moved = (
        base[(fate >= low) & (fate < high)] for low, high in zip([0.0, *edges[:-1]], edges, strict=True)
    )
    charged = _later(chance, charged, AMENDED)
    charged["status"] = STATUS_CHARGED
    reclassified = _later(chance, reclassified, AMENDED)
    # To a neighbour in gravity, as often up as down.
    step = chance.integers(1, 4, len(reclassified)) * chance.choice([-1, 1], len(reclassified))
    reclassified["code"] = np.clip(reclassified["code"] + step, 0, codes - 1)
    cancelled = _later(chance, cancelled, WITHDRAWN)
    reinstated = _later(chance, cancelled[chance.random(len(cancelled)) < REINSTATED], AMENDED)
    withdrawn = _later(chance, moved, WITHDRAWN)
    other = withdrawn.copy()
    other["suspect"] = chance.integers(*suspects, len(other))
    other["kind"], other["revision"] = REPORTED, 1
    other = other[other["suspect"] != withdrawn["suspect"]]
    return [charged, reclassified, cancelled, reinstated, withdrawn, other]


def _later(chance: np.random.Generator, records: Records, kind: int) -> Records:
    later = records.copy()
    later["recorded"] += chance.integers(DAY // 24, _LONGEST_LIFE_DAYS * DAY, len(later))
    later["kind"] = kind
    later["revision"] += 1
    return later
