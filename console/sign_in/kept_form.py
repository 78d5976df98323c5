"""A form whose sender was not signed in: the sign-in page carries it, and gives it back behind the sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

LONGEST = 100_000
"""Of its body; a longer one stays on the page that refused it."""

_TYPED = ("text", "why.")


@dataclass(frozen=True, slots=True)
class KeptForm:
    """To which address it was sent, and its body as it came."""

    path: str
    body: str

    @classmethod
    def of(cls, path: str, body: bytes) -> "KeptForm | None":
        """None: it is too long to be sent twice."""
        text = body.decode("ascii", "replace")
        return cls(path, text) if len(urlencode({"kept": text})) <= LONGEST else None

    @classmethod
    def carried(cls, form: Mapping[str, str]) -> "KeptForm | None":
        """The one that a sign-in form brings back; None: none."""
        path, body = form.get("kept_for", ""), form.get("kept", "")
        return cls(path, body) if path.startswith("/") and body else None

    @property
    def typed(self) -> tuple[str, ...]:
        """The texts that somebody wrote."""
        fields = parse_qsl(self.body, encoding="utf-8", errors="replace")
        return tuple(text for name, text in fields if name.startswith(_TYPED) and text.strip())
