"""Checks the members and functions in the expression of a custom rule against the model and CEL.

CEL reports a missing member only when it is used, and a value that an input leaves out is missing too: a misspelt name
would give a rule that never fires.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from msgspec import Struct
from pydantic import BaseModel

from ipseclint.late import late
from ipseclint.model.kinds import KIND_OF
from ipseclint.model.policy import ConnectionSecurityRule, MainModeRule
from ipseclint.model.selectors import Address, PortRange
from ipseclint.model.sets import AuthenticationSet, MainModeCryptoSet, QuickModeCryptoSet
from ipseclint.model.setting import Secret, Setting, Unknown
from ipseclint.model.site import Site
from ipseclint.model.values import Frozen, Validated
from ipseclint.source import Span
from ipseclint.words import series


class Shape(Struct, frozen=True):
    """What an expression can ask of a value: its members; for a list those of its elements."""

    called: str
    members: Mapping[str, Shape] | None = None
    element: Shape | None = None


_SCALAR = Shape("value without members")
_SHOWN_AS_TEXT = (Address, PortRange, Secret, Span, Unknown)
_RULES: dict[str, type[Validated]] = {
    "main_mode": MainModeCryptoSet,
    "first_authentication_set": AuthenticationSet,
    "quick_mode": QuickModeCryptoSet,
    "second_authentication_set": AuthenticationSet,
}
_MACROS = frozenset({"all", "exists", "exists_one", "filter", "map"})
_KNOWN = frozenset({"true", "false", "null", "in", "int", "uint", "double", "string", "bool", "bytes", "list", "map"})
_FUNCTIONS = (
    _MACROS
    | {"has", "existsOne", "optMap", "optFlatMap", "of", "ofNonZeroValue", "none", "or", "orValue", "hasValue", "value"}
    | {"bytes", "double", "duration", "dyn", "int", "string", "timestamp", "type", "uint"}
    | {"contains", "endsWith", "matches", "size", "startsWith"}
    | {"getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getFullYear", "getMonth"}
    | {"getHours", "getMilliseconds", "getMinutes", "getSeconds"}
)
"""The functions that the package `cel` supports: standard functions and macros of CEL, as far as it has them."""

_TOKEN = late(
    r'//[^\n]*|"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|(?<!\\)(?:"(?:\\.|[^"\\\n])*+"|\'(?:\\.|[^\'\\\n])*+\')'
    r"|(?P<name>[A-Za-z_]\w*)|(?P<number>\d[\w.]*)|(?P<mark>[^\s\w])"
)


class _Token(NamedTuple):
    text: str
    is_name: bool


class _Scope(NamedTuple):
    """A name that a macro binds, from the macro's comma to its closing parenthesis."""

    name: str
    first: int
    last: int
    shape: Shape | None


def object_shape(kind: str) -> Shape:
    """The shape of an object of one kind, as `custom_rules.values_of` makes it."""
    model: Any = KIND_OF[kind].type
    shape = _of_model(model)
    used = {ConnectionSecurityRule: tuple(_RULES), MainModeRule: ("main_mode", "first_authentication_set")}
    sets = {name: _of_model(_RULES[name]) for name in used.get(model, ())}
    return Shape(shape.called, {**(shape.members or {}), **sets})


def site_shape() -> Shape:
    """The shape of the site."""
    return _of_model(Site)


def unknown_members(expression: str, roots: Mapping[str, Shape]) -> Iterator[str]:
    """Why a name or member of an expression can never have a value, one sentence each."""
    tokens = _tokens(expression)
    scopes: list[_Scope] = []
    for place, token in enumerate(tokens):
        after = tokens[place + 1].text if place + 1 < len(tokens) else ""
        if not token.is_name or (place and tokens[place - 1].text == ".") or after == "(" or _is_prefix(tokens, place):
            continue
        bound = [scope for scope in scopes if scope.name == token.text and scope.first <= place <= scope.last]
        if not bound and token.text not in roots:
            if token.text not in _KNOWN:
                yield f"unknown name {token.text!r}; an expression sees {series(roots)}"
            continue
        shape = bound[-1].shape if bound else roots[token.text]
        yield from _follow(tokens, place, shape, scopes)


def unknown_functions(expression: str) -> Iterator[str]:
    """The unknown functions of an expression, one sentence each."""
    tokens = _tokens(expression)
    for token, after in pairwise(tokens):
        if token.is_name and after.text == "(" and token.text not in _FUNCTIONS | {"in"}:
            close = _close(token.text, _FUNCTIONS)
            yield f"there is no function {token.text}()" + (f"; did you mean {close[0]}()?" if close else "")


