"""The files that a script runs, matched with the inputs of the same run. No other file is ever opened.

A path is resolved from the folder of the script that names it, and from that of the first script of the run, since
administrators start scripts where they lie. A prefix for that folder (`%~dp0`, `$PSScriptRoot`) is dropped.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from itertools import islice, pairwise

from ipseclint.formats.kit.token import Token
from ipseclint.late import late
from ipseclint.source import Source, SourceError, bytes_source

MAX_FILES_RUN = 200
MAX_FILES_DEEP = 16
MAX_CHARACTERS_RUN = 16_000_000
"""How often files are run by one script, how deep within each other, and how much text that is (reasoned)."""
RUN_TOO_DEEP = "runs a file of this run within itself, too deep or too often: it is not followed"
"""The message about a file beyond these limits."""

SEVERAL_ON_A_LINE = "runs a file of which it writes several lines in one of its own: they are not followed"
HERE = "$PSScriptRoot"
"""The folder of a PowerShell script, as a text."""

_ENDINGS = (".ps1", ".psm1", ".psd1", ".cmd", ".bat", ".reg", ".xml", ".csv", ".json", ".txt")
_ENDING = late(rf"\.(?:{'|'.join(ending[1:] for ending in _ENDINGS)})(?![\w.])", re.IGNORECASE)
_STOP = late(r"[\"'\r\n:*?<>|;&(),@={}]")
"""How the name of a file ends that a script may run, and what no such name holds, or stands around one."""
_NAMED_LATER = late(
    r"\bcall[ \t]+\"?(?P<batch>[^\s\":;&|<>]{1,200})"
    r"|\b(?:import-module|ipmo|using[ \t]+module)[ \t]+(?:-name[ \t]+)?"
    r"(?:\(join-path[ \t]+\S{1,80}[ \t]+)?[\"']?(?P<module>[^\s\"';|&()]{1,200})"
    r"|(?:^|[ \t])(?:-f|/f|exec)[ \t]+[\"']?(?P<netsh>[^\s\"';|&<>]{1,200})",
    re.IGNORECASE | re.MULTILINE,
)
"""Words before the name of a file, whatever its ending."""
_WORDS_BEFORE = ("call", "import-module", "ipmo", "using", "-f", "/f", "exec")
"""What most scripts have none of, and which is quicker to look for."""
BATCH_ENDINGS = (".cmd", ".bat")
POWERSHELL_ENDINGS = (".ps1", ".psm1")
"""How the names of scripts end, without what only holds data."""
_MAX_NAME_CHARACTERS = 200
_MAX_MENTIONS = 5_000
"""How long the name of a file may be with its folder, and how many are looked for in one script (reasoned)."""
_FOLDER = late(
    r"(?:%~dp0|%cd%|\$\{?PSScriptRoot\}?|\$\((?:Split-Path[^()]{0,200}|\$PSScriptRoot)\)|\.)(?:[\\/]+|(?<=0))",
    re.IGNORECASE,
)
"""The script's own folder, or the current one, before a path."""
_VARIABLE_FOLDER = late(r"\$\{?[\w:.]+\}?[\\/]+|%[^%\\/\s]+%[\\/]*")


def mentioned(text: str) -> Iterator[str]:
    """The paths of files that a script may run, as written; also without a folder that is a variable."""
    lowered = text.lower()
    endings = any(ending in lowered for ending in _ENDINGS)
    for match in islice(_ENDING.finditer(text), _MAX_MENTIONS) if endings else ():
        before = text[max(0, match.start() - _MAX_NAME_CHARACTERS) : match.start()]
        name = _STOP.split(before)[-1]
        whole = f"{name}{match[0]}".strip()
        if before[: len(before) - len(name)].endswith(")"):  # what gives the folder stands in brackets
            whole = whole.lstrip("\\/")
        yield from _without_variable((whole, whole.rpartition(" ")[2]))
    words = any(word in lowered for word in _WORDS_BEFORE)
    for match in islice(_NAMED_LATER.finditer(text), _MAX_MENTIONS) if words else ():
        if match["batch"]:
            yield from _without_variable(match["batch"] + ending for ending in BATCH_ENDINGS)
        elif match["module"]:
            yield from _without_variable(modules_of(match["module"]))
        else:
            yield from _without_variable((match["netsh"],))


