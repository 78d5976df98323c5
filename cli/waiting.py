"""What a command says while it waits for the end of a transaction."""

from broker.open_transactions import OpenTransaction
from cli.output import say


def say_waiting(transaction: OpenTransaction) -> None:
    """On standard error."""
    say(f"waiting: {transaction.render()}")
