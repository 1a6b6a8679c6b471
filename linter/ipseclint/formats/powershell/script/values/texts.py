"""Texts of a script: words, quoted strings, and the variables and expressions expanded in them."""

from __future__ import annotations

import re
from functools import lru_cache

from tree_sitter import Node

from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.syntax.masking import behind_brace, behind_parentheses
from ipseclint.formats.powershell.script.values.lists import (
    ORDER_NOT_KNOWN,
    Unordered,
    collected,
    flat,
    size_of,
)
from ipseclint.formats.powershell.script.values.value import (
    MAX_TEXT_CHARACTERS,
    SET_ELSEWHERE,
    SHOWN,
    TO_FILL_IN,
    Block,
    Data,
    Nothing,
    Table,
    Thing,
    Unknown,
    Value,
    as_part,
    text_of,
    text_of_all,
    text_of_elements,
    unknown_text,
)
from ipseclint.late import late

_PLAIN_VARIABLE = late(r"\$(?:\w+:)?\w+|\$\{[^}]{0,200}+\}|\$[$?^_]|@\w+")
_CALLED = late(r"[$@]?[('\"]|\$\w[\w:]*+(?:\[[^\]\n]{0,60}+\]|\.\w++)++[({]")
"""A value with a method call, which masking shows as a variable in an argument."""
_METHOD = late(r"\.(?:where|foreach)[ \t]*+(?=\{)", re.IGNORECASE)
_MAX_METHODS = 8
"""A method that is followed by a block alone, and how many of them are respelt in one value (reasoned)."""
_EXPANDED = late(
    r"`(?P<escape>.)|\$(?P<sub>\()|(?P<variable>\$(?:\w++:(?=\w))?\w+|\$\{[^}]{0,200}+\}|\$[$?^])"
    r"|(?P<double>[\"\u201c\u201d\u201e]{2})",
    re.DOTALL | re.IGNORECASE,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_SINGLE_QUOTE = late("['\u2018\u2019\u201a\u201b]{2}")
_SINGLE_QUOTES = "'\u2018\u2019\u201a\u201b"
_DOUBLE_QUOTES = '"\u201c\u201d\u201e'
_QUOTES = frozenset(_SINGLE_QUOTES + _DOUBLE_QUOTES)
_STEPS_OF_A_FRAGMENT = 5
"""How many steps it counts to parse `$(...)` for the first time (reasoned: it takes that long)."""
ITEMS_OF_A_STEP = 64
"""How many list elements an operator processes in one step (reasoned)."""
ITEMS_PASSED_IN_A_STEP = 4096
"""How many list elements are passed on the way to an index in one step (reasoned)."""
CHARACTERS_OF_A_STEP = 250
"""How many characters of text are processed in one step (reasoned)."""
_NOT_PLAIN = late(f"[$`{_SINGLE_QUOTES}{_DOUBLE_QUOTES}]")
_WORD_PIECE = late(
    f"[{_SINGLE_QUOTES}](?:[^{_SINGLE_QUOTES}]|[{_SINGLE_QUOTES}]{{2}})*[{_SINGLE_QUOTES}]"
    f"|[{_DOUBLE_QUOTES}](?:[^`{_DOUBLE_QUOTES}]|`.|[{_DOUBLE_QUOTES}]{{2}})*[{_DOUBLE_QUOTES}]"
    f"|(?P<sub>\\$\\()|(?:`.|[^`{_SINGLE_QUOTES}{_DOUBLE_QUOTES}$]|\\$(?!\\())+|.",
    re.DOTALL,
)
PLAIN = (
    r"'(?P<single>[^'\n\u2018-\u201b]*+)'"
    r"|\"(?P<double>(?:[^\"`$\n\u201c-\u201e]|\$(?!\())*+)\""
    r"|(?P<variable>\$\w++)"
    r"|(?P<number>\d{1,9}+)"
)
"""A text, a variable or a number alone, as most values are written: to ask the tree for their nodes is slow."""
_HERE_START = late(r"@.[ \t]*(?:\r\n|\n|\r)")


def plain_value(match: re.Match[str], run: Evaluator) -> Value:
    """The value that `PLAIN` matched, the same as evaluating its nodes."""
    kind = match.lastgroup or ""
    start, end = match.span(kind)
    if kind == "variable":
        return variable_value(match[kind], start, end, run)
    if kind == "double":
        return expanded(start, end, run)
    return Value(int(match[kind]) if kind == "number" else match[kind], start, end)


def plain_parts(pattern: re.Pattern[str], start: int, end: int, run: Evaluator) -> list[re.Match[str]] | None:
    """The adjacent matches of a pattern from `start` to `end`; None if they leave out anything."""
    parts: list[re.Match[str]] = []
    while start < end:
        part = pattern.match(run.syntax.text, start, end)
        if part is None:
            return None
        parts.append(part)
        start = part.end()
    return parts


def variable(node: Node, run: Evaluator) -> Value:
    """The value of a variable, or of a masked expression that the grammar sees as one."""
    start, end = node.start_byte, node.end_byte
    written = run.syntax.text[start:end]
    if written.startswith("{") and written[1:2] not in {"{", "%"}:
        return Value(Block(node), start, end)  # an empty one
    if written.startswith("<"):
        return Value(Unknown(TO_FILL_IN), start, end)
    if not _PLAIN_VARIABLE.fullmatch(written):
        if _CALLED.match(written) is None:
            return word_value(start, end, run)
        run.step(1 if run.syntax.has_fragment(start, end) else _STEPS_OF_A_FRAGMENT)
        spelt = _with_parentheses(written)
        roots = None if spelt is None else run.syntax.made(spelt, start, end)
        if roots is not None:
            return collected([value for root in roots for value in run.statements(root)], start, end)
        return collected(run.statements(run.syntax.fragment(start, end)), start, end)
    return variable_value(written, start, end, run)


def _with_parentheses(written: str) -> str | None:
    """A value with its methods' blocks in parentheses, as the grammar wants them; None of one without."""
    spelt = written
    for _ in range(_MAX_METHODS):
        method = _METHOD.search(spelt)
        if method is None:
            break
        closed = behind_brace(spelt, method.end() + 1)
        spelt = f"{spelt[: method.end()]}({spelt[method.end() : closed]}){spelt[closed:]}"
    return None if spelt == written else spelt


@lru_cache(maxsize=1024)
def _not_set(written: str, by_whom: str) -> Unknown:
    """The value of a variable that is set elsewhere, by its name as it is written: the same wherever it stands."""
    return Unknown(f"`{written}`{by_whom}")


def variable_value(written: str, start: int, end: int, run: Evaluator) -> Value:
    """The value of a variable that is written at a place; what is unknown, and `$true`, has the variable's place."""
    name = written[1:].strip("{}").casefold()
    value = run.look_up(name)
    if value is None:
        if name in run.syntax.set_in_errors:
            by_whom = ", which is set in what is left out"
        else:
            by_whom = SET_ELSEWHERE if run.variables.are_set_elsewhere else ", which this script does not set"
        return Value(_not_set(written, by_whom), start, end)
    if isinstance(value, Nothing):
        return Nothing(None, start, end)
    if value.is_unknown or value.data is None or not value.end:
        return Value(value.data, start, end)
    return value


def _within_quotes(node: Node, run: Evaluator) -> tuple[int, int]:
    """The offsets of the text inside quotes; masking may have hidden the first or last quote from the grammar."""
    text, start, end = run.syntax.text, node.start_byte, node.end_byte
    first = start if text[start] not in _QUOTES else start + 1
    return first, end if text[end - 1] not in _QUOTES or (end - 1 == start) else end - 1


def single_quoted(node: Node, run: Evaluator) -> Value:
    """A string in single quotes."""
    start, end = _within_quotes(node, run)
    text = run.syntax.text[start:end]
    if _SINGLE_QUOTE.search(text) is not None:
        text = _SINGLE_QUOTE.sub(lambda match: match[0][0], text)
    return Value(text, start, end)


def double_quoted(node: Node, run: Evaluator) -> Value:
    """A string in double quotes."""
    return expanded(*_within_quotes(node, run), run)


def here_string(node: Node, run: Evaluator) -> Value:
    """A here-string, in single or double quotes."""
    text = run.syntax.text
    match = _HERE_START.match(text, node.start_byte)
    start = match.end() if match else node.start_byte + 2
    end = node.end_byte - 2
    while end > start and text[end - 1] not in "\r\n":
        end -= 1
    end -= 2 if text[end - 2 : end] == "\r\n" else 1
    end = max(end, start)
    if node.type == "verbatim_here_string_characters":
        return Value(text[start:end], start, end)
    return expanded(start, end, run)


def expanded(start: int, end: int, run: Evaluator) -> Value:
    """The text between two offsets with variables, expressions and escapes expanded; unknown if one of them is."""
    text = run.syntax.text
    parts: list[str | Unknown] = []
    pieces: list[str] = []
    at, is_closed = start, True
    while match := _EXPANDED.search(text, at, end):
        pieces.append(text[at : match.start()])
        at = match.end()
        if match["escape"] is not None:
            pieces.append("" if match["escape"] in "\r\n" else _ESCAPES.get(match["escape"], match["escape"]))
            continue
        if match["double"] is not None:
            pieces.append(match["double"][0])
            continue
        if match["sub"] is not None:
            inner, at = at, behind_parentheses(text, at, end) if is_closed else at
            is_closed = at > inner  # behind one that nothing closes none is looked for
            is_parsed = run.syntax.has_fragment(inner, at - 1)
            run.step(1 if is_parsed else _STEPS_OF_A_FRAGMENT + (at - inner) // CHARACTERS_OF_A_STEP)
            found = run.statements(run.syntax.fragment(inner, at - 1)) if at > inner else []
            value = collected(found, match.start(), at)
        else:
            value = variable_value(match["variable"], match.start(), at, run)
        value = as_part(value)
        if isinstance(value.data, list):
            run.step(size_of(value) // ITEMS_OF_A_STEP)
            value = _joined(value.data, value, run)
        elif isinstance(value.data, (Table, Thing, Block)) or _is_long_fraction(value.data):
            value = value._replace(data=Unknown(SHOWN))
        if run.syntax.has_document:
            run.pieces.put_in(match.start(), at, value)
        inner_unknown = next((each.data for each in flat(value) if isinstance(each.data, Unknown)), None)
        if inner_unknown is None:
            pieces.append(text_of(value))
        else:
            parts += [text_of_all(pieces), inner_unknown]
            pieces = []
    pieces.append(text[at:end])
    made = text_of_all(pieces)
    run.step(len(made) // CHARACTERS_OF_A_STEP)
    if len(made) > MAX_TEXT_CHARACTERS:
        return Value(Unknown("a text longer than is followed"), start, end)
    unknown = unknown_text([*parts, made])
    return Value(made if unknown is None else unknown.with_ending(made), start, end)


def _is_long_fraction(data: Data) -> bool:
    """Whether a number has more digits than Windows PowerShell shows (PowerShell 7 shows more)."""
    return isinstance(data, float) and len(repr(data)) > _DIGITS_SHOWN


_DIGITS_SHOWN = 15


def _joined(items: list[Value], value: Value, run: Evaluator) -> Value:
    """A list as text: its elements separated by `$OFS`, by default a blank."""
    if isinstance(items, Unordered) and items.matters:
        return value._replace(data=Unknown(ORDER_NOT_KNOWN))
    if any(isinstance(each.data, (Table, Thing, Block)) for each in items):
        return value._replace(data=Unknown(SHOWN))
    separator = run.look_up("ofs")
    if separator is None or any(each.is_unknown for each in items):
        return value
    return value._replace(data=separator.data if separator.is_unknown else text_of_elements(items, text_of(separator)))


def word_value(start: int, end: int, run: Evaluator) -> Value:
    """A bare word as an argument: inner quotes removed, variables expanded."""
    text = run.syntax.text
    if _NOT_PLAIN.search(text, start, end) is None:
        return Value(text[start:end], start, end)
    pieces: list[Value] = []
    at = start
    while match := _WORD_PIECE.match(text, at, end):
        first = match[0][0]
        at = match.end()
        if match["sub"] is not None:
            at = max(at, behind_parentheses(text, at, end))
            pieces.append(expanded(match.start(), at, run))
        elif len(match[0]) > 1 and first in _SINGLE_QUOTES:
            pieces.append(Value(_SINGLE_QUOTE.sub(lambda each: each[0][0], match[0][1:-1]), start, end))
        elif len(match[0]) > 1 and first in _DOUBLE_QUOTES:
            pieces.append(expanded(match.start() + 1, match.end() - 1, run))
        else:
            pieces.append(expanded(match.start(), match.end(), run))
    unknown = unknown_text([piece.data if isinstance(piece.data, Unknown) else text_of(piece) for piece in pieces])
    made = text_of_all(map(text_of, pieces))
    if len(made) > MAX_TEXT_CHARACTERS:
        unknown = Unknown("a text longer than is followed")
    return Value(made if unknown is None else unknown, start, end)
