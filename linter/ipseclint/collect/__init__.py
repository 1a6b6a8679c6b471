"""The script that collects, on a Windows machine, what ipseclint can read."""

from __future__ import annotations

from importlib import resources

SCRIPT = "Export-IpsecPolicy.ps1"


def collector_script() -> str:
    """The text of the collector, for Windows PowerShell 5.1 and later."""
    return resources.files(__name__).joinpath(SCRIPT).read_text(encoding="utf-8")
