"""One connection on which a call may be sent before the answer to the one before it has come.

So the store need not wait for a worker between two runs. Redis answers in the order of asking, and so does this.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Condition, Lock
from typing import Any

import redis
from redis.commands.core import Script
from redis.exceptions import NoScriptError

from state.connection import store_errors

Argument = str | int | bytes


class Line:
    """The one connection of `client`, safe to share between threads. Every method raises Unavailable."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        with store_errors():
            self._connection = client.connection_pool.get_connection()
            client.connection_pool.release(self._connection)  # there is no other, and it is lent again
        self._asking = Lock()
        self._turn = Condition()
        self._asked = self._answered = 0

    @property
    def answered(self) -> int:
        """How many calls were answered so far."""
        return self._answered

    def run(
        self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]
    ) -> Any:  # Any: the script's answer
        """What a script answers; others may be asked meanwhile."""
        words = ("EVALSHA", script.sha, len(keys), *keys, *arguments)
        with store_errors():
            try:
                return self._call(*words)
            except NoScriptError:
                with self.alone() as client:
                    client.script_load(script.script)
                return self._call(*words)

    def ask(self, *words: Argument) -> Any:  # Any: an answer has the form that its command gives it
        """What a command answers; others may be asked meanwhile."""
        with store_errors():
            return self._call(*words)

    @contextmanager
    def alone(self) -> Iterator[redis.Redis]:
        """The client, once nothing is on its way, and for as long as the block nobody else's."""
        with store_errors(), self._asking:
            with self._turn:
                self._turn.wait_for(lambda: self._answered == self._asked)
            yield self._client

    def _call(self, *words: Argument) -> Any:
        packed = self._connection.pack_command(*words)  # type: ignore[no-untyped-call]  # as redis leaves it
        with self._asking:
            self._connection.send_packed_command(packed)  # type: ignore[no-untyped-call]
            number = self._asked
            self._asked += 1
        with self._turn:
            self._turn.wait_for(lambda: self._answered == number)
        try:
            return self._connection.read_response()
        finally:
            with self._turn:
                self._answered += 1
                self._turn.notify_all()
