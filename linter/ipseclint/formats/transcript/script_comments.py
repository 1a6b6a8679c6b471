"""The start of a text with commands, without the lines that are comments of a script."""

from __future__ import annotations

import re

from ipseclint.formats.kit.run_files import POWERSHELL_ENDINGS
from ipseclint.formats.transcript.families import OF_SCRIPTS, family_of
from ipseclint.late import late
from ipseclint.source import Source, bytes_source

_OF_NO_OUTPUT = OF_SCRIPTS | {""}
"""The families of lines with which no output begins."""
_SIGNS_OF_COMMANDS = ("netsh", "-net", "-vpn", "reg add", "reg.exe", "sc config", "sc.exe", "-itemproperty", "-service")
"""One of these stands in nearly every script that has comments."""
_REMARK = late(r"\n[ \t]*+@?(?:rem\b|::)[^\n]*", re.IGNORECASE)
_NOTES = late(r"(?:\n[ \t]*+#(?!requires\b)[^\n]*)+", re.IGNORECASE)
"""A comment of a batch file, and comments of PowerShell that follow each other, on lines of their own."""
_BEGINS_COMMENT = late(r"\n[ \t]*+(?:@?rem\b|::|#)")
"""How one of them begins, in lower case."""


def without_comments(source: Source) -> Source | None:
    """The start of a text with commands, without the lines that are comments of a script; None if it has none.

    Lines with `#` may be headings of what people paste: in a file that is not named as a script of PowerShell they are
    comments where an output begins in one.
    """
    is_named = source.path.casefold().endswith(POWERSHELL_ENDINGS)
    if not is_named and not source.holds_any_folded(_SIGNS_OF_COMMANDS):
        return None
    lines = source.head_lines_folded
    if _BEGINS_COMMENT.search(lines) is None:
        return None
    text = f"\n{source.head_text}"
    bare = _REMARK.sub("\n", text) if "rem" in lines or "::" in lines else text
    bare = _NOTES.sub(lambda notes: "\n" if is_named or _begins_output(notes[0]) else notes[0], bare)
    return None if bare == text else bytes_source(source.path, bare.encode("utf-8", "replace"))


def _begins_output(notes: str) -> bool:
    return any(family_of(line.strip("# \t")) not in _OF_NO_OUTPUT for line in notes.split("\n"))
