"""`harmwatch deliver`, `subscriptions` and `deliveries`: who gets alerts pushed, and what became of each."""
