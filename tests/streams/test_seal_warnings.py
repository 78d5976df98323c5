"""A recovery says once of each key that it cannot make its tokens again, and why."""

from pathlib import Path

import pytest

from models.key_store import KeyNamespace
from sealing.folder import KeyFolder
from sealing.resealer import NOT_OPENED, Resealer
from sealing.ring import KeyRing
from sealing.sealer import Sealer
from streams.recovery.seal_warnings import SealWarnings
from tests.logged import logged

PLACE = "v100/1/offender_id"


def test_a_lost_key_and_one_that_opens_nothing_are_each_reported_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = KeyFolder.open(tmp_path, KeyNamespace("", "v100"), create=True)
    kept, gone = (Sealer(store, ())("v100/2/offender_id", person, person) for person in ("p", "q"))
    (lost,) = store.retire("q")
    store.destroy(lost)
    warnings = SealWarnings()
    for token in (kept, gone, kept, gone):
        seal = Resealer(KeyRing(store, tuple), {PLACE: token}, {})
        seal(PLACE, "p", "p")
        warnings.take(seal, 1)
    told = [record.getMessage() for record in logged(caplog)]
    current = store.current("p")
    assert current is not None
    assert told == [
        f"key {current.id} {NOT_OPENED}",
        f"the key store lacks key {lost}, and no tombstone stands for it: run `harmwatch verify`",
    ]
