"""Files that a command runs: batch files, scripts of PowerShell and netsh, registry files; matched with this run's.

Sources: the pages `call`, `reg import` and `netsh` of the Windows Commands reference, and about_PowerShell_exe.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from ipseclint.formats.kit.run_files import BATCH_ENDINGS, RunFiles
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command_words import INTERPRETERS, RUNNERS, calls_netsh, context_of, split_word
from ipseclint.formats.netsh.wrappers import SHELLS, option_and_rest, program_of, runs_file_in_powershell
from ipseclint.late import late
from ipseclint.source import Source


class FileRun(Struct, frozen=True):
    """A command that runs a file: its name as written, the ending that tells its reader, and its arguments.

    `context` is the netsh context that it starts in.
    """

    written: str
    ending: str
    arguments: tuple[str, ...] = ()
    context: str = ""


_SCRIPT = late(r"\.(?:ps1|psm1|cmd|bat|vbs|vbe|js|wsf|py|reg)$", re.IGNORECASE)
_SCRIPT_IN_TASK = late(r"\.(?:ps1|cmd|bat|vbs|vbe|js|wsf|py)\b", re.IGNORECASE)
_BATCH_FILE = late(r"\.(?:cmd|bat)\Z", re.IGNORECASE)
_SCRIPT_CALLED = late(
    r"(?:[&.][ \t]+|&)?(?:'([^']+\.ps1)'|\"([^\"]+\.ps1)\"|([^\s'\"]+\.ps1))(?=[\s;'\"]|\Z)", re.IGNORECASE
)
_BEHIND = late(r"(;)|'([^']*)'|\"([^\"]*)\"|(?:\||[\d*]?>)[^;]*|([^\s;|'\"]+)")
"""A part of what stands behind a script: the end of its statement, an argument, or where its output goes."""
_ENDS = late(r"[\s;'\"]*+(?:exit\b[^;'\"]*+[\s;'\"]*+)?", re.IGNORECASE)
_FILE_OPTIONS = frozenset({"-f", "-fi", "-fil", "-file", "/f", "/file"})
RUNS_FILE = frozenset({"-f", "/f", "-a", "/a", "exec"})
"""What stands before the file whose commands netsh is to run; behind `-a` it asks for more when it has run them."""
NETSH_FILE = ".netsh"
"""The ending of what netsh reads, whatever its file is called."""


def runs_script(name: str, words: tuple[Token, ...]) -> bool:
    """Whether a program is a script, or runs one."""
    if _SCRIPT.search(name):
        return True
    program = name.removesuffix(".exe")
    if program == "call" and len(words) > 1 and not words[1].text.startswith(":"):
        return True
    if program in {"cscript", "wscript"} and any(word.text[:1] not in {"/", "-"} for word in words[1:]):
        return True
    if program in INTERPRETERS:
        return any(word.text[:1] not in {"/", "-"} for word in words[1:])
    if program == "schtasks":
        return any(_SCRIPT_IN_TASK.search(word.text) for word in words)
    if program in SHELLS and runs_file_in_powershell(words):
        return True
    return program in RUNNERS and any(_SCRIPT.search(word.text) for word in words)


def file_run(words: tuple[Token, ...], *, within_netsh: bool = False) -> FileRun | None:
    """The file that a command runs; None if it runs none."""
    texts = [word.text for word in words]
    name = program_of(words[0].text)
    if within_netsh or calls_netsh(texts[0]):
        before = texts[-2].casefold() if len(texts) > 1 else ""
        if before not in RUNS_FILE:
            return None
        return FileRun(texts[-1], NETSH_FILE, context="" if within_netsh else netsh_context(words[1:-2]))
    if name == "call" and len(texts) > 1:
        return FileRun(texts[1], ".cmd", tuple(texts[2:])) if not texts[1].startswith(":") else None
    if _BATCH_FILE.search(texts[0]):
        return FileRun(texts[0], ".cmd", tuple(texts[1:]))
    if (name == "reg" and texts[1:2] and texts[1].casefold() == "import" and len(texts) > 2) or name == "regedit":
        file = texts[2] if name == "reg" else texts[-1]
        return FileRun(file, ".reg")
    if name not in SHELLS:
        return None
    at = next((index for index, text in enumerate(texts) if text.casefold() in _FILE_OPTIONS), 0)
    if at and at + 1 < len(texts):
        return FileRun(texts[at + 1], ".ps1", tuple(texts[at + 2 :]))
    _, rest = option_and_rest(words[1:])
    line = " ".join(word.text for word in rest)
    called = _SCRIPT_CALLED.match(line)
    arguments = None if called is None else _arguments(line[called.end() :])
    if called is None or arguments is None:
        return None
    return FileRun(called[1] or called[2] or called[3], ".ps1", arguments)


def _arguments(behind: str) -> tuple[str, ...] | None:
    """The arguments in the text behind a PowerShell script; None if it holds another statement."""
    arguments: list[str] = []
    for match in _BEHIND.finditer(behind):
        if match[1]:
            return tuple(arguments) if _ENDS.fullmatch(behind, match.end()) is not None else None
        if match.lastindex:
            arguments.append(match[match.lastindex])
    return tuple(arguments)


def netsh_context(words: Sequence[Token]) -> str:
    """The netsh context named before `-f` or `exec`, with or without `-c`."""
    named = words[1:] if words and words[0].text.casefold() in {"-c", "/c"} else words
    return context_of(tuple(part for word in named for part in split_word(word)), "")[0]


def called_file(run: FileRun, files: RunFiles, path: str) -> Source | None:
    """The file of this run that a command in the script at a path runs; None if there is none."""
    endings = ("", *BATCH_ENDINGS) if run.ending == ".cmd" else ("",)
    named = (files.named(run.written + ending, path) for ending in endings)
    return next((file for file in named if file is not None), None)
