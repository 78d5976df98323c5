"""One look at a board, and its words: what watch, status, console and exporter share."""
