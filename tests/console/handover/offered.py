"""A desk that was offered, by the forms of its pages."""

import re
import time

from models.instants import HOUR, format_instant
from tests.console.conftest import OWN
from tests.console.duty import Duty

ANNA, BERT = "proxy:anna", "proxy:bert"


def just_now(hours: float = 0) -> str:
    """By this machine's clock, or so long ago."""
    return format_instant(time.time_ns() // 1_000 - round(hours * HOUR))


def seen_in(page: str, act: str = "") -> str:
    form = page.partition(f'name="act" value="{act}"')[2] if act else page
    found = re.search(r'name="seen" value="([^"]+)"', form)
    assert found is not None
    return found[1]


def offered(desk: Duty, **fields: str) -> int:
    """By Anna, to Bert; answers its number."""
    with desk.asked_by("anna") as anna:
        form = {"act": "offer", "seen": seen_in(anna.get("/handover").text), "to": "bert"} | fields
        answer = anna.post("/handover", data=form, headers=OWN)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].removeprefix("/handover/").removesuffix("?done"))
