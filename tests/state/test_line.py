"""The line to Redis: many ask at once, and each gets its own answer."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from models.errors import Unavailable
from state.connection import connect
from state.line import PipelinedConnection

ASKING = 8
ECHO = "if ARGV[1] == 'bad' then return redis.error_reply('ERR asked for') end return ARGV[1]"


def test_each_of_many_gets_its_own_answer(valkey_url: str) -> None:
    client = connect(valkey_url)
    line, echo, together = PipelinedConnection(client), client.register_script(ECHO), Barrier(ASKING)

    def execute(who: int) -> bool:
        together.wait()
        return all(line.run(echo, [], [f"{who}-{turn}"]) == f"{who}-{turn}".encode() for turn in range(200))

    with ThreadPoolExecutor(ASKING) as pool:
        assert all(pool.map(execute, range(ASKING)))
    client.close()


def test_an_error_is_the_answer_of_whom_it_answers(valkey_url: str) -> None:
    client = connect(valkey_url)
    line, echo = PipelinedConnection(client), client.register_script(ECHO)
    together = Barrier(2)

    def execute(word: str) -> list[object]:
        together.wait()
        answers: list[object] = []
        for _ in range(200):
            try:
                answers.append(line.run(echo, [], [word]))
            except Unavailable as error:
                answers.append(str(error))
        return answers

    with ThreadPoolExecutor(2) as pool:
        good, bad = pool.map(execute, ["good", "bad"])
    assert set(good) == {b"good"}
    assert set(bad) == {"Redis: asked for"}
    client.close()


def test_a_script_that_redis_has_forgotten_is_loaded_again(valkey_url: str) -> None:
    client = connect(valkey_url)
    line, echo = PipelinedConnection(client), client.register_script(ECHO)
    assert line.run(echo, [], ["1"]) == b"1"
    with line.exclusive() as exclusive:
        exclusive.script_flush()
    assert line.run(echo, [], ["2"]) == b"2"
    client.close()


def test_a_lost_line_stays_lost(valkey_url: str) -> None:
    client, other = connect(valkey_url), connect(valkey_url)
    line, echo = PipelinedConnection(client), client.register_script(ECHO)
    with line.exclusive() as exclusive:
        name = exclusive.client_id()
    other.client_kill_filter(_id=str(name))
    for _ in range(2):
        with pytest.raises(Unavailable):
            line.run(echo, [], ["1"])
        with pytest.raises(Unavailable), line.exclusive() as exclusive:
            exclusive.ping()
    client.close()
    other.close()


def test_a_closed_store_leaves_no_connection(valkey_url: str) -> None:
    watcher, client = connect(valkey_url), connect(valkey_url)
    with PipelinedConnection(client).exclusive() as exclusive:
        name = exclusive.client_id()
    client.close()
    assert name not in {int(other["id"]) for other in watcher.client_list()}
    watcher.close()
