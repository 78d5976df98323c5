"""The reference of the settings, from the class that reads them."""

from enum import Enum
from pathlib import Path

from pydantic.fields import FieldInfo

from handbook.markdown import page, table
from runtime.settings import Settings

_INTRODUCTION = """\
Environment variables, or lines of a `.env` file in the working directory; the environment wins. A setting that is
wrong or unknown stops the start and is named. What belongs together is explained under
[configuration](../configuration.md#settings)."""


def settings_page() -> str:
    """Every setting with its values and its default."""
    rows = [_row(name, field) for name, field in sorted(Settings.model_fields.items(), key=_is_of_access)]
    return page("Settings", _INTRODUCTION, table(["setting", "values", "default", "meaning"], rows))


def _is_of_access(item: tuple[str, FieldInfo]) -> bool:
    """What every installation decides comes first, but for where Kafka and Redis are."""
    return item[0] not in Settings.__annotations__


def _row(name: str, field: FieldInfo) -> list[str]:
    return [f"`HARMWATCH_{name.upper()}`", _values(field), _default(field.default), field.description or ""]


def _values(field: FieldInfo) -> str:
    if isinstance(field.annotation, type) and issubclass(field.annotation, Enum):
        return " or ".join(f"`{member.value}`" for member in field.annotation)
    return "path of a file" if field.annotation is Path else "text"


def _default(value: object) -> str:
    if isinstance(value, Path):
        return f"the shipped `{value.name}`"
    text = str(value.value if isinstance(value, Enum) else value)
    return f"`{text}`" if text else "empty"
