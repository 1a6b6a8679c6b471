"""Marks that a text picked up on its way: line numbers, double quoting, odd blanks.

    12: Rule Name:  Servers        >> Rule Name:  Servers        -- More  --        no-break blanks, zero-width blanks
    ```netsh ...```     `conn a (lines) auto=add`     Id CommandLine / -- ----------- / 12 netsh ...
    gw-1  | conn hub        gw1.lab.example: conn hub        INFO:root:conn hub        [gw1] out: conn hub
        default: conn hub        null_resource.gw (remote-exec): conn hub        /etc/ipsec.conf:conn hub
    [14:02:11] PS C:\\> netsh ...    adm@SRV01 C:\\>netsh ...       (venv) C:\\>       # netsh ... with its answer below
    ![image](https://example.org/1.png)
    **Rule Name:** Servers      **Rule Name**: Servers        __Rule Name:__ Servers        **netsh ... name=Servers**
    Network Address:&nbsp;10.1.2.3<br/>     PS C:\\&gt; netsh ...    name=&quot;Servers&quot;

Each is replaced by blanks, so that the rest keeps its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice, pairwise

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import PAGER
from ipseclint.formats.pasted.chats import is_chat, is_headed, parted_at_heads, typed_in
from ipseclint.formats.pasted.signs import BULLETS, CODE, COLOUR
from ipseclint.formats.readers import is_page
from ipseclint.late import late
from ipseclint.source import begin_of, each_line_once

_BLANKS = "\u00a0\u2007\u202f\u200b\u200c\u200d\u2060\ufeff"
"""No-break blanks, and what takes no width."""
_ESCAPED = late(
    r"&(?:nbsp|#160|#xa0|(?P<quote>quot|#34)|amp;(?P<again>lt|gt|amp|quot|apos|nbsp)|(?P<sign>gt|lt|amp|apos|#39|#x27));"
    r"|<br[ \t]*/?>",
    re.IGNORECASE,
)
_MAX_ESCAPES = 2
"""How often a text is escaped at most: by a page, and by what shows the source of the page (reasoned)."""
_TAG = late(r"<(?!br[ \t]*/?>|/?(?:pre|code|details|summary)\b)[A-Za-z/?!]", re.IGNORECASE)
"""A tag of XML or HTML, in which signs are escaped for its reader; those of code stand in other texts too."""
_SIGNS_ESCAPED = {"gt": ">", "lt": "<", "amp": "&", "apos": "'", "#39": "'", "#x27": "'"}
_MORE = late(rf"^{PAGER.pattern}\r?$", re.IGNORECASE | re.MULTILINE)
_NUMBERED = late(r"^([ \t]{0,6}(\d{1,5})(?:[:.|)\t]|[ ]{1,2})[ \t]?)", re.MULTILINE)
_APPENDING = r">>[ \t]{0,4}(?:\"[^\"\r\n]{1,300}\"|[^\s\"]{1,300})[ \t]{1,4}@?(?:echo|type|netsh)\b"
"""What cmd.exe reads as a command whose output goes behind what a file holds already."""
_BEGIN_QUOTES = ("\n>", "\n >", "\n\t>")
"""How a line begins that is quoted, behind the end of the one before it."""
_QUOTED = late(rf"^(?![ \t]?(?i:{_APPENDING}))(?:[ \t]?>){{2,8}} ?", re.MULTILINE)
_ADDRESS = late(r"<[^<>\s@]{1,100}@[^<>\s@]{1,200}>")
"""An address in the head of a mail, or in the line above what is quoted of it."""
_CLOCK = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,6})?)?Z?|[AP]M"
_ADORNED = late(
    rf"^[ \t]{{0,8}}(?:\[[^\]\r\n]{{1,40}}\]|\([\w .-]{{1,40}}\)|\d{{1,4}}(?:[-./]\d{{1,4}}){{2}}T?|{_CLOCK}"
    r"|[\w.\\-]{1,40}@[\w.-]{1,63}|[\w.-]{1,63}[ ]\||\d{1,5}[.:)|]?),?[ \t]*+"
    rf"(?:(?:\[[^\]\r\n]{{1,40}}\]|{_CLOCK}|[|>-])[ \t]+){{0,3}}"
    r"(?=(?P<powershell>(?:\[[^\]\r\n]{1,80}\]:[ ]?)?PS)[ ][^>\r\n]{0,200}>"
    r"|(?:[A-Za-z]:|\\\\[\w.$-]{1,63}\\)\\?[^>\r\n<|\"]{0,200}>[ \t]?"
    r"(?:(?:netsh|reg|sc|net|powershell|pwsh)(?:\.exe)?[ ]|[A-Za-z]{2,12}-[A-Za-z]{3}))",
    re.MULTILINE,
)
"""What adorns a prompt of cmd or PowerShell: a time, a number, who is logged on and where, an environment."""
_OF_ROOT = late(
    r"^[ \t]{0,8}#(?=[ ]netsh[ ][^\r\n]{1,2000}\r?\n(?:[ \t]*\r?\n)?Ok\.[ \t]*\r?$)", re.MULTILINE | re.IGNORECASE
)
"""A prompt that would be a comment, had its command no answer below."""
_HEADED_AS_WIKI = late(r"^(?:h[1-6]\. \S|(={1,6})(?=[^=\r\n])[^\r\n]{0,200}[^=\r\n]\1[ \t]*\r?$)", re.MULTILINE)
"""A heading of Jira or MediaWiki, in whose pages `#` counts the items of a list."""
_STEP_OF_WIKI = late(
    r"^[*#]{0,4}#(?=[ \t]{1,4}(?:netsh[ ](?:advfirewall|firewall|ipsec|-[cfr])[ ]|reg[ ](?:add|delete)[ ]"
    r"|sc[ ]config[ ]|[a-z]{2,12}-(?:Net|Vpn|Service)\w*[ ]+-|\$\w{1,40}[ ]?=))",
    re.MULTILINE | re.IGNORECASE,
)
_HISTORY = late(
    r"^[ \t]*(Id[ ]+(?:Duration[ ]+)?CommandLine[ ]*\r?\n[ \t]*--[ ]+(?:-+[ ]+)?-+[ ]*\r?\n)"
    r"((?:[ \t]*\d{1,5}[ ]+(?:\d[\d:.]+[ ]+)?[^\r\n]*\r?(?:\n|\Z))+)",
    re.MULTILINE,
)
_ENTRY = late(r"^[ \t]*\d{1,5}[ ]+(?:\d[\d:.]+[ ]+)?", re.MULTILINE)
"""What `Get-History` prints, and how each of its lines begins."""
_FENCED = late(
    r"^([ \t]{0,8})`{3}(?=[^`\s])([^`\r\n]+|[^`\s]{1,80}[ \t:=][^`]{1,20000}[^`\s])`{3}[ \t]*(?=\r?$)", re.MULTILINE
)
"""A block of code with its marks beside its first and last line, as chats have it."""
_FENCED_BELOW = late(
    rf"^([ \t]{{0,8}})`{{3}}(?={CODE})((?:[^`]|`(?!``)){{1,20000}}+)(?<=\s)`{{3}}(?=[ \t]*\r?$)",
    re.MULTILINE | re.IGNORECASE,
)
"""The same, with its last mark on a line of its own."""
_MAY_BE_FENCED = late(r"\n[ \t]{0,8}`{3}(?=[^`\s])(?:[^`\r\n]+`{3}|[^`\s]{1,80}[ \t:=,\\]|[\[{<])")
"""How the first line of such a block begins, behind the end of the one before it, which is quicker to look for."""
_SPANNED = late(r"^`(?![`\s])(?P<code>[^`\r\n]{1,2000}\r?\n[^`]{1,20000}[^`\s])`(?=[ \t]*\r?$)", re.MULTILINE)
"""Several lines between the marks of code within a line, which people take for those of a block."""
_MAY_BE_SPANNED = late(r"\n`(?![`\s])[^`\r\n]{1,2000}\r?$", re.MULTILINE)
"""How the first of such lines looks."""
_PICTURE = late(
    r"^[ \t]{0,8}(?:!\[[^\[\]\r\n]{0,500}\]\([^()\r\n]{1,1000}\)|<img[ ][^<>\r\n]{1,1000}>)[ \t]*(?=\r?$)",
    re.MULTILINE | re.IGNORECASE,
)
"""A picture that stands alone on a line, as issues and posts have them."""
_MOMENT = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
_OF_CONSOLE = r"(?:(?:\d{1,2}\.\d{1,2}\.\d{4}|\d{4}[./]\d\d[./]\d\d)[ ])?\d{1,2}:\d\d:\d\d(?:[.,]\d{1,6})?:?"
"""A time as programs of consoles write it into their logs: PuTTY, and what takes the format of the system."""
_LEVEL = r"(?:INFO(?:RMATION)?|DEBUG|WARN(?:ING)?|ERROR|TRACE|VERBOSE|NOTICE)"
_TIMES = (
    rf"^(?:(?:{_MOMENT}|\[(?:{_MOMENT}|\d\d:\d\d:\d\d(?:[.,]\d{{1,6}})?)\]"
    rf"|\d{{1,2}}/\d{{1,2}}/\d{{4}} \d{{1,2}}:\d\d:\d\d(?: [AP]M)?|\[?{_OF_CONSOLE}\]?)"
)
STAMPED = late(
    rf"{_TIMES}(?: \d\d[EO]\+?| {{1,2}}(?:\[{_LEVEL}\]|{_LEVEL}\b:?[ ]?)(?: {{1,2}}-(?= ))?)?"
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,63} [\w./-]{1,40}(?:\[\d{1,9}\])?:"
    rf"|<\d{{1,3}}>1 {_MOMENT} [\w.-]{{1,63}} [\w./-]{{1,48}} [\w-]{{1,40}} [\w-]{{1,32}} -"
    rf"|\[{_LEVEL}\])"
    r"(?:[ ]|(?=\r?$))",
    re.MULTILINE,
)
"""What stands before a line in the logs of pipelines, of consoles and of syslog: its time, its origin, its level."""
_STAMPED_APART = late(rf"{_TIMES}) [-|](?:[ ]|(?=\r?$))", re.MULTILINE)
"""The same where a sign parts the time from each line: before some alone, it is of these."""
_BULLETED = late(rf"^[ \t]{{0,8}}[{BULLETS}][ \t]{{0,4}}(?:[ ]|(?=\r?$))", re.MULTILINE)
"""What a word processor has before each line of a list."""
LABEL = late(
    r"(?!(?:echo|rem):)[A-Za-z./~][\w.@/~-]{1,200}+(?:[ ]\([\w-]{1,30}\))?"
    r"(?:[ ]{1,40}\||:(?:[A-Za-z][\w.-]{1,60}:)?)"
    r"|\[[\w.@: -]{1,60}\](?: out:)?|[A-Z]:\\[^:\r\n<>|\"*?]{1,200}:",
    re.IGNORECASE,
)
"""The label of a host, a container, a task or a file; `echo:` and `rem:` are commands of a batch file."""
_PROMPT = late(r"(?P<powershell>PS)[ ][^>\r\n]{0,200}>|[A-Za-z]:\\[^>\r\n<|\"]{0,200}>")
"""A prompt behind such a mark."""
_OF_PIPELINE = late(r"^[ ]*##\[[a-z]{3,20}\][^\r\n]*", re.MULTILINE)
"""A line of a pipeline's own."""
_VISIBLE = late(r"\S")
_WRITTEN = late(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
"""A line that is not empty, told one by one: seldom is more than the first looked at."""
_OF_BOLD = (":**", "**:", ":__", "__:")
_BOLD = late(
    r"(\n[ \t]{0,8}(?:[-*+\u2022][ \t]{1,4})?)(\*\*|__)(?=[^\W_])([^*_\r\n:]{1,60})(?::\2|\2:)(?=[ \t]{1,8}[^ \t\r\n])"
)
"""The label of a field in bold, with its value behind it; the end of the line above is quicker to look for."""
BEGIN_EMPHASIS = tuple(
    late(rf"{re.escape(mark)}(?:netsh |(?:New|Set|Add|Remove|Enable|Disable)-|reg |sc |\$)") for mark in "*_"
)
"""One of these stands before each: each begins with a sign that the engine goes to at once."""
EMPHASISED = late(
    r"^([ \t]{0,8}(?:(?:[-*+\u2022]|\d{1,3}[.)])[ \t]{1,4})?)(\*{1,2}|__?)"
    r"(?=netsh[ ][^\r\n*]{1,200}?\b(?:add|set|del(?:ete)?|reset|import\w{0,8}|assignpolicy)\b|reg[ ](?:add|delete)[ ]"
    r"|(?:New|Set|Add|Remove|Enable|Disable)-(?:Net|Vpn)\w{1,60}[ ]+-|Set-Service[ ]|sc[ ]config[ ]"
    r"|\$\w{1,40}[ ]?=[ ]?[A-Z][a-z]{2,10}-(?:Net|Vpn))"
    r"([^\r\n*]{1,4000})\2(?=[ \t.;:]*\r?$)",
    re.MULTILINE,
)
"""A command with what it is told in bold or italics, alone on its line."""
_SIGNS_OF_PICTURES = ("![", "<img ")
MAY_BE_STEP = late(r"# (?:netsh |reg |sc |(?:New|Set|Add|Remove)-|\$)")
"""What stands in every text with commands that a wiki counts."""
SIGNS = ("--", ">", "CommandLine", "```", "\n`", "# netsh", "&", "\x1b", *_OF_BOLD, *_SIGNS_OF_PICTURES)
"""One of these stands in every text with other such marks, but for numbers of lines and for blanks that are none."""
_FEW = 3
"""From so many lines on that are numbered, quoted or labelled, it is no accident (reasoned)."""


def unmarked(text: str, lines: str | None = None, without_stamps: Callable[[str], str] | None = None) -> str:
    """The text with such marks blanked; the same object if it has none. `lines` has its distinct lines.

    `without_stamps` is `unstamped`, or that with a memory.
    """
    text, lines = _as_written(text, each_line_once(text) if lines is None else lines, without_stamps or unstamped)
    has_ruler = "--" in lines
    if has_ruler and "more" in lines.casefold() and _MORE.search(text):
        text = _MORE.sub(_blank, text)
    at = begin_of(text)
    begin = text[at : at + 1]
    if (begin == "[" or begin.isdigit()) and ":" in lines and is_chat(text):
        return typed_in(text)
    if ":" in lines and is_headed(text):
        return parted_at_heads(text)
    if (">>" in lines or "> >" in lines) and any(map(lines.__contains__, _BEGIN_QUOTES)) and _is_quoted_twice(text):
        return _QUOTED.sub(_blank, text)
    if begin in {"0", "1"} and _all_lines(text, _NUMBERED) and _counts(text):
        return _NUMBERED.sub(_blank, text)
    if (
        ">" in lines
        and ("PS " in lines or ":\\" in lines or "\\\\" in lines)
        and any(map(_ADORNED.match, lines.split("\n")))
    ):
        text = _ADORNED.sub(_unadorned, text)
    if has_ruler and shows_history(text, lines):
        text = _HISTORY.sub(lambda match: _VISIBLE.sub(" ", match[1]) + _ENTRY.sub(_prompt, match[2]), text)
    if "`" in lines and _MAY_BE_FENCED.search(lines):
        text = _without_marks_beside(text)
    if "\n`" in lines and _MAY_BE_SPANNED.search(lines) and _SPANNED.search(text):
        text = _SPANNED.sub(_without_span, text)
    if any(map(lines.__contains__, _SIGNS_OF_PICTURES)):
        text = _PICTURE.sub(_blank, text)
    text = _without_bold(text, lines)
    if "#" in lines and "# netsh" in lines and _OF_ROOT.search(text):
        text = _OF_ROOT.sub(_blank, text)
    return _STEP_OF_WIKI.sub(_blank, text) if counts_as_wiki(lines) else text


def shows_history(text: str, lines: str) -> bool:
    """Whether a text, of which this has the distinct lines, has what `Get-History` prints."""
    return "CommandLine" in lines and _HISTORY.search(text) is not None


def counts_as_wiki(lines: str) -> bool:
    """Whether a text, of which this has the distinct lines, has commands that are counted as a wiki does it."""
    return MAY_BE_STEP.search(lines) is not None and _HEADED_AS_WIKI.search(lines) is not None


def tell_pager_left(text: str, diagnostics: Diagnostics) -> None:
    """Note the mark of a pager behind which a text has nothing."""
    end = len(text.rstrip())
    begin = text.rfind("\n", 0, end) + 1
    if PAGER.fullmatch(text, begin, end) is not None:
        message = "a pager was left here: what would follow is not known"
        diagnostics.not_understood(message, diagnostics.place_in(text, begin, end - begin))


def _without_marks_beside(text: str) -> str:
    """Blocks of code without the marks beside their lines; a rule stands for one that ends a block on a line alone."""
    if _FENCED.search(text):
        text = _FENCED.sub(r"\1   \2", text)
    return _FENCED_BELOW.sub(r"\1   \2===", text) if _FENCED_BELOW.search(text) else text


def _without_bold(text: str, lines: str) -> str:
    """Fields whose labels are in bold and commands that are, without the marks."""
    if any(map(lines.__contains__, _OF_BOLD)) and len([*islice(_BOLD.finditer(f"\n{text}"), _FEW)]) >= _FEW:
        text = _BOLD.sub(lambda label: f"{label[1]}{label[3]}:    ", f"\n{text}")[1:]
    is_emphasised = any(sign.search(lines) for sign in BEGIN_EMPHASIS)
    return EMPHASISED.sub(_without_emphasis, text) if is_emphasised else text


def _without_emphasis(match: re.Match[str]) -> str:
    """A command with blanks for its marks, that of a list too."""
    marks = " " * len(match[2])
    return f"{' ' * len(match[1])}{marks}{match[3]}{marks}"


def _without_span(match: re.Match[str]) -> str:
    """Code without its marks: what stands for the first is an indentation that no line below begins with."""
    code = match["code"]
    return f"{' ' if f'{chr(10)}{chr(9)}' in code else chr(9)}{code} "


def _as_written(text: str, lines: str, without_stamps: Callable[[str], str]) -> tuple[str, str]:
    """A text, and its distinct lines, without escapes, terminal colours, or times of a log."""
    for _ in range(_MAX_ESCAPES):
        if is_escaped(lines):
            text = "\n".join(map(_as_meant, text.split("\n")))
            lines = each_line_once(text)
    for blank in () if text.isascii() else filter(text.__contains__, _BLANKS):
        text, lines = text.replace(blank, " "), lines.replace(blank, " ")
    if "\x1b" in lines and COLOUR.search(text):
        text, lines = COLOUR.sub(_blank, text), COLOUR.sub(_blank, lines)
    bare = without_stamps(text)
    return bare, lines if bare is text else each_line_once(bare)


def unstamped(text: str) -> str:
    """The text with what a log has before each line blanked; the same object if it has none."""
    stamp = _stamp_of(text)
    return text if stamp is None else _OF_PIPELINE.sub(_blank, stamp.sub(_unstamped, text))


def _stamp_of(text: str) -> re.Pattern[str] | None:
    """What finds the time, the label, or what else a log has before each line of a text, one of which, without it,
    begins an output or a command; None where there is no such text."""
    marks = (_STAMPED_APART, STAMPED) if text.isascii() else (_STAMPED_APART, STAMPED, _BULLETED)
    stamp = next((mark for mark in marks if _all_lines(text, mark)), None) or label_of(text)
    if stamp is None or any(_PROMPT.match(text, found.end()) for found in stamp.finditer(text)):
        return stamp
    from ipseclint.formats.transcript.families import LineStarts, families_begun

    rest = LineStarts(map(str.lstrip, stamp.sub("", text).split("\n")))
    return None if families_begun(rest) <= {"log"} else stamp


def label_of(text: str) -> re.Pattern[str] | None:
    """What finds the one label that stands before all lines of a text; None without any."""
    at = begin_of(text)
    if (first := LABEL.match(text, at)) is None:
        return None
    label = text[text.rfind("\n", 0, at) + 1 : first.end()]
    if text.count(label) < _FEW or not all(
        line[0].startswith(label) for line in _WRITTEN.finditer(text) if line[0].strip()
    ):
        return None
    numbers = [int(found) for found in re.findall(rf"^{re.escape(label)}(\d{{1,6}}):", text, re.MULTILINE)]
    are_of_lines = len(numbers) == text.count(label) and all(after - before == 1 for before, after in pairwise(numbers))
    number = r"\d{1,6}:" if are_of_lines else ""
    return re.compile(rf"^{re.escape(label)}{number}[ ]?", re.MULTILINE)


def is_escaped(lines: str) -> bool:
    """Whether a text, no HTML page itself, has HTML escapes; `lines` has its distinct lines."""
    may_be = (";" in lines and "&" in lines) or ("<" in lines and "<br" in lines.casefold())
    return may_be and _ESCAPED.search(lines) is not None and _TAG.search(lines) is None and not is_page(lines)


def _as_meant(line: str) -> str:
    """A line with escapes decoded and padded by blanks outside quotes, so that quoted text keeps its content."""
    opens = True

    def meant(match: re.Match[str]) -> str:
        nonlocal opens
        length = len(match[0])
        again, quote = match["again"], match["quote"]
        if again is not None:
            quote, sign = (again if again.casefold() == "quot" else None), f"&{again};"
        else:
            sign = '"' if quote else _SIGNS_ESCAPED.get((match["sign"] or "").casefold(), "")
        if quote:
            opens = not opens
            return sign.ljust(length) if opens else sign.rjust(length)
        return sign.rjust(length) if sign in {"<", "&lt;"} else sign.ljust(length)

    return _ESCAPED.sub(meant, line)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _unstamped(match: re.Match[str]) -> str:
    """Blanks for what stands before a line; before a prompt a part of the prompt, so that what is typed keeps its
    place."""
    prompt = _PROMPT.match(match.string, match.end())
    return _blank(match) if prompt is None else _in_prompt(match, is_powershell=prompt["powershell"] is not None)


def _prompt(match: re.Match[str]) -> str:
    return "PS>".ljust(len(match[0])) if len(match[0]) > len("PS>") else _blank(match)


def _unadorned(match: re.Match[str]) -> str:
    """The decoration of a prompt as a part of the prompt, so that typed text keeps its place."""
    return _in_prompt(match, is_powershell=match["powershell"] is not None)


def _in_prompt(match: re.Match[str], *, is_powershell: bool) -> str:
    return "PS".ljust(len(match[0])) if is_powershell else "C:\\".ljust(len(match[0]), "_")


def _is_quoted_twice(text: str) -> bool:
    """Whether all lines, or some, are quoted twice, and none continues at a prompt, which has the same mark."""
    lines = text.splitlines()
    marked = [bare for line in lines if ">" in line and ">" in (bare := _ADDRESS.sub("", line))]
    others = [line for line in marked if _QUOTED.match(line) is None]
    quoted = len(marked) - len(others)
    if quoted == sum(bool(line.strip()) for line in lines):
        return True
    return quoted >= _FEW and not any(">" in line.lstrip(" \t>") for line in others)


def _all_lines(text: str, mark: re.Pattern[str]) -> bool:
    return all(mark.match(line[0]) for line in _WRITTEN.finditer(text) if line[0].strip())


def _counts(text: str) -> bool:
    """Whether the numbers before lines count the lines."""
    numbers = [int(match[2]) for match in _NUMBERED.finditer(text)]
    return len(numbers) >= _FEW and all(after - before > 0 for before, after in pairwise(numbers))
