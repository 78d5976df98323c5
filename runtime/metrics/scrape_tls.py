"""TLS for those who ask for metrics, by the files as they are now."""

import logging
import ssl
from threading import Lock

from models.access.tls_files import TlsFiles
from runtime.events import Event, happened

log = logging.getLogger(__name__)


class TlsContextSource:
    """While the files cannot be used (one of two is written), those before count.

    Raises OSError where none ever could.
    """

    def __init__(self, files: TlsFiles) -> None:
        self._files = files
        self._lock = Lock()
        self._stamp = self._newest_stamp()
        self._context = _context(files)

    def fresh(self) -> ssl.SSLContext:
        """The context for the next who asks."""
        with self._lock:
            try:
                if (stamp := self._newest_stamp()) != self._stamp:
                    self._context, self._stamp = _context(self._files), stamp
            except OSError as error:
                text = "the files of %s_* cannot be used, those before still are: %s"
                log.warning(text, self._files.prefix, error, extra=happened(Event.FILES_BEFORE))
            return self._context

    def _newest_stamp(self) -> list[tuple[int, int, int]]:
        found = (path.stat() for path in self._files.paths())
        return [(each.st_ino, each.st_mtime_ns, each.st_size) for each in found]


def _context(files: TlsFiles) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    assert files.certificate is not None  # the settings have seen to it
    made.load_cert_chain(files.certificate, files.key, "")
    if files.ca is not None:
        made.load_verify_locations(files.ca)
        made.verify_mode = ssl.CERT_REQUIRED
    return made
