"""Texts that hold several outputs: cut into pieces, told from texts of one thing, and read piece by piece."""
