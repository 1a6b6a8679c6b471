"""Programs that run the rest of their line, as `call`, `cmd /c`, `start /wait` and `powershell -Command` do; and the
command of a task that `schtasks /create` makes, or `schtasks /change` changes.

Sources: the pages `call`, `cmd`, `runas`, `schtasks create`, `schtasks change`, `start` and `sudo` of the Windows
Commands reference, about_PowerShell_exe, and the page of PsExec at Sysinternals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command_words import may_be_batch_file
from ipseclint.formats.netsh.hosts import BATCH, POWERSHELL
from ipseclint.formats.netsh.recognition import decoded
from ipseclint.formats.netsh.words import Part, split_parts
from ipseclint.late import late

_CMD = frozenset({"cmd", "%comspec%"})
SHELLS = frozenset({"powershell", "pwsh"})
"""The programs that run PowerShell."""
_ALONE = frozenset({"-noprofile", "-nop", "-nologo", "-noninteractive", "-noni", "-sta", "-mta"})
_WITH_VALUE = frozenset({"-executionpolicy", "-ex", "-exec", "-ep", "-windowstyle", "-w", "-version", "-v"})
AS_ANOTHER_USER = frozenset({"runas", "sudo", "gsudo"})
"""The programs that ask, for a password or for consent, before they run anything."""
TASKS = "schtasks"
"""The program that makes tasks, whose command runs later."""
_SETS_TASK = frozenset({"/create", "/change"})
_PSEXEC = frozenset({"psexec", "psexec64", "paexec"})
_PSEXEC_ALONE = frozenset({"-s", "-h", "-e", "-l", "-accepteula", "-nobanner", "-low", "-high"})
_PSEXEC_WITH_VALUE = frozenset({"-u", "-p", "-w", "-n", "-a"})
_NOT_ENCODED = frozenset({"-", "-ex", "-ep"})
_START_ALONE = frozenset({"/b", "/min", "/max", "/low", "/normal", "/high", "/realtime", "/wait", "/i"})
_LETTER = late(r"[A-Za-z]")
"""Every command has one; bytes of another encoding, read as UTF-16, have other signs."""
_HANDS_TEXT = late(r"[ \t]/[ck][ \t]*+\"", re.IGNORECASE)
_REDIRECTIONS = late(r"[ \t]*+(?:\d?>{1,2}[ \t]*+[^\s\"&|<>]++[ \t]*+|\d>&\d[ \t]*+){0,4}+")
"""How `cmd` is handed a text in quotation marks, and what may stand behind it."""
_SCRIPT = late(r"\.(?:ps1|cmd|bat|vbs)\b", re.IGNORECASE)
_SCRIPT_FILE = (
    r"(?:'[^'\r\n]{0,200}\.{0}'|\"[^\"\r\n]{0,200}\.{0}\"|[^\s'\"();|{}=&,]{0,200}\.{0}(?![^\s'\";|)}&,]))".replace(
        "{0}", "(?:ps[md]?1|cmd|bat|vb[se]|js|wsf)"
    )
)
_RUN_IN_POWERSHELL = late(
    rf"(?:\A|[;{{(|=&])[ \t]{{0,8}}(?!['\"]){_SCRIPT_FILE}"
    rf"|(?:&[ \t]{{0,8}}|(?<![^\s;{{(|=])\.(?:[ \t]{{1,8}}|(?=['\"]))){_SCRIPT_FILE}"
    r"|(?<![\w-])(?:import-module|ipmo|using[ ]module|invoke-command|icm|start-job|sajb|start-process|saps|start"
    rf"|cmd(?:\.exe)?[ ]+/[ck])[ \t](?:[^;|\r\n]{{0,80}}?[ \t(,])??{_SCRIPT_FILE}",
    re.IGNORECASE,
)
"""How the text of a script runs a file: where a command begins, behind `&` or `.`, or as what a cmdlet is to run."""


def unwrapped(part: Part, words: tuple[Token, ...]) -> list[tuple[Part, tuple[Token, ...]]] | None:
    """The simple commands, with their words, that a wrapper surely runs; None if the part is no such wrapper."""
    name = program_of(words[0].text)
    if len(words) < 2:
        return None
    if name == "call":
        called = words[1].text
        is_script = called.startswith(":") or _SCRIPT.search(called) or may_be_batch_file(called)
        return None if is_script else [(part, words[1:])]
    if name == "start":
        return _started(part, words[1:])
    if name in _CMD:
        index = next((index for index, word in enumerate(words) if word.text.casefold() in {"/c", "/k"}), None)
        return None if index is None else _texts(part, _line_of_cmd(part, words[index + 1 :]), is_powershell=False)
    if name in SHELLS:
        return None if runs_file_in_powershell(words) else _powershell(part, words[1:])
    if name in AS_ANOTHER_USER:
        rest = words[1:]
        while rest and rest[0].text[:1] in {"-", "/"}:
            rest = rest[1:]
        return _texts(part, rest, is_powershell=False)
    if name == TASKS:
        return _scheduled(part, words[1:])
    return _here(part, words[1:]) if name in _PSEXEC else None


_QUOTES_OF_ONE = 2
"""How many quotation marks one text within such a text has."""


def _line_of_cmd(part: Part, words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words behind `cmd /c`, or the one text of which cmd.exe takes off the first and the last quotation mark.

    It does so unless there are but two around the name of a program (the page `cmd`).
    """
    begin, end = _HANDS_TEXT.search(part.raw), part.raw.rfind('"')
    if begin is None or not words or not words[0].quoted or _REDIRECTIONS.fullmatch(part.raw, end + 1) is None:
        return words
    text, first = part.raw[begin.end() : end], words[0]
    if text.count('"') < _QUOTES_OF_ONE or "^" in text:
        return words
    is_plain = not any(word.breaks for word in words) and words[-1].line == first.line
    place = replace(first, text=text) if is_plain else first.standing_for(text)
    return (replace(place, quoted=True),)


