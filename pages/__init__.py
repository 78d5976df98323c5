"""Pages that people print, sign and hand in: frozen values in, HTML out. A leaf that knows nothing but the models."""
