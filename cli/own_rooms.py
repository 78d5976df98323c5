"""Whose modules these are: each of our rooms has a common name, and another distribution may bring one of the same."""

import hashlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

HOME = Path(__file__).parents[1]
# The rooms stay at the top of the project, so their names may meet another distribution's (decision 0016).
ROOMS = (
    "audit", "broker", "cli", "console", "delivery", "desk", "embedded", "intake", "models", "pages", "policies",
    "runtime", "scoring", "sealing", "sight", "simulate", "state", "streams",
)  # fmt: skip
CLIENT = "harmwatch_client"
"""Belongs to a build; no other distribution has its name."""

_SUFFIXES = {".py", ".lua", ".toml", ".csv", ".json", ".html", ".css", ".js", ".svg"}


def intruder() -> str | None:
    """Which module of a room comes from elsewhere, and what to do about it; None: none does. Imports none of them."""
    for room in ROOMS:
        spec = find_spec(room)
        found = None if spec is None or spec.origin is None else Path(spec.origin)
        if found is not None and found.parent != HOME / room:
            return (
                f"the module {room} comes from {found}, where harmwatch's own is {HOME / room}: "
                "install harmwatch in an environment of its own (python3 -m venv, pipx), and unset PYTHONPATH"
            )
    return None


def build(home: Path = HOME) -> str:
    """Twelve hex digits that tell builds of one version apart: of the SHA-256 over names and contents of our files."""
    digest = hashlib.sha256()
    for name, path in _files(home):
        content = path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


def _files(home: Path) -> Iterator[tuple[str, Path]]:
    clients = home / "client" if (home / "client").is_dir() else home  # of a clone, or of a wheel
    for folder in (*(home / room for room in ROOMS), clients / CLIENT):
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES):
            yield path.relative_to(folder.parent).as_posix(), path
