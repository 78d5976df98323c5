"""Kafka Streams as a system: compiled with the JDK that is there, jars from Maven Central."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

from jgo.maven import MavenContext
from jgo.parse import Coordinate

from embedded.jars import KAFKA_VERSION
from models.cache_folder import cache_folder

_CACHE = cache_folder() / "bench"


@cache
def java_command(program: Path) -> tuple[str, ...]:
    """The words that run a Java program beside its sources. Raises RuntimeError without a JDK."""
    java, compiler = shutil.which("java"), shutil.which("javac")
    if java is None or compiler is None:
        raise RuntimeError("Kafka Streams needs a JDK 17 or newer (javac) on the path; it is left out")
    path = ":".join(str(jar) for jar in _jars())
    classes = _CACHE / "classes"
    classes.mkdir(parents=True, exist_ok=True)
    subprocess.run([compiler, "-cp", path, "-d", str(classes), str(program)], check=True)
    return (java, "-Xmx1g", "-cp", f"{classes}:{path}", program.stem)


def _jars() -> list[Path]:
    context = MavenContext(repo_cache=_CACHE / "repository", timeout=30)
    wanted = Coordinate("org.apache.kafka", "kafka-streams", KAFKA_VERSION, scope="compile", raw=True)
    named, needed = context.resolver.resolve([context.create_dependency(wanted)])
    artifacts = [one.artifact for one in (*named, *needed) if one.scope in ("compile", "runtime")]
    return [Path(artifact.resolve()) for artifact in artifacts]
