"""Messages about commands that start a program or script of which nothing is known.

Sources: the pages of Start-Process (Microsoft.PowerShell.Management), `cmd`, `msiexec` and `cscript`.
"""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.netsh.command_words import LABELLED
from ipseclint.formats.netsh.unfollowed import UNKNOWN_PROGRAM
from ipseclint.formats.powershell.script.arguments.binding import spread
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.unfollowed import OTHER_SCRIPT
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import Value, text_of
from ipseclint.late import late
from ipseclint.vocabulary.cmdlets import OF_EVERY_CMDLET

WHAT_IS_RUN_IS_NOT_KNOWN = "what is run here is not known"

_ITSELF = late(r"\$(?:PSCommandPath|MyInvocation)\b", re.IGNORECASE)
"""How a script starts itself once more, with more rights."""
_SCRIPT = late(r"\.(?:ps1|psm1|cmd|bat|vb[se]|js|wsf|py|pl|rb|sh|hta)\b", re.IGNORECASE)
_INTERPRETERS = frozenset(
    {"cscript", "wscript", "mshta", "python", "python3", "pythonw", "py", "perl", "ruby", "node", "bash", "wsl", "cmd"}
)
_PROGRAM = late(r"[\"']?[ \t]*([\w.-]{1,60})[ \t]")
_SETS_NO_POLICY = frozenset(
    {
        "copy",
        "del",
        "dir",
        "echo",
        "icacls",
        "ipconfig",
        "md",
        "mkdir",
        "ping",
        "rd",
        "rmdir",
        "route",
        "takeown",
        "type",
    }
)
_ASIDE = OF_EVERY_CMDLET | {"asjob", "cimsession", "computername", "force", "passthru", "throttlelimit"}
"""Parameters that say nothing of what a cmdlet sets."""
_STARTERS = frozenset({"start-process", "msiexec", "rundll32", "new-scheduledtaskaction"})
_LOOKS_ONLY = frozenset(
    {
        "auditpol", "netsh", "reg", "sc", "net", "net1", "wmic", "wevtutil", "logman", "mofcomp", "schtasks", "findstr",
        "find", "icacls", "takeown", "gpresult", "gpupdate", "mkdir", "md", "robocopy", "xcopy", "powershell", "pwsh",
        "lgpo", "secedit", "certutil", "notepad", "explorer", "tasklist", "eventcreate", "describe", "context", "it",
        "irm", "iwr", "curl", "wget", "bitsadmin",
        "find-netipsecrule", "show-netipsecrule",
    }
)  # fmt: skip
"""Programs that set no policy by what they are told, or of which it is known elsewhere when they do; Pester's words;
programs that fetch what others run; cmdlets of NetSecurity without a page of parameters here."""


def _is_told(text: str, value: Value) -> bool:
    """Whether a value inserted into a text of commands only follows the name of a program that sets no policy."""
    match = _PROGRAM.match(text, value.start, value.end)
    return match is not None and match[1].casefold() in _SETS_NO_POLICY


def told_of_direct_access(call: Call) -> str:
    """What a cmdlet of DirectAccess is told, for the message about it; nothing of another command."""
    if "-da" not in call.name and call.name != "install-remoteaccess":
        return ""
    named = [each.name for each in spread(call.arguments) if each.name and each.name.casefold() not in _ASIDE]
    return f" with {', '.join(quoted(f'-{name}') for name in named)}" if named else ""


def starts(call: Call, text: str, own_name: str) -> str | None:
    """The message about a command that may run unknown code; None for others, and for a script that restarts itself."""
    name = call.name.replace("/", "\\").rpartition("\\")[2].removesuffix(".exe")
    is_starter = name in _STARTERS or name in _INTERPRETERS
    values = [item for each in call.arguments if each.value is not None for item in flat(each.value)]
    words = [text_of(value) for value in values if isinstance(value.data, str)]
    if is_starter and _ITSELF.search(text[call.start : call.end]) is None:
        if any(_SCRIPT.search(word) and own_name not in word.casefold() for word in words):
            return OTHER_SCRIPT
        if name == "cmd" and any(value.is_unknown and not _is_told(text, value) for value in values[1:2]):
            return WHAT_IS_RUN_IS_NOT_KNOWN
    if name.startswith(".") or name in _LOOKS_ONLY or "-az" in name or name.endswith("sa"):
        return None
    if LABELLED.match(text, call.start):
        return None
    is_program = name in _STARTERS or call.name.endswith((".exe", ".com")) or "-" not in name
    speaks = "ipsec" in name or (
        is_program and any("ipsec" in word.casefold().replace("ipsecurity", "") for word in words)
    )
    return UNKNOWN_PROGRAM if speaks else None
