"""Policies and reports for tests that need no files."""

import json
from collections.abc import Mapping

from models.policy import Anchor, Policy, Recency
from models.report import VictimSex

MILLIDAYS = {"A": 10_000, "B": 25_000, "C": 100_000, "Z": 0}


def a_policy_of(  # noqa: PLR0913  (a builder: every argument is one field to change)
    *,
    window_days: int = 60,
    recency: tuple[Recency, ...] = (),
    status: Mapping[str, int] | None = None,
    codes: tuple[str, ...] = (),
    victim_sex: tuple[str, ...] = tuple(VictimSex),
    size: int = 3,
    exit_rank: int | None = None,
    index: Mapping[str, int] | None = None,
    anchor: str = "reported_at",
    version: str = "1",
) -> Policy:
    return Policy(
        id="t",
        version=version,
        owner="tests",
        window_days=window_days,
        anchor=Anchor(anchor),
        recency=recency or (Recency(window_days, 100),),
        victim_sex=frozenset(VictimSex(sex) for sex in victim_sex),
        codes=frozenset(codes),
        status=status or {"reported": 100, "cancelled": 0},
        band_size=size,
        exit_rank=exit_rank or size,
        index=index or MILLIDAYS,
    )


def a_value(**changes: object) -> bytes:
    """A report on p1 that counts; the value of its record."""
    report = {
        "event_id": "e1",
        "type": "offence.reported",
        "offence_id": "o1",
        "offender_id": "p1",
        "code": "A",
        "victim_sex": "female",
        "occurred_at": "2023-11-01T00:00:00Z",
        "recorded_at": "2024-02-01T00:00:00Z",
    }
    told = report | changes
    if told.get("revision", 1) != 1 and told["type"] != "offence.withdrawn":
        told.setdefault("reported_at", told["recorded_at"])
    return json.dumps(told).encode()
