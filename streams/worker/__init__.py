"""A worker: the Faust app, its agent and its place on the board."""
