"""What the duty desk records: rules, what officers did with a stay, lapses, handovers."""
