"""What we can prove: reads Kafka alone, computes again, compares."""
