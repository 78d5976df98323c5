"""An oracle of every field of every alert, for any policy, on one partition in event time.

Written from the contract alone and as plainly as it can be: everybody is scored and ranked again for each change.
It shares no code with the service.
"""

import csv
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

Report = dict[str, Any]
Key = tuple[int, int, bytes]
DAY = timedelta(days=1)


def when(text: str) -> datetime:
    return datetime.fromisoformat(text.upper()).astimezone(UTC)


class Place(NamedTuple):
    rank: int | None
    score: int


class Oracle:
    def __init__(self, policy_file: Path, board: str) -> None:
        policy = tomllib.loads(policy_file.read_text())
        rows = csv.DictReader((policy_file.parent / policy["index"]["file"]).read_text().splitlines())
        self.index = {row["code"]: int(Decimal(row["days"]) * 1000) for row in rows}
        self.policy, self.board = policy, board
        whole = [{"until_days": policy["window"]["days"], "percent": 100}]
        self.recency = policy.get("recency", whole)
        self.size, self.exit_rank = policy["band"]["size"], policy["band"]["exit_rank"]
        self.winners: dict[str, dict[str, Report]] = {}
        self.band: dict[str, tuple[int, datetime]] = {}
        self.now, self.sequence = datetime(1900, 1, 1, tzinfo=UTC), 0
        self.counted_at: dict[str, datetime] = {}  # steps of several people may end at one instant, one after the other

    def anchor(self, report: Report) -> datetime:
        name = self.policy["window"]["anchor"]
        return when(report.get(name) or report["recorded_at"])

    def steps(self, report: Report) -> list[tuple[datetime, int]]:
        scope = self.policy.get("scope", {})
        sexes, codes = scope.get("victim_sex"), scope.get("codes")
        if report["type"] == "offence.withdrawn" or (sexes and report.get("victim_sex", "unknown") not in sexes):
            return []
        if codes and report["code"] not in codes:
            return []
        full = self.index[report["code"]] * self.policy["status"][report.get("status", "reported")]
        steps = [(self.anchor(report) + s["until_days"] * DAY, full * s["percent"] // 10_000) for s in self.recency]
        return [step for step in steps if step[1] > 0]

    def counted(self, who: str, at: datetime) -> dict[str, tuple[int, datetime]]:
        """Per offence, what counts at an instant and until when."""
        coming = {name: [s for s in self.steps(r) if s[0] > at] for name, r in self.winners.get(who, {}).items()}
        return {name: (steps[0][1], steps[0][0]) for name, steps in coming.items() if steps}

    def key(self, who: str, at: datetime) -> Key | None:
        counted = self.counted(who, at)
        if not counted:
            return None
        latest = max(self.anchor(self.winners[who][name]).date().toordinal() for name in counted)
        return (-sum(millidays for millidays, _ in counted.values()), -latest, who.encode())

    def places(self) -> dict[str, Place]:
        keys = sorted(key for who in self.winners if (key := self.key(who, self.counted_at[who])) is not None)
        return {key[2].decode(): Place(rank, -key[0]) for rank, key in enumerate(keys, 1)}

    def refused(self, report: Report) -> bool:
        """The one reason that the streams of the tests give now and then: bad_order_of_times."""
        named = [report[name] for name in ("occurred_at", "reported_at") if name in report]
        return any(when(moment) - when(report["recorded_at"]) > DAY for moment in named)

    def alerts(self, reports: list[Report]) -> Iterator[dict[str, Any]]:
        for offset, report in enumerate(reports):
            if self.refused(report):
                continue
            recorded = max(self.now, when(report["recorded_at"]))
            ends = {(end, who.encode()) for who, own in self.winners.items() for r in own.values()
                    for end, _ in self.steps(r) if self.now < end <= recorded}  # fmt: skip
            for end, who in sorted(ends):
                yield from self.change(who.decode(), end, None, None)
            self.now = recorded
            yield from self.change(report["offender_id"], recorded, report, offset)

    def change(self, who: str, at: datetime, report: Report | None, offset: int | None) -> Iterator[dict[str, Any]]:
        """Everything that one record, or one instant at which steps of a person end, brings about."""
        before, earlier = self.places(), self.counted(who, self.counted_at.get(who, at))
        self.counted_at[who] = at
        if report is None:
            later = self.counted(who, at)
            falls = {
                name: worth - later.get(name, (0, at))[0] for name, (worth, until) in earlier.items() if until == at
            }
            offence = min(falls, key=lambda name: (-falls[name], name.encode())) if falls else ""
            cause = {"kind": "expiry", "event_id": None, "offence_id": offence, "offender_id": who}
        else:
            offence, own = report["offence_id"], self.winners.setdefault(who, {})
            if offence in own and own[offence].get("revision", 1) >= report.get("revision", 1):
                return
            own[offence] = report
            kinds = {"reported": "offence", "amended": "amendment", "withdrawn": "withdrawal"}
            kind = kinds[report["type"].split(".")[1]]
            cause = {"kind": kind, "event_id": report["event_id"], "offence_id": offence, "offender_id": who}
        after = self.places()
        gone = [one for one in self.band if (after[one].rank if one in after else 10**9) > self.exit_rank]
        come = [one for one, place in after.items() if place.rank <= self.size and one not in self.band]
        assert max(len(gone), len(come)) <= 1
        for move, movers, others in (("left", gone, come), ("entered", come, gone)):
            for one in movers:
                other = others[0] if others else None
                yield self.alert(move, one, other, at, cause, offset, before.get(one, Place(None, 0)), after)

    def alert(  # noqa: PLR0913, PLR0917  (an alert is made from all of these)
        self, move: str, who: str, other: str | None, at: datetime, cause: dict[str, Any], offset: int | None,
        before: Place, after: dict[str, Place],
    ) -> dict[str, Any]:  # fmt: skip
        self.sequence += 1
        place, since = after.get(who, Place(None, 0)), self.band.pop(who, None)
        if move == "entered":
            self.band[who] = (self.sequence, at)
        cut = next((p.score for p in after.values() if p.rank == self.size), None)
        counted = sorted(self.counted(who, self.counted_at[who]).items(), key=lambda item: (
            -item[1][0], -self.reported(who, item[0]).timestamp(), item[0].encode()))  # fmt: skip
        if who != cause["offender_id"]:
            cause = cause | {"kind": "displacement" if move == "left" else "vacancy"}
        return {
            "sequence": self.sequence, "transition": move, "offender_id": who, "rank": place.rank,
            "score_millidays": place.score, "previous": {"rank": before.rank, "score_millidays": before.score},
            "cut": {"score_millidays": cut, "margin_millidays": None if cut is None else place.score - cut},
            "counterpart": other, "cause": cause, "as_of": at, "offset": offset,
            "contributions": [(name, millidays, until) for name, (millidays, until) in counted[:20]],
            "contributions_total": len(counted),
            "expected_exit_at": self.expected_exit(who) if move == "entered" else None,
            "entered": None if since is None or move == "entered" else (f"{self.board}:{since[0]}", since[1]),
        }  # fmt: skip

    def reported(self, who: str, offence: str) -> datetime:
        report = self.winners[who][offence]
        return when(report.get("reported_at") or report["recorded_at"])

    def expected_exit(self, who: str) -> datetime | None:
        at = self.counted_at[who]
        rivals = [key for one in self.winners if one != who and (key := self.key(one, self.counted_at[one]))]
        for end in sorted({end for report in self.winners[who].values() for end, _ in self.steps(report) if end > at}):
            key = self.key(who, end)
            if key is None or sum(rival < key for rival in rivals) >= self.exit_rank:
                return end
        return None
