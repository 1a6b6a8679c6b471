"""The literals of a text that surely run, by the key before them or the function that takes them.

Sources: the pages of CustomScriptExtension (`commandToExecute`), Packer's shell provisioners (`inline`), Puppet's exec
(`command`), Chef's execute, batch and powershell_script (`command`, `code`), Vagrant's shell provisioner (`inline`),
Python's subprocess and os, Process.Start of .NET, exec of Go, child_process of Node, Dockerfile's RUN, scripts.ini of
Group Policy ([MS-GPSCR]), Salt's salt.states.cmd (`name`), the schema of tasks ([MS-TSCH] Exec) and of answer files
(RunSynchronousCommand), task sequences of Configuration Manager and MDT (`action`, and the property `SourceScript`);
`az vm run-command` (`--scripts`); the intrinsic functions of CloudFormation.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise, takewhile

from msgspec import Struct

from ipseclint.formats.carried.literals import (
    MAX_LITERALS,
    NEXT_LINE,
    Literal,
    begins_with_program,
    behind_program,
    end_of_strings,
    in_program,
    is_program,
    literals_of,
    without_comments,
)
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within

_RUN_BY = frozenset(
    {
        "commandtoexecute", "command", "commands", "cmd", "cmdline", "commandline", "execommand", "runcommand",
        "execute", "executecommand", "exec", "execwait", "execsync", "execfile", "execfilesync", "spawn", "spawnsync",
        "system", "popen", "call", "check_call", "check_output", "run", "runwait", "getoutput", "shell_exec", "shell",
        "start", "process", "processstartinfo", "processbuilder", "filename", "program", "appname", "path",
        "shellexecute", "winexec", "createprocess", "inline", "inlinescript", "inline_script", "code", "script",
        "scripts", "scripttext", "addscript",
        "user_data", "custom_data", "userdata", "customdata", "powershell", "powershell_script", "powershell_out",
        "pwsh", "bat", "batch", "shell_out", "win_shell", "win_command", "win_powershell", "exectolog", "exectostack",
        "execshell", "action", "setscript",
    }
)  # fmt: skip
"""What keys and functions are called that run what they are given, in lower case."""
_SHELLS = frozenset({"powershell", "pwsh", "bat", "batch", "cmd", "shell"})
_OF_CLOUDFORMATION = frozenset({"fn::sub", "fn::base64", "fn::join"})
"""Functions of CloudFormation that give user data their text, in lower case."""
_OF_JOIN = late(r"\"Fn::Join\"[ \t\r\n]*+:[ \t\r\n]*+\[[ \t\r\n]*+\"\Z")
"""How a list of CloudFormation begins whose words are put together, before its first string."""
_NAMES_MEMBER = late(r"\"[ \t\r\n]*+:")
_LINE_ENDS = frozenset({"", "\\n", "\\r\\n"})
"""What is put between words that are lines, as it is written."""
_NAME_CHARACTERS = 64
"""How long a name of those is at most, with signs behind it (reasoned)."""
_LEAD = late(
    r"(?P<name>[A-Za-z_][\w.:!-]{0,60}|(?<![\w.])\d{1,3}CmdLine)[\"'`\]]?[ \t\r\n]*+(?:=>|:=|[:=(]|(?<=[ \t\r\n]))"
    r"[ \t\r\n]*+(?:(?:new[ ])?[\w.]{0,40}\[\][ \t]*+)?[\[{(]*+[ \t\r\n]*+(?:[\w.>-]{1,40},[ \t\r\n]*+){0,3}"
    r"(?:<<[-~]?[\"']?\w{1,40}[\"']?[^\r\n]{0,80}\r?\n|@\([^)\r\n]{1,80}\)[^\r\n]{0,80}\r?\n"
    r"|[|>][+-]?\d?[+-]?[ \t]*\r?\n|[@$A-Za-z]{0,2}[\"'`]{0,3})\Z"
)
_IN_MARKUP = late(r"(?:<(?:\w+:)?(?P<name>\w+)(?:[ \t\r\n][^<>]*)?>\s*(?:<!\[CDATA\[)?|(?P<attribute>[\w.]+)=[\"'])\Z")
_OF_SALT = late(
    r"\bcmd\.(?:run|wait)[ ]*:[ \t]*\r?\n(?:[ ]{1,40}-[ ][^\r\n]{0,200}\r?\n){0,8}[ ]{1,40}-[ ]+(?:name|cmd):[ ]+"
    r"(?:[|>][+-]?[ \t]*\r?\n|['\"])?\Z"
)
"""A state of Salt that runs what its `name` is, before the name."""
_CALLED_WITH = late(
    r"[\"'](?:[\w:\\]{0,60}\\)?(?:powershell|pwsh)(?:\.exe)?[\"'][ \t\r\n]*+,[ \t\r\n]*+"
    r"(?:\[[ \t\r\n]*+)?(?:[\"'][^\"'\r\n]{0,60}[\"'][ \t\r\n]*+,[ \t\r\n]*+){0,8}([A-Za-z_]\w{0,60})[ \t\r\n]*+[\])]",
    re.IGNORECASE,
)
"""PowerShell as the first word of a list, and a variable as the last."""
_COMMAND_OPTIONS = frozenset({"-command", "-c", "/c"})
_FIELD = late(r"\{\{|\}\}|\{([^{}\r\n\"']{1,80})\}")
"""A brace and a value in a text of Python or C# into which values are put."""
_PUT_IN = "\ue000"
"""What stands for the `$` of such a variable while quotation marks are looked at."""
_OF_RUBY = late(r"#\{([^{}\r\n]{1,80})\}")
"""A value in a text of Ruby into which values are put."""
_ALONE = late(
    r"^([ \t]*)(\{[^{}\r\n\"']{1,80}\}|#\{[^{}\r\n]{1,80}\}|\$\{\w+\.[^{}\r\n]{1,80}\})(?=[ \t\r]*$)", re.MULTILINE
)
"""A value that is put in on a line of its own, by a program, Ruby or Terraform."""
_SINGLE = late(r"'([^'\"\r\n]*+)'")
_OF_SHELL = late(r"[ \t]--scripts?[ \t]+[\"']\Z")
"""An option of `az vm run-command`, each word behind which is a line of the script."""
_LAST_NAME = late(r"\A(?:.*[.:!-])?\d*")
_MEMBER = late(r"\"[ \t\r\n]*+:[ \t\r\n]*+[\[{]*+[ \t\r\n]*+(?:[\w.>-]{1,40},[ \t\r\n]*+){0,3}(?=\")")
"""What stands between the name of a member of JSON and the first string in its value, of those that it may run."""
_LEAD_CHARACTERS = 240
"""How far before a literal its key is looked for (reasoned)."""
_OPENS = r"(?:(?:new[ ])?[\w.]{0,40}\[\][ \t]*+)?[\[{(]*+[ \t\r\n]*+[@$bBfFrRuU]{0,2}[\"'`]{1,3}"
_LISTED = late(rf"[\"'`]{{1,3}}[ \t\r\n]*+,[ \t\r\n]*+{_OPENS}")
_JOINED = late(r"[\"'`]{1,3}[ \t\r\n]*+(?:\+[ \t\r\n]*+|\\\r?\n[ \t]*+|&[ \t]*+_?[ \t\r\n]*+)?@?[\"'`]{1,3}")
"""What stands between the elements of a list, and between parts that are put together."""
_ARGUMENTS = late(
    r"(?:[\"'`]?[ \t]*+[,;)]?[ \t\r\n]*+(?:[\w$]{1,40}\.)?[\"']?\d{0,3}"
    r"(?:Arguments|ArgumentList|Args|Argument|Parameters|Params)[\"']?"
    rf"[ \t]*+(?:=>|[:=])[ \t]*+(?:{_OPENS})?"
    r"|</(?:\w+:)?\w+>\s*<(?:\w+:)?(?:Arguments|CommandLineArguments)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?)",
    re.IGNORECASE,
)
"""What stands between a program and its arguments where each has its key."""
_PUTS_IN_BEHIND = late(r"[\"'`]{1,3}[ \t]*(?:[+&%]|\.[ \t]*(?:format|concat|replace)\b|\.[ \t]*[$\"'])")
_LIST_GOES_ON = late(
    r"[\"'`]{1,3}[ \t\r\n]*+,[ \t\r\n]*+"
    r"(?!(?:NULL|null|nil|None|undefined|\d+)\b|\w+[ ]?=[^=>]|[\"'`\])}@#/;]|\Z)"
)
"""How a list of words goes on with one that the program makes, and not with an option of the call."""
_BRACKET = late(r"[\[({]|[\])}]")
_MAX_LIST_CHARACTERS = 4000
"""How far the end of such a list is looked for (reasoned)."""
_PUTS_IN_CMD = late(r"\$\{|\$\(|#\{|\{\{|\{[\w.!:]{0,40}\}|%[sd](?!\w*%)|\$\w")
OF_POWERSHELL = late(r"\b(?:powershell|pwsh)\b", re.IGNORECASE)
"""The name of PowerShell in a command that calls it."""
_PUTS_IN_SCRIPT = late(r"#\{|\{\{|\$\{\w+\.")
_PUTS_IN_PLAIN = late(r"#\{|\{\{|'[^'\r\n]*\$\{\w+\.")
"""What is put into a script otherwise than as `${var.net}`, which PowerShell takes for a variable that is not known."""
_QUOTED = late(r"\"[^\"\r\n]*\"|'(?=[^'\"`\r\n]*+')([^'\"`\r\n]*\$\{\w+\.[^'\"`\r\n]*)'")
_F_STRING = late(r"(?:\b[rRbB]?[fF][rR]?|\$@?|@\$)[\"']{1,3}\Z")
"""How a program puts a value into a literal: behind it, or within."""
_STATEMENT = late(
    r"^[ \t\v;]*(?:\$\w+[ \t]*=|[A-Za-z]{2,12}-[A-Za-z]\w+|if[ \t]*\(|foreach[ \t]*\(|function[ \t]+\w|param[ \t]*\("
    r"|try[ \t]*\{|#Requires)",
    re.MULTILINE | re.IGNORECASE,
)
_RUNS_BACKTICKS = late(
    r"^(?:#![^\r\n]*\b(?:perl|ruby|php)\b|<\?php|use[ ](?:strict|warnings)\b|require(?:_relative)?[ ]['\"]"
    r"|[^\r\n]*[ ]do(?:[ ]*\|[^|\r\n]{1,40}\|)?[ \t]*\r?$)",
    re.MULTILINE,
)
"""A line of Perl, Ruby or PHP, which run what stands between backticks."""
_RUNS = late(r"(?:%x|qx)[ ]?[({\[]\Z")
_SHELL = late(r"^[ \t]*(?:SHELL[ \t]*\[[ \t]*\"(?P<shell>[^\"\r\n]{1,200})\"|FROM[ \t])", re.MULTILINE | re.IGNORECASE)
"""Where a Dockerfile says which shell runs what stands behind `RUN`, and where it is again the one of Windows."""
_OF_PROGRAM = "<powershell>"
_OF_USER_DATA = late(r"</?(?:powershell|script|persist)>(?:true</persist>|false</persist>)?", re.IGNORECASE)


