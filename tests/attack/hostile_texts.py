"""Texts that nearly fit an expression, made of its own parts: what comes before a repeat, then what the repeat takes
and what follows it, again and again, and an end that fails.

An expression is slow where a repeat can end in many places and the rest fails at each: so every repeat in it is fed
with what stands behind it, as far as that goes, and with the beginning of the expression, where it could begin anew.
"""

from __future__ import annotations

import re
import re._constants as op
import re._parser as parser
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from tests.attack.regex_steps import ONE_CHARACTER, REPEATS, below, takes, words_of

Node = tuple[Any, Any]

_SAMPLES = "a1 -\n\t.,:;=|/\\\"'`()[]{}<>@#$%&*+!?^~_A\r\x1b\ufeff"
_ENDS = "\x01\n~-a"
_MOST_BEHIND = 5
"""How many parts behind a repeat are made part of what it is fed with."""
_MOST_REPEATS = 40
_MOST_WORDS = 12


class Hostile(NamedTuple):
    """A text by its parts: a beginning, what comes again and again, and an end."""

    begin: str
    again: str
    end: str

    def times(self, number: int) -> str:
        """The text, with so many times what comes again."""
        return self.begin + self.again * number + self.end


def hostile_texts(pattern: re.Pattern[Any]) -> Iterator[Hostile]:
    """All such texts of an expression, each once."""
    flags = pattern.flags & ~re.DEBUG
    nodes = list(parser.parse(pattern.pattern, flags))
    ends = dict.fromkeys(("", _unfit_end(nodes, flags)))
    made: dict[tuple[str, str], None] = {}
    for place in islice(_repeats(nodes, "", ()), _MOST_REPEATS):
        for again in _pumps(place, flags):
            made.setdefault((place.before, again))
            if place.before and len(again) == 1:
                made.setdefault(("", place.before + again))
        if place.before:
            made.setdefault(("", place.before))
            made.setdefault(("", f"{place.before} "))
    made |= dict.fromkeys(_of_words(pattern))
    for begin, again in made:
        for end in ends:
            yield Hostile(begin, again, end)


def _of_words(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str]]:
    """The words of an expression again and again, alone, behind another, and several of them."""
    words = list(dict.fromkeys([" ", "\n", *islice(words_of(pattern), _MOST_WORDS)]))
    for word in words:
        yield "", word
        yield "", f"{word} "
    for first in words[2:6]:
        for word in words[:6]:
            yield first, word
            yield "", first + word
    for at in range(len(words) - 2):  # a word that its branches share the beginning of is one of several
        yield "", "".join(words[at : at + 3])


class _Place(NamedTuple):
    """A repeat in an expression: what fits before it, what it repeats, and the parts behind it."""

    before: str
    body: list[Node]
    behind: tuple[Node, ...]


def _repeats(nodes: Sequence[Node], before: str, behind: tuple[Node, ...]) -> Iterator[_Place]:
    for index, (kind, value) in enumerate(nodes):
        rest = (*nodes[index + 1 :], *behind)
        if kind in REPEATS:
            if value[1] > _MOST_BEHIND:
                yield _Place(before, list(value[2]), rest)
            yield from _repeats(list(value[2]), before, ((kind, value), *rest))
        else:
            for part in below(kind, value):
                yield from _repeats(list(part), before, rest if kind not in {op.ASSERT, op.ASSERT_NOT} else ())
        before += _sample((kind, value))


def _pumps(place: _Place, flags: int) -> Iterator[str]:
    """What a repeat is fed with."""
    body = "".join(map(_sample, place.body))
    bodies = dict.fromkeys([body, *_characters_of(place.body, flags)])
    yield from filter(None, bodies)
    behind = ""
    for node in place.behind[:_MOST_BEHIND]:
        for sample in _samples(node):
            for again in (behind + sample, body + behind + sample, f"{behind}{sample} "):
                if again:
                    yield again
        behind += _sample(node)


def _characters_of(body: list[Node], flags: int) -> list[str]:
    """Some of the characters that a repeat of one character takes, of each kind one."""
    if len(body) != 1 or body[0][0] not in ONE_CHARACTER:
        return []
    fitting = [each for each in _SAMPLES if takes(*body[0], each, flags)]
    return fitting[:8]


def _samples(node: Node) -> list[str]:
    """What fits a part: of a choice, what fits each branch."""
    kind, value = node
    if kind is op.BRANCH:
        return ["".join(map(_sample, branch)) for branch in value[1]][:12]
    if kind is op.SUBPATTERN and len(value[3]) == 1:
        return _samples(value[3][0])
    return [_sample(node)]


def _sample(node: Node) -> str:
    """A text that fits a part of an expression, as short as may be."""
    kind, value = node
    if kind is op.LITERAL:
        return chr(value)
    if kind in ONE_CHARACTER:
        return next((each for each in _SAMPLES if takes(kind, value, each, 0)), _first_of(value))
    if kind in REPEATS:
        return "".join(map(_sample, value[2])) * max(value[0], 1 if value[1] > 1 else 0)
    if kind is op.SUBPATTERN:
        return "".join(map(_sample, value[3]))
    if kind is op.ATOMIC_GROUP:
        return "".join(map(_sample, value))
    return "".join(map(_sample, value[1][0])) if kind is op.BRANCH else ""


def _first_of(members: Any) -> str:
    kind, value = members[0] if isinstance(members, list) else (op.LITERAL, members)
    return chr(value[0] if kind is op.RANGE else value) if isinstance(value, int | tuple) else "a"


def _unfit_end(nodes: Sequence[Node], flags: int) -> str:
    """The character that the fewest parts of an expression take."""
    ones = list(_of_one_character(nodes))
    return min(_ENDS, key=lambda each: sum(takes(*node, each, flags) for node in ones))


def _of_one_character(nodes: Sequence[Node]) -> Iterator[Node]:
    for kind, value in nodes:
        if kind in ONE_CHARACTER:
            yield kind, value
        for part in below(kind, value):
            yield from _of_one_character(part)
