"""Lines of `netsh ipsec static show`, grouped into objects with labelled values.

    FilterList Name        : Web          an object begins with its name, a rule with its name or its ID
    No. of Filters         : 1
    Filter(s)
    ---------
    Description            : NONE         a filter begins with a label that the one before it has had
    Mirrored               : YES

Copies lose padding, indentation and empty lines, so only labels tell what a line belongs to. Within a rule, the name of
a filter list or filter action is a reference; it is also an object if a heading precedes it, or more of it follows. A
line without a known label is not read, nor are the lines behind it up to the next object.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence

from msgspec import Struct, field

from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import LEFT_OUT, Token
from ipseclint.formats.netsh.ip_security.shown import is_no_output
from ipseclint.formats.pasted.prose import is_prose
from ipseclint.late import late
from ipseclint.vocabulary import netsh_ipsec_labels as labels

_COLONS = ":\uff1a"
_MAX_LABEL_CHARACTERS = 40
RULER = late(r"[ \t]*[-=]{2,}[ \t=-]*")
_RULE_ABOVE = "rulename"
"""What stands above the filter lists of one rule, where they are asked for by rule: without a colon."""
_COUNT = "noof"
"""How a count of what is printed itself begins (reasoned)."""
_NUMBERED = late(r"\([ \t]{0,8}[0-9]{1,6}[ \t]{0,8}\)\Z")
_OF_POLICY = late(r"\bpolicy[ \t]{0,8}=[ \t]{0,8}(\"[^\"\r\n]{1,200}\"|[^\s\"]{1,200})", re.IGNORECASE)
_METHOD = late(r"(?<![a-z0-9])(?:3?des|aes|md5|sha|esp[ \t]?\[|ah[ \t]?\[|\[[ \t]?none)", re.IGNORECASE)
WORD = late(r"[a-z0-9]+", re.IGNORECASE)
_GAP = late(r"\S(?:[ ]{2}|\t)[ \t]*\S")
"""What parts the columns of a table."""
_FEW_COLUMNS = 2
_NAMES = {labels.FILTER_LIST: "filter_list", labels.FILTER_ACTION: "filter_action"}


def compared(label: str) -> str:
    """A label in the form used for comparison: letters and digits only, folded, without its number."""
    return "".join(filter(str.isalnum, _NUMBERED.sub("", label.strip()))).casefold()


def _compared(tables: Mapping[str, Mapping[str, str]]) -> Mapping[str, tuple[str, str]]:
    """The labels of a table in every language, in comparison form, with language and meaning."""
    return {
        compared(label): (language, meaning) for language, table in tables.items() for label, meaning in table.items()
    }


_FIRST, _OF_FILTER = map(_compared, (labels.FIRST_LABELS, labels.FILTER_LABELS))
_OWN = {
    labels.POLICY: _compared(labels.POLICY_LABELS),
    labels.FILTER_LIST: _compared(labels.LIST_LABELS),
    labels.RULE: _compared(labels.RULE_LABELS),
    labels.FILTER_ACTION: _compared(labels.ACTION_LABELS),
}
_KNOWN = (_FIRST, _OF_FILTER, *_OWN.values())
_HEADINGS = {compared(heading): rows for heading, rows in labels.HEADINGS.items()}
OF_AUTHENTICATION = {compared(label): meaning for label, meaning in labels.AUTHENTICATION_LABELS.items()}
"""The kinds of authentication that a label names, in comparison form."""


class Filter(Struct, frozen=True):
    """One filter: its values by meaning, and where it begins."""

    begin: Token
    values: dict[str, Token] = field(default_factory=dict)


class Line(Struct, frozen=True):
    """A line split into label and value; without a label, the whole line and None."""

    label: Token
    value: Token | None = None

    @property
    def is_prose(self) -> bool:
        """Whether it reads as a sentence, such as people write above an output."""
        text = self.label.text if self.value is None else f"{self.label.text}: {self.value.text}"
        return is_prose(text.strip())


class Block(Struct):
    """An object of a `kind` that labels name: its values, the filters of a list, and rows below headings, by kind.

    `policy` is the block of a rule's policy, `asked` the policy whose rules were asked for. `is_mention`: it may be
    only a name that a rule refers to. `is_cut`: somebody left out some of its lines.
    """

    kind: str
    language: str
    name: Token
    values: dict[str, Token] = field(default_factory=dict)
    filters: list[Filter] = field(default_factory=list)
    rows: dict[str, list[Line]] = field(default_factory=dict)
    columns: Token | None = None
    policy: Block | None = None
    asked: Token | None = None
    is_mention: bool = False
    is_cut: bool = False

    @property
    def is_object(self) -> bool:
        """Whether it is more than a name within a rule."""
        return not self.is_mention or bool(self.filters or self.rows or self.values.keys() - {"description", ""})


def may_be_output(run: Sequence[Line], known: Iterable[Container[str]]) -> bool:
    """Whether unread lines outside of any object may be of an output, and not what people write around one: a banner,
    a title, a greeting.

    A cut object has a label that is `known`, one in an unknown language has several labels, and a table has columns.
    """
    words = [compared(line.label.text) for line in run if line.value is not None]
    is_known = len(words) > 1 or any(word in each for word in words for each in known)
    return is_known or any(_GAP.search(line.label.text) for line in run if line.value is None)


class Shown(Struct):
    """The contents of an output: blocks in order, each run of unread lines, and what stands for lines left out."""

    blocks: list[Block] = field(default_factory=list)
    unread: list[list[Line]] = field(default_factory=list)
    left_out: list[Token] = field(default_factory=list)


def shown(lines: Iterable[Token]) -> Shown:
    """The contents of one or several outputs."""
    reader = _Reader()
    for line in lines:
        reader.feed(line)
    reader.flush()
    reader.result.blocks = [block for block in reader.result.blocks if block.is_object]
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
        self._rule: Block | None = None
        self._policy: Block | None = None
        self._asked: Token | None = None
        self._rows = labels.IGNORED
        self._unread: list[Line] | None = None
        self._around: list[Line] = []
        self._alone: Token | None = None
        self._is_below_blank = True

    def feed(self, line: Token) -> None:
        """Take one line."""
        parts = labelled(line)
        if not line.text.strip():
            self.flush()
            self._is_below_blank = True
        elif RULER.fullmatch(line.text):
            self._alone = None  # a heading stands above a ruler
        elif LEFT_OUT.fullmatch(line.text.strip()):
            self.flush()
            self.result.left_out.append(line.strip())
            if self._block is not None:
                self._block.is_cut = True
        elif parts is None:
            self.flush()
            if is_no_output(line.text):
                self._begin_output(line)
            elif not (self._is_heading(line) or line.word.startswith(_RULE_ABOVE) or self._is_row(line)):
                self._alone = line.strip()
        else:
            self.flush()
            self._take(*parts)
            self._is_below_blank = False

    def flush(self) -> None:
        """Put a pending line without a label among the unread ones."""
        if self._alone is not None:
            alone, self._alone = self._alone, None
            self._leave(Line(alone))

    def _begin_output(self, line: Token) -> None:
        """Begin another output, below a command."""
        self._block = self._rule = self._policy = self._unread = None
        self._around = []
        self._rows = labels.IGNORED
        named = _OF_POLICY.search(line.text)
        self._asked = None if named is None else line.part(*named.span(1))
        if self._asked is not None and self._asked.text.startswith('"'):
            self._asked = self._asked.part(1, len(self._asked.text) - 1)

    def _is_heading(self, line: Token) -> bool:
        """Whether a line is a heading, or names the columns of rows."""
        rows = _HEADINGS.get(compared(line.text))
        if rows is not None:
            self._begin_rows(rows)
            return True
        words = WORD.findall(line.text.casefold())
        block = self._block
        if block is None or len(words) < _FEW_COLUMNS or not labels.COLUMNS.issuperset(words):
            return False
        block.columns, self._rows = line, labels.METHODS
        return True

    def _begin_rows(self, rows: str) -> None:
        self._rows, self._unread = rows, None
        if rows == labels.AUTHENTICATION and self._rule is not None:
            self._block = self._rule

    def _is_row(self, line: Token) -> bool:
        """Whether a line without a label is a row of the current object, to which it is added."""
        block = self._block
        if block is not None and block.kind in {labels.POLICY, labels.FILTER_ACTION} and _METHOD.search(line.text):
            block.rows.setdefault(labels.METHODS, []).append(Line(line.strip()))
        elif self._rule is not None and self._is_of_authentication(compared(line.text)):
            self._rule.rows.setdefault(labels.AUTHENTICATION, []).append(Line(line.strip()))
        else:
            return False
        return True

    def _is_of_authentication(self, word: str) -> bool:
        return self._block is self._rule and (self._rows == labels.AUTHENTICATION or word in OF_AUTHENTICATION)

    def _take(self, label: Token, value: Token) -> None:
        word = compared(label.text)
        known = _FIRST.get(word)
        if known is not None and (self._unread is None or self._is_below_blank):
            self._begin(*known, _OWN[labels.RULE].get(word, known)[1], value)
        elif word in _HEADINGS:
            self._begin_rows(_HEADINGS[word])
            if value.text and not self._is_row(value):
                self._leave(Line(label, value))
        elif not self._add(word, label, value) and not _is_count(word, value):
            self._leave(Line(label, value))

    def _begin(self, language: str, kind: str, meaning: str, name: Token) -> None:
        """Begin an object; within a rule the name may only be a reference, or the rule's second label."""
        rule, heading, self._rows, self._unread = self._rule, self._rows, labels.IGNORED, None
        self._around = []
        if kind == labels.RULE and rule is not None and rule is self._block and meaning not in rule.values:
            rule.values[meaning] = name
            return
        block = Block(kind, language, name)
        if kind == labels.POLICY:
            self._policy, self._rule = block, None
        elif kind == labels.RULE:
            block.values[meaning] = name
            block.policy, block.asked, self._rule = self._policy, self._asked, block
        elif rule is not None and _NAMES[kind] not in rule.values:
            rule.values[_NAMES[kind]] = name
            block.is_mention = heading != labels.DETAILS
        elif heading != labels.DETAILS:
            self._rule = None
        self._block = block
        self.result.blocks.append(block)

    def _add(self, word: str, label: Token, value: Token) -> bool:
        """Whether a label belongs to the current object, to which its value is added."""
        if self._block is self._rule and self._rule is not None and word in OF_AUTHENTICATION:
            self._rule.rows.setdefault(labels.AUTHENTICATION, []).append(Line(label, value))
        elif not self._is_of(self._block, word, label, value):
            if self._rule is None or self._block is self._rule:
                return False
            if word in OF_AUTHENTICATION or not self._is_of(self._rule, word, label, value):
                return False
            self._block = self._rule
        self._unread = None
        return True

    def _is_of(self, block: Block | None, word: str, label: Token, value: Token) -> bool:
        if block is None:
            return False
        own = _OWN[block.kind].get(word)
        of_filter = _OF_FILTER.get(word) if block.kind == labels.FILTER_LIST else None
        if own is not None and (of_filter is None or (not block.filters and own[1] not in block.values)):
            block.values.setdefault(own[1], value)
        elif of_filter is not None:
            _add_to_filter(block, of_filter[1] or word, label, value)
        else:
            return self._is_of_head(block)
        return True

    def _is_of_head(self, block: Block) -> bool:
        """Whether an unknown label is in the head of a filter list, which says nothing about traffic."""
        is_head = block.kind == labels.FILTER_LIST and not block.filters and not self._is_below_blank
        return is_head and block.language != labels.ENGLISH

    def _leave(self, line: Line) -> None:
        """Keep an unread line; one below an empty line begins a new run."""
        if self._is_below_blank:
            self._block = self._rule = None
        if self._block is None and line.is_prose:
            return
        if self._unread is not None:
            self._unread.append(line)
        elif self._block is None and not may_be_output(run := [*self._around, line], _KNOWN):
            self._around = run
        else:
            self._unread = [line] if self._block is not None else run
            self.result.unread.append(self._unread)


def _add_to_filter(block: Block, meaning: str, label: Token, value: Token) -> None:
    if not block.filters or meaning in block.filters[-1].values:
        block.filters.append(Filter(label))
    block.filters[-1].values[meaning] = value


def _is_count(word: str, value: Token) -> bool:
    return word.startswith(_COUNT) and decimal(value.text) is not None
