"""A TLS context that takes up certificates which are replaced on disk: every connection asks for the newest."""

import logging
import ssl
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Self

from models.access.tls_files import TlsFiles
from models.errors import NotAllowed

_FILES_BEFORE = {"event": "files_before", "facts": {}}
"""Event.FILES_BEFORE; the table stands above the models."""

log = logging.getLogger(__name__)

_Stamp = tuple[tuple[int, int, int], ...]


class FreshContext(ssl.SSLContext):
    """Hands each new connection to a context that was made of the files as they are now.

    While they cannot be used (one of the two is written), the files before count, and the log says so. Raises
    OSError, of which SSLError is one, where none could ever be used.
    """

    _files: TlsFiles
    _lock: Lock
    _stamp: _Stamp | None
    _newest: ssl.SSLContext | None

    def __new__(cls, files: TlsFiles) -> Self:
        """A context takes its protocol here, and not in `__init__`."""
        made = super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)
        made.check_hostname = files.checks_name
        made._files, made._lock, made._stamp, made._newest = files, Lock(), None, None
        return made

    def wrap_socket(self, *arguments: Any, **options: Any) -> ssl.SSLSocket:  # Any: handed on as it is
        """As every context does."""
        # Files are read when a connection is made, so that a certificate is replaced without a restart (decision 0017).
        return self.fresh().wrap_socket(*arguments, **options)

    def wrap_bio(self, *arguments: Any, **options: Any) -> ssl.SSLObject:  # Any: the same
        """As every context does."""
        return self.fresh().wrap_bio(*arguments, **options)

    def fresh(self) -> ssl.SSLContext:
        """The context that the next connection gets. Raises OSError."""
        with self._lock:
            try:
                stamp = tuple(map(_stamp, self._files.paths()))
                if self._newest is None or stamp != self._stamp:
                    self._newest, self._stamp = make_context(self._files), stamp
            except OSError as error:
                if self._newest is None:
                    raise
                text = "the files of %s_* cannot be used, those before still are: %s"
                log.warning(text, self._files.prefix, error, extra=_FILES_BEFORE)
            return self._newest


@lru_cache
def tls_context(files: TlsFiles) -> FreshContext:
    """The one context of these files."""
    return FreshContext(files)


def make_context(files: TlsFiles) -> ssl.SSLContext:
    """An ordinary context of the files as they are. Raises OSError which names the file."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.check_hostname = files.checks_name
    try:
        if files.ca is None:
            made.load_default_certs()
        else:
            made.load_verify_locations(files.ca)
    except OSError as error:
        raise OSError(f"{files.prefix}_CA: {files.ca} holds no certificate: {_why(error)}") from error
    if files.certificate is not None:
        try:
            password = files.key_password.read() if files.key_password else ""
            made.load_cert_chain(files.certificate, files.key, password)
        except NotAllowed as error:  # of the password; a client knows what to do with an OSError alone
            raise OSError(str(error)) from error
        except OSError as error:
            where = f"{files.prefix}_CERT and {files.prefix}_KEY"
            raise OSError(f"{where}: {files.certificate} and {files.key} do not fit: {_why(error)}") from error
    return made


def _stamp(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _why(error: OSError) -> str:
    return getattr(error, "reason", None) or error.strerror or str(error)
