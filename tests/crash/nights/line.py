"""The line from an officer to the consoles: one request, and its answer, if there is one."""

import http.client
from contextlib import closing, suppress

from tests.crash.nights.diary import NO_ANSWER, Person

PATIENCE_SECONDS = 30.0
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def ask(
    port: int, who: Person, path: str, accept: str = JSON, body: bytes | None = None, media_type: str = ""
) -> tuple[int, bytes]:
    """Status and body; NO_ANSWER where the console is gone, or says nothing in time."""
    host = f"127.0.0.1:{port}"
    headers = {"Host": host, "X-Remote-User": who.name, "X-Remote-Groups": who.group, "Accept": accept}
    if body is not None:
        headers |= {"Content-Type": media_type, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    with closing(line), suppress(OSError, http.client.HTTPException):
        line.request("GET" if body is None else "POST", path, body, headers)
        answer = line.getresponse()
        return answer.status, answer.read()
    return NO_ANSWER, b""
