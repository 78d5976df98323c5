"""Where records walk: the Faust app, its transport, the agent and the relay."""
