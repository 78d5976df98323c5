"""Kafka outside of Faust: how one speaks to it, clients, readers, groups, transactions, and the journal as a log."""
