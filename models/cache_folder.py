"""Where files lie that only save time: the user may delete them at any moment."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """The folder of harmwatch under XDG_CACHE_HOME, which counts if it is absolute, else under ~/.cache."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".cache") / "harmwatch"
