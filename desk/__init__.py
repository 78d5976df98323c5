"""The duty desk: what alerts and actions come to. Pure: no clock, no network, no settings."""
