"""Netsh commands that a document or a console broke over several lines.

    C:\\> netsh ipsec static add filter              netsh ipsec static add policy \\
    filterlist=Web srcaddr=any dstaddr=me                name=P assign=yes

A console breaks at its width, even within a word; a document between words. In a batch file such lines are separate
commands and are not joined. Of any other break the rest is told, of all tools, as it is not known whether a blank stood
at it:

    netsh advfirewall consec add rule ... port2=4      auditpol /set /subcategory:"IPsec Main Mode" /success:enable
    45 protocol=tcp                                    /failure:enable
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import REST_OF_COMMAND, Diagnostics
from ipseclint.formats.netsh.command_words import names_in
from ipseclint.formats.netsh.hosts import POWERSHELL, Host
from ipseclint.formats.parsed import Parsed
from ipseclint.late import late, late_names
from ipseclint.model.policy import Policy
from ipseclint.source import Span, begin_of

if TYPE_CHECKING:
    from ipseclint.vocabulary.cmdlets import cmdlet
else:
    (cmdlet,) = late_names("ipseclint.vocabulary.cmdlets", "cmdlet")

CONSOLE_WIDTHS = frozenset({80, 100, 120, 132, 160})
"""How many columns a console has (reasoned: those that consoles are set to; 80 and 120 are the defaults of Windows)."""
_BEGINS = late(r"[ \t]*netsh(?:\.exe)?[ \t][^\r\n]*?[ \t](?:add|set|del(?:ete)?)[ \t]", re.IGNORECASE)
_TAGS = late(r"[ \t]*(?:[A-Za-z][A-Za-z0-9]{1,40}=(?:\"[^\"]*\"|[^\s\"]+)[ \t]*)+\\?[ \t]*", re.IGNORECASE)
_ANSWER = late(r"[ \t]*(?:netsh\b|\[|ok\.|the [a-z]|err|no [a-z]|[a-z]:\\|ps[ >]|$)", re.IGNORECASE)
"""What stands below a command that has ended."""
_BEHIND_BLANK = late(r"[ ]\S")
"""How a row begins where the one above it ended with a word; what is printed has more blanks before it."""
LINES_OF_PAGE_BREAK = 4
"""How many lines below a command the value that it lacks is looked for (reasoned)."""
_CALL = late(
    r"(?:[^>\r\n]{0,200}>)?[ \t@]*(?:"
    r"(?P<netsh>netsh(?:\.exe)?[ \t][^\r\n]*?[ \t](?:add|set|del(?:ete)?)[ \t])"
    r"|(?P<service>sc(?:\.exe)?[ \t]+config[ \t])"
    r"|(?P<audit>auditpol(?:\.exe)?[ \t]+/set[ \t])"
    r"|(?P<registry>reg(?:\.exe)?[ \t]+add[ \t])"
    r"|(?:\$\w{1,60}[ \t]*=[ \t]*)?(?P<cmdlet>(?:New|Set|Add)-(?:NetIPsec|NetFirewall|Vpn)\w{1,60})[ \t])",
    re.IGNORECASE,
)
"""A command that changes something, at a prompt or not, by the tool, which tells what its arguments look like."""
_ARGUMENT = late(
    r"[ \t]*(?P<before>(?![-/][A-Za-z]\w*(?:[ \t:]|\r?$))[\w.,:;/*+\[\]()\"-]{1,200}[ \t]+)?"
    r"(?:(?P<tag>[A-Za-z]?\w{0,40})=|-(?P<parameter>[A-Za-z]\w{1,60})(?=[ \t:]|\r?$)"
    r"|/(?P<option>[A-Za-z]{1,20})(?=[ \t:]|\r?$))"
)
"""A line whose first word is an argument, or whose second is."""
_TAKES = {
    "service": frozenset({"start", "type", "error", "binpath", "group", "tag", "depend", "obj", "displayname"}),
    "audit": frozenset({"success", "failure", "subcategory", "category", "user", "include", "exclude"}),
    "registry": frozenset({"v", "ve", "t", "d", "f", "s", "reg"}),
}
"""The arguments of tools that have few."""
_RUNS = late(
    r"[ \t@]*(?:$|[:(){}#&|]|<#|\[[a-z][\w.]{0,60}\][ \t]?(?:\(|::)|[a-z]:|\\\\|\.{1,2}[\\/]|[$%!]\w"
    r"|\S+\.(?:exe|cmd|bat|ps1|vbs)\b|[a-z]+-[a-z]\w*[ \t]"
    r"|\w+[ \t]+/\w|(?:netsh|rem|echo|pause|exit|quit|bye|goto|if|for|call|set|reg|sc|net|gpupdate|ipconfig|start"
    r"|timeout|powershell|pwsh|endlocal|cls|ping|shutdown|add|delete|show|dump|popd|pushd|cd|del|copy|wevtutil|auditpol)\b)",
    re.IGNORECASE,
)
"""How a line begins that may run something of its own."""
_OWES_VALUE = late(r"[ \t]+[a-z][a-z0-9]{1,40}[ \t]*=[ \t]*", re.IGNORECASE)
"""The end of a line whose last tag has no value."""
_VALUE = late(r"\s*[\w.,:;/*+-]{1,200}\s*", re.ASCII)
_LAST_WORD = late(r"[ \t](?P<word>-?[A-Za-z]\w{0,60})[ \t]*\r?$")
_FIRST_WORD = late(r"(?P<word>\w{0,60})(?P<sign>=|[ \t:]|\r?$)")
_PIECE = late(r"[ \t]*(?:[./]{0,2}\d[\d.,/:*-]{0,60}|(?P<of_list>,[\w.,:;/*+-]{1,200}))[ \t]*\r?")
"""A line that is a piece of a value: digits, or what goes on in a list."""
_ENDS_IN_DIGIT = late(r"\d[.,/:-]?[ \t]*\r?$")
BEGINS_ANOTHER = late(r"[ \t@]*(?:\r?$|(?:netsh|echo|rem|set|if|goto|call)\b(?!=)|::)", re.IGNORECASE)
"""How a line is empty, or begins that is a command of its own: most are, and are not looked at further."""
_MARKS_OF_MORE = ("^", "`", "\\")
_MARKS_OF_CMDLETS = (",", "|", "(", "{")
"""How a line ends that goes on in the next one as it is written; a call of a cmdlet besides."""
_LINES_OF_COMMAND = 50
"""Over how many lines the begin of a command is looked for (reasoned)."""
_OF_KEY = late(r"(?:psk|key|secret|password)[ \t]*(?:[ \t=:][ \t]*[\"']?[^\s\"']*)?$", re.IGNORECASE)
"""How a line ends that gives a key last, or a part of one."""
_LAST = 400
"""How many characters at the end of a line are looked at for its last word (reasoned)."""


def is_rest(line: str) -> bool:
    """Whether a line holds only tags with values."""
    return _TAGS.fullmatch(line) is not None


def is_answer(line: str) -> bool:
    """Whether a line begins as what stands below a command that has ended."""
    return _ANSWER.match(line) is not None


def goes_on_in(line: str, following: str, width: int = 0) -> bool:
    """Whether a full console row ends within a command that continues on the next. `width` is that of the console, if
    it is known: then the row may end beside a blank, too."""
    if len(line) == width and (line[-1:] == " " or _BEHIND_BLANK.match(following) is not None):
        return not is_answer(following)
    return (len(line) == width or len(line) in CONSOLE_WIDTHS) and _is_cut_within_word(line, following)


def _is_cut_within_word(line: str, following: str) -> bool:
    """Whether the console broke within a word that continues on the next line."""
    if line[-1:].isspace() or following[:1].isspace() or is_answer(following):
        return False
    tag, sign, _ = following.partition("=")
    return not (sign and tag.casefold() in known_tags())


@cache
def known_tags() -> frozenset[str]:
    """The tags of all commands of netsh for IPsec, in lower case."""
    from ipseclint.formats.netsh.advfirewall.commands import GRAMMARS
    from ipseclint.formats.netsh.ip_security.grammar import ALL_TAGS

    return ALL_TAGS.union(*(grammar.tags for grammar in GRAMMARS.values()))


def rejoined(lines: Sequence[str], mark: str | None) -> list[str]:
    """The lines, with the continuation mark added to those that were broken."""
    if mark is None:
        return list(lines)
    whole: list[str] = []
    is_command = False
    for line, following in pairwise((*lines, "")):
        is_command = _BEGINS.match(line) is not None or (is_command and bool(whole) and whole[-1].endswith(mark))
        is_open = mark == "^" and line.replace('^"', "").count('"') % 2 == 1  # there it is a letter
        if not is_command or is_open or line.rstrip().endswith(mark):
            whole.append(line)
        elif goes_on_in(line, following):
            whole.append(line + mark)
        elif is_rest(following):
            whole.append(f"{line.rstrip().removesuffix(chr(92))} {mark}")
        else:
            whole.append(line)
    return whole


def with_rests_told(
    parsed: Parsed,
    lines: Sequence[str],
    host: Host,
    path: str,
    *,
    read: Container[int] = (),
    reach: int = LINES_OF_PAGE_BREAK,
    is_run: bool = False,
) -> Parsed:
    """The result with a problem for each line that is the rest of a command above it, where none is noted of it.

    `read` are lines that are known to be something else; within `reach` lines below a command the value that it lacks
    is looked for. A file that is run as it stands has each of its lines as a command (`is_run`): such are refused.
    """
    short = {each.span.line for each in parsed.policy.refused_commands if _ends_line(each.span, lines, path)}
    noted = [problem for problem in parsed.problems if problem.span.path == path]
    told = {problem.span.line for problem in noted}
    within = Diagnostics(path)
    rests = (problem.span.line for problem in noted if problem.message == REST_OF_COMMAND)
    cut = {max((row for row in short if row < rest), default=0) for rest in rests} - {0}
    for above, number in _rests(lines, host, short, reach):
        if number in read:
            continue
        cut.add(above)
        text = lines[number - 1]
        place = Span(path, number, begin_of(text) + 1, len(text.strip()))
        if _OF_KEY.search(lines[above - 1].rstrip()[-_LAST:]) is not None:
            within.secrets.append(place)
        if number not in told:
            within.not_understood(REST_OF_COMMAND, place)
    if not cut:
        return parsed
    problems, secrets = (*parsed.problems, *within.problems), (*parsed.secrets, *within.secrets)
    policy = (
        parsed.policy if is_run else _without_refusals(parsed.policy, {row: _written(lines, row) for row in cut}, path)
    )
    return replace(parsed, policy=policy, problems=problems, secrets=secrets)


def _without_refusals(policy: Policy, cut: Mapping[int, str], path: str) -> Policy:
    """The policy without the refusal of commands that break off: whole, they may make what they name, or give a
    connection a suite."""
    lost = {each.span.line for each in policy.refused_commands if each.span.path == path} & cut.keys()
    if not lost:
        return policy
    kept = tuple(each for each in policy.refused_commands if each.span.path != path or each.span.line not in lost)
    named = {name.casefold() for row in lost for name in names_in(cut[row])}
    names = tuple(sorted({*policy.names_not_followed, *named}))
    connections = tuple(
        each.model_copy(update={"custom_policy": None})
        if each.custom_policy is not None and not each.custom_policy.value and each.name.casefold() in named
        else each
        for each in policy.vpn_connections
    )
    return policy.model_copy(
        update={"refused_commands": kept, "names_not_followed": names, "vpn_connections": connections}
    )


def _ends_line(place: Span, lines: Sequence[str], path: str) -> bool:
    """Whether a place is the end of a line."""
    if place.path != path or place.line > len(lines):
        return False
    return place.column - 1 + place.length >= len(lines[place.line - 1].rstrip())


def _rests(lines: Sequence[str], host: Host, short: Collection[int], reach: int) -> Iterator[tuple[int, int]]:
    """The numbers of the lines of commands that break off, each with that of the line that reads as its rest.

    `short` are the lines at whose last word the command is refused. The break of a page may leave lines empty.
    """
    for number, (line, following) in enumerate(pairwise(lines), start=1):
        is_owed = number in short or line.count('"') % 2 == 1 or line.rstrip().endswith("=")
        if not is_owed and BEGINS_ANOTHER.match(following) is not None:
            continue
        command = None if line.rstrip().endswith(_MARKS_OF_MORE) else _CALL.match(lines[_begin(lines, number)])
        if command is None or (command["cmdlet"] is not None and line.rstrip().endswith(_MARKS_OF_CMDLETS)):
            continue
        is_text = host is POWERSHELL and line.count('"') % 2 == 1
        if not is_text and _goes_on(line, following, command, is_owed=is_owed):
            yield number, number + 1
        elif is_owed and command["cmdlet"] is None:
            below = _value_below(lines, number, host, reach, is_short=number in short)
            if below is not None:
                yield number, below


def _begin(lines: Sequence[str], number: int) -> int:
    """The index of the line with which a command begins that goes on in a line as it is written."""
    begin = number - 1
    while begin and number - begin < _LINES_OF_COMMAND and lines[begin - 1].rstrip().endswith(_MARKS_OF_MORE):
        begin -= 1
    return begin


def _written(lines: Sequence[str], number: int) -> str:
    """A command up to a line, without what makes it go on."""
    return " ".join(line.rstrip().rstrip("^`\\") for line in lines[_begin(lines, number) : number])


def _goes_on(line: str, following: str, command: re.Match[str], *, is_owed: bool) -> bool:
    """Whether the line below one of a command goes on with it, and runs nothing of its own."""
    if _begins_with_argument(following, command, is_owed=is_owed) or _is_in_two(line, following, command):
        return True
    piece = _PIECE.fullmatch(following)
    return piece is not None and (piece["of_list"] is not None or _ENDS_IN_DIGIT.search(line[-_LAST:]) is not None)


def _begins_with_argument(line: str, command: re.Match[str], *, is_owed: bool) -> bool:
    """Whether the first or second word of a line is an argument of a command, and it runs nothing of its own.

    What begins with a word may call a function of a script: it does not where the line above owes something, or stands
    at a prompt.
    """
    argument, tool = _ARGUMENT.match(line), command.lastgroup or ""
    if argument is None:
        return False
    if argument["parameter"] is not None:
        is_taken = tool == "cmdlet" and _is_parameter(command["cmdlet"], argument["parameter"])
    elif tool == "netsh":
        is_taken = argument["tag"] is not None and argument["tag"].casefold() in known_tags()
    else:
        is_taken = (argument["tag"] or argument["option"] or "").casefold() in _TAKES.get(tool, ())
    if not is_taken or argument["before"] is None:
        return is_taken
    if tool == "cmdlet" and not is_owed and ">" not in command[0] and argument["before"][0].isalpha():
        return False
    if argument["option"] is not None:
        return argument["before"][:1].isdigit() or argument["option"].casefold() == "t"
    return _RUNS.match(line) is None


def _is_in_two(line: str, following: str, command: re.Match[str]) -> bool:
    """Whether a name is made of the last word of a line and the first of the next, as in `dst` above `port=445`."""
    last, first = _LAST_WORD.search(line[-_LAST:]), _FIRST_WORD.match(following)
    if last is None or first is None:
        return False
    if command["netsh"] is not None:
        return first["sign"] == "=" and f"{last['word']}{first['word']}".casefold() in known_tags()
    return (
        command["cmdlet"] is not None
        and last["word"].startswith("-")
        and first["sign"] != "="
        and not _is_parameter(command["cmdlet"], last["word"][1:])
        and _is_parameter(command["cmdlet"], f"{last['word'][1:]}{first['word']}")
    )


def _is_parameter(name: str, parameter: str) -> bool:
    """Whether a cmdlet has a parameter of its own with this name."""
    row = cmdlet(name)
    return row is not None and parameter.casefold() in row.names


def _value_below(lines: Sequence[str], number: int, host: Host, reach: int, *, is_short: bool) -> int | None:
    """The number of the line that has the value which the last word of a line lacks, or the end of its quotation."""
    line = lines[number - 1]
    is_open = host is not POWERSHELL and line.count('"') % 2 == 1 == lines[number].count('"') % 2
    owes = not is_open and line.rstrip().endswith("=") and _is_without_value(line)
    below = number if is_open else _filled(lines, number, reach)
    if _RUNS.match(lines[below]) or is_answer(lines[below]):
        return None
    is_rest = is_open or owes or (is_short and _VALUE.fullmatch(lines[below]) is not None)
    return below + 1 if is_rest else None


def _filled(lines: Sequence[str], start: int, reach: int) -> int:
    """The offset of the first line that is not empty, from one on, if a page break alone is before it."""
    ahead = range(start, min(start + reach, len(lines)))
    return next((at for at in ahead if lines[at].strip()), start)


def _is_without_value(line: str) -> bool:
    """Whether the last word of a line is a tag without its value."""
    start = max(line.rstrip("= \t\r").rfind(" "), 0)
    return _OWES_VALUE.fullmatch(line.rstrip("\r"), start) is not None
