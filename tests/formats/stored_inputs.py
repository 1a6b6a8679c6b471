"""Inputs in a file and what is read of each as lines, for tests that store it below them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec
from pydantic import BaseModel

from ipseclint.formats.parsed import Parsed
from ipseclint.model.setting import Origin, Secret, Setting
from ipseclint.source import Source, Span, bytes_source

READ = "--- read"
_INPUT = re.compile(r"^=== (.+)\n", re.MULTILINE)
_MEMBER = re.compile(r"\n\+\+\+ (.+)$", re.MULTILINE)
_ORIGINS = {Origin.EXPLICIT: "", Origin.INHERITED: " inherited", Origin.DEFAULT: " by default"}
_LEFT_OUT = frozenset({"dialect", "kinds_not_held"})


def inputs_in(text: str) -> list[tuple[str, str]]:
    """The title of each input of a file, below `=== `, and its text with those of the files that belong to it."""
    _, *parts = _INPUT.split(text)
    return [(title, part.partition(f"\n{READ}\n")[0]) for title, part in zip(parts[::2], parts[1::2], strict=True)]


def source_of(path: str, text: str) -> Source:
    """An input with the files that belong to it, each below `+++ `."""
    own, *parts = _MEMBER.split(text)
    members = [bytes_source(name, part[1:].encode()) for name, part in zip(parts[::2], parts[1::2], strict=True)]
    return msgspec.structs.replace(bytes_source(path, own.encode()), members=tuple(members))


def said_of(result: Parsed, path: str, *, defaults: bool = False) -> Iterator[str]:
    """What is read of an input, a line for each object or problem; with `defaults`, what Windows takes for unsaid."""
    for holder in (result.policy, result):
        for name, member in _fields(holder, defaults=defaults):
            for each in member if isinstance(member, tuple) else (member,):
                if each != "" and name not in {"policy", "problems"} and not getattr(each, "builtin", False):
                    yield f"{name} {json.dumps(_said(each, path, defaults=defaults))}"
    for problem in result.problems:
        yield f"{_said(problem.span, path)} {problem.message}"


def _fields(holder: BaseModel | msgspec.Struct, *, defaults: bool) -> Iterator[tuple[str, Any]]:
    """The fields of an object that say something: neither empty nor what Windows takes for unsaid, unless asked."""
    names = type(holder).model_fields if isinstance(holder, BaseModel) else holder.__struct_fields__
    for name in names:
        value = getattr(holder, name)
        assert value is not None or may_be_none(type(holder), name)
        if value is False or value in (None, (), {}) or (value == "" and not defaults) or name in _LEFT_OUT:
            continue
        if defaults or not (isinstance(value, Setting) and value.origin is Origin.DEFAULT):
            yield name, value


@cache
def may_be_none(kind: type, name: str) -> bool:
    """Whether a field is declared to be None at times: what is empty and what is absent are both left out below."""
    hint = get_type_hints(kind)[name]
    return any(each in {Any, object, type(None)} or isinstance(each, TypeVar) for each in (hint, *get_args(hint)))


def _said(value: Any, path: str, *, defaults: bool = False) -> Any:
    """A value as JSON has it: a place as LINE:COLUMN+LENGTH, a setting as VALUE @ PLACE."""
    match value:
        case Secret():
            return "secret"
        case Span():
            place = f"{value.line}:{value.column}+{value.length}"
            return place if value.path == path else f"{value.path}:{place}"
        case Setting():
            said = _said(value.value, path, defaults=defaults)
            shown = said if isinstance(said, str) else json.dumps(said)
            return f"{shown} @ {_said(value.span, path)}" + _ORIGINS[value.origin]
        case BaseModel() | msgspec.Struct():
            return {name: _said(member, path, defaults=defaults) for name, member in _fields(value, defaults=defaults)}
        case tuple() | list():
            return [_said(member, path, defaults=defaults) for member in value]
        case frozenset() | set():
            return sorted(map(str, value))
        case dict():
            return {str(name): _said(member, path, defaults=defaults) for name, member in value.items()}
        case None | bool() | int() | float():
            return value
    return str(value)
