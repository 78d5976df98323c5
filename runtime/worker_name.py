"""By which the brokers know a worker's build: they tell it of each member of a group."""

from functools import cache
from importlib.metadata import version

from models.journal.entry import ENGINE_VERSION
from state.keys import LAYOUT


@cache
def worker_name() -> str:
    """Version, engine and layout."""
    return f"harmwatch-{version('harmwatch')}-engine-{ENGINE_VERSION}-layout-{LAYOUT.decode()}"