class Run(Struct, frozen=True):
    """A command that runs: its parts, which are words or pieces of a word.

    `is_list`: the parts are words of a list, each quoted if it has blanks. `is_script`: it is PowerShell. `is_filled`:
    the program inserts a value. `until`: the end of a list of words that continues with such values, or 0.
    """

    parts: tuple[Literal, ...]
    is_script: bool = False
    is_filled: bool = False
    is_list: bool = False
    until: int = 0

    @property
    def words(self) -> str:
        """The command, its parts joined."""
        return " ".join(literal.text for literal in self.parts)

    @property
    def start(self) -> int:
        """Its start."""
        return self.parts[0].start

    @property
    def end(self) -> int:
        """Its end."""
        return self.until or self.parts[-1].end


def runs_of(text: str, *, is_markup: bool) -> Iterator[Run]:
    """The commands in groups of adjacent literals, of which at least one bears on IPsec."""
    is_written = _WayOfWriting(
        is_markup=is_markup,
        runs_backticks=not is_markup and "`" in text and _RUNS_BACKTICKS.search(text) is not None,
        handed_on={} if is_markup else _handed_on(text),
        shells=() if is_markup else _shells(text),
    )
    for group in _groups(text, is_written):
        yield from _of_group(text, group, is_written)


class _WayOfWriting(Struct, frozen=True):
    """How a text is written: whether it is markup, and whether it runs what stands between backticks.

    Beside that, the variables that PowerShell is called with, each with the last place of a call, and the places in a
    Dockerfile from which another shell runs its commands, each with whether that is PowerShell.
    """

    is_markup: bool
    runs_backticks: bool
    handed_on: dict[str, int]
    shells: Sequence[tuple[int, bool]]

    def runs_powershell(self, literal: Literal) -> bool:
        """Whether PowerShell is the shell where a literal stands."""
        number = bisect_left(self.shells, (literal.start, False))
        return number > 0 and self.shells[number - 1][1]


