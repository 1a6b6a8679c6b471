"""Text of an input made safe to show: no terminal, log or pipeline takes it for anything but text."""

from __future__ import annotations

import datetime
import re

from ipseclint.late import late

UNSAFE = late(
    "["
    "\x00-\x1f\x7f-\x9f"  # controls, line ends
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # of no width, and fillers
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb"  # joiners, directions, separators
    "\ud800-\uf8ff\ufdd0-\ufdef\ufffe\uffff"  # halves of pairs, private, no characters
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 14))
    + "\U000e0000-\U0010ffff"  # tags, more selectors, private planes
    "]|#(?=#(?:(?i:vso))?\\[)"
)
"""Characters that are invisible, that move the text around them, or that are none (Unicode's categories Cc, Co, Cs, Zl
and Zp, default-ignorable code points, noncharacters); and the beginning of a command that agents of Azure Pipelines,
and older ones of GitHub, obey anywhere in a line."""

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "#": "# "}
_AGENT_COMMAND = late(r"#(?=#(?:vso)?\[)", re.IGNORECASE)

_LINE_COMMAND = late(r"^([^\S\n]*):(?=:)", re.MULTILINE)
"""The commands of GitHub's runner at the beginning of a line, blanks aside."""

_DOUBLE_HASH = late("#(?=#)")


def visible(text: str) -> str:
    """Text on one line, with invisible characters escaped and the commands of pipeline agents broken."""
    return UNSAFE.sub(_escaped, text)


def inert(lines: str) -> str:
    """Lines of output in which no pipeline agent finds a command; a space breaks what would be one."""
    return _LINE_COMMAND.sub(r"\1: ", _AGENT_COMMAND.sub("# ", lines))


def json_text(value: object, indent: int | None = None) -> str:
    """A value as JSON in ASCII, which survives every code page, and in which no pipeline agent finds a command."""
    import json

    text = json.dumps(value, allow_nan=False, default=datetime.date.isoformat)
    if indent is not None:
        # Python's own encoder takes several times as long when it indents.
        from msgspec import DecodeError
        from msgspec.json import format as indented

        try:
            text = indented(text, indent=indent)
        except DecodeError:  # half of a pair of surrogates
            text = json.dumps(value, indent=indent, allow_nan=False, default=datetime.date.isoformat)
    return _DOUBLE_HASH.sub(r"\\u0023", text)


def _escaped(match: re.Match[str]) -> str:
    number = ord(match[0])
    if number > 0xFFFF:
        return f"\\U{number:08x}"
    return _NAMED.get(match[0]) or (f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}")
