"""What makes a document trustworthy: keys, signatures, Merkle trees."""
