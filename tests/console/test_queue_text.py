"""The queue in words: every kind in one sentence, in order, whatever people are called."""

import random
from datetime import UTC
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.stays.queue_frames import QueueFrame
from console.stays.queue_text import CAUSES, KIND_WORDS, NOT_BEGUN, QueueText, queue_text
from console.stays.stay_words import age, moment_words
from desk.stay import ReturnCause
from models.instants import DAY, HOUR, Micros
from sight.local_times import short_moment
from sight.opening import CLOSED
from sight.printable import printable
from tests.console.test_gate import HOSTILE
from tests.console.test_stream import events_in
from tests.console.views import an_alert
from tests.desk.acts import HOUR as HOUR_SECONDS
from tests.desk.acts import Shift, at
from tests.desk.test_queue import a_busy_desk

MINUTE = HOUR // 60


def clock(instant: Micros, today: Micros) -> str:
    return short_moment(instant, today, UTC)


def lines(text: QueueText) -> list[tuple[str, str, str]]:
    return [(each.kind, each.owner, "".join(piece.text for piece in each.pieces)) for each in text.items]


def test_each_kind_is_one_sentence_and_the_most_urgent_comes_first() -> None:
    shift = a_busy_desk()
    shift.do("look", "bob", stay=shift.enter("p6"))
    text = queue_text("v100", shift.desk(2 * HOUR_SECONDS), {4: an_alert(4, offender_id="p4")}, clock)
    sentences = {kind: (owner, said) for kind, owner, said in lines(text)}
    assert list(sentences) == ["second_key", "lapsed", "entered", "left_unseen", "returned", "owned"]
    assert sentences["second_key"] == (
        "ann", "p1: ann proposes refer; a second person answers by 2 Jan, in 22 h.",
    )  # fmt: skip
    assert sentences["lapsed"] == ("", "p2 is back: the score has grown since it was looked at.")
    assert sentences["entered"][1].startswith("p4 entered at rank 97: an offence (19C, 1,825 days) was reported")
    assert sentences["left_unseen"] == ("", "p5 left at 00:00, and nobody had looked.")
    assert sentences["returned"] == ("", "p3 is back: the time it was put off for is over.")
    assert sentences["owned"] == ("bob", "p6 has been in hand since 00:00.")
    assert text.summary == "5 wait, 1 in hand, 5 overdue"
    assert [each.address for each in text.items[:2]] == ["/stays/v100:1", "/stays/v100:2"]
    assert {each.word for each in text.items} <= set(KIND_WORDS.values())


@pytest.mark.parametrize("who", HOSTILE)
def test_whatever_people_are_called_a_line_is_one_line_and_no_address_names_them(who: str) -> None:
    text = queue_text("v100", Shift((who,)).desk(60), {}, clock)
    (item,) = text.items
    assert (item.pieces[0].text, item.pieces[0].names) == (printable(who), True)
    assert item.address == "/stays/v100:1"
    ((_, document),) = events_in(QueueFrame(1, text, None).whole)
    assert document["items"][0]["pieces"][0] == [printable(who), 1]


def test_who_is_sealed_or_erased_is_named_by_nothing() -> None:
    token = f"sealed:{'a' * 32}:{'B' * 24}"
    shift = Shift((token,))
    assert lines(queue_text("v100", shift.desk(60), {}, clock))[0][2].startswith(CLOSED)
    shift.do("erased", stay=1)
    assert queue_text("v100", shift.desk(60), {}, clock).items == ()


def test_every_cause_for_which_a_stay_comes_back_has_words() -> None:
    assert set(CAUSES) == set(get_args(ReturnCause))


def test_what_an_officer_had_when_their_shift_ended_is_back_and_says_so() -> None:
    shift = Shift()
    shift.do("look", stay=1)
    (line,) = lines(queue_text("v100", shift.desk(13 * HOUR_SECONDS), {}, clock))
    assert line == ("returned", "", "p1 is back: the shift of who had it is over.")


def test_a_desk_without_rules_says_so() -> None:
    shift = Shift(())
    shift.acts.clear()
    assert queue_text("v100", shift.desk(0), {}, clock) == NOT_BEGUN


@pytest.mark.parametrize(
    ("micros", "said"),
    [(0, "just now"), (-HOUR, "just now"), (MINUTE, "1 min"), (HOUR - 1, "59 min"), (HOUR, "1 h"),
     (2 * DAY - 1, "47 h"), (2 * DAY, "2 days"), (1_000 * DAY, "1,000 days")],
)  # fmt: skip
def test_how_long_is_said_in_the_largest_unit_that_fits(micros: int, said: str) -> None:
    assert age(micros) == said


def test_what_is_to_come_is_rounded() -> None:
    assert moment_words(at(4 * HOUR_SECONDS - 1), at(0), clock) == "03:59, in 4 h"
    assert moment_words(at(30), at(0), clock) == "00:00"


WAITING = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from(("", "ann", "bob"))), max_size=6)


@given(st.lists(WAITING, min_size=1, max_size=6), st.randoms())
@settings(max_examples=40)
def test_whatever_frames_a_page_misses_it_shows_the_newest(
    shown: list[list[tuple[str, str]]], chance: random.Random
) -> None:
    known: dict[str, dict[str, object]] = {}
    before, stands_at = None, 0
    for number, people in enumerate(shown, 1):
        shift = Shift(())
        for who, owner in dict(people).items():
            stay = shift.enter(who)
            if owner:
                shift.do("look", owner, stay=stay)
        text = queue_text("v100", shift.desk(60), {}, clock)
        frame, before = QueueFrame(number, text, before), text
        if chance.random() < 0.5 and number < len(shown):
            continue
        body = frame.change if stands_at and stands_at == number - 1 else frame.whole
        ((_, document),) = events_in(body)
        known = {
            (item if isinstance(item, str) else item["key"]): known[item] if isinstance(item, str) else item
            for item in document["items"]
        }
        stands_at = number
    assert before is not None
    assert [(item["kind"], item["owner"]) for item in known.values()] == [
        (each.kind, each.owner) for each in before.items
    ]
