"""The operators of PowerShell on values (about_Operators and the pages it names)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from ipseclint.formats.powershell.script.values import patterns
from ipseclint.formats.powershell.script.values.lists import (
    MAX_ITEMS,
    ORDER_NOT_KNOWN,
    Unordered,
    flat,
    handed_on,
    items_of,
    unknown_within,
)
from ipseclint.formats.powershell.script.values.value import (
    MAX_TEXT_CHARACTERS,
    SHOWN,
    Block,
    Character,
    Data,
    EnumWord,
    Perhaps,
    Repeated,
    Table,
    Thing,
    Unknown,
    Value,
    as_part,
    number_of,
    text_of,
    text_of_elements,
    truth_of,
    unknown_of,
    whether,
)
from ipseclint.formats.powershell.script.values.wildcards import like, like_exactly
from ipseclint.late import late

_PAIR = late("[\ud800-\udbff][\udc00-\udfff]")
FORMAT_ITEM = late(r"\{\{|\}\}|\{(\d{1,3})(?:,[ ]?(-?\d{1,3}))?(?::([^{}]{1,20}))?\}")


def binary(operator: str, left: Value, right: Value) -> Value:
    """The value of a binary operator; unknown if an operand is, or if the operator is not known."""
    name = operator.lower()
    data = _apply(name, left, right)
    return Value(data, left.start, right.end)


def _apply(name: str, left: Value, right: Value) -> Data:
    if name in {"-and", "-or", "-xor"}:
        return _logical(name, truth_of(left), truth_of(right))
    bare = name.removeprefix("-")
    is_exact = bare[:1] == "c" and bare[1:] in _COMPARISONS
    bare = bare[1:] if bare[:1] in {"c", "i"} and bare[1:] in _COMPARISONS else bare
    unknown = unknown_of(name, (left.data, right.data))
    if unknown is not None and name == "+" and isinstance(right.data, str):
        return unknown.with_ending(right.data)
    if unknown is not None:
        return unknown
    if bare in _COMPARISONS:
        if isinstance(left, Perhaps | Repeated) or isinstance(right, Perhaps | Repeated):
            return whether(None)
        return _compare(bare, left, right) if not is_exact else _compare_exactly(bare, left, right)
    is_of_text = name in _OF_PATTERNS or (name == "+" and isinstance(left.data, str))
    parts = (as_part(left).data, (unknown_within(right) if is_of_text else None) or as_part(right).data)
    if (unknown := unknown_of(name, parts)) is not None:
        return unknown
    work = _OPERATORS.get(name)
    return Unknown(f"what {name} makes of its operands") if work is None else work(left, right)


def _logical(name: str, left: bool | None, right: bool | None) -> Data:
    if name == "-and" and False in (left, right):
        return False
    if name == "-or" and True in (left, right):
        return True
    if left is None or right is None:
        return Unknown("the result of a condition that is not known")
    return {"-and": left and right, "-or": left or right}.get(name, left != right)


def _add(left: Value, right: Value) -> Data:
    if isinstance(left.data, list) or (left.data is None and isinstance(right.data, list)):
        both = [*items_of(left), *handed_on(right)]
        return both if len(both) <= MAX_ITEMS else Unknown("a list longer than is followed")
    if isinstance(left.data, Table) and isinstance(right.data, Table):
        if left.data.values.keys() & right.data.values.keys():
            return Unknown("a key of one hashtable is in the other already", is_error=True)
        return Table({**left.data.values, **right.data.values}, {**left.data.names, **right.data.names})
    if left.data is None:
        return right.data
    if isinstance(left.data, Character) and isinstance(right.data, (int, float)):
        return _arithmetic(left, right, lambda first, second: first + second)
    if isinstance(left.data, EnumWord):
        return _OF_A_MEMBER
    if isinstance(left.data, Table):
        return Unknown("to a hashtable nothing but another one can be added", is_error=True)
    if isinstance(left.data, str):
        return Unknown(SHOWN) if _is_of_own_kind(right) else limited(text_of(left) + text_of(right))
    return _arithmetic(left, right, lambda first, second: first + second)


def limited(text: str) -> Data:
    """A text, or unknown if it is longer than the limit."""
    if _PAIR.search(text):  # two units of UTF-16 that a script puts together are one character
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text if len(text) <= MAX_TEXT_CHARACTERS else Unknown("a text longer than is followed")


def _multiply(left: Value, right: Value) -> Data:
    if isinstance(left.data, (Character, EnumWord)):
        return _OF_A_MEMBER
    count = number_of(right)
    if isinstance(left.data, (str, list)) and count is not None:
        if count < 0 or len(left.data) * count > MAX_ITEMS:
            return Unknown("a value longer than is followed")
        return left.data * int(count)
    return _arithmetic(left, right, lambda first, second: first * second)


_OF_A_MEMBER = Unknown("what is reckoned with a member of an enumeration, or a character")


def _arithmetic(left: Value, right: Value, work: Callable[[float, float], float]) -> Data:
    first, second = number_of(left) if left.data is not None else 0, number_of(right) if right.data is not None else 0
    if first is None or second is None:
        is_error = not _is_of_own_kind(left) and not _is_of_own_kind(right)
        return Unknown("a sum of what is not a number", is_error=is_error)
    if abs(first) > 1 << 64 or abs(second) > 1 << 64:
        return Unknown("a sum of numbers greater than is followed")
    try:
        result = work(first, second)
    except OverflowError:
        return Unknown("a sum of numbers greater than is followed")
    except ZeroDivisionError:
        return Unknown("a division by zero", is_error=isinstance(first, int) and isinstance(second, int))
    return int(result) if result == int(result) else result


def _is_of_own_kind(value: Value) -> bool:
    """Whether a value is an object that may define operators."""
    return isinstance(value.data, (Thing, Table, Block))


def _remainder(first: float, second: float) -> float:
    """The remainder of a division, with the sign of the dividend."""
    return math.copysign(abs(first) % abs(second), first)


def _of_bits(left: Value, right: Value, work: Callable[[int, int], int]) -> Data:
    if not isinstance(left.data, int) or not isinstance(right.data, int):
        return Unknown("the bits of what is not a whole number")
    return work(left.data, right.data)


def _shifted(left: Value, right: Value, work: Callable[[int, int], int]) -> Data:
    if isinstance(right.data, int) and not 0 <= right.data < _BITS:
        return Unknown("a number shifted by more than it has bits")
    data = _of_bits(left, right, work)
    return Unknown("bits that a whole number loses") if isinstance(data, int) and data >> (_BITS - 1) > 0 else data


_BITS = 32


def _range(left: Value, right: Value) -> Data:
    first, last = number_of(left), number_of(right)
    if first is None or last is None:
        return Unknown("a range of what is no number")
    if abs(last - first) >= MAX_ITEMS:
        return Unknown("a range longer than is followed")
    step = 1 if last >= first else -1
    return [Value(number, left.start, right.end) for number in range(int(first), int(last) + step, step)]


def _format(left: Value, right: Value) -> Data:
    given = right.data if isinstance(right.data, list) else [right]
    pieces: list[str] = []
    text, at, length = text_of(left), 0, 0
    for match in FORMAT_ITEM.finditer(text):
        if match[1] is None:
            shown: str | None = match[0][0]
        else:
            index = int(match[1])
            if index >= len(given):
                return Unknown(f"what `{match[0]}` formats is not there", is_error=True)
            shown = formatted(given[index], match[3])
            if shown is not None and match[2] is not None:
                width = int(match[2])
                shown = shown.rjust(width) if width > 0 else shown.ljust(-width)
        if shown is None:
            return Unknown(f"what `{match[0]}` formats")
        pieces += [text[at : match.start()], shown]
        at, length = match.end(), length + len(shown)
        if length > MAX_TEXT_CHARACTERS:
            break
    return limited("".join((*pieces, text[at:])))


def formatted(value: Value, how: str | None) -> str | None:
    """A value in a format of `-f` or `ToString`; None for formats that are not followed."""
    if isinstance(value.data, list):
        return text_of_elements([value], "")
    if value.is_unknown or _is_of_own_kind(value):
        return None
    if isinstance(value.data, float) and not value.data.is_integer():
        return None  # the region says what parts it
    if how is None or value.data is None or (isinstance(value.data, str) and not isinstance(value.data, Character)):
        return text_of(value)  # a text has no format of its own
    if isinstance(value.data, bool | float) or not isinstance(value.data, int):
        return None
    number, sign = abs(value.data), "-" if value.data < 0 else ""
    if re.fullmatch(r"0{1,20}", how):
        return f"{sign}{number:0{len(how)}d}"
    if match := re.fullmatch(r"[dD](\d{0,2})", how):
        return f"{sign}{number:0{match[1] or 1}d}"
    if (match := re.fullmatch(r"([xX])(\d{0,2})", how)) and not sign:
        return f"{int(number):0{match[2] or 1}{match[1]}}"
    return None


def _join(left: Value, right: Value) -> Data:
    items = handed_on(left)
    if isinstance(left.data, Unordered) and left.data.matters:
        return Unknown(ORDER_NOT_KNOWN)
    if (unknown := unknown_of("join", [right.data, *(item.data for item in items)])) is not None:
        return unknown
    if any(map(_is_of_own_kind, items)):
        return Unknown(SHOWN)
    return limited(text_of_elements(items, text_of(right)))


def _equal(left: Value, right: Value) -> bool | None:
    if left.data is None or right.data is None:
        return left.data is None and right.data is None
    if isinstance(left.data, bool):
        return left.data == truth_of(right)
    if isinstance(left.data, (int, float)):
        number = number_of(right)
        return number is not None and left.data == number
    if isinstance(left.data, (Table, Thing)):
        return left.data is right.data
    return text_of(left).casefold() == text_of(right).casefold()


def _less(left: Value, right: Value) -> bool | None:
    first, second = number_of(left), number_of(right)
    if isinstance(left.data, str) or first is None:
        return text_of(left).casefold() < text_of(right).casefold()
    return None if second is None else first < second


def _not(result: bool | None) -> bool | None:
    return None if result is None else not result


_COMPARISONS: dict[str, Callable[[Value, Value], bool | None]] = {
    "eq": _equal,
    "ne": lambda left, right: _not(_equal(left, right)),
    "lt": _less,
    "ge": lambda left, right: _not(_less(left, right)),
    "gt": lambda left, right: _not(_less(left, right)) and _not(_equal(left, right)),
    "le": lambda left, right: _less(left, right) or _equal(left, right),
    "like": lambda left, right: like(text_of(left), text_of(right)),
    "notlike": lambda left, right: not like(text_of(left), text_of(right)),
    "match": patterns.match,
    "notmatch": lambda left, right: _not(patterns.match(left, right)),
    "in": lambda left, right: _contains(right, left),
    "notin": lambda left, right: _not(_contains(right, left)),
    "contains": lambda holder, wanted: _contains(holder, wanted),  # noqa: PLW0108 - defined below
    "notcontains": lambda left, right: _not(_contains(left, right)),
}
_WHOLE = frozenset({"in", "notin", "contains", "notcontains"})


def _contains(holder: Value, wanted: Value) -> bool | None:
    return _holds(holder, wanted, _equal)


_EXACT: dict[str, Callable[[Value, Value], bool | None]] = {
    "eq": lambda left, right: _is_same(left, right),  # noqa: PLW0108 - defined below
    "like": lambda left, right: like_exactly(text_of(left), text_of(right)),
    "match": lambda left, right: patterns.match(left, right, re.NOFLAG),
    "in": lambda left, right: _holds(right, left),
    "contains": lambda holder, wanted: _holds(holder, wanted),  # noqa: PLW0108 - defined below
}
"""Case-sensitive comparisons, other than of order."""


def _is_same(left: Value, right: Value) -> bool | None:
    return text_of(left) == text_of(right) if isinstance(left.data, str) else _equal(left, right)


def _holds(holder: Value, wanted: Value, are_equal: Callable[[Value, Value], bool | None] = _is_same) -> bool | None:
    items = items_of(holder)
    if any(are_equal(item, wanted) for item in items if not item.is_unknown):
        return True
    return None if any(item.is_unknown for item in items) else False


def _compare(name: str, left: Value, right: Value) -> Data:
    work = _COMPARISONS[name]
    of_right = None if name in _WHOLE or not isinstance(right.data, list) else unknown_within(right)
    if of_right is not None:
        return unknown_of(name, (left.data, of_right))
    if isinstance(left.data, list) and name not in _WHOLE:
        unknown = unknown_of(name, [item.data for item in map(as_part, left.data) if item.is_unknown])
        return unknown or [item for item in left.data if work(item, right)]
    result = work(left, right)
    return Unknown("the result of a comparison that is not known") if result is None else result


def _compare_exactly(name: str, left: Value, right: Value) -> Data:
    """A case-sensitive comparison; order is compared only if case makes no difference."""
    bare = "eq" if name == "ne" else name.removeprefix("not")
    work = _EXACT.get(bare)
    if work is not None and (not isinstance(left.data, list) or name in _WHOLE):
        result = work(left, right)
        return Unknown("the result of a comparison that is not known") if result is None else result is (bare == name)
    texts = [text_of(item) for value in (left, right) for item in flat(value)]
    if any(text != text.casefold() for text in texts):
        return Unknown("the result of a comparison that tells case apart")
    return _compare(name, left, right)


_OF_PATTERNS = frozenset(f"-{case}{name}" for case in ("", "c", "i") for name in ("replace", "split"))
"""Operators whose right side is a list of texts."""
_OPERATORS: dict[str, Callable[[Value, Value], Data]] = {
    "+": _add,
    "-": lambda left, right: _arithmetic(left, right, lambda first, second: first - second),
    "*": _multiply,
    "/": lambda left, right: _arithmetic(left, right, lambda first, second: first / second),
    "%": lambda left, right: _arithmetic(left, right, _remainder),
    "..": _range,
    ".": _range,  # what is left of one that the grammar is shown as a product
    "-band": lambda left, right: _of_bits(left, right, lambda first, second: first & second),
    "-bor": lambda left, right: _of_bits(left, right, lambda first, second: first | second),
    "-bxor": lambda left, right: _of_bits(left, right, lambda first, second: first ^ second),
    "-shl": lambda left, right: _shifted(left, right, lambda first, second: first << second),
    "-shr": lambda left, right: _shifted(left, right, lambda first, second: first >> second),
    "-f": _format,
    "-join": _join,
    "-split": patterns.split,
    "-isplit": patterns.split,
    "-csplit": lambda left, right: patterns.split(left, right, re.NOFLAG),
    "-replace": patterns.replace,
    "-ireplace": patterns.replace,
    "-creplace": lambda left, right: patterns.replace(left, right, re.NOFLAG),
}
