"""A person's reason, as it is recorded for ever: `--why`."""

import click


class NonEmptyText(click.ParamType):
    """A text that says something."""

    name = "text"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text. Fails, which is wrong use, where it is empty."""
        text = str(value)
        if not text.strip():
            self.fail("it says nothing, and it is recorded for ever", param, ctx)
        return text
