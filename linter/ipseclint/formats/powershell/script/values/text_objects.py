"""Objects that a script makes from texts: CSV rows, JSON, XML."""

from __future__ import annotations

import csv

from ipseclint.formats.kit.json_places import Json, JsonError, JsonObject, read_json
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values import patterns
from ipseclint.formats.powershell.script.values.conversions import converted
from ipseclint.formats.powershell.script.values.lists import collected, items_of
from ipseclint.formats.powershell.script.values.value import (
    Table,
    Unknown,
    Value,
    joined_lines,
    number_in,
    text_of,
)
from ipseclint.formats.powershell.script.values.xml_objects import ELEMENTS_OF_A_STEP, selected, size_of


def from_csv(call: Call, run: Evaluator) -> list[Value]:
    """The objects of CSV text; each cell has its own place if it stands in the script as it is."""
    named, rest = parameters(call)
    texts = call.piped or [each for value in (given(named, "inputobject"), *rest) if value for each in items_of(value)]
    separator = given(named, "delimiter")
    if separator is not None and separator.is_unknown:
        return [Value(Unknown("what a table with such a line or separator gives"), call.start, call.end)]
    delimiter = text_of(separator)[:1] if separator is not None else ","
    lines: list[Value] = []
    for value in texts:
        if value.is_unknown:
            return [Value(value.data, call.start, call.end)]
        lines += [line for line in patterns.cut(value, r"\r\n?|\n") if text_of(line).strip()]
    named_columns = given(named, "header")
    header = None if named_columns is None else [text_of(each) for each in items_of(named_columns)]
    rows: list[Value] = []
    for line in lines:
        text = text_of(line)
        if text.startswith("#"):
            continue
        if text.count('"') % 2:  # a cell that goes on in the next line
            return [Value(Unknown("what a table with such a line or separator gives"), call.start, call.end)]
        try:
            cells = next(csv.reader([text], delimiter=delimiter or ","), [])
        except (csv.Error, ValueError, TypeError):
            return [Value(Unknown("what a table with such a line or separator gives"), call.start, call.end)]
        if header is None:
            header = [cell.strip() for cell in cells]
            continue
        is_literal = run.syntax.text[line.start : line.end] == text
        rows.append(Value(_row(header, cells, line, is_literal=is_literal), line.start, line.end))
    return rows


def from_string_data(call: Call, run: Evaluator) -> list[Value]:
    """The table that `ConvertFrom-StringData` makes of each text: lines of names and values."""
    named, rest = parameters(call)
    texts = call.piped or [each for value in (given(named, "stringdata"), *rest) if value for each in items_of(value)]
    return [_table_of_lines(text, call, run) for text in texts]


def _table_of_lines(text: Value, call: Call, run: Evaluator) -> Value:
    if text.is_unknown:
        return Value(text.data, call.start, call.end)
    table = Table()
    for line in patterns.cut(text, r"\r\n?|\n"):
        name, sign, value = text_of(line).partition("=")
        if not name.strip() or name.lstrip().startswith("#"):
            continue
        if not sign or "\\" in value or name.strip().casefold() in table.values:
            return Value(Unknown(f"what `{call.name}` makes of such a line"), call.start, call.end)
        is_literal = run.syntax.text[line.start : line.end] == text_of(line)
        begin = line.start + len(name) + 1 + len(value) - len(value.lstrip())
        place = (begin, begin + len(value.strip())) if is_literal else (line.start, line.end)
        table.set(Value(name.strip(), line.start, line.end), Value(value.strip(), *place))
    return Value(table, text.start, text.end)


def _row(header: list[str], cells: list[str], line: Value, *, is_literal: bool) -> Table:
    table = Table()
    text, at = text_of(line), 0
    for name, cell in zip(header, cells, strict=False):
        begin = text.find(cell, at) if cell and is_literal else -1
        place = (line.start + begin, line.start + begin + len(cell)) if begin >= 0 else (line.start, line.end)
        at = begin + len(cell) if begin >= 0 else at
        table.set(Value(name, line.start, line.end), Value(cell, *place))
    return table


def from_json(call: Call, run: Evaluator) -> list[Value]:
    """The objects of JSON text that stands in the script as it is, each value at its place; unknown for other JSON."""
    named, rest = parameters(call)
    lines = items_of(given(named, "inputobject") or (rest[0] if rest else None) or collected(call.piped or [], 0, 0))
    text = lines[0] if len(lines) == 1 else joined_lines(lines)
    gives = "gives" if text is None or text.is_unknown else "makes of such a text"
    unknown = Value(Unknown(f"what `ConvertFrom-Json` {gives}"), call.start, call.end)
    syntax = run.syntax
    if text is None or syntax.text[text.start : text.end] != text.data:
        return [unknown]
    place = syntax.span(text.start, text.end)
    before = "\n" * (place.line - 1) + " " * (place.column - 1)
    try:
        values = list(read_json(before + text_of(text), place.path))
    except JsonError:
        return [unknown]
    return [each for value in values for each in items_of(_of_json(value, text, syntax))]


_WORDS = {"true": True, "false": False}


def _of_json(value: Json, text: Value, syntax: Syntax) -> Value:
    if isinstance(value, list):
        return Value([_of_json(each, text, syntax) for each in value], text.start, text.end)
    if isinstance(value, JsonObject):
        table = Table()
        for name, each in value.members:
            at = syntax.offset(name.path, name.line, name.column)
            table.set(Value(name.text, at, at + name.length), _of_json(each, text, syntax))
        return Value(table, text.start, text.end)
    if value is None:
        return Value(None, text.start, text.end)
    at = syntax.offset(value.path, value.line, value.column)
    if syntax.text[at - 1] == '"':
        return Value(value.text, at, at + value.length)
    number = number_in(value.text)
    is_plain = number is not None and str(number) == value.text
    return Value(_WORDS.get(value.text, number if is_plain else value.text), at, at + value.length)


def select_xml(call: Call, run: Evaluator) -> list[Value]:
    """The output of `Select-Xml` on XML of the script: objects that hold the node."""
    named, rest = parameters(call)
    path = given(named, "xpath") or (rest[0] if rest else None)
    document = given(named, "xml") or (call.piped[0] if call.piped else None)
    content = given(named, "content")
    if document is None and content is not None:
        document = Value(converted(content, "xml"), content.start, content.end)
    if document is not None:
        run.step(size_of(document) // ELEMENTS_OF_A_STEP)
    found = None if document is None or path is None else selected(document, text_of(path))
    if found is None:
        return [Value(Unknown("what `Select-Xml` gives"), call.start, call.end)]
    return [node._replace(data=Table({"node": node})) for node in found]
