"""`harmwatch deadletters`."""
