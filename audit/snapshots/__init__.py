"""States of the reference engine, kept to save the way from the first entry."""
