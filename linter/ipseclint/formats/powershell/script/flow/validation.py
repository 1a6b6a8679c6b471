"""Validation attributes of function parameters, and what they refuse (about_Functions_Advanced_Parameters)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ipseclint.formats.kit.diagnostics import quoted
from ipseclint.formats.powershell.script.arguments.binding import Refusal
from ipseclint.formats.powershell.script.evaluator import CommandError, Evaluator, LeaveError
from ipseclint.formats.powershell.script.flow.functions import Declared
from ipseclint.formats.powershell.script.syntax.nodes import within
from ipseclint.formats.powershell.script.values.lists import collected, items_of
from ipseclint.formats.powershell.script.values.patterns import match
from ipseclint.formats.powershell.script.values.value import Block, Value, number_of, text_of, truth_of
from ipseclint.late import late

_SET = late(r"\[\s*+ValidateSet\s*+\(([^()]{1,2000})\)\s*+\]", re.IGNORECASE)
_RANGE = late(r"\[\s*+ValidateRange\s*+\(\s*+(-?\d{1,18})\s*+,\s*+(-?\d{1,18})\s*+\)\s*+\]", re.IGNORECASE)
_SIGNED = late(r"\[\s*+ValidateRange\s*+\(\s*+[\"']?(Non)?(Positive|Negative)[\"']?\s*+\)\s*+\]", re.IGNORECASE)
_LENGTH = late(r"\[\s*+Validate(Length|Count)\s*+\(\s*+(\d{1,9})\s*+,\s*+(\d{1,9})\s*+\)\s*+\]", re.IGNORECASE)
_PATTERN = late(
    r"\[\s*+ValidatePattern\s*+\(\s*+(?:'((?:[^']|''){0,1000})'|\"((?:[^\"$`]|\$(?![\w({:?^$])){0,1000})\")\s*+([,)])",
    re.IGNORECASE,
)
_SCRIPT = late(r"\[\s*+ValidateScript\s*+\(", re.IGNORECASE)
_NOT_NULL = late(r"\[\s*+ValidateNotNull(OrEmpty|OrWhiteSpace)?\s*+\(\s*+\)\s*+\]", re.IGNORECASE)
_WORD = late("[\"']([^\"']{0,200})[\"']")
_TELLS_CASE_APART = late(r"IgnoreCase\s*+=\s*+\$false", re.IGNORECASE)
_ERROR_MESSAGE = late(r",\s*+ErrorMessage\s*+=\s*+(?:'[^']{0,1000}'|\"[^\"]{0,1000}\")", re.IGNORECASE)


def refused(declared: Declared, value: Value, run: Evaluator) -> list[Refusal]:
    """Why a parameter with its attributes does not take a value; none if it does, or if that is not known."""
    source = run.syntax.source(declared.node)
    return refused_by(source, value, lambda item: _of_script(declared, source, item, run))


def refused_by(source: str, value: Value, of_script: Callable[[Value], str] = lambda _: "") -> list[Refusal]:
    """Why these attributes do not take a value, `of_script` for the script that one of them runs."""
    if "validate" not in source.casefold() or value.is_unknown:
        return []
    found: list[Refusal] = []
    for item in items_of(value):
        why = "" if item.is_unknown else _of_item(source, item) or of_script(item)
        found += [Refusal(why, item.start, item.end)] if why else []
    return [*found, *_of_whole(source, value)]


def hold_checks(name: str, attributes: str, run: Evaluator) -> None:
    """Keep the attributes of a variable, by folded name: they check what it is set to from then on."""
    if "validate" in attributes.casefold():
        run.variables.hold_checks(name, attributes)


def checks_before(start: int, end: int, run: Evaluator) -> str:
    """The attributes before a variable that an assignment sets, which stands between these offsets; empty for none."""
    text = run.syntax.text
    if text[start] != "[" and not text[max(0, start - _MAX_BLANKS) : start].rstrip().endswith("]"):
        return ""
    found = _CHECKS.search(text, max(0, start - _MAX_CHECKS), end)
    return "" if found is None else found[0]


_MAX_BLANKS = 60
_MAX_CHECKS = 500
_CHECKS = late(
    r"(?:\[Validate\w{1,40}[ \t]*+\([^()]{0,400}+\)\]\s*+|\[[A-Za-z][\w.]{0,60}+(?:\[\])?\]\s*+){1,8}"
    r"\$[\w:]{1,100}\s*+\Z",
    re.IGNORECASE,
)
"""Checks and types before a variable, and how far before it they are looked for."""


def _of_item(source: str, item: Value) -> str:
    text = text_of(item)
    if listed := _SET.search(source):
        words = [word[1] for word in _WORD.finditer(_ERROR_MESSAGE.sub("", listed[1]))]
        is_exact = _TELLS_CASE_APART.search(listed[1]) is not None
        fits = text in words or (not is_exact and text.casefold() in {word.casefold() for word in words})
        if words and not fits:
            return f"{quoted(text)} is not a value that this parameter accepts"
    if not _is_in_range(source, item):
        return f"{quoted(text)} is not in the range that this parameter takes"
    length = _LENGTH.search(source)
    is_long = length is not None and length[1].casefold() == "length" and isinstance(item.data, str)
    if length and is_long and not int(length[2]) <= len(text) <= int(length[3]):
        return f"this parameter takes {length[2]} to {length[3]} characters"
    pattern = _PATTERN.search(source)
    if pattern and pattern[3] == ")":
        written = Value((pattern[1] or pattern[2] or "").replace("''", "'"), item.start, item.end)
        if match(item._replace(data=text), written) is False:
            return "this parameter takes what fits its pattern, and this does not"
    return ""


def _is_in_range(source: str, item: Value) -> bool:
    number = number_of(item)
    if number is None:
        return True
    if limits := _RANGE.search(source):
        return int(limits[1]) <= number <= int(limits[2])
    if sign := _SIGNED.search(source):
        number = number if sign[2].casefold() == "positive" else -number
        return number > 0 if not sign[1] else number <= 0
    return True


def _of_script(declared: Declared, source: str, item: Value, run: Evaluator) -> str:
    """Whether a `ValidateScript` surely finds a value wrong: its block fails or gives what is not true."""
    if _SCRIPT.search(source) is None:
        return ""
    for attribute in within(declared.node, "attribute"):
        if _SCRIPT.match(run.syntax.source(attribute)) is None:
            continue
        for block in within(attribute, "script_block_expression"):
            if not _is_true(Block(block), item, run):
                return "the script that checks this parameter does not take it"
    return ""


def _is_true(block: Block, item: Value, run: Evaluator) -> bool:
    """Whether a block gives what is true of a value, or what is not known."""
    run.tries.depth += 1
    try:
        with run.tries.up_to_here("throw"):
            given = collected(run.run_block(block, item), item.start, item.end)
    except LeaveError as left:
        if left.kind != "throw":
            raise
        return False
    except CommandError:
        return False
    finally:
        run.tries.depth -= 1
    return truth_of(given) is not False


def _of_whole(source: str, value: Value) -> Iterator[Refusal]:
    """What is refused of a value as a whole."""
    count = _LENGTH.search(source)
    is_counted = count is not None and count[1].casefold() == "count" and isinstance(value.data, list)
    if count and is_counted and not int(count[2]) <= len(items_of(value)) <= int(count[3]):
        yield Refusal(f"this parameter takes {count[2]} to {count[3]} values", value.start, value.end)
    needed = _NOT_NULL.search(source)
    if needed is None:
        return
    if value.data is None:
        yield Refusal("this parameter takes nothing that is null", value.start, value.end)
    elif needed[1] and value.data in ("", []):
        yield Refusal("this parameter takes nothing that is empty", value.start, value.end)
