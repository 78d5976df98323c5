"""When certificates end: those of our files, and the one that a server shows, whatever else may be wrong with it."""

import socket
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from models.access.tls_context import make_context
from models.access.tls_files import TlsFiles
from models.errors import NotAllowed


def ends_of_files(tls: TlsFiles) -> dict[str, float]:
    """Of `ca` and `cert`, where they are named, until when they do (Unix seconds). Raises NotAllowed.

    A file of CAs holds the old one beside the new one for a while, so the last of them counts; ours leads step by step
    to its CA, and ends with the first.
    """
    ends = {}
    if tls.ca is not None:
        ends["ca"] = max(map(_end, _read(f"{tls.prefix}_CA", tls.ca)))
    if tls.certificate is not None:
        ends["cert"] = min(map(_end, _read(f"{tls.prefix}_CERT", tls.certificate)))
    return ends


def end_at_server(place: tuple[str, int], tls: TlsFiles, patience_seconds: float) -> float | None:
    """Until when the certificate that is shown there does, or the CA of ours that has signed it (Unix seconds).

    None where nobody shows one. Raises NotAllowed of our own files.
    """
    try:
        context = make_context(tls)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # one that has expired is looked at, too
        with (
            socket.create_connection(place, patience_seconds) as line,
            context.wrap_socket(line, server_hostname=place[0]) as inside,
        ):
            shown = inside.getpeercert(binary_form=True)
    except OSError:
        return None
    if shown is None:
        return None
    leaf = x509.load_der_x509_certificate(shown)
    known = [] if tls.ca is None else _read(f"{tls.prefix}_CA", tls.ca)
    signers = [_end(ca) for ca in known if _has_signed(ca, leaf)]
    return min(_end(leaf), max(signers)) if signers else _end(leaf)


def _has_signed(ca: x509.Certificate, leaf: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _end(certificate: x509.Certificate) -> float:
    return certificate.not_valid_after_utc.timestamp()


def _read(setting: str, path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise NotAllowed(f"{setting}: {path} holds no certificate: {error}") from error
