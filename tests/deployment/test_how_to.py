"""docs/how-to/deploy.md: its commands work, its settings file is a compose file, and it names what there is."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.deployment.compose import services
from tests.deployment.dockerfile import ROOT, sent_to_the_builder
from tests.deployment.test_compose_file import faults_of
from tests.deployment.units import UNITS

TEXT = (ROOT / "docs" / "how-to" / "deploy.md").read_text("utf-8")


def lines_with(word: str) -> list[str]:
    """The indented block of commands in which a word stands."""
    blocks = re.findall(r"(?:^    .+\n)+", TEXT, re.MULTILINE)
    (found,) = [block for block in blocks if word in block]
    return [line.strip() for line in found.splitlines()]


@pytest.mark.thorough
def test_the_installation_for_systemd_makes_programs_settings_and_units(tmp_path: Path) -> None:
    clone, machine = tmp_path / "clone", tmp_path / "machine"
    for name in (*sent_to_the_builder(), "deploy"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, _below(clone, name))
    (machine / "etc" / "systemd" / "system").mkdir(parents=True)
    (machine / "usr" / "local" / "bin").mkdir(parents=True)
    script = "\n".join(lines_with("python3 -m venv"))
    script = re.sub(r"(?<=\s)/(?=(opt|etc|usr/local)/)", f"{machine}/", script)
    script = re.sub(r"^/(?=opt/)", f"{machine}/", script, flags=re.MULTILINE)
    path = f"{Path(sys.base_prefix) / 'bin'}:/usr/bin:/bin"
    done = subprocess.run(
        ["sh", "-e", "-c", script], cwd=clone, env=_environment(path), capture_output=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert (machine / "opt" / "harmwatch" / "bin" / "harmwatch").exists()
    configuration = machine / "etc" / "harmwatch"
    modes = {path.name: path.stat().st_mode & 0o777 for path in (configuration, *configuration.iterdir())}
    assert modes == {"harmwatch": 0o711, "harmwatch.env": 0o600, "policies": 0o755}  # a unit's user is not root
    assert (machine / "usr" / "local" / "bin" / "harmwatch").stat().st_mode & 0o777 == 0o755
    installed = (machine / "etc" / "systemd" / "system").glob("*.service")
    assert sorted(path.name for path in installed) == [path.name for path in UNITS]


def _below(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    return folder / name


def _environment(path: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("HARMWATCH_")} | {"PATH": path}


def test_every_service_that_is_spoken_to_is_there() -> None:
    named = re.findall(r"docker compose exec (?:--no-TTY )?(\S+) harmwatch", TEXT)
    assert named
    assert set(named) <= set(services())


def test_every_unit_that_is_enabled_is_there() -> None:
    named = set(re.findall(r"harmwatch-[a-z]+(?:@\d)?\.service", TEXT))
    assert {re.sub(r"@\d", "@", name) for name in named} == {unit.name for unit in UNITS}


def test_the_file_of_ones_own_fits_the_compose_file() -> None:
    (own,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    read = yaml.safe_load(own)
    assert faults_of(read) == []
    assert set(read["services"]) == {name for name in services() if name.startswith("worker-")}
