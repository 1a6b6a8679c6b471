"""Recognition of scripts: which host one is written for, and whether PowerShell sets policy in it, by its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from ipseclint.formats.carried.recognition import runs_commands
from ipseclint.formats.kit.run_files import POWERSHELL_ENDINGS
from ipseclint.formats.kit.yaml_blocks import powershell_blocks
from ipseclint.formats.netsh import cmdlet_signs as signs
from ipseclint.formats.netsh.hosts import BATCH, NETSH, POWERSHELL, Host
from ipseclint.formats.pasted.signs import MARKS
from ipseclint.late import LateModule, late, late_names
from ipseclint.source import Source, lines_with
from ipseclint.vocabulary.ipsec_tools import COMMANDS, mention_within
from ipseclint.words import slip_of

if TYPE_CHECKING:
    from ipseclint.formats.netsh.own_script import OwnScript, own_script
    from ipseclint.vocabulary import cmdlets
else:
    cmdlets = LateModule("ipseclint.vocabulary.cmdlets")
    (own_script,) = late_names("ipseclint.formats.netsh.own_script", "own_script")

_POWERSHELL_SIGNS = (
    late(
        r"\n[ \t]*+(?:\$[\w:]+[ \t]*\+?=|param[ \t]*\(|function[ \t]+[\w-]+|\#requires[ \t]+-|<\#|\[cmdletbinding"
        r"|\[void\]|&[ \t])"
    ),
    late(r"`(?<=[ \t]`)[ \t]*\r?$", re.MULTILINE),
    late(r"\$null\b(?![ \t]*\+?=)"),
    late(
        r"-(?:(?<=\b(?:out|get|set|new|add)-)|(?<=\b(?:write|start)-)|(?<=\btest-)"
        r"|(?<=\b(?:invoke|remove|import)-))[a-z][a-z0-9]*+\b"
    ),
)
"""What PowerShell alone has, behind what is quick to look for: the end of a line, a mark, a dash.

The expressions here are for folded text, and those for the beginning of a line for text behind the end of one: an
expression that begins with a letter or a mark as it stands is looked for ten times as quickly as another.
"""
_BATCH_SIGNS = (
    late(
        r"\n[ \t]*+(?:[:@]|@?(?:echo(?=[\s.])|rem\b|setlocal|endlocal|goto\b|pause\b|cls\b|title\b"
        r"|set[ \t]+\"?\w+=))"
    ),
    late(r"\^[ \t]*\r?$", re.MULTILINE),
    late(r">[ \t]*nul\b"),
    late(r"%(?:\w+%|~)"),
)
_CALLS_NETSH = late(r"\n(?![ \t]*\#)[^\r\n]*netsh(?<=\bnetsh)\b")
_POWERSHELL = (
    r"(?:\"?(?:[\w%:.]{1,40}\\){1,8})?(?:powershell|pwsh)(?:\.exe)?\"?[ \t]+"
    r"(?:[-\"'&({]|[a-z]{2,12}-[a-z]\w{1,60}[ \t]+(?:[\w.*]{1,40}[ \t]+)?[-\"'%])"
)
"""PowerShell that is given an option, a text in quotes or brackets, or a cmdlet with what it takes."""
_OTHER_PROGRAM = late(
    r"\n[ \t]*+@?+(?:for[ \t][^\r\n(]*\([^\r\n)]*\)[ \t]*do[ \t]+@?+)?"
    r"(?:schtasks(?:\.exe)?[ \t]+/(?:create|change)|cmd(?:\.exe)?[ \t]+/[ck]|start[ \t]+/wait"
    r"|reg(?:\.exe)?[ \t]+(?:add|delete|import|query)|regedit(?:\.exe)?[ \t]+(?:[/-]s|\S{1,200}\.reg)"
    r"|sc(?:\.exe)?[ \t]+(?:config|delete|start|stop)"
    r"|net1?(?:\.exe)?[ \t]+st(?:art|op))\b"
)
"""Another program that a line calls, and not PowerShell."""
_OLDER_TOOL = late(r"\n[ \t]*@?(?:\"?[\w%.\\][^\"\r\n<>|]{0,120}\\)?(?:ipseccmd|ipsecpol)\b")
_OLDER_TOOLS = ("ipseccmd", "ipsecpol")
_CALLS_POWERSHELL = late(
    r"\n[ \t]*+@?(?:for[ \t][^\r\n(]*\([^\r\n)]*\)[ \t]*do[ \t]+@?|if[ \t][^\r\n(]{1,200}?[ \t]\(?@?|\(@?)?"
    rf"(?:call[ \t]+|start[ \t]+(?:\"[^\"\r\n]{{0,40}}\"[ \t]+)?(?:/\w+[ \t]+){{0,4}})?{_POWERSHELL}"
    r"(?:[^\r\n]*\^[ \t]*\r?\n){0,40}+[^\r\n]*",
    re.IGNORECASE,
)
"""A line that hands its rest to PowerShell: what is written there says nothing of what the line stands in."""


def detect_host(head: str, path: str = "") -> Host:
    """The host that a script is written for: netsh if no line calls a program, else PowerShell or cmd.exe.

    If its words do not tell the latter two apart, the name of its file does.
    """
    host = _host_of(head)
    if host is None:
        return POWERSHELL if path.casefold().endswith(POWERSHELL_ENDINGS) else BATCH
    return host


@lru_cache(maxsize=4)
def _host_of(head: str) -> Host | None:
    """The host that a script's words tell; None if they do not. Cached: recognition and reading both ask."""
    lines = f"\n{head.casefold()}"
    bare = lines.replace("^", "")
    if not _calls_netsh(bare) and not _calls_other_program(bare):
        return NETSH
    own = _CALLS_POWERSHELL.sub("\n", lines) if _names_powershell(lines) else lines
    powershell = sum(len(sign.findall(own)) for sign in _POWERSHELL_SIGNS)
    batch = sum(len(sign.findall(own)) for sign in _BATCH_SIGNS)
    if powershell == batch:
        return None
    return POWERSHELL if powershell > batch else BATCH


