"""What the console's process computes when the desk looks back: the same as the commands, as its pages have it."""
