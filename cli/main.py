"""The entry point `harmwatch`: every command, and the answers to errors."""

import sys
from pathlib import Path
from typing import Any

import click

from cli.audit.commands import AUDIT_COMMANDS
from cli.clocks import AsOf, clock_options
from cli.completion import completion
from cli.deadletters.commands import deadletters
from cli.insight.commands import INSIGHT_COMMANDS
from cli.mapping.commands import MAPPING_COMMANDS
from cli.output import json_option, say, show
from cli.policy.commands import POLICY_COMMANDS
from cli.sealing.commands import SEALING_COMMANDS
from cli.service.brake_commands import brake
from cli.service.pulse import pulse
from cli.terminal import INTERRUPTED
from cli.version import version_option
from cli.why import Why
from models.errors import HarmwatchError, OperatorError
from runtime.logs import log_to_stderr

_FILE = click.Path(path_type=Path, dir_okay=False)


class _Answers(click.Group):
    """Maps our errors to one line and an exit code: 1 a problem was found, 2 wrong use."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)  # click would say that it is aborted, and answer 1
        except OperatorError as error:
            say(f"harmwatch: {error}")
            sys.exit(error.exit_code)
        except HarmwatchError as error:
            say(f"harmwatch: {error}")
            sys.exit(1)


@click.group(cls=_Answers, context_settings={"help_option_names": ["-h", "--help"]})
@version_option
def main() -> None:
    """Tells who has become one of the hundred most harmful offenders, with a proof."""
    log_to_stderr()


@main.group()
def stack() -> None:
    """Real Kafka and Valkey on this machine, for trying out and for tests."""


@stack.command("run", context_settings={"ignore_unknown_options": True})
@click.option("--dir", "directory", type=click.Path(path_type=Path), help="Keep the data in this folder.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def stack_run(command: tuple[str, ...], directory: Path | None) -> None:
    """Runs COMMAND beside Kafka and Valkey, with HARMWATCH_KAFKA and HARMWATCH_REDIS set; its exit code."""
    from embedded.command import run_with_stack  # noqa: PLC0415  (an optional extra)

    sys.exit(run_with_stack(command, directory))


@main.group()
def topics() -> None:
    """The topics of this installation."""


@topics.command("create")
@click.option("--partitions", type=click.IntRange(1, 1024), help="Of offences.v1; 4 if left out. They are chosen once.")
@click.option("--new-board", is_flag=True, help="No board has ever worked here, although topics hold records.")
@json_option
def topics_create(partitions: int | None, *, new_board: bool, as_json: bool) -> None:
    """Creates the topics that are missing, and sets right what is wrong with the others."""
    from runtime.settings import load_settings  # noqa: PLC0415  (Kafka's client loads slowly)
    from runtime.topic_creation import create_topics  # noqa: PLC0415

    made = create_topics(load_settings(), partitions, new_board=new_board)
    show(
        {"created": made.created, "altered": made.altered, "lacking": made.lacking},
        as_json,
        lambda document: "\n".join(
            f"{what}: " + (", ".join(names) or "nothing")
            for what, names in document.items()
            if names or what == "created"
        ),
    )


@topics.command("check")
@json_option
def topics_check(as_json: bool) -> None:
    """Checks that the topics exist, keep their records for ever, and take nothing that would hurt."""
    from runtime.settings import load_settings  # noqa: PLC0415
    from runtime.topic_checks import topic_faults, topic_weaknesses  # noqa: PLC0415

    settings = load_settings()
    faults = [*topic_faults(settings), *topic_weaknesses(settings)]
    show(
        {"faults": faults},
        as_json,
        lambda document: "\n".join(document["faults"]) or "all topics are as they must be",
    )
    sys.exit(1 if faults else 0)


@topics.command("pass-over")
@click.argument("topic")
@click.argument("offset", type=click.IntRange(0))
@click.option("--why", type=Why(), required=True, help="Stands in the journal for ever.")
@json_option
def topics_pass_over(topic: str, offset: int, why: str, as_json: bool) -> None:
    """Says that a record of alerts.v1 or dead-letters.v1 is forged, so that workers start in spite of it."""
    from cli.service.topics_passing import pass_over_record, render_passing  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    show(pass_over_record(load_settings(), topic, offset, why), as_json, render_passing)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=str))
@click.option("--mapping", type=click.Path(path_type=Path), help="TOML: which column is which field.")
@click.option("--unchecked", is_flag=True, help="Send lines as they are.")
@click.option(
    "--dry-run", is_flag=True, help="Send nothing, and need no Kafka: show the first report, and what is wrong."
)
@click.option(
    "--against-topic/--no-against-topic",
    default=None,
    help="Read the topic first, and say what of the files is known; left out: where the mapping gives a revision.",
)
@click.option("--first-load", is_flag=True, help="Let a running revision begin at 1 although the source is known.")
@click.option("--resume", is_flag=True, help="After a load that broke off: send only what the topic does not know yet.")
@click.option("--all-errors", is_flag=True, help="Name every line that is not sent, not the first of each kind.")
@json_option
def ingest(*, dry_run: bool, all_errors: bool, as_json: bool, **options: Any) -> None:  # Any: the fields of a Request
    """Sends files of records (CSV, .xlsx, JSON, XML; - is standard input) to offences.v1."""
    from cli.intake.dry_run import is_clean, render_dry_run, try_files  # noqa: PLC0415
    from cli.intake.ingest import Request, ingest_files, render_ingest  # noqa: PLC0415
    from cli.intake.refused_rows import RefusedRows  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    settings, request = load_settings(), Request(**options)
    with RefusedRows(every=all_errors, keep=as_json) as refused:
        document = (try_files if dry_run else ingest_files)(settings, request, refused)
    show(document, as_json, render_dry_run if dry_run else render_ingest)
    is_wrong = refused.count or document.get("too_much_is_gone") or (dry_run and not is_clean(document))
    sys.exit(1 if is_wrong else 0)


@main.command()
@click.option("--accept-refusals", is_flag=True, help="Once, let pass what the brake stops: most records are refused.")
@click.option(
    "--accept-clock", is_flag=True, help="Once, let time pass that the clocks say and the board does not believe."
)
def worker(*, accept_refusals: bool, accept_clock: bool) -> None:
    """Scores, ranks and alerts until SIGTERM; start as many as there are partitions."""
    from cli.service.worker import run_worker  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415
    from streams.worker.brake import Acceptance  # noqa: PLC0415

    run_worker(load_settings(), Acceptance(given=accept_refusals, clock=accept_clock))


@main.command()
@click.option(
    "--wait-idle",
    type=click.FloatRange(min=0),
    help="Wait up to this many seconds until all is applied, published and readable, and every partition is read.",
)
@click.option(
    "--live",
    is_flag=True,
    help="Exit code 1 where something is wrong, such as records that wait while none is applied.",
)
@click.option(
    "--within",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    help="How many seconds a partition or the board may stand still, with --live.",
)
@json_option
def status(wait_idle: float | None, live: bool, within: float, as_json: bool) -> None:
    """How far the service has come."""
    from cli.service.status import idle_status, live_status, render_status, status_of  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    if wait_idle is not None:
        document, good = idle_status(settings, wait_idle)
    else:
        document = live_status(settings, within) if live else status_of(settings)
        good = not (live and document["reasons"])
    show(document, as_json, render_status)
    sys.exit(0 if good else 1)


@main.command()
@click.option("--top", type=click.IntRange(1), default=100, show_default=True, help="How many.")
@clock_options
@json_option
def board(top: int, clocks: AsOf, as_json: bool) -> None:
    """The ranking as it is now, or as it was at an instant."""
    from cli.board.as_of import board_at  # noqa: PLC0415
    from cli.board.as_of_text import render_board_view  # noqa: PLC0415
    from cli.board.reading import board_now  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    show(board_at(settings, top, clocks) if clocks.asked else board_now(settings, top), as_json, render_board_view)


@main.command()
@click.argument("offender_id")
@clock_options
@json_option
def offender(offender_id: str, clocks: AsOf, as_json: bool) -> None:
    """One person: rank, score, and every offence known of them; now, or at an instant."""
    from cli.board.as_of import offender_at  # noqa: PLC0415
    from cli.board.as_of_text import render_offender_view  # noqa: PLC0415
    from cli.board.reading import offender_now  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    document = offender_at(settings, offender_id, clocks) if clocks.asked else offender_now(settings, offender_id)
    show(document, as_json, render_offender_view)


@main.command()
@click.option("--plain", is_flag=True, help="Lines instead of a screen: for a screen reader, or a pipe.")
def watch(plain: bool) -> None:
    """The board as it moves, live in the terminal."""
    from cli.watch.watch import run_watch  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    run_watch(load_settings(), plain=plain)


@main.command()
@click.option("--from", "first", type=click.IntRange(1), help="The first entry to compare; those before are computed.")
@click.option("--to", "last", type=click.IntRange(1), help="The last entry to compare.")
@click.option("--redis", "with_store", is_flag=True, help="Compare the live board as well.")
@click.option("--copy", "is_copy", is_flag=True, help="The topics are a copy: they may lie on another cluster.")
@click.option("--certificate", type=_FILE, help="Write a signed certificate of the result; needs --key.")
@click.option("--key", type=_FILE, help="The private file that signs the certificate.")
@click.option("--public-key", type=_FILE, help="Checkpoints must be signed by this key.")
@click.option("--checkpoints", type=_FILE, help="Checkpoints that were kept elsewhere.")
@click.option(
    "--passed-over", multiple=True, metavar="TOPIC:OFFSET", help="A foreign record that a person has looked at."
)
@json_option
def verify(as_json: bool, **options: Any) -> None:  # Any: the fields of a Request
    """Recomputes everything from Kafka alone and compares it with what was published."""
    from cli.audit.verify import Request, render_verify, verify_installation  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    document = verify_installation(load_settings(), Request(**options))
    show(document, as_json, render_verify)
    sys.exit(0 if document["ok"] else 1)


@main.command()
@click.option("--years", type=click.IntRange(1, 50), default=1, show_default=True)
@click.option("--scale", type=click.FloatRange(0.001, 1000), default=1.0, show_default=True, help="Times London.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--out", type=_FILE, help="JSON Lines to this file; without it to standard output.")
@click.option("--live", type=click.FloatRange(0.001), help="Send them to offences.v1, so many a second, as of now.")
@click.option("--facts", is_flag=True, help="Count the moments of it instead, beside which the published ones stand.")
def simulate(*, out: Path | None, live: float | None, facts: bool, **options: Any) -> None:  # Any: of London
    """A synthetic London: 105,000 reports a year that name 36,000 suspects, and what becomes of them."""
    from cli.intake.simulate import count_facts, send_live, simulated, write_lines  # noqa: PLC0415
    from runtime.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    lines = simulated(settings, **options)
    if facts:
        click.echo(count_facts(settings, lines))
        return
    done = send_live(settings, lines, live) if live else write_lines(lines, out)
    say(f"{done['records']:,} records in {done['seconds']:.1f} s")


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=str))
@click.option("--mapping", type=click.Path(path_type=Path), help="As for ingest, with FILE.")
@click.option("--fast", is_flag=True, help="A tenth of the records.")
def demo(file: str | None, mapping: Path | None, fast: bool) -> None:
    """The whole thing on this machine, with nothing installed beside Python."""
    from cli.demo.demo import run_demo  # noqa: PLC0415

    sys.exit(run_demo(file, mapping, fast=fast))


for command in (*AUDIT_COMMANDS, *MAPPING_COMMANDS, *INSIGHT_COMMANDS, *POLICY_COMMANDS, *SEALING_COMMANDS):
    main.add_command(command)
main.add_command(brake)
main.add_command(pulse)
main.add_command(deadletters)
main.add_command(completion)
