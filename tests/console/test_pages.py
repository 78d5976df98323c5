"""The pages without a script: what they show of a view, word by word."""

import re
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from starlette.testclient import TestClient

from console.board_text import ROWS_BELOW, Wording
from console.fan_out import FanOut
from console.row_keys import RowKeys
from console.shift import Shift
from models.alert import CauseOut, CutOut
from models.journal.transition import CauseKind, Move
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.page_text import Read
from tests.console.views import BAND, a_row, a_view, an_alert

MINUS_1 = "\N{MINUS SIGN}1"


def board(client: TestClient) -> Read:
    answer = client.get("/board")
    assert answer.status_code == 200
    return Read(answer.text)


def test_the_band_the_cut_and_ten_below_stand_in_order(client: TestClient) -> None:
    rows = board(client).rows[1:]
    assert [row[0] for row in rows[:BAND]] == [str(rank) for rank in range(1, BAND + 1)]
    assert rows[BAND] == ["the cut at 100: 1,900 days"]
    assert [row[0] for row in rows[BAND + 1 :]] == [str(rank) for rank in range(BAND + 1, BAND + 1 + ROWS_BELOW)]


def test_a_row_tells_who_how_much_how_far_from_the_cut_since_when_and_until_when(client: TestClient) -> None:
    rows = board(client).rows[1:]
    assert rows[0] == ["1", "", "suspect-0001", "1,999", "+99", "3 Aug", "3 Aug 2027"]
    assert rows[BAND - 1] == ["100", "", "suspect-0100", "1,900", "0", "3 Aug", "3 Aug 2027"]
    assert rows[BAND + 1] == ["101", "", "suspect-0101", "1,899", "\N{MINUS SIGN}1", "", ""]


def test_a_board_that_is_not_full_has_no_cut_and_says_so(client: TestClient, fan_out: FanOut) -> None:
    fan_out.show(a_view([a_row(1), a_row(2)]))
    read = board(client)
    assert ["no cut yet: 2 of 100 places are taken"] in read.rows
    assert read.rows[1][4] == ""


def test_who_stays_in_the_band_below_the_cut_stands_below_it_and_is_still_in(fan_out: FanOut) -> None:
    stayer = replace(a_row(101), in_band=True, since=a_row(1).since)
    fan_out.show(a_view([*(a_row(rank) for rank in range(1, 101)), stayer]))
    assert [row.place for row in fan_out.frame.text.rows[-2:]] == ["in", "stayer"]


def test_everyone_who_may_stay_below_the_cut_is_on_the_list_and_ten_more() -> None:
    rows = [replace(a_row(rank), in_band=rank <= 130) for rank in range(1, 151)]
    shown = Wording(BAND, 130, RowKeys(), UTC).board(a_view(rows), Shift(0)).rows
    assert [row.rank for row in shown] == [str(rank) for rank in range(1, 141)]
    assert {row.place for row in shown[BAND:130]} == {"stayer"}


def test_movement_counts_from_the_beginning_of_the_shift(client: TestClient, fan_out: FanOut) -> None:
    fan_out.show(a_view())
    swapped = [a_row(1, "suspect-0003"), a_row(2, "suspect-0001"), a_row(3, "suspect-0002")]
    fresh = [a_row(99, "suspect-0101"), a_row(100, "somebody"), a_row(101, "suspect-0100"), a_row(102, "nobody")]
    fan_out.show(a_view([*swapped, *(a_row(rank) for rank in range(4, 99)), *fresh]))
    read = board(client)
    moved = {row[2]: row[1] for row in read.rows[1:] if len(row) > 2}
    assert [moved[f"suspect-000{number}"] for number in (1, 2, 3, 4)] == [
        "\N{MINUS SIGN}1",
        "\N{MINUS SIGN}1",
        "+2",
        "=",
    ]
    assert [moved[who] for who in ("suspect-0101", "somebody", "suspect-0100", "nobody")] == [
        "new",
        "new",
        "out",
        "new",
    ]
    assert re.search(r"2 in the band who were not when this console began at [0-9: A-Za-z]+, 2 gone", read.text)
    assert client.post("/shift", headers=OWN).headers["location"] == "/board"
    read = board(client)
    assert {row[1] for row in read.rows[1:] if len(row) > 2} == {"="}
    assert re.search(r"0 in the band who were not when the shift began at [0-9: A-Za-z]+, 0 gone", read.text)


