"""`harmwatch console sessions revoke`."""

import click

from cli.officers.sessions import NAME_LETTERS, open_sessions, open_sign_ins
from models.errors import PreconditionFailed, WrongUse
from runtime.settings import Settings, load_settings


@click.command()
@click.argument("whose", required=False)
@click.option("--all", "everyone", is_flag=True, help="Every session there is.")
def command(whose: str | None, everyone: bool) -> None:
    """Ends sessions at the console: one by its id, or all of an officer, such as local:anna."""
    if (whose is None) != everyone:
        raise WrongUse("say whose sessions end: an id or an officer of `sessions list`, or --all")
    count = revoke_sessions(load_settings(), whose)
    click.echo("1 session ended" if count == 1 else f"{count} sessions ended")


def revoke_sessions(settings: Settings, whose: str | None) -> int:
    """How many ended; None: all. Raises PreconditionFailed where there is none, Unavailable, WrongUse."""
    with open_sign_ins(settings) as kept:
        digests = [
            digest
            for digest, session in open_sessions(kept).items()
            if whose is None or whose in {session.by, digest[:NAME_LETTERS]}
        ]
        if whose is not None and not digests:
            raise PreconditionFailed(f"nobody is signed in as {whose}")
        return kept.remove(*digests)