def _without_variable(names: Iterable[str]) -> Iterator[str]:
    """The paths, also without a folder that is a variable."""
    for written in dict.fromkeys(names):
        yield written
        if variable := _VARIABLE_FOLDER.match(written):
            yield written[variable.end() :]


_LISTING = late(
    r"\b(?:get-childitem|gci|dir|ls)\b(?:(?!\b(?:get-childitem|gci|dir|ls)\b)[^\r\n]){0,200}\.(?:ps1|psm1)\b"
    r"|\bin[ \t]*\([^()\r\n]{0,200}\*\.(?:cmd|bat|reg|ps1)\b",
    re.IGNORECASE,
)


def lists_scripts(text: str) -> bool:
    """Whether a script lists the scripts of a folder, to run them."""
    return "*" in text and _LISTING.search(text) is not None


def modules_of(written: str) -> tuple[str, ...]:
    """The files that `Import-Module` may mean by a name: the file itself, one of that name, or one in its folder."""
    if written.casefold().endswith((".psm1", ".psd1", ".ps1")):
        return (written,)
    last = written.replace("/", "\\").rstrip("\\").rpartition("\\")[2]
    endings = (".psd1", ".psm1")
    return (*(written + ending for ending in endings), *(f"{written}\\{last}{ending}" for ending in endings))


_ROOT_MODULE = late(
    r"(?:^|[{;])[ \t]*(?:RootModule|ModuleToProcess|NestedModules)[ \t]*="
    r"[ \t]*(?:@\([ \t]*)?[\"']([^\"'\r\n]{1,200})[\"']",
    re.IGNORECASE | re.MULTILINE,
)


def modules_in(manifest: str) -> list[str]:
    """The module files that a module manifest names (about_Module_Manifests)."""
    return [match[1] for match in _ROOT_MODULE.finditer(manifest)]


def paths_of(written: str, naming: str, beginning: str) -> Iterator[str]:
    """The folded paths where a file that a script names may be; none for an absolute path."""
    text = written.strip().strip('"').strip()
    text = _FOLDER.sub("", text, count=1) if _FOLDER.match(text) else text
    tidy = text.replace("\\", "/")
    if not tidy or tidy.startswith("/") or re.search(r"[%$!:*?\0]", tidy):
        return
    for script in dict.fromkeys((naming, beginning)):
        yield folded(posixpath.join(posixpath.dirname(script.replace("\\", "/")), tidy))


def folded(path: str) -> str:
    """A path folded for comparison, as Windows compares paths, with either separator."""
    return posixpath.normpath(path.replace("\\", "/")).casefold()


def file_name(path: str) -> str:
    """The folded name of a file, without its folder."""
    return path.strip("\"'").replace("/", "\\").rpartition("\\")[2].casefold()


