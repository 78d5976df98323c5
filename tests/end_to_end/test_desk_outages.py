"""The desk on a bad night: what was typed is kept, what was sent twice is one action, and nothing lapses by mistake."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from embedded.stack import Stack
from state.keys import Keys
from tests.console.conftest import OWN
from tests.end_to_end.desk import JSON, Night, wait_until

pytestmark = [pytest.mark.stack, pytest.mark.thorough, pytest.mark.timeout(300)]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    with Stack(tmp_path / "stack") as stack:
        yield stack


def test_kafka_and_redis_go_and_come_back_and_no_action_is_lost_or_doubled(stack: Stack, tmp_path: Path) -> None:
    night = Night(stack.environment(), tmp_path)
    night.offence("anders", "bela")
    night.installation.start_worker()
    night.installation.wait_idle()
    try:
        with night.console() as console:
            source = console.desk.pages.news
            wait_until(lambda: source.book.state().desk.rules, "the desk has rules")
            anna, address = console.officer("anna"), console.address("anders")
            assert console.act(anna, address, "look").status_code == 201
            seen = console.form(anna, address)
            assert anna.get("/queue").status_code == 200  # from here on it may be shown for ten minutes
            stack.kill_kafka()
            answer = anna.post(address, data={"act": "note", "seen": seen, "text": "by <hand>"}, headers=OWN)
            assert answer.status_code == 503
            assert "It is not known to be written, and can be sent again as it stands here." in answer.text
            assert "by &lt;hand&gt;</textarea>" in answer.text
            assert "anders" not in answer.text, "no look can be written, so nobody is named"
            wait_until(lambda: source.fresh().word == "STALE", "the queue says that it is stale")
            assert 'data-state="stale"' in anna.get("/queue").text
            stack.start_kafka()
            note = {"act": "note", "seen": seen, "text": "by <hand>"}
            wait_until(lambda: anna.post(address, data=note, headers=OWN | JSON).status_code == 201, "it is written")
            stay = int(address.rpartition(":")[2])
            assert [each.text for each in source.book.state().desk.stays[stay].notes] == ["by <hand>"]
            wait_until(lambda: source.fresh().is_live, "it is live again")
            stack.kill_valkey()
            wait_until(lambda: "The board cannot be asked now" in anna.get(address).text, "the store is gone")
            page = anna.get(address).text
            assert "I have looked at it" not in page
            assert console.act(anna, address, "note", _seen(page), text="blind").status_code == 201
            stack.start_valkey()
            wait_until(lambda: source.fresh().is_live, "the board is rebuilt")
            handling = source.book.state().desk.stays[stay].handling
            assert handling is not None, "an emptied store lapses nothing"
            assert night.installation.json("verify", "--desk")["faults"] == []
            night.installation.end_workers()
            with set_back(night):
                wait_until(lambda: "it was set back" in source.fresh().why, "the queue says so")
                told = anna.get(address, headers=JSON).json()
                assert told["basis"] is None
                assert "the store was set back and is behind the journal, so nothing can rest on it" in told["words"]
            wait_until(lambda: anna.get(address, headers=JSON).json()["basis"], "it is where it was")
    finally:
        night.installation.end_workers()


@contextmanager
def set_back(night: Night) -> Iterator[None]:
    """Meanwhile the store has forgotten its newest entry, and there is no worker to notice."""
    meta = Keys(night.settings.prefix, night.settings.board)["meta"]
    with redis.Redis.from_url(night.settings.redis) as store:
        entry = store.hget(meta, "entry")
        assert isinstance(entry, bytes)
        store.hset(meta, "entry", int(entry) - 1)
        yield
        store.hset(meta, "entry", entry)


def _seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found is not None
    return found[1]
