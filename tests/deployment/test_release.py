"""A release is the same to the byte wherever it is built, and says what it stands on."""

import hashlib
import json
import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.deployment.dockerfile import ROOT

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(900)]  # two environments are made with what it needs
_LOCKED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


@pytest.fixture(scope="module")
def release() -> Path:
    """The one that `make release` makes of the newest commit."""
    done = subprocess.run(["make", "release"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT / "build" / "release"


def test_a_second_build_gives_the_same_bytes(release: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    before = os.umask(0o077)  # a machine that gives its files other modes
    try:
        subprocess.run([".ci/release", again], cwd=ROOT, capture_output=True, check=True)
    finally:
        os.umask(before)
    files = sorted(path.name for path in release.iterdir())
    assert len(files) == 5
    assert files == sorted(path.name for path in again.iterdir())
    for name in files:
        assert (again / name).read_bytes() == (release / name).read_bytes(), name


def test_the_digests_are_those_of_the_files(release: Path) -> None:
    lines = [line.split() for line in (release / "SHA256SUMS").read_text().splitlines()]
    assert {name: digest for digest, name in lines} == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in release.iterdir()
        if path.name != "SHA256SUMS"
    }


def held(release: Path, distribution: str) -> set[str]:
    """The files in the wheel of a distribution."""
    (wheel,) = release.glob(f"{distribution}-*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_client_has_a_wheel_of_its_own_with_its_licence(release: Path) -> None:
    names = held(release, "harmwatch_client")
    sources = {str(path.relative_to(ROOT / "client")) for path in (ROOT / "client").glob("harmwatch_client/*.*")}
    assert {"harmwatch_client/alerts.py", "harmwatch_client/py.typed"} <= sources
    about = {name for name in names if ".dist-info/" in name}
    assert names - about == sources
    assert any(name.endswith("/LICENSE") for name in about)
    service = held(release, "harmwatch")
    assert names - about <= service, "the service uses the same"
    assert not any(name.startswith("client/") for name in service), "and has it once"


def test_the_wheel_holds_what_is_read_when_it_runs(release: Path) -> None:
    names = held(release, "harmwatch")
    for pattern in ("state/lua/**/*.lua", "models/schemas/**/*.json*", "policies/*.toml", "policies/*.csv"):
        assert {str(path.relative_to(ROOT)) for path in ROOT.glob(pattern)} <= names, pattern


def test_the_bill_of_materials_names_every_locked_package_with_its_licence(release: Path) -> None:
    materials = json.loads((release / "harmwatch.cdx.json").read_text())
    assert materials["bomFormat"] == "CycloneDX"
    assert materials["metadata"]["component"]["name"] == "harmwatch"
    named = {(one["name"].lower().replace("_", "-"), one["version"]) for one in materials["components"]}
    locked = set(_LOCKED.findall((ROOT / "requirements" / "extras.txt").read_text()))
    assert locked - named <= {("async-timeout", "5.0.1")}  # of an older Python
    assert all(one["licenses"] for one in materials["components"])


def test_a_licence_that_nobody_looked_at_stops_a_release(release: Path) -> None:
    table = (release / "LICENCES.md").read_text()
    licences = {row.split("|")[3].strip() for row in table.splitlines()[2:]}
    known = {line for line in (ROOT / ".ci" / "licences").read_text().splitlines() if not line.startswith("#")}
    assert licences <= known
    command: list[str | Path] = [
        ROOT / ".venv-release" / "bin" / "pip-licenses",
        "--python",
        ROOT / ".venv-run" / "bin" / "python",
    ]
    refused = subprocess.run(
        [*command, "--from", "mixed", "--allow-only", ";".join(known - {"MIT"})],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 1
    assert "MIT" in refused.stderr
