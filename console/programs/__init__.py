"""The desk for programs: what they send as JSON, and what they get."""
