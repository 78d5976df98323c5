"""Traces: the way of a run and of an alert as spans, for a collector of OTLP; no span names a person."""
