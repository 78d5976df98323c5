"""The synthetic London: its moments are the published ones within 5 %, and the same seed gives the same bytes."""

import hashlib
import json
from collections import Counter
from functools import cache
from itertools import islice, pairwise

import pytest

from models.decode import decode
from models.errors import WrongUse
from models.instants import parse_instant
from policies.policy_file import load_policy
from runtime.settings import Settings
from simulate.facts import Facts, facts_of
from simulate.figures import offence_mix
from simulate.london import london

INDEX = load_policy(Settings.model_fields["policy"].default).index
LATER = parse_instant("2030-01-01T00:00:00Z")


@cache
def facts(seed: int = 1) -> Facts:
    return facts_of(london(INDEX, seed=seed), INDEX)


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (3, 4, 5, 6))])
@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("crimes", 105_000),
        ("suspects", 36_000),
        ("light_share", 0.5),
        ("top_crimes", 4.0),
        ("top_days", 4_745.0),
        ("same_month_share", 0.81),
        ("over_five_years_share", 0.0204),
    ],
)
def test_a_moment_is_the_published_one_within_5_percent(seed: int, name: str, published: float) -> None:
    assert getattr(facts(seed), name) == pytest.approx(published, rel=0.05)


def test_the_mix_of_offences_is_the_published_one() -> None:
    mix = offence_mix(INDEX)
    for code, share in zip(mix.codes, mix.shares, strict=True):
        # Five percent; of the rarest, two reports more or fewer.
        assert facts().code_shares[code] == pytest.approx(share, rel=0.05, abs=2.5 / 105_000)


def digest(**settings: float) -> str:
    return hashlib.sha256(b"\n".join(london(INDEX, scale=0.05, **settings))).hexdigest()  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_bytes_and_another_others() -> None:
    assert digest(seed=7) == digest(seed=7)
    assert digest(seed=7) != digest(seed=8)


def test_every_record_is_a_valid_report() -> None:
    for line in islice(london(INDEX, scale=0.05), 5_000):
        report = json.loads(line)
        assert decode(report["offender_id"].encode(), line, LATER).offence_id == report["offence_id"]
        assert len(report["offender_id"]) == len(report["offence_id"]) == 12


def test_a_record_lives() -> None:
    reports = [json.loads(line) for line in london(INDEX, scale=0.2)]
    kinds = Counter(report["type"] for report in reports)
    assert kinds["offence.amended"] > 1_000
    assert kinds["offence.withdrawn"] > 200
    events = Counter(report["event_id"] for report in reports)
    assert 100 < sum(count > 1 for count in events.values()) < 500
    recorded = [report["recorded_at"] for report in reports]
    assert 100 < sum(one > other for one, other in pairwise(recorded)) < len(reports) // 10
    named = Counter(offence for offence, _ in {(report["offence_id"], report["offender_id"]) for report in reports})
    assert sum(count > 1 for count in named.values()) > 50


def test_copies_are_the_same_record_again() -> None:
    seen: dict[str, bytes] = {}
    for line in london(INDEX, scale=0.1):
        event = json.loads(line)["event_id"]
        assert seen.setdefault(event, line) == line


def test_some_suspects_come_back_in_the_next_year() -> None:
    years: dict[str, set[str]] = {}
    for line in london(INDEX, years=2, scale=0.05):
        report = json.loads(line)
        years.setdefault(report["reported_at"][:4], set()).add(report["offender_id"])
    both = years["2024"] & years["2025"]
    assert 0.2 < len(both) / len(years["2025"]) < 0.3


def test_another_index_is_refused_by_name() -> None:
    with pytest.raises(WrongUse, match="index of policies"):
        list(london({"A": 1}))