def _calls_netsh(lines: str) -> bool:
    return "netsh" in lines and _CALLS_NETSH.search(lines) is not None


def _calls_other_program(lines: str) -> bool:
    if _OTHER_PROGRAM.search(lines) or (_names_powershell(lines) and _CALLS_POWERSHELL.search(lines)):
        return True
    return any(tool in lines for tool in _OLDER_TOOLS) and _OLDER_TOOL.search(lines) is not None


def _names_powershell(lines: str) -> bool:
    return "powershell" in lines or "pwsh" in lines


_BASE64 = late(r"[ \t][-/]e[a-z]{0,13}[ \t]+\"?([A-Za-z0-9+/]{16,}={0,2})", re.IGNORECASE)
_FENCE = late(rf"\n[ \t]*+{MARKS}")
_MARKUP = late(r"\s*<(?!#|powershell>)")
_OF_OTHER_TOOLS = late(
    r"\n[ \t]*+(?:-[ \t]++)?+(?:hosts|tasks|jobs|runs-on|steps|stages|pool|(?:before_|after_)?script|powershell|pwsh"
    r"|runcmd|bootcmd|write_files|runCommand|mainSteps"
    r"|(?:ansible\.(?:windows|builtin)\.)?win_\w+)"
    r"[ \t]*:(?=[ \t\r\n])"
)
"""A key of YAML of Ansible or of a pipeline, whose scripts stand in values: no script itself."""
_NO_VALUE = late(
    r"\n(?:\$[\w:]+[ \t]*\+?=|param[ \t]*\(|function[ \t]+[\w:-]+|\#requires[ \t]+-|<\#|\[cmdletbinding|['\"]@"
    r"|(?:foreach|if)[ \t]*\(|[a-z]{2,12}-[a-z][a-z0-9]{2,60}[ \t]+[-$@'\"])",
    re.IGNORECASE,
)
"""A line of PowerShell that is not indented, as each line of a value of YAML is: the key is in a text of a script."""
_STARTS = r"(?:schtasks|cmd|start|for|call|runas)(?:\.exe)?[ \t](?:[^\r\n]{0,300}?[ \t\"'(@])?"
"""A command that starts another, which stands in its line."""
_OTHER_TOOL = late(rf"\n[ \t]*+@?(?:{_STARTS}|\$\w+[ \t]*=[ \t]*)?(?:{COMMANDS})")
_TABLES = (".csv", ".tsv")
_MAIL = late(r"\ncontent-transfer-encoding:[ \t]*(?:quoted-printable|base64)\b", re.IGNORECASE)


def is_carried(head: str, path: str) -> bool:
    """Whether scripts in a text are in another notation: tables, encoded mails, literals that are run."""
    if path.casefold().endswith(_TABLES) or (not path.casefold().endswith(POWERSHELL_ENDINGS) and is_mail(head)):
        return True
    return runs_commands(head, path)


_SIDES = ("\u2502", "\u2503", "\u2551")
_DRAWN = late(r"^[ \t]*[\u2500-\u257f][^\r\n]*$", re.MULTILINE)
"""The sides of a box that is drawn with signs, and a line of one: what it names is no command."""


def is_mail(head: str) -> bool:
    """Whether a text is a mail with encoded parts."""
    return "ncoding:" in head and _MAIL.search(f"\n{head}") is not None


