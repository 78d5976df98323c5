"""`harmwatch policy activate`: another policy for a board, while no worker runs."""

from pathlib import Path

import click

from broker.reader import when_readable
from cli.offline import in_place_of_workers, refuse_workers, sound_installation
from cli.output import json_option, show
from cli.paths import FILE
from cli.policy.policies import PolicyName
from cli.waiting import say_waiting
from models.alert import alert_id
from models.errors import PreconditionFailed
from models.instants import format_instant
from models.journal.transition import Entry, Move
from policies.policy_file import load_policy
from runtime.in_force import policy_in_force
from runtime.installation import Installation
from runtime.settings import Settings, load_settings
from sight.document import Document
from streams.offline.activation import Activation


class ActivationDocument(Document):
    """What is in force now, what was before, and whom it moved; not `activated`: it was in force already."""

    board: str
    policy: PolicyName
    before: PolicyName
    activated: bool
    entry: int | None
    as_of: str | None
    left: int
    entered: int
    alerts: tuple[str, ...]


DOCUMENT = ActivationDocument


@click.command()
@click.argument("file", type=FILE)
@json_option
def command(file: Path, as_json: bool) -> None:
    """Puts another policy in force by one journal entry; everything known is assessed again."""
    show(activate_policy(load_settings(), file), as_json, render_activation)


def activate_policy(settings: Settings, file: Path) -> ActivationDocument:
    """Puts the policy in `file` in force, or says that it is already. Raises what it is refused for."""
    policy = load_policy(file)
    installation = sound_installation(settings, policy)
    before = policy_in_force(when_readable(installation.reader, say_waiting))
    if before is None:
        raise PreconditionFailed(
            "the board is not founded yet, so there is no policy to change: start a worker with HARMWATCH_POLICY"
        )
    entry = None
    if before.digest != policy.digest:
        refuse_workers(installation, ", and start them again with the new policy")
        installation = Installation(settings, before, installation.place)
        entry = in_place_of_workers(installation, Activation(installation, policy).run)
    return _outcome(settings, PolicyName.of(policy), PolicyName.of(before), entry)


def _outcome(settings: Settings, policy: PolicyName, before: PolicyName, entry: Entry | None) -> ActivationDocument:
    changes = () if entry is None else entry.transitions
    moves = [change.move for change in changes]
    return ActivationDocument(
        board=settings.board,
        policy=policy,
        before=before,
        activated=entry is not None,
        entry=None if entry is None else entry.number,
        as_of=None if entry is None else format_instant(entry.as_of),
        left=moves.count(Move.LEFT),
        entered=moves.count(Move.ENTERED),
        alerts=tuple(alert_id(settings.board, change.sequence) for change in changes),
    )


def render_activation(document: ActivationDocument) -> str:
    """What is in force now, and whom it moved."""
    policy = document.policy
    name = f"policy {policy.id} {policy.version} (digest {policy.digest})"
    if not document.activated:
        return f"{name} is in force on board {document.board} already: nothing was changed"
    return (
        f"{name} is in force on board {document.board} from entry {document.entry} on, "
        f"as of {document.as_of}: {document.left} left the band, {document.entered} entered it. "
        "Start the workers with HARMWATCH_POLICY naming it."
    )
