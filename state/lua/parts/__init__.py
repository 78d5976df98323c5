"""What the verbs share; state/scripts.py puts it in place."""
