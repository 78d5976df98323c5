"""What held at T by what was known at K, by brute force from the raw records; it shares no code with the service."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.end_to_end.installation import Installation

SIZE, WINDOW_DAYS = 8, 60
MILLIDAYS = {"A": 10_000, "B": 25_000, "C": 100_000}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Telling:
    """A report, and when the board was told of it (microseconds)."""

    known_from: int
    report: dict[str, Any]


def micros(text: str) -> int:
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)


def what_was_told(installation: Installation) -> list[Telling]:
    """Every good report in the order of the journal."""
    records = {(record.partition, record.offset): record.value for record in installation.read("offences.v1")}
    told, clock = [], 0
    for record in installation.read("journal.v1"):
        entry = json.loads(record.value)
        run = entry["run"] or {"partition": 0, "start": 0, "end": 0}
        refused = {refusal["offset"] for refusal in entry["refusals"]}
        for offset in range(run["start"], run["end"]):
            value = records.get((run["partition"], offset))
            if value is not None and offset not in refused:
                report = json.loads(value)
                wall = entry["clock"] == "wall"
                clock = micros(entry["as_of"]) if wall else max(clock, micros(report["recorded_at"]))
                told.append(Telling(clock, report))
    return told


def oracle(told: list[Telling], at: int, known_at: int) -> list[tuple[str, int]]:
    """Offenders with their scores, in rank order."""
    highest: dict[tuple[str, str], Telling] = {}
    for telling in told:
        report = telling.report
        key = report["offender_id"], report["offence_id"]
        if telling.known_from <= known_at and (
            key not in highest or highest[key].report["revision"] < report["revision"]
        ):
            highest[key] = telling
    scores: dict[str, list[int]] = {}
    for (who, _), telling in highest.items():
        report, anchor = telling.report, micros(telling.report["reported_at"])
        holds = min(anchor, telling.known_from) <= at < anchor + WINDOW_DAYS * 86_400_000_000
        if holds and report["type"] != "offence.withdrawn":
            score = scores.setdefault(who, [0, 0])
            score[0] += MILLIDAYS[report["code"]]
            score[1] = max(score[1], anchor // 86_400_000_000)
    order = sorted(scores, key=lambda who: (-scores[who][0], -scores[who][1], who.encode()))
    return [(who, scores[who][0]) for who in order]


def band(told: list[Telling], at: int, known_at: int) -> set[str]:
    return {who for who, _ in oracle(told, at, known_at)[:SIZE]}


def known_since(told: list[Telling], at: int) -> dict[str, int]:
    """Whoever was in the band as known at `at` and not as known in the end, or the reverse, and since when."""
    then = band(told, at, at)
    views = [(known_at, band(told, at, known_at)) for known_at in sorted({one.known_from for one in told})]
    found = {}
    for who in then ^ views[-1][1]:
        for known_at, view in reversed(views):
            if (who in view) == (who in then):
                break
            found[who] = known_at
    return found
