"""Who hears of each change that the store was asked for."""

from collections.abc import Callable

Asked = Callable[[str, float, str], None]
"""Hears of a verb, of the seconds until its answer, and of the name of the answer to `apply`."""


def nobody_asks(_verb: str, _seconds: float, _answer: str) -> None:
    """Hears and keeps nothing."""
