"""Ends that are not Windows: descriptions, configurations of other implementations, logs that hold both ends."""
