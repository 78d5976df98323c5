"""What desk answers: with a decision, a proposal, a lapse, a late action and a foreign record."""

from cli.desk.desk import desk_at
from cli.desk.desk_document import render_desk
from models.instants import parse_instant
from tests.cli.answers.answer import GOLDEN, Answer, Answers, answer
from tests.desk.written import BOARD, a_written_desk


def desk() -> Answer:
    written = a_written_desk(GOLDEN)
    return answer(desk_at(written.read(), parse_instant(written.at(70)), BOARD), render_desk)


ANSWERS: Answers = {"desk": desk}
