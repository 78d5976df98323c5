"""The archive of Kafka's classes: a Java that maps it need not read, check and link some 7,000 classes at each start.

It lies beside the jars and fits one Java and these very files; Java itself looks once more whether it does, and goes
without it where it does not. `embedded/training.py` makes it.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

QUIET = "-Xlog:cds*=off"  # an archive that does not fit is no complaint of Kafka's


def class_archive(java: Path, jars: Path) -> Path | None:
    """Where the archive for this Java and these jars lies, or will lie; None if Java does not say which one it is."""
    release = java.resolve().parent.parent / "release"
    if not release.is_file():
        return None
    digest = hashlib.sha256(release.read_bytes())
    for line in _described(jars):
        digest.update(line.encode())
    return jars.with_name(f"{jars.name}-{digest.hexdigest()[:16]}.jsa")


def _described(jars: Path) -> Iterator[str]:
    """What Java holds an archive against: the path, the size and the last change of each jar."""
    for jar in sorted(jars.iterdir()):
        status = jar.stat()
        yield f"{jar} {status.st_size} {status.st_mtime_ns}\n"


def archive_options(archive: Path | None) -> tuple[str, ...]:
    """What makes Java use the archive; nothing if there is none. An empty one says that this Java can make none."""
    if archive is None or not archive.exists() or archive.stat().st_size == 0:
        return ()
    return ("-Xshare:auto", QUIET, f"-XX:SharedArchiveFile={archive}")
