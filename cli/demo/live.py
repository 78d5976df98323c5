"""The live part of the demo: records go out bit by bit, and the board is shown as it moves."""

import time
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.live import Live
from rich.text import Text

from cli.demo.history import Record
from cli.terminal import put_back_at_the_end
from cli.watch.plain import newest, tell_alerts
from cli.watch.view import Frame, board_screen
from policies.policy_file import load_policy
from runtime.settings import Settings
from sight.board_view import BoardView
from sight.poller import BoardPoller

_BELOW_THE_CUT = 20
_BITS = 40
_LOOKS_PER_BIT = 2
_LOOK_SECONDS = 0.1


def send_and_show(
    settings: Settings,
    records: Sequence[Record],
    send: Callable[[Sequence[Record]], None],
    check: Callable[[], None],
    title: str,
) -> None:
    """Sends the records in forty bits; a screen on a terminal, a line for each alert elsewhere. `check` may end it."""
    policy = load_policy(settings.policy)
    poller = BoardPoller(settings, policy.band_size, policy.exit_rank, _BELOW_THE_CUT)
    known = newest(poller.look())
    console = Console()
    size = max(1, -(-len(records) // _BITS))
    try:
        with put_back_at_the_end(), Live(console=console, screen=console.is_terminal, auto_refresh=False) as live:
            for start in range(0, len(records), size):
                send(records[start : start + size])
                for view in _looks(poller, check):
                    if console.is_terminal:
                        live.update(_screen(poller, view, console, title), refresh=True)
                    else:
                        known = tell_alerts(view, known, indent="  ")
    finally:
        poller.close()


def _looks(poller: BoardPoller, check: Callable[[], None]) -> Iterator[BoardView]:
    """What the board is like after each of the moments that a bit gets; `check` raises when it cannot go on."""
    for _ in range(_LOOKS_PER_BIT):
        time.sleep(_LOOK_SECONDS)
        check()
        yield poller.look()


def _screen(poller: BoardPoller, view: BoardView, console: Console, title: str) -> Text:
    size = console.width, console.height
    frame = Frame(*size, poller.band_size, poller.first_ranks or {}, typing=title, encoding=console.encoding)
    return board_screen(view, frame, time.monotonic())
