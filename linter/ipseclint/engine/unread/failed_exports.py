"""Texts that hold only the error or empty result of a program that was to export."""

from __future__ import annotations

from ipseclint.formats.transcript.failed_commands import failure_in, is_nothing
from ipseclint.source import Source, lines_of_text
from ipseclint.vocabulary.console_errors import says_that_rights_lack
from ipseclint.vocabulary.netsh_labels import ENDINGS

_MAX_BYTES = 4096
"""An error record of PowerShell has some hundred (reasoned)."""
NOT_TYPED = "\0"
ELEVATED = "; run the command from an elevated prompt"
NOTHING_FOUND = frozenset(line for of_language in ENDINGS.values() for line in of_language if " " in line)
"""Whole sentences only: a single word, such as `Ok.`, is printed after any command."""
_NONE = "Windows printed that there is nothing of the kind"


def failed_export(source: Source) -> tuple[str, bool] | None:
    """What to say of a text that is only an error, and whether rights were missing; None for any other text."""
    if not source.is_in_head or len(source.head) > _MAX_BYTES:
        return None
    lines = {row: line for row, line in enumerate(lines_of_text(source.head_text)) if line.strip()}
    failure = failure_in(lines, NOT_TYPED)
    if failure is None:
        (line,) = lines.values() if len(lines) == 1 else ("",)
        if line.strip() in NOTHING_FOUND:
            return _NONE, False
        return (f"Windows printed an error in place of an export{ELEVATED}", True) if _lacks(line) else None
    if lines.keys() - failure.rows:
        return None
    if is_nothing(failure):
        return _NONE, False
    advice = ELEVATED if failure.lacks_rights else ""
    said = failure.reason.rstrip(":")
    return f"Windows printed an error in place of an export: `{said}`{advice}", failure.lacks_rights


def _lacks(line: str) -> bool:
    return bool(line) and says_that_rights_lack(line)
