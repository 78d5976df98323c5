"""What a person changes on a board while no worker runs: the installation is looked at first, then it is one entry."""

from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

from broker.engine_number import refuse_journal_of_other_engine
from broker.members import group_members
from models.errors import PreconditionFailed
from models.policy import Policy
from runtime.installation import Installation
from runtime.settings import Settings
from runtime.topic_checks import topic_faults
from runtime.topic_identity import find_place
from state.connection import check_eviction_policy
from streams.recovery.interrupted import Interrupted

Done = TypeVar("Done")


def sound_installation(settings: Settings, policy: Policy) -> Installation:
    """One whose topics are as they must be, and whose journal is this engine's. Raises PreconditionFailed."""
    faults = topic_faults(settings)
    if faults:
        raise PreconditionFailed("; ".join(faults))
    installation = Installation(settings, policy, find_place(settings))
    refuse_journal_of_other_engine(installation.reader)
    return installation


def refuse_workers(installation: Installation, then: str = "") -> None:
    """Raises PreconditionFailed while workers run; `then` says what is to be done once they are stopped."""
    members = group_members(installation.settings.brokers, installation.group)
    if members:
        raise PreconditionFailed(
            f"{members} worker(s) run on board {installation.settings.board}: stop them first{then}. One that was "
            "killed counts for some seconds more."
        )


def in_place_of_workers(installation: Installation, work: Callable[[], Done]) -> Done:
    """Does what a worker's relay would do otherwise. Raises PreconditionFailed where one takes the board away."""
    with closing(installation.open_store()) as store:
        check_eviction_policy(store.client)
    try:
        return work()
    except Interrupted as error:
        raise PreconditionFailed(
            f"the board was taken away meanwhile ({error}): stop all workers and run the command again"
        ) from error
