"""What we think: pure functions and the reference engine; no clock, no network."""
