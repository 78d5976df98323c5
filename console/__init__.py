"""What officers see: the board as a page that is live, and says when it is not."""
