"""Recognition of texts of other tools and languages: by their lines, and by a literal that runs and bears on IPsec."""

from __future__ import annotations

import re
from functools import lru_cache

from ipseclint.formats.kit.yaml_blocks import powershell_blocks
from ipseclint.late import late
from ipseclint.source import DOCUMENTS, suffix_of
from ipseclint.vocabulary.ipsec_tools import mention_within, signs_in

OF_SHELLS = frozenset({".ps1", ".psm1", ".psd1", ".cmd", ".bat", ".txt", ".log", ".reg", ".eml", ".netsh", *DOCUMENTS})
"""How the names of files end that a shell runs line by line, or that people write."""
_PROGRAMS = frozenset(
    {
        ".py", ".rb", ".pl", ".pm", ".php", ".lua", ".rs", ".go", ".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".cs",
        ".java", ".kt", ".scala", ".swift", ".js", ".mjs", ".ts", ".jsx", ".tsx", ".pp", ".nsi", ".nsh", ".iss",
    }
)  # fmt: skip
"""How the names of programs end that neither cmd.exe nor PowerShell runs: what they do not certainly run is said."""
_LANGUAGE = late(
    r"^[ \t]*(?:(?:resource|provisioner|provider|build|source|module|locals|variable|data)\b[^\r\n{]{0,200}\{[ \t]*\r?$"
    r"|(?:class|define|node|exec)\b[^\r\n{]{0,200}\{[^\r\n]{0,200}$"
    r"|[\w.]{1,60}\b[^\r\n]{0,200}[ ]do(?:[ ]*\|[^|\r\n]{1,40}\|)?[ \t]*\r?$"
    r"|(?:import|from)[ ][\w.{*\"'(][^\r\n]{0,200}$|(?:async[ ])?def[ ]\w+[ ]?\("
    r"|(?:using|namespace|package)[ ][\w.]+[ \t]*[;{]?[ \t]*\r?$"
    r"|#include\b|(?:const|let|var)[ ][\w{\[][^\r\n]{0,100}=|(?:public|private|internal|static)[ ]\w|(?:<\?php|#!/)"
    r"|Dim[ ]\w|Set[ ]\w+[ ]?=[ ]?(?:CreateObject|WScript)|FROM[ ]\S+|resource[ ]\w+[ ]'[^'\r\n]+'[ ]="
    r"|pipeline[ ]?\{|node[ ]?[({]|instance[ ]of[ ]\w"
    r"|\[(?:Startup|Shutdown|Logon|Logoff|Setup|Run|UninstallRun|Code)\][ \t]*\r?$"
    r"|(?:Section|Function|!include|OutFile|Name)[ ]\S|func[ ]\w|target[ ]\S"
    r"|\$schema:|- (?:hosts|name):|(?:steps|jobs|tasks):|[ ]{0,40}cmd\.(?:run|wait)[ ]*:[ \t]*\r?$)",
    re.MULTILINE,
)
"""Lines that programs and declarations of other tools have, and scripts of cmd.exe, PowerShell and netsh have not."""
_OF_NETSH_ITSELF = late(r"^[ \t]*(?:pushd[ \t]+)?(?:ipsec|advfirewall)\b", re.IGNORECASE | re.MULTILINE)
"""A line in a file for `netsh -f`, whose name may end as that of an include file of NSIS."""
SIGNS_OF_LOGS = ("command", "cmd")
"""One of these stands in every log with a command that has run, in lower case, but for a bare list of them."""
_JSON = late(r"\s*(?:\{\s*\"|\[\s*[{\"])")


@lru_cache(maxsize=4)
def runs_commands(head: str, path: str) -> bool:
    """Whether the start of a text in another language runs a literal that is an IPsec command."""
    if suffix_of(path) in OF_SHELLS or not _speaks(head):
        return False
    from ipseclint.formats.carried.literals import without_comments
    from ipseclint.formats.carried.runs import runs_of

    if is_markup(head):
        return next(runs_of(head, is_markup=True), None) is not None
    if suffix_of(path) == ".nsh" and _OF_NETSH_ITSELF.search(head) is not None:
        return False
    if suffix_of(path) in _PROGRAMS:
        return _mentions(without_comments(head, is_markup=False))
    if not is_json(head) and (_LANGUAGE.search(head) is None or powershell_blocks(head)):
        return False
    return next(runs_of(head, is_markup=False), None) is not None


def _mentions(program: str) -> bool:
    """Whether a program names a tool of IPsec: mostly a line alone tells, before all of it has been searched."""
    signs = signs_in(program)
    parts = (*dict.fromkeys(program.split("\n")), program)
    return any(mention_within(each, signs) for each in parts) if signs else False


def _speaks(head: str) -> bool:
    folded = head.casefold()
    return any(sign in folded for sign in ("netsh", "powershell", "pwsh", "-net", "-vpn", "reg", "sc"))


def is_markup(text: str) -> bool:
    """Whether a text is XML or HTML."""
    begin = text.lstrip("\ufeff \t\r\n")
    return begin[:1] == "<" and not begin.startswith(("<?php", "<#", "<powershell>", "<script>"))


def is_json(text: str) -> bool:
    """Whether a text begins like a JSON object or list."""
    return _JSON.match(text) is not None
