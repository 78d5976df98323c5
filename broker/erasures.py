"""The keys that were destroyed, as erasures.v1 tells."""

from contextlib import closing

from pydantic import ValidationError

from broker.reader import OpenReader
from models.tombstone import Tombstone
from models.topics import ERASURES
from sealing.signatures import is_signed


def erased_keys(open_reader: OpenReader, public_key: str | None) -> frozenset[str]:
    """The ids on all tombstones that this key has signed; None: nobody may sign, so none. Raises Unavailable.

    Else the right to write to erasures.v1 were a say in what a relay publishes.
    """
    if public_key is None:
        return frozenset()
    found = set()
    with closing(open_reader(ERASURES, 0)) as reader:
        for record in reader.read_until(reader.end()):
            try:
                tombstone = Tombstone.model_validate_json(record.value or b"null")
            except ValidationError:
                continue  # `verify` names it
            is_ours = public_key == tombstone.public_key
            if is_ours and is_signed(tombstone.public_key, tombstone.text.encode(), tombstone.signature):
                found.add(tombstone.key_id)
    return frozenset(found)
