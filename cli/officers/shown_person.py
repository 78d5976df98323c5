"""Which looks may have shown one person: by the whole journal, the desk, and what commands were asked."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit.history.history_replay import HistoryReplay
from audit.history.shown_history import ShownHistory
from cli.long_pass import long_pass
from cli.officers.band_history import band_history
from cli.officers.left_unseen import Times, times_left_unseen
from cli.officers.own_looks import opened_subjects
from cli.output import say
from cli.topics import open_topics
from models.access.secret_file import SecretFile
from models.access_log.look import (
    BandLook,
    CommandLook,
    DisclosureLook,
    FileLook,
    ListLook,
    Look,
    PersonLook,
    StayLook,
    StaysLook,
)
from models.instants import parse_instant
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings
from sealing.handles import Handles

_LONGEST_NUMBER = 19


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """Which looks may have shown one person. `begun`: of each look at the list when, and where the board stood."""

    person: str
    shown: ShownHistory
    begun: Sequence[tuple[int, int]]
    left_unseen: Sequence[Times]
    opened: Mapping[str, str]
    """tokens of subjects that can be read"""

    mark: str | None
    """by which looks at their own page are known; None: none of them is"""

    @classmethod
    def of(
        cls, settings: Settings, person: str, looks: Sequence[tuple[int, Look]], *, below: bool = False
    ) -> "ShownPerson":
        """`below`: also where they stood on the list below the band. Raises Unproved, Unavailable."""
        shown = None if below else band_history(settings, person)
        if shown is None:
            shown = shown_history(settings, person)
        begun = sorted((parse_instant(look.at), look.from_entry) for _, look in looks if isinstance(look, ListLook))
        subjects = {look.subject for _, look in looks if isinstance(look, CommandLook) and look.subject is not None}
        left_unseen = times_left_unseen(settings, shown.entrances)
        mark = _mark(settings, person, looks)
        return cls(person, shown, begun, left_unseen, opened_subjects(settings, subjects), mark)

    def could_see(self, look: Look) -> bool:
        """Of a lease until it ended; where the board stood then, the next look says that anybody began later."""
        match look:
            case StayLook() | FileLook():
                return self.shown.is_named(look.stay)
            case PersonLook():
                return look.subject == self.mark
            case BandLook():
                return self.shown.is_ever_named
            case StaysLook() | DisclosureLook():
                return any(map(self.shown.is_named, look.stays))
            case CommandLook():
                return self._could_see_by_command(look)
            case _:
                return isinstance(look, ListLook) and (self._stood_on_list(look) or self._waited(look))

    def _could_see_by_command(self, look: CommandLook) -> bool:
        """One about nobody in particular has shown all who stood there; the access log names nobody by itself."""
        if look.subject is not None:
            return self.opened.get(look.subject, look.subject) == self.person
        if look.alert_id is not None:
            return self.shown.is_named(_sequence(look.alert_id))
        return look.command != "access list"

    def _stood_on_list(self, look: ListLook) -> bool:
        after = bisect_left(self.begun, (parse_instant(look.until), 0))
        last = self.begun[after][1] if after < len(self.begun) else None
        return self.shown.is_on(look.from_entry, last, look.lines, look.alerts)

    def _waited(self, look: ListLook) -> bool:
        """Whether they stood in the queue, which is shown under the same lease."""
        begin, end = parse_instant(look.at), parse_instant(look.until)
        return any(left <= end and (seen is None or begin <= seen) for left, seen in self.left_unseen)


def _mark(settings: Settings, person: str, looks: Sequence[tuple[int, Look]]) -> str | None:
    """By which the looks at their own page are known; without the secret none is listed, and that is said."""
    secret = settings.console_secret
    if secret is not None:
        return Handles(SecretFile("HARMWATCH_CONSOLE_SECRET", secret).read()).mark(person)
    if any(isinstance(look, PersonLook) for _, look in looks):
        say("looks at single persons cannot be told apart without HARMWATCH_CONSOLE_SECRET: none of them is listed")
    return None


def _sequence(alert_id: str) -> int:
    number = alert_id.rpartition(":")[2]
    return int(number) if number.isascii() and number.isdigit() and len(number) < _LONGEST_NUMBER else 0


def shown_history(settings: Settings, person: str) -> ShownHistory:
    """When a person could be seen, by the whole journal. Raises Unproved where it is empty, and the same."""
    shown = ShownHistory(person)
    with long_pass(open_topics(settings, OFFENCES, JOURNAL)) as open_reader:
        history = HistoryReplay(
            open_reader,
            lambda applied: shown.note(history.entry, history.engine().standing(person).rank, applied.done),
        )
        history.as_of()
    return shown
