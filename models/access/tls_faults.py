"""What went wrong between two ends of TLS, in words of what to do; the same for Kafka and Redis."""

import socket
import ssl

_EXPIRED, _NOT_YET, _OTHER_NAME, _OTHER_ADDRESS = 10, 9, 62, 64
"""Of OpenSSL: why a certificate is not good."""

_ALERT = "ALERT"
_OF_CERTIFICATES = ("CERTIFICATE", "UNKNOWN_CA", "HANDSHAKE_FAILURE", "ACCESS_DENIED")


def certificate_fault(error: ssl.SSLCertVerificationError, prefix: str) -> str:
    """Why we do not take the other side for who it says it is; `prefix` begins the settings."""
    shown = "shows a certificate that"
    if error.verify_code == _EXPIRED:
        return f"{shown} has expired: renew it there"
    if error.verify_code == _NOT_YET:
        return f"{shown} is not valid yet: look at the clocks of this machine and of who made it"
    if error.verify_code in (_OTHER_NAME, _OTHER_ADDRESS):
        return (
            f"{shown} is for another host ({error.verify_message}): write the host in {prefix} as its certificate "
            "does, or add it there"
        )
    return f"{shown} no CA of {prefix}_CA has signed ({error.verify_message}): name the one that did"


def alert_fault(error: ssl.SSLError, prefix: str, *, shown: bool) -> str | None:
    """Why the other side does not take us; `shown`: we have shown a certificate. None: it has not said so."""
    reason = error.reason or ""
    if _ALERT not in reason or not any(mark in reason for mark in _OF_CERTIFICATES):
        return None
    why = reason.lower().replace("_", " ")
    if not shown:
        return f"wants a certificate of ours ({why}): set {prefix}_CERT and {prefix}_KEY"
    return (
        f"refuses the certificate of {prefix}_CERT ({why}): it must be valid today, and of a CA that is trusted there"
    )


def heard_alert(place: tuple[str, int], context: ssl.SSLContext, patience_seconds: float) -> ssl.SSLError | None:
    """What the other side says of us when we say nothing: with TLS 1.3 it looks at our certificate after the handshake.

    What a client has sent by then may drown it.
    """
    try:
        with (
            socket.create_connection(place, patience_seconds) as line,
            context.wrap_socket(line, server_hostname=place[0]) as inside,
        ):
            inside.recv(1)
    except ssl.SSLError as error:
        return error
    except OSError:
        return None
    return None


def speaks_tls(host: str, port: int, patience_seconds: float) -> bool:
    """Whether TLS is spoken there, with whatever certificate: nothing is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection((host, port), patience_seconds) as line, context.wrap_socket(line):
            return True
    except ssl.SSLError as error:
        return _ALERT in (error.reason or "")  # it speaks TLS, and does not like ours
    except OSError:
        return False
