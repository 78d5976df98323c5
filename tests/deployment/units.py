"""The systemd units as data, and as copies for another place."""

from collections import defaultdict
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "deploy" / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
PROGRAMS, SETTINGS = "/opt/harmwatch/bin", "/etc/harmwatch/harmwatch.env"

Sections = dict[str, dict[str, list[str]]]


def read_unit(path: Path) -> Sections:
    """Section -> key -> values; a key may stand several times, which configparser does not know."""
    sections: Sections = defaultdict(lambda: defaultdict(list))
    name = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            sections[name][key].append(value)
    return sections


def command_of(unit: Sections, programs: Path) -> list[str]:
    """The ExecStart of a unit, installed in `programs`."""
    (line,) = unit["Service"]["ExecStart"]
    return line.replace(PROGRAMS, str(programs)).split()


def settings_of(path: Path) -> dict[str, str]:
    """The lines of an EnvironmentFile."""
    lines = path.read_text("utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def copy_to(folder: Path, programs: Path) -> list[Path]:
    """The units as they would stand on a machine where harmwatch lies in `programs`."""
    folder.mkdir()
    copies = []
    for unit in UNITS:
        copy = folder / unit.name.replace("@.", "@1.")
        copy.write_text(unit.read_text("utf-8").replace(PROGRAMS, str(programs)))
        copies.append(copy)
    return copies
