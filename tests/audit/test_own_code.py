"""Snapshots of other code are not used: whatever is imported to make or to read them counts."""

import json
import subprocess
import sys
from pathlib import Path

from audit.snapshots.own_code import digest_of_files, sources_of

MAKERS = ("audit.snapshots.builder", "audit.snapshots.snapshots")
LOADED = f"""import json, sys, {", ".join(MAKERS)}
files = {{name: getattr(module, "__file__", None) for name, module in sys.modules.items()}}
print(json.dumps({{name: file for name, file in files.items() if file}}))
"""


def test_every_module_that_is_loaded_to_make_snapshots_is_among_them() -> None:
    found = sources_of(*MAKERS)
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, check=True)
    rooms = {path.parent for path in found.values()}
    loaded = {name: Path(file) for name, file in json.loads(done.stdout).items() if Path(file).parent in rooms}
    assert {"runtime.in_force", "scoring.engine", "models.decode", "audit.replay.replay"} <= loaded.keys()
    assert loaded.items() <= found.items()


def test_nothing_else_is_among_them() -> None:
    rooms = {name.partition(".")[0] for name in sources_of(*MAKERS)}
    assert rooms == {"audit", "broker", "models", "runtime", "scoring"}
    assert "cli" in {name.partition(".")[0] for name in sources_of("cli.audit.snapshots")}


def test_one_letter_in_any_of_them_makes_another_digest(tmp_path: Path) -> None:
    found = sources_of(*MAKERS)
    digests = {digest_of_files(found.items())}
    for name, path in found.items():
        changed = tmp_path / f"{name}.py"
        changed.write_bytes(path.read_bytes() + b"#")
        digests.add(digest_of_files((found | {name: changed}).items()))
    assert len(digests) == len(found) + 1
