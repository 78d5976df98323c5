"""What the systems read is made again whenever it would come out differently."""

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from bench.inputs import HOT_OFFENCES, PASSING, extract, london
from models.decode import decode_value
from models.report import ReportType
from policies.policy_file import load_policy
from runtime.settings import Settings
from simulate import london as simulation

POLICY = load_policy(Settings.model_fields["policy"].default)
SCALE = 0.01
POLICIES = Path(__file__).parents[2] / "policies"


def test_the_same_london_is_made_once(tmp_path: Path) -> None:
    file = london(SCALE, POLICY, tmp_path)
    written_at = file.stat().st_mtime_ns
    assert london(SCALE, POLICY, tmp_path) == file
    assert file.stat().st_mtime_ns == written_at


def test_another_index_gets_a_london_of_its_own(tmp_path: Path) -> None:
    other = replace(POLICY, index={**POLICY.index, "X": 1})
    assert london(SCALE, other, tmp_path) != london(SCALE, POLICY, tmp_path)


def test_a_changed_table_of_the_simulation_gets_a_london_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = london(SCALE, POLICY, tmp_path)
    changed = Path(shutil.copytree(Path(simulation.__file__).parent, tmp_path / "simulate"))
    with (changed / "offence_mix.csv").open("a") as mix:
        mix.write("1.1.1.1,1,one murder more\n")
    monkeypatch.setattr(simulation, "__file__", str(changed / "london.py"))
    assert london(SCALE, POLICY, tmp_path) != before


def test_an_extract_is_what_its_mapping_makes_of_it(real_input: Path, tmp_path: Path) -> None:
    shape = extract(real_input, POLICIES / "cook-county.mapping.toml", POLICIES / "cook-county.toml")
    lines = list(shape.lines(POLICY, tmp_path))
    assert len(lines) > 90_000
    kinds = {decode_value(line).type for line in lines[::1_000]}
    assert kinds == {ReportType.REPORTED, ReportType.AMENDED}


def test_two_persons_take_the_last_place_of_the_band_from_each_other(tmp_path: Path) -> None:
    sums, in_band = Counter[str](), list[str]()
    for line in PASSING.lines(POLICY, tmp_path):
        report = decode_value(line)
        sums[report.offender_id] += POLICY.index[report.code]
        if len(sums) > POLICY.band_size:
            by_harm = sorted(sums, key=lambda who: (-sums[who], who))
            in_band += [who for who in by_harm[POLICY.band_size - 1 : POLICY.band_size] if in_band[-1:] != [who]]
    assert len(sums) == POLICY.band_size + 1
    assert len(set(in_band)) == 2
    assert HOT_OFFENCES - 2 < len(in_band) <= HOT_OFFENCES + 2
