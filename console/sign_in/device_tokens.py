"""Tokens of devices: what a screen on a wall has instead of a password. It is random, and ends with its user."""

import hmac
import secrets
from hashlib import sha256

_MADE_BY = "sha256:"
KEPT_SECONDS = 400 * 86_400
"""As long as browsers keep any cookie."""


def new_token() -> str:
    """One that nobody can guess, so that its plain digest is enough."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """As it stands in the file of users in the place of a password's."""
    return _MADE_BY + sha256(token.encode()).hexdigest()


def fits_token(token: str, digest: str) -> bool:
    """Whether it is the one of this digest."""
    return hmac.compare_digest(token_digest(token).encode(), digest.encode())
