"""The chain of each subscription: which records of deliveries.v1 continue one, and where one is broken."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from models.delivery.record import Delivery, Opened, read_delivery, value_digest


@dataclass(frozen=True, slots=True)
class ChainRecord:
    """A record of a chain. `is_broken`: it names another record before it than the one that is there."""

    offset: int
    fact: Delivery
    digest: str
    is_broken: bool = False


@dataclass(slots=True)
class _Chain:
    digest: str | None = None
    doubtful: list[ChainRecord] = field(default_factory=list)
    """they name another record: foreign if the chain goes on behind them, else it is broken"""


class Chains:
    """Takes the records in order; `foreign` has the offsets of those that continue no chain, and what they are."""

    def __init__(self) -> None:
        self.foreign: list[tuple[int, str]] = []
        self._chains: dict[str, _Chain] = {}

    def take(self, offset: int, value: bytes | None) -> ChainRecord | None:
        """The next link of a chain; None: it is foreign, or it is to be seen which."""
        fact = read_delivery(value)
        if fact is None or value is None:
            self.foreign.append((offset, "no record of a delivery"))
            return None
        chain, link = (
            self._chains.setdefault(fact.subscription, _Chain()),
            ChainRecord(offset, fact, value_digest(value)),
        )
        begins = isinstance(fact, Opened) and fact.previous is None
        if begins and chain.digest is not None:
            self.foreign.append((offset, f"a second opening of {fact.subscription}"))
        elif fact.previous == chain.digest and (begins or chain.digest is not None):
            self._pass_over(chain)
            chain.digest = link.digest
            return link
        else:
            chain.doubtful.append(link)
        return None

    def rest(self) -> Iterator[ChainRecord]:
        """When all were taken: what no chain has continued behind. A subscription that never began has none."""
        for chain in self._chains.values():
            if chain.digest is None:
                self._pass_over(chain)
            for link in chain.doubtful:
                yield ChainRecord(link.offset, link.fact, link.digest, link.fact.previous != chain.digest)
                chain.digest = link.digest

    def _pass_over(self, chain: _Chain) -> None:
        self.foreign += [(link.offset, f"it continues no {link.fact.subscription}") for link in chain.doubtful]
        chain.doubtful.clear()
