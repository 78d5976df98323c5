"""Tombstones: signed when a key is destroyed, and held against the key store later."""

from contextlib import closing

from pydantic import ValidationError

from audit.signing.keys import SigningKey
from audit.verify.faults import Faults
from broker.reader import OpenReader
from models.checkpoint import UNSIGNED
from models.errors import Unproved
from models.instants import format_instant
from models.record import Record
from models.tombstone import Tombstone
from models.topics import ERASURES
from sealing.signatures import is_signed


def make_tombstone(board: str, key_id: str, reason: str, key: SigningKey, now_us: int) -> Tombstone:
    """The signed tombstone of a key that is to be destroyed."""
    erased_at = format_instant(now_us)
    unsigned = Tombstone(
        board=board, key_id=key_id, reason=reason, erased_at=erased_at, public_key=key.public, signature=UNSIGNED
    )
    return unsigned.model_copy(update={"signature": key.sign(unsigned.text.encode())})


def read_tombstones(open_reader: OpenReader, public_key: str | None = None) -> dict[str, Tombstone]:
    """The genuine tombstones by the id of their key, the first of each. Raises Unavailable."""
    check = TombstoneCheck(Faults(), public_key)
    check.read_topic(open_reader)
    return check.genuine


class TombstoneCheck:
    """Takes in what lies on erasures.v1 and says what is wrong with it. `public_key` None: any signer."""

    def __init__(self, faults: Faults, public_key: str | None) -> None:
        self.genuine: dict[str, Tombstone] = {}
        self._faults = faults
        self._public_key = public_key

    def read_topic(self, open_reader: OpenReader) -> None:
        """Looks at every record. Raises Unavailable."""
        with closing(open_reader(ERASURES, 0)) as reader:
            for record in reader.read_until(reader.end()):
                try:
                    self._take(record)
                except Unproved as error:
                    self._faults.add_foreign(ERASURES, record.offset, str(error))

    def _take(self, record: Record) -> None:
        try:
            tombstone = Tombstone.model_validate_json(record.value or b"null")
        except ValidationError as error:
            raise Unproved("a record that is not a tombstone") from error
        name = f"the tombstone of key {tombstone.key_id}"
        if not is_signed(tombstone.public_key, tombstone.text.encode(), tombstone.signature):
            raise Unproved(f"{name} is not signed by the key it names: forged, or changed later")
        if self._public_key not in (None, tombstone.public_key):
            raise Unproved(f"{name} is signed by another key")
        self.genuine.setdefault(tombstone.key_id, tombstone)
