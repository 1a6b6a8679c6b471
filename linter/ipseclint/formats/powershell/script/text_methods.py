"""Methods of texts, as .NET has them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ipseclint.formats.kit.read import decimal
from ipseclint.formats.powershell.script import operators, patterns
from ipseclint.formats.powershell.script.values import (
    MAX_ITEMS,
    MAX_TEXT_CHARACTERS,
    Character,
    Data,
    Unknown,
    Value,
    flat,
    text_of,
)


def call(holder: Value, name: str, arguments: Sequence[Value]) -> Data:
    """What a method of a text gives."""
    texts = [_signs_of(each) if name in _TAKES_SIGNS else text_of(each) for each in arguments]
    if name == "split" and arguments and isinstance(arguments[0].data, str) and len(texts[0]) > 1:
        return _split_at_text(holder, texts)
    return _text_call(holder, name, texts)


_TAKES_SIGNS = frozenset({"split", "trim", "trimstart", "trimend"})
"""Methods of texts that take any of several characters."""


def _signs_of(value: Value) -> str:
    return "".join(map(text_of, flat(value))) if isinstance(value.data, list) else text_of(value)


def _text_call(holder: Value, name: str, texts: Sequence[str]) -> Data:
    text = text_of(holder)
    match name, texts:
        case "toupper" | "toupperinvariant", []:
            return text.upper()
        case "tolower" | "tolowerinvariant", []:
            return text.lower()
        case "tostring", _:
            return text
        case "trim", _:
            return text.strip("".join(texts) or None)
        case "trimstart", _:
            return text.lstrip("".join(texts) or None)
        case "trimend", _:
            return text.rstrip("".join(texts) or None)
        case "tochararray", [] if len(text) <= MAX_ITEMS:
            return [Value(Character(sign), holder.start, holder.end) for sign in text]
        case "insert" | "remove" | "substring", [first, *_] if _reaches_beyond(text, name, first, texts[1:]):
            return Unknown(f"`{name}()` reaches beyond the end of the text", is_error=True)
        case "insert", [at, part] if _is_number(at):
            return operators.limited(text[: int(at)] + part + text[int(at) :])
        case "remove", [first] if _is_number(first):
            return text[: int(first)]
        case "remove", [first, count] if _is_number(first) and _is_number(count):
            return text[: int(first)] + text[int(first) + int(count) :]
        case "replace", [old, new] if old and text.count(old) * len(new) <= MAX_TEXT_CHARACTERS:
            return text.replace(old, new)
        case "padleft", [width] | [width, _] if _is_number(width) and len(width) <= len("999"):
            return text.rjust(int(width), texts[1][:1] if len(texts) > 1 else " ")
        case "padright", [width] | [width, _] if _is_number(width) and len(width) <= len("999"):
            return text.ljust(int(width), texts[1][:1] if len(texts) > 1 else " ")
        case "indexof", [part]:
            return text.find(part)
        case "lastindexof", [part] if part:
            return text.rfind(part)
        case "split", [separator]:
            return patterns.cut(holder, f"[{re.escape(separator)}]" if separator else r"\s")
        case "split", [separator, option] if separator and option.casefold() == "removeemptyentries":
            return [part for part in patterns.cut(holder, f"[{re.escape(separator)}]") if part.data]
        case "split", [*signs] if signs and all(len(sign) == 1 and not _is_number(sign) for sign in signs):
            return patterns.cut(holder, f"[{re.escape(''.join(signs))}]")
        case "split", [separator, most] if separator and _is_number(most) and len(most) < len("9999"):
            return patterns.cut(holder, f"[{re.escape(separator)}]", int(most)) if int(most) else []
        case "startswith" | "endswith" | "equals", [part, how] if how.casefold() in _COMPARED:
            is_folded = how.casefold().endswith("ignorecase")
            one, other = (text.casefold(), part.casefold()) if is_folded else (text, part)
            return _begins_or_ends(name, one, other)
        case "startswith" | "endswith", [part]:
            return _begins_or_ends(name, text, part)
        case "contains", [part]:
            return part in text
        case "equals", [other]:
            return text == other
        case "substring", [first] if _is_number(first):
            return text[int(first) :]
        case "substring", [first, count] if _is_number(first) and _is_number(count):
            return text[int(first) : int(first) + int(count)]
    return Unknown(f"what `{name}()` gives")


_COMPARED = frozenset(
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
    """Whether a method asks for what is behind the end of a text, which .NET refuses."""
    if not _is_number(first):
        return False
    end = int(first) + (int(more[0]) if name != "insert" and more and _is_number(more[0]) else 0)
    return end > len(text) or (name == "remove" and not more and end == len(text))


def _split_at_text(holder: Value, texts: Sequence[str]) -> Data:
    """What `Split` gives of several characters in one text: Windows PowerShell splits at each, PowerShell 7 at all."""
    at_each = _text_call(holder, "split", texts)
    if not isinstance(at_each, list):
        return at_each
    at_all = text_of(holder).split(texts[0])
    if len(texts) > 1 and not _is_number(texts[1]):
        at_all = [part for part in at_all if part]
    return at_each if [part.data for part in at_each] == at_all else Unknown("what `split()` gives in this version")
