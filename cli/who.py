"""Who asks: the person at the terminal, as it is recorded."""

import getpass
import os


def operator() -> str:
    """Who asks for it, as it is recorded: the user's name, or where they have none (in a container) their number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # OSError from Python 3.13 on
        return f"uid {os.getuid()}"
