"""The wall's news: a frame for each of the board's."""

from console.fan_out import FanOut
from console.frame_source import FrameSource
from console.frames import Frame
from console.freshness import Freshness
from console.wall.wall_text import wall_text


class WallSource(FrameSource):
    """In the event loop alone; it waits and ends as the board does."""

    is_of_board = True

    def __init__(self, board: FanOut) -> None:
        super().__init__()
        self._board = board
        self._frame = _frame_of(board.frame)

    @property
    def frame(self) -> Frame:
        """The newest one, made once."""
        newest = self._board.frame
        if newest.number != self._frame.number:
            self._frame = _frame_of(newest)
        return self._frame

    def fresh(self) -> Freshness:
        """As fresh as the board."""
        return self._board.fresh()

    async def wait_for_news(self, known: int, seconds: float) -> None:
        """Until the board has another frame."""
        await self._board.wait_for_news(known, seconds)
        self.is_ending = self._board.is_ending


def _frame_of(board: Frame) -> Frame:
    before = None if board.before is None else wall_text(board.before)
    return Frame(board.number, wall_text(board.text), before)
