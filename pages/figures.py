"""Figures: values from which a template draws, in a square of its own; nothing to load, nothing to run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bars:
    """One small multiple: a value per label, drawn against `top`, which all figures beside it share.

    `limit` is a level that should not be passed.
    """

    caption: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    top: float
    tone: str
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Pairs:
    """For each name two values, one below the other, such as before and after."""

    caption: str
    names: tuple[str, ...]
    a: tuple[float, ...]
    b: tuple[float, ...]
    unit: str


Figure = Bars | Pairs
