"""The parts of docs/ that are made: reference pages from the code, the site, the picture of the terminal."""
