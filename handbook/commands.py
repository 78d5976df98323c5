"""The reference of the command line, from the commands themselves."""

from inspect import cleandoc

import click

from cli.command_group import load_command
from cli.commands import COMMANDS
from handbook.documents import document_schema, schema_name
from handbook.markdown import page, table

_INTRODUCTION = """\
Every command that prints data takes `--json`; a JSON Schema says what stands in each document. Exit codes: 0 good, 1 a
problem was found, 2 wrong use; more on them under [configuration](../configuration.md#exit-codes), where each command
is set in its place. `--help` says the same as here."""


def commands_page() -> str:
    """Every command in alphabetical order, with its arguments and options."""
    return page("Commands", _INTRODUCTION, *(_section(words, load_command(words)) for words in sorted(COMMANDS)))


def _section(name: str, command: click.Command) -> str:
    words = f"harmwatch {name}"
    context = click.Context(command, info_name=words)
    usage = " ".join([words, *command.collect_usage_pieces(context)])
    rows = [_row(parameter, context) for parameter in command.params if isinstance(parameter, click.Option)]
    options = table(["option", "meaning"], rows) if rows else ""
    schema = f"[JSON Schema of its document]({schema_name(name)})" if document_schema(name) else ""
    parts = (f"## {words}", cleandoc(command.help or ""), f"    {usage}", options, schema)
    return "\n\n".join(part for part in parts if part)


def _row(option: click.Option, context: click.Context) -> list[str]:
    names = ", ".join(option.opts)
    if not option.is_flag:
        names += f" {option.make_metavar(context)}"
    meaning = [option.help] if option.help else []
    if option.required:
        meaning.append("Required.")
    elif option.show_default:
        meaning.append(f"Default: {option.default}.")
    return [f"`{names}`", " ".join(meaning)]
