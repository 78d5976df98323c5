"""What a board says of itself when it is asked; nothing here changes anything."""

from collections.abc import Sequence

from models.board import BoardRow, OffenderView
from models.errors import Unavailable
from models.instants import SECOND
from models.journal.transition import BandEntry, Entry
from state.clocks import CallerClock
from state.connection import fields_of, is_wrong_type
from state.entries import read_entry
from state.fill import Fill, read_fill
from state.keys import Keys
from state.line import PipelinedConnection
from state.position import Position, read_position
from state.reads import StoreView, read_board, read_entrance, read_offender, read_offenders, read_person, read_sighting
from state.silences import Silences, read_silences


class Readings:
    """Those of the board `keys.board`, over one line. Every method raises Unavailable when Redis does not answer."""

    def __init__(self, line: PipelinedConnection, keys: Keys, clock: CallerClock) -> None:
        self._line = line
        self._keys = keys
        self._clock = clock

    def position(self) -> Position:
        """Where the board stands now."""
        with self._line.exclusive() as client:
            return read_position(client, self._keys)

    def founding(self) -> str | None:
        """The document with which the board was founded; None where there is no board."""
        (document,) = self._meta("founding")
        return None if document is None else str(document, "utf-8")

    def silences(self, partitions: int) -> Silences:
        """How long nothing was applied or published, by the store's clock."""
        with self._line.exclusive() as client:
            return read_silences(client, self._keys, partitions)

    def fill(self) -> Fill:
        """How much it holds."""
        with self._line.exclusive() as client:
            return read_fill(client, self._keys)

    def lateness_us(self) -> int:
        """How far as_of lies behind what both clocks say (microseconds); negative where it lies ahead."""
        with self._line.exclusive() as client, client.pipeline() as together:
            together.time()
            together.hmget(self._keys["meta"], ["as_of"])
            (seconds, microseconds), answered = together.execute(raise_on_error=False)
        (as_of,) = fields_of(answered, 1)
        now = min(seconds * SECOND + microseconds, self._clock.read())
        return 0 if as_of is None else now - int(as_of)

    def board(self, top: int) -> list[BoardRow]:
        """The first `top` of the ranking."""
        with self._line.exclusive() as client:
            return read_board(client, self._keys, top)

    def sighting(self, top: int) -> StoreView:
        """Position, the first `top` (at least one) of the ranking and the band, read at one moment."""
        with self._line.exclusive() as client:
            return read_sighting(client, self._keys, top)

    def offender(self, offender_id: str) -> OffenderView:
        """One person with every offence known of them."""
        with self._line.exclusive() as client:
            return read_offender(client, self._keys, offender_id)

    def person(self, offender_id: str) -> tuple[Position, OffenderView]:
        """One person, and where the board stood at that moment."""
        with self._line.exclusive() as client:
            return read_person(client, self._keys, offender_id)

    def entrance(self, offender_id: str, sequence: int) -> BandEntry | None:
        """When somebody entered the band who was in it at a transition that is not published yet."""
        with self._line.exclusive() as client:
            return read_entrance(client, self._keys, offender_id, sequence)

    def offenders(self, offender_ids: Sequence[str]) -> list[OffenderView]:
        """Several persons in the same order, read together at one moment."""
        with self._line.exclusive() as client:
            return read_offenders(client, self._keys, offender_ids)

    def _meta(self, *names: str) -> Sequence[bytes | None]:
        """Fields of the board's own key, asked for without holding up a run."""
        try:
            fields: Sequence[bytes | None] = self._line.execute("HMGET", self._keys["meta"], *names)
        except Unavailable as error:
            if not is_wrong_type(error.__cause__):
                raise
            fields = [None] * len(names)
        return fields

    @property
    def answered(self) -> int:
        """How many calls were answered so far: it rises while the user of this store gets on."""
        return self._line.answered

    def is_claimed_by(self, generation: str) -> bool:
        """Whether nobody else has claimed the board since, and nobody emptied the store."""
        own, recovering = self._meta("generation", "recovering")
        return recovering is not None and own == generation.encode()

    def outbox(self, count: int) -> list[Entry]:
        """The oldest unpublished entries."""
        with self._line.exclusive() as client:
            packed = client.lrange(self._keys["outbox"], 0, count - 1)
        return [read_entry(item) for item in packed if isinstance(item, bytes)]
