"""The reference of the settings, from the class that reads them."""

from enum import Enum
from pathlib import Path
from typing import get_args

from pydantic.fields import FieldInfo

from handbook.markdown import page, table
from runtime.settings import Settings

_INTRODUCTION = """\
Environment variables, or lines of a `.env` file in the working directory; the environment wins. A setting that is
wrong or unknown stops the start and is named. What belongs together is explained under
[configuration](../configuration.md#settings)."""


_OF_ACCESS = ("kafka_", "redis_", "key_store_", "allow_")


def settings_page() -> str:
    """Every setting with its values and its default."""
    rows = [_row(name, field) for name, field in sorted(Settings.model_fields.items(), key=_is_of_access)]
    return page("Settings", _INTRODUCTION, table(["setting", "values", "default", "meaning"], rows))


def _is_of_access(item: tuple[str, FieldInfo]) -> bool:
    """How one is let in somewhere comes last."""
    return item[0].startswith(_OF_ACCESS)


def _row(name: str, field: FieldInfo) -> list[str]:
    return [f"`HARMWATCH_{name.upper()}`", _values(field), _default(field.default), field.description or ""]


def _values(field: FieldInfo) -> str:
    kinds = get_args(field.annotation) or (field.annotation,)
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, Enum):
            return " or ".join(f"`{member.value}`" for member in kind)
    return "path of a file" if Path in kinds else "text"


def _default(value: object) -> str:
    if isinstance(value, Path):
        return f"the shipped `{value.name}`"
    if value is None:
        return "empty"
    text = str(value.value if isinstance(value, Enum) else value)
    return f"`{text}`" if text else "empty"
