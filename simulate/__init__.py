"""A synthetic stream of offence reports: seeded, so that the same seed gives the same bytes."""
