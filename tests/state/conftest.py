"""A board for each test."""

from collections.abc import Iterator

import pytest

from tests.state.boards import Board


@pytest.fixture
def board(valkey_url: str) -> Iterator[Board]:
    """An open board of size 2 in event mode."""
    made = Board(valkey_url)
    yield made
    made.store.close()
