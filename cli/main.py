"""The entry point `harmwatch`, and the answers to errors."""

import sys

import click

from cli.command_group import CommandGroup
from cli.interrupts import was_interrupted
from cli.output import say
from cli.terminal import INTERRUPTED
from cli.version import version_option
from models.errors import HarmwatchError, OperatorError
from runtime.logs import log_to_stderr, tell_failure


class _Answers(CommandGroup):
    """Maps our errors to one line and an exit code: 1 a problem was found, 2 wrong use."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)  # click would say that it is aborted, and answer 1
        except HarmwatchError as error:
            if was_interrupted(error):
                sys.exit(INTERRUPTED)
            _say_why(error)
            sys.exit(error.exit_code if isinstance(error, OperatorError) else 1)
        except Exception as error:
            if was_interrupted(error):
                sys.exit(INTERRUPTED)
            raise


def _say_why(error: HarmwatchError) -> None:
    if not tell_failure(error):
        say(f"harmwatch: {error}")


@click.group(cls=_Answers, context_settings={"help_option_names": ["-h", "--help"]})
@version_option
def main() -> None:
    """Tells who has become one of the hundred most harmful offenders, with a proof."""
    log_to_stderr()
