"""What a command says while it waits for the end of a transaction."""

from cli.output import say
from runtime.open_transactions import OpenTransaction


def say_waiting(transaction: OpenTransaction) -> None:
    """On standard error."""
    say(f"waiting: {transaction.in_words()}")
