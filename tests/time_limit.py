"""A pytest plugin: where many others work, a test may last longer than its limit, which is for those that hang."""

import os
from collections.abc import Generator

import pytest

CROWD = 5
"""So many may work on each processor before a limit grows: the tests themselves, and eight others beside them."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Before pytest-timeout asks for the limit."""
    own = item.get_closest_marker("timeout")
    limit = float(own.args[0] if own else item.config.getoption("timeout") or item.config.getini("timeout"))
    item.add_marker(pytest.mark.timeout(stretched(limit, os.getloadavg()[0], os.cpu_count() or 1)), append=False)
    return (yield)


def stretched(limit_seconds: float, load: float, processors: int) -> float:
    """What a limit is at a load."""
    return limit_seconds * max(1.0, load / (CROWD * processors))
