"""A pytest plugin: modules that take long come first, so that at the end no process waits for another's.

First those that say so with a time limit of their own, then those that need servers. pytest-xdist by itself
(`--loadscope-reorder`) begins with the modules of many tests, which are the quick ones.
"""

from itertools import groupby
from operator import attrgetter

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts the modules; in each the tests stay as they stand."""
    modules = [list(of_one) for _, of_one in groupby(items, key=attrgetter("path"))]
    items[:] = [item for module in sorted(modules, key=_quickness) for item in module]


def _quickness(module: list[pytest.Item]) -> tuple[float, bool]:
    limits = [mark.args[0] for item in module for mark in item.iter_markers("timeout") if mark.args]
    return -max(limits, default=0.0), not any(item.get_closest_marker("stack") for item in module)
