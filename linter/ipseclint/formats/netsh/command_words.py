"""What the words of a command mean: the context of netsh, the tool, and whether more follows."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command import TOOL_CONTEXTS
from ipseclint.formats.netsh.words import Part
from ipseclint.late import late
from ipseclint.vocabulary.services import SERVICES
from ipseclint.words import slip_of

CONTEXTS: dict[str, tuple[str, ...]] = {
    "": (
        "advfirewall", "branchcache", "bridge", "dhcpclient", "dnsclient", "firewall", "http", "interface",
        "ipsec", "ipsecdosprotection", "lan", "mbn", "namespace", "netio", "nlm", "p2p", "ras", "rpc", "trace",
        "wcn", "wfp", "winhttp", "winsock", "wlan", "dhcp", "nps", "routing", "wins", "aaaa", "diag", "nap",
    ),
    "ipsec": ("static", "dynamic"),
    "advfirewall": ("consec", "firewall", "mainmode", "monitor"),
}  # fmt: skip
"""The contexts of netsh that a context holds: those of the root as `netsh ?` lists them, and those of server roles
and of earlier Windows (Netsh Technical Reference: DHCP server, Network Policy Server, routing, WINS, AAAA, diagnostics,
Network Access Protection)."""

READ_CONTEXTS = frozenset(
    {"ipsec static", "ipsec dynamic", "advfirewall"} | {f"advfirewall {each}" for each in CONTEXTS["advfirewall"]}
)
"""The contexts whose commands are read."""

_TOOL_VERBS = {"reg": {"add", "delete"}, "sc": {"config", "start", "stop"}, "net": {"start", "stop"}}

VERBS = ("add", "delete", "dump", "export", "exportpolicy", "help", "import", "importpolicy", "reset", "set", "show")
"""What a line may begin with inside a context."""


_LOOKING = ("show", "dump", "help", "export", "exportpolicy")
IKEV2_OBJECTS = ("ikev2connection", "ikev2saexpiry", "wanports")
_NETSH = late(r"(?:.*[\\/])?netsh(?:\.exe)?", re.IGNORECASE | re.DOTALL)
_VARIABLE = late(r"[%!$]")
_OPERAND = r"(?:\"[^\"]*+\"|[^\s\"=]++)"
_IF = late(
    r"[ \t]*+@?(?P<if>if)[ \t]++(?:/i[ \t]++)?(?:not[ \t]++)?"
    rf"(?:(?:exist|defined|errorlevel|cmdextversion)[ \t]++{_OPERAND}"
    rf"|{_OPERAND}[ \t]*+(?:==|(?:equ|neq|lss|leq|gtr|geq)(?=[ \t]))[ \t]*+{_OPERAND})[ \t]*+(?P<command>\S)",
    re.IGNORECASE,
)
"""A condition, up to the command on its line."""
RUNNERS = frozenset({"powershell", "pwsh", "cscript", "wscript", "cmd", "start", "call", "forfiles", "%comspec%"})
INTERPRETERS = frozenset({"python", "python3", "pythonw", "py", "perl", "ruby", "node", "bash", "wsl", "mshta"})
_LOOKING_CMDLET = late(
    r"(?:get|show|test|find|measure|select|sort|where|group|format|out|write|export|convertto)-[a-z]"
    r"|remove-netipsec(?:main|quick)modesa\b",
    re.IGNORECASE,
)
"""A cmdlet that shows or keeps objects, or ends associations, which the same policy renegotiates."""
PRINTERS = frozenset({"echo", "title", "write-host", "write-verbose", "write-output"})
_LOOKS_ONLY = frozenset(
    {
        "rem", "if", "for", "goto", "set", "setlocal", "endlocal", "cd", "chdir", "md", "mkdir", "rd", "rmdir", "del",
        "erase", "copy", "xcopy", "robocopy", "move", "ren", "rename", "type", "more", "find", "findstr", "where",
        "dir", "pushd", "popd", "pause", "exit", "cls", "color", "timeout", "ping", "choice", "logman", "wevtutil",
        "eventcreate", "msg", "attrib", "icacls", "takeown", "tasklist", "sort", "fc", "comp", "assoc", "ftype",
        "net", "net1", "sc", "mofcomp", "reg", "netsh", "powershell", "pwsh", "wmic", "else", "do", "shift",
        "echo.", "echo:", "auditpol", "notepad", "explorer", "nltest", "gpresult", "gpupdate", "certutil", "netstat",
    }
)  # fmt: skip
"""Programs that set no policy, or whose calls that do are handled elsewhere."""
_OF_WINDOWS = frozenset(
    {
        "at", "bcdedit", "bitsadmin", "cacls", "chcp", "chkdsk", "cipher", "clip", "cmdkey", "compact", "convert",
        "date", "defrag", "diskpart", "dism", "doskey", "driverquery", "dsadd", "dsmod", "dsquery", "expand",
        "format", "fsutil", "getmac", "hostname", "ipconfig", "klist", "label", "lgpo", "logoff", "makecab", "mode",
        "mountvol", "msiexec", "nbtstat", "netdom", "nslookup", "openfiles", "path", "pathping", "pnputil",
        "powercfg", "prompt", "psexec", "query", "quser", "regedit", "regini", "regsvr32", "replace", "route",
        "rundll32", "runas", "schtasks", "secedit", "servermanagercmd", "setspn", "setx", "sfc", "shutdown", "subst",
        "systeminfo", "taskkill", "time", "tpmtool", "tracert", "tree", "tzutil", "ver", "verify", "vol", "vssadmin",
        "w32tm", "wbadmin", "wecutil", "whoami", "winrm", "winrs", "wpr", "wuauclt", "wusa",
    }
)  # fmt: skip
"""Other programs of Windows and commands of cmd.exe (Windows Commands reference)."""


@lru_cache(maxsize=256)
def calls_netsh(program: str) -> bool:
    """Whether the first word of a command calls netsh; cached, as scripts repeat few such words."""
    return _NETSH.fullmatch(program) is not None


def context_of(words: tuple[Token, ...], base: str) -> tuple[str, tuple[Token, ...]]:
    """The context that the words lead to from a base, and the remaining words."""
    context = base
    for index, word in enumerate(words):
        names = CONTEXTS.get(context, ())
        text = word.text.casefold()
        matches = [text] if text in names else [each for each in names if each.startswith(text)] if text else []
        if len(matches) != 1 or (context and text not in names and is_verb(text)):
            return context, words[index:]
        context = f"{context} {matches[0]}".lstrip()
    return context, ()


def sets_ikev2(words: tuple[Token, ...]) -> bool:
    """Whether the words behind `netsh ras` set IKEv2 or ports of a VPN server."""
    return len(words) > 1 and words[0].text.casefold() == "set" and words[1].text.casefold() in IKEV2_OBJECTS


def sets_preshared_key(words: tuple[Token, ...]) -> bool:
    """Whether the words behind `netsh ras` set the preshared key of L2TP (page `netsh ras`)."""
    texts = [word.text.casefold() for word in words[:3]]
    return len(texts) == 3 and texts[:2] == ["aaaa", "set"] and len(texts[2]) > 1 and "ipsecpolicy".startswith(texts[2])


def is_verb(text: str) -> bool:
    """Whether a folded word is a verb or an abbreviation of one."""
    return bool(text) and any(each.startswith(text) for each in VERBS)


def only_looks(verb: str) -> bool:
    """Whether a folded verb leaves the policy unchanged."""
    return bool(verb) and any(each.startswith(verb) for each in _LOOKING)


_LETTERS_OF_VERB = 3
_TAKE_OUT = ("delete", "reset", "import")


def takes_out(verb: str) -> bool:
    """Whether a folded verb deletes existing objects, or puts others in their place."""
    return len(verb) >= _LETTERS_OF_VERB and any(each.startswith(verb) for each in _TAKE_OUT)


def changes_what_is_there(verb: str) -> bool:
    """Whether a folded verb changes or deletes existing objects."""
    return bool(verb) and any(each.startswith(verb) for each in ("set", "delete", "reset"))


def tool_command(words: tuple[Token, ...]) -> tuple[str, tuple[Token, ...]] | None:
    """The tool beside netsh that a command calls for IPsec, and its words from the verb on; None for any other.

    Those of `auditpol` are given with its name, which is the place of what it clears.
    """
    tool = words[0].text.casefold().replace("/", "\\").rpartition("\\")[2].removesuffix(".exe")
    tool = {"net1": "net", "ipsecpol": "ipseccmd"}.get(tool, tool)
    if tool == "ipseccmd":
        from ipseclint.formats.netsh.ip_security.older_tools import written

        return (tool, words[1:]) if written(words[1:]) else None
    if tool == "certutil":
        from ipseclint.formats.kit.imported_certificates import of_certutil

        return (tool, words[1:]) if of_certutil([word.text for word in words[1:]]) is not None else None
    if tool == "auditpol":
        from ipseclint.formats.events.audit_commands import bears_on_ipsec

        return (tool, words) if bears_on_ipsec(words[1:]) else None
    if tool not in TOOL_CONTEXTS or len(words) < 3 or words[1].text.casefold() not in _TOOL_VERBS[tool]:
        return None
    if tool == "reg":
        return (tool, words[1:]) if _changes_registry(words[1:]) else None
    name = " ".join(word.text for word in words[2:]) if tool == "net" else words[2].text
    return (tool, words[1:]) if name.split(" /")[0].casefold() in SERVICES else None


def _changes_registry(words: tuple[Token, ...]) -> bool:
    """Whether a command of `reg` sets or takes out what concerns IPsec: a value, or without a name all of a key."""
    from ipseclint.formats.registry.policy import concerns_ipsec, has_settings, says_start

    key, options = words[1].text, [word.text.casefold() for word in words[2:]]
    if words[0].word == "delete" and not {"/v", "/ve"} & set(options):
        return concerns_ipsec(key)
    return has_settings(key) or any(says_start(key, name) for option, name in pairwise(options) if option == "/v")


def misspelt_tool(words: tuple[Token, ...]) -> str | None:
    """The tool beside netsh that a command would call for IPsec, but for one letter of its name."""
    name = words[0].text.casefold().removesuffix(".exe")
    meant = slip_of(name, sorted(TOOL_CONTEXTS))
    called = None if meant is None else tool_command((words[0].standing_for(meant), *words[1:]))
    return None if called is None else called[0]


def service_of(words: tuple[Token, ...]) -> Token | None:
    """The word that names the service in a command of `sc` or `net`; None for any other command."""
    tool = words[0].text.casefold().rpartition("\\")[2].removesuffix(".exe").replace("net1", "net")
    is_one = tool in {"sc", "net"} and len(words) > 2 and words[1].text.casefold() in _TOOL_VERBS[tool]
    return words[2] if is_one else None


def stopped_service(words: tuple[Token, ...]) -> Token | None:
    """The word that names the service that `sc` or `net` stops, or keeps from starting; None for any other command."""
    service = service_of(words)
    texts = {word.text.casefold() for word in words[1:]}
    return service if texts & {"stop", "disabled", "demand"} else None


def is_followed(words: tuple[Token, ...]) -> bool:
    """Whether words call netsh, a tool that is read, or another wrapper."""
    name = words[0].text.casefold().removesuffix(".exe")
    return calls_netsh(words[0].text) or name in RUNNERS or tool_command(words) is not None


def names_command(words: tuple[Token, ...]) -> bool:
    """Whether the words behind `netsh` are a command, so that it ignores its input."""
    _, rest = context_of(words, "")
    return bool(rest) and is_verb(rest[0].word) and len(rest) > 1


def names_machine(words: tuple[Token, ...]) -> bool:
    """Whether the words are `set machine`, which sends what follows to another computer."""
    texts = [each.text.casefold() for each in words[:2]]
    return len(texts) == 2 and texts[0] == "set" and len(texts[1]) > 2 and "machine".startswith(texts[1])


def behind_conditions(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words from the command's name on, behind `do` and `else`."""
    while words and words[0].text.casefold() in {"do", "else"}:
        words = words[1:]
    return words


