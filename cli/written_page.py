"""Pages as files: whole or not at all, and readable by their writer alone, as they hold personal data."""

import os
from contextlib import suppress
from pathlib import Path

from models.errors import PreconditionFailed, WrongUse
from pages.paper import Paper


def write_paper(path: Path, paper: Paper) -> None:
    """Writes a page. Raises WrongUse when it cannot be written, PreconditionFailed without Jinja."""
    page = paper_html(paper)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(page)
        os.replace(unfinished, path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise WrongUse(f"{path} cannot be written: {error.strerror}") from error


def paper_html(paper: Paper) -> str:
    """The page. Raises PreconditionFailed without Jinja."""
    try:
        from pages.rendering import paper_page  # noqa: PLC0415  (an extra: only pages need it)
    except ImportError as error:
        raise PreconditionFailed("--html needs Jinja: pip install 'harmwatch[pages]'") from error
    return paper_page(paper)
