"""What an engine remembers between two entries, so that another one can go on from there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sortedcontainers import SortedList

from models.clock import ClockMode
from models.journal.transition import BandEntry
from scoring.person import Person, RankKey

Id = TypeVar("Id", str, bytes)
Item = TypeVar("Item", bytes, tuple[int, bytes, str])


@dataclass(frozen=True, slots=True)
class EngineState:
    """Everything but the persons; they are recalled one by one when somebody asks for them.

    `missing`: the offsets that partitions must still reach before the baseline, None where none is to come.
    `due`: (next expiry in microseconds, offender id) of everyone with a pending expiry, sorted.
    `whole`: False where `order` and `due` hold the first of them only.
    """

    size: int
    exit_rank: int
    clock: ClockMode
    alerts_after: int | None
    missing: Mapping[int, int] | None
    ledger: Mapping[int, int]
    as_of: int
    entry: int
    entry_as_of: int
    sequence: int
    members: Mapping[str, BandEntry]
    order: Sequence[RankKey]
    due: Sequence[tuple[int, bytes]]
    whole: bool

    @property
    def last_held(self) -> RankKey | None:
        """Behind it ranked persons may be missing; None where nobody is."""
        return None if self.whole or not self.order else self.order[-1]

    @property
    def last_due_held(self) -> int | None:
        """From this instant on step ends may be missing; None where none is."""
        return None if self.whole or not self.due else self.due[-1][0]


class RankPrefix(SortedList[Item]):  # type: ignore[misc]  # the library is untyped
    """The first of an order whose rest is not held: what is removed from behind them is passed over."""

    def remove(self, value: Item) -> None:
        """Takes it out, where it is held."""
        self.discard(value)

    def index(self, value: Item, start: int | None = None, stop: int | None = None) -> int:  # noqa: ARG002
        """Its place; of what is not held, the place that it would have among those that are."""
        return int(self.bisect_left(value))


class LazyPersons(dict[Id, Person]):
    """Persons by id: whoever is not here is asked of `recall`, once; None there is a KeyError here."""

    def __init__(self, recall: Callable[[Id], Person | None], everybody: Callable[[], Iterable[Id]]) -> None:
        super().__init__()
        self._recall: Callable[[Id], Person | None] = recall
        self._everybody: Callable[[], Iterable[Id]] = everybody

    def __missing__(self, offender_id: Id) -> Person:
        person = self._recall(offender_id)
        if person is None:
            raise KeyError(offender_id)
        self[offender_id] = person
        return person

    def recall_all(self) -> None:
        """Afterwards everybody is here."""
        for offender_id in self._everybody():
            self[offender_id]
