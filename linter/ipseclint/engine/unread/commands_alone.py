"""Commands that stand in a file without a word of IPsec, and change or show what IPsec does."""

from __future__ import annotations

from ipseclint.engine.unread.sign_words import Sign
from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import folded, mention_in
from ipseclint.vocabulary.services import NAMES

_BEGINS = (
    r"\s{0,40}[@(&.{;]*\s{0,8}(?:(?:ps )?[a-z]:[^\n>]{0,200}>\s{0,4}|[>$]\s{1,4})?"
    r"(?:(?:call|start|saps|start-process|cmd(?:\.exe)?\s+/[ck]|/\w+|-(?:filepath|wait|nonewwindow|verb\s+\w+))\s+){0,6}"
)
"""What may stand before a command: marks, a prompt, and what starts it."""
_PROGRAM = (
    r"netsh|regedit|reg|regini|mofcomp|cmstp|rundll32|wevtutil|dism|x?copy|robocopy|move|cp|mv|del|erase|rd|rmdir|rm|ri|ren"
    r"|(?:copy|import|restore)-gpo|(?:copy|move|remove|rename|invoke)-item|ii|expand|expand-archive|tar|7z"
    r"|gpupdate|(?:invoke-gpupdate|(?:remove|new|set)-gp(?:o|link)|restart-service)"
    r"|(?:clear|limit|remove)-eventlog|(?:uninstall|remove|disable)-windows(?:optional)?feature"
)
_COMMAND = late(rf"{_BEGINS}(?:[^\s|;]{{0,100}}[\\/])?(?:{_PROGRAM})(?:\.exe)?[\s,]")
"""A line that begins with one of these programs."""
_FIREWALL = late(r"\bnetsh\b[^;|&]{0,60}?\s(firewall\s+(?:set\s+op\w*+(?=[^;|&]{0,100}\bdisable\b)|reset\b))")
_OF_FIREWALL = "{} changes the state of Windows Firewall: give what then holds, `netsh advfirewall export FILE`"
_WFP = late(r"\bnetsh\b[^;|&]{0,60}?\s(wfp\s+(?:(?:show|capture)\s+\w+|set\s+opt\w*\s+\w+(?:\s{0,4}=\s{0,4}\w+)?))")
_TURNED_OFF = late(r"netevents\s{0,4}=\s{0,4}off\Z")
_OF_EVENTS = "{} keeps Windows from recording why negotiations fail: set it to `on` where that is looked for"
_OTHERS = (
    (
        late(rf"\b(restart-service\b[^;|&]{{0,200}}?(?<!\w)(?:{NAMES})(?!\w))"),
        "script that starts services anew",
        "{} sets no policy: the service reads again what the machine holds, give that",
    ),
    (
        late(r"\b((?:invoke-)?gpupdate)\b"),
        "script that applies group policy",
        "{} sets no policy itself: give a backup of the GPO that it applies",
    ),
    (
        late(r"\b((?:remove|new|set)-gp(?:o|link))\b"),
        "script that moves group policy",
        "{} takes a GPO away, or says where one applies, and holds no policy: give a backup of the GPO",
    ),
)
"""Commands that bear on what applies and hold no policy: what each does."""
_REDIRECTED = late(r"\s\d?>{1,2}(?:&\d|\s{0,4}[^\s>&|]+)")
_SHOWS = "{} sets no policy: what it writes (a file of XML, or a cabinet) is an input of its own"
_ADVICE = {
    "file of a GPO": ": give it too",
    "folder of a GPO": ": give what it then holds",
    "event log": ": export it before that",
    "registry file": ": give it too",
    "group policy": ": give a backup of the GPO",
    "feature": "",
}
"""The other kinds of commands that are told, and what to do."""
_SURE = frozenset({"file of a GPO", "folder of a GPO", "event log"})
"""Those that bear on IPsec, whatever stands in the file that they name."""


def command_alone(text: str) -> Sign | None:
    """What the first such command of a text does; None if there is none."""
    found: Sign | None = None
    for number, line in enumerate(folded(text).split("\n"), start=1):
        if _COMMAND.match(line) is None:
            continue
        sign = _sign_of(line, number)
        if sign is not None and sign.is_suspicious:
            return sign
        found = found or sign
    return found


def _sign_of(line: str, number: int) -> Sign | None:
    for expression, why in ((_FIREWALL, _OF_FIREWALL), (_WFP, _OF_EVENTS)):
        match = expression.search(line)
        if match is not None and (expression is _FIREWALL or _TURNED_OFF.search(match[1])):
            return Sign("suspicious", is_suspicious=True, why=why.format(_shown(match[1])), line=number)
        if match is not None:
            return Sign("script that shows what Windows filters", why=_SHOWS.format(_shown(match[1])), line=number)
    for expression, kind, says in _OTHERS:
        if (match := expression.search(line)) is not None:
            return Sign(kind, why=says.format(_shown(match[1])), line=number)
    mention = mention_in(_REDIRECTED.sub("", line))
    if mention is None or (advice := _ADVICE.get(mention.tool.kind)) is None:
        return None
    why = mention.sentence(_shown(mention.words)) + advice
    if mention.tool.kind in _SURE:
        return Sign("suspicious", is_suspicious=True, why=why, line=number)
    return Sign("script that brings in what it does not hold", why=why, line=number)


def _shown(words: str) -> str:
    return quoted(" ".join(words.split()))
