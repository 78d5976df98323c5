"""What a command answers: a frozen value, whose fields are the keys of `--json`. Programs rely on them."""

import json

from pydantic import BaseModel, ConfigDict


class Document(BaseModel):
    """A document, or a part of one. Its text for people is made of it, and of nothing else."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, json_schema_serialization_defaults_required=True
    )

    def json_text(self) -> str:
        """One line of JSON, with every letter as it is."""
        return json.dumps(self.model_dump(mode="json", by_alias=True), ensure_ascii=False)
