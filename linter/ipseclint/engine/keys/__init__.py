"""What keeps keys, and on request names, out of all that is said."""