def behind_if(part: Part, words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words of the command on the line of an `if`; empty if there is none."""
    match = _IF.match(part.raw)
    begins = 0 if match is None else match.start("command") - match.start("if") + words[0].column
    return tuple(word for word in words[1:] if match is not None and word.column >= begins)


def is_unknown(name: str, part: Part) -> bool:
    """Whether the name of the program itself contains a variable; `%~dp0` is a folder, and `!` marks a comment."""
    called = name.removeprefix("%~dp0")
    if called.strip("!") in {"", "%comspec%"} or _VARIABLE.search(called) is None:
        return False
    return not called.startswith("$") or part.raw.lstrip()[:1] in {"&", "."}


def may_be_batch_file(word: str) -> bool:
    """Whether a word behind `call`, without an ending, may name a batch file: no program of Windows has its name."""
    name = word.casefold().removeprefix("%~dp0").replace("/", "\\").rpartition("\\")[2]
    is_name = bool(name) and "." not in name and name[0] != ":" and _VARIABLE.search(name) is None
    known = _LOOKS_ONLY | PRINTERS | RUNNERS | INTERPRETERS | _OF_WINDOWS | TOOL_CONTEXTS
    return is_name and name not in known and not calls_netsh(name)


_LABEL = late(r"[a-z]{2,40}:")
"""What a value stands behind in an output, which calls no program."""
_OF_TASKS = frozenset({"/delete", "/end", "/query"})
"""What `schtasks` does to a task whatever its command is."""


LABELLED = late(r"[ \t]*(?:[^\W\d_]{2,20}[ ]){0,4}[^\W\d_]{3,20}:(?=[ \t]|\r?$)")
"""A field of a ticket with its name before it: `Short description: move to IPsec`."""


def speaks_of_ipsec(name: str, words: tuple[Token, ...]) -> bool:
    """Whether an unknown program has IPsec in its name or arguments."""
    program = name.removesuffix(".exe")
    if program in _LOOKS_ONLY | PRINTERS or name.startswith(":") or _LOOKING_CMDLET.match(program):
        return False
    if _LABEL.fullmatch(name) or (program == "schtasks" and words[1:] and words[1].text.casefold() in _OF_TASKS):
        return False
    if program in {"start", "call", "cmd"}:
        words = tuple(word for word in words[1:] if word.text[:1] not in {"/", ":"} and word.text)
    return any("ipsec" in word.text.casefold().replace("ipsecurity", "") for word in words)


def takes_commands(name: str, words: tuple[Token, ...]) -> bool:
    """Whether a shell runs its input rather than its arguments."""
    program = name.removesuffix(".exe")
    options = [word.text.casefold() for word in words[1:]]
    if program in {"powershell", "pwsh"}:
        return "-" in options or not options
    return program in {"cmd", "%comspec%"} and not {"/c", "/k"} & set(options)


def names_in(text: str) -> set[str]:
    """The words of a text as possible names, folded and unquoted."""
    return {name.strip("\"'").casefold() for name in text.replace("=", " ").split()}


def without_at(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words without the leading `@` that keeps a batch command from being echoed."""
    if not words or not words[0].text.startswith("@"):
        return words
    first = words[0]
    rest = first.part(len(first.text) - len(first.text.lstrip("@")), len(first.text))
    return (rest, *words[1:]) if rest.text else words[1:]


def split_word(word: Token) -> tuple[Token, ...]:
    """A quoted word as the words in it."""
    return tuple(word.part(match.start(), match.end()) for match in re.finditer(r"\S+", word.text))


def is_behind(place: Token, first: Token, is_program: bool) -> bool:
    """Whether a place is behind the first word, which as a program's path may hold `%SystemRoot%`."""
    if not is_program:
        return True
    return (place.line, place.column) >= (first.line, first.column + first.length)
