"""Commands for who may use the console, and what they have looked at."""
