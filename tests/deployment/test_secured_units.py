"""The drop-ins that hand secrets to the units: what they name is there, and systemd takes them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from runtime.settings import Settings
from tests.deployment.test_units import complaints, needs_systemd
from tests.deployment.units import FOLDER, copy_to

DROP_INS = sorted(FOLDER.glob("secured-*.conf"))
PAGE = (FOLDER.parents[1] / "docs" / "how-to" / "secure.md").read_text("utf-8")


def of(drop_in: Path, key: str) -> list[str]:
    """Every value of a key."""
    return re.findall(rf"^{key}=(.*)$", drop_in.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("drop_in", DROP_INS, ids=lambda path: path.name)
def test_every_secret_that_a_setting_names_is_handed_over_and_installed(drop_in: Path) -> None:
    settings = dict(word.split("=", 1) for line in of(drop_in, "Environment") for word in line.split())
    assert {name.removeprefix("HARMWATCH_").lower() for name in settings} <= set(Settings.model_fields)
    loaded = dict(line.split(":") for line in of(drop_in, "LoadCredential"))
    named = {value.removeprefix("%d/") for name, value in settings.items() if name.endswith("_FILE")}
    assert named == set(loaded)
    installed = re.findall(r"secrets/(\S+)", next(line for line in PAGE.splitlines() if "install -m 600" in line))
    assert {Path(source).name for source in loaded.values()} <= set(installed)
    assert f"deploy/systemd/{drop_in.name}" in PAGE


@needs_systemd
def test_systemd_takes_them(tmp_path: Path) -> None:
    copies = copy_to(tmp_path / "units", Path("/bin"))
    for copy in copies:
        copy.write_text(copy.read_text("utf-8").replace("/bin/harmwatch", "/bin/sh"))
        (drop_in,) = [path for path in DROP_INS if path.stem.removeprefix("secured-") in copy.name]
        (folder := copy.with_name(f"{copy.name}.d")).mkdir()
        shutil.copy(drop_in, folder)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, copies)],
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path / 'units'}:"}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert complaints(done.stderr) == []
