"""The type operators `-is`, `-isnot` and `-as` (about_Type_Operators)."""

from __future__ import annotations

from tree_sitter import Node

from ipseclint.formats.powershell.script.evaluator import Evaluator
from ipseclint.formats.powershell.script.values.conversions import converted, type_in
from ipseclint.formats.powershell.script.values.value import (
    Block,
    Character,
    Data,
    Table,
    Unknown,
    Value,
    as_part,
    text_of,
)

OPERATORS = frozenset({"-is", "-isnot", "-as"})
"""These operators."""

_INTEGERS = frozenset({"int", "int32"})
_NUMBERS = frozenset(
    {"byte", "decimal", "double", "float", "int16", "int64", "long", "sbyte", "single", "uint16", "uint32", "uint64"}
)
_OF_BASE = frozenset({"bool", "boolean", "char", "string", "scriptblock", "hashtable", "array", "object[]"})
_KNOWN = _INTEGERS | _NUMBERS | _OF_BASE
"""The types for which membership can be decided."""


def asked(operator: str, value: Value, operand: Node, run: Evaluator) -> Value:
    """The value of a type operator, given its left value and the node of the type."""
    end = operand.end_byte
    if operand.type == "type_literal":
        name = type_in(run.syntax.source(operand))
    else:
        named = run.value(operand)
        name = "" if named.is_unknown else type_in(text_of(named))
    value = as_part(value)
    if value.is_unknown or not name:
        return Value(value.data if value.is_unknown else Unknown("a type that is not known"), value.start, end)
    bare = name.removeprefix("system.").removeprefix("management.automation.")
    if operator == "-as":
        data = converted(value, bare)
        is_none = value.data is None or (isinstance(data, Unknown) and data.is_error)
        return Value(None if is_none else data, value.start, end)
    truth = False if value.data is None else _is(value.data, bare)
    unknown = Unknown(f"whether this is of the type [{name}]")
    return Value(unknown if truth is None else truth is (operator == "-is"), value.start, end)


def _is(data: Data, name: str) -> bool | None:
    """Whether data is of a type, by folded name; None if unknown."""
    if name == "object":
        return True
    match data:
        case bool():
            own = {"bool", "boolean"}
        case int():
            if name in _NUMBERS or name not in _KNOWN:
                return None  # a conversion makes a number one of the former, which is not kept
            return name in _INTEGERS and -1 << 31 <= data < 1 << 31
        case float():
            own = {"double", "float", "single", "decimal"}
        case Character():
            own = {"char"}
        case str():
            own = {"string"}
        case list():
            own = {"array", "object[]"}
        case Block():
            own = {"scriptblock"}
        case Table():
            own = {"hashtable"}
            if data.is_ordered or data.kind or name == "hashtable":
                return None
        case _:
            return None
    return name in own if name in _KNOWN else None
