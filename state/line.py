"""One connection on which a call may be sent before the answer to the one before it has come.

So the store need not wait for a worker between two runs. Redis answers in the order of asking, and so does this.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Condition, Lock
from typing import Any

import redis
from redis.commands.core import Script
from redis.exceptions import NoScriptError

from state.connection import store_errors

Argument = str | int | bytes


class PipelinedConnection:
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
                with self.exclusive() as client:
                    client.script_load(script.script)
                return self._call(*words)

    def execute(self, *words: Argument) -> Any:  # Any: an answer has the form that its command gives it
        """What a command answers; others may be asked meanwhile."""
        with store_errors():
            return self._call(*words)

    @contextmanager
    def exclusive(self) -> Iterator[redis.Redis]:
        """The client, once nothing is on its way, and for as long as the block nobody else's."""
        with store_errors(), self._asking:
            with self._turn:
                self._turn.wait_for(lambda: self._answered == self._asked)
            yield self._client

    def send(self, calls: Sequence[Sequence[Argument]]) -> "PendingAnswers":
        """Asks all of it in one go, and waits for nothing.

        Nobody else's answer comes before these have been read: read them once, before anything else is asked.
        """
        with store_errors():
            return PendingAnswers(self, self._send(calls), len(calls))

    def load(self, scripts: Iterable[Script]) -> None:
        """Tells Redis these scripts, so that it knows them when they are sent."""
        with self.exclusive() as client:
            for script in scripts:
                client.script_load(script.script)

    def _call(self, *words: Argument) -> Any:
        return self._read(self._send([words]))

    def _send(self, calls: Sequence[Sequence[Argument]]) -> int:
        """The number of the first."""
        packed = self._connection.pack_commands(calls)
        with self._asking:
            self._connection.send_packed_command(packed)
            number = self._asked
            self._asked += len(calls)
        return number

    def _read(self, number: int) -> Any:
        with self._turn:
            self._turn.wait_for(lambda: self._answered == number)
        try:
            return self._connection.read_response()
        finally:
            with self._turn:
                self._answered += 1
                self._turn.notify_all()


class PendingAnswers:
    """What was asked in one go."""

    def __init__(self, line: PipelinedConnection, first: int, count: int) -> None:
        self._line = line
        self._numbers = range(first, first + count)

    def answers(self) -> list[Any]:
        """All answers, in order. Raises Unavailable with the first that is an error, after the last was read."""
        answers, failure = [], None
        with store_errors():
            for number in self._numbers:
                try:
                    answers.append(self._line._read(number))
                except redis.ResponseError as error:
                    failure = failure or error
            if failure is not None:
                raise failure
        return answers
