"""Who gets alerts pushed: in order, with receipts; reads Kafka alone."""
