"""The JSON Schemas of what commands answer with --json, from the types of their documents."""

import json
from functools import cache
from importlib import import_module
from typing import Any

from pydantic import TypeAdapter

from cli.commands import COMMANDS

Schema = dict[str, Any]  # Any: JSON


@cache
def document_schema(words: str) -> Schema | None:
    """The schema of a command's document; None where it prints none."""
    document = getattr(import_module(COMMANDS[words].module), "DOCUMENT", None)
    if document is None:
        return None
    schema = TypeAdapter(document).json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": f"harmwatch {words} --json"}


def schema_name(words: str) -> str:
    """The file of a command's schema, beside the reference page."""
    return f"documents/{words.replace(' ', '-')}.schema.json"


def schema_text(words: str) -> str:
    """The schema as it is checked in."""
    return json.dumps(document_schema(words), indent=2, ensure_ascii=False) + "\n"
