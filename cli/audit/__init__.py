"""`harmwatch verify`, `replay`, `snapshots` and what is signed."""
