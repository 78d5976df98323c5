"""A first mapping for a stranger's file, from what stands in it."""