_VBSCRIPT = late(r"^[ \t]*Set[ \t]+\w+[ \t]*=[ \t]*(?:WScript\.)?(?:Create|Get)Object\(", re.IGNORECASE | re.MULTILINE)
"""A statement of VBScript, which shares words with PowerShell."""


def is_of_cmdlets(source: Source) -> bool:
    """Whether a text sets IPsec or VPN policy by PowerShell alone. Cached: several readers ask."""
    return source.once(_is_of_cmdlets)


def _is_of_cmdlets(source: Source) -> bool:
    if "object(" in source.head_words and _VBSCRIPT.search(source.head_text) is not None:
        return False
    return _calls(source.head_text, source.path, f"\n{source.head_folded}", source.head_words)


def calls_cmdlets(head: str, path: str = "") -> bool:
    """Whether the start of a script sets IPsec or VPN policy by PowerShell alone, or contains a profile.

    That is: by their cmdlets, by cmdlets that set their registry keys or services, or by netsh with values of the
    script, under its conditions, or in a file that it writes.
    """
    lines = f"\n{head.casefold()}"
    return _calls(head, path, lines, lines)


def _calls(head: str, path: str, lines: str, words: str) -> bool:
    """The same, given the folded lines and words of the text."""
    if held_script(head, path) is not None:
        return mention_within(head) is not None
    if _MARKUP.match(head) is not None or not _calls_cmdlets(head, path, lines, words):
        return False
    if is_carried(head, path):
        return False
    if any(map(head.__contains__, _SIDES)):
        plain = _DRAWN.sub("", head)
        folded = f"\n{plain.casefold()}"
        if not _calls_cmdlets(plain, path, folded, folded):
            return False
    return bool(powershell_blocks(head)) if is_of_other_tool(head, path) else True


def is_of_other_tool(head: str, path: str) -> bool:
    """Whether a text is YAML of Ansible or of a pipeline, with scripts in its values."""
    if path.casefold().endswith(POWERSHELL_ENDINGS):
        return False
    lines = f"\n{head}"
    return _OF_OTHER_TOOLS.search(lines) is not None and _NO_VALUE.search(lines) is None


_SIGNS_OF_ITSELF = ("%~", "%0")
"""One of these stands in every batch file that names itself."""


def held_script(text: str, path: str) -> OwnScript | None:
    """The PowerShell that a batch file holds and runs; None if it holds none."""
    may_hold = not path.casefold().endswith(POWERSHELL_ENDINGS) and any(map(text.__contains__, _SIGNS_OF_ITSELF))
    return own_script(text) if may_hold else None


def _runs_given(lines: str) -> bool:
    """Whether a script runs what a variable holds."""
    return any(each.search(lines) is not None for each in signs.RUNS_GIVEN)


def _calls_cmdlets(head: str, path: str, lines: str, words: str) -> bool:
    is_script = path.casefold().endswith(POWERSHELL_ENDINGS)
    if _holds_document(lines, words, is_script=is_script):
        return True
    names_cmdlet = ("-net" in words or "-vpn" in words) and signs.NAMED_CMDLET.search(lines) is not None
    if names_cmdlet and signs.CMDLET.search(lines) is not None:
        return is_script or detect_host(head) is not BATCH
    if names_cmdlet and is_script and signs.CMDLET_BEHIND_QUOTES.search(lines) is not None:
        return True
    if is_script and (_hands_on(head) or ("netsh" not in words and names_other_tool(lines))):
        return True
    names_netsh = "netsh" in words
    may_configure = "configuration" in words and signs.CONFIGURATION.search(lines) is not None
    is_in_context = names_netsh and signs.CONTEXT.search(lines) is not None
    if names_netsh:
        within = is_in_context and (signs.NETSH_IN_STATEMENT.search(lines) is not None or may_configure)
        if (within or ("$" in words and _gives_values(lines))) and (is_script or detect_host(head) is POWERSHELL):
            return True
        if is_in_context and is_script and ("diagnostics.process" in words or _runs_given(lines)):
            return True
    is_netsh = is_in_context and _CALLS_NETSH.search(lines) is not None
    if (is_netsh or names_cmdlet) and any(sign in words and writer.search(lines) for sign, writer in signs.WRITES_FILE):
        return is_script or detect_host(head) is POWERSHELL
    if names_netsh and ("(" in words or "{" in words) and _calls_under_conditions(lines):
        return detect_host(head) is POWERSHELL
    sets_services = any(map(words.__contains__, signs.SIGNS_OF_SERVICES))
    sets = (sets_services and signs.SETS_SERVICES.search(lines) is not None) or (
        "-item" in words and signs.SETS_VALUES.search(lines) is not None
    )
    has_service = any(map(words.__contains__, signs.OBJECTS_OF_SERVICES))
    sets = sets or (
        any(map(words.__contains__, signs.DRIVES_OF_KEYS)) and signs.SETS_VALUES_SHORTLY.search(lines) is not None
    )
    methods = lines_with(lines, signs.METHODS_OF_SERVICES) if has_service else ()
    sets = sets or any(signs.METHOD_OF_SERVICE.search(lines, begin, end) for begin, end in methods)
    sets = sets or ("registry" in words and signs.SETS_ELSEWHERE.search(lines) is not None)
    sets = sets or may_configure
    sets = sets or (is_script and ("diagnostics.process" in words or _misspells(lines)))
    if not sets and not (any(map(words.__contains__, signs.SIGNS_OF_TOOLS)) and signs.TOOL.search(lines)):
        return False
    is_declared = may_configure and signs.DECLARED.search(lines) is not None
    if not is_declared and signs.SERVICE.search(lines) is None and signs.KEY.search(lines) is None:
        return False
    host = detect_host(head)
    return host is not BATCH if sets else host is POWERSHELL or path.casefold().endswith(POWERSHELL_ENDINGS)


