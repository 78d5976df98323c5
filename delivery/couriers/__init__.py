"""What delivers to one subscription: its courier, and what all couriers of a term share."""
