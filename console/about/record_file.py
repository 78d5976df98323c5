"""What only those who run an installation can say of it, in a file of theirs: the rest of the record is made."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from models.errors import WrongUse

SETTING = "HARMWATCH_CONSOLE_RECORD"
QUESTIONS = {
    "organisation": "Organisation",
    "responsible": "Senior responsible owner",
    "contact": "Contact",
    "supplier": "External supplier",
    "legal_basis": "Legal basis",
    "purpose": "Purpose",
    "benefits": "Benefits",
    "before": "What was done before",
    "alternatives": "Alternatives considered",
    "decisions": "Decisions that it is part of",
    "training": "Training",
    "appeals": "How a person can challenge it",
    "phase": "Phase",
    "retention": "How long records are kept",
    "assessments": "Impact assessments",
    "documentation": "Documentation",
}
"""By key; `documentation` is the address at which the site of `make docs` is served."""

LONGEST = 4_000
_ADDRESSES = ("https://", "http://")


def read_record(path: Path | None) -> Mapping[str, str]:
    """By key, as far as it is said; nothing without a file. Raises WrongUse with every fault."""
    if path is None:
        return {}
    try:
        answers = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise WrongUse(f"{SETTING}: {path}: {error}") from error
    faults = [f"{key!r} is no key of it" for key in answers if key not in QUESTIONS]
    for key, said in answers.items():
        if not isinstance(said, str) or not said.strip() or len(said) > LONGEST:
            faults.append(f"{key} is no text of up to {LONGEST:,} characters")
    if "documentation" in answers and not str(answers["documentation"]).startswith(_ADDRESSES):
        faults.append("documentation is no address of https://")
    if faults:
        raise WrongUse(f"{SETTING}: {path}: {'; '.join(faults)}")
    return {key: said.strip() for key, said in answers.items()}
