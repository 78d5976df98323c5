"""`harmwatch policy activate`: another policy for a board, while no worker runs."""

from pathlib import Path
from typing import Any

import click

from broker.engine_number import refuse_journal_of_other_engine
from broker.members import group_members
from broker.reader import when_readable
from cli.output import json_option, show_untyped
from cli.paths import FILE
from cli.waiting import say_waiting
from models.alert import alert_id
from models.errors import PreconditionFailed
from models.instants import format_instant
from models.journal.transition import Entry, Move
from models.policy import Policy
from policies.policy_file import load_policy
from runtime.in_force import policy_in_force
from runtime.installation import Installation
from runtime.settings import Settings, load_settings
from runtime.topic_checks import topic_faults
from runtime.topic_identity import find_place
from state.connection import check_eviction_policy
from streams.offline.activation import Activation
from streams.recovery.interrupted import Interrupted


@click.command()
@click.argument("file", type=FILE)
@json_option
def command(file: Path, as_json: bool) -> None:
    """Puts another policy in force by one journal entry; everything known is assessed again."""
    show_untyped(activate_policy(load_settings(), file), as_json, render_activation)


def activate_policy(settings: Settings, file: Path) -> dict[str, Any]:
    """Puts the policy in `file` in force, or says that it is already. Raises what it is refused for."""
    policy = load_policy(file)
    faults = topic_faults(settings)
    if faults:
        raise PreconditionFailed("; ".join(faults))
    installation = Installation(settings, policy, find_place(settings))
    refuse_journal_of_other_engine(installation.reader)
    before = policy_in_force(when_readable(installation.reader, say_waiting))
    if before is None:
        raise PreconditionFailed(
            "the board is not founded yet, so there is no policy to change: start a worker with HARMWATCH_POLICY"
        )
    entry = None
    if before.digest != policy.digest:
        _refuse_workers(installation)
        entry = _activate(Installation(settings, before, installation.place), policy)
    return {"board": settings.board, "policy": _named(policy), "before": _named(before)} | _outcome(settings, entry)


def _activate(installation: Installation, policy: Policy) -> Entry:
    store = installation.open_store()
    try:
        check_eviction_policy(store.client)
    finally:
        store.close()
    try:
        return Activation(installation, policy).run()
    except Interrupted as error:
        raise PreconditionFailed(
            f"the board was taken away meanwhile ({error}): stop all workers and run the command again"
        ) from error


def _refuse_workers(installation: Installation) -> None:
    members = group_members(installation.settings.brokers, installation.group)
    if members:
        raise PreconditionFailed(
            f"{members} worker(s) run on board {installation.settings.board}: stop them first, and start them again "
            "with the new policy. One that was killed counts for some seconds more."
        )


def _named(policy: Policy) -> dict[str, str]:
    return {"id": policy.id, "version": policy.version, "digest": policy.digest}


def _outcome(settings: Settings, entry: Entry | None) -> dict[str, Any]:
    if entry is None:
        return {"activated": False, "entry": None, "as_of": None, "left": 0, "entered": 0, "alerts": []}
    moves = [change.move for change in entry.transitions]
    return {
        "activated": True,
        "entry": entry.number,
        "as_of": format_instant(entry.as_of),
        "left": moves.count(Move.LEFT),
        "entered": moves.count(Move.ENTERED),
        "alerts": [alert_id(settings.board, change.sequence) for change in entry.transitions],
    }


def render_activation(document: dict[str, Any]) -> str:
    """What is in force now, and whom it moved."""
    policy = document["policy"]
    name = f"policy {policy['id']} {policy['version']} (digest {policy['digest']})"
    if not document["activated"]:
        return f"{name} is in force on board {document['board']} already: nothing was changed"
    return (
        f"{name} is in force on board {document['board']} from entry {document['entry']} on, "
        f"as of {document['as_of']}: {document['left']} left the band, {document['entered']} entered it. "
        "Start the workers with HARMWATCH_POLICY naming it."
    )
