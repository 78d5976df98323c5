"""A board at night, with a worker and two consoles: one for all tests of this folder, ended with the last."""

from collections.abc import Generator
from contextlib import ExitStack

import pytest

from tests.end_to_end.desk import InProcess, Night, wait_until

PEOPLE = ("anders", "bela", "cato", "dora", "emil", "fanny", "gesa", "hugo", "ilse")
_running = ExitStack()
"""What the session's fixtures began."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, None, None]:
    """Ends worker and consoles after the last test here, or they would go on beside the tests of other folders."""
    try:
        yield
    finally:
        if nextitem is None or nextitem.path.parent != item.path.parent:
            _running.close()


@pytest.fixture(scope="session")
def night(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Night:
    """A board with some people, whose worker goes on."""
    night = Night(stack_environment, tmp_path_factory.mktemp("night"))
    _running.callback(night.installation.end_workers)
    night.offence(*PEOPLE)
    night.installation.start_worker()
    night.installation.wait_idle()
    return night


@pytest.fixture(scope="session")
def console(night: Night) -> InProcess:
    return _console(night)


@pytest.fixture(scope="session")
def other(night: Night) -> InProcess:
    """Another console on the same board."""
    return _console(night)


def _console(night: Night) -> InProcess:
    console = _running.enter_context(night.console())
    wait_until(lambda: console.desk.pages.news.book.state().desk.rules, "the desk has rules")
    return console
