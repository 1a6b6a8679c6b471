"""The tests; they mirror the tree of the package."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The checkout that the tests belong to."""
