"""A pytest plugin: `--sample` leaves out most of what needs servers, for another Python than that of the rest.

What stays are the tests of the laws, and of each folder the first one: every kind of process is started, every client
and every server is used. What runs in the test's own process stays whole.
"""

from collections.abc import Iterable, Iterator

import pytest

from tests.laws import HELD


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option."""
    parser.addoption("--sample", action="store_true", help="of what needs servers: the laws, and one of each folder")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the others out."""
    if not config.getoption("--sample"):
        return
    with_servers = {
        item.nodeid: item
        for item in items
        if item.get_closest_marker("stack") and not item.get_closest_marker("thorough")
    }
    left_out = with_servers.keys() - set(sampled(with_servers))
    config.hook.pytest_deselected(items=[with_servers[name] for name in left_out])
    items[:] = [item for item in items if item.nodeid not in left_out]


def sampled(names: Iterable[str]) -> Iterator[str]:
    """Of ids such as `tests/room/test_file.py::test_law[case]`: those of the laws, and the first of each folder."""
    seen = set[str]()
    laws = set(HELD.values())
    for name in names:
        file, _, test = name.partition("::")
        folder = file.rpartition("/")[0]
        if folder not in seen or f"{file}::{test.partition('[')[0]}" in laws:
            yield name
        seen.add(folder)
