"""A real Kafka and a real Valkey from PyPI packages alone, for demonstrations, tests and benchmarks."""
