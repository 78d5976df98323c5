"""What an engine remembers between two entries, so that another one can go on from there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from models.clock import ClockMode
from models.transition import Entrance
from scoring.person import Person, RankKey

Id = TypeVar("Id", str, bytes)


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything but the persons; they are recalled one by one when somebody asks for them.

    `missing`: the offsets that partitions must still reach before the baseline, None where none is to come.
    `due`: of everybody of whom a step is to end, the instant of the next (microseconds) and the id, in order.
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
    members: Mapping[str, Entrance]
    order: Sequence[RankKey]
    due: Sequence[tuple[int, bytes]]


class Recalled(dict[Id, Person]):
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
