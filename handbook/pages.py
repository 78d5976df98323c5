"""Which page, and which file beside pages, is made by what."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from cli.commands import COMMANDS
from handbook.asyncapi import FILE, asyncapi_page, asyncapi_text
from handbook.columns import columns_page
from handbook.commands import commands_page
from handbook.dashboard import dashboard
from handbook.documents import CONSOLE_DOCUMENTS, console_schema_text, document_schema, schema_name, schema_text
from handbook.events import events_page
from handbook.metrics import metrics_page
from handbook.runbooks import runbooks_page
from handbook.schemas import schemas_page
from handbook.settings import settings_page
from handbook.topics import topics_page

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "reference"

PAGES: dict[Path, Callable[[], str]] = {
    FOLDER / "commands.md": commands_page,
    FOLDER / "settings.md": settings_page,
    FOLDER / "metrics.md": metrics_page,
    FOLDER / "events.md": events_page,
    FOLDER / "topics.md": topics_page,
    FOLDER / "schemas.md": schemas_page,
    FOLDER / "columns.md": columns_page,
    ROOT / "docs" / "runbooks" / "index.md": runbooks_page,
    ROOT / "deploy" / "grafana" / "harmwatch.json": dashboard,
    **{FOLDER / schema_name(words): partial(schema_text, words) for words in COMMANDS if document_schema(words)},
    **{
        FOLDER / f"documents/console-{name}.schema.json": partial(console_schema_text, name)
        for name in CONSOLE_DOCUMENTS
    },
    FOLDER / "asyncapi.md": asyncapi_page,
    FILE: asyncapi_text,
}
