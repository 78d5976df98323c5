"""An identity provider: where it lets officers sign in, and whom its answer names."""

import base64
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

from console.oidc.begun import LASTS_SECONDS, BegunSignIn
from console.oidc.id_token import CLOCKS_DIFFER_SECONDS, Claims, claims_of, key_id_of
from console.oidc.json_line import JsonLine
from console.oidc.terms import OidcTerms
from models.errors import NotAllowed, Unavailable

KNOWN_SECONDS = 3_600.0
_ASKED_SECONDS = 60.0
"""A token under a key that is not known has the keys read again, but not by each who makes one up."""

_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
Document = Mapping[str, Any]  # Any: JSON


class IdentityProvider:
    """By its terms. Blocks: to be called in a thread; every method raises Unavailable, NotAllowed among it."""

    def __init__(
        self, terms: OidcTerms, line: JsonLine, steady: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._terms, self._line, self._steady, self._wall = terms, line, steady, wall
        self._known: tuple[Document, float] | None = None
        self._keys: tuple[Document, float] | None = None

    def address(self, begun: BegunSignIn) -> str:
        """Where the browser goes to sign in."""
        challenge = base64.urlsafe_b64encode(sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self._terms.client, "redirect_uri": self._terms.redirect,
            "scope": "openid profile", "state": begun.state, "nonce": begun.nonce, "code_challenge": challenge,
            "code_challenge_method": "S256", "prompt": "login",  # who sits there now, and not who did this morning
        }  # fmt: skip
        where = str(self.described()["authorization_endpoint"])
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"

    def claims(self, code: str, begun: BegunSignIn) -> Claims:
        """Of who has signed in; the tokens are dropped."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self._terms.redirect,
            "client_id": self._terms.client, "code_verifier": begun.verifier,
        }  # fmt: skip
        answer = self._line.post(str(self.described()["token_endpoint"]), form | self._in_form(), self._in_head())
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotAllowed("the identity provider gives no ID token")
        keys, issuer = self._keys_for(key_id_of(token)), str(self.described()["issuer"])
        claims = claims_of(token, keys, issuer, self._terms.client, begun.nonce)
        asked_at = claims.get("auth_time")
        if isinstance(asked_at, int | float) and asked_at < self._wall() - LASTS_SECONDS - CLOCKS_DIFFER_SECONDS:
            raise NotAllowed("it has not asked again who signs in, as it was told to")
        return claims

    def described(self) -> Document:
        """What it says of itself, at most an hour old."""
        if self._known is None or self._steady() - self._known[1] > KNOWN_SECONDS:
            document = self._line.get(f"{self._terms.issuer}/.well-known/openid-configuration")
            if str(document.get("issuer", "")).rstrip("/") != self._terms.issuer:
                raise NotAllowed(f"the identity provider says that it is {document.get('issuer')!r}")
            scheme = self._terms.issuer.partition("://")[0]
            for name in _NEEDED:
                if not str(document.get(name, "")).startswith((f"{scheme}://", "https://")):
                    raise NotAllowed(f"the identity provider names no {name} of {scheme}")
            self._known = document, self._steady()
        return self._known[0]

    def _keys_for(self, key: str | None) -> Document:
        known = self._keys
        age = KNOWN_SECONDS if known is None else self._steady() - known[1]
        is_there = known is not None and (key is None or any(each.get("kid") == key for each in known[0]["keys"]))
        if known is None or age >= KNOWN_SECONDS or (not is_there and age >= _ASKED_SECONDS):
            document = self._line.get(str(self.described()["jwks_uri"]))
            keys = document.get("keys")
            if not isinstance(keys, list) or not all(isinstance(each, dict) for each in keys):
                raise Unavailable("the identity provider shows no keys")
            known = self._keys = document, self._steady()
        return known[0]

    def _is_by_form(self) -> bool:
        ways = self.described().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return "client_secret_basic" not in ways and "client_secret_post" in ways

    def _in_form(self) -> dict[str, str]:
        secret = self._terms.secret
        return {} if secret is None or not self._is_by_form() else {"client_secret": secret.read()}

    def _in_head(self) -> dict[str, str]:
        secret = self._terms.secret
        if secret is None or self._is_by_form():
            return {}
        both = f"{quote(self._terms.client, safe='')}:{quote(secret.read(), safe='')}"
        return {"Authorization": f"Basic {base64.b64encode(both.encode()).decode()}"}
