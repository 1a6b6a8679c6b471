"""ipseclint is the linter for Windows IPsec policy.

The public API: `check_paths` and `check_text` give a `Report` of `Finding`s, `read` gives a `Machine`; docs/api.md
has their shapes and errors. Nothing is imported before it is used, so `import ipseclint` costs nothing.
"""

from __future__ import annotations

from ipseclint.version import __version__

TYPE_CHECKING = False  # typing, and what it imports, takes longer than Python's own start
if TYPE_CHECKING:
    from typing import Any

    from ipseclint.api import InputError, NoPolicyError, check_paths, check_text, read
    from ipseclint.engine.configuration.toml_files import ConfigError
    from ipseclint.finding import Finding, Problem, Severity
    from ipseclint.model.machine import Machine
    from ipseclint.report import Report

__all__ = [
    "ConfigError",
    "Finding",
    "InputError",
    "Machine",
    "NoPolicyError",
    "Problem",
    "Report",
    "Severity",
    "__version__",
    "check_paths",
    "check_text",
    "read",
]

_HOMES = {
    "ConfigError": "engine.configuration.toml_files",
    "Finding": "finding",
    "InputError": "api",
    "Machine": "model.machine",
    "NoPolicyError": "api",
    "Problem": "finding",
    "Report": "report",
    "Severity": "finding",
    "check_paths": "api",
    "check_text": "api",
    "read": "api",
}
"""The module that each public name lives in."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = globals()[name] = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
