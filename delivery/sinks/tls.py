"""How a sink speaks TLS: whom it believes, and what it shows of itself."""

import hashlib
import ssl
from functools import lru_cache
from pathlib import Path

from delivery.secrets import Secrets
from models.delivery.terms import Terms


def tls_context(terms: Terms, secrets: Secrets) -> ssl.SSLContext:
    """By the files as they lie there now; the same object while they are the same.

    Raises ssl.SSLError where the authority of the terms cannot be read, NotAllowed where our certificate cannot.
    """
    if terms.certificate is None:
        return _context(terms.ca, None, "")
    held = secrets.certificate(terms.certificate)
    return _context(terms.ca, secrets.folder / terms.certificate, hashlib.sha256(held.encode()).hexdigest())


@lru_cache(1_024)
def _context(ca: str | None, certificate: Path | None, _digest: str) -> ssl.SSLContext:
    if ca is not None and not (ca and ca.isascii()):  # with "" the library would take the system's
        raise ssl.SSLError("no PEM")
    context = ssl.create_default_context(cadata=ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        context.load_cert_chain(certificate, password="")  # an empty one asks nobody at a terminal
    return context
