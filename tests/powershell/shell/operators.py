"""The operators of PowerShell, its strings, and how it hands arguments to programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tree_sitter import Node

from tests.powershell.shell.values import (
    Table,
    Type,
    UnknownError,
    formatted,
    is_of,
    items,
    like,
    regex,
    replacement,
    same,
    text,
    truth,
)

if TYPE_CHECKING:
    from tests.powershell.shell.language import Shell

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def plus(left: Any, right: Any) -> Any:
    """`+`."""
    if left is None:
        return right
    if isinstance(left, list):
        return left + items(right) if right is not None or isinstance(right, list) else [*left, None]
    if isinstance(left, Table):
        made = Table(left)
        for key, value in right.items():
            if made.key(key) in made:
                raise UnknownError(f"the key {key} twice")
            made[key] = value
        return made
    if isinstance(left, str):
        return left + text(right)
    return left + right


def binary(operator: str, left: Any, right: Any, shell: Shell) -> Any:
    """What an operator makes of two values."""
    if operator in {"-is", "-isnot"}:
        assert isinstance(right, Type)
        return is_of(left, right.name) == (operator == "-is")
    if operator == "-f":
        return formatted(text(left), items(right))
    if operator == "+":
        return plus(left, right)
    if operator in {"-", "*", "/"}:
        return {"-": lambda: left - right, "*": lambda: left * right, "/": lambda: left / right}[operator]()
    if operator == "-join":
        return text(right).join(map(text, items(left)))
    if operator in {"-contains", "-notcontains"}:
        return any(same(each, right) for each in items(left)) == (operator == "-contains")
    if operator in {"-in", "-notin"}:
        return any(same(each, left) for each in items(right)) == (operator == "-in")
    if operator in {"-replace", "-creplace"}:
        pattern, new = [*items(right), ""][:2]
        made = [regex(pattern, with_case=operator[1] == "c").sub(replacement(new), text(each)) for each in items(left)]
        return made if isinstance(left, list) else made[0]
    if operator == "-split":
        pattern, *most = items(right)
        return [
            part
            for each in items(left)
            for part in regex(pattern).split(text(each), max(most[0] - 1, 0) if most else 0)
        ]
    if operator in {"-match", "-notmatch"}:
        if isinstance(left, list):
            return [each for each in left if (regex(right).search(text(each)) is not None) == (operator == "-match")]
        match = regex(right).search(text(left))
        if match is not None:
            shell.scopes[-1]["matches"] = Table({0: match[0]} | {i + 1: each for i, each in enumerate(match.groups())})
        return (match is not None) == (operator == "-match")
    return _compared(operator, left, right)


def _compared(operator: str, left: Any, right: Any) -> Any:
    tests = {
        "-eq": lambda each: same(each, right),
        "-ne": lambda each: not same(each, right),
        "-ceq": lambda each: text(each) == text(right),
        "-cne": lambda each: text(each) != text(right),
        "-like": lambda each: like(each, right),
        "-notlike": lambda each: not like(each, right),
        "-gt": lambda each: (each or 0) > right,
        "-ge": lambda each: (each or 0) >= right,
        "-lt": lambda each: (each or 0) < right,
        "-le": lambda each: (each or 0) <= right,
    }
    if operator not in tests:
        raise UnknownError(f"the operator {operator}")
    return [each for each in left if tests[operator](each)] if isinstance(left, list) else tests[operator](left)


def unary(sign: str, value: Any) -> Any:
    """What an operator makes of one value."""
    if sign == "-join":
        return "".join(map(text, items(value)))
    if sign == "+":
        return value
    raise UnknownError(f"the operator {sign}: {truth(value)}")


def _unescaped(written: str) -> str:
    written = written.replace('""', '"')
    return re.sub(r"`(.)", lambda match: _ESCAPES.get(match[1], match[1]), written, flags=re.DOTALL)


def expanded(node: Node, shell: Shell) -> str:
    """A string in double quotes with its variables and expressions put in."""
    assert node.text is not None
    source, start = node.text, node.start_byte
    pieces, at = [], 1
    for child in node.children:
        if child.type not in {"variable", "sub_expression"}:
            continue
        pieces.append(_unescaped(source[at : child.start_byte - start].decode()))
        value = shell.value(child)
        pieces.append(text(value))
        at = child.end_byte - start
    pieces.append(_unescaped(source[at : len(source) - 1].decode()))
    return "".join(pieces)


def unquoted(written: str, shell: Shell) -> Any:
    """A word of a command without quotes around it."""
    if re.fullmatch(r"-?\d+", written):
        return int(written)
    return re.sub(r"\$(\w+)", lambda match: text(shell.look_up(match[1])), written)


def passed(words: Sequence[str], version: tuple[int, ...]) -> list[str]:
    """The arguments that a program gets: since 7.3 as they are, before by way of a command line.

    As NativeCommandParameterBinder.cs of PowerShell builds it (5.1 leaves out the doubled backslashes), and as
    CommandLineToArgvW takes it apart.
    """
    if version >= (7, 3):
        return list(words)
    line = []
    for word in words:
        if not word:
            continue
        if _needs_quotes(word):
            tail = re.search(r"\\*$", word) if version >= (6,) else None
            line.append(f'"{word}{tail[0] if tail else ""}"')
        else:
            line.append(word)
    return arguments(" ".join(line))


def _needs_quotes(word: str) -> bool:
    needs = False
    follows_backslash = False
    quotes = 0
    for letter in word:
        if letter == '"' and not follows_backslash:
            quotes += 1
        elif letter.isspace() and quotes % 2 == 0:
            needs = True
        follows_backslash = letter == "\\"
    return needs


def arguments(line: str) -> list[str]:
    """The arguments of a command line of Windows."""
    made: list[str] = []
    word, is_quoted, has_word, at = "", False, False, 0
    while at < len(line):
        match = re.compile(r'(\\*)("?)').match(line, at)
        assert match is not None
        backslashes, quote = match[1], match[2]
        if backslashes and quote:
            word += "\\" * (len(backslashes) // 2)
            has_word = True
            if len(backslashes) % 2:
                word += '"'
            else:
                is_quoted = not is_quoted
            at = match.end()
        elif backslashes:
            word, has_word, at = word + backslashes, True, match.end()
        elif quote:
            if is_quoted and line[at + 1 : at + 2] == '"':
                word += '"'
                at += 2
            else:
                is_quoted, has_word, at = not is_quoted, True, at + 1
        elif line[at] in " \t" and not is_quoted:
            if has_word:
                made.append(word)
            word, has_word, at = "", False, at + 1
        else:
            word, has_word, at = word + line[at], True, at + 1
    return [*made, word] if has_word else made
