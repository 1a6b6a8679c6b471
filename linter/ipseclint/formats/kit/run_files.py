"""The files that a script runs: which of the inputs of the same run each is. No other file is ever opened.

A path is taken from the folder of the script that names it, and from that of the script with which the run begins,
since administrators start scripts where they lie. What it begins with on the machine (`%~dp0`, `$PSScriptRoot`) is that
folder.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager

from ipseclint.late import late
from ipseclint.source import Source, SourceError

MAX_FILES_RUN = 200
MAX_FILES_DEEP = 16
MAX_CHARACTERS_RUN = 16_000_000
"""How often files are run by one script, how deep within each other, and how much text that is (reasoned)."""

HERE = "$PSScriptRoot"
"""The folder of a script of PowerShell, as a text."""

ENDINGS = (".ps1", ".psm1", ".cmd", ".bat", ".reg", ".txt", ".netsh", ".nsh")
"""How the names of files that scripts run end; those that `netsh -f` reads have any."""

_MENTION = late(r"[^\"'\r\n:*?<>|;&(),@={}]{1,200}\.(?:ps1|psm1|cmd|bat|reg|txt|netsh|nsh)(?![\w.])", re.IGNORECASE)
_FOLDER = late(
    r"(?:%~dp0|%cd%|\$\{?PSScriptRoot\}?|\$\((?:Split-Path[^()]{0,200}|\$PSScriptRoot)\)|\.)(?:[\\/]+|(?<=0))",
    re.IGNORECASE,
)
"""The folder of the script itself, or the current one, before a path."""
_VARIABLE_FOLDER = late(r"\$\{?[\w:.]+\}?[\\/]+|%[^%\\/\s]+%[\\/]*")
_CALL = late(r"\bcall[ \t]+\"?([^\s\":;&|<>]{1,200})", re.IGNORECASE)
BATCH_ENDINGS = (".cmd", ".bat")


def mentioned(text: str) -> Iterator[str]:
    """The paths of files that a script may run, as it writes them; one whose folder is a variable without that."""
    for match in _MENTION.finditer(text):
        whole = match[0].strip()
        if text[match.start() - 1 : match.start()] == ")":  # what gives the folder stands in brackets
            whole = whole.lstrip("\\/")
        for written in dict.fromkeys((whole, whole.rpartition(" ")[2])):
            yield written
            if variable := _VARIABLE_FOLDER.match(written):
                yield written[variable.end() :]
    for match in _CALL.finditer(text):
        if not match[1].casefold().endswith(BATCH_ENDINGS):
            yield from (match[1] + ending for ending in BATCH_ENDINGS)


def paths_of(written: str, naming: str, beginning: str) -> Iterator[str]:
    """Where a file may lie that a script names, as folded paths; none for a path from a root."""
    text = written.strip().strip('"').strip()
    text = _FOLDER.sub("", text, count=1) if _FOLDER.match(text) else text
    tidy = text.replace("\\", "/")
    if not tidy or tidy.startswith("/") or re.search(r"[%$!:*?\0]", tidy):
        return
    for script in dict.fromkeys((naming, beginning)):
        yield folded(posixpath.join(posixpath.dirname(script.replace("\\", "/")), tidy))


def folded(path: str) -> str:
    """A path as it is compared: as Windows does, whichever way its separators lean."""
    return posixpath.normpath(path.replace("\\", "/")).casefold()


class RunFiles:
    """The files that one script may run, which are the members of its source; `followed` are those it has run."""

    def __init__(self, source: Source) -> None:
        self.followed: list[str] = []
        self._source = source
        self._by_path = {folded(member.path): member for member in source.all}
        self._open = [source.path]
        self._left = MAX_FILES_RUN
        self._left_characters = MAX_CHARACTERS_RUN

    @property
    def has_any(self) -> bool:
        """Whether there is any file that might be run."""
        return len(self._by_path) > 1

    def named(self, written: str, naming: str) -> Source | None:
        """The file that a script at a path names; None if it is none of this run."""
        if not self.has_any:
            return None
        paths = paths_of(written, naming, self._source.path)
        return next((self._by_path[path] for path in paths if path in self._by_path), None)

    @contextmanager
    def running(self, file: Source) -> Iterator[str | None]:
        """The text of a file while it is run; None where it cannot be read, runs itself, or there were too many."""
        text = self._text(file)
        if text is None:
            yield None
            return
        if file.path not in self.followed:
            self.followed.append(file.path)
        self._left -= 1
        self._left_characters -= len(text)
        self._open.append(file.path)
        try:
            yield text
        finally:
            self._open.pop()

    def _text(self, file: Source) -> str | None:
        if file.path in self._open or len(self._open) > MAX_FILES_DEEP or self._left <= 0:
            return None
        try:
            text = file.read_text()
        except SourceError:
            return None
        return text if len(text) <= self._left_characters else None
