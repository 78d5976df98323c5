"""A brute-force oracle for a flat 365-day window and a band of `size`; it shares no code with the service."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

YEAR = timedelta(days=365)
NOTHING = {"cancelled", "acquitted"}
Move = tuple[str, str, datetime, int | None, int]


def harm(index: Path) -> dict[str, int]:
    return {row["code"]: int(Decimal(row["days"]) * 1000) for row in csv.DictReader(index.open())}


def when(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def latest(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    best: dict[tuple[str, str], dict[str, Any]] = {}
    for report in reports:
        known = best.setdefault((report["offender_id"], report["offence_id"]), report)
        if report.get("revision", 1) > known.get("revision", 1):
            best[report["offender_id"], report["offence_id"]] = report
    return list(best.values())


def ranking(reports: list[dict[str, Any]], index: dict[str, int], now: datetime) -> list[tuple[str, int]]:
    scores: dict[str, int] = {}
    days: dict[str, date] = {}
    for report in latest(reports):
        anchor = when(report.get("reported_at", report["recorded_at"]))
        void = report["type"] == "offence.withdrawn" or report.get("status", "reported") in NOTHING
        weight = 0 if void else index[report["code"]]
        if weight and anchor + YEAR > now:
            who = report["offender_id"]
            scores[who] = scores.get(who, 0) + weight
            days[who] = max(days.get(who, date.min), anchor.date())
    return sorted(scores.items(), key=lambda item: (-item[1], -days[item[0]].toordinal(), item[0].encode()))


def moves(reports: list[dict[str, Any]], index: dict[str, int], size: int) -> Iterator[Move]:
    """Every transition of one partition in event time, by ranking everybody anew after each change."""
    band: set[str] = set()
    seen: list[dict[str, Any]] = []
    now = datetime(1900, 1, 1, tzinfo=UTC)
    for report in reports:
        recorded = max(now, when(report["recorded_at"]))
        ends = {(when(r.get("reported_at", r["recorded_at"])) + YEAR, r["offender_id"]) for r in latest(seen)}
        due = sorted((end for end in ends if now < end[0] <= recorded), key=lambda end: (end[0], end[1].encode()))
        for at, _ in due:
            yield from settle(band, ranking(seen, index, at), at, size)
        now = recorded
        seen.append(report)
        yield from settle(band, ranking(seen, index, now), now, size)


def settle(band: set[str], ranks: list[tuple[str, int]], at: datetime, size: int) -> Iterator[Move]:
    place = {who: (rank, score) for rank, (who, score) in enumerate(ranks, 1)}
    for who in sorted(band - {who for who, _ in ranks[:size]}, key=lambda who: place.get(who, (10**9, 0))):
        band.remove(who)
        yield ("left", who, at, *(place.get(who, (None, 0))))
    for who, score in ranks[:size]:
        if who not in band:
            band.add(who)
            yield ("entered", who, at, place[who][0], score)
