"""The store brought to the journal's tail."""
