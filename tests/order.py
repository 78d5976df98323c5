"""A pytest plugin: modules that need servers come first, so that at the end no process waits for another's long ones.

pytest-xdist by itself (`--loadscope-reorder`) begins with the modules of many tests, which are the quick ones.
"""

from itertools import groupby
from operator import attrgetter

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts the modules; in each the tests stay as they stand."""
    modules = [list(of_one) for _, of_one in groupby(items, key=attrgetter("path"))]
    items[:] = [item for module in sorted(modules, key=_is_quick) for item in module]


def _is_quick(module: list[pytest.Item]) -> bool:
    return not any(item.get_closest_marker("stack") for item in module)
