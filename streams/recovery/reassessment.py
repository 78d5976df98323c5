"""A reassessment: the store takes in everything known, assessed under another policy, and puts that in force."""

from itertools import islice

from models.policy import Policy
from runtime.crash_points import Point, reach
from runtime.in_force import InForce
from state.store import Answer, Applied, Store

_AT_ONCE = 1_000


def reassess(store: Store, generation: str, policy: Policy, in_force: InForce) -> Answer:
    """The answer to the last call; `store` is bound to `policy` then. Its last entry is that of the policy.

    What ends in between leaves the `writing` mark, so that the next recovery builds the board from the journal.
    """
    items, first = in_force.contributions(policy), True
    while (part := list(islice(items, _AT_ONCE))) or first:
        answer = store.reassess(generation, part, first=first)
        if not isinstance(answer, Applied):
            return answer
        first = False
        reach(Point.REBUILDING)
    return store.activate(generation, policy.digest, policy.band_size, policy.exit_rank, policy.entry_body())