CHANGES_EARLIER = late(
    r"\b(?:remove|disable|enable|rename|set|copy)-netipsec(?!dosp)"
    r"|\bnetsh\b(?:(?!\bnetsh\b)[^\n])*?\b(?:del(?:ete)?|reset|set[ ]+rule|import)\b",
    re.IGNORECASE,
)
"""What of a script in base64 changes rules that the batch file around it may have made."""


def handed_to_powershell(words: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """The words of the script passed to PowerShell as they stand; None if there is none."""
    if len(words) < 2 or program_of(words[0].text) not in SHELLS:
        return None
    option, rest = option_and_rest(words[1:])
    if option == "-command" or (option == "" and program_of(words[0].text) == "powershell"):  # pwsh takes a file there
        return rest or None
    return None


def runs_file_in_powershell(words: tuple[Token, ...]) -> bool:
    """Whether the text that is passed to PowerShell runs a script that is in a file."""
    script = handed_to_powershell(words)
    text = _encoded(words) if script is None else " ".join(word.text for word in script)
    return text is not None and _RUN_IN_POWERSHELL.search(text) is not None


def encoded_script(words: tuple[Token, ...]) -> str | None:
    """The script in base64 that is passed to PowerShell; None if none is passed so.

    It is empty if it cannot be read, or runs a file.
    """
    script = _encoded(words)
    if script is None:
        return None
    is_text = "".join(script.split()).isprintable() and _LETTER.search(script) is not None
    return script if is_text and _SCRIPT.search(script) is None else ""


def _encoded(words: tuple[Token, ...]) -> str | None:
    """What is passed to PowerShell in base64, empty if it cannot be decoded; None if nothing is passed so."""
    if program_of(words[0].text) not in SHELLS:
        return None
    option, rest = option_and_rest(words[1:])
    return (decoded(rest[0].text) or "").strip() if option == "-encodedcommand" and rest else None


@lru_cache(maxsize=256)
def program_of(text: str) -> str:
    """The folded name of a program, without folder and ending."""
    return text.casefold().replace("/", "\\").rpartition("\\")[2].removesuffix(".exe")


def _started(part: Part, words: tuple[Token, ...]) -> list[tuple[Part, tuple[Token, ...]]] | None:
    waits = False
    rest = words[1:] if words[0].quoted else words
    while rest and rest[0].text.casefold() in _START_ALONE:
        waits = waits or rest[0].text.casefold() == "/wait"
        rest = rest[1:]
    return [(part, rest)] if waits and rest else None


def _scheduled(part: Part, words: tuple[Token, ...]) -> list[tuple[Part, tuple[Token, ...]]] | None:
    """The command of a task that is set up on this machine; None if it is in a file, or no task is set up."""
    at = command_of_task([word.text for word in words])
    return _texts(part, (words[at],), is_powershell=False) if at is not None and words[at].quoted else None


def command_of_task(words: Sequence[str]) -> int | None:
    """Which of the words behind `schtasks` is the command that it gives a task of this machine; None if none is."""
    options = [word.casefold() for word in words]
    is_set_here = not _SETS_TASK.isdisjoint(options) and "/s" not in options
    return options.index("/tr") + 1 if is_set_here and "/tr" in options[:-1] else None


def _here(part: Part, words: tuple[Token, ...]) -> list[tuple[Part, tuple[Token, ...]]] | None:
    """The command that PsExec runs here and waits for; None if remote, or if an option is unknown."""
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
    """The option that tells the meaning of the words behind `powershell`, and these: `-command` or `-encodedcommand`.

    The option is empty if there is none, None if an option is unknown.
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
    """The commands in a quoted text, or in the words as they stand."""
    if not words:
        return None
    if len(words) > 1 or not words[0].quoted:
        return [(part, words)]
    host = POWERSHELL if is_powershell else BATCH
    return [(inner, inner.words) for inner in split_parts(replace(words[0], quoted=False), host) if inner.words]
