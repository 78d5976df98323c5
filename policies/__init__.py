"""Policies and harm indices, as data."""
