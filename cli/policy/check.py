"""`harmwatch policy check`: what a policy says."""

from pathlib import Path
from typing import Literal

import click

from cli.output import json_option, show
from cli.paths import FILE
from cli.policy.policies import OwnedPolicy, policy_name
from policies.policy_file import load_policy
from sight.document import Document
from sight.printable import printable


class WindowDocument(Document):
    """For how many days a crime counts, and from when on."""

    days: int
    anchor: str


class RecencyDocument(Document):
    """How much of its weight a crime has until so many days after its anchor."""

    until_days: int
    percent: int


class ScopeDocument(Document):
    """Which crimes count; no codes means all of the index."""

    victim_sex: tuple[str, ...]
    codes: tuple[str, ...]


class BandDocument(Document):
    """Up to which rank one comes into the band, and up to which one stays."""

    size: int
    exit_rank: int


class _PolicyFile(Document):
    ok: Literal[True]
    file: str


class CheckedPolicy(OwnedPolicy, _PolicyFile):
    """A policy file that is valid; `codes` counts those of its index."""

    window: WindowDocument
    recency: tuple[RecencyDocument, ...]
    scope: ScopeDocument
    status: dict[str, int]
    band: BandDocument
    codes: int


DOCUMENT = CheckedPolicy


@click.command()
@click.argument("file", type=FILE)
@json_option
def command(file: Path, as_json: bool) -> None:
    """Says whether a policy is valid, with every fault."""
    show(checked_policy(file), as_json, render_check)


def checked_policy(file: Path) -> CheckedPolicy:
    """What a policy file says. Raises WrongUse that lists every fault."""
    policy = load_policy(file)
    return CheckedPolicy(
        ok=True,
        file=str(file),
        **dict(OwnedPolicy.of(policy)),
        window=WindowDocument(days=policy.window_days, anchor=policy.anchor.value),
        recency=tuple(RecencyDocument(**step._asdict()) for step in policy.recency),
        scope=ScopeDocument(
            victim_sex=tuple(sorted(sex.value for sex in policy.victim_sex)), codes=tuple(sorted(policy.codes))
        ),
        status=dict(policy.status),
        band=BandDocument(size=policy.band_size, exit_rank=policy.exit_rank),
        codes=len(policy.index),
    )


def render_check(document: CheckedPolicy) -> str:
    """A few lines on what the policy does."""
    window, band, scope = document.window, document.band, document.scope
    steps = ", ".join(f"{step.percent} % until day {step.until_days}" for step in document.recency)
    status = ", ".join(f"{printable(name)} {percent} %" for name, percent in document.status.items())
    return "\n".join(
        [
            f"{document.file} is a valid policy: {policy_name(document.id, document.version)}",
            f"owner: {printable(document.owner)}",
            f"window: {window.days} days from {window.anchor}; {steps}",
            f"scope: victims {', '.join(scope.victim_sex)}; {len(scope.codes) or 'all'} codes",
            f"status: {status}",
            f"band: the first {band.size}, until rank {band.exit_rank}",
            f"index: {document.codes} codes",
            f"digest: {document.digest}",
        ]
    )
