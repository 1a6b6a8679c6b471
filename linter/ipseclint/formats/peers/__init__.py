"""Peers that are not Windows: descriptions, configurations of other implementations, and logs with both ends."""
