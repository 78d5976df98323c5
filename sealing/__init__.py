"""What only the holder of a key can read, and nobody any more once the key is destroyed."""
