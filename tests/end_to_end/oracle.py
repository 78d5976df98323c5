"""A brute-force oracle of the board for a flat 365-day window; it shares no code with the service."""

import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

YEAR = timedelta(days=365)
NOTHING = {"cancelled", "acquitted"}


def harm(index: Path) -> dict[str, int]:
    return {row["code"]: int(Decimal(row["days"]) * 1000) for row in csv.DictReader(index.read_text().splitlines())}


def when(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def latest(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    best: dict[tuple[str, str], dict[str, Any]] = {}
    for report in reports:
        known = best.setdefault((report["offender_id"], report["offence_id"]), report)
        if report.get("revision", 1) > known.get("revision", 1):
            best[report["offender_id"], report["offence_id"]] = report
    return list(best.values())


def weigh(report: dict[str, Any], index: dict[str, int]) -> int:
    void = report["type"] == "offence.withdrawn" or report.get("status", "reported") in NOTHING
    return 0 if void else index[report["code"]]


def ranking(reports: list[dict[str, Any]], index: dict[str, int], now: datetime) -> list[tuple[str, int]]:
    scores: dict[str, int] = {}
    days: dict[str, date] = {}
    for report in latest(reports):
        anchor = when(report.get("reported_at", report["recorded_at"]))
        weight = weigh(report, index)
        if weight and anchor + YEAR > now:
            who = report["offender_id"]
            scores[who] = scores.get(who, 0) + weight
            days[who] = max(days.get(who, date.min), anchor.date())
    return sorted(scores.items(), key=lambda item: (-item[1], -days[item[0]].toordinal(), item[0].encode()))