def test_a_shift_does_not_begin_before_anybody_was_seen(fan_out: FanOut) -> None:
    fan_out.show(a_view([]))
    assert fan_out.begin_shift() == "nobody is ranked yet"
    fan_out.show(a_view())
    assert {row.moved for row in fan_out.frame.text.rows} == {"="}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"state": "recovering"}, "the board is recovering"),
        ({"trouble": "Redis does not answer"}, "the board cannot be looked at: Redis does not answer"),
        ({"seen_at": -10.0}, "there is no news of the board"),
        ({"state": "unseen"}, "there is no news of the board"),
    ],
)
def test_a_shift_begins_from_a_whole_board_alone(
    client: TestClient, fan_out: FanOut, changes: dict[str, Any], why: str
) -> None:
    half = [a_row(1, "nobody")]
    fan_out.show(a_view())
    answer = client.post("/shift", headers=OWN)
    assert answer.status_code == 303
    fan_out.show(a_view(half, **changes))
    answer = client.post("/shift", headers=OWN)
    assert (answer.status_code, f"No shift begins now: {why}." in Read(answer.text).text) == (409, True)
    fan_out.show(a_view())
    assert {row.moved for row in fan_out.frame.text.rows} == {"="}


def test_the_first_shift_waits_for_a_whole_board_too() -> None:
    fan_out = FanOut(Wording(BAND, BAND, RowKeys(), UTC), "", a_view([], state="unseen"))
    fan_out.show(a_view([a_row(1, "nobody")], state="recovering"))
    assert {row.moved for row in fan_out.frame.text.rows} == {""}
    fan_out.show(a_view())
    assert {row.moved for row in fan_out.frame.text.rows} == {"="}


@pytest.mark.parametrize(
    ("alert", "sentence"),
    [
        (
            an_alert(),
            "suspect-0097 entered at rank 97: an offence (19C, 1,825 days) was reported; 410 days above the cut; "
            "suspect-0101 left in exchange.",
        ),
        (
            an_alert(
                transition=Move.LEFT, rank=101, counterpart="suspect-0007",
                cause=CauseOut(kind=CauseKind.DISPLACEMENT, event_id="e", offence_id="o", offender_id="suspect-0007"),
                cut=CutOut(score_millidays=1_415_000, margin_millidays=-3_500),
            ),
            "suspect-0097 left, now at rank 101: suspect-0007 entered above them; 3.5 days below the cut.",
        ),
        (
            an_alert(
                transition=Move.LEFT, rank=None, counterpart=None, contributions=(),
                cause=CauseOut(kind=CauseKind.WITHDRAWAL, event_id="e", offence_id="o", offender_id="suspect-0097"),
                cut=CutOut(score_millidays=None, margin_millidays=None),
            ),
            "suspect-0097 left, now without a score: the report of an offence was withdrawn; fewer are ranked than the "
            "band has places.",
        ),
        (
            an_alert(
                counterpart=None,
                cause=CauseOut(kind=CauseKind.VACANCY, event_id=None, offence_id="o", offender_id="suspect-0007"),
                cut=CutOut(score_millidays=1, margin_millidays=0),
            ),
            "suspect-0097 entered at rank 97: suspect-0007 fell and made room; exactly at the cut.",
        ),
        (
            an_alert(
                counterpart=None,
                cause=CauseOut(kind=CauseKind.EXPIRY, event_id=None, offence_id="o-1", offender_id="suspect-0097"),
            ),
            "suspect-0097 entered at rank 97: an offence (19C, 1,825 days) is too long ago to count as it did; "
            "410 days above the cut.",
        ),
        (
            an_alert(
                counterpart=None,
                cause=CauseOut(kind=CauseKind.POLICY, event_id=None, offence_id=None, offender_id="suspect-0097"),
            ),
            "suspect-0097 entered at rank 97: other rules came into force (v100 2026.1); 410 days above the cut.",
        ),
        (
            an_alert(
                counterpart=None,
                cause=CauseOut(kind=CauseKind.AMENDMENT, event_id="e", offence_id="o-1", offender_id="suspect-0097"),
            ),
            "suspect-0097 entered at rank 97: the report of an offence (19C, 1,825 days) was corrected; 410 days above "
            "the cut.",
        ),
    ],
    ids=["offence", "displacement", "withdrawal", "vacancy", "expiry", "policy", "amendment"],
)  # fmt: skip
def test_an_alert_is_one_sentence_of_who_why_margin_and_counterpart(
    client: TestClient, fan_out: FanOut, alert: object, sentence: str
) -> None:
    fan_out.show(a_view(alerts=[alert]))  # type: ignore[list-item]  # built above
    assert board(client).stories == [sentence]


