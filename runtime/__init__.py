"""How a process starts: settings, connections, logs."""
