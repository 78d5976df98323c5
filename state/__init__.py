"""What we remember: one board in Redis, and the only folder that imports redis."""
