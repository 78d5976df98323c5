"""A paper as one HTML file that opens offline: no script, no address, nothing to load, and no text that is markup."""

from base64 import b64encode
from functools import lru_cache
from importlib.resources import files
from string import ascii_letters, digits
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from pages.figures import Bars
from pages.paper import Paper

_PLAIN = frozenset(f"{ascii_letters}{digits} ")
_TEMPLATES = ("paper.html", "figures.html", "paper.css")


def paper_page(paper: Paper) -> str:
    """The page."""
    return _environment().get_template("paper.html").render(paper=paper)


def visible(text: Any) -> Any:  # Any: whatever a template prints
    """Shows what cannot be seen, such as letters that turn the direction of writing: an id must not pose as another."""
    if isinstance(text, Markup) or not isinstance(text, str):
        return text
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def css_text(text: str) -> Markup:
    """A text as it stands within quotes in a style sheet: whatever is neither letter, digit nor space by its number."""
    shown = "".join(letter if letter in _PLAIN else f"\\{ord(letter):06x}" for letter in visible(text))
    return Markup(shown)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    folder = files(__package__) / "templates"
    environment = Environment(
        loader=DictLoader({name: (folder / name).read_text("utf-8") for name in _TEMPLATES}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["base64"] = lambda content: b64encode(content).decode()
    environment.filters["css_text"] = css_text
    environment.tests["bars"] = lambda figure: isinstance(figure, Bars)
    return environment
