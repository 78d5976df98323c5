"""The reference of the records on each topic, from the JSON Schemas that are checked in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handbook.markdown import page, table
from models.schema_files import FOLDER, TYPES

Schema = Mapping[str, Any]  # Any: JSON

_INTRODUCTION = """\
The values of the records are JSON in UTF-8. Each table is made from the JSON Schema beside it, which programs can check
records with; `models/schemas/examples` holds records that must pass and records that must not. Two topics have no
schema: the values of `dead-letters.v1` are the original bytes of what was refused, but for those that are too large,
and those of `checkpoints.v1` are [signed notes](../audit.md#a-checkpoint)."""


def schemas_page() -> str:
    """Every schema as tables: the record, then what it is made of, then an example."""
    return page("Schemas", _INTRODUCTION, *(_section(name) for name in TYPES))


def _section(name: str) -> str:
    schema: Schema = json.loads(FOLDER.joinpath(f"{name}.schema.json").read_text("utf-8"))
    tables = _Tables(name, schema.get("$defs", {}))
    parts = [
        f"## {name}",
        schema["description"],
        f"[JSON Schema](../../models/schemas/{name}.schema.json)",
        tables.fields(schema) if "properties" in schema else f"One of: {tables.choices(schema)}",
    ]
    for title, part in tables.definitions.items():
        if "properties" in part:
            parts += [f"### {title} in {name}", part.get("description", ""), tables.fields(part)]
    return "\n\n".join(part for part in (*parts, _example(name)) if part)


@dataclass(frozen=True, slots=True)
class _Tables:
    """The tables of one schema, which refer to each other."""

    name: str
    definitions: Mapping[str, Schema]

    def fields(self, schema: Schema) -> str:
        required = set(schema.get("required", ()))
        rows = [
            [f"`{name}`", self._kind(field), "yes" if name in required else _default(field), self._meaning(field)]
            for name, field in schema["properties"].items()
        ]
        return table(["field", "type", "required", "meaning"], rows)

    def choices(self, schema: Schema) -> str:
        """The records that share a topic, each by its kind."""
        return ", ".join(self._kind(one) for one in schema["oneOf"])

    def _kind(self, field: Schema) -> str:
        if "$ref" in field:
            title = field["$ref"].rpartition("/")[2]
            found = self.definitions[title]
            if "properties" not in found:
                return self._kind(found)
            anchor = f"{title} in {self.name}".lower().replace(" ", "-").replace(".", "")
            return f"[{title}](#{anchor})"
        values = field.get("enum", [field["const"]] if "const" in field else ())
        if values:
            return " or ".join(f"`{value}`" for value in values)
        if "anyOf" in field:
            return " or ".join(self._kind(one) for one in field["anyOf"])
        if field.get("type") == "array":
            return f"list of {self._kind(field.get('items', {}))}"
        return str(field.get("type", "any JSON")) + _limits(field)

    def _meaning(self, field: Schema) -> str:
        refers = self.definitions.get(field.get("$ref", "").rpartition("/")[2], {})
        return str(field.get("description") or refers.get("description", ""))


def _limits(field: Schema) -> str:
    low = field.get("minLength", field.get("minimum"))
    high = field.get("maxLength", field.get("maximum"))
    shape = f", {field['format']}" if "format" in field else ""
    return f", {low} to {high}{shape}" if low is not None and high is not None else shape


def _default(field: Schema) -> str:
    return f"no: `{field['default']}`" if field.get("default") not in (None, "", []) else "no"


def _example(name: str) -> str:
    path = FOLDER / "examples" / f"{name}.good.jsonl"
    if not path.exists():
        return ""
    record = json.loads(path.read_text("utf-8").splitlines()[0])
    return f"An example:\n\n```json\n{json.dumps(record, indent=2, ensure_ascii=False)}\n```"
