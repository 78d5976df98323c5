"""What delivery records: the terms of a subscription, orders of people, and what became of each number."""
