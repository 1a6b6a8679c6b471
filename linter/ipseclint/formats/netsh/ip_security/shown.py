"""Parts of the output of `netsh ipsec static show` and `netsh ipsec dynamic show` that are reported and not read.

Lists of objects are read, and statistics. Tables are not, nor lines without a known label.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from ipseclint.formats.kit.diagnostics import quoted as in_backquotes
from ipseclint.formats.pasted.signs import CMD, NETSH, POWERSHELL, SESSION
from ipseclint.late import late
from ipseclint.vocabulary.netsh_labels import ENDINGS, IGNORED, PROFILE_LABELS

INSTEAD_OF_SHOWN = (
    "of what `netsh ipsec static show` and `netsh ipsec dynamic show` print, lists of objects and statistics are read, "
    "and this is not: of policies export "
    r"`reg export HKLM\SOFTWARE\Policies\Microsoft\Windows\IPSec ipsec.reg`, of what is in force "
    "`netsh wfp show state file=wfpstate.xml`"
)
"""What to take instead of such an output."""

_ASKED = late(r"[^\r\n]{0,300}?\bipsec[ \t]+(?:static|dynamic)(?:[ \t]+|>[ \t]*)show\b", re.IGNORECASE)
_PROMPT = late(rf"[ \t]{{0,8}}(?:(?:{SESSION})?{POWERSHELL}|{NETSH}|{CMD})")
_TABLE = late(r"[^\r\n]{0,300}?\bf(?:ormat)?[ \t]{0,8}=[ \t]{0,8}t(?:able)?\b", re.IGNORECASE)
"""How a table is asked for, whose lines have no labels."""
_ERROR = late(r"ERR\b|[^\r\n]{0,80}\[\d{5}\]")
_LABEL = late(r"[ \t]*(?![A-Za-z]:\\)[^\W\d_][\w .()/-]{1,40}?[ \t]*[:\uff1a][ \t]+\S")
_OWN_LABEL = late(
    r"[ \t]*(?:master pfs|filter(?:list|action) name|no\. of (?:security\.methods|filters|rules)|inbound passthrough"
    r"|rule id[ \t]*:[ \t]*\d{1,6}[ \t]*,[ \t]*\{[0-9a-f-]{36}\})[ \t]{0,30}(?::|\Z)",
    re.IGNORECASE,
)
"""A label that nothing else prints."""
_CODED = late(r"[ \t]*+\w{2,20} (?:IPsec|Win32)[ ]?\[\d{5}\][^\r\n]*+")
_OF_ERRORS = late(
    rf"[ \t]*+(?:(?:(?:(?:{SESSION})?{POWERSHELL}|{NETSH}|{CMD})[ \t]*+)?"
    r"(?:(?:netsh(?:\.exe)?[ ]+)?(?:(?:ipsec|advfirewall)[ ]+(?:\w{1,20}[ ]+)?|(?:wfp|trace)[ ]+)?show[ ][^|&<>\r\n]*+"
    r"|exit|bye|quit|cls|)"
    r"|Microsoft Windows \[[^\r\n]*+|(?:\(c\)|Copyright)[^\r\n]*+)[ \t]*+",
    re.IGNORECASE,
)
"""A line of a session in which nothing but such an output is asked for, beside the answers."""
_NOTHING = frozenset(sentence for sentences in ENDINGS.values() for sentence in sentences if sentence.count(" ") > 1)
"""What netsh says where there is nothing to show."""
_IGNORED = "|".join(label for label, meaning in PROFILE_LABELS["english"].items() if meaning == IGNORED)
_OF_FIREWALL = late(
    rf"[ \t]*+(?:\w{{2,20}} Profile Settings:|-{{20,}}|Logging:|Ok\.|(?:{_IGNORED})[ ]{{2,}}\S.*)[ \t]*+"
)
"""A line of the settings of a profile that have nothing to do with IPsec, as `show currentprofile` prints them."""
_WRITTEN = late(r"Data collection successful; output = (?P<file>[^\r\n]{1,200})")
_NO_TRACE = "There is no trace session currently in progress."
"""What `netsh wfp show` and `netsh trace show status` say, which is no policy."""
_FEW = 2
"""From so many labelled lines on, what stands below the command is its output (reasoned)."""


def is_no_output(line: str) -> bool:
    """Whether a line is a command for an output, or is typed at a prompt."""
    return _ASKED.match(line) is not None or _PROMPT.match(line) is not None


def why_nothing_is_shown(lines: Sequence[str]) -> str | None:
    """Why a session of netsh shows nothing: each answer is an error, says that there is nothing, or names a file.

    None if not so.
    """
    from ipseclint.vocabulary.console_errors import error_at

    first = written = ""
    for line in lines:
        answer = line.strip()
        if _OF_ERRORS.fullmatch(line) is not None or answer == _NO_TRACE or _OF_FIREWALL.fullmatch(line) is not None:
            continue
        if (collected := _WRITTEN.fullmatch(answer)) is not None:
            written = collected["file"]
            continue
        is_error = _CODED.fullmatch(line) is not None or error_at(answer) is not None
        if not is_error and answer not in _NOTHING:
            return None
        first = answer if is_error or not first else first
    if written:
        return f"netsh wrote {in_backquotes(written)}, and shows no policy here: give that file"
    if not first:
        return None
    if first in _NOTHING:
        return f"netsh found nothing that was asked for ({in_backquotes(first)}), and shows no policy"
    return (
        f"netsh answered with an error ({in_backquotes(first)}), and shows no policy: see what it says, and ask again"
    )


def unread(lines: Mapping[int, str], read: Collection[int]) -> Iterator[int]:
    """The numbers of lines that begin, or ask for, an output none of whose lines was read."""
    asked: int | None = None
    labels = 0
    is_told = is_table = False
    for number, quoted in lines.items():
        line = quoted.lstrip("> \t")  # as mail quotes
        if _ASKED.match(line):
            asked, labels, is_told = number, 0, False
            is_table = _PROMPT.match(line) is not None and _TABLE.match(line) is not None
        elif _PROMPT.match(line):
            asked, is_told = None, False
        elif number not in read and not is_told:
            labels += _LABEL.match(line) is not None or (is_table and bool(line) and _ERROR.match(line) is None)
            is_told = _OWN_LABEL.match(line) is not None or (asked is not None and labels >= _FEW)
            if is_told:
                yield number if asked is None else asked
