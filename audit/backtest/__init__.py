"""A policy tried on the recorded history."""
