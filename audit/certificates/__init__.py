"""A verification that is taken along, and proofs of single alerts."""