def _holds_document(lines: str, words: str, *, is_script: bool) -> bool:
    """Whether a text of a script is a document of another format, or a script has a configuration of Intune."""
    if (
        is_script
        and any(map(words.__contains__, signs.SIGNS_OF_GRAPH))
        and signs.SENT_TO_INTUNE.search(lines) is not None
    ):
        return True
    may_hold = any(map(words.__contains__, signs.WORDS_OF_DOCUMENTS)) and any(
        map(lines.__contains__, signs.SIGNS_OF_DOCUMENTS)
    )
    return may_hold and signs.DOCUMENT.search(lines) is not None


def _misspells(lines: str) -> bool:
    """Whether a line begins with a cmdlet for services or values that is one letter off."""
    return any(slip_of(match[1], cmdlets.OTHER_NAMES) is not None for match in signs.NEARLY_CMDLET.finditer(lines))


def names_other_tool(lines: str) -> bool:
    """Whether a line of a folded text begins with another tool's command that bears on IPsec."""
    return _OTHER_TOOL.search(lines) is not None


def is_fenced(lines: str) -> bool:
    """Whether a line is a Markdown fence, which tells prose with quoted commands from a script."""
    return _FENCE.search(lines) is not None


def _gives_values(lines: str) -> bool:
    """Whether a netsh command takes a value from the script."""
    return signs.NETSH_IN_CONTEXT.search(lines) is not None and signs.NETSH_WITH_VALUE.search(lines) is not None


def _calls_under_conditions(lines: str) -> bool:
    is_called = signs.NETSH_IN_CONTEXT.search(lines) is not None and signs.CALLS_CONTEXT.search(lines) is not None
    return is_called and signs.CONTROL.search(lines) is not None and not is_fenced(lines)


def hands_cmdlets_on(head: str) -> bool:
    """Whether the start of a batch file passes an IPsec or VPN cmdlet to PowerShell."""
    return _hands_on(head) and detect_host(head) is BATCH


def _hands_on(head: str) -> bool:
    """Whether a line passes such a cmdlet to PowerShell, or prints one in a file that calls PowerShell."""
    lines = f"\n{head}"
    if not _names_powershell(lines.casefold()):
        return False
    calls = [call[0] for call in _CALLS_POWERSHELL.finditer(lines)]
    if calls and signs.ECHOED_CMDLET.search(head) is not None:
        return True
    encoded = [*_encoded(calls)]
    if any(mention_within(script) is not None for script in encoded):
        return True
    return any(signs.HANDED_CMDLET.search(script) or _sets_value(script.casefold()) for script in (*calls, *encoded))


def _sets_value(script: str) -> bool:
    """Whether a folded script sets a value of the registry, also in a GPO, or a service that concerns IPsec."""
    sets = (
        signs.SETS_VALUES.search(script)
        or signs.SETS_ELSEWHERE.search(script)
        or signs.SETS_VALUES_SHORTLY.search(f"\n{script}")
    )
    if sets is not None and signs.KEY.search(script) is not None:
        return True
    return signs.SETS_SERVICES.search(script) is not None and signs.SERVICE.search(script) is not None


def _encoded(calls: Iterable[str]) -> Iterator[str]:
    """The scripts in base64 arguments of PowerShell."""
    for call in calls:
        for match in _BASE64.finditer(call):
            script = decoded(match[1])
            if script is not None:
                yield script


def decoded(text: str) -> str | None:
    """The script in base64 of UTF-16, with or without padding; None if it is no such text."""
    from ipseclint.formats.kit.base64_text import from_base64

    try:
        return from_base64(text + "=" * (-len(text) % 4)).decode("utf-16-le")
    except ValueError:
        return None
