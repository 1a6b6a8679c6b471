"""What runs a netsh command, and how it cuts a line: cmd.exe, PowerShell, or netsh itself.

Sources: cmd.exe's and PowerShell's parsing as Microsoft's documentation of `cmd`, `about_Parsing` and
`about_Quoting_Rules` describes it; netsh's own from scripts in the wild.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from ipseclint.late import late
from ipseclint.vocabulary import registry_keys, services


class Host(Struct, frozen=True):
    """What runs the script: how it cuts lines, continues them, and names what it expands.

    `tokens` has the groups quoted, literal, escaped, redirect, operator, open, close, comment, space,
    equals and plain, of which a host may lack some. A block is conditional unless it is opened by one of
    `plain_blocks`. `special` is what a line must not hold to be no more than words, quotes and `=`.
    """

    name: str
    tokens: re.Pattern[str]
    continuation: str | None
    special: re.Pattern[str]
    variable: re.Pattern[str] | None
    plain_blocks: frozenset[str] = frozenset({""})


_SCRIPTS = (".ps1", ".psm1")
"""The endings of scripts of PowerShell."""
_BATCH_TOKENS = late(
    r"""(?P<quoted>"(?:[^"\\]+|\\.?)*"?)
    |(?P<escaped>\^.?)
    |(?P<redirect>\d?(?:>>?|<)(?:&\d|[ \t]*(?:"[^"]*"?|[^ \t\f\v"&|<>()]+))?)
    |(?P<operator>&&|\|\||[&|])
    |(?P<open>\()
    |(?P<close>\))
    |(?P<space>[ \t\f\v]+)
    |(?P<equals>=)
    |(?P<plain>[^ \t\f\v"^<>&|()=]+)""",
    re.VERBOSE,
)
_POWERSHELL_TOKENS = late(
    r"""(?P<quoted>"(?:[^"`]+|`.|"")*"?)
    |(?P<literal>'(?:[^']|'')*'?)
    |(?P<escaped>`.?)
    |(?P<redirect>[\d*]?>>?(?:&\d|[ \t]*(?:"[^"]*"?|[^\s"|;<>]+))?)
    |(?P<operator>&&|\|\||[;|])
    |(?P<comment>\#)
    |(?P<open>\{)
    |(?P<close>\})
    |(?P<space>\s+)
    |(?P<equals>=)
    |(?P<plain>[^\s"'`>|;{}=\#&]+|[&<])""",
    re.VERBOSE,
)
_NETSH_TOKENS = late(
    r"""(?P<quoted>"[^"]*"?)
    |(?P<space>[ \t\f\v]+)
    |(?P<equals>=)
    |(?P<plain>[^ \t\f\v"=]+)""",
    re.VERBOSE,
)

BATCH = Host(
    name="batch",
    tokens=_BATCH_TOKENS,
    continuation="^",
    special=late(r"[\^&|<>()%!\\]"),
    variable=late(r"(?<!%)(?:%%)*(%(?!%)[^%\s]*%?)|(![A-Za-z_]\w*(?::[^!]*)?!)"),
)
POWERSHELL = Host(
    name="powershell",
    tokens=_POWERSHELL_TOKENS,
    continuation="`",
    special=late(r"[`$'{}()#;|&<>@]|[^\S \t]"),
    variable=late(r"\$(?:\{[^}]*\}|\w+|[({:?^$])|@[\w(]"),
    plain_blocks=frozenset({"", "try", "finally", "begin", "process", "end"}),
)
NETSH = Host(name="netsh", tokens=_NETSH_TOKENS, continuation=None, special=late(r"[\f\v]"), variable=None)

_POWERSHELL_SIGNS = (
    late(
        r"\n[ \t]*+(?:\$[\w:]+[ \t]*\+?=|param[ \t]*\(|function[ \t]+[\w-]+|\#requires|<\#|\[cmdletbinding|\[void\]"
        r"|&[ \t])",
        re.IGNORECASE,
    ),
    late(r"`(?<=[ \t]`)[ \t]*\r?$", re.MULTILINE),
    late(r"\$null\b(?![ \t]*\+?=)", re.IGNORECASE),
    late(
        r"-(?:(?<=\b(?:out|get|set|new|add)-)|(?<=\b(?:write|start)-)|(?<=\btest-)"
        r"|(?<=\b(?:invoke|remove|import)-))[a-z][a-z0-9]*+\b",
        re.IGNORECASE,
    ),
)
"""What PowerShell alone has, behind what is quick to look for: the end of a line, a mark, a dash."""
_BATCH_SIGNS = late(
    r"^[ \t]*(?:@?(?:echo\s|echo\.|rem\b|setlocal|endlocal|goto\b|pause\b|cls\b|title\b|set[ \t]+\"?\w+=)|[:@])"
    r"|\^[ \t]*\r?$|>[ \t]*nul\b|%\w+%|%~",
    re.IGNORECASE | re.MULTILINE,
)
_CALLS_NETSH = late(r"^(?![ \t]*\#)[^\r\n]*\bnetsh(?:\.exe)?\b", re.IGNORECASE | re.MULTILINE)
_OTHER_PROGRAM = late(
    r"\n[ \t]*+@?+(?:reg(?:\.exe)?[ \t]+(?:add|delete|import)|sc(?:\.exe)?[ \t]+(?:config|start|stop)"
    r"|net1?[ \t]+st(?:art|op)|(?:powershell|pwsh)(?:\.exe)?(?=[ \t]+-))\b",
    re.IGNORECASE,
)
"""Another program that a line calls: behind the end of the one before it, which is quicker to look for."""
_OLDER_TOOL = late(
    r"\n[ \t]*@?(?:\"?[\w%.\\][^\"\r\n<>|]{0,120}\\)?(?:ipseccmd|ipsecpol)\b",
    re.IGNORECASE,
)
_OLDER_TOOLS = ("ipseccmd", "ipsecpol")
_CALLS_POWERSHELL = late(
    r"^[ \t]*@?(?:call[ \t]+|start[ \t]+(?:/\w+[ \t]+){0,4})?(?:powershell|pwsh)(?:\.exe)?[ \t]+-[^\r\n]*",
    re.IGNORECASE | re.MULTILINE,
)
"""A line that hands its rest to PowerShell: what is written there says nothing of what the line stands in."""


def detect_host(head: str, path: str = "") -> Host:
    """What the start of a script is written for: netsh if no line calls a program, else PowerShell or cmd.exe.

    Where nothing in it tells the two apart, the name of its file does.
    """
    folded = head.casefold()
    calls_netsh = "netsh" in folded and _CALLS_NETSH.search(head) is not None
    if not calls_netsh and not _calls_other_program(f"\n{head}", folded):
        return NETSH
    own = _CALLS_POWERSHELL.sub("", head)
    powershell = sum(len(signs.findall(f"\n{own}")) for signs in _POWERSHELL_SIGNS)
    batch = len(_BATCH_SIGNS.findall(own))
    if powershell == batch:
        return POWERSHELL if path.casefold().endswith(_SCRIPTS) else BATCH
    return POWERSHELL if powershell > batch else BATCH


def _calls_other_program(lines: str, folded: str) -> bool:
    if _OTHER_PROGRAM.search(lines) is not None:
        return True
    return any(tool in folded for tool in _OLDER_TOOLS) and _OLDER_TOOL.search(lines) is not None


def open_quote(line: str) -> str | None:
    """The quotation mark that a line of PowerShell leaves open, so that a text goes on in the next line."""
    if line.count('"') % 2 == 0 and line.count("'") % 2 == 0:
        return None
    in_word = False
    for token in _POWERSHELL_TOKENS.finditer(line):
        kind, text = token.lastgroup, token[0]
        if kind == "comment" and not in_word:
            return None
        if kind in {"quoted", "literal"} and (len(text) < 2 or text[-1] != text[0]):
            return text[0]
        in_word = kind != "space"
    return None


_BASE64 = late(r"[ \t][-/]e[a-z]{0,13}[ \t]+\"?([A-Za-z0-9+/]{16,}={0,2})", re.IGNORECASE)
_CMDLET_NAME = (
    r"(?:new|set|remove|rename|copy|enable|disable|open|save|add)-"
    r"(?:netipsec|netfirewall|netgpo|vpnserver|vpns2s|vpnauth|vpnipaddress|netadapteripsec|vpnconnection(?!proxy|route|trigger))"
)
_CMDLET = late(rf"^[^#\r\n\"']*?(?:^|[\s(={{;|]){_CMDLET_NAME}", re.IGNORECASE | re.MULTILINE)
"""A cmdlet that sets policy, where a command can begin."""
_ECHOED_CMDLET = late(
    rf"^[ \t]*@?\(?(?:>{{1,2}}[^\r\n]{{1,200}}?)?echo\b[^\r\n]*?\b{_CMDLET_NAME}", re.IGNORECASE | re.MULTILINE
)
_HANDED_CMDLET = late(rf"\b{_CMDLET_NAME}", re.IGNORECASE)
_SETS_VALUES = late(r"\b(?:set|new|remove)-item(?:property)?\b", re.IGNORECASE)
_KEY = late(registry_keys.MENTIONS, re.IGNORECASE)
_TOOL = late(
    r"^[ \t]*(?:&[ \t]*)?(?:reg(?:\.exe)?[ \t]+(?:add|delete)|sc\.exe[ \t]+config|net(?:\.exe)?[ \t]+stop)\b",
    re.IGNORECASE | re.MULTILINE,
)
_NETSH_WITH_VALUE = late(
    r"^(?>[^#\r\n]*?\bnetsh(?:\.exe)?[ \t]+(?:ips|adv))(?:[^\r\n$'>|`]|`(?:\r?\n)?){0,400}+\$[\w({]",
    re.IGNORECASE | re.MULTILINE,
)
"""A command of netsh that takes a value of the script, in its line or in one that goes on with it."""
_NETSH_IN_STATEMENT = late(
    r"^[ \t]*(?:\$\w+[ \t]*=|(?:start-process|saps|invoke-expression|iex)\b|\[void\]|&[ \t]*[\"'])"
    r"[^#\r\n]{0,200}?\bnetsh(?:\.exe)?\b"
    r"|^[ \t]*cmd(?:\.exe)?[ \t]+/[ck][ \t]+'[^'\r\n]{0,200}?\bnetsh\b"
    r"|^[ \t]*(?:['\"]@|@?\([^\r\n]{0,400}\)|\$\w+|'[^'\r\n]{0,400}'|\"[^\"\r\n]{0,400}\")[ \t]*\|[ \t]*netsh\b",
    re.IGNORECASE | re.MULTILINE,
)
"""A statement of PowerShell within which netsh is called."""
_WRITES_FILE = late(
    r"\b(?:set-content|add-content|out-file)\b|\|[ \t]*(?:sc|ac)[ \t]|::(?:write|append)all(?:text|lines)\b"
    r"|^[ \t]*(?:(?:write-output|echo)[ \t]+)?(?:\$\w+|[\"'][^\r\n]*[\"'])[ \t]*>{1,2}[ \t]*[\w.$\"']",
    re.IGNORECASE | re.MULTILINE,
)
"""What writes a file in PowerShell."""
_CONTROL = late(
    r"^[ \t]*(?:param[ \t]*\(|function[ \t]+[\w-]+[ \t\r\n]{0,20}[{(]"
    r"|(?:\}[ \t]*)?(?:(?:else)?if|foreach|while|switch)[ \t]*\([^\r\n]{0,300}[$-]\w)",
    re.IGNORECASE | re.MULTILINE,
)
"""What decides, in PowerShell, whether commands run, or with which values."""
_CALLS_CONTEXT = late(
    r"^(?>[^#\r\n\"']*?(?:^|[\s;{(&|])netsh(?:\.exe)?[ \t]+(?:ips|adv))", re.IGNORECASE | re.MULTILINE
)
"""A command of netsh, not what a text says of one."""
_FENCE = late(r"^[ \t]*(?:`{3}|~{3})", re.MULTILINE)
_CONTEXT = late(r"\b(?:advfirewall|ipsec)\b", re.IGNORECASE)
_SETS_SERVICES = late(r"\b(?:set|stop|suspend)-service\b", re.IGNORECASE)
_SERVICE = late(services.MENTIONS_OF_IPSEC, re.IGNORECASE)
_MARKUP = late(r"\s*<(?!#)")
_OF_OTHER_TOOLS = late(
    r"\n[ \t]*+(?:-[ \t]++)?+(?:hosts|tasks|jobs|runs-on|(?:ansible\.(?:windows|builtin)\.)?win_\w+)"
    r"[ \t]*:(?=[ \t\r\n])"
)
"""A key of YAML of Ansible or of a pipeline, whose scripts stand in values: no script itself."""
_KEYS_OF_OTHER_TOOLS = ("hosts", "tasks", "jobs", "runs-on", "win_")
_BEGINS_OF_DOCUMENTS = ("<vpnprofile", "windows registry editor")
"""What stands in such a text: quicker to look for."""
_DOCUMENT = late(
    r"@['\"][ \t]{0,100}\r?\n\s{0,100}(?:<vpnprofile|windows registry editor)"
    r"|=[ \t]*(?:@?\([ \t]*)?['\"]\s{0,100}<vpnprofile",
    re.IGNORECASE,
)
"""A text in a script that is a VPN profile or a registry file."""


@lru_cache(maxsize=4)
def calls_cmdlets(head: str, path: str = "") -> bool:
    """Whether the start of a script sets IPsec or VPN policy by what only PowerShell has, or has a profile in it.

    That is by a cmdlet of theirs, by one that sets values of their registry keys, or their services, or by netsh with
    values that the script holds, under its conditions, or in a file that it writes. Several readers ask it of one text.
    """
    if _MARKUP.match(head):
        return False
    if any(map(head.__contains__, _KEYS_OF_OTHER_TOOLS)) and _OF_OTHER_TOOLS.search(f"\n{head}"):
        return False
    folded = head.casefold()
    if any(begin in folded for begin in _BEGINS_OF_DOCUMENTS) and _DOCUMENT.search(head):
        return True
    names_cmdlet = "-net" in folded or "-vpn" in folded
    if names_cmdlet and _CMDLET.search(head) is not None:
        return detect_host(head) is not BATCH
    names_netsh = "netsh" in folded
    if names_netsh:
        within = _NETSH_IN_STATEMENT.search(head) is not None and _CONTEXT.search(head) is not None
        takes_value = "$" in head and _NETSH_WITH_VALUE.search(head) is not None
        if (within or takes_value) and (path.casefold().endswith(_SCRIPTS) or detect_host(head) is POWERSHELL):
            return True
    is_netsh = names_netsh and _CONTEXT.search(head) is not None and _CALLS_NETSH.search(head) is not None
    hands_on = names_cmdlet and _HANDED_CMDLET.search(head) is not None
    if (is_netsh or hands_on) and _WRITES_FILE.search(head) is not None:
        return path.casefold().endswith(_SCRIPTS) or detect_host(head) is POWERSHELL
    if names_netsh and _calls_under_conditions(head):
        return detect_host(head) is POWERSHELL
    sets = ("-service" in folded and _SETS_SERVICES.search(head) is not None) or (
        "-item" in folded and _SETS_VALUES.search(head) is not None
    )
    if not sets and _TOOL.search(head) is None:
        return False
    if _SERVICE.search(head) is None and _KEY.search(head) is None:
        return False
    host = detect_host(head)
    return host is not BATCH if sets else host is POWERSHELL


def _calls_under_conditions(head: str) -> bool:
    is_called = _CALLS_CONTEXT.search(head) is not None
    return is_called and _CONTROL.search(head) is not None and _FENCE.search(head) is None


def hands_cmdlets_on(head: str) -> bool:
    """Whether the start of a batch file hands a cmdlet that sets IPsec or VPN policy to PowerShell."""
    calls = [call[0] for call in _CALLS_POWERSHELL.finditer(head)]
    if calls and _ECHOED_CMDLET.search(head) is not None:
        return detect_host(head) is BATCH
    if not any(_HANDED_CMDLET.search(script) for script in (*calls, *_encoded(calls))):
        return False
    return detect_host(head) is BATCH


def _encoded(calls: Iterable[str]) -> Iterator[str]:
    """The scripts that calls of PowerShell carry in base64."""
    for call in calls:
        for match in _BASE64.finditer(call):
            script = decoded(match[1])
            if script is not None:
                yield script


def decoded(text: str) -> str | None:
    """The script that base64 of UTF-16 stands for, with or without its padding; None if it is no such text."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-16-le")
    except ValueError:
        return None
