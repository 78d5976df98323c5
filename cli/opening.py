"""What is sealed, opened where the key store is at hand."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NoReturn

from pydantic import ValidationError

from cli.topics import open_topics
from models.alert import Alert, BaselineEvent, wire_bytes
from models.errors import Unproved, WrongUse
from models.identifying import Seal
from models.token import Token
from models.topics import ERASURES, JOURNAL
from runtime.key_stores import find_keys, open_keys
from runtime.settings import Settings
from sealing.resealer import Unsealer
from sealing.ring import KeyRing
from sight.opening import UnsealedAlerts


def opened_lines(settings: Settings, lines: Iterator[bytes]) -> Iterator[str]:
    """Values of alerts.v1 in clear, line by line. Raises WrongUse without a key store or at a line that is none."""
    with closing(UnsealedAlerts(open_keys(settings))) as in_clear:
        for number, line in enumerate(lines, 1):
            try:
                if b'"first_sequence"' in line:
                    opened = wire_bytes(in_clear.baseline(BaselineEvent.model_validate_json(line)))
                else:
                    opened = wire_bytes(in_clear.alert(Alert.model_validate_json(line)))
            except ValidationError as error:
                raise WrongUse(f"line {number} is no value of alerts.v1") from error
            yield opened.decode()


@contextmanager
def unsealer_or_raise(settings: Settings, what: str) -> Iterator[Seal]:
    """Opens what is said of a person, or raises Unproved: erased, or its key is not there; WrongUse, Unavailable."""

    def gone(token: Token) -> NoReturn:
        from audit.verify.tombstones import read_tombstones  # noqa: PLC0415  (loads what only an erased person needs)
        from runtime.signer import signer  # noqa: PLC0415  (the same)

        open_reader = open_topics(settings, ERASURES, JOURNAL)
        tombstone = read_tombstones(open_reader, signer(settings, open_reader)).get(token.key_id)
        if tombstone is None:
            raise Unproved(f"{what} is sealed, and the key store does not open it: run `harmwatch verify`")
        raise Unproved(
            f"{what} is about a person who was erased on {tombstone.erased_at} ({tombstone.reason}). The key to what "
            "identified them was destroyed, so that it cannot be explained any more whom it was about, or why"
        )

    keys = find_keys(settings)
    try:
        yield Unsealer(KeyRing(keys, frozenset), gone)
    finally:
        if keys is not None:
            keys.close()
