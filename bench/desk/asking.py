"""Officers who ask for pages and act, one request after the other, and how long each answer takes."""

import http.client
import json
import time
from collections.abc import Iterable
from urllib.parse import urlencode

_PAUSE_SECONDS = 0.05
_JSON = {"Accept": "application/json"}


def page_seconds(address: str, cookies: Iterable[str]) -> list[float]:
    """Of the board for each of them in turn, from the request to the last byte. Raises RuntimeError."""
    line, took = http.client.HTTPConnection(address, timeout=30), list[float]()
    for cookie in cookies:
        begun_at = time.perf_counter()
        line.request("GET", "/board", headers={"Cookie": cookie})
        answer = line.getresponse()
        answer.read()
        took.append(time.perf_counter() - begun_at)
        if answer.status != 200:
            raise RuntimeError(f"the board is answered with {answer.status}")
        time.sleep(_PAUSE_SECONDS)
    line.close()
    return took


def look_at(address: str, cookie: str, stay: str) -> float | None:
    """An officer takes a stay; when that was sent (seconds of the wall clock). None: it was too late."""
    line = http.client.HTTPConnection(address, timeout=30)
    line.request("GET", f"/stays/{stay}", headers=_JSON | {"Cookie": cookie})
    told = json.loads(line.getresponse().read())
    sent_at = time.time()
    headers = _JSON | {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    headers["Sec-Fetch-Site"] = "same-origin"
    line.request("POST", f"/stays/{stay}", urlencode({"act": "look", "seen": told.get("seen", "")}), headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return sent_at if answer.status in {201, 202} else None
