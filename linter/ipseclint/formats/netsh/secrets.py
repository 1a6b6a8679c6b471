"""Where preshared keys stand in a script, whether or not their line is a command that can be read."""

from __future__ import annotations

import re

from ipseclint.source import Span

# Tags that mean nothing but a key, in full or abbreviated: psk, auth1psk.
_KEY = re.compile(
    r"""(?<![\w-])(?:ps|psk|auth1p|auth1ps|auth1psk)["']?[ \t]*=[ \t]*("[^"\r\n]*"?|'[^'\r\n]*'?|[^\s"']+)""",
    re.IGNORECASE,
)


def keys_in_line(line: str, number: int, path: str) -> list[Span]:
    """The places of preshared keys in a line, comments included."""
    return [Span(path, number, found.start(1) + 1, found.end(1) - found.start(1)) for found in _KEY.finditer(line)]
