"""The board in a real browser: by keyboard alone, without script, held, and for who cannot see it."""

import re
import time
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from console.row_keys import RowKeys
from tests.console.browser import Desk, Screen, live, wait_by
from tests.console.rules_of_sight import SIZES, THEMES, violations
from tests.console.test_gate import HOSTILE
from tests.console.views import a_row, a_view, an_alert, ranked

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(300)]


def test_the_list_moves_by_itself_and_says_so_in_one_line(screen: Screen, desk: Desk) -> None:
    page = screen.open()
    live(page)
    desk.show(a_view(ranked("somebody", "suspect-0002"), [an_alert(offender_id="somebody")]))
    expect(page.locator("tr[data-key] .person").first).to_have_text("somebody")
    assert screen.people() == [row.offender_id for row in ranked("somebody", "suspect-0002")[:110]]
    expect(page.locator("#news li")).to_have_count(1)
    expect(page.locator("#news li .told")).to_contain_text("somebody entered at rank 97: an offence (19C, 1,825 days)")
    expect(page.locator("#said")).to_have_text("1 entered, 0 left.")
    expect(page.locator("#shift")).to_contain_text("1 in the band who were not when this console began")
    assert page.locator("#inside tr").count() == 100
    assert screen.complaints == []


def test_by_keyboard_alone_the_row_in_hand_stays_and_the_moves_wait(screen: Screen, desk: Desk) -> None:
    page = screen.open()
    live(page)
    for key in "jjjk":
        page.keyboard.press(key)
    expect(page.locator("tr:focus .person")).to_have_text("suspect-0002")
    for number in range(30):
        moved = ranked(*(f"suspect-{rank:04}" for rank in range(5 + number % 3, 0, -1)))
        desk.show(a_view([a_row(row.rank, row.offender_id, row.score + number) for row in moved]))
    newest = str(desk.fan_out.frame.number)  # a slow page misses frames, and gets this one
    expect(page.locator("#desk")).to_have_attribute("data-frame", newest, timeout=20_000)
    expect(page.locator("#held")).to_contain_text("moves held: press . to let through")
    assert screen.people()[:5] == [f"suspect-{rank:04}" for rank in range(1, 6)]
    ranks = page.locator("tr[data-key] .rank").all_text_contents()
    assert ranks[:5] != ["1", "2", "3", "4", "5"], "values change in place"
    page.evaluate("document.addEventListener('focusout', () => { window.lost = true; })")
    page.keyboard.press(".")
    expect(page.locator("#held")).to_be_hidden()
    assert page.evaluate("window.lost") is None, "a screen reader would begin to read it again"
    assert screen.people()[:7] == [row.offender_id for row in moved[:7]]
    expect(page.locator("tr:focus .person")).to_have_text("suspect-0002")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    assert screen.complaints == []


def test_a_key_says_to_the_console_that_an_officer_sits_there_and_not_twice_a_minute(screen: Screen) -> None:
    page = screen.open()
    live(page)
    sent = list[str]()
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/here") else None)
    with page.expect_response("**/here") as answer:
        page.keyboard.press("j")
    assert answer.value.status == 204
    page.keyboard.press("k")
    wait_by(page, 61)
    assert len(sent) == 1
    with page.expect_response("**/here"):
        page.keyboard.press("k")
    assert screen.complaints == []


def test_who_left_is_struck_through_until_the_list_is_let_go(screen: Screen, desk: Desk) -> None:
    page = screen.open()
    live(page)
    page.locator("tr[data-key]").nth(3).hover()
    desk.show(a_view([row for row in ranked() if row.offender_id != "suspect-0003"]))
    expect(page.locator("tr.gone .person")).to_have_text("suspect-0003")
    page.locator("footer").hover()
    expect(page.locator("tr.gone")).to_have_count(0, timeout=12_000)
    assert "suspect-0003" not in screen.people()


