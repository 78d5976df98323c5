"""Lines of a file in another encoding, as UTF-8."""

import io
from contextlib import AbstractContextManager
from typing import IO, Any, Self


class RecodedStream:
    """A stream of bytes read by its encoding; what does not fit that stays behind as bytes that are no UTF-8."""

    def __init__(self, stream: AbstractContextManager[IO[bytes]], encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding

    def __enter__(self) -> Self:
        self._text = io.TextIOWrapper(
            self._stream.__enter__(), encoding=self._encoding, errors="surrogateescape", newline="\n"
        )
        return self

    def __exit__(self, *error: Any) -> None:  # Any: what the protocol hands over
        self._text.detach()
        self._stream.__exit__(*error)

    def readline(self, size: int, /) -> bytes:
        """The next line, at most `size` letters of it. Raises UnicodeError for what cannot be read at all."""
        return self._text.readline(size).encode(errors="surrogateescape")
