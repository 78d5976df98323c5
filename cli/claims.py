"""Claims: what a document says, one by one, each by a name; every sentence is made of one claim and of nothing else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Claim = dict[str, Any]
"""`claim` names what is claimed; the other fields are its figures."""

Sentences = Mapping[str, Callable[[Claim], str]]
"""How each claim is said, by its name."""


def claim(name: str, figures: Mapping[str, Any] | None = None, /, **more: Any) -> Claim:
    """A claim."""
    return {"claim": name, **(figures or {}), **more}


def render_claims(claims: Iterable[Claim], sentences: Sentences) -> list[str]:
    """The sentences of those claims that these are the sentences for, in order."""
    return [sentences[one["claim"]](one) for one in claims if one["claim"] in sentences]


def paragraph(claims: Sequence[Claim], heading: str, sentences: Sentences, between: str = "\n") -> str:
    """The sentences under a heading; nothing where there is none."""
    lines = render_claims(claims, sentences)
    return between.join([*([heading] if heading else []), *lines]) if lines else ""
