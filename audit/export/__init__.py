"""A replay as files for analysts."""
