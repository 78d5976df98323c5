"""Groups that load a command when it is asked for: `--help` and the tab key read the table alone."""

from collections.abc import Iterator
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click
from click.shell_completion import CompletionItem

from cli.commands import ALONE, COMMANDS, DEFAULTS, GROUPS
from models.errors import WrongUse

_NEEDED = {"console": ("argon2", "jinja2", "joserfc", "starlette", "uvicorn")}
"""Of each extra what its commands import."""


def require_extra(extra: str) -> None:
    """Raises WrongUse where this optional extra of the distribution is not installed."""
    for name in _NEEDED[extra]:
        if find_spec(name) is None:
            raise WrongUse(f"the {extra} needs {name}: pip install 'harmwatch[{extra}]'")


def load_command(words: str) -> click.Command:
    """A command of the table, such as `topics create`. Raises WrongUse where the extra that it needs is missing."""
    row = COMMANDS[words]
    if row.extra:
        require_extra(row.extra)
    command = import_module(row.module).command
    assert isinstance(command, click.Command), words
    return command


class CommandGroup(click.Group):
    """The commands of the table whose words begin with `words`; without it all of them."""

    def __init__(self, *arguments: Any, words: str = "", **options: Any) -> None:  # Any: click's own
        super().__init__(*arguments, **options)
        self._words = words

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names within this group."""
        return sorted(dict(self._lines()))

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Loads a command."""
        words = f"{self._words} {cmd_name}".lstrip()
        if words in GROUPS:
            return CommandGroup(cmd_name, help=GROUPS[words], words=words)
        if words not in COMMANDS:
            return None
        command = load_command(words)
        if COMMANDS[words].names_persons:
            from cli.officers.own_looks import recorded  # noqa: PLC0415  (loads what no help needs)

            command = recorded(command, words)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each with its whole line: click would load all of them and cut their lines off."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(self._lines()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What the tab key offers; nothing is loaded for it."""
        found = [CompletionItem(name, help=line) for name, line in sorted(self._lines()) if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts in the command that a group means where none is named."""
        if not args and self._words in ALONE:
            args = [ALONE[self._words]]
        default = DEFAULTS.get(self._words)
        if default and args and args[0] not in {*self.list_commands(ctx), *ctx.help_option_names}:
            args = [default, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Fails for a name that there is not with those that come near it."""
        name = args[0]
        if not (ctx.resilient_parsing or name.startswith("-") or name in dict(self._lines())):
            near = self._near(name)
            question = f" Did you mean {' or '.join(near)}?" if near else ""
            ctx.fail(f"No such command {name!r}.{question}")
        return super().resolve_command(ctx, args)

    def _lines(self) -> Iterator[tuple[str, str]]:
        """Name and line of each command and group right below this one."""
        for words, line in (GROUPS | {words: row.line for words, row in COMMANDS.items()}).items():
            group, _, name = words.rpartition(" ")
            if group == self._words:
                yield name, line

    def _near(self, name: str) -> list[str]:
        """Names in quotation marks: those spelled alike, and those of other groups that are called so."""
        here = get_close_matches(name, self.list_commands(click.Context(self)))
        elsewhere = [words for words in COMMANDS if words.rpartition(" ")[2] == name]
        return [repr(words) for words in dict.fromkeys([*here, *elsewhere])]
