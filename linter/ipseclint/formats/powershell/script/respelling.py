"""Operators, options and labels that the grammar does not know, respelt where what is quoted is blank already."""

from __future__ import annotations

import re
from collections.abc import Callable

_VALUE_OR_OTHER = re.compile(r"(?<=[\w)\]}'\"])([ \t]*+)\?\?(?:(=)|(?=[\s$('\"@\w]))")
_CONDITION = re.compile(r"(?<=[\w)\]}'\"])[ \t]++(\?)[ \t\n](?![ \t]*\{)")
_BRANCH = re.compile(r"(?<=\s)([?:])[ \t\n]|[(\[{]|[)\]};|]")
_ELSE = re.compile(r"(?<=\})\s++(?=else(?:if)?\b)", re.IGNORECASE)
"""What stands before `else`, which the grammar takes on the same line only where the whole is a value."""
_EACH = re.compile(r"((?:\A|[\n;{}(=])[ \t]*+)for(each-object\b)", re.IGNORECASE)
"""A cmdlet that begins a statement, which the grammar takes for the keyword with which it begins."""
_RESPELT: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    ("./", re.compile(r"(?<![^\s;|&({=])\.{1,2}/(?=\w)"), lambda match: match[0].replace("/", "\\")),
    (" --", re.compile(r"(?<= )--[A-Za-z][\w-]*+(?:=[^\s;|&(){}]*+)?"), lambda match: "x" * len(match[0])),
    (
        "base",
        re.compile(r"(?<=\))\s*+:\s*+base\s*+\([^{}]{0,1000}?\)(?=\s*+\{)"),
        lambda match: "".join("\n" if sign == "\n" else " " for sign in match[0]),
    ),
    ("break ", re.compile(r"(?<=\bbreak) +[A-Za-z]\w*+(?=\s*+(?:[;}\n]|\Z))"), lambda match: " " * len(match[0])),
    ("continue ", re.compile(r"(?<=\bcontinue) +[A-Za-z]\w*+(?=\s*+(?:[;}\n]|\Z))"), lambda match: " " * len(match[0])),
)
"""What else the grammar does not know, each behind a sign of it: a script beside this one, long options, labels."""
_WITH_CASE = re.compile(r"-[ci](?=(?:not)?in\b)|-c(?=notcontains\b)", re.IGNORECASE)
"""Operators that the grammar does not know, to which those without the letter are the same."""
_SWITCH = re.compile(r"(?<![\w$\[.-])switch\b", re.IGNORECASE)
_BRACKET_OR_SWITCH = re.compile(r"(?<![\w$\[.-])switch\b|[(){}]", re.IGNORECASE)
_CLAUSE_FOLLOWS = re.compile(r"[ \t]*+(?=[^\s;}])")
"""What follows the block of a clause of `switch` where another clause stands on the same line."""
_MAX_BRANCH_CHARACTERS = 2000
_MAX_CONDITIONS = 1000
"""How far the other branch of `a ? b : c` is looked for, and of how many (reasoned)."""


def respelt(shown: str) -> str:
    """The text with these as something of the same length that the grammar knows."""
    shown = _WITH_CASE.sub(" -", shown)
    for sign, pattern, by in _RESPELT:
        if sign in shown:
            shown = pattern.sub(by, shown)
    lowered = shown.lower()
    if "foreach-object" in lowered:
        shown = _EACH.sub(lambda match: f"{match[1]}xor{match[2]}", shown)
    if "else" in lowered:
        shown = _ELSE.sub(lambda match: " " * len(match[0]), shown)
    if "switch" in lowered and (first := _SWITCH.search(shown)) is not None:
        shown = _clauses_apart(shown, first.start())
    return _chosen(shown) if "?" in shown else shown


def _clauses_apart(shown: str, start: int) -> str:
    """The text with each clause of a `switch` on a line of its own, as the grammar takes them."""
    signs = list(shown)
    depth, switches, clauses = 0, set[int](), dict[int, int]()
    bodies: list[bool] = []
    for match in _BRACKET_OR_SWITCH.finditer(shown, start):
        sign, at = match[0], match.start()
        if sign in "({":
            begin = clauses.get(depth) if sign == "{" else None
            is_switch = begin is None and sign == "{" and depth in switches
            is_test = begin is not None and not shown[begin:at].strip(" \t\r\n;")
            bodies.append(begin is not None and not is_test)
            depth += 1
            clauses.pop(depth, None)
            if is_switch:
                switches.discard(depth - 1)
                clauses[depth] = match.end()
        elif sign in ")}":
            if not bodies:
                continue
            clauses.pop(depth, None)
            switches.discard(depth)
            depth -= 1
            if bodies.pop():
                clauses[depth] = match.end()
                _end_line(signs, shown, at)
        elif depth not in clauses:
            switches.add(depth)
    return "".join(signs)


def _end_line(signs: list[str], shown: str, at: int) -> None:
    """End the line behind a block that ends at an offset, where more stands there."""
    more = _CLAUSE_FOLLOWS.match(shown, at + 1)
    if more is not None and more.end() > at + 1:
        signs[at + 1] = "\n"
    elif more is not None and shown[at - 1] in " \t":
        signs[at - 1 : at + 1] = "}\n"


def _chosen(shown: str) -> str:
    """The text with the operators of PowerShell 7 that choose a value as those that chain pipelines: `||` binds least.

    `a ? b : c` is `a ||b ||c`, `a ?? b` is `a || b`; `a ??= b` is `a   = b`.
    """
    pieces = list(shown)
    for match in _VALUE_OR_OTHER.finditer(shown):
        pieces[match.end(1) : match.end(1) + 2] = "  " if match[2] else "||"
    for count, match in enumerate(_CONDITION.finditer(shown)):
        other = _other_branch(shown, match.end()) if count < _MAX_CONDITIONS else None
        if other is not None:
            pieces[match.start(1) : match.start(1) + 2] = "||"
            pieces[other : other + 2] = "||"
    return "".join(pieces)


def _other_branch(shown: str, start: int) -> int | None:
    """Where the colon stands of a condition whose first branch begins at an offset."""
    depth = conditions = 0
    for match in _BRANCH.finditer(shown, start, start + _MAX_BRANCH_CHARACTERS):
        sign = match[1] or match[0]
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif depth == 0 and sign in ";|":
            return None
        elif depth == 0:
            conditions += 1 if sign == "?" else -1
        if depth < 0:
            return None
        if conditions < 0:
            return match.start(1)
    return None
