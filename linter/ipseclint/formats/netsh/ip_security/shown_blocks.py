"""The lines that `netsh ipsec static show` prints, as policies and filter lists, each with its labelled values.

    FilterList Name        : Web          a filter list, or a policy, begins with its name
    No. of Filters         : 1
    Filter(s)
    ---------
    Description            : NONE         a filter begins with a label that the one before it has had
    Mirrored               : YES

Copies lose padding, indentation and empty lines, so that labels alone tell what a line belongs to. What no label known
here begins is not read, with all that follows it up to the next policy or filter list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.shown import is_no_output
from ipseclint.late import late
from ipseclint.vocabulary import netsh_ipsec_labels as labels

_COLONS = ":\uff1a"
_MAX_LABEL_CHARACTERS = 40
_RULER = late(r"[ \t]*[-=]{3,}[ \t]*")
_RULE_ABOVE = "rulename"
"""What stands above the filter lists of one rule, where they are asked for by rule: without a colon."""
_COUNT = "no.of"
"""How a count of what is printed itself begins (reasoned)."""


def _compared(tables: Mapping[str, Mapping[str, str]]) -> Mapping[str, tuple[str, str]]:
    """The labels of a table in every language as they are compared, with language and meaning."""
    return {
        "".join(label.split()).casefold(): (language, meaning)
        for language, table in tables.items()
        for label, meaning in table.items()
    }


_FIRST, _OF_POLICY, _OF_LIST, _OF_FILTER = map(
    _compared, (labels.FIRST_LABELS, labels.POLICY_LABELS, labels.LIST_LABELS, labels.FILTER_LABELS)
)


class Filter(Struct, frozen=True):
    """One filter: its labelled values by what they mean, and where it begins."""

    begin: Token
    values: dict[str, Token] = field(default_factory=dict)


class Block(Struct):
    """A policy or a filter list, `kind` of those in the labels: its values, and the filters of a list."""

    kind: str
    language: str
    name: Token
    values: dict[str, Token] = field(default_factory=dict)
    filters: list[Filter] = field(default_factory=list)


class Line(NamedTuple):
    """A line that is not read: its label and value, or all of it and no value."""

    label: Token
    value: Token | None = None


class Shown(Struct):
    """What an output holds: blocks in order, and each run of lines that is not read."""

    blocks: list[Block] = field(default_factory=list)
    unread: list[list[Line]] = field(default_factory=list)


def shown(lines: Iterable[Token]) -> Shown:
    """What the lines of an output, or of several, say."""
    reader = _Reader()
    for line in lines:
        reader.feed(line)
    reader.flush()
    return reader.result


def labelled(line: Token) -> tuple[Token, Token] | None:
    """The label and the value of a line; None for a line without a label."""
    at = min((found for colon in _COLONS if (found := line.text.find(colon)) >= 0), default=-1)
    label, value = line.part(0, max(at, 0)).strip(), line.part(at + 1)
    is_label = label.text[:1].isalpha() and 1 < len(label.text) <= _MAX_LABEL_CHARACTERS
    return (label, value.strip()) if is_label and not value.text[:1].strip() else None


class _Reader:
    def __init__(self) -> None:
        self.result = Shown()
        self._block: Block | None = None
        self._unread: list[Line] | None = None
        self._alone: Token | None = None
        self._is_below_blank = True

    def feed(self, line: Token) -> None:
        """Take in one line."""
        parts = labelled(line)
        if not line.text.strip():
            self.flush()
            self._is_below_blank = True
        elif _RULER.fullmatch(line.text):
            self._alone = None  # a heading stands above a ruler
        elif parts is None:
            self.flush()
            if is_no_output(line.text):
                self._block = self._unread = None
            elif line.word not in labels.HEADINGS and not line.word.startswith(_RULE_ABOVE):
                self._alone = line.strip()
        else:
            self.flush()
            self._take(*parts)
            self._is_below_blank = False

    def flush(self) -> None:
        """A line without a label is no part of what is read."""
        if self._alone is not None:
            alone, self._alone = self._alone, None
            self._leave(Line(alone))

    def _take(self, label: Token, value: Token) -> None:
        known = _FIRST.get(label.word)
        if known is not None and (self._unread is None or self._is_below_blank):
            language, kind = known
            self._block, self._unread = Block(kind, language, value), None
            self.result.blocks.append(self._block)
        elif not self._add(label, value) and not _is_count(label, value):
            self._leave(Line(label, value))

    def _add(self, label: Token, value: Token) -> bool:
        """Whether a label is one of the block that it stands in, which then has its value."""
        block = self._block
        if block is None:
            return False
        of_filter = _OF_FILTER.get(label.word) if block.kind == labels.FILTER_LIST else None
        own = (_OF_LIST if block.kind == labels.FILTER_LIST else _OF_POLICY).get(label.word)
        if own is not None and (of_filter is None or (not block.filters and own[1] not in block.values)):
            block.values.setdefault(own[1], value)
        elif of_filter is not None:
            _add_to_filter(block, of_filter[1] or label.word, label, value)
        elif not self._is_of_head(block):
            return False
        self._unread = None
        return True

    def _is_of_head(self, block: Block) -> bool:
        """Whether a label, not known in its language, stands where a filter list says nothing about traffic."""
        is_head = block.kind == labels.FILTER_LIST and not block.filters and not self._is_below_blank
        return is_head and block.language != labels.ENGLISH

    def _leave(self, line: Line) -> None:
        """Keep a line that is not read; below an empty line it begins something else than what stands above."""
        if self._is_below_blank:
            self._block = None
        if self._unread is None:
            self._unread = []
            self.result.unread.append(self._unread)
        self._unread.append(line)


def _add_to_filter(block: Block, meaning: str, label: Token, value: Token) -> None:
    if not block.filters or meaning in block.filters[-1].values:
        block.filters.append(Filter(label))
    block.filters[-1].values[meaning] = value


def _is_count(label: Token, value: Token) -> bool:
    return label.word.startswith(_COUNT) and decimal(value.text) is not None