def _shells(text: str) -> Sequence[tuple[int, bool]]:
    """The places in a Dockerfile from which another shell runs its commands, and whether that is PowerShell."""
    found = _SHELL.finditer(text) if "SHELL" in text.upper() else ()
    return [(each.start(), OF_POWERSHELL.search(each["shell"] or "") is not None) for each in found]


def _handed_on(text: str) -> dict[str, int]:
    folded = text.lower()
    if "powershell" not in folded and "pwsh" not in folded:
        return {}
    return {call[1]: call.start() for call in islice(_CALLED_WITH.finditer(text), MAX_LITERALS)}


def _groups(text: str, is_written: _WayOfWriting) -> Iterator[list[Literal]]:
    """The literals in groups, where each belongs to the one before it.

    Of JSON only those are taken that stand behind a name that may run them.
    """
    if is_written.is_markup:
        yield from _together(text, islice(literals_of(text, is_markup=True), MAX_LITERALS))
        return
    end = end_of_strings(text)
    shown = text if end == len(text) else without_comments(text, is_markup=False)
    for at in _behind_names(text, end, is_written.handed_on):
        yield next(_together(text, in_program(shown, at)))
    yield from _together(text, islice(in_program(shown, end), MAX_LITERALS))


def _behind_names(text: str, end: int, handed_on: Iterable[str]) -> Iterator[int]:
    """Where the first string begins in members of JSON, up to an offset, that may run it."""
    names = (*_RUN_BY - _SHELLS, *_OF_CLOUDFORMATION, *(name.casefold() for name in handed_on))
    may_run: dict[str, bool] = {}
    for member in _MEMBER.finditer(text, 0, end):
        name = text[max(0, member.start() - _NAME_CHARACTERS) : member.start()].rpartition('"')[2]
        if name not in may_run:
            may_run[name] = name.rstrip(":.!-").casefold().endswith(names)
        if may_run[name]:
            yield member.end()


