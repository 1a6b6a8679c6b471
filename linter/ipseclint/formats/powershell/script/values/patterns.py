"""Regular expressions of a script: `-match`, `-replace`, `-split`. Only those that cannot take long are searched."""

from __future__ import annotations

import math
import re
from functools import lru_cache, partial

from ipseclint.formats.powershell.script.values.lists import MAX_ITEMS, flat, items_of
from ipseclint.formats.powershell.script.values.value import (
    MAX_TEXT_CHARACTERS,
    Block,
    Data,
    Repeated,
    Table,
    Unknown,
    Value,
    as_part,
    number_of,
    text_of,
    unknown_of,
)
from ipseclint.late import late

_PLAIN_PATTERN = late(
    r"(?:(?:[\w\s,;:/@#%&=~'\"<>!-]|\\[^\w]|\\[sdwtrn]|\[[\w\s,;:/|-]{1,20}\])\??)+(?:[+*]|(?:[\w\s,;:/@-]|\\[sdw]))?"
)
"""Simple regular expressions: letters, classes and one repeat at the end, which cannot take long."""
_ALTERNATIVES = late(r"(?<!\\)(?:\^|\$|\((?:\?:)?(?=[^()]*\)(?![*+?{]))|\)|\|)")
"""What parts a pattern that is looked for: anchors, alternatives and groups of them that do not repeat."""
_ATOM = (
    r"(?:[\w\s,;:/@#%&=~'\"<>!.-]|\\[^\w]|\\[sSdDwWtrn]|\[\^?(?:[\w\s,;:/|.@#-]|\\[^\w]|\\[sdw]){1,40}+\])"
    r"(?:[+*?]|\{\d{1,2}(?:,\d{0,2})?\})?+"
)
_BRANCH = rf"\^?(?:{_ATOM}|\((?:\?<[A-Za-z]\w{{0,40}}>|\?:)?(?:{_ATOM}|\|)++\)(?:\?|\{{[1-9]\}})?+)++\$?"
_SEARCHED = late(rf"{_BRANCH}(?:\|{_BRANCH})*+")
"""Regular expressions that are looked for in short texts: what repeats is one sign, or a group so many times."""
_GROUP_TIMES = late(r"(\([^()]*\))\{([1-9])\}")
_ESCAPE = late(r"\\.", re.DOTALL)
_ENDLESS = late(r"(?:[+*]|,\})(?!\)*\Z)")
"""A repeat without end behind which something has to follow, so that each length of it may be tried."""
_OPTIONAL = late(r"(?<!\()\?")
_SPAN = late(r"\{(\d{1,2}),(\d{1,2})\}")
_GROUP = late(r"\(([^()]*)\)")
_MAX_SEARCHED_CHARACTERS = 1000
_MAX_TRIED = 4_000_000
"""How long a text is in which a pattern with repeats and groups is looked for, and in how many ways a pattern may be
tried in a text (reasoned: a tenth of a second)."""
_NAMED = late(r"(?<!\\)\(\?<(?=[A-Za-z])")
"""Where a group with a name begins, which Python spells otherwise."""
_PUT_IN = late(r"\$(?:\$|(\d)|\{(\d)\})")
"""References in a replacement: a dollar sign, or a group."""
_MAX_PATTERN_CHARACTERS = 200


def split(left: Value, right: Value, flags: re.RegexFlag = re.IGNORECASE) -> Data:
    """The result of `-split`: the parts of the texts, or unknown."""
    options, texts = items_of(right), [text_of(item) for item in flat(left)]
    pattern = text_of(options[0]) if options else ""
    most = number_of(options[1]) if len(options) > 1 else 0
    if len(options) > 2 and text_of(options[2]).casefold() == "simplematch":
        pattern = re.escape(pattern)
    elif len(options) > 2 or not (_is_plain_pattern(pattern) and all(_is_quick(pattern, text) for text in texts)):
        return Unknown("what a regular expression finds")
    if most is None or most < 0:
        return Unknown("how often a text is split")
    parts: list[Value] = []
    for item in map(as_part, flat(left)):
        parts += [Repeated(*item)] if item.is_unknown else cut(item, pattern, int(most), flags)
    return parts if len(parts) <= MAX_ITEMS else Unknown("a list longer than is followed")


def cut(value: Value, pattern: str, most: int = 0, flags: re.RegexFlag = re.IGNORECASE) -> list[Value]:
    """The parts of a text between matches; each has its own place if the text stands in the script as it is.

    At most `most` parts, the last of which is the rest; 0 is no limit.
    """
    text = text_of(value)
    is_literal = value.end - value.start == len(text)
    parts, at = [], 0
    matches = list(re.finditer(pattern, text, flags))
    for match in (*(matches[: most - 1] if most else matches), None):
        end = len(text) if match is None else match.start()
        place = (value.start + at, value.start + end) if is_literal else (value.start, value.end)
        parts.append(Value(text[at:end], *place))
        at = end if match is None else match.end()
    return parts


def _is_plain_pattern(pattern: str) -> bool:
    """Whether a regular expression is one of the simple ones that are supported."""
    is_short = len(pattern) <= _MAX_PATTERN_CHARACTERS
    return is_short and _PLAIN_PATTERN.fullmatch(pattern) is not None and _is_one(pattern)


