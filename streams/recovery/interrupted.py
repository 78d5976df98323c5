"""What ends a recovery that nobody is to blame for."""


class Interrupted(Exception):
    """The board was taken away during the recovery."""
