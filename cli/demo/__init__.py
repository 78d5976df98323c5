"""`harmwatch demo`."""
