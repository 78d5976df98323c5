"""A pytest plugin: which tests one process runs in a row, and which come first, so that at the end none waits long.

The modules of a folder that share something dear are run by one process, which makes it once: each of the others would
make one of its own. They come first; then the modules that say with a time limit of their own that they take long, then
those that need servers. pytest-xdist by itself (`--loadscope-reorder`) begins with the modules of many tests, which are
the quick ones.
"""

from collections.abc import Sequence
from itertools import groupby

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    "tests/audit/": "a history that the service has recorded",
    "tests/crash/faults/": "a stack with short sessions",
    "tests/crash/harness/": "the same",
    "tests/end_to_end/officers/": "a board at night, with a worker and two consoles",
    "tests/secure/": "a Kafka with certificates and users",
}
"""Folder and what its modules share."""


class _Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist's has no types
    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> _Scheduling | None:
    """Ours where it is asked for by scopes."""
    return _Scheduling(config, log) if config.getoption("dist") == "loadscope" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts the scopes; in each the tests stay as they stand."""
    scopes = [list(of_one) for _, of_one in groupby(items, key=lambda item: scope_of(item.nodeid))]
    items[:] = [item for scope in sorted(scopes, key=_quickness) for item in scope]


def scope_of(nodeid: str) -> str:
    """What one process runs in a row: a module, or the modules of a folder that share something."""
    module = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if module.startswith(folder)), module)


def _quickness(items: Sequence[pytest.Item]) -> tuple[bool, float, bool]:
    limits = [mark.args[0] for item in items for mark in item.iter_markers("timeout") if mark.args]
    is_shared = scope_of(items[0].nodeid) in TOGETHER
    return not is_shared, -max(limits, default=0.0), not any(item.get_closest_marker("stack") for item in items)
