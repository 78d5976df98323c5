"""A small identity provider behind a real socket, which keeps the rules of the standard, or breaks one of them."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey

CLIENT, SECRET = "console", "a secret: of/the client"


@cache
def a_key(name: str) -> RSAKey:
    """One that signs, under its name."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


class IdentityAuthority:
    """`claims` are those of whoever signs in; the rest is how it answers."""

    def __init__(self) -> None:
        self.keys: list[RSAKey | OctKey | ECKey | OKPKey] = [a_key("first")]
        self.signing, self.algorithm = self.keys[0], "RS256"
        self.claims: dict[str, Any] = {"sub": "anna", "roles": ["staff", "desk"]}
        self.described: dict[str, Any] = {}
        self.wants_secret: str | None = SECRET
        self.asked: list[str] = []
        self.token: str | None = None
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def answering(self) -> Iterator["IdentityAuthority"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        thread.start()
        yield self
        self._server.shutdown()
        self._server.server_close()
        thread.join()

    def authorize(self, address: str) -> str:
        """Somebody signs in at the address; the query with which their browser comes back."""
        told = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.url}/authorize?")
        assert (told["response_type"], told["client_id"], told["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert "openid" in told["scope"].split()
        assert told["prompt"] == "login", "who sits there now"
        code = token_urlsafe(16)
        self._codes[code] = told
        return urlencode({"code": code, "state": told["state"]})

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys", **self.described,
        }  # fmt: skip

    def _redeemed(self, form: dict[str, str], login: str) -> tuple[int, dict[str, Any]]:
        asked = self._codes.pop(form.get("code", ""), None)
        if self.wants_secret is not None and not self._knows(form, login):
            return 401, {"error": "invalid_client"}
        challenge = base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        is_its = asked is not None and asked["redirect_uri"] == form["redirect_uri"]
        if asked is None or not is_its or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "nobody keeps this", "id_token": self.token or self.signed(asked["nonce"])}

    def _knows(self, form: dict[str, str], login: str) -> bool:
        if "client_secret_post" in self.described.get("token_endpoint_auth_methods_supported", ()):
            return form.get("client_secret") == self.wants_secret and not login
        both = f"{CLIENT}:{quote(self.wants_secret or '', safe='')}"
        return login == f"Basic {base64.b64encode(both.encode()).decode()}"

    def signed(self, nonce: str) -> str:
        """The ID token of a sign-in."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce} | self.claims
        told = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": self.algorithm, "kid": self.signing.kid}, told, self.signing)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                authority.asked.append(self.path)
                keys = KeySet(authority.keys).as_dict(private=False)
                self._answer(200, keys if self.path == "/keys" else authority._document())

            def do_POST(self) -> None:
                authority.asked.append(self.path)
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                told = {name: value for name, (value,) in form.items()}
                self._answer(*authority._redeemed(told, self.headers.get("authorization", "")))

            def _answer(self, status: int, document: Any) -> None:
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Silent."""

        return Handler
