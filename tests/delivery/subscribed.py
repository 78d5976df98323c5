"""A file of subscriptions and a folder of keys, valid by default."""

import base64
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.delivery.terms import Terms

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER_SECRET = "whsec_" + base64.b64encode(bytes(range(64))).decode()


def entry(**told: Any) -> dict[str, Any]:
    """One subscription as TOML gives it; a value None leaves a key out."""
    usual = {
        "id": "desk", "recipient": "Custody desk", "agreement": "ISA-1", "url": "http://127.0.0.1:9/hook",
        "keys": ["desk.key"], "allow": ["127.0.0.0/8"],
    }  # fmt: skip
    return {key: value for key, value in (usual | told).items() if value is not None}


def some_terms(**told: Any) -> Terms:
    return Terms.model_validate(entry(**told))


def toml(*entries: Mapping[str, Any]) -> str:
    """Every key on a line of its own, below the header."""
    lines = []
    for one in entries:
        lines += ["[[subscription]]", *(f"{key} = {value!r}" for key, value in one.items()), ""]
    text = "\n".join(lines)
    assert len(tomllib.loads(text)["subscription"]) == len(entries)
    return text


def a_secret(folder: Path, name: str = "desk.key", text: str = SECRET, mode: int = 0o600) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(text + "\n")
    file.chmod(mode)
    return file