def _together(text: str, literals: Iterable[Literal]) -> Iterator[list[Literal]]:
    group: list[Literal] = []
    for literal in literals:
        if group and not _belongs(text, group[-1], literal):
            yield group
            group = []
        group.append(literal)
    if group:
        yield group


def _belongs(text: str, before: Literal, literal: Literal) -> bool:
    between = text[before.end : literal.start]
    if (between[:1] == "`") is not (between[-1:] == "`"):
        return False  # what is run, and another text
    return len(between) <= _LEAD_CHARACTERS and any(
        sign.fullmatch(between) is not None for sign in (_LISTED, _JOINED, _ARGUMENTS)
    )


def _of_group(text: str, group: Sequence[Literal], is_written: _WayOfWriting) -> Iterator[Run]:
    whole = " ".join(literal.text for literal in group)
    if mention_within(whole) is None:
        return
    is_between = _RUNS.search(text, max(0, group[0].start - 4), group[0].start) is not None
    is_between = is_between or (is_written.runs_backticks and text[group[0].start - 1 : group[0].start] == "`")
    if not is_between and not _is_run(text, group[0], is_written):
        return
    program_at = next((at for at, literal in enumerate(group) if is_program(literal.text)), None)
    if program_at is not None:
        parts = [_as_program(group[program_at]), *group[program_at + 1 :]]
        if _is_f_string(text, parts[-1]) and _is_called_with_script(parts):
            script = _without_tags(_with_variables(text, parts[-1]), is_script=True)
            yield Run((script,), is_script=True, is_filled=_is_filled(text, (script,), is_script=True))
            return
        until = _behind_values(text, parts[-1].end) if len(parts) > 2 else 0
        is_filled = bool(until) or _is_filled(text, parts, is_script=False)
        if len(parts) > 1:
            yield Run(tuple(parts), is_list=len(parts) > 2, is_filled=is_filled, until=until)
        return
    is_option = _OF_SHELL.search(text, max(0, group[0].start - _LEAD_CHARACTERS), group[0].start) is not None
    separator = _separator(text, group[0])
    commands = [[literal] for literal in group] if is_option else list(_commands(text, group))
    if separator is not None:
        commands = list(_joined(text, group, separator))
    bare = [_without_tags(literal, is_script=False).text for literal in group]
    if not any(begins_with_program(words) or _STATEMENT.search(words) for words in bare):
        return
    is_script = any(_STATEMENT.search(words) is not None for words in bare)
    is_script = is_script or _OF_PROGRAM in whole.casefold()
    is_script = is_script or (is_bare(text, group[0]) and is_written.runs_powershell(group[0]))
    if is_script and group[0].is_folded:
        return
    if not is_script and len(group) == 1 and _is_apart(text, group[0]):
        commands = [[command] for command in group[0].commands]
    for written in commands:
        parts = [_with_variables(text, literal) for literal in written] if is_script else written
        shown = tuple(_without_tags(literal, is_script=is_script) for literal in parts)
        is_filled = _is_filled(text, shown, is_script=is_script) or (separator is not None and _is_open(text, shown))
        yield Run(shown, is_script=is_script, is_filled=is_filled)


