"""How somebody wants the console shown: kept in their browser, and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from console.form_fields import form_fields

COOKIE = "harmwatch_display"
KEPT_SECONDS = 365 * 86_400


class Theme(StrEnum):
    """The colours; `system` is what the machine prefers."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Display:
    """Colours, and whether single keys do something."""

    theme: Theme = Theme.SYSTEM
    has_keys: bool = True

    def cookie(self) -> str:
        """As it is kept."""
        return f"{self.theme}.{'keys' if self.has_keys else 'none'}"


def display_of(cookies: Mapping[str, str]) -> Display:
    """What was chosen before; what cannot be read counts as nothing."""
    theme, _, keys = cookies.get(COOKIE, "").partition(".")
    return Display(Theme(theme), keys != "none") if theme in set(Theme) else Display()


def display_chosen(form: bytes) -> Display:
    """What a form asks for; what it does not say is as shipped."""
    fields = dict(form_fields(form))
    theme = fields.get("theme", "")
    return Display(Theme(theme) if theme in set(Theme) else Theme.SYSTEM, fields.get("keys") == "on")
