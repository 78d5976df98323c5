"""Who we are where we connect to, and how: addresses, secrets, certificates."""
