"""PowerShell read back: what commands a text holds and what their arguments say, by a grammar of its own."""

from __future__ import annotations

import re

import tree_sitter_powershell
from tree_sitter import Language, Node, Parser

_LANGUAGE = Language(tree_sitter_powershell.language())
_LITERAL = re.compile("('(?:[^']|'')*')")
_DIGITS = re.compile(r"(?<= )-[A-Za-z]+\d\w*")
_OPENING = "'\u2018\u2019\u201a\u201b"


def _parse(text: str) -> Node:
    # The grammar knows no parameter names with digits, such as -Phase1AuthSet; outside of literals they are respelt.
    pieces = _LITERAL.split(text)
    pieces[::2] = [_DIGITS.sub(lambda match: re.sub(r"\d", "N", match[0]), piece) for piece in pieces[::2]]
    root = Parser(_LANGUAGE).parse("".join(pieces).encode("utf-8", "surrogatepass")).root_node
    assert not root.has_error, (text, str(root))
    return root


def commands_of(text: str) -> list[list[str]]:
    """The names of the commands of each statement, pipeline by pipeline. Fails if the text is not clean."""
    pipelines = _find(_parse(text), "pipeline", nested=False)
    return [[_text(name) for name in _find(pipeline, "command_name")] for pipeline in pipelines]


def strings_of(text: str) -> list[str]:
    """What every string expression of the text is worth, spliced characters put in."""
    found: list[str] = []
    _collect(_parse(text), found)
    return found


def _collect(node: Node, found: list[str]) -> None:
    spliced = node.type == "parenthesized_expression" and _find(node, "additive_expression")
    if spliced and not _find(node, "command_name"):
        found.append("".join(map(_worth, _leaves(node))))
        return
    if node.type == "verbatim_string_characters":
        found.append(_worth(node))
        return
    for child in node.children:
        _collect(child, found)


def _worth(node: Node) -> str:
    text = _text(node)
    if node.type == "cast_expression":
        return chr(int(text.removeprefix("[char]")))
    inner = text[1:-1]
    for quote in _OPENING:
        inner = inner.replace(quote * 2, quote)
    return inner


def _leaves(node: Node) -> list[Node]:
    if node.type in {"verbatim_string_characters", "cast_expression"}:
        return [node]
    return [leaf for child in node.children for leaf in _leaves(child)]


def _find(node: Node, kind: str, *, nested: bool = True) -> list[Node]:
    found = [node] if node.type == kind else []
    if found and not nested:
        return found
    return found + [each for child in node.children for each in _find(child, kind, nested=nested)]


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "surrogatepass")
