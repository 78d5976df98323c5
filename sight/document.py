"""What a command answers: a frozen value, whose fields are the keys of `--json`. Programs rely on them."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict


class Document(BaseModel):
    """A document, or a part of one. Its text for people is made of it, and of nothing else.

    A field with a default stands in the JSON where it was given, and else not at all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def figures(self, *names: str) -> dict[str, Any]:  # Any: JSON
        """What stands in the JSON under these keys, in this order; without names all of it."""
        fields = self.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return {name: fields[name] for name in names} if names else fields

    def given(self) -> dict[str, Any]:  # Any: its fields
        """Its fields, for a document that it is a part of."""
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set}

    def json_text(self) -> str:
        """One line of JSON, with every letter as it is."""
        # Not in mode "json": it would replace a lone surrogate in a key, which a file may well hold.
        return json.dumps(self.model_dump(by_alias=True, exclude_unset=True), ensure_ascii=False)