def test_a_focus_that_was_left_behind_holds_nothing_for_long(screen: Screen, desk: Desk) -> None:
    page = screen.open()
    live(page)
    page.keyboard.press("j")
    desk.show(a_view(ranked("somebody")))
    expect(page.locator("#held")).to_contain_text("held")
    wait_by(page, 18)
    page.keyboard.press("Shift")
    wait_by(page, 18)
    assert "somebody" not in screen.people(), "who has a hand on the keys holds it"
    wait_by(page, 20)
    expect(page.locator("tr[data-key] .person").first).to_have_text("somebody")
    expect(page.locator("tr:focus .person")).to_have_text("suspect-0001")


def test_a_console_that_was_started_again_strikes_nobody_through(screen: Screen, desk: Desk) -> None:
    page = screen.open()
    live(page)
    page.keyboard.press("j")
    before = screen.people()
    desk.end()
    desk.fan_out.wording = replace(desk.fan_out.wording, keys=RowKeys())
    desk.show(a_view())
    desk.start()
    newest = str(desk.fan_out.frame.number)
    expect(page.locator("#desk")).to_have_attribute("data-frame", newest, timeout=40_000)
    page.keyboard.press("Shift")
    assert page.locator("tr.gone").count() == 0
    assert screen.people() == before


def test_a_click_goes_to_whom_it_was_aimed_at_while_the_list_moves(screen: Screen, desk: Desk) -> None:
    page = screen.open()
    live(page)
    row = page.locator("tr[data-key]").nth(4)
    row.hover()
    aimed = row.locator(".person").text_content()
    for number in range(50):
        desk.show(a_view(ranked(*(f"suspect-{1 + (rank + number) % 40:04}" for rank in range(40)))))
        if number % 10 == 9:
            page.mouse.down()
            page.mouse.up()
            assert page.locator("tr:focus .person").text_content() == aimed


def test_a_page_that_is_held_goes_on_with_the_newest(screen: Screen, desk: Desk) -> None:
    page = screen.open()
    live(page)
    page.keyboard.press("p")
    expect(page.locator("#held")).to_have_text("The page is held")
    before = screen.people()
    for number in range(5):
        alerts = [an_alert(400 + n) for n in range(number + 1)]
        desk.show(a_view(ranked(f"new-{number}"), alerts, entry=90_000, as_of="2026-11-28T02:14:05Z"))
    page.wait_for_timeout(2_500)  # a sign of life has come
    assert screen.people() == before
    expect(page.locator("#word")).to_have_text("HELD")
    expect(page.locator("#why")).to_contain_text("nothing newer is shown")
    expect(page.locator("#bar")).to_have_attribute("data-state", "stale")
    expect(page.locator("#as-of")).to_contain_text("02:13:05")
    expect(page.locator("#details")).to_contain_text("entry 81,204")
    assert page.title().startswith("HELD: ")
    page.keyboard.press("p")
    expect(page.locator("tr[data-key] .person").first).to_have_text("new-4")
    expect(page.locator("#news li")).to_have_count(5)
    expect(page.locator("#word")).to_have_text("LIVE")
    expect(page.locator("#as-of")).to_contain_text("02:14:05")
    expect(page.locator("#details")).to_contain_text("entry 90,000")


def test_a_page_that_is_held_goes_on_by_itself_after_five_minutes(screen: Screen, desk: Desk) -> None:
    page = screen.open()
    live(page)
    page.keyboard.press("p")
    desk.show(a_view(ranked("somebody")))
    wait_by(page, 280)
    expect(page.locator("#word")).to_have_text("HELD")
    assert "somebody" not in screen.people()
    wait_by(page, 25)
    expect(page.locator("tr[data-key] .person").first).to_have_text("somebody")
    expect(page.locator("#word")).to_have_text("LIVE")


