"""One recorded history for all tests of the audit."""

from pathlib import Path

import pytest

from tests.audit.history import History, record_history


@pytest.fixture(scope="session")
def history(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> History:
    """The history, and an untouched copy of it called `clean`."""
    folder: Path = tmp_path_factory.mktemp("history")
    recorded = record_history(stack_environment, folder)
    recorded.write({"clean": recorded.items})
    return recorded
