"""The fold: alerts by sequence and actions by offset come to one desk, in whatever order the two topics arrive."""

from collections import deque
from dataclasses import dataclass
from typing import Self

from desk.band_change import BandBaseline, BandChange
from desk.handovers import HandoverAction, check_items, hand_over, judge_handover
from desk.judgement import judge
from desk.settled import SettledDesk
from desk.state import Charter, Desk
from desk.stay_moment import SUPERVISOR, StayAction, StayMoment
from desk.verdict import Answer, NotTaken, Verdict
from models.desk.action import (
    Action,
    ErasedAction,
    OfferHandoverAction,
    ReturnHandoverAction,
    RulesAction,
    TakeHandoverAction,
)
from models.desk.rules import FOLD_VERSION, DeskRules
from models.desk.stay_name import stay_sequence
from models.errors import PreconditionFailed
from models.instants import SECOND, Micros, parse_instant

CONSOLE = "console"
"""The role of what no person wrote."""

UNSIGNED = "none"
"""The sign-in of who had to name themselves, and to prove nothing."""

OF_CONSOLE = frozenset({"rules", "lapse", "erased"})
_CLOCKS_APART = 60 * SECOND


@dataclass(frozen=True, slots=True)
class PlacedAction:
    """An action at its offset, with the instant at which the broker appended it."""

    offset: int
    at: Micros
    action: Action

    @property
    def told_at(self) -> Micros:
        """What it moves the desk's time to: when it was appended, at most a minute after its writer's clock."""
        return min(self.at, Micros(parse_instant(self.action.at) + _CLOCKS_APART))


