"""One JSON text for one content: sorted keys, no spaces, UTF-8; what digests and chains are made of."""

import hashlib

import msgspec

_encode = msgspec.json.Encoder(order="sorted").encode


def canonical_json(content: object) -> bytes:
    """The canonical bytes of anything JSON can say (no floats here): keys in order, nothing escaped without need."""
    return _encode(content)


def digest_of(content: object) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical_json(content)).hexdigest()
