"""`harmwatch explain`, `forecast` and `amendments`."""