def _as_program(literal: Literal) -> Literal:
    """A program as a console calls it: `{cmd}` is what Inno Setup puts in for cmd.exe."""
    return Literal(literal.start, literal.end, "cmd  ") if literal.text.casefold() == "{cmd}" else literal


def _separator(text: str, first: Literal) -> str | None:
    """What CloudFormation puts between the words of a list whose first string this is; None if it is no such list."""
    is_one = _OF_JOIN.search(text, max(0, first.start - _LEAD_CHARACTERS), first.start) is not None
    return text[first.start : first.end] if is_one else None


def _joined(text: str, group: Sequence[Literal], separator: str) -> Iterator[list[Literal]]:
    """The lines that the words of such a list become, up to an object; none if the words are no lines."""
    if separator not in _LINE_ENDS:
        return
    line: list[Literal] = []
    for literal in takewhile(lambda each: _NAMES_MEMBER.match(text, each.end) is None, group[1:]):
        line.append(literal)
        if separator or literal.text.rstrip(" ").endswith(NEXT_LINE):
            yield line
            line = []
    if line:
        yield line


def _is_open(text: str, parts: Sequence[Literal]) -> bool:
    """Whether what CloudFormation knows (`{"Ref": ...}`) stands behind a line, or a word of it is in two literals."""
    is_cut = any(not (one.text[-1:].isspace() or other.text[:1].isspace()) for one, other in pairwise(parts))
    return is_cut or _LIST_GOES_ON.match(text, parts[-1].end) is not None


def _is_called_with_script(parts: Sequence[Literal]) -> bool:
    """Whether the last word of a list is a script for PowerShell, which the first one calls."""
    before = [literal.text.strip().casefold() for literal in parts[1:-1]]
    is_command = not before or before[-1] in _COMMAND_OPTIONS
    return len(parts) > 1 and is_command and OF_POWERSHELL.search(parts[0].text) is not None


def _behind_values(text: str, end: int) -> int:
    """The end of a list that continues behind a word with computed values; 0 if it does not."""
    if _LIST_GOES_ON.match(text, end) is None and _PUTS_IN_BEHIND.match(text, end) is None:
        return 0
    depth = 1
    for bracket in _BRACKET.finditer(text, end, end + _MAX_LIST_CHARACTERS):
        depth += 1 if bracket[0] in "[({" else -1
        if depth == 0:
            return bracket.start()
    return end


def _is_apart(text: str, literal: Literal) -> bool:
    """Whether the commands of a literal are independent, so that an inserted value spoils only its own."""
    is_put_in = _PUTS_IN_BEHIND.match(text, literal.end) or _F_STRING.search(
        text[max(0, literal.start - 6) : literal.start]
    )
    return not is_put_in and not literal.is_folded and "\n" in literal.text


def _without_tags(literal: Literal, *, is_script: bool) -> Literal:
    """A literal without user-data elements; values inserted into single quotes of a script are put in double ones."""
    shown = literal.text
    if "<" in shown:
        shown = _OF_USER_DATA.sub(lambda match: " " * len(match[0]), shown)
    if is_script and "${" in shown:
        shown = _QUOTED.sub(lambda match: f'"{match[1]}"' if match[1] else match[0], shown)
    return literal if shown is literal.text else Literal(literal.start, literal.end, shown, literal.is_folded)


