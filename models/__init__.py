"""What things are: records, policy, topics, errors. Frozen, and dependent on nothing of ours."""
