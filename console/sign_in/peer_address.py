"""From which address somebody asks, as the access log has it."""

from ipaddress import ip_address

from starlette.requests import HTTPConnection

FORWARDED = "X-Forwarded-For"


def peer_address(connection: HTTPConnection) -> str:
    """That of the other end of the connection; empty: nobody knows."""
    return "" if connection.client is None else connection.client.host


def forwarded_address(connection: HTTPConnection) -> str:
    """The one that a trusted proxy has added last, as whoever asked may have written all before it; else the proxy's.

    Said in several headers, or no address, it is not believed.
    """
    given = connection.headers.getlist(FORWARDED)
    last = given[0].rpartition(",")[2].strip() if len(given) == 1 else ""
    try:
        return str(ip_address(last))
    except ValueError:
        return peer_address(connection)
