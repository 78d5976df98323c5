"""The JSON Schemas of what commands answer with --json, from the types of their documents."""

import json
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import TypeAdapter

from cli.commands import COMMANDS
from console.about.about_document import AboutDocument
from console.board_document import BoardPageDocument
from console.handover.ageing_text import AgeingDocument
from console.past.band_document import AmendmentsDocument, BandDocument
from console.past.person_document import PersonDocument
from console.programs.queue_document import QueuePageDocument
from console.stays.outcome import OutcomeDocument
from console.stays.second_key import SecondKeyDocument
from console.stays.stay_document import StayDocument
from sight.document import Document

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]  # Any: JSON


@cache
def document_schema(words: str) -> Schema | None:
    """The schema of a command's document; None where it prints none."""
    document = getattr(import_module(COMMANDS[words].module), "DOCUMENT", None)
    if document is None:
        return None
    schema = TypeAdapter(document).json_schema(mode="serialization")
    return {"$schema": _DIALECT, **schema, "title": f"harmwatch {words} --json"}


CONSOLE_DOCUMENTS: dict[str, tuple[str, type[Document]]] = {
    "board": ("/board", BoardPageDocument),
    "queue": ("/queue", QueuePageDocument),
    "ageing": ("/ageing", AgeingDocument),
    "stay": ("/stays/<alert_id>", StayDocument),
    "second-key": ("/second-key", SecondKeyDocument),
    "outcome": ("/stays/<alert_id>/actions", OutcomeDocument),
    "person": ("/people/<handle>", PersonDocument),
    "band": ("/at", BandDocument),
    "amendments": ("/at/amendments", AmendmentsDocument),
    "about": ("/about", AboutDocument),
}
"""What the console answers to programs, and at which address."""


def console_schema_text(name: str) -> str:
    """The schema of what the console answers at an address to programs, as it is checked in."""
    address, document = CONSOLE_DOCUMENTS[name]
    schema = TypeAdapter(document).json_schema(mode="serialization")
    titled = {"$schema": _DIALECT, **schema, "title": f"the console's {address} as application/json"}
    return json.dumps(titled, indent=2, ensure_ascii=False) + "\n"


def schema_name(words: str) -> str:
    """The file of a command's schema, beside the reference page."""
    return f"documents/{words.replace(' ', '-')}.schema.json"


def schema_text(words: str) -> str:
    """The schema as it is checked in."""
    return json.dumps(document_schema(words), indent=2, ensure_ascii=False) + "\n"
