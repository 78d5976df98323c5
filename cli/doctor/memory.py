"""How much memory a process here may have."""

import resource
from collections.abc import Iterator
from pathlib import Path


def memory_limit(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> int | None:
    """The least that systemd, a container or a shell allows this process, in bytes; None: nobody has said."""
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    limits = [] if soft == resource.RLIM_INFINITY else [soft]
    return min((*limits, *_of_groups(root, own)), default=None)


def _of_groups(root: Path, own: Path) -> Iterator[int]:
    lines = own.read_text("utf-8").splitlines() if own.exists() else []
    for inside in (root / line.removeprefix("0::/") for line in lines if line.startswith("0::/")):
        for folder in (inside, *inside.parents):
            file = folder / "memory.max"
            if folder.is_relative_to(root) and file.exists() and (text := file.read_text("utf-8").strip()).isdigit():
                yield int(text)