def literal_patterns(expression: str) -> Iterator[str]:
    """The literals of an expression that are regular expressions, with their quotes."""
    tokens = _tokens(expression)
    for place in range(len(tokens) - 3):
        if tokens[place].text == "matches" and tokens[place + 1].text == "(":
            letters = tokens[place + 2].text if _is_prefix(tokens, place + 2) else ""
            literal = tokens[place + 2 + bool(letters)].text
            if literal[0] in "\"'":
                yield letters + literal


def unknown_path(path: str, shape: Shape) -> str | None:
    """Why a path such as `quick_mode.name` into an object has no value to show; None if it can have one."""
    for name in path.split("."):
        member = (shape.members or {}).get(name)
        if member is None:
            return _no_member(shape, name)
        shape = member
    return None


def _tokens(expression: str) -> list[_Token]:
    return [
        _Token(match[0], match["name"] is not None)
        for match in _TOKEN.finditer(expression)
        if not match[0].startswith("//")
    ]


def _is_prefix(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a name is the letter before a string, as in r"..."."""
    return place + 1 < len(tokens) and tokens[place + 1].text[0] in "\"'"


def _follow(tokens: Sequence[_Token], place: int, shape: Shape | None, scopes: list[_Scope]) -> Iterator[str]:
    """The members asked for one after the other behind a name; what macros bind is added to `scopes`."""
    place += 1
    while shape is not None and place + 1 < len(tokens):
        if tokens[place].text == "[":
            shape = shape.element
            place = _closing(tokens, place) + 1
        elif tokens[place].text == "." and tokens[place + 1].is_name:
            name = tokens[place + 1].text
            if place + 2 < len(tokens) and tokens[place + 2].text == "(":
                last = _closing(tokens, place + 2)
                if name in _MACROS and place + 4 < len(tokens):
                    scopes.append(_Scope(tokens[place + 3].text, place + 3, last, shape.element))
                shape = shape if name == "filter" else None
                place = last + 1
                continue
            member = (shape.members or {}).get(name)
            if member is None:
                yield _no_member(shape, name)
            shape = member
            place += 2
        else:
            return


def _closing(tokens: Sequence[_Token], place: int) -> int:
    """The place of the bracket that closes the one at a place, or the last place."""
    depth = 0
    for index in range(place, len(tokens)):
        depth += (tokens[index].text in "([{") - (tokens[index].text in ")]}")
        if depth == 0:
            return index
    return len(tokens) - 1


def _no_member(shape: Shape, name: str) -> str:
    if shape.members is None:
        what = "list; index it, or use exists or all" if shape.element else shape.called
        return f"{name!r} is asked of a {what}"
    close = _close(name, shape.members)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(sorted(shape.members))}"
    return f"a {shape.called} has no {name!r}; {hint}"


def _of_model(model: type[Frozen | BaseModel]) -> Shape:
    hints = get_type_hints(model)
    names = model.__struct_fields__ if issubclass(model, Frozen) else model.model_fields
    fields = {name: _of(hints[name]) for name in names}
    kind = None if "kind" in names else getattr(model, "kind", None)
    return Shape(kind or _in_words(model), {**({"kind": _SCALAR} if kind else {}), **fields})


def _of(annotation: Any) -> Shape:
    """The shape of a value as `plain` writes it, from the type that the model declares."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Setting:
        return _of(parts[0])
    if origin in {tuple, list, frozenset, set}:
        return Shape("list", element=_of(parts[0]) if parts else _SCALAR)
    if parts and origin is not dict:
        shapes = [_of(part) for part in parts if isinstance(part, type) or get_origin(part) is not None]
        return next((shape for shape in shapes if shape != _SCALAR), _SCALAR)
    if not isinstance(annotation, type) or issubclass(annotation, _SHOWN_AS_TEXT):
        return _SCALAR
    if issubclass(annotation, Frozen | BaseModel):
        return _of_model(annotation)
    if issubclass(annotation, Struct) or hasattr(annotation, "_fields"):
        hints = get_type_hints(annotation)
        return Shape(_in_words(annotation), {name: _of(hint) for name, hint in hints.items()})
    return _SCALAR


def _in_words(annotation: type) -> str:
    """The name of a class as words, for example `quick mode proposal`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", annotation.__name__).lower()


def _close(name: str, known: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(name, list(known), n=1)
