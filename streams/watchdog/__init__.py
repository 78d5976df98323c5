"""Whether a worker does its work, judged from within."""
