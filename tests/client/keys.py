"""A pair of Ed25519 keys as Standard Webhooks writes them."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_SEED = bytes(range(32))
PRIVATE = "whsk_" + base64.b64encode(_SEED).decode()
PUBLIC = (
    "whpk_" + base64.b64encode(Ed25519PrivateKey.from_private_bytes(_SEED).public_key().public_bytes_raw()).decode()
)
