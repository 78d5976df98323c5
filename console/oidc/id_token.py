"""An ID token: who it says has signed in, if it holds. The only module that knows how tokens are signed."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from models.errors import NotAllowed

_SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Nothing that the client's secret could sign, and never nothing."""

_KEYS = {"RSA", "EC"}
CLOCKS_DIFFER_SECONDS = 60
Claims = Mapping[str, Any]  # Any: JSON


def claims_of(token: str, keys: Mapping[str, Any], issuer: str, client: str, nonce: str) -> Claims:  # Any: JSON
    """What it claims: signed by one of the issuer's `keys` (a JWK set), for this client, for this sign-in, and now.

    Raises NotAllowed.
    """
    usable = [key for key in keys.get("keys", ()) if key.get("kty") in _KEYS and key.get("use", "sig") == "sig"]
    must = jwt.JWTClaimsRegistry(
        leeway=CLOCKS_DIFFER_SECONDS, iss={"essential": True, "value": issuer}, sub={"essential": True},
        aud={"essential": True, "value": client}, exp={"essential": True}, iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )  # fmt: skip
    try:
        claims: Claims = jwt.decode(token, KeySet.import_key_set({"keys": usable}), algorithms=_SIGNED_BY).claims
        must.validate(dict(claims))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NotAllowed(f"its token does not hold ({type(error).__name__})") from error
    audience = claims["aud"]
    is_shared = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", None if is_shared else client) != client:
        raise NotAllowed("its token is for another client")
    return claims


def key_id_of(token: str) -> str | None:
    """Which key it says has signed it."""
    try:
        head = token.partition(".")[0]
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        return str(header["kid"])
    except (ValueError, KeyError, TypeError):
        return None
