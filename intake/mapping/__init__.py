"""Rows as reports: the rules of a mapping, and what they make of a row."""
