"""Methods of .NET strings."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ipseclint.formats.kit.read import decimal
from ipseclint.formats.powershell.script.values import operators, patterns
from ipseclint.formats.powershell.script.values.lists import MAX_ITEMS, flat
from ipseclint.formats.powershell.script.values.value import (
    MAX_TEXT_CHARACTERS,
    Character,
    Data,
    Unknown,
    Value,
    text_of,
)


def call(holder: Value, name: str, arguments: Sequence[Value]) -> Data:
    """The result of a string method."""
    texts = [_signs_of(each) if name in _TAKES_SIGNS else text_of(each) for each in arguments]
    if name == "split" and arguments and isinstance(arguments[0].data, str) and len(texts[0]) > 1:
        return _split_at_text(holder, texts)
    return _text_call(holder, name, texts)


_TAKES_SIGNS = frozenset({"split", "trim", "trimstart", "trimend"})
"""Methods of texts that take any of several characters."""


def _signs_of(value: Value) -> str:
    return "".join(map(text_of, flat(value))) if isinstance(value.data, list) else text_of(value)


def _text_call(holder: Value, name: str, texts: Sequence[str]) -> Data:
    method = _METHODS.get(name)
    given = None if method is None else method(holder, name, texts)
    return Unknown(f"what `{name}()` gives") if given is None else given


def _whole(holder: Value, name: str, texts: Sequence[str]) -> Data:
    """The whole text, in upper or lower case if asked."""
    text = text_of(holder)
    if name == "tostring":
        return text
    if texts:
        return None
    return text.upper() if name.startswith("toupper") else text.lower()


def _trimmed(holder: Value, name: str, texts: Sequence[str]) -> Data:
    text, signs = text_of(holder), "".join(texts) or None
    if name == "trimstart":
        return text.lstrip(signs)
    return text.rstrip(signs) if name == "trimend" else text.strip(signs)


def _characters(holder: Value, _: str, texts: Sequence[str]) -> Data:
    text = text_of(holder)
    if texts or len(text) > MAX_ITEMS:
        return None
    return [Value(Character(sign), holder.start, holder.end) for sign in text]


def _at_position(holder: Value, name: str, texts: Sequence[str]) -> Data:
    """The result of Insert, Remove or Substring."""
    text = text_of(holder)
    if texts and _reaches_beyond(text, name, texts[0], texts[1:]):
        return Unknown(f"`{name}()` reaches beyond the end of the text", is_error=True)
    match name, texts:
        case "insert", [at, part] if _is_number(at):
            return operators.limited(text[: int(at)] + part + text[int(at) :])
        case "remove", [first] if _is_number(first):
            return text[: int(first)]
        case "remove", [first, count] if _is_number(first) and _is_number(count):
            return text[: int(first)] + text[int(first) + int(count) :]
        case "substring", [first] if _is_number(first):
            return text[int(first) :]
        case "substring", [first, count] if _is_number(first) and _is_number(count):
            return text[int(first) : int(first) + int(count)]
    return None


def _replaced(holder: Value, _: str, texts: Sequence[str]) -> Data:
    text = text_of(holder)
    match texts:
        case [old, new] if old and text.count(old) * len(new) <= MAX_TEXT_CHARACTERS:
            return text.replace(old, new)
    return None


def _padded(holder: Value, name: str, texts: Sequence[str]) -> Data:
    match texts:
        case [_, sign] if len(sign) != 1:
            return Unknown(f"`{name}()` fills up with a single character", is_error=True)
        case [width] | [width, _] if _is_number(width) and len(width) <= len("999"):
            pad = str.rjust if name == "padleft" else str.ljust
            return pad(text_of(holder), int(width), *texts[1:])
    return None


def _searched(holder: Value, name: str, texts: Sequence[str]) -> Data:
    """Whether, and where, a text contains another."""
    text = text_of(holder)
    match name, texts:
        case "contains", [part]:
            return part in text
        case "indexof", [part]:
            return text.find(part)
        case "lastindexof", [part] if part:
            return text.rfind(part)
    return None


def _cut(holder: Value, _: str, texts: Sequence[str]) -> Data:
    match texts:
        case [] | [""]:
            return patterns.cut(holder, r"\s", flags=re.NOFLAG)
        case [separator]:
            return _parts(holder, separator)
        case [separator, option] if separator and option.casefold() in _OPTIONS:
            return [part for part in _parts(holder, separator) if part.data or not _is_without_empty(texts)]
        case [*signs] if all(len(sign) == 1 and not _is_number(sign) for sign in signs):
            return _parts(holder, "".join(signs))
        case [separator, most] if separator and _is_number(most) and len(most) < len("9999"):
            return _parts(holder, separator, int(most)) if int(most) else []
    return None


_OPTIONS = frozenset({"none", "removeemptyentries"})
"""The words of System.StringSplitOptions that every version has, folded."""


def _parts(holder: Value, signs: str, most: int = 0) -> list[Value]:
    return patterns.cut(holder, f"[{re.escape(signs)}]", most, re.NOFLAG)


def _is_without_empty(texts: Sequence[str]) -> bool:
    return [text.casefold() for text in texts[1:]] == ["removeemptyentries"]


def _compared(holder: Value, name: str, texts: Sequence[str]) -> Data:
    text = text_of(holder)
    match texts:
        case [part, how] if how.casefold() in _COMPARISONS:
            is_folded = how.casefold().endswith("ignorecase")
            one, other = (text.casefold(), part.casefold()) if is_folded else (text, part)
            return _begins_or_ends(name, one, other)
        case [part]:
            return _begins_or_ends(name, text, part)
    return None


_METHODS: dict[str, Callable[[Value, str, Sequence[str]], Data]] = {
    **dict.fromkeys(("tostring", "toupper", "toupperinvariant", "tolower", "tolowerinvariant"), _whole),
    **dict.fromkeys(("trim", "trimstart", "trimend"), _trimmed),
    **dict.fromkeys(("insert", "remove", "substring"), _at_position),
    **dict.fromkeys(("padleft", "padright"), _padded),
    **dict.fromkeys(("contains", "indexof", "lastindexof"), _searched),
    **dict.fromkeys(("startswith", "endswith", "equals"), _compared),
    "tochararray": _characters,
    "replace": _replaced,
    "split": _cut,
}
"""What each method does to a text; None where its arguments are not followed."""
_COMPARISONS = frozenset(
    f"{how}{case}" for how in ("ordinal", "currentculture", "invariantculture") for case in ("", "ignorecase")
)
"""The words of System.StringComparison, folded."""


def _begins_or_ends(name: str, text: str, part: str) -> bool:
    if name == "equals":
        return text == part
    return text.startswith(part) if name == "startswith" else text.endswith(part)


def _is_number(text: str) -> bool:
    return decimal(text) is not None


def _reaches_beyond(text: str, name: str, first: str, more: Sequence[str]) -> bool:
    """Whether a method reaches past the end of the text, which .NET refuses."""
    if not _is_number(first):
        return False
    end = int(first) + (int(more[0]) if name != "insert" and more and _is_number(more[0]) else 0)
    return end > len(text) or (name == "remove" and not more and end == len(text))


def _split_at_text(holder: Value, texts: Sequence[str]) -> Data:
    """The result of `Split` by a text of several characters; unknown if versions differ.

    Windows PowerShell splits at each of the characters, PowerShell 7 at the whole text.
    """
    at_each = _text_call(holder, "split", texts)
    if not isinstance(at_each, list):
        return at_each
    at_all = text_of(holder).split(texts[0])
    if _is_without_empty(texts):
        at_all = [part for part in at_all if part]
    return at_each if [part.data for part in at_each] == at_all else Unknown("what `split()` gives in this version")
