"""The relay: publishes the outbox, lets time pass."""
