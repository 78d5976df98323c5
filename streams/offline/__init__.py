"""What a person does to a board while no worker runs."""
