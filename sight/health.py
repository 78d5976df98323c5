"""Whether a board does its work, and every reason why not, judged by looks at it from outside."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from models.clock import ClockMode
from sight.look_document import LookDocument, RecoveryDocument

SEEN_SECONDS = 2.0
"""What is wrong must be so in two looks so far apart: a record that has just come waits, too."""

_CLOCK_JITTER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What is wrong in one look. `key` is the same while nothing has moved; `lasts` seconds make a reason of it."""

    key: tuple[object, ...]
    why: str
    lasts: float = SEEN_SECONDS


@dataclass(slots=True)
class Health:
    """Remembers since when it has seen each trouble. `within_seconds`: how long a board may stand still."""

    clock: ClockMode
    within_seconds: float
    _since: dict[tuple[object, ...], float] = field(default_factory=dict)
    _begun_at: float | None = None

    def judge(self, look: LookDocument, now: float) -> tuple[list[str], bool]:
        """The reasons to call it red at `now` (monotonic seconds), none if it is green; and whether that is in doubt.

        It is, while something looks wrong since the first look, but has not for long enough.
        """
        if self._begun_at is None:
            self._begun_at = now
        troubles = list(self._troubles(look))
        self._since = {each.key: self._since.get(each.key, now) for each in troubles}
        young = [each for each in troubles if now - self._since[each.key] < each.lasts]
        reasons = [each.why for each in troubles if each not in young]
        return reasons, any(self._since[each.key] == self._begun_at for each in young)

    def _troubles(self, look: LookDocument) -> Iterator[_Trouble]:
        yield from self._of_the_board(look)
        yield from self._of_the_group(look)
        parked = {each.partition: each for each in look.parked}
        for number, each in parked.items():
            text = f"partition {number} is parked at offset {each.offset}"
            yield _Trouble(("parked", number, each.offset), text)
        for part in look.partitions:
            if part.partition in parked:
                continue
            waiting = part.end - part.applied - part.held_back
            if waiting > 0 and self._is_silent(part.silent_seconds):
                text = f"partition {part.partition}: {waiting:,} records wait and none is applied"
                yield _Trouble(("waits", part.partition, part.applied), text + _for(part.silent_seconds))
        for open_one in look.held_back:
            key = ("held back", open_one.topic, open_one.partition, open_one.offset)
            yield _Trouble(key, f"what was sent cannot be read: {open_one.why}")
        for name in look.missing_topics:
            yield _Trouble(("missing", name), f"topic {name} is gone")

    def _of_the_board(self, look: LookDocument) -> Iterator[_Trouble]:
        silent, state = look.silent_seconds, look.state
        if state == "clock" and look.clock is not None:
            yield _Trouble(("state", state), look.clock.why)
        elif look.recovery is not None and self._is_silent(look.recovery.seconds):
            # It moves all the time, and yet no report is applied.
            text = render_recovery(look.recovery)
            yield _Trouble(("state", state), f"the board is recovering: {text}" + _for(look.recovery.seconds))
        elif state not in {"open", "parked"} and self._is_silent(silent):
            yield _Trouble(("state", state), f"the board is {state}")
        elif self.clock is ClockMode.WALL and self._is_silent(silent):
            yield _Trouble(("stands",), "the board stands still" + _for(silent))
        unpublished = look.unpublished_seconds
        if look.outbox and self._is_silent(unpublished):
            text = f"{look.outbox:,} entries wait and none is published"
            yield _Trouble(("unpublished", look.entry - look.outbox), text + _for(unpublished))

    def _of_the_group(self, look: LookDocument) -> Iterator[_Trouble]:
        if not look.settled:
            lasts = max(SEEN_SECONDS, self.within_seconds)
            yield _Trouble(("unsettled",), "the workers have not agreed on who reads which partition", lasts)
        elif not look.workers:
            yield _Trouble(("nobody",), "no worker is there")
        else:
            alone = [part.partition for part in look.partitions if part.owner is None]
            for number in alone:
                yield _Trouble(("alone", number), f"partition {number}: no worker reads it")

    def _is_silent(self, seconds: float | None) -> bool:
        """A move that lies ahead was stamped by a clock that has been set back since: it says nothing of now."""
        return seconds is None or not -_CLOCK_JITTER_SECONDS <= seconds <= self.within_seconds


def render_recovery(recovery: RecoveryDocument) -> str:
    """How far a recovery has come."""
    return f"entry {recovery.entry:,} of {recovery.of:,}"


def _for(seconds: float | None) -> str:
    return f", for {seconds:,.0f} s" if seconds is not None and seconds > 0 else ""
