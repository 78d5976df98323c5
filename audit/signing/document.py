"""Documents that people hand on as files: one text for one content, so that no byte of it can change unseen."""

import json
import os
import re
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from models.errors import Unproved, WrongUse
from sealing.signatures import read_small_file

LARGEST_BYTES = 16 * 1024 * 1024


class Document(BaseModel):
    """Part of a file; unknown fields and values of another type are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    older: ClassVar[re.Pattern[bytes] | None] = None
    """By what a file of an earlier form, which is not read any more, is known."""


Kind = TypeVar("Kind", bound=Document)


def json_text(content: object) -> str:
    """The one text of a content, made to be read by people too."""
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def document_content(document: Document) -> dict[str, Any]:
    """A document under the names that stand in its file."""
    return document.model_dump(mode="json", by_alias=True)


def document_text(document: Document) -> str:
    """The one text of a document."""
    return json_text(document_content(document))


def write_document(path: Path, document: Document) -> None:
    """Writes a file, whole or not at all. Raises WrongUse when it cannot be written."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        unfinished.write_text(document_text(document), "utf-8")
        os.replace(unfinished, path)
    except OSError as error:
        raise WrongUse(f"{path} cannot be written: {error.strerror}") from error


def read_document(path: Path, kind: type[Kind]) -> Kind:
    """The document of a file. Raises WrongUse when there is none, Unproved when a single byte is not as written."""
    name = kind.__name__.lower()
    content = read_small_file(path)
    if len(content) > LARGEST_BYTES:
        raise Unproved(f"{path} is too large for a {name}")
    try:
        document = kind.model_validate_json(content)
    except ValidationError as error:
        older = kind.older.search(content) if kind.older else None
        if older is not None:
            form = older[0].decode().strip('"')
            raise Unproved(f"{path} is of an earlier form, {form!r}, which this version does not read") from error
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "file"
        raise Unproved(f"{path} is not a {name}, or is damaged ({field}: {first['msg']})") from error
    if document_text(document).encode() != content:
        raise Unproved(f"{path} is not as it was written: some of its bytes were changed")
    return document
