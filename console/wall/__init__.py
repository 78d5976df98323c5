"""What hangs on a wall: the board in large type, read from afar by people who pass."""