def test_the_newest_alert_comes_first(client: TestClient, fan_out: FanOut) -> None:
    fan_out.show(a_view(alerts=[an_alert(sequence) for sequence in range(1, 51)]))
    told = [attributes["data-alert"] for tag, attributes in board(client).tags if "data-alert" in attributes]
    assert told == [f"v100:{sequence}" for sequence in range(50, 20, -1)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "LIVE as of 28 Nov 2026, 02:13:05 UTC last record just now nothing waits entry 81,204"),
        ({"seen_at": -10.0, "trouble": "Redis does not answer"}, "STALE for "),
        ({"state": "recovering"}, "NOT LIVE the board is recovering: a worker compares it with the journal"),
        ({"reasons": ("no worker is there",)}, "NOT LIVE no worker is there"),
        ({"state": "unseen"}, "LOOKING looking for the board"),
        ({"policy_digest": "f" * 64}, "NOT LIVE another policy is in force than HARMWATCH_POLICY names: the cut may"),
        (
            {"policy_digest": "f" * 64, "reasons": ("no worker is there",)},
            "NOT LIVE no worker is there; as of 2026-11-28T02:13:05Z; another policy is in force",
        ),
        ({"policy_digest": "f" * 64, "seen_at": -10.0, "trouble": "Redis does not answer"}, "STALE for "),
        ({"lag": 7, "moved_at": -10.0}, "STALE nothing was applied for"),
    ],
)
def test_the_bar_says_whether_it_is_live_and_if_not_why(
    client: TestClient, fan_out: FanOut, changes: dict[str, Any], said: str
) -> None:
    fan_out.show(a_view(**changes))
    read = board(client)
    assert said in read.text
    stale = {"seen_at", "state", "reasons", "moved_at", "policy_digest"} & set(changes)
    (desk,) = [attributes["class"] for tag, attributes in read.tags if attributes.get("id") == "desk"]
    assert ("stale" in str(desk)) == bool(stale)


def test_without_script_the_page_asks_again_by_itself(client: TestClient) -> None:
    page = client.get("/board").text
    assert re.search(r'<noscript><meta http-equiv="refresh" content="15"></noscript>', page)
    assert "loads again every 15 s" in page


@pytest.mark.parametrize("path", ["/board", "/display", "/shift", "/nowhere"])
def test_every_page_says_that_there_is_no_sign_in(client: TestClient, path: str) -> None:
    text = Read(client.get(path).text).text
    assert "No sign-in: this machine only, looks are logged without a name" in text
    assert "an alert is a recommendation to look, never a verdict on a person" in text


def test_the_way_in_leads_to_the_board(client: TestClient) -> None:
    assert client.get("/").headers["location"] == "/board"


@pytest.mark.parametrize("theme", ["light", "dark", "night", "system"])
def test_colours_and_keys_are_kept_in_the_browser_alone(client: TestClient, theme: str) -> None:
    answer = client.post("/display", data={"theme": theme}, headers=OWN)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in (f"harmwatch_display={theme}.none", "httponly", "samesite=strict"))
    assert f'data-theme="{theme}" data-keys="off"' in client.get("/board").text


@pytest.mark.parametrize("cookie", ["", "purple.keys", '"><script>', "light", "." * 4_000])
def test_a_display_that_cannot_be_read_is_as_shipped(client: TestClient, cookie: str) -> None:
    page = client.get("/board", headers={"Cookie": f"harmwatch_display={cookie}"}).text
    assert re.search(r'data-theme="(system|light)" data-keys="on"', page)


def test_what_was_on_another_day_is_dated(fan_out: FanOut) -> None:
    others = [an_alert(1, as_of="2026-11-27T23:59:59Z"), an_alert(2), an_alert(3, as_of="2025-11-28T02:13:05Z")]
    fan_out.show(a_view(alerts=others))
    assert [alert.at for alert in fan_out.frame.text.alerts] == ["28 Nov 2025", "02:13", "27 Nov"]


@pytest.mark.parametrize(
    ("host", "path", "status", "heading"),
    [(HOST, "/nowhere", 404, "Not found"), ("evil.example", "/board", 421, "Another address")],
)
def test_what_is_refused_has_a_heading_and_a_sentence_and_is_a_document_for_a_program(
    client: TestClient, host: str, path: str, status: int, heading: str
) -> None:
    page = client.get(path, headers={"Host": host})
    told = client.get(path, headers={"Host": host, "Accept": "application/json"})
    assert (page.status_code, told.status_code) == (status, status)
    assert f"<h1>{heading}</h1>" in page.text
    assert f'role="alert">{told.json()["words"]}</p>' in page.text


def test_a_program_that_may_not_be_shown_the_board_gets_a_document_that_says_why(
    client: TestClient, book: Book
) -> None:
    book.away = "Kafka does not answer"
    told = client.get("/board", headers={"Accept": "application/json"})
    assert (told.status_code, told.json()["status"]) == (503, 503)
    assert "Kafka does not answer" in told.json()["words"]
