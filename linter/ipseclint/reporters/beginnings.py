"""The beginnings of all that ipseclint writes, as expressions for text in lower case."""

from __future__ import annotations

CODE = "[a-z]{2,10}[0-9]{3}"
NAME = "[a-z0-9-]{3,80}"
SEVERITY = "(?:error|warning|info)"
HEADED = rf"(?:{SEVERITY}|problem)\[{CODE}\] "
LINE = r"[^\r\n]{1,400}"
END = r"\r?\n"
BLANK = rf"{END}[ \t]*{END}"
STRING = r'"(?:[^"\\]|\\.)*"'
OF_SCHEMA = r'\{\s*"(?:schema|type)":\s*"(?:ipseclint\.|finding"|problem"|summary")'
"""Reports as JSON, and a baseline."""
