"""XML read as a stream, with exact places, within limits."""
