"""How many looks in a row have found something wrong."""


class Count:
    """Of one thing that may be wrong; a look that finds it well begins again."""

    def __init__(self, looks: int) -> None:
        self._looks = looks
        self._found = 0

    @property
    def runs(self) -> bool:
        """Whether the last look found it wrong."""
        return self._found > 0

    def look(self, wrong: object) -> bool:
        """Takes what a look has found, true where it was wrong; whether that has been so for long enough."""
        self._found = self._found + 1 if wrong else 0
        return self._found >= self._looks
