"""What a program sends in the place of a cookie (RFC 6750)."""

from starlette.requests import HTTPConnection

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="harmwatch"'}


def bearer_of(connection: HTTPConnection) -> str | None:
    """The token; None: it sends none. Said twice, it is none that anybody has."""
    given = connection.headers.getlist("authorization")
    if not any(each.lower().startswith("bearer ") for each in given):
        return None
    return given[0][len("bearer ") :].strip() if len(given) == 1 else ""
