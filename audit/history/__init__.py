"""What was known at an instant, why, and what comes next."""
