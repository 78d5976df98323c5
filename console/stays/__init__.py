"""Stays as officers work on them: the queue, a page for each, and what they do."""
