"""What officers have looked at."""
