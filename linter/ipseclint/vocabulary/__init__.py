"""Values with their spelling in every tool; built-in objects, labels, errors and events: facts with their sources."""

from __future__ import annotations

from pkgutil import get_data  # importlib.resources loads what makes temporary files, 2 % of a small check


def table_text(name: str) -> str:
    """The text of a data file by its name. Raises OSError."""
    data = get_data(__name__, name)
    if data is None:
        raise FileNotFoundError(name)
    return data.decode("utf-8").replace("\r\n", "\n")
