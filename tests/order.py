"""A pytest plugin: which tests one process runs in a row, and which come first, so that at the end none waits long.

The modules that share something dear are run by one process, which makes it once: each of the others would make one of
its own. They come first; then the modules with the most tests that are marked as slow, or with a limit of their own.
pytest-xdist by itself (`--loadscope-reorder`) begins with the modules of many tests, which are the quick ones.
"""

from collections.abc import Sequence
from itertools import groupby

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    "history": (
        "tests/audit/certificates/test_documents.py",
        "tests/audit/insight/test_explain.py",
        "tests/audit/test_commands.py",
        "tests/audit/test_export.py",
        "tests/audit/test_policy_tools.py",
        "tests/audit/verify/test_checkpoints.py",
        "tests/audit/verify/test_runs_ahead.py",
        "tests/audit/verify/test_tampered_journal.py",
        "tests/audit/verify/test_tampered_outputs.py",
        "tests/audit/verify/test_verify.py",
    ),
    "crash_stack": (
        "tests/crash/faults/test_alerts_client.py",
        "tests/crash/faults/test_poll_interval.py",
        "tests/crash/faults/test_readers.py",
        "tests/crash/faults/test_waits.py",
    ),
    "another crash_stack": ("tests/crash/delivery/", "tests/crash/harness/", "tests/crash/nights/"),
    "night": ("tests/end_to_end/officers/",),
    "kafka": (
        "tests/secure/test_console_rights.py",
        "tests/secure/test_delivery.py",
        "tests/secure/test_doctor.py",
        "tests/secure/test_least_rights.py",
        "tests/secure/test_outside.py",
        "tests/secure/test_secure_page.py",
        "tests/secure/test_service.py",
        "tests/secure/test_ways_in.py",
    ),
}
"""The modules, or folders, whose tests use a fixture of the session: a recorded history, a stack, a board at night, a
Kafka with certificates."""

APART = (
    "tests/engines/test_engines_are_equal.py::",
    "tests/engines/test_recorded_histories.py::",
    "tests/intake/test_fuzz.py::",
)
"""Modules of long tests that share nothing: each test goes to whichever process is free."""

LONG = 10
"""A module with a time limit of its own is taken to last as long as so many tests that are marked."""

elsewhere: list[str] = []
"""The tests that use such a fixture, and whose modules stand nowhere in TOGETHER."""


class _Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist's has no types
    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> _Scheduling | None:
    """Ours where it is asked for by scopes."""
    return _Scheduling(config, log) if config.getoption("dist") == "loadscope" else None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Looks at all tests, also at those that are left out afterwards."""
    if isinstance(item, pytest.Function) and scope_of(item.nodeid) not in TOGETHER:
        fixtures = item._fixtureinfo.name2fixturedefs
        elsewhere.extend(item.nodeid for name in TOGETHER if name in fixtures and fixtures[name][-1].scope == "session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts the scopes; in each the tests stay as they stand."""
    scopes = [list(of_one) for _, of_one in groupby(sorted(items, key=_scope), key=_scope)]
    items[:] = [item for scope in sorted(scopes, key=_quickness) for item in scope]


def scope_of(nodeid: str) -> str:
    """What one process runs in a row: the modules that share something, a module, or a single test."""
    if nodeid.startswith(APART):
        return nodeid
    return next((name for name, places in TOGETHER.items() if nodeid.startswith(places)), nodeid.partition("::")[0])


def _scope(item: pytest.Item) -> str:
    return scope_of(item.nodeid)


def _quickness(items: Sequence[pytest.Item]) -> tuple[bool, int]:
    marked = sum(any(item.get_closest_marker(mark) for mark in ("stack", "thorough")) for item in items)
    has_a_limit = any(mark.args for item in items for mark in item.iter_markers("timeout"))
    is_long = has_a_limit or items[0].nodeid.startswith(APART)
    return _scope(items[0]) not in TOGETHER, -marked - is_long * LONG
