"""Texts of several outputs: recognised, cut into pieces, and read piece by piece."""
