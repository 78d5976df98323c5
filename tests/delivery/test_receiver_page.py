"""The receiver of docs/how-to/receive-webhooks.md: it takes each number once, and refuses what nobody has signed."""

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest

from delivery.signing import read_key, signed_headers
from embedded.ports import ReservedPort
from models.journal.transition import Move
from tests.client.published import a_move
from tests.delivery.delivering import Delivering, await_that
from tests.delivery.subscribed import OTHER_SECRET, SECRET
from tests.delivery.test_delivery import accepted, in_process
from tests.docs.walk import DOCS, blocks

pytestmark = pytest.mark.stack


@contextmanager
def receiver(folder: Path) -> Iterator[str]:
    """The program as it stands there; its address."""
    program, _ = blocks(DOCS / "how-to" / "receive-webhooks.md", "python")
    (folder / "receiver.py").write_text(program)
    (folder / "custody.key").write_text(SECRET + "\n")
    port = ReservedPort()
    number = port.number
    port.release()
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "receiver.py"], cwd=folder, stdout=said, stderr=subprocess.DEVNULL,
            env=os.environ | {"PORT": str(number)},
        )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{number}/"
    finally:
        process.kill()
        process.wait(10)


def post(url: str, event: dict[str, object], secret: str = SECRET) -> int:
    body = json.dumps(event).encode()
    headers = signed_headers(str(event["id"]), int(time.time()), body, [read_key(secret)])
    request = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            status: int = answer.status
            return status
    except HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_the_receiver_of_the_page_takes_every_number_once(delivering: Delivering, tmp_path: Path) -> None:
    published = delivering.published

    async def test() -> None:
        with receiver(tmp_path) as url:
            delivering.subscribe({"id": "desk", "url": url})
            published.enter(1)
            async with in_process(delivering):
                await accepted(delivering, "desk", 1)
                published.send(a_move(2, Move.LEFT), a_move(3))
                await accepted(delivering, "desk", 3)

    asyncio.run(test())
    assert (tmp_path / "said").read_text().splitlines() == [
        "1 harmwatch.delivery.band v100:desk:band", "2 harmwatch.band.left v100:2", "3 harmwatch.band.entered v100:3"
    ]  # fmt: skip


def test_it_refuses_forged_events_and_gaps_and_passes_over_repeats(tmp_path: Path) -> None:
    first = {"id": "v100:1", "type": "t", "deliverynumber": 1, "follows": 0}
    with receiver(tmp_path) as url:
        await_that(lambda: post(url, first, OTHER_SECRET) == 401, 20, lambda: "it does not answer")
        assert post(url, {"id": "v100:desk:test:1", "type": "harmwatch.delivery.test"}) == 204
        assert [post(url, first), post(url, first)] == [204, 204]
        assert post(url, first | {"deliverynumber": 3, "follows": 2}) == 409
        assert post(url, first | {"deliverynumber": 3, "follows": 1}) == 204
    assert [line.split()[0] for line in (tmp_path / "said").read_text().splitlines()] == ["1", "3"]
