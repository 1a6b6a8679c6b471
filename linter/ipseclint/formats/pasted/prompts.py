"""Patterns for the prompts of PowerShell, cmd.exe and netsh."""

from __future__ import annotations

POWERSHELL = r"PS(?:[ ][^>\r\n]{0,200})?>"
SESSION = r"\[[^\]\r\n]{1,80}\]:[ ]?"
"""What stands before the prompt of PowerShell on another machine: its name."""
CMD = r"[A-Za-z]:(?:\\[^>\r\n<|\"]{0,200})?>"
NETSH = r"netsh(?:[ ][a-z]{2,20}){0,3}>"
"""With the context that its lines stand in."""
