"""Keys without a name before them: in lists of methods, in variables for a key."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence, Set

from ipseclint.escape import UNSAFE
from ipseclint.late import late
from ipseclint.secrets.masks import is_returned
from ipseclint.secrets.names import VARIABLE, as_bytes, asked, has_match, may_match, occurrences
from ipseclint.secrets.places import Place, is_argument
from ipseclint.secrets.values import (
    MARGIN_OF_LOG,
    OTHER_COMMAND,
    end_of,
    end_of_line,
    end_of_rest,
    end_of_value,
    places_of,
)

_METHODS = late(r"\bauth[12][\"']?[ \t]*=[ \t]*", re.IGNORECASE)
METHODS = "auth[12][\"']?[ \\t]*="
"""What begins a list of methods, in lower case: registry files have other names of sets alone."""
_BETWEEN_METHODS = late(r"[,\s]")
_MAX_LIST_CHARACTERS = 1000
"""How far a list of methods goes within a quotation (reasoned: a key that stands in it has 255 at most)."""
_METHOD = late(r"(?:comp|user|anon|none|no$|%(?:%?~|%?\w(?!\w)|\w+[%:])|!\w+!|\$(?:\(.*\)|\{?\w)|not)", re.IGNORECASE)
_BEFORE_BRACKET = late(r"(?:comp|user)\w*+[(\[{<|]", re.IGNORECASE)
"""A method and the bracket that parts from it what is none."""
_ASSIGNMENT = late(
    r"\bset(?:x[ \t]+(\w+)[ \t]+|[ \t]+(?:/a[ \t]+)?\"?(\w+)[ \t]*=)"
    r"|\$\{?(?:\w+:)?(\w+)\}?[^\w\s\"'=\uff1d]?[ \t]*[<>&|^`;,]?[=\uff1d]"
    r"|%%?(\w+)[ \t]+in(?:[ \t]*\(|[ \t]+)"
    r"|\(\$(\w+)[ \t]+in[ \t]+(?![$\s])"
    r"|(?:set|new)-variable[ \t]+(?:[`>]?\n[> \t]{0,8})?(?:-name[ \t]+)?[\"']?(\w+)[\"']?[ \t]+(?:-value[ \t]+)?"
    r"|setenvironmentvariable\([ \t]*[\"'](\w+)[\"'],"
    r"|(?<![\w\"'=,)][ \t])\$(?:\w{1,16}:)?(\w+)[ \t]{1,8}(?=[\"'])",
    re.IGNORECASE,
)
"""The assignment of values to variables; those of some kinds extend to the end of a bracket. A variable
that begins a statement and has a text behind it has lost its sign."""
_COMPARED = late(
    r"\$\{?(?:\w+:)?(\w+)\}?[ \t]+-[ci]?(?:not)?(?:eq|ne|like|match|in|contains)[ \t]+@?\(?[\"']([^\"'\n]+)[\"']"
    r"|[\"']([^\"'\n]+)[\"'][ \t]+-[ci]?(?:not)?(?:eq|ne|like|match|in|contains)[ \t]+\$\{?(?:\w+:)?(\w+)\}?"
    r"|[%!](\w+)[%!]\"?[ \t]*(?:==|equ\b|neq\b)[ \t]*(?:\"([^\"\n]+)|([^\s\")]+))",
    re.IGNORECASE,
)
"""A variable, and the text that it is compared with."""
_STATEMENT = late(r"(?:\"[^\"\n|]{0,256}\"|'[^'\n|]{0,256}'|[^\n;{])++")
_TO_BLOCK = late(r"\|[ \t]{0,8}(?:%|foreach)", re.IGNORECASE)
"""A pipe to a block, in which each piped text is `$_`."""
_BARE_PIPED = late(
    rf"(?:{MARGIN_OF_LOG}|[\w.@-]{{1,40}}[#$](?=[ \t]))?[> \t|]{{0,8}}(?:(?:[-*+\u2022]|\d{{1,3}}[.)])[ \t]{{1,4}})?"
    r"(?:\w{1,12}\([ \t]?)?[\"']?(?![a-z]+-[a-z]+[ \t|])"
    r"([^\s\"'$|(){}@,][^\s\"'|(){}@,]{2,199})[ \t]{0,8}\|[ \t]{0,8}(?:%|foreach)",
    re.IGNORECASE,
)
"""A text without its quotation marks, or with the first alone, that is piped, on a line of a list or in a call."""
_QUOTED = late(r"\"([^\"\n]+)\"|'([^'\n]+)'")
_SET = late(
    rf"(?:(?!&{{1,2}}(?:[ \t]*(?:call|echo|exit|for|goto|if|netsh|pause|reg|rem|set)\b"
    rf"|[ \t]{{1,8}}{OTHER_COMMAND}))[^\n\"])*",
    re.IGNORECASE,
)
_PRINTS = late(r"\becho\b[ \t.:]{0,8}|\bset[ \t]{1,8}/p[ \t]{0,8}(?:\w{1,64}[ \t]{0,8})?=", re.IGNORECASE)
_PROMPTS = late(r"\bset[ \t]{1,8}/p[ \t]{0,8}\"?(\w{1,64})", re.IGNORECASE)
_FILE = late(r"[<>]>?[ \t]{0,8}\"?([^\s\"&|<>]+)")
"""A command that prints a text, one that reads it into a variable, and the file between."""
_ASSIGNED = late(
    rf"(?:\"[^\"\n]*\"(?=[^\w\"])|'[^'\n]*'(?=[^\w'])|(?!;[ \t]{{0,8}}(?:{OTHER_COMMAND}|[}}\n]))[^\n])*+",
    re.IGNORECASE,
)
"""What a variable is given: up to the end of its line, or another statement on it."""
_LISTED = late(r"(?:'[^'\n]*'|\"[^\"\n]*\"|[^)\n])*")
_LOOPED = late(
    r"(?:(?!\)[ \t]*do\b|\n[ \t]*(?:call|echo|for|if|netsh|rem|set)\b)[\s\S]){0,1000}(?=\)[ \t]*do\b)"
    r"|(?:(?!\)[ \t]*do\b)[^\n])*",
    re.IGNORECASE,
)
_WORD = late(r"\"[^\"\n]*\"?|'[^'\n]*'?|[^\s;|)]*")
_LINES_BELOW = late(r"(?:\n(?![ \t>]*[})][ \t>]*(?:\n|\Z))[^\n]{0,200}){1,12}+")
_ALONE_ON_LINE = late(
    r"^[> \t]*+(?:[^\n\"'{}]{0,40}\{[ \t]*|\}?[ \t]*else[ \t]*\{[ \t]*|[\"'][^\n\"'{}]{1,60}[\"'][ \t]*\{[ \t]*)?"
    r"(?:\"([^\"\n]+)\"|'([^'\n]+)')[ \t;})]*$",
    re.MULTILINE,
)
"""The lines of a block up to its end, and one of them that is a text, or the block of a case with a text."""
_HERE_STRING = late(r"\n((?:(?!\n[ \t>+]*[\"']@)[\s\S]){1,4096}+)")
"""The lines of a text that begins below an assignment."""
_MAX_HANDS_DECLARED = 3
"""The same among declarations, each of which is looked for in the whole text (reasoned: two hops are usual)."""
_MAX_HANDS = 16
"""How many times a key is followed from one variable to the next (reasoned: scripts have two or three)."""
_OF_POWERSHELL_ITSELF = 3
_VALUES_OF = {3: _ASSIGNED, 4: _LOOPED, 5: _LISTED, 6: _WORD, 7: _LISTED, 8: _ASSIGNED}
"""The extent of an assigned value, by the kind of assignment."""


def astray_methods(text: str, lower: str) -> Iterator[Place]:
    """Invalid words in a list of authentication methods: one may be a misplaced key.

    `lower` is the text in lower case. Lists are examined once, as a script of thousands of rules repeats a few.
    """
    reach = 0
    within: dict[str, list[Place]] = {}
    for at in sorted((*occurrences(lower, "auth1"), *occurrences(lower, "auth2"))):
        match = _METHODS.match(text, at) if at >= reach else None
        if match is None:
            continue
        begin, quote = match.end(), text[at - 1 : at]
        closing = text.find(quote, begin, begin + _MAX_LIST_CHARACTERS) if quote in {'"', "'"} else -1
        reach = closing if closing >= 0 else end_of_value(text, begin)
        listed = text[begin:reach]
        if listed not in within:
            within[listed] = list(_no_methods(listed))
        yield from [(begin + first, begin + last) for first, last in within[listed]]
        if within[listed] and closing < 0:
            yield reach, end_of_rest(text, reach, is_closed=False, is_of_parameter=False)
        if not listed.rstrip("^`") or listed.rstrip("^`").endswith(","):
            yield reach, reach  # what follows may stand on the next line


def _no_methods(listed: str) -> Iterator[Place]:
    at = 0
    for word in _BETWEEN_METHODS.split(listed):
        bare = word.strip("\"'")
        bare = bare[end_of(_BEFORE_BRACKET.match(bare), 0) :]
        if bare and not _METHOD.match(bare):
            begin = at + word.index(bare)
            yield begin, begin + len(bare)
        at += len(word) + 1


_LOOP = late(
    r"\bfor[ \t]{1,8}(?P<option>/[dflr][ \t]{1,8}(?:\\?[\"']{1,2}[^\"'\n]{0,80}[\"']{1,2}[ \t]{1,8})?)?%%?(?P<name>\w)"
    r"[ \t]+in[ \t]*\((?P<given>(?:(?!\)[ \t]*do\b)[^\n]){1,1000})\)[ \t]*do\b",
    re.IGNORECASE,
)
_TORN_LOOP = late(
    r"^[ \t>+-]*+(?!for[ \t])[\w%]{0,4}(?:[ \t]{1,8}%{0,2}\w?)?[ \t]{0,8}\bin[ \t]*\("
    r"(?P<given>(?:(?!\)[ \t]*do\b)[^\n]){1,1000})\)[ \t]*do\b",
    re.IGNORECASE | re.MULTILINE,
)
"""The same where its beginning is torn."""
_LOOPS = r"[iI][nN][ \t]*\([^\n]+\)[ \t]*[dD][oO]"
"""What each of them has on one line."""


_SET_ALONE = late(
    r"(?:^|[&(;\"'>@|]|\\[nr]|\b(?:do|info|debug)\b|/c)[ \t]{0,8}set[ \t]{1,8}\\?\"?(?P<name>\w{1,64})="
    r"(?![\d.,:/-]+(?:[\s\"&\\]|\Z)|(?:true|false|yes|no|on|off)\b|[\w.:-]*\\{1,2}(?!u[0-9a-f]{4}|[nr])\w)"
    r"(?P<given>(?:(?!\\[nr]|[ \t]?&&?[ \t])[^\n\"%!]){3,200})",
    re.IGNORECASE | re.MULTILINE,
)
_SETS = r"[sS][eE][tT][ \t]+[\\\"]{0,2}[0-9A-Za-z_\x{80}-\x{10ffff}]+="
"""A variable of a batch file with a value that is no number, answer or path, and what is in each text with one."""
_NO_PATH = r"(?![^\n\"']{0,200}[\\/])"
_ASSIGNED_ALONE = late(
    r"\$(?:\w{1,16}:)?(?P<name>(?!\w*preference\b)\w{1,64})[ \t]{0,8}"
    r"(?:[<>&|^`;,]?[=\uff1d]|in(?=[ \t\"'@(]))[ \t]{0,8}"
    rf"(?:[\"']{_NO_PATH}(?!\d{{1,3}}(?:\.\d{{1,3}}){{3}}[\"'])(?P<text>[^\n\"'$]{{3,200}})"
    rf"|@?[({{][ \t]{{0,8}}(?:[\w.'\"-]{{1,64}}[ \t]{{0,8}}=[ \t]{{0,8}})?"
    rf"(?P<listed>[\"']{_NO_PATH}[^\n$;|]{{3,200}}))",
    re.IGNORECASE,
)
"""The same of PowerShell, also of its loops: a text, also in a list or a table, with no path, and no address."""
_OF_NO_KEY = late(
    r"(?:(?:name|rule|title|description|group|module|lifetime|subnet|server|domain|profile)s?|polic(?:y|ies))\Z",
    re.IGNORECASE,
)
"""How variables are called that hold no key as their text; a table of servers may have the key of each."""
_USED = late(r"[$@]\{?(?:\w{1,16}:)?(\w{1,64})")
_USES_OF_A_USED = 2
"""A variable of PowerShell where it is set or used, and how often one stands that is used."""


def in_unused_variables(text: str) -> Iterator[Place]:
    """What is given to a variable, by a loop or by itself, that nothing behind it uses: the text is cut before the use,
    which may be that of a key."""
    loops = list(_LOOP.finditer(text)) if "%" in text else []
    last = {name: max(text.rfind(f"%{name}"), text.rfind("%~")) for name in {loop["name"] for loop in loops}}
    end = max(text.rfind("%"), 0)  # of several tokens each has a letter of its own
    ends = ((loop, last[loop["name"]] if loop["option"] is None else end) for loop in loops)
    yield from (loop.span("given") for loop, use in ends if use < loop.end())
    torn = _TORN_LOOP.finditer(text) if " do" in text and has_match(_LOOPS, as_bytes(text)) else ()
    yield from (loop.span("given") for loop in torn)
    alone = list(_SET_ALONE.finditer(text)) if has_match(_SETS, as_bytes(text)) else []
    lower = text.lower() if alone else ""
    names = {given["name"].lower() for given in alone}
    used = {name for name in names if any(f"{sign}{name}" in lower for sign in "%!")}
    yield from (given.span("given") for given in alone if given["name"].lower() not in used)
    yield from _unused_of_powershell(text) if "$" in text else ()


def _unused_of_powershell(text: str) -> Iterator[Place]:
    """The texts given to variables of PowerShell of which a text has no other."""
    assigned = list(_ASSIGNED_ALONE.finditer(text))
    uses = Counter(use[1].casefold() for use in _USED.finditer(text)) if assigned else Counter[str]()
    yield from (
        given.span(given.lastgroup or 0)
        for given in assigned
        if uses[given["name"].casefold()] < _USES_OF_A_USED
        and not (given["text"] is not None and _OF_NO_KEY.search(given["name"]))
    )


_GIVEN = late(r"%%?~?(\w++)(?::[^%\r\n]{0,80})?%?|!(\w++)[!:]|\$\{?(?:\w++:)?(\w++)\}?(?!\.\w++(?!\())")
"""A variable in the place of a key: alone, or within an expression and the marks of a document around it."""
_OBJECT = late(r"\$\{?(\w{1,64})\}?\.\w")
_SIGNS_OF_VARIABLES = frozenset("{.$%+&[")
_CAST = late(r"\]\$\w{1,80}")


def in_variables(text: str, places: Sequence[Place]) -> Iterator[Place]:
    """The values of variables used as a key, and of variables that these are set from."""
    keys = [UNSAFE.sub("", _whole(text, begin, end)) for begin, end in places]
    matches = (match for key in keys if not is_returned(key) for match in _GIVEN.finditer(key))
    names = {(match[1] or match[2] or match[3]).casefold() for match in matches}
    if any(_may_be_variable(text, begin, end) for begin, end in places):
        # most keys are written where they are used
        from ipseclint.secrets.declared import in_declared
        from ipseclint.secrets.formatted import names_put_in

        put_in = {name.casefold() for name in names_put_in(text, places)}
        names |= put_in
        for _ in range(_MAX_HANDS_DECLARED):
            declared = list(in_declared(text, keys, put_in))
            yield from declared
            keys, put_in = [text[begin:end] for begin, end in declared], set()
            if not any("{" in key for key in keys):
                break
    known: set[str] = set()
    for _ in range(_MAX_HANDS):
        if not names:
            return
        known |= names
        values = list(_values_of(text, names))
        yield from values
        alone = (VARIABLE.fullmatch(text[begin:end].strip("\"' ")) for begin, end in values)
        names = {match[match.lastindex or 0].casefold() for match in alone if match is not None} - known


def around_variables(text: str, places: Iterable[Place]) -> Iterator[Place]:
    """The texts of which objects are made whose members are keys, and those on lines that call a function, or give
    arguments to a block, with a parameter that is one: among them is the key."""
    keys = [key for begin, end in places if "$" in (key := text[begin:end])]
    lower = "" if keys else text.lower()
    if not keys and not (any(map(lower.__contains__, _NAMES_IN_COMMANDS)) and may_match(_MAY_TAKE_KEYS, asked(lower))):
        return
    from ipseclint.secrets.declared import in_calls, in_commands_of_keys  # few texts have such keys

    yield from _here_strings(text, {match[1].casefold() for key in keys for match in _OBJECT.finditer(key)})
    yield from in_calls(text, {match[1].casefold() for key in keys for match in _OF_POWERSHELL.finditer(key)})
    yield from in_commands_of_keys(text)


_NAMES_IN_COMMANDS = ("psk", "shared", "secret", "pass", "tunnelkey")
"""Pieces of the names of keys that a command or a parameter has."""
_MAY_TAKE_KEYS = (
    "(?:psk|shared[-_]?key|secret|password|passphrase|tunnelkey)(?:[.](?:ps1|cmd|bat|sh|py|pl))?[\"']?[ \\t]"
    "|(?:function|filter)[ \\t]|param[ \\t]*[(]"
)
"""A command of a key, and the beginnings of functions and blocks with parameters: exports have none."""


_PARAMETER_BEFORE = late(r"(?<![\w-])--?[A-Za-z][\w-]{0,40}(?::[ \t]{0,8}|[ \t]{1,8})\"?\Z")
_ASSIGNED_BEFORE = late(r"=\"?\Z")
_OF_POWERSHELL = late(r"\$\{?(?:(?:env|global|local|private|script|using):)?(\w{1,64})(?:\}|(?:\.\w{1,64}){0,3})")
_OF_BATCH = late(r"%(\w{1,64})%|!(\w{1,64})!")
_DECLARED = late(r"\bparam[ \t\n]{0,40}\(", re.IGNORECASE)
_IN_DECLARATION = late(r"\$(\w{1,64})(?=[ \t]{0,8}[,)=\n])")
_OF_LOOP = late(r"\bforeach[ \t]{0,8}\([ \t]{0,8}\$(\w{1,64})[ \t]{1,8}in\b", re.IGNORECASE)
_MAX_DECLARATION_CHARACTERS = 4000
_MAX_BEFORE = 64
"""So far a declaration of parameters goes, and the name of one before its value (reasoned: both are shorter)."""


def without_variables(text: str, places: Sequence[Place]) -> list[Place]:
    """The places that are no variables of PowerShell behind a parameter, nor of a batch file behind a sign, which the
    same text sets: another may be a key that begins like one."""
    named = {place: name for place in places if (name := _variable_at(text, *place)) is not None}
    if not named:
        return [*places]
    are_set = {*_names_set_in(text)}
    return [place for place in places if named.get(place) not in are_set]


def _variable_at(text: str, begin: int, end: int) -> str | None:
    """The name of a variable at a place, behind its sign."""
    for expression, behind in ((_OF_POWERSHELL, _PARAMETER_BEFORE), (_OF_BATCH, _ASSIGNED_BEFORE)):
        match = expression.fullmatch(text, begin, end) if text[begin : begin + 1] in {"$", "%", "!"} else None
        if match is not None and behind.search(text, max(0, begin - _MAX_BEFORE), begin) is not None:
            sign = "$" if expression is _OF_POWERSHELL else "%"
            return f"{sign}{match[match.lastindex or 0].casefold()}"
    return None


def _names_set_in(text: str) -> Iterator[str]:
    """The names of variables that a text sets or declares, behind the sign with which it uses each."""
    for match in _ASSIGNMENT.finditer(text):
        number = match.lastindex or 0
        yield f"{'$' if number in {3, 5, 6, 8} else '%'}{match[number].casefold()}"
    yield from (f"%{prompt[1].casefold()}" for prompt in _PROMPTS.finditer(text))
    yield from (f"${loop[1].casefold()}" for loop in _OF_LOOP.finditer(text))
    for match in _DECLARED.finditer(text):
        end = min(len(text), match.end() + _MAX_DECLARATION_CHARACTERS)
        yield from (f"${name[1].casefold()}" for name in _IN_DECLARATION.finditer(text, match.end(), end))


def _values_of(text: str, names: set[str]) -> Iterator[Place]:
    yield from _handed_on(text, names)
    yield from _compared(text, names)
    if names & {"_", "psitem"}:
        yield from _piped(text)
    reach = 0
    for match in _ASSIGNMENT.finditer(text):
        name = match[match.lastindex or 0].casefold()
        if match.start() < reach or not (name in names or (match.lastindex == 4 and _may_give(name, names))):
            continue
        values = _VALUES_OF.get(match.lastindex or 0, _SET)
        begin, reach = values.match(text, match.end()).span()  # type: ignore[union-attr]
        value = text[begin:reach]
        yield begin + len(value) - len(value.lstrip(" \t\"'")), begin + len(value.rstrip(" \t\"';"))
        yield from _here_string(text, begin, reach)
        yield from _below_assignment(text, value, reach) if match.lastindex == _OF_POWERSHELL_ITSELF else ()


def _below_assignment(text: str, value: str, end: int) -> Iterator[Place]:
    """The texts alone on the lines below, where an assignment is empty on its own or opens a block there."""
    if value.rstrip(" \t`>")[-1:] in {"", "{", "("}:
        below = _LINES_BELOW.match(text, end)
        yield from (line.span(line.lastindex or 0) for line in _ALONE_ON_LINE.finditer(text, end, end_of(below, end)))


def _here_strings(text: str, names: Set[str]) -> Iterator[Place]:
    """The texts on several lines of which the objects in such variables are made, as `ConvertFrom-Csv` does."""
    for match in _ASSIGNMENT.finditer(text) if names else ():
        if match[match.lastindex or 0].casefold() in names:
            yield from _here_string(text, match.end(), end_of_line(text, match.end(), len(text)))


def _here_string(text: str, begin: int, end: int) -> Iterator[Place]:
    if text[max(begin, end - _MAX_BEFORE) : end].rstrip().endswith(("@'", '@"')):
        yield from places_of(_HERE_STRING.match(text, end))


def _piped(text: str) -> Iterator[Place]:
    """The texts on a line that are piped into a block."""
    for statement in _STATEMENT.finditer(text):
        blocks = list(_TO_BLOCK.finditer(text, *statement.span()))
        yield from places_of(_BARE_PIPED.match(text, statement.start()))
        for quoted in _QUOTED.finditer(text, statement.start(), blocks[-1].start()) if blocks else ():
            yield quoted.span(quoted.lastindex or 0)


def _compared(text: str, names: Container[str]) -> Iterator[Place]:
    """The texts that variables are compared with."""
    for match in _COMPARED.finditer(text):
        name = match[1] or match[4] or match[5]
        if name.casefold() in names:
            yield match.span(next(group for group in (2, 3, 6, 7) if match[group] is not None))


def _may_be_variable(text: str, begin: int, end: int) -> bool:
    """Whether a place has a sign of a variable, or is an argument of its own in a list."""
    is_marked = not _SIGNS_OF_VARIABLES.isdisjoint(text[max(0, begin - 1) : end])
    return is_marked or is_argument(text, begin)


def _whole(text: str, begin: int, end: int) -> str:
    """The text of a place, with the variable behind it if the place is its type."""
    cast = _CAST.match(text, end)
    return text[begin : end if cast is None else cast.end()]


def _handed_on(text: str, names: Iterable[str]) -> Iterator[Place]:
    """The texts that a pipe, or a file in between, passes to variables."""
    lower = text.lower()
    if "echo" not in lower and "/p" not in lower:
        return
    variables = tuple(sign for name in names for sign in (f"%{name}", f"!{name}!"))
    printed: list[tuple[str, Place]] = []
    files: set[str] = set()
    at = 0
    for line in text.split("\n"):
        file = _FILE.search(line)
        asked = _PROMPTS.search(line) if file is not None and "<" in line else None
        if asked is not None and file is not None and asked[1].casefold() in names:
            files.add(file[1].casefold())
        prints = _PRINTS.search(line)
        if prints is not None:
            pipe = line.find("|", prints.end())
            if pipe >= 0 and any(variable in line[pipe:].casefold() for variable in variables):
                yield at + prints.end(), at + pipe
            if file is not None:
                end = file.start() if file.start() > prints.start() else len(line)
                printed.append((file[1].casefold(), (at + prints.end(), at + end)))
        at += len(line) + 1
    yield from (place for name, place in printed if name in files)


def _may_give(letter: str, names: Iterable[str]) -> bool:
    """Whether `for /f` with several tokens may set letters behind its own that are among `names`."""
    return len(letter) == 1 and any(len(name) == 1 and name > letter for name in names)
