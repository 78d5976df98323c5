"""What all consoles of a board share: keys for one purpose each, derived of the secret that its settings name."""

from models.access.secret_file import SecretFile
from runtime.settings import Settings
from sealing.derived_key import derived_key

KEY_BYTES = 32


def console_secret(settings: Settings) -> str | None:
    """None: the settings name none. Raises NotAllowed."""
    path = settings.console_secret
    return None if path is None else SecretFile("HARMWATCH_CONSOLE_SECRET", path).read()


def console_key(settings: Settings, purpose: str) -> bytes | None:
    """Of this board alone; None without a secret: then each console makes one for itself. Raises NotAllowed."""
    secret = console_secret(settings)
    if secret is None:
        return None
    return derived_key(secret, KEY_BYTES, f"harmwatch console {purpose} of {settings.prefix}{settings.board}")
