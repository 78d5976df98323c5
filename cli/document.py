"""What a command answers: a frozen value, whose fields are the keys of `--json`. Programs rely on them."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict


class Document(BaseModel):
    """A document, or a part of one. Its text for people is made of it, and of nothing else."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, json_schema_serialization_defaults_required=True
    )

    def figures(self, *names: str) -> dict[str, Any]:  # Any: JSON
        """What stands in the JSON under these keys, in this order; without names all of it."""
        told = self.model_dump(mode="json", by_alias=True)
        return {name: told[name] for name in names} if names else told

    def json_text(self) -> str:
        """One line of JSON, with every letter as it is."""
        return json.dumps(self.figures(), ensure_ascii=False)
