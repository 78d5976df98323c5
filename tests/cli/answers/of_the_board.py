"""What board and offender answer about the past."""

from functools import partial

from cli.board import board, offender
from cli.clocks import AsOf
from tests.cli.answers.answer import AT, GOLDEN, WHO, Answer, Answers, answer

CLOCKS = {
    "at": AsOf(AT, None, as_known_now=False, diff=False),
    "known_now": AsOf(AT, None, as_known_now=True, diff=False),
    "difference": AsOf(AT, None, as_known_now=True, diff=True),
}


def ranking(clocks: AsOf) -> Answer:
    return answer(board.board_at(GOLDEN.open_reader, clocks.at_us, 12, clocks), board.render)


def person(clocks: AsOf) -> Answer:
    return answer(offender.offender_at(GOLDEN.open_reader, clocks.at_us, WHO, clocks), offender.render)


ANSWERS: Answers = {
    "board_empty": lambda: answer(board.board_document("b", None, []), board.render),
    **{f"board_{name}": partial(ranking, clocks) for name, clocks in CLOCKS.items()},
    **{f"offender_{name}": partial(person, clocks) for name, clocks in CLOCKS.items()},
}
