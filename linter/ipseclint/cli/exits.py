"""Exit codes, the same whatever the output format."""

from __future__ import annotations

from ipseclint.outcome import Exit, exit_code

__all__ = ["Exit", "exit_code"]
