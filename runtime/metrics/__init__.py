"""Metrics: the table of their names, what counts them, and where Prometheus is answered."""
