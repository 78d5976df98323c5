"""`harmwatch ingest` and `simulate`."""
