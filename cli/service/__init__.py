"""Commands that run and watch over the service."""
