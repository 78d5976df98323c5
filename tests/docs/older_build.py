"""The newest commit as a release of an earlier number, installed beside ours: what an upgrade begins with."""

import subprocess
import sys
import venv
from importlib.metadata import version
from pathlib import Path

from tests.docs.walk import ROOT

NEWEST, OLDER = version("harmwatch"), "0.0.9"


def install_older(folder: Path) -> Path:
    """The folder with its `harmwatch`: a wheel in an environment that shares our packages, but for our own."""
    source, wheels, home = folder / "source", folder / "wheels", folder / "environment"
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    source.mkdir(parents=True)
    subprocess.run(["tar", "-x"], cwd=source, input=archive, check=True)
    project = source / "pyproject.toml"
    numbered = project.read_text("utf-8").replace(f'version = "{NEWEST}"', f'version = "{OLDER}"', 1)
    assert OLDER in numbered
    project.write_text(numbered, "utf-8")
    quiet = ("--quiet", "--disable-pip-version-check", "--no-deps")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        *quiet,
        "--no-build-isolation",
        "--wheel-dir",
        str(wheels),
        str(source),
    ]
    subprocess.run(build, check=True)
    venv.create(home)
    (wheel,) = wheels.glob("*.whl")
    python = home / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", *quiet, "--no-index", wheel], check=True
    )
    (packages,) = home.glob("lib/python*/site-packages")
    # Behind its own; what is installed in place here, as harmwatch is, is not found by a line of such a file.
    (packages / "shared.pth").write_text(next(path for path in sys.path if path.endswith("site-packages")) + "\n")
    return home / "bin"
