"""A mapping on disk: it is read whole, and every fault of it named."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from intake.mapping.faults import faults_of
from intake.mapping.lookups import with_lookups
from intake.mapping.rules import Mapping
from models.errors import WrongUse


def load_mapping(path: Path) -> Mapping:
    """The mapping in the file at `path`; WrongUse lists every fault."""
    try:
        document = with_lookups(tomllib.loads(path.read_bytes().decode("utf-8-sig")), path.parent)
        mapping = Mapping.model_validate(_with_key_beside(document, path.parent))
    except OSError as error:
        raise WrongUse(f"mapping {path} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        faults = [f"{_place(fault['loc'])}: {fault['msg']}" for fault in error.errors(include_url=False)]
    except (ValueError, RecursionError) as error:
        raise WrongUse(f"mapping {path} is not TOML in UTF-8: {error}") from None
    else:
        faults = faults_of(mapping)
    if faults:
        raise WrongUse("\n  ".join([f"mapping {path} is wrong:", *faults]))
    return mapping


def _with_key_beside(document: dict[str, Any], folder: Path) -> dict[str, Any]:  # Any: TOML
    """The file of the key is meant from the folder of the mapping."""
    pseudonyms = document.get("pseudonyms")
    if isinstance(pseudonyms, dict) and isinstance(pseudonyms.get("key"), str):
        return {**document, "pseudonyms": {**pseudonyms, "key": str(folder / pseudonyms["key"])}}
    return document


def _place(location: tuple[str | int, ...]) -> str:
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".") or "the file"
