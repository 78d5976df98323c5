"""Files of every kind as rows: what they are, where their rows stand, and each row by its line."""
