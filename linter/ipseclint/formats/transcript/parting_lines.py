"""Lines that part a text of several outputs, by their look: prompts, commands, headings, fences, tags."""

from __future__ import annotations

import re

from ipseclint.formats.pasted.signs import BULLETS, CMD, CODE, MARKS, NETSH, POWERSHELL, SESSION
from ipseclint.formats.transcript.families import OF_CERTIFICATE, LineStarts
from ipseclint.late import late
from ipseclint.source import lines_with
from ipseclint.vocabulary.ipsec_tools import CALL, PROGRAM

_THEMED = (
    r"(?:(?:[\u256d\u2570\u2514\u251c\ue0b0\ue0b6]|~|[A-Za-z]:\\|/\w|[\w.-]{1,40}+@)"
    r"[^\r\n$>]{0,80}?)?"
    r"(?:[\u276f\u03bb\u00bb\u25b6\ue0b0]{1,3}|\u279c(?:[ ][^\r\n]{0,80}?)?|\$)[ ]{1,4}"
    r"(?=netsh[ ]|\$\w{1,40}[ ]?=|[A-Za-z]{2,12}-[A-Za-z]{3})"
)
"""Prompts of themes and of other shells, before what is known for a command."""
_FRAME = r"[\u250c\u256d\u2570][\u2500\u2501]"
"""How each of the two lines of a theme's prompt begins."""
_UNC = r"\\\\[\w.$-]{1,63}\\[^>\r\n<|\"]{1,200}>"
PROMPT = late(
    r"[ \t]{0,8}(?:"
    rf"(?P<powershell>{_THEMED}"
    rf"|(?:{SESSION})?{POWERSHELL}{{1,2}})"
    r"|(?P<netsh>netsh(?P<context>(?:[ ][a-z]{2,20}){0,3})>)"
    rf"|(?P<cmd>{CMD}|{_UNC})"
    r")[ \t]?(?P<typed>[^\r\n]*)"
)
_SHELL = (
    r"[ \t]{0,8}\[?[\w.-]{1,40}@[\w.-]{1,60}(?:[: ][^\r\n#$>]{0,80})?\]?[#$][ ](?!netsh|[A-Za-z]{2,12}-[A-Za-z]{3})"
)
"""The prompt of a shell of Unix, at which a file of a peer was printed."""
OF_SHELL = late(_SHELL)
MORE = late(r"(?:>>|More\?)[ \t]")
_OF_PEM = r"-{5}(?:BEGIN|END)[ ][A-Z0-9 ]{3,40}-{5}"
"""The line around a certificate or a key in PEM, which a script may hold."""
HEADING = late(
    rf"[ \t]{{0,8}}(?!{OF_CERTIFICATE}|{_OF_PEM})"
    rf"(?:[_=*+]{{3,}}|-{{3,}}(?=[ \t]{{0,8}}[A-Za-z])|#{{1,6}}[ \t]|{_FRAME})"
)
FENCE = late(
    rf"[ \t]{{0,8}}(?:(?:`{{3,}}|~{{3,}})(?!{CODE})"
    r"[ \t]?(?:[\w+#.-]{0,40}|\{[^`{}\r\n]{0,80}\}|[\w+#.-]{1,40}[ \t][^`\r\n]{0,80})"
    r"|\.\. (?:code|code-block|sourcecode|parsed-literal)::[^\r\n]{0,40}"
    r"|\[/?code\]|\{(?:noformat|code)(?::[^{}\r\n]{1,120})?\})[ \t]*\r?",
    re.IGNORECASE,
)
_HIGHLIGHT = (
    r"\{%-?[ \t]*(?:end)?highlight\b[^%\r\n]{0,40}%\}|\{\{[<%][ \t]*+/?+[ \t]*+highlight\b[^}\r\n]{0,60}\}\}"
    r"|</?(?:syntaxhighlight|source)\b[^>\r\n]{0,80}>|\{(?:noformat|code)(?::[^{}\r\n]{1,120})?\}"
)
TAG = late(
    rf"\[/?code(?:=[^\]\r\n]{{0,20}})?\]|{_HIGHLIGHT}"
    r"|<pre\b[^>\r\n]{0,80}>(?:<code\b[^>\r\n]{0,80}>)?|(?:</code>)?</pre\b[^>\r\n]{0,80}>",
    re.IGNORECASE,
)
"""The mark of a block of code in Jekyll, Hugo, MediaWiki, Jira, forums and Markdown's HTML; code may stand beside."""
SIGNS_OF_TAGS = ("[code", "[/code", "{code", "{noformat", "highlight", "<source", "</source", "<pre", "</pre")
"""One of these stands in every such mark, in lower case: quicker to look for."""
ASCIIDOC = late(r"[ \t]{0,8}\[(?:source|listing)\b[^\]\r\n]{0,80}\][ \t]*\r?", re.IGNORECASE)
DELIMITER = late(r"(?:-{4,80}|\.{4,80})[ \t]*\r?")
"""What begins and ends a listing of AsciiDoc; in other texts it may rule a table."""
QUOTED = late(r"[ \t]{0,3}>(?!>) ?(?:> ?){0,7}")
"""The marks of what is quoted, as in mail and in Markdown."""
QUOTE = late(r"\n[ \t]{0,3}+>(?: >){0,7}(?: [\"<{;#:]| ?[A-Za-z\[-])")
_CHANGES = (
    r"[^\r\n]{0,400}[|{;][ \t]*(?:set|new|remove|rename|enable|disable|copy|add)-"
    r"(?:netipsec(?!(?:main|quick)modesa)|netfirewall|vpn)"
)
"""How a line continues that queries objects and pipes them into a command that changes them."""
_IMPORTS = r"[^\r\n]{0,200}?[ ][-/](?:importpfx|addstore)\b"
"""How `certutil` goes on where it puts a certificate into a store, and shows none."""
LOOKS = late(
    rf"[ \t]{{0,8}}(?:(?:get|show)-[a-z0-9]+\b(?! ?:)(?!{_CHANGES})|"
    r"netsh\b[^\r\n]{0,300}?\bshow\b|wevtutil(?:\.exe)?[ ]+qe\b"
    rf"|certutil\b(?![ \u00a0]?:)(?!{_IMPORTS})|(?:dir|ls|gci|get-childitem)[ ]+cert:)",
    re.IGNORECASE,
)
_OF_STORE = rf"(?:{OF_CERTIFICATE}|[^\s\"]{{1,40}} \"[^\"\r\n]*\"[ \t]*(?:[\r\n]|$))"
IS_OF_STORE = late(rf"[ \t]*(?:\r?$|{_OF_STORE})")
END_OF_STORE = late(r"[ \t]{0,8}CertUtil[ \u00a0]?:")
"""How the line begins with which `certutil` ends, in every language: it parts a store only from what is none.

It belongs to the store, which it may show to be empty.
"""
_BEHIND_STORE = late(rf"CertUtil(?<![^\r\n]CertUtil)[ \u00a0]?:[^\r\n]*+\s++(?!{_OF_STORE})\S")
ASKS_OF_ONE = late(
    r"[ \t]{0,8}(?:reg(?:\.exe)?[ ]+query\b|\(?get-itemproperty(?:value)?\b|\(?gpv?[ ]+['\"]?(?:hklm:|registry::)"
    r"|wmic(?:\.exe)?[ ][^\r\n]{0,40}?\bservice[ ]+"
    r"(?:where\b|(?!get\b|list\b)['\"]?[\w$.-]{1,80}['\"]?[ ]+(?:get|list)\b)"
    r"|\(?(?:get-service|gsv|get-ciminstance|gcim|get-wmiobject|gwmi)[ ][^|\r\n,]{1,120}"
    r"(?:\)\.sta(?:rt(?:type|mode)|tus|te)\b|\|[ ]*select(?:-object)?[ ](?![^\r\n|]*\bname\b)[^\r\n|]*\bsta(?:rt|t)))",
    re.IGNORECASE,
)
"""A command that tells what the answer below it is about, a key and value or a service, and so stays with it."""
_KEPT = r"\$\w{1,40}[ ]?=[ ]?[a-z]{2,12}-[a-z0-9]{3,60}[ ]"
"""What a cmdlet gives, which is kept for the next ones."""
_LISTED_CMDLET = rf"(?:(?:add|disable|enable|new|remove|set)-(?:net(?:ipsec|firewall)|vpn)\w{{1,50}}[ ]+-|{_KEPT})"
"""A cmdlet that an item of a list begins with; behind a hyphen it may be one of a list of YAML, which is a script."""
_LISTED_TOOL = r"(?:reg(?:\.exe)?[ ]+(?:add|delete)|netsh(?:\.exe)?|sc(?:\.exe)?[ ]+(?:config|stop)|net1?[ ]+stop)[ ]"
LISTED = late(
    rf"[ \t]{{0,8}}(?:(?:\d{{1,2}}[.)]|[*{BULLETS}]|o(?=\t))[ \t]{{1,4}}"
    rf"(?={_LISTED_TOOL}|(?P<cmdlet>{_LISTED_CMDLET}))|-[ \t]{{1,4}}(?={_LISTED_TOOL}))",
    re.IGNORECASE,
)
"""The mark of an item of a list that is a command, as instructions give them."""
_BEFORE_QUOTED = r"(?:(?:[-*+\u2022]|\d{1,2}[.)])[ \t]{1,4})?`(?!`)"
_IS_QUOTED = rf"{_BEFORE_QUOTED}(?:(?i:{CALL})[ ]|[A-Za-z]{{2,12}}-[A-Za-z0-9]{{3,60}}[ ]|\$)"
QUOTED_ALONE = late(
    rf"[ \t]{{0,8}}{_BEFORE_QUOTED}(?P<typed>(?:(?P<shell>{PROGRAM})(?:\.exe)?[ ]"
    rf"|[a-z]{{2,12}}-[a-z0-9]{{3,60}}[ ]+[-$@\"']|{_KEPT})[^`\r\n]{{1,2000}})`"
    r"[ \t.,;:]{0,8}(?:(?:and|then|und|dann|et|puis)[ \t.,;:]{0,8}){0,2}\r?",
    re.IGNORECASE,
)
"""A line, or an item of a list, that is one command between backticks."""
_INDENT = r"[ \t]{0,8}"
_PARTS = (PROMPT, OF_SHELL, HEADING, FENCE, LOOKS, ASKS_OF_ONE, LISTED, END_OF_STORE)
MAY_PART = late(
    rf"(?:{MORE.pattern}|{_INDENT}+(?:{_IS_QUOTED}|"
    rf"{'|'.join(f'(?:{part.pattern.removeprefix(_INDENT)})' for part in _PARTS)}))",
    re.IGNORECASE,
)
"""A line that is any of these; most lines are none, and are tested only once."""
_MARK = late(
    rf"\n(?:{_SHELL}|[ \t]{{0,8}}+(?:{_THEMED}|{_UNC}|"
    rf"{POWERSHELL}|{SESSION}{POWERSHELL}|{NETSH}"
    rf"|[A-Za-z]:(?:\\[^>\r\n<|\"]{{0,200}})?>|(?!{OF_CERTIFICATE})[_=*#+]{{3,}}|`{{3}}|~{{3}}"
    r"|\.\. (?:code|source|parsed-literal)|\[code\]|\[source\b|\{(?:code|nof)|>(?: >){0,7}(?: [\"{;#:]| ?[A-Za-z\[-])"
    r"|\{%-?[ \t]*highlight\b|\{\{[<%][ \t]*highlight\b|<(?:syntaxhighlight|source|pre)\b"
    r"|[Gg]et-[A-Za-z0-9]+\b|[Ss]how-[A-Za-z0-9]+\b|\((?:[Gg]et|[Ss]how)-[A-Za-z0-9]+\b"
    r"|netsh\b[^\r\n]{0,300}\bshow\b|reg(?:\.exe)?[ ]+query\b"
    rf"|(?:\d{{1,2}}[.)]|[*{BULLETS}]|o(?=\t))[ \t]{{1,4}}(?i:{PROGRAM}\b|{_LISTED_CMDLET})"
    rf"|-[ \t]{{1,4}}(?i:{PROGRAM}\b)"
    rf"|{_IS_QUOTED}))"
)
"""A line at which a text may be cut, behind the end of the one before it, which is quicker to look for."""
_MAY_MARK = late(
    r"[ \t]{0,8}+(?:\\\\|PS[ >]|\[|netsh|[A-Za-z]:[\\>]|[_=*#+]{3}|`|~{3}|\.\. |\{|>|<[sp]|[Gg]et-|[Ss]how-|\([GgSs]"
    rf"|reg|\d{{1,2}}[.)][ \t]|[-*{BULLETS}][ \t]|o\t|\*Evil|[\w.-]{{1,14}}@)"
)
"""How the start of such a line looks, and of few others, without prompts of themes."""
_THEME_SIGNS = "$\u276f\u03bb\u00bb\u25b6\ue0b0\u279c"
"""What one of such prompts ends with."""
PROMPTED = late(
    rf"[ \t]{{0,8}}+(?:>[ ]?){{0,8}}(?:{_THEMED}|{_UNC}|"
    rf"(?:{SESSION})?{POWERSHELL}|{NETSH}|{CMD})"
)
"""How a line begins at which something was typed."""
_BARE_PROMPT = rf"[ \t]{{0,8}}(?:{_UNC}|(?:{SESSION})?{POWERSHELL}|{CMD})[ ]?"
NOTHING_BEHIND = r"[^|&<>;^`\r\n]{1,300}+"
"""What a program is given on its line, and nothing that another would run."""


