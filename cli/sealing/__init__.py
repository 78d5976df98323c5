"""`harmwatch erase` and `alerts open`."""
