"""The jars of Kafka: downloaded from Maven Central once, kept in the user's cache folder."""

import fcntl
import shutil
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from models.cache_folder import cache_folder
from models.errors import PreconditionFailed

KAFKA_VERSION = "4.1.0"
# Kafka's own POM names no back end for its log; without one it says nothing, not even why it does not start.
LOG4J_VERSION = "2.24.3"
DOWNLOADS_AT_ONCE = 8
REQUEST_TIMEOUT_SECONDS = 30


def kafka_jars(progress: Callable[[str], None]) -> Path:
    """The folder with every jar that Kafka needs; downloaded (about 45 MB) if it is not there yet.

    Raises PreconditionFailed if the download fails. An interrupted download leaves nothing that is used later.
    """
    folder = cache_folder() / f"kafka-{KAFKA_VERSION}"
    if folder.exists():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (folder.parent / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two first starts at once: the second waits and finds the jars
            if not folder.exists():
                _download(folder, progress)
    # The errors of requests are OSErrors; jgo raises the next three for what it cannot find or read.
    except (OSError, RuntimeError, ValueError, AssertionError, zipfile.BadZipFile) as error:
        raise PreconditionFailed(
            f"Kafka {KAFKA_VERSION} could not be downloaded from Maven Central to {folder.parent}: {error}. "
            "Look at the network, the proxy (HTTPS_PROXY, REQUESTS_CA_BUNDLE) and the space on the disk, "
            "and start again."
        ) from error
    return folder


def _download(folder: Path, progress: Callable[[str], None]) -> None:
    """Download beside `folder` and rename at the end, so that `folder` is complete whenever it exists."""
    progress(f"Downloading Kafka {KAFKA_VERSION} from Maven Central (45 MB, once; about half a minute)")
    staging = folder.with_suffix(".part")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        complete = staging / "jars"
        complete.mkdir(parents=True)
        for jar in _resolve(staging / "repository"):
            with zipfile.ZipFile(jar) as archive:
                if (damaged := archive.testzip()) is not None:
                    raise zipfile.BadZipFile(f"{jar.name} is damaged at {damaged}")
            jar.rename(complete / jar.name)
        complete.rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    progress(f"Kafka is in {folder}")


def _resolve(repository: Path) -> Iterable[Path]:
    """Download the jars of Kafka and of all that it depends on into `repository`.

    jgo.build() is not used: to sort jars into class path and module path it may download a whole JDK 11,
    and all of them go on the class path here.
    """
    try:
        from jgo.maven import MavenContext
        from jgo.parse import Coordinate
    except ImportError as error:
        raise PreconditionFailed("The package jgo is missing: pip install 'harmwatch[embedded]'") from error
    context = MavenContext(repo_cache=repository, timeout=REQUEST_TIMEOUT_SECONDS)
    # raw: otherwise jgo lets each of the two decide the versions of what the other needs.
    wanted = [
        Coordinate("org.apache.kafka", "kafka_2.13", KAFKA_VERSION, scope="compile", raw=True),
        Coordinate("org.apache.logging.log4j", "log4j-slf4j-impl", LOG4J_VERSION, scope="compile", raw=True),
    ]
    named, needed = context.resolver.resolve([context.create_dependency(one) for one in wanted])
    artifacts = [one.artifact for one in (*named, *needed) if one.scope in ("compile", "runtime")]
    with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
        return list(pool.map(lambda artifact: artifact.resolve(), artifacts))
