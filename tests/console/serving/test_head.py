"""Who asks for the head of a stream alone gets it, and an end; nothing was shown, so no look is written."""

import pytest
from starlette.testclient import TestClient

from tests.console.book import Book


@pytest.mark.parametrize("path", ["/stream", "/stream?of=wall"])
def test_the_head_of_a_stream_ends_and_is_no_look(client: TestClient, book: Book, path: str) -> None:
    answer = client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert book.looks == []
