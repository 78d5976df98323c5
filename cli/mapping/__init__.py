"""`harmwatch mapping draft` and `check`."""
