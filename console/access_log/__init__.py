"""What is shown is written down before."""
