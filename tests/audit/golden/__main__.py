"""`python -m tests.audit.golden VERSION` records a golden history beside the old ones, on a real Kafka and Valkey.

It is sealed, and its keys lie beside it: a cipher has to give the same bytes for ever, too.
With `--anew` in the place of one that no release has come out with yet: before that its bytes may still change.
"""

import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

from embedded.stack import Stack
from models.instants import parse_instant
from models.journal.entry import ENGINE_VERSION
from models.record import Record
from models.topics import OFFENCES
from policies.policy_file import load_policy
from simulate.london import london
from tests.audit.golden.history import HERE, GoldenHistory
from tests.audit.golden.live import live

ROOT = Path(__file__).parents[3]
YEARS, SCALE, SEED = 2, 0.003, 6
BAD_EVERY = 61
"""So often a record that must be refused stands between the good ones."""


def main() -> None:
    """Records into a new folder."""
    words = sys.argv[1:]
    if not words or not re.fullmatch(r"v[1-9]\d*", words[0]) or words[1:] not in ([], ["--anew"]):
        sys.exit("python -m tests.audit.golden VERSION [--anew]: say which, for example v2")
    folder = HERE / words[0]
    if folder.exists() and not words[1:]:
        sys.exit(f"{folder} is there already: a golden history is never changed, record the next version")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    golden = GoldenHistory(folder)
    _write_policy(golden)
    with Stack() as stack, tempfile.TemporaryDirectory() as work:
        keys = Path(work) / "keys"
        topics = live(stack.environment(), Path(work), golden.policy, _records(golden), keys)
        golden.keep_keys(keys)
    golden.write(topics)
    manifest = {"engine": ENGINE_VERSION, "records": len(topics[OFFENCES]), "retired": None}
    folder.joinpath("manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"recorded {folder}; now declare it in CHANGELOG.md as `golden history {folder.name}`")  # noqa: T201


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
