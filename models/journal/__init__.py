"""Entries of journal.v1 and what they record."""
