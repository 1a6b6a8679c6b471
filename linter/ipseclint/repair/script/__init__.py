"""Repairs a netsh script in place."""
