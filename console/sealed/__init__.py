"""What officers write about a person, under that person's key on a sealed board."""