def own_line(asked: str, *printed: str, prompt: str = _BARE_PROMPT) -> str:
    """The expression of a line of a session in which this alone is asked and printed: a prompt, a question at one or
    without, an answer. Where all lines are such, nothing else begins between them."""
    return rf"(?:(?:{prompt})?(?:[ \t]*(?:{asked}))?|{'|'.join(printed)})[ \t]*+\r?"


AT_PROMPT = late(rf"\n{PROMPTED.pattern}")
"""The same behind the end of the line before it, which is quicker to look for, as are those that follow."""
SHELL = late(rf"\n{_SHELL}")
FENCED = late(rf"\n[ \t]{{0,8}}(?:{MARKS}|{TAG.pattern})", re.IGNORECASE)
FRAMED = late(rf"\n(?:\*{{20,80}}|{_FRAME}[^\r\n]{{0,400}})[ \t]*\r?$", re.MULTILINE)
"""The lines around the head of a transcript and its end, and those of a theme's prompt: no output has them."""
HIGHLIGHTED = late(rf"\n[ \t]{{0,8}}(?:{_HIGHLIGHT})", re.IGNORECASE)
PARTED = late(rf"\n(?:{PROMPTED.pattern}|[ \t]{{0,8}}+(?:{MARKS}|\[source\b|(?i:{_HIGHLIGHT})))")
"""Where a text is cut, not counting headings."""


def may_be_cut(text: str, lines: str, starts: LineStarts) -> bool:
    """Whether a text has a line at which it may be cut; without one it is no transcript.

    `lines` has its distinct lines, each behind a line end; `starts` are their starts.
    """
    if "CertUtil" in lines and _BEHIND_STORE.search(text) is not None:
        return True
    themed = "".join(f"\n{lines[begin:end]}" for begin, end in lines_with(lines, _THEME_SIGNS))
    return any(_MARK.search(each) is not None for each in (starts.begun_with(_MAY_MARK), themed))


def is_quoted_in_part(lines: str) -> bool:
    """Whether some lines are quoted, as in a mail, and others are not; each line is behind a line end."""
    return QUOTE.search(lines) is not None and any(
        line.strip() and QUOTED.match(line) is None for line in lines.split("\n")
    )
