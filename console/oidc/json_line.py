"""The line to an identity provider: small JSON documents, soon or not at all, and no way round by redirects."""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

from models.errors import Unavailable

_PATIENCE_SECONDS = 5.0
_LARGEST_BYTES = 256 * 1024


class _NoWayRound(urllib.request.HTTPRedirectHandler):
    """A document comes from where it was asked for: a code or a secret is never sent on."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """None: it is an error."""


class JsonLine:
    """`ca`: a file of whom to trust; None: those of the system. Blocks: to be called in a thread."""

    def __init__(self, ca: Path | None) -> None:
        context = ssl.create_default_context(cafile=None if ca is None else str(ca))
        self._opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _NoWayRound)

    def get(self, address: str) -> dict[str, Any]:  # Any: JSON
        """The document there. Raises Unavailable."""
        return self._ask(urllib.request.Request(address))

    def post(self, address: str, form: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:  # Any: JSON
        """The answer to a form. Raises Unavailable."""
        return self._ask(urllib.request.Request(address, urlencode(form).encode(), dict(headers)))

    def _ask(self, request: urllib.request.Request) -> dict[str, Any]:  # Any: JSON
        request.add_header("Accept", "application/json")
        where = f"the identity provider ({request.host})"
        try:
            with self._opener.open(request, timeout=_PATIENCE_SECONDS) as answer:
                body = answer.read(_LARGEST_BYTES + 1)
        except urllib.error.HTTPError as error:
            raise Unavailable(f"{where} answers {error.code}{_reason(error)}") from error
        except (OSError, HTTPException) as error:
            raise Unavailable(f"{where} does not answer: {getattr(error, 'reason', error)}") from error
        try:
            document = json.loads(body) if len(body) <= _LARGEST_BYTES else None
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise Unavailable(f"{where} answers no JSON document")
        return document


def _reason(error: urllib.error.HTTPError) -> str:
    """The word of the standard, such as `invalid_client`, where it says one."""
    try:
        word = json.loads(error.read(_LARGEST_BYTES))["error"]
    except (OSError, ValueError, KeyError, TypeError, HTTPException):
        return ""
    return f" ({word})" if isinstance(word, str) and word.isidentifier() else ""