class RunFiles:
    """The files that one script may run: the members of its source, and those that it writes itself.

    `followed` are members that ran, `taken` members that values were read from. `turns` counts rounds of loops, and
    lines that run again, in all of them.
    """

    def __init__(self, source: Source) -> None:
        self.turns = 0
        self.followed: list[str] = []
        self.taken: list[str] = []
        self._source = source
        self._by_path = {folded(member.path): member for member in source.all}
        self._open = [source.path]
        self._left = MAX_FILES_RUN
        self._left_characters = MAX_CHARACTERS_RUN
        self._lines: dict[str, list[Token]] = {}
        self._made: dict[str, Source] = {}
        self._ran: set[str] = set()

    @property
    def has_any(self) -> bool:
        """Whether there is any file that might be run."""
        return len(self._by_path) > 1 or bool(self._lines)

    def write(self, name: str, lines: list[Token] | None) -> None:
        """Record a file that the script writes, by folded name; `lines` is None if unknown."""
        self._made.pop(name, None)
        self._lines.pop(name, None)
        self._ran.discard(name)
        if lines is not None:
            self._lines[name] = lines

    def append(self, name: str, lines: Iterable[Token]) -> None:
        """Append lines to such a file, if all its lines so far are known."""
        self._made.pop(name, None)
        if name in self._lines:
            self._lines[name] += lines

    def is_known(self, name: str) -> bool:
        """Whether such a file was written, and all its lines are known."""
        return name in self._lines

    def written(self, name: str) -> list[Token] | None:
        """The lines of such a file, which is then marked as run."""
        lines = self._lines.get(name)
        if lines is not None:
            self._ran.add(name)
        return lines

    def will_run(self, file: Source) -> None:
        """Mark a file as run."""
        self._ran.update(name for name, each in self._made.items() if each is file)

    def below(self, folder: str, naming: str) -> list[tuple[str, Source]]:
        """The members in a folder and its subfolders, by name, each with its path from there."""
        for path in paths_of(f"{folder}/.", naming, self._source.path):
            begin = "" if path == "." else f"{path}/"
            paths = (each for each in sorted(self._by_path) if each.startswith(begin))
            if inside := [(each.removeprefix(begin), self._by_path[each]) for each in paths]:
                return inside
        return []

    def matching(self, pattern: str, naming: str) -> list[str]:
        """The paths, relative to a script's folder, of the members of one folder that match a pattern: `*.cmd`."""
        folder, _, names = pattern.strip('"').replace("/", "\\").replace("%~dp0", "").rpartition("\\")
        below = self.below(folder or ".", naming) if "*" in names else []
        fitting = [path for path, _ in below if "/" not in path and fnmatch(path, names.casefold())]
        return [f"{folder}\\{path}" if folder else path for path in fitting]

    def read(self, file: Source) -> str | None:
        """The text of a member that is read and not run; None if it is unreadable, or past the total limit."""
        text = None if self.is_written(file) else self._text(file)
        self._left_characters -= len(text or "")
        if text is not None and file.path not in self.taken:
            self.taken.append(file.path)
        return text

    def has_run(self, name: str) -> bool:
        """Whether such a file was run."""
        return name in self._ran

    def not_run(self) -> list[Token]:
        """The lines of written files that never ran."""
        return [line for name, lines in self._lines.items() if name not in self._ran for line in lines]

    def is_written(self, file: Source) -> bool:
        """Whether the script itself wrote a file."""
        return any(each is file for each in self._made.values())

    def numbers_of(self, file: Source) -> list[int] | None:
        """The script's line numbers for the lines of a file that it writes; None if these are the file's own."""
        lines = next((self._lines[name] for name, each in self._made.items() if each is file), [])
        numbers = [line.line for line in lines]
        return None if _is_rising(numbers) else numbers

    def _made_of(self, name: str) -> Source | None:
        """A written file as a source: each line at its place in the script if these ascend, else consecutively."""
        lines = self._lines.get(name)
        if lines and name not in self._made:
            text: list[str] = []
            is_rising = _is_rising([line.line for line in lines])
            for line in lines:
                text += [""] * (line.line - len(text) - 1 if is_rising else 0)
                text.append(" " * (line.column - 1) + line.text)
            self._made[name] = bytes_source(lines[0].path, "\n".join(text).encode("utf-8", "surrogatepass"))
        return self._made.get(name)

    def named(self, written: str, naming: str) -> Source | None:
        """The file that a script at `naming` names; None if it is not in this run."""
        if not self.has_any:
            return None
        if (made := self._made_of(file_name(written))) is not None:
            return made
        paths = paths_of(written, naming, self._source.path)
        return next((self._by_path[path] for path in paths if path in self._by_path), None)

    @contextmanager
    def running(self, file: Source) -> Iterator[str | None]:
        """The text of a file while it runs; None if it is unreadable, already running, or past the limits."""
        text = self._text(file)
        if text is None:
            yield None
            return
        is_written = self.is_written(file)
        self.will_run(file)
        if not is_written and file.path not in self.followed:
            self.followed.append(file.path)
        self._left -= 1
        self._left_characters -= len(text)
        self._open.append("" if is_written else file.path)
        try:
            yield text
        finally:
            self._open.pop()

    def _text(self, file: Source) -> str | None:
        runs_itself = file.path in self._open and not self.is_written(file)
        if runs_itself or len(self._open) > MAX_FILES_DEEP or self._left <= 0:
            return None
        try:
            text = file.read_text()
        except SourceError:
            return None
        return text if len(text) <= self._left_characters else None


def _is_rising(numbers: Sequence[int]) -> bool:
    return all(first < second for first, second in pairwise(numbers))
