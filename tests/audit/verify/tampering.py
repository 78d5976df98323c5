"""A tampering: somebody with access to Kafka changes one thing, and verify must name the place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.canonical import digest_of
from models.topics import JOURNAL, Topic
from tests.audit.history import Item, Items, Topics, rechained


@dataclass(frozen=True)
class Tampered:
    """The topics that are other than they were, and what verify must say, the first of all faults first."""

    topics: Mapping[Topic, Items]
    says: tuple[str, ...]


Tampering = Callable[[Topics], Tampered]


def one(topic: Topic, items: Items, *says: str) -> Tampered:
    """One topic was changed."""
    return Tampered({topic: items}, says)


def replaced(items: Items, place: int, *by: Item) -> Items:
    """The record at a place makes way for others, or for none."""
    return [*items[:place], *by, *items[place + 1 :]]


def at(topic: Topic, offset: int, text: str = "") -> str:
    """How a fault at an offset begins."""
    return f"{topic.name} offset {offset}: {text}"


def a_run_with_transitions(topics: Topics) -> int:
    """The place of a run in the middle that moved somebody."""
    journal = topics[JOURNAL]
    return next(n for n, item in enumerate(journal) if n > len(journal) // 2 and len(item.content["transitions"]) > 1)


def first_transition_told(topics: Topics, **changes: object) -> Items:
    """The journal with another first transition in the run with transitions; nothing is hashed again."""
    journal, place = topics[JOURNAL], a_run_with_transitions(topics)
    first, *others = journal[place].content["transitions"]
    return replaced(journal, place, journal[place].told(transitions=[first | changes, *others]))


def founded_otherwise(topics: Topics, **changes: object) -> Items:
    """The journal with another founding policy, every digest and hash made again."""
    journal = topics[JOURNAL]
    body = journal[0].content["body"]
    policy = body["policy"] | changes
    digest = digest_of(policy)
    told = [item.told(policy_digest=digest) for item in journal]
    return rechained([told[0].told(body=body | {"policy": policy, "policy_digest": digest}), *told[1:]])
