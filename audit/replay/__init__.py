"""History computed again, entry by entry."""
