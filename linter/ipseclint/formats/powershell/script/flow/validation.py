"""Validation attributes of function parameters, and what they refuse (about_Functions_Advanced)."""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.values.lists import items_of
from ipseclint.formats.powershell.script.values.value import Value, number_of, text_of
from ipseclint.late import late

_SET = late(r"\[\s*+ValidateSet\s*+\(([^()]{1,2000})\)\s*+\]", re.IGNORECASE)
_RANGE = late(r"\[\s*+ValidateRange\s*+\(\s*+(-?\d{1,18})\s*+,\s*+(-?\d{1,18})\s*+\)\s*+\]", re.IGNORECASE)
_NOT_EMPTY = late(r"\[\s*+ValidateNotNullOrEmpty\s*+\(\s*+\)\s*+\]", re.IGNORECASE)
_WORD = late("[\"']([^\"']{0,200})[\"']")
_TELLS_CASE_APART = late(r"IgnoreCase\s*+=\s*+\$false", re.IGNORECASE)


def checked(source: str, value: Value, run: Evaluator) -> Value:
    """A value that a parameter with these attributes takes; a refused one ends the calling statement."""
    if "validate" not in source.casefold():
        return value
    for item in items_of(value):
        if not item.is_unknown and (why := _refusal(source, item)):
            run.end_statement(why, item.start, item.end)
    if _NOT_EMPTY.search(source) and not value.is_unknown and not text_of(value) and value.data != []:
        run.end_statement("this parameter takes nothing that is empty", value.start, value.end)
    return value


def _refusal(source: str, item: Value) -> str:
    text = text_of(item)
    if listed := _SET.search(source):
        words = [match[1] for match in _WORD.finditer(listed[1])]
        is_exact = _TELLS_CASE_APART.search(listed[1]) is not None
        fits = text in words or (not is_exact and text.casefold() in {word.casefold() for word in words})
        if words and not fits:
            return f"{quoted(text)} is not a value that this parameter accepts"
    if limits := _RANGE.search(source):
        number = number_of(item)
        if number is not None and not int(limits[1]) <= number <= int(limits[2]):
            return f"{quoted(text)} is not in the range that this parameter takes"
    return ""
