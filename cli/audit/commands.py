"""The commands of an audit beside `verify`: keys, certificate, proof, checkpoint, replay."""

from pathlib import Path

import click

from cli.output import json_option, show

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_public_key = click.option("--public-key", type=_FILE, required=True, help="The public file of the signing key.")


@click.group()
def keys() -> None:
    """The keys that sign certificates and checkpoints."""


@keys.command("new")
@click.option("--dir", "directory", type=_FOLDER, default=Path(), help="Where to; the working directory if left out.")
@json_option
def keys_new(directory: Path, as_json: bool) -> None:
    """Makes a pair of keys (Ed25519); overwrites nothing."""
    from cli.audit.proving import make_keys  # noqa: PLC0415

    show(
        make_keys(directory),
        as_json,
        lambda made: f"private key: {made['private_key']} (keep it)\npublic key: {made['public_key']} (hand it out)",
    )


@click.group()
def certificate() -> None:
    """The certificates that `harmwatch verify --certificate` writes."""


@certificate.command("check")
@click.argument("file", type=_FILE)
@_public_key
@json_option
def certificate_check(file: Path, public_key: Path, as_json: bool) -> None:
    """Says whether a certificate holds; needs neither Kafka nor Redis nor settings."""
    from cli.audit.proving import checked_certificate, render_certificate  # noqa: PLC0415

    show(checked_certificate(file, public_key), as_json, render_certificate)


class _MakeByDefault(click.Group):
    """`harmwatch proof ALERT_ID` is short for `harmwatch proof make ALERT_ID`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help", "-h"}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_MakeByDefault)
def proof() -> None:
    """The proof of one alert: `harmwatch proof ALERT_ID --certificate FILE`."""


@proof.command("make")
@click.argument("alert_id")
@click.option("--certificate", type=_FILE, required=True, help="Of a verification that covers the alert.")
@click.option("--out", type=_FILE, help="Write the proof to this file.")
@json_option
def proof_make(alert_id: str, certificate: Path, out: Path | None, as_json: bool) -> None:
    """Makes the proof of one alert."""
    from audit.signing.document import json_text  # noqa: PLC0415
    from cli.audit.proving import prove_alert  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    document = prove_alert(load_settings(), alert_id, certificate, out)
    show(document, as_json, lambda made: f"proof written to {out}" if out else json_text(made).rstrip("\n"))


@proof.command("check")
@click.argument("file", type=_FILE)
@_public_key
@json_option
def proof_check(file: Path, public_key: Path, as_json: bool) -> None:
    """Says whether a proof holds; needs neither Kafka nor Redis nor settings."""
    from cli.audit.proving import checked_proof, render_proof  # noqa: PLC0415

    show(checked_proof(file, public_key), as_json, render_proof)


@click.command()
@click.option("--key", type=_FILE, required=True, help="The private file of the signing key.")
@click.option("--keep", type=_FILE, help="Append the checkpoint to this file, to be kept elsewhere.")
@json_option
def checkpoint(key: Path, keep: Path | None, as_json: bool) -> None:
    """Signs what journal and alerts are now, and publishes it to checkpoints.v1."""
    from cli.audit.proving import publish_checkpoint, render_checkpoint  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    show(publish_checkpoint(load_settings(), key, keep), as_json, render_checkpoint)


@click.command()
@click.option("--until", help="RFC 3339: end with what had happened at this instant.")
@click.option("--entry", "last", type=click.IntRange(1), help="End after this entry of the journal.")
@click.option("--out", type=_FOLDER, help="Write Parquet files to this new folder.")
@click.option("--check", type=_FOLDER, help="Only say whether the files of an earlier replay are whole.")
@json_option
def replay(until: str | None, last: int | None, out: Path | None, check: Path | None, as_json: bool) -> None:
    """Computes everything again from Kafka alone, for analysts."""
    from cli.audit.replay import check_replay, render_check, render_replay, replay_installation  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    if check is not None:
        if until or last or out:
            raise click.UsageError("--check stands alone")
        show(check_replay(check), as_json, render_check)
        return
    show(replay_installation(load_settings(), until, last, out), as_json, render_replay)


@click.group()
def snapshots() -> None:
    """A cache on this machine that makes `board --at` and `offender --at` quick, however long the history is."""


@snapshots.command("build")
@click.option("--every", type=click.IntRange(100), default=10_000, show_default=True, help="Records between two.")
@json_option
def snapshots_build(every: int, as_json: bool) -> None:
    """Computes history once and keeps what the board was now and then; goes on where it ended."""
    from cli.audit.snapshots import build_snapshots, render_build  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    show(build_snapshots(load_settings(), every), as_json, render_build)


AUDIT_COMMANDS: tuple[click.Command, ...] = (keys, certificate, proof, checkpoint, replay, snapshots)
