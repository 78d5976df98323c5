"""How operators speak to the service."""
