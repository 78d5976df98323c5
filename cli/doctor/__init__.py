"""`harmwatch doctor`: everything that an installation needs, looked at once, with a remedy for what it lacks."""
