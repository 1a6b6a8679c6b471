"""Loops of a batch file over what it writes itself: `for %%i in (a b c) do ...` and `for /l %%i in (1,1,5) do ...`.

Source: the page `for` of the Windows Commands reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ipseclint.formats.kit.token import Token, joined
from ipseclint.late import late

MAX_TURNS = 10_000
"""How many turns the loops of one script may take (reasoned: far above any real script)."""

_HEAD = late(
    r"[ \t]*@?for[ \t]+(?P<count>/l[ \t]+)?%{1,2}(?P<name>[A-Za-z])[ \t]+in[ \t]*\((?P<items>[^()*?%!`]*)\)"
    r"[ \t]*do[ \t]+@?(?P<body>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ITEM = late(r"\"[^\"]*\"|[^ \t,;=\"]+")


class Loop(NamedTuple):
    """A loop whose turns are known: the letter of its variable, what it is in each turn, what stands behind `do`."""

    name: str
    items: tuple[Token, ...]
    body: Token

    @property
    def is_open(self) -> bool:
        """Whether its body is a block that goes on in the next lines."""
        return self.body.text.strip() == "("

    def turn(self, line: Token, item: Token) -> Token:
        """A line of the body as it runs in the turn of an item, which stands at the place of the variable."""
        pieces, at = [], 0
        for match in re.finditer(rf"%%(~?){self.name}|%(~?){self.name}(?![A-Za-z0-9_]*%)", line.text):
            value = item.text.strip('"') if match[1] or match[2] else item.text
            if match.start() > at:
                pieces.append(line.part(at, match.start()))
            pieces.append(line.part(match.start(), match.end()).replaced_by(value))
            at = match.end()
        if at < len(line.text) or not pieces:
            pieces.append(line.part(at))
        return joined(pieces)


def loop_of(line: Token) -> Loop | None:
    """The loop that a line begins, if its turns are known."""
    match = _HEAD.match(line.text)
    if match is None:
        return None
    items = line.part(*match.span("items"))
    body = line.part(*match.span("body"))
    if match["count"]:
        numbers = [int(number) for number in re.findall(r"-?\d{1,9}", items.text)]
        if len(numbers) != 3 or numbers[1] == 0:
            return None
        first, step, last = numbers
        turns = range(first, last + (1 if step > 0 else -1), step)
        if len(turns) > MAX_TURNS:
            return None
        return Loop(match["name"], tuple(items.standing_for(str(number)) for number in turns), body)
    return Loop(match["name"], tuple(_items(items)), body)


def _items(items: Token) -> Iterator[Token]:
    for match in _ITEM.finditer(items.text):
        yield items.part(match.start(), match.end())
