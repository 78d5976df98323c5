"""A pack as programs get it: the bytes that are signed."""

import base64

from starlette.responses import Response

from console.stays.outcome import Outcome, outcome_document
from desk.pack import pack_digest


def pack_answer(pack: bytes) -> Response:
    """The bytes that are signed, and their digest as HTTP has it (RFC 9530)."""
    digest = base64.b64encode(bytes.fromhex(pack_digest(pack))).decode()
    headers = {"Repr-Digest": f"sha-256=:{digest}:", "Vary": "Accept"}
    return Response(pack, media_type="application/json", headers=headers)


def no_pack_answer(trouble: str) -> Response:
    """Why there is none."""
    return Response(outcome_document(Outcome(503, trouble)).json_text(), 503, media_type="application/json")
