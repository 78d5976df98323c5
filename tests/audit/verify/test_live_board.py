"""What is asked of verify is a value: the same request finds the same in a live board, however often it is verified."""

from audit.verify.live_board import LiveBoard, pack_slice
from audit.verify.outcome import LiveRange, VerificationRequest
from audit.verify.verification import Verification
from models.board import BoardHead, BoardRow, BoardSlice
from models.topics import JOURNAL
from tests.cli.answers.answer import GOLDEN


def test_a_live_board_that_differs_is_named_by_every_pass_of_one_request() -> None:
    newest = len(GOLDEN.topics[JOURNAL])
    wrong = BoardSlice(1, BoardHead(newest, "one", recovering=False), [BoardRow(1, "nobody", 7, in_band=True, since=0)])
    gone = BoardSlice(1, BoardHead(None, None, recovering=False), [])
    packed = [piece for piece in map(pack_slice, (wrong, gone)) if piece is not None]
    request = VerificationRequest(live=LiveBoard(packed))
    outcomes = [Verification(GOLDEN.open_reader, request).run() for _ in range(2)]
    assert [outcome.live for outcome in outcomes] == [LiveRange(1, (newest, newest))] * 2
    first, again = (outcome.faults for outcome in outcomes)
    assert first == again
    assert first.listed[0].startswith(f'live board, rank 1 at entry {newest}: "nobody" with 0.007 days')
