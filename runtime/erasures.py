"""The keys that were destroyed, as erasures.v1 tells; who signed it is the audit's business."""

from contextlib import closing

from pydantic import ValidationError

from models.tombstone import Tombstone
from models.topics import ERASURES
from runtime.reader import OpenReader


def erased_keys(open_reader: OpenReader) -> frozenset[str]:
    """The ids on all tombstones. Raises Unavailable."""
    found = set()
    with closing(open_reader(ERASURES, 0)) as reader:
        for record in reader.read_until(reader.end()):
            try:
                found.add(Tombstone.model_validate_json(record.value or b"null").key_id)
            except ValidationError:
                continue  # `verify` names it
    return frozenset(found)
