"""Kafka outside of Faust: clients, readers, groups, transactions, and the journal as a log."""
