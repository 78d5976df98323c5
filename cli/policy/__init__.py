"""`harmwatch policy` and `harmwatch index`."""
