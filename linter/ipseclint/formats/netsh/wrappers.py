"""Programs that run the rest of their line: `call`, `cmd /c`, `start /wait`, `powershell -Command`, `runas`, `sudo`.

Sources: the pages `call`, `cmd`, `runas`, `start` and `sudo` of the Windows Commands reference, about_PowerShell_exe,
and the page of PsExec at Sysinternals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command_words import calls_netsh, context_of, split_word
from ipseclint.formats.netsh.hosts import BATCH, POWERSHELL, decoded
from ipseclint.formats.netsh.words import Part, split_parts
from ipseclint.late import late

_CMD = frozenset({"cmd", "%comspec%"})
SHELLS = frozenset({"powershell", "pwsh"})
"""The programs that run PowerShell."""
_ALONE = frozenset({"-noprofile", "-nop", "-nologo", "-noninteractive", "-noni", "-sta", "-mta"})
_WITH_VALUE = frozenset({"-executionpolicy", "-ex", "-exec", "-ep", "-windowstyle", "-w", "-version", "-v"})
_AS_ANOTHER_USER = frozenset({"runas", "sudo", "gsudo"})
_PSEXEC = frozenset({"psexec", "psexec64", "paexec"})
_PSEXEC_ALONE = frozenset({"-s", "-h", "-e", "-l", "-accepteula", "-nobanner", "-low", "-high"})
_PSEXEC_WITH_VALUE = frozenset({"-u", "-p", "-w", "-n", "-a"})
_NOT_ENCODED = frozenset({"-", "-ex", "-ep"})
_START_ALONE = frozenset({"/b", "/min", "/max", "/low", "/normal", "/high", "/realtime", "/wait", "/i"})
_SCRIPT = late(r"\.(?:ps1|cmd|bat|vbs)\b", re.IGNORECASE)


def unwrapped(part: Part, words: tuple[Token, ...]) -> list[tuple[Part, tuple[Token, ...]]] | None:
    """The simple commands, with their words, that a wrapper is certain to run; None if a part is no such wrapper."""
    name = _program(words[0].text)
    if len(words) < 2:
        return None
    if name == "call" and not words[1].text.startswith(":") and not _SCRIPT.search(words[1].text):
        return [(part, words[1:])]
    if name == "start":
        return _started(part, words[1:])
    if name in _CMD:
        index = next((index for index, word in enumerate(words) if word.text.casefold() in {"/c", "/k"}), None)
        return None if index is None else _texts(part, words[index + 1 :], is_powershell=False)
    if name in SHELLS:
        return _powershell(part, words[1:])
    if name in _AS_ANOTHER_USER:
        rest = words[1:]
        while rest and rest[0].text[:1] in {"-", "/"}:
            rest = rest[1:]
        return _texts(part, rest, is_powershell=False)
    return _here(part, words[1:]) if name in _PSEXEC else None


def handed_to_powershell(words: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """The words of the script that a call of PowerShell carries, as they stand or decoded; None if it carries none."""
    if len(words) < 2 or _program(words[0].text) not in SHELLS:
        return None
    option, rest = option_and_rest(words[1:])
    if option == "-command" or (option == "" and _program(words[0].text) == "powershell"):  # pwsh takes a file there
        return rest or None
    if option == "-encodedcommand" and rest:
        text = decoded_line(rest[0].text)
        return None if text is None or len(text) > len(rest[0].text) else (rest[0].standing_for(text),)
    return None


class FileRun(Struct, frozen=True):
    """A command that runs a file: the file as it is named, what is read by, and the arguments it is given.

    `context` is that of netsh which the file begins in.
    """

    written: str
    ending: str
    arguments: tuple[str, ...] = ()
    context: str = ""


_BATCH_FILE = late(r"\.(?:cmd|bat)\Z", re.IGNORECASE)
_SCRIPT_CALLED = late(
    r"(?:[&.][ \t]+|&)?(?:'([^']+\.ps1)'|\"([^\"]+\.ps1)\"|([^\s'\"]+\.ps1))(?=[\s;'\"]|\Z)", re.IGNORECASE
)
_FILE_OPTIONS = frozenset({"-f", "-fi", "-fil", "-file", "/f", "/file"})
RUNS_FILE = frozenset({"-f", "/f", "exec"})
"""What stands before the file whose commands netsh is to run."""
NETSH_FILE = ".netsh"
"""The ending of what netsh reads, whatever its file is called."""


def file_run(words: tuple[Token, ...], *, within_netsh: bool = False) -> FileRun | None:
    """The file that a command runs, by its words; None if it runs none."""
    texts = [word.text for word in words]
    name = _program(words[0].text)
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
    called = _SCRIPT_CALLED.match(line) if rest else None
    if called is None:
        return None
    behind = tuple(word.strip("'\"") for word in line[called.end() :].strip("'\" ;").split())
    return FileRun(called[1] or called[2] or called[3], ".ps1", behind)


def netsh_context(words: Sequence[Token]) -> str:
    """The context that words of netsh name before `-f` or `exec`, with `-c` or without."""
    named = words[1:] if words and words[0].text.casefold() in {"-c", "/c"} else words
    return context_of(tuple(part for word in named for part in split_word(word)), "")[0]


def decoded_line(text: str) -> str | None:
    """The one line of script that base64 stands for; None if it is no such text, or of several lines."""
    script = (decoded(text) or "").strip()
    return script if script.isprintable() else None


@lru_cache(maxsize=256)
def _program(text: str) -> str:
    return text.casefold().replace("/", "\\").rpartition("\\")[2].removesuffix(".exe")


def _started(part: Part, words: tuple[Token, ...]) -> list[tuple[Part, tuple[Token, ...]]] | None:
    waits = False
    rest = words[1:] if words[0].quoted else words
    while rest and rest[0].text.casefold() in _START_ALONE:
        waits = waits or rest[0].text.casefold() == "/wait"
        rest = rest[1:]
    return [(part, rest)] if waits and rest else None


def _here(part: Part, words: tuple[Token, ...]) -> list[tuple[Part, tuple[Token, ...]]] | None:
    """What PsExec runs on this machine, and waits for; None for what it does elsewhere, or with options not known."""
    index = 0
    while index < len(words) and words[index].text[:1] in {"-", "/"}:
        option = f"-{words[index].text[1:].casefold()}"
        index += 1
        if option in _PSEXEC_WITH_VALUE or (
            option == "-i" and words[index : index + 1] and words[index].text.isdigit()
        ):
            index += 1
        elif option not in _PSEXEC_ALONE and option != "-i":
            return None
    rest = words[index:]
    return None if not rest or rest[0].text[:1] in {"\\", "@"} else [(part, rest)]


def _powershell(part: Part, words: tuple[Token, ...]) -> list[tuple[Part, tuple[Token, ...]]] | None:
    option, rest = option_and_rest(words)
    return _texts(part, rest, is_powershell=True) if option in {"-command", ""} else None


def option_and_rest(words: tuple[Token, ...]) -> tuple[str | None, tuple[Token, ...]]:
    """What says of the words behind `powershell` what they are, and these: `-command` or `-encodedcommand`, in full.

    Empty if nothing does, None if an option is not known.
    """
    index = 0
    while index < len(words) and words[index].text[:1] in {"-", "/"}:
        option = f"-{words[index].text[1:].casefold()}"
        index += 1
        if "-command".startswith(option) and len(option) > 1:
            return "-command", words[index:]
        if option == "-ec" or ("-encodedcommand".startswith(option) and option not in _NOT_ENCODED):
            return "-encodedcommand", words[index:]
        if option in _WITH_VALUE:
            index += 1
        elif option not in _ALONE:
            return None, ()
    return "", words[index:]


def _texts(part: Part, words: tuple[Token, ...], *, is_powershell: bool) -> list[tuple[Part, tuple[Token, ...]]] | None:
    """What a text in quotes holds, or the words as they stand."""
    if not words:
        return None
    if len(words) > 1 or not words[0].quoted:
        return [(part, words)]
    host = POWERSHELL if is_powershell else BATCH
    return [(inner, inner.words) for inner in split_parts(replace(words[0], quoted=False), host) if inner.words]
