"""A backtracking matcher of Python's regular expressions that counts its steps, which no busy machine changes.

It walks the tree that `re` itself compiles, and looks at characters in the order of `re`, without its short cuts.
"""

from __future__ import annotations

import re
import re._constants as op
import re._parser as parser
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

Node = tuple[Any, Any]
Continue = Callable[[int], bool]


def _fitted(_end: int) -> bool:
    return True


class TooManyError(Exception):
    """The matcher took more steps than it may."""


REPEATS = frozenset({op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT})
ONE_CHARACTER = frozenset({op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN})


class _Taken(dict[str, bool]):
    """Which characters a node of one character takes, each found out when it is first met."""

    def __init__(self, kind: Any, value: Any, flags: int) -> None:
        super().__init__()
        self.of = kind, value, flags

    def __missing__(self, character: str) -> bool:
        kind, value, flags = self.of
        self[character] = taken = takes(kind, value, character, flags)
        return taken


@cache
def _tree_of(pattern: str, flags: int) -> list[Node]:
    """The tree of a pattern, as the matcher walks it."""
    return _prepared(parser.parse(pattern, flags), flags)


def _prepared(nodes: Any, flags: int) -> list[Node]:
    """Nodes as the matcher walks them; those of one character are all of one kind."""
    return [(op.ANY if kind in ONE_CHARACTER else kind, _held(kind, value, flags)) for kind, value in nodes]


def _held(kind: Any, value: Any, flags: int) -> Any:
    """What the matcher wants of a node: its characters, the nodes below it, and how often or where these stand."""
    if kind in ONE_CHARACTER:
        return _Taken(kind, value, flags)
    if kind is op.BRANCH:
        return [_prepared(branch, flags) for branch in value[1]]
    if kind in REPEATS:
        return value[0], value[1], _prepared(value[2], flags)
    if kind in {op.ASSERT, op.ASSERT_NOT}:
        return value[1].getwidth()[0] if value[0] < 0 else 0, _prepared(value[1], flags)
    if kind is op.SUBPATTERN:
        return _prepared(value[3], flags)
    return _prepared(value, flags) if kind is op.ATOMIC_GROUP else value


class Matcher:
    """One pattern over one text. `steps` counts the characters and places looked at.

    What a pattern may repeat up to some number is repeated no more than `most` times: a bound makes no growth.
    """

    def __init__(self, pattern: re.Pattern[Any], text: str, limit: int, most: int | None = None) -> None:
        self.tree = _tree_of(pattern.pattern, pattern.flags & ~re.DEBUG)
        self.text = text
        self.length = len(text)
        self.limit = limit
        self.most = most
        self.steps = 0
        self.lines = bool(pattern.flags & re.MULTILINE)

    def finds(self) -> bool:
        """Whether the pattern fits anywhere."""
        return any(self._run(self.tree, 0, start, _fitted) for start in range(self.length + 1))

    def scan(self, *, everywhere: bool) -> int:
        """The steps of trying the pattern at the start, or everywhere as long as it does not fit."""
        for start in range(self.length + 1 if everywhere else 1):
            if self._run(self.tree, 0, start, _fitted):
                break
        return self.steps

    def _step(self, times: int = 1) -> None:
        self.steps += times
        if self.steps > self.limit:
            raise TooManyError

    def _run(self, nodes: list[Node], index: int, at: int, then: Continue) -> bool:
        """Whether the nodes from an index fit at a place, and what follows fits behind them."""
        while index < len(nodes):
            kind, value = nodes[index]
            index += 1
            if kind is op.ANY:
                self.steps += 1
                if self.steps > self.limit:
                    raise TooManyError
                if at >= self.length or not value[self.text[at]]:
                    return False
                at += 1
            elif kind is op.AT:
                self._step()
                if not self._is_place(value, at):
                    return False
            elif index == len(nodes):
                return self._group(kind, value, at, then)
            else:
                return self._group(kind, value, at, lambda end, rest=index: self._run(nodes, rest, end, then))  # type: ignore[misc]
        return then(at)

    def _group(self, kind: Any, value: Any, at: int, then: Continue) -> bool:
        if kind in REPEATS:
            return self._repeat(kind, value, at, then)
        if kind is op.SUBPATTERN:
            return self._run(value, 0, at, then)
        if kind is op.ATOMIC_GROUP:
            ends: list[int] = []
            return self._run(value, 0, at, lambda end: not ends.append(end)) and then(ends[0])
        if kind is op.BRANCH:
            return any(self._run(branch, 0, at, then) for branch in value)
        if kind in {op.ASSERT, op.ASSERT_NOT}:
            width, nodes = value
            fits = at >= width and self._run(nodes, 0, at - width, _fitted)
            return fits is (kind is op.ASSERT) and then(at)
        assert kind is op.GROUPREF, kind
        return then(at)

    def _repeat(self, kind: Any, value: tuple[int, int, list[Node]], at: int, then: Continue) -> bool:
        least, most, nodes = value
        if self.most is not None and most != op.MAXREPEAT:
            most = max(least, min(most, self.most))
        if len(nodes) == 1 and nodes[0][0] is op.ANY:
            return self._run_of(kind, nodes[0][1], least, most, at, then)
        if kind is op.POSSESSIVE_REPEAT:
            ends = [at]
            while len(ends) <= most and self._run(nodes, 0, ends[-1], lambda end: not ends.append(end)):
                if ends[-1] == ends[-2]:
                    break
            return len(ends) > least and then(ends[-1])

        def more(count: int, here: int) -> bool:
            def once() -> bool:
                return count < most and self._run(
                    nodes, 0, here, lambda end: (end > here or count < least) and more(count + 1, end)
                )

            if count < least:
                return once()
            return once() or then(here) if kind is op.MAX_REPEAT else then(here) or once()

        return more(0, at)

    def _run_of(self, kind: Any, taken: _Taken, least: int, most: int, at: int, then: Continue) -> bool:
        """A repeat of one character."""
        if kind is op.MIN_REPEAT:
            count = 0
            while True:
                if count >= least and then(at + count):
                    return True
                if count >= most:
                    return False
                self._step()
                if at + count >= self.length or not taken[self.text[at + count]]:
                    return False
                count += 1
        last = min(at + most, self.length)
        end = at
        while end < last and taken[self.text[end]]:
            end += 1
        self._step(end - at + (end < at + most))
        if kind is op.POSSESSIVE_REPEAT:
            return end - at >= least and then(end)
        while end - at >= least:
            self._step()
            if then(end):
                return True
            end -= 1
        return False

    def _is_place(self, value: Any, at: int) -> bool:
        before, after = self.text[at - 1 : at], self.text[at : at + 1]
        if value is op.AT_BEGINNING:
            return at == 0 or (self.lines and before == "\n")
        if value is op.AT_END:
            return not after or self.text[at:] == "\n" or (self.lines and after == "\n")
        if value in {op.AT_BEGINNING_STRING, op.AT_END_STRING}:
            return at == (0 if value is op.AT_BEGINNING_STRING else len(self.text))
        return (_is_word(before) is not _is_word(after)) is (value is op.AT_BOUNDARY)