def test_an_alert_of_someone_who_was_erased_names_them_no_more_and_stays_in_its_place(
    screen: Screen, desk: Desk
) -> None:
    desk.show(a_view(alerts=[an_alert(number, offender_id=f"p{number}") for number in (1, 2, 3)]))
    page = screen.open()
    live(page)
    named = page.locator("#news .told .person:first-child")
    expect(named).to_have_text(["p3", "p2", "p1"])
    names = {1: "p1", 2: "(sealed)", 3: "p3"}
    desk.show(a_view(alerts=[an_alert(number, offender_id=who) for number, who in names.items()]))
    expect(named).to_have_text(["p3", "(sealed)", "p1"])
    assert "p2" not in str(page.locator("#news").inner_html())


def test_two_screens_show_the_same_at_once(browser: Browser, screen: Screen, desk: Desk) -> None:
    other = Screen(browser, desk)
    pages = [screen.open(), other.open()]
    for page in pages:
        live(page)
    desk.show(a_view(ranked("somebody")))
    for page in pages:
        expect(page.locator("tr[data-key] .person").first).to_have_text("somebody")
    other.context.close()


def test_without_script_everything_is_there(browser: Browser, desk: Desk) -> None:
    screen = Screen(browser, desk, java_script_enabled=False)
    desk.show(a_view(ranked("somebody"), [an_alert()]))
    page = screen.open()
    assert screen.people()[0] == "somebody"
    expect(page.locator("#word")).to_have_text("LIVE")
    expect(page.locator("#news li")).to_have_count(1)
    made = re.compile("This page was made at .* UTC, and loads again every 15 s")
    expect(page.locator("#made")).to_have_text(made, use_inner_text=True)
    expect(page.locator("#hold")).to_be_hidden()
    page.get_by_role("link", name="Display").click()
    page.get_by_label("Night").check()
    page.get_by_role("button", name="Keep").click()
    assert page.locator("html").get_attribute("data-theme") == "night"
    page.get_by_role("link", name="Begin a new shift").click()
    page.get_by_role("button", name="Begin a new shift").click()
    expect(page.locator("#shift")).to_contain_text("0 in the band who were not when the shift began")
    desk.show(a_view(ranked("another")))
    expect(page.locator("tr[data-key] .person").first).to_have_text("another", timeout=25_000)  # it asks by itself
    screen.context.close()


def test_keys_that_are_switched_off_do_nothing(screen: Screen) -> None:
    screen.context.add_cookies([{"name": "harmwatch_display", "value": "light.none", "url": screen.desk.url}])
    page = screen.open()
    live(page)
    for key in "jp":
        page.keyboard.press(key)
    assert page.locator("tr:focus").count() == 0
    expect(page.locator("#held")).to_be_hidden()


def test_hostile_ids_come_over_the_stream_as_text(screen: Screen, desk: Desk) -> None:
    page = screen.open()
    live(page)
    rows = [a_row(rank, who) for rank, who in enumerate(HOSTILE, 1)]
    desk.show(a_view(rows, [an_alert(1 + n, offender_id=who, counterpart=who) for n, who in enumerate(HOSTILE)]))
    expect(page.locator("tr[data-key]")).to_have_count(len(HOSTILE))
    assert screen.people() == [row.who for row in desk.fan_out.frame.text.rows]
    assert page.locator("main script, main img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing is wider than the page"
    assert screen.complaints == []


@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_in_any_theme_and_width(browser: Browser, desk: Desk, theme: str, width: int) -> None:
    screen = Screen(browser, desk, viewport={"width": width, "height": SIZES[width]})
    screen.themed(theme)
    desk.show(a_view(ranked("somebody"), [an_alert(sequence) for sequence in range(1, 12)]))
    page = screen.open()
    live(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for path in ("/display", "/shift", "/nowhere"):
        screen.open(path)
        assert violations(page) == [], path
    desk.show(a_view(ranked("somebody"), seen_at=time.monotonic() - 6, trouble="Redis does not answer"))
    screen.open()
    expect(page.locator("#word")).to_have_text("STALE")
    assert violations(page) == [], "stale"
    screen.context.close()
