"""A repair worked into a netsh script's own text."""
