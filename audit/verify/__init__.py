"""What was published, held against what is recomputed."""
