"""What a board goes by, and what to say to a worker that goes by something else."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass

from models.errors import PreconditionFailed
from models.instants import format_instant

NAMES = ("policy", "clock", "alerts_after")
"""As the board's meta data and HARMWATCH_ settings name them, in the order of `BoardSettings.arguments`."""


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """What a board goes by: the digest of the policy in force; for life, clock mode and alerts_after (microseconds)."""

    policy_digest: str
    clock: str
    alerts_after: int | None

    def arguments(self) -> tuple[str, str, str]:
        """As every verb takes them."""
        policy, clock, after = astuple(self)
        return policy, clock, "" if after is None else str(after)


def refuse_other(ours: tuple[str, str, str], theirs: Mapping[str, str]) -> None:
    """Raises PreconditionFailed for the first setting that a board has otherwise; one that is not founded has none."""
    for name, own in zip(NAMES, ours, strict=True):
        if theirs.get(name, own) != own:
            raise other_settings(name, own, theirs[name])


def other_settings(name: str, ours: str, of_the_board: str) -> PreconditionFailed:
    """The error that names a setting, what it is here, what the board has there, and what to do."""
    if name == "policy":
        return PreconditionFailed(
            f"the policy that HARMWATCH_POLICY names has digest {ours}, the one in force on the board has "
            f"{of_the_board}. Name that policy's file, or stop all workers and put this one in force with "
            "`harmwatch policy activate`."
        )
    if name == "alerts_after":
        ours, of_the_board = (format_instant(int(at)) if at else "none" for at in (ours, of_the_board))
    return PreconditionFailed(
        f"HARMWATCH_{name.upper()} is {ours}, the board goes by {of_the_board}; start the worker with the board's "
        "settings"
    )
