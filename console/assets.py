"""What pages need besides themselves: style, script and sign, under names that hold what is in them."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_NAMES = (
    "desk.css", "handover.css", "paper.css", "paper_print.js", "past.css", "line.js", "live.js", "queue.js", "sign.svg",
    "wall.js", "wall_style.css",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asset:
    """A file with its address; another content has another address, so that a browser may keep it for ever."""

    body: bytes
    kind: str
    address: str


@cache
def assets() -> dict[str, Asset]:
    """By name."""
    return {name: _asset(name) for name in _NAMES}


@cache
def by_address() -> dict[str, Asset]:
    """By address."""
    return {asset.address: asset for asset in assets().values()}


def _asset(name: str) -> Asset:
    body = files("console").joinpath("static", name).read_bytes()
    stem, _, kind = name.partition(".")
    return Asset(body, _KINDS[kind], f"/static/{stem}.{hashlib.sha256(body).hexdigest()[:16]}.{kind}")
