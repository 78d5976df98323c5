"""Nobody is erased whose tombstone no worker would heed."""

import json
from pathlib import Path

import pytest

from audit.signing.keys import PRIVATE_NAME, SigningKey, load_signing_key, new_keys
from audit.verify.tombstones import make_tombstone
from broker.erasures import erased_keys
from cli.sealing.erase import _require_signer as require_signer
from models.alert import wire_bytes
from models.errors import PreconditionFailed
from models.journal.entry import FIRST_PREVIOUS_HASH, chain
from models.journal.transition import Entry, EntryKind
from models.record import Record
from models.topics import ERASURES, JOURNAL, Topic
from runtime.settings import Settings
from tests.audit.golden.history import WrittenDown

KEY_ID = "0" * 32


class Topics:
    """A board that was founded with `public_key`, and one tombstone that `key` has signed."""

    def __init__(self, key: SigningKey, public_key: str | None) -> None:
        founding = Entry(1, EntryKind.POLICY, 0, body=json.dumps({"public_key": public_key}))
        self.values = {
            JOURNAL: wire_bytes(chain(founding, "v100", "wall", "d", FIRST_PREVIOUS_HASH)),
            ERASURES: wire_bytes(make_tombstone("v100", KEY_ID, "tests", key, 0)),
        }

    def __call__(self, topic: Topic, partition: int) -> WrittenDown:
        return WrittenDown([Record(0, partition, None, self.values[topic])])


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    new_keys(tmp_path)
    return load_signing_key(tmp_path / PRIVATE_NAME)


def test_where_nobody_may_sign_workers_heed_nobody(key: SigningKey) -> None:
    topics = Topics(key, None)
    assert erased_keys(topics, None) == frozenset()
    assert erased_keys(topics, key.public) == {KEY_ID}
    assert erased_keys(topics, "0" * 64) == frozenset()


def test_where_nobody_may_sign_an_erasure_is_refused_with_what_it_needs(key: SigningKey) -> None:
    file = Path("private.pem")
    with pytest.raises(PreconditionFailed, match=r"the public half of private\.pem in HARMWATCH_PUBLIC_KEY"):
        require_signer(Settings(), Topics(key, None), key, file)
    with pytest.raises(PreconditionFailed, match="is not the key that signs erasures"):
        require_signer(Settings(), Topics(key, "0" * 64), key, file)
    require_signer(Settings(), Topics(key, key.public), key, file)
