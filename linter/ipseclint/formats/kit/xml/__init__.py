"""XML readers with exact places, within limits."""
