"""`python -m tests.audit.golden VERSION` records a golden history beside the old ones, on a real Kafka and Valkey.

In clear; with `--sealed` it is sealed, and its keys lie beside it: a cipher has to give the same bytes for ever, too.
With `--anew` in the place of the newest, as long as no release has come out with it: its bytes may still change.
"""

import json
import re
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path

from embedded.stack import Stack
from models.instants import parse_instant
from models.journal.entry import ENGINE_VERSION
from models.record import Record
from models.topics import OFFENCES
from policies.policy_file import load_policy
from simulate.london import london
from tests.audit.golden.history import HERE, GoldenHistory, golden_histories
from tests.audit.golden.live import live

ROOT = Path(__file__).parents[3]
YEARS, SCALE, SEED = 2, 0.003, 6
BAD_EVERY = 61
"""So often a record that must be refused stands between the good ones."""


@dataclass(frozen=True)
class Asked:
    """Which one is recorded: in clear, or sealed with its keys beside it."""

    folder: Path
    is_sealed: bool


def asked(words: list[str]) -> Asked:
    """What a person asks for. Raises SystemExit where that is not to be had."""
    parser = ArgumentParser(prog="python -m tests.audit.golden")
    parser.add_argument("version", help="for example v4")
    parser.add_argument("--sealed", action="store_true", help="with HARMWATCH_SEAL=on, its keys beside it")
    parser.add_argument("--anew", action="store_true", help="in the place of the newest, while no release has it")
    told = parser.parse_args(words)
    if not re.fullmatch(r"v[1-9]\d*", told.version):
        parser.error(f"{told.version} is no version: say which, for example v4")
    newest = golden_histories()[-1].folder
    folder = HERE / told.version
    if told.anew and folder != newest:
        parser.error(f"only the newest history is recorded again, {newest.name}")
    if folder.exists() and not told.anew:
        parser.error(f"{folder} is there already: a golden history is never changed, record the next version")
    return Asked(folder, told.sealed)


def main() -> None:
    """Records into a folder beside the others, which gets its name when it is whole."""
    what = asked(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix=".recording-", dir=HERE) as beside:
        recorded = Path(beside) / what.folder.name
        _record_history(recorded, is_sealed=what.is_sealed)
        shutil.rmtree(what.folder, ignore_errors=True)
        recorded.rename(what.folder)
    name = what.folder.name
    print(f"recorded {what.folder}; now declare it in CHANGELOG.md as `golden history {name}`")  # noqa: T201  (who ran it reads it)


def _record_history(folder: Path, *, is_sealed: bool) -> None:
    folder.mkdir()
    golden = GoldenHistory(folder)
    _write_policy(golden)
    with Stack() as stack, tempfile.TemporaryDirectory() as work:
        keys = Path(work) / "keys" if is_sealed else None
        topics = live(stack.environment(), Path(work), golden.policy, _records(golden), keys)
        if keys is not None:
            golden.keep_keys(keys)
    golden.write(topics)
    manifest = {"engine": ENGINE_VERSION, "records": len(topics[OFFENCES]), "retired": None}
    folder.joinpath("manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def _write_policy(golden: GoldenHistory) -> None:
    """The shipped index with a small band that is left later than it is entered."""
    shutil.copy(ROOT / "policies" / "cchi-2020.csv", golden.folder)
    text = (ROOT / "policies" / "v100.toml").read_text()
    text = text.replace("size = 100", "size = 10").replace("exit_rank = 100", "exit_rank = 12")
    golden.policy.write_text(text)


def _records(golden: GoldenHistory) -> list[Record]:
    lines = london(load_policy(golden.policy).index, YEARS, SCALE, SEED)
    return [_record(number, line) for number, line in enumerate(lines)]


def _record(number: int, line: bytes) -> Record:
    report = json.loads(line)
    value = line[: len(line) // 2] if number % BAD_EVERY == BAD_EVERY - 1 else line
    if number % BAD_EVERY == BAD_EVERY // 2:
        value = json.dumps(report | {"code": "no such code"}).encode()
    return Record(number, parse_instant(report["recorded_at"]) // 1000, report["offender_id"].encode(), value)


if __name__ == "__main__":
    main()
