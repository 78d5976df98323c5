"""The past at the desk: asked of one process that reads Kafka alone, never in the event loop."""