def _is_f_string(text: str, literal: Literal) -> bool:
    return _F_STRING.search(text[max(0, literal.start - 6) : literal.start]) is not None


def _with_variables(text: str, literal: Literal) -> Literal:
    """A literal of a script, with a variable of which nothing is known in place of each value that is put in.

    A value that stands alone on its line may be more commands: the variable is run there.
    """
    is_f_string = _is_f_string(text, literal)
    if not is_f_string and not ("#{" in literal.text or "${" in literal.text):
        return literal
    field = _FIELD if is_f_string else _OF_RUBY

    def run(alone: re.Match[str]) -> str:
        indent, value = alone.groups()
        return f"{indent}&{_variable(value, len(value) - 1)}" if (value[0] == "{") is is_f_string else alone[0]

    shown = field.sub(_as_variable, _ALONE.sub(run, literal.text))
    shown = _SINGLE.sub(lambda match: f'"{match[1]}"' if _PUT_IN in match[1] else match[0], shown)
    return Literal(literal.start, literal.end, shown.replace(_PUT_IN, "$"), literal.is_folded)


def _as_variable(field: re.Match[str]) -> str:
    return f"{field[0][0]} " if field[1] is None else _variable(field[1], len(field[0]))


def _variable(value: str, length: int) -> str:
    """A variable in place of a value, as long as that by the blanks behind it, before its sign is known."""
    name = "".join(sign for sign in value if sign.isalnum() or sign == "_") or "x"
    return f"{_PUT_IN}{name}".ljust(length)


def _commands(text: str, group: Sequence[Literal]) -> Iterator[list[Literal]]:
    """The commands of a group: each list element is one, concatenated literals are one."""
    parts = [group[0]]
    for before, literal in pairwise(group):
        if _JOINED.fullmatch(text, before.end, literal.start) is not None:
            parts.append(literal)
        else:
            yield parts
            parts = [literal]
    yield parts


def _is_run(text: str, literal: Literal, is_written: _WayOfWriting) -> bool:
    is_markup = is_written.is_markup
    before = text[max(0, literal.start - _LEAD_CHARACTERS) : literal.start]
    match = (_IN_MARKUP if is_markup else _LEAD).search(before)
    if match is None:
        return is_bare(text, literal)
    if not is_markup and "cmd." in before and _OF_SALT.search(before) is not None:
        return True
    if is_markup and 'property="SourceScript"' in match[0]:
        return True
    name = match["name"] or (match["attribute"] if is_markup else "")
    if is_written.handed_on.get(name, -1) >= literal.end:
        return True  # what PowerShell is called with further down
    called = _LAST_NAME.sub("", name.rstrip(":.!-")).casefold()
    # A member of JSON that is called like a shell says what its text is written in, as our reports do.
    is_member = called in _SHELLS and before[match.end("name") :][:1] in {'"', "'"}
    return (called in _RUN_BY and not is_member) or name.casefold() in _OF_CLOUDFORMATION


def is_bare(text: str, literal: Literal) -> bool:
    """Whether a literal is the rest of a line behind `RUN`."""
    line = text[text.rfind("\n", 0, literal.start) + 1 : literal.start]
    return line.strip().upper() == "RUN"


def _is_filled(text: str, parts: Sequence[Literal], *, is_script: bool) -> bool:
    is_called = any(OF_POWERSHELL.search(literal.text) for literal in parts[:1])
    puts_in = _PUTS_IN_PLAIN if is_script else _PUTS_IN_SCRIPT if is_called else _PUTS_IN_CMD
    for before, literal in pairwise(parts):
        between = text[before.end : literal.start]
        is_apart = before.text[-1:].isspace() or literal.text[:1].isspace()
        if _JOINED.fullmatch(between) is not None and not is_apart:
            return True  # a word goes on in the next part
    return _PUTS_IN_BEHIND.match(text, parts[-1].end) is not None or any(
        (not is_program(literal.text) and puts_in.search(behind_program(literal.text)) is not None)
        or (not is_script and _is_f_string(text, literal))
        for literal in parts
    )
