"""A small synthetic year: reports, corrections and withdrawals in the order in which they are recorded."""

import json
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

_FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
_YEAR_SECONDS = 365 * 86_400
_CORRECTED = 0.12
_WITHDRAWN = 0.04
_OFFENDERS_PER_REPORT = 36_000 / 105_000
"""Metropolitan Police, V100: about 36,000 suspects named in some 105,000 reports a year."""

# Shares of the codes are invented; that light offences are common and grave ones rare is not.
_LIGHT, _MIDDLE, _GRAVE = 0.80, 0.17, 0.03


def synthetic_year(reports: int, codes: Mapping[str, int], seed: int = 1) -> Iterator[bytes]:
    """`reports` records of one year as JSON lines; `codes` is the harm index (code -> millidays)."""
    chance = random.Random(seed)
    bands = _by_gravity(codes)
    offenders = max(1, int(reports * _OFFENDERS_PER_REPORT))
    known: list[dict[str, object]] = []
    for number in range(reports):
        recorded = _FIRST_DAY + timedelta(seconds=number * _YEAR_SECONDS // reports)
        if known and chance.random() < _CORRECTED + _WITHDRAWN:
            report = _correction(chance, chance.choice(known), bands)
        else:
            report = _new_report(chance, number, recorded, offenders, bands)
            known.append(report)
        report |= {"event_id": f"event-{number:08}", "recorded_at": recorded.isoformat()}
        yield json.dumps(report, separators=(",", ":")).encode()


def _by_gravity(codes: Mapping[str, int]) -> list[list[str]]:
    ranked = sorted(codes, key=lambda code: (codes[code], code))
    third = max(1, len(ranked) // 3)
    return [ranked[:third], ranked[third : 2 * third] or ranked, ranked[2 * third :] or ranked]


def _new_report(
    chance: random.Random, number: int, recorded: datetime, offenders: int, bands: list[list[str]]
) -> dict[str, object]:
    offender = int(offenders * chance.random() ** 2)  # a few offenders are reported often
    lag = timedelta(days=chance.choice([0, 0, 0, 0, 1, 3, 30, 400]), seconds=chance.randrange(86_400))
    return {
        "type": "offence.reported",
        "offence_id": f"crime-{number:08}",
        "offender_id": f"suspect-{offender:06}",
        "revision": 1,
        "code": chance.choice(chance.choices(bands, [_LIGHT, _MIDDLE, _GRAVE])[0]),
        "occurred_at": (recorded - lag).isoformat(),
        "reported_at": recorded.isoformat(),
        "status": "reported",
        "victim_sex": chance.choices(["female", "unknown", "male"], [80, 15, 5])[0],
    }


def _correction(chance: random.Random, report: dict[str, object], bands: list[list[str]]) -> dict[str, object]:
    report["revision"] = int(str(report["revision"])) + 1
    if chance.random() < _WITHDRAWN / (_CORRECTED + _WITHDRAWN):
        return {**report, "type": "offence.withdrawn"}
    changed = {"code": chance.choice(chance.choice(bands))} if chance.random() < 0.5 else {"status": "charged"}
    return {**report, "type": "offence.amended", **changed}