class DeskFold:
    """Takes both topics as they come. Alerts behind the last action float: the next action may stand before them."""

    def __init__(self, first_entry: str | None = None) -> None:
        """`first_entry`: the hash of the journal's entry 1 that the desk is to be about; None: of whichever it is."""
        self._first_entry = first_entry
        self._settled = SettledDesk()
        self._floating: deque[BandChange] = deque()
        self._ahead: SettledDesk | None = None  # with those that float: before the rules it may be all of them
        self._waiting: deque[PlacedAction] = deque()
        self._last_alert = 0
        self._ids: set[str] = set()
        self.verdicts: list[Verdict] = []

    def add_change(self, change: BandChange) -> Self:
        """The next change of the band. Raises ValueError where it is not behind the last one."""
        begins = isinstance(change, BandBaseline) and not self._last_alert
        if change.sequence <= self._last_alert and not begins:
            raise ValueError(f"alert {change.sequence} came behind {self._last_alert}")
        self._last_alert = change.sequence
        self._floating.append(change)
        if self._ahead is not None:
            self._ahead.apply(change)
        self._settle()
        return self

    def add_act(self, act: PlacedAction) -> Self:
        """The next action.

        Raises ValueError where its offset is not behind the last one's, PreconditionFailed where the rules are about
        another journal, or a later harmwatch's.
        """
        last = self._waiting[-1].offset if self._waiting else self._settled.offset
        if act.offset <= last:
            raise ValueError(f"offset {act.offset} came behind {last}")
        self._waiting.append(act)
        self._settle()
        return self

    @property
    def waiting(self) -> int:
        """How many actions stand behind an alert that has not come."""
        return len(self._waiting)

    @property
    def stopped_at(self) -> PlacedAction | None:
        """The first of them: what lies behind it is not folded, as behind a gap."""
        return self._waiting[0] if self._waiting else None

    def desk(self, at: Micros | None = None) -> Desk:
        """With the alerts that float, and with the terms that have fallen due at `at`; None: no later than it is."""
        board = self.shown()
        board.advance(board.at if at is None else at)
        return board.desk()

    def shown(self) -> SettledDesk:
        """The same, for whoever lets time go on over it: a copy."""
        if self._ahead is None:
            self._ahead = self._settled.copy()
            for change in self._floating:
                self._ahead.apply(change)
        return self._ahead.copy()

    def _settle(self) -> None:
        while self._waiting and self._waiting[0].action.after <= self._last_alert:
            act, self._ahead = self._waiting.popleft(), None
            while self._floating and self._floating[0].sequence <= act.action.after:
                self._settled.apply(self._floating.popleft())
            self._settled.advance(act.told_at)
            self._settled.offset = act.offset
            if CONSOLE not in {act.action.role, act.action.by}:
                self._settled.wrote(act.action.by)
            answer, why = self._take(act.action)
            if answer == "taken" and act.action.sign_in is not None:
                self._settled.unsigned += act.action.sign_in == UNSIGNED
                self._settled.shift = self._settled.shift.wrote(act.action.by)
            self.verdicts.append(Verdict(act.offset, act.action.action_id, answer, why))

    def _take(self, action: Action) -> tuple[Answer, str]:
        if action.action_id in self._ids:
            return "repeated", "its id was answered before"
        self._ids.add(action.action_id)
        try:
            self._judge(action)
        except NotTaken as refusal:
            return refusal.answer, str(refusal)
        return "taken", ""

    def _judge(self, action: Action) -> None:
        """Raises NotTaken, and then nothing has changed."""
        board = self._settled
        check_writer(action)
        if isinstance(action, RulesAction):
            self._rule(action)
        elif board.rules is None:
            raise NotTaken("refused", "the desk has no rules yet")
        elif isinstance(action, OfferHandoverAction | TakeHandoverAction | ReturnHandoverAction):
            self._hand_over(action)
        elif isinstance(action, ErasedAction):
            self._erase(action)
        else:
            self._judge_stay(action, board.rules)

    def _hand_over(self, action: HandoverAction) -> None:
        board = self._settled
        words = getattr(action, "words", None) or getattr(action, "note", None)
        if words is not None and board.is_sealed:
            raise NotTaken("refused", "on a sealed board no words are written in clear")
        if isinstance(action, TakeHandoverAction):
            check_items(board.stays, action.items)
        board.handovers = judge_handover(board.handovers, action, board.sequence, board.offset, board.at)
        if isinstance(action, TakeHandoverAction):
            board.shifts.pop(board.handovers[-1].by, None)
            board.shift = board.shift.begun(board.at)
            for stay in tuple(hand_over(tuple(board.stays.values()), board.handovers[-1], action, board.at)):
                board.put(stay)

    def _erase(self, action: ErasedAction) -> None:
        board = self._settled
        named = [stay_sequence(name) for name in action.stays if board.names(name)]
        stays = [board.stays[stay] for stay in named if stay in board.stays]
        if not any(not stay.is_erased for stay in stays):
            raise NotTaken("late" if stays else "refused", "they were erased" if stays else "there is no such stay")
        for stay in stays:
            board.put(stay if stay.is_erased else stay.erased(board.at))

    def _judge_stay(self, action: StayAction, rules: DeskRules) -> None:
        board = self._settled
        stay = board.stays.get(action.stay_sequence)
        if stay is None or not board.names(action.stay):
            raise NotTaken("refused", "there is no such stay")
        board.put(judge(StayMoment(stay, rules, board.at), action))

    def _rule(self, action: RulesAction) -> None:
        board, charter = self._settled, Charter(action.board, action.first_entry)
        is_first = board.charter is None
        if is_first:
            self._check_first(action)
        elif board.charter != charter:
            raise NotTaken("refused", "the desk is about another history")
        elif action.role == CONSOLE:
            raise NotTaken("late", "the desk has its rules")
        elif action.role != SUPERVISOR or action.note is None:
            raise NotTaken("refused", "a supervisor changes the rules, with a reason")
        if action.rules.fold_version != FOLD_VERSION:
            fault = f"the rules name fold version {action.rules.fold_version}, and this harmwatch has {FOLD_VERSION}"
            raise PreconditionFailed(f"{fault}: run the one that wrote them")
        board.charter, board.rules = charter, action.rules
        if is_first:
            board.open_desk()
        for stay in tuple(board.stays.values()):
            board.put(stay)  # shifts may be shorter now

    def _check_first(self, action: RulesAction) -> None:
        if action.role != CONSOLE:
            raise NotTaken("refused", "the console writes the first rules")
        if self._first_entry not in {None, action.first_entry}:
            fault = f"the desk is about the journal whose entry 1 is {action.first_entry}, not {self._first_entry}"
            raise PreconditionFailed(f"{fault}: another board wrote this officer-actions.v1")


def check_writer(action: Action) -> None:
    """Raises NotTaken where a person wrote what only the console writes, or the other way round."""
    is_consoles = action.role == CONSOLE if isinstance(action, RulesAction) else action.kind in OF_CONSOLE
    if is_consoles != (action.role == CONSOLE) or is_consoles != (action.sign_in is None):
        raise NotTaken("refused", f"{action.role} does not write {action.kind}")
