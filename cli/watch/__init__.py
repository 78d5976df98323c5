"""`harmwatch watch`."""
