"""What the list is and is not, under which policy, and the record of its transparency."""
