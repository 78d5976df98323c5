"""A mapping on disk: it is read whole, and every fault of it named."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from intake.mapping_faults import faults_of
from intake.rules import Mapping
from models.errors import WrongUse


def load_mapping(path: Path) -> Mapping:
    """The mapping in the file at `path`; WrongUse lists every fault."""
    try:
        mapping = Mapping.model_validate(tomllib.loads(path.read_bytes().decode("utf-8-sig")))
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


def _place(location: tuple[str | int, ...]) -> str:
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".") or "the file"