def takes(kind: Any, value: Any, character: str, flags: int) -> bool:
    """Whether a node of one character takes a character."""
    if kind is op.ANY:
        return bool(flags & re.DOTALL) or character != "\n"
    forms = {character, character.lower(), character.upper()} if flags & re.IGNORECASE else {character}
    if kind in {op.LITERAL, op.NOT_LITERAL}:
        return (chr(value) in forms) is (kind is op.LITERAL)
    negated = value[0][0] is op.NEGATE
    return any(_has(member, form) for member in value[negated:] for form in forms if len(form) == 1) is not negated


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    op.CATEGORY_DIGIT: str.isdigit,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_WORD: _is_word,
    op.CATEGORY_NOT_DIGIT: lambda character: not character.isdigit(),
    op.CATEGORY_NOT_SPACE: lambda character: not character.isspace(),
    op.CATEGORY_NOT_WORD: lambda character: not _is_word(character),
}


def _has(member: Node, character: str) -> bool:
    kind, value = member
    if kind is op.LITERAL:
        return ord(character) == value
    if kind is op.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return _CATEGORIES[value](character)


def words_of(pattern: re.Pattern[Any]) -> list[str]:
    """The runs of literal characters in a pattern, and one character for each class: what hostile text is made of."""
    words: dict[str, None] = {}

    def walk(nodes: Any) -> None:
        run = ""
        for kind, value in nodes:
            if kind is op.LITERAL:
                run += chr(value)
                continue
            words.setdefault(run)
            run = ""
            for part in below(kind, value):
                walk(part)
            if kind is op.IN:
                words.update(dict.fromkeys(_samples(value)))
        words.setdefault(run)

    walk(parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG))
    return [word for word in words if word]


def below(kind: Any, value: Any) -> Iterator[Any]:
    """The sequences of nodes within a node."""
    if kind in REPEATS:
        yield value[2]
    elif kind is op.SUBPATTERN:
        yield value[3]
    elif kind is op.ATOMIC_GROUP:
        yield value
    elif kind is op.BRANCH:
        yield from value[1]
    elif kind in {op.ASSERT, op.ASSERT_NOT}:
        yield value[1]


def _samples(members: Any) -> Iterator[str]:
    for kind, value in members:
        if kind is op.LITERAL:
            yield chr(value)
        elif kind is op.RANGE:
            yield chr(value[0])
        elif kind is op.CATEGORY:
            yield {op.CATEGORY_DIGIT: "1", op.CATEGORY_SPACE: " ", op.CATEGORY_WORD: "a"}.get(value, "-")