@lru_cache(maxsize=256)
def _is_one(pattern: str) -> bool:
    """Whether a text is a regular expression at all: `[z-a]` is none."""
    try:
        re.compile(_of_python(pattern))
    except re.error:
        return False
    return True


def _is_quick(pattern: str, text: str) -> bool:
    """Whether all ways to try a pattern in a text are few: from each sign on, with each length of what repeats."""
    from_each_sign: int = len(text) ** (1 + _endless(pattern))
    return from_each_sign * _ways(pattern) <= _MAX_TRIED


@lru_cache(maxsize=256)
def _endless(pattern: str) -> int:
    return len(_ENDLESS.findall(_drawn_out(pattern)))


def _drawn_out(pattern: str) -> str:
    """A pattern without what is escaped, with each group as often as it repeats."""
    return _GROUP_TIMES.sub(lambda group: group[1] * int(group[2]), _ESCAPE.sub("e", pattern))


@lru_cache(maxsize=256)
def _ways(pattern: str) -> int:
    """How many ways there are through what may be missing, repeats up to an end, or is one of several."""
    plain = _drawn_out(pattern)
    spans = (int(most) - int(least) + 1 for least, most in _SPAN.findall(plain))
    choices = (group.count("|") + 1 for group in _GROUP.findall(plain))
    alone = _GROUP.sub("", plain).count("|") + 1
    return min(math.prod((2 ** len(_OPTIONAL.findall(plain)), *spans, *choices, alone)), _MAX_TRIED + 1)


def _is_searched(pattern: str, text: str) -> bool:
    """Whether a regular expression is searched for in a text: it cannot take long, and .NET finds the same."""
    if _is_plain_pattern(pattern):
        return _is_quick(pattern, text)
    is_short = len(pattern) <= _MAX_PATTERN_CHARACTERS and len(text) <= _MAX_SEARCHED_CHARACTERS and text.isascii()
    return is_short and _SEARCHED.fullmatch(pattern) is not None and _is_quick(pattern, text) and _is_one(pattern)


def _put_in(by: str, match: re.Match[str]) -> str:
    """The replacement for a match."""
    return _PUT_IN.sub(lambda each: "$" if each[0] == "$$" else match[int(each[1] or each[2])] or "", by)


def replace(left: Value, right: Value, flags: re.RegexFlag = re.IGNORECASE) -> Data:
    """The result of `-replace`."""
    options = items_of(right)
    pattern, by = (text_of(options[0]) if options else "", text_of(options[1]) if len(options) > 1 else "")
    is_one = len(pattern) <= _MAX_PATTERN_CHARACTERS and _NAMED.search(pattern) is None and _is_one(pattern)
    is_found = is_one and all(_is_searched(pattern, text_of(item)) for item in flat(left))
    named = [int(each[1] or each[2] or 0) for each in _PUT_IN.finditer(by)]
    is_computed = any(isinstance(each.data, Block) for each in options)  # or its text, before PowerShell 6
    if is_computed or not is_found or "$" in _PUT_IN.sub("", by) or max(named, default=0) > re.compile(pattern).groups:
        return Unknown("what a regular expression makes of it")
    matches = sum(1 for item in flat(left) for _ in re.finditer(pattern, text_of(item), flags))
    if matches * len(by) > MAX_TEXT_CHARACTERS:
        return Unknown("a text longer than is followed")
    replaced = [
        Value(
            unknown_of("-replace", (item.data, pattern, by, flags))
            or re.sub(pattern, partial(_put_in, by), text_of(item), flags=flags),
            item.start,
            item.end,
        )
        for item in map(as_part, flat(left))
    ]
    return replaced if isinstance(left.data, list) else replaced[0].data if replaced else ""


def match(left: Value, right: Value, flags: re.RegexFlag = re.IGNORECASE) -> bool | None:
    """Whether a pattern is found in a text; None if unknown."""
    pattern = text_of(right)
    parts = _ALTERNATIVES.split(pattern)
    is_plain = all(not part or _is_plain_pattern(part) for part in parts) and _is_quick(pattern, text_of(left))
    if not (is_plain and _is_one(pattern)) and not _is_searched(pattern, text_of(left)):
        return None
    return re.search(_of_python(pattern), text_of(left), flags) is not None


def _of_python(pattern: str) -> str:
    return _NAMED.sub("(?P<", pattern)


def groups(left: Value, right: Value) -> Value:
    """The groups that a pattern finds, as `$Matches`: the whole, and each group that takes part, by name or number."""
    found = re.search(_of_python(text_of(right)), text_of(left), re.IGNORECASE)
    table = Table()
    if found is None:
        return Value(table, left.start, left.end)
    names = {number: name for name, number in found.re.groupindex.items()}
    unnamed = iter(range(1, found.re.groups + 1))
    for number, part in enumerate((found[0], *found.groups())):
        key = 0 if number == 0 else names.get(number) or next(unnamed)
        if part is not None:
            table.set(Value(key, left.start, left.end), Value(part, left.start, left.end))
    return Value(table, left.start, left.end)
