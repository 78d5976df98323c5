"""The key store of a console: a connection that was cut is opened again, and threads do not fall over each other."""

import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis

from console.stays import clear_alerts
from console.stays.clear_alerts import ClearAlerts
from models.errors import Unavailable
from models.identifying import sealed_alert
from models.key_store import KeyNamespace
from runtime.settings import Settings
from sealing.sealer import Sealer
from state.key_hashes import KeyHashes
from tests.console.views import an_alert
from tests.logged import logged

pytestmark = pytest.mark.stack
CLEAR = an_alert(417, offender_id="suspect-anna")


@pytest.fixture
def settings(valkey_url: str) -> Settings:
    """An installation whose key store is there."""
    return Settings(
        kafka="127.0.0.1:1", redis="redis://127.0.0.1:1", policy=Path("none"), key_store=valkey_url,
        prefix=uuid.uuid4().hex,
    )  # fmt: skip


def test_a_key_store_that_was_cut_off_is_asked_again_and_said_to_be_away_once(
    settings: Settings, valkey_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    keys = KeyHashes(valkey_url, KeyNamespace(settings.prefix, settings.board))
    sealed = sealed_alert(CLEAR, Sealer(keys, frozenset()))
    assert sealed.offender_id != "suspect-anna"
    monkeypatch.setattr(clear_alerts, "AGAIN_SECONDS", 0.0)
    with redis.Redis.from_url(valkey_url) as operator, caplog.at_level(logging.WARNING):
        before = {each["id"] for each in operator.client_list()}
        kept = ClearAlerts(settings)
        assert kept.alert(sealed) == CLEAR
        for each in operator.client_list():
            if each["id"] not in before:
                operator.client_kill_filter(_id=each["id"])
        with pytest.raises(Unavailable):
            kept.alert(sealed)
        with ThreadPoolExecutor(8) as threads:
            assert set(threads.map(lambda _: kept.alert(sealed).offender_id, range(200))) == {"suspect-anna"}
        assert len(logged(caplog)) == 1
    kept.close()
    keys.close()


def test_while_it_is_away_it_is_asked_now_and_then_and_everybody_else_hears_so_at_once(settings: Settings) -> None:
    now = 0.0
    kept = ClearAlerts(settings, lambda: now)
    kept.close()
    kept._settings = settings.model_copy(update={"key_store": "redis://127.0.0.1:1"})
    with pytest.raises(Unavailable, match="does not answer"):
        kept.alert(CLEAR)
    kept._settings = settings
    with pytest.raises(Unavailable, match="does not answer"):
        kept.alert(CLEAR)
    now = clear_alerts.AGAIN_SECONDS
    assert kept.alert(CLEAR) == CLEAR
    kept.close()
