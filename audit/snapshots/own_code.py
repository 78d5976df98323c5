"""Which code of ours makes something: the modules that are imported for it, found by reading their imports."""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path


def digest_of_code(*modules: str) -> str:
    """SHA-256 (hex) over the sources of these modules and of all of ours that they import, wherever they do it."""
    return digest_of_files(sources_of(*modules).items())


def digest_of_files(files: Iterable[tuple[str, Path]]) -> str:
    """SHA-256 (hex) over names and contents."""
    digest = hashlib.sha256()
    for name, path in sorted(files):
        content = path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def sources_of(*modules: str) -> dict[str, Path]:
    """The file of each module of ours that is imported for these, themselves included."""
    found: dict[str, Path] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        path = None if name in found else _source(name)
        if path is not None:
            found[name] = path
            waiting += [*_imported(path), *_packages_of(name)]
    return found


def _source(name: str) -> Path | None:
    """None for what is not ours, and for what is no module but a name within one."""
    if name.partition(".")[0] not in _our_packages():
        return None
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:
        return None
    return None if spec is None or spec.origin is None else Path(spec.origin)


def _imported(path: Path) -> Iterator[str]:
    """Every name that may be a module, also where the import stands within a function."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _packages_of(name: str) -> Iterator[str]:
    """A module's packages are imported before it."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


@cache
def _our_packages() -> frozenset[str]:
    return frozenset((distribution("harmwatch").read_text("top_level.txt") or "").split())
