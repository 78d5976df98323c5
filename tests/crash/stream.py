"""A seeded stream of two years: reports, corrections, withdrawals, duplicates and bad records; windows end in it."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

PARTITIONS = 3
BAND = 20
INDEX = {"A": 10_000, "B": 182_500, "C": 730_000, "D": 5_475_000}
"""Millidays; few weights, so that many scores are equal."""

HISTORY_BEGINS = datetime(2023, 1, 1, tzinfo=UTC)
HISTORY_LASTS = timedelta(days=730)
WINDOW = timedelta(days=365)
_OFFENDERS = 120
ENDS_SOON_SECONDS = 8
_BAD = [b"{", b'{"type":"offence.reported"}']


@dataclass(frozen=True, slots=True)
class Sent:
    """One record; `report` is None where it must be refused."""

    key: bytes
    value: bytes
    report: dict[str, Any] | None

    @property
    def partition(self) -> int:
        """All records of one key lie in one partition."""
        return crc32(self.key) % PARTITIONS


def make_stream(seed: int, count: int, now: datetime | None = None) -> Iterator[Sent]:
    """`count` records; the same seed gives the same. With `now` (wall clock) windows end in the next seconds."""
    chance = random.Random(seed)
    begins = HISTORY_BEGINS if now is None else now - HISTORY_LASTS
    known: list[dict[str, Any]] = []
    latest = Sent(b"p0", _BAD[0], None)
    for number in range(count):
        recorded = begins + HISTORY_LASTS * number / count
        soon = None if now is None else now - WINDOW + timedelta(seconds=ENDS_SOON_SECONDS * chance.random())
        dice = chance.random()
        if dice < 0.03:
            latest = Sent(b"p%d" % chance.randrange(_OFFENDERS), chance.choice(_BAD), None)
        elif dice >= 0.08 or number == 0:  # in between, the record before comes again
            reported = soon if soon is not None and chance.random() < 0.3 else recorded
            fresh = not known or dice >= 0.25
            report = _report(chance, number, reported, known) if fresh else _correction(chance, known)
            report |= {"event_id": f"e{number}", "recorded_at": (now or recorded).isoformat()}
            latest = Sent(str(report["offender_id"]).encode(), json.dumps(report).encode(), report)
        yield latest


def _report(chance: random.Random, number: int, reported: datetime, known: list[dict[str, Any]]) -> dict[str, Any]:
    report = {
        "type": "offence.reported",
        "offence_id": f"o{number}",
        "offender_id": f"p{int(_OFFENDERS * chance.random() ** 2)}",
        "revision": 1,
        "code": chance.choices(list(INDEX), [50, 30, 15, 5])[0],
        "occurred_at": reported.isoformat(),
        "reported_at": reported.isoformat(),
        "status": "reported",
    }
    known.append(report)
    return dict(report)


def _correction(chance: random.Random, known: list[dict[str, Any]]) -> dict[str, Any]:
    report = {**chance.choice(known), "revision": chance.randint(1, 5), "type": "offence.amended"}
    match chance.randrange(3):
        case 0:
            report["type"] = "offence.withdrawn"
        case 1:
            report["code"] = chance.choice(list(INDEX))
        case _:
            report["status"] = chance.choice(["charged", "cancelled"])
    return report


def write_policy(folder: Path) -> Path:
    """The policy of the crash tests: a flat year, a small band."""
    rows = [f"{code},{millidays / 1000},x" for code, millidays in INDEX.items()]
    folder.joinpath("index.csv").write_text("\n".join(["code,days,title", *rows, ""]))
    path = folder / "policy.toml"
    path.write_text(
        f"""id = "crash"\nversion = "1"\nowner = "tests"\n[index]\nfile = "index.csv"\n[window]\ndays = 365
anchor = "reported_at"\n[status]\nreported = 100\ncharged = 100\ncancelled = 0
[band]\nsize = {BAND}\nexit_rank = {BAND}\n"""
    )
    return path
