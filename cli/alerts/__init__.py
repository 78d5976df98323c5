"""`harmwatch alerts`: list, show and follow what was sent, and open what is sealed."""
