"""Lines of `netsh ipsec dynamic show`, grouped into policies, filters and associations.

    Quickmode Filters(Transport) - Generic
    --------------------------------------
    Filter Name         : 7                          an object begins with its name
    Source Address      : 10.7.0.0 (255.255.0.0)
    Protocol            : TCP   Src Port: 0   Dest Port: 445

The example and everything read here is reasoned: we know of no published output. Lines without a known label are kept
separately, in runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.shown import is_no_output
from ipseclint.formats.netsh.ip_security.shown_blocks import (
    OF_AUTHENTICATION,
    RULER,
    WORD,
    Line,
    compared,
    labelled,
    may_be_output,
)
from ipseclint.late import late
from ipseclint.vocabulary import netsh_dynamic_labels as labels
from ipseclint.vocabulary.netsh_ipsec_labels import COLUMNS

_NOTHING = late(
    r"[ \t]{0,40}(?:[0-9]{1,9}[ \t]{1,8}[a-z][a-z ()]{1,60}|[^\r\n]{1,80}\bnot available\.?|ok\.|"
    r"no currently [^\r\n]{1,60})\Z",
    re.IGNORECASE,
)
"""How a part says how much it has, or that it has nothing."""
_PORTS = late(r"(?:src|source|dest|dst|destination)\.?[ \t]{0,4}port[ \t]{0,8}:[ \t]{0,8}(?:\S{1,40})", re.IGNORECASE)
_METHOD = late(r"(?<![a-z0-9])(?:3?des|aes|md5|sha|esp[ \t]?\[|ah[ \t]?\[)", re.IGNORECASE)
_FEW = 2
_SPECIFIC = "specific"


def _compared(table: Mapping[str, str]) -> dict[str, str]:
    return {compared(label): meaning for label, meaning in table.items()}


_HEADINGS = tuple(_compared(labels.HEADINGS).items())
_POLICY_NAMES, _FILTER_NAMES = _compared(labels.POLICY_NAMES), _compared(labels.FILTER_NAMES)
_OF_POLICY, _OF_FILTER, _OF_ASSOCIATION = map(_compared, (labels.OF_POLICY, labels.OF_FILTER, labels.OF_ASSOCIATION))
_OWN = {
    labels.MAIN_MODE: _OF_POLICY,
    labels.QUICK_MODE: _OF_POLICY,
    labels.MAIN_MODE_FILTER: _OF_FILTER,
    labels.QUICK_MODE_FILTER: _OF_FILTER,
    labels.MAIN_MODE_SA: _OF_ASSOCIATION,
    labels.QUICK_MODE_SA: _OF_ASSOCIATION,
}
_FILTERS = frozenset({labels.MAIN_MODE_FILTER, labels.QUICK_MODE_FILTER})
_ASSOCIATIONS = frozenset({labels.MAIN_MODE_SA, labels.QUICK_MODE_SA})
_KNOWN = (_POLICY_NAMES, _FILTER_NAMES, _OF_POLICY, _OF_FILTER, _OF_ASSOCIATION)
_AUTHENTICATION = frozenset({"authenticationmethods", "authmethods", "authenticationmethod"})
_METHODS = frozenset({"securitymethods", "securitymethod"})


_LABELS = late(
    r"\n[ \t]*+(?:ike mm policy name|mm policy name|(?:qm )?negotiation policy name|(?:mainmode|quickmode) policy name)"
    r"[ \t]*+:"
)
_HEADING = late(
    r"\n[ \t]*+(?:(?:ike )?(?:mainmode|quickmode|main mode|quick mode) (?:policies|filters|sas)"
    r"|ipsec configuration parameters)(?![a-z])[^\n]{0,60}(?=\n)"
)


def is_of_running_policy(lines: str) -> bool:
    """Whether folded lines have the name of a running policy, or the heading of a part."""
    return _LABELS.search(lines) is not None or _HEADING.search(lines) is not None


class DynamicBlock(Struct):
    """A policy, filter or association, by `kind`; `is_specific`: a filter that Windows derived from another."""

    kind: str
    name: Token
    is_specific: bool = False
    columns: Token | None = None
    values: dict[str, Token] = field(default_factory=dict)
    rows: list[Token] = field(default_factory=list)
    authentication: list[Line] = field(default_factory=list)


class DynamicShown(Struct):
    """The contents of an output: blocks, lines of statistics and of the configuration, and runs of unread lines.

    `last` is the block, or the heading of a part, behind which nothing tells that it ended.
    """

    blocks: list[DynamicBlock] = field(default_factory=list)
    statistics: list[Token] = field(default_factory=list)
    configuration: list[Line] = field(default_factory=list)
    unread: list[list[Line]] = field(default_factory=list)
    last: DynamicBlock | Token | None = None


def dynamic_shown(lines: Iterable[Token]) -> DynamicShown:
    """The contents of one or several outputs."""
    reader = _Reader()
    for line in lines:
        reader.feed(line)
    return reader.result


class _Reader:
    def __init__(self) -> None:
        self.result = DynamicShown()
        self._section = labels.IGNORED
        self._is_specific = False
        self._block: DynamicBlock | None = None
        self._is_authentication = False
        self._columns: Token | None = None
        self._unread: list[Line] | None = None
        self._around: list[Line] = []
        self._is_below_blank = self._is_outside = True

    def feed(self, line: Token) -> None:
        """Take one line."""
        self._take_line(line)
        self._is_below_blank = not line.text.strip()

    def _take_line(self, line: Token) -> None:
        parts = labelled(line)
        if is_no_output(line.text):
            self._section, self._block, self._unread, self._around = labels.IGNORED, None, None, []
            self.result.last = None
        elif parts is None and (section := _heading(line)) is not None:
            self._section, self._block, self._unread, self._columns = section, None, None, None
            self.result.last = None if _NOTHING.match(line.text.rstrip()) else line
            self._is_specific = _SPECIFIC in line.word
            if section == labels.STATISTICS:
                self.result.statistics.append(line)
        elif self._section == labels.STATISTICS and not _is_name(parts):
            self.result.statistics.append(line)
            self.result.last = self.result.last if parts is None else None
        elif _NOTHING.match(line.text.rstrip()):
            self.result.last = None
        elif RULER.fullmatch(line.text):
            if self.result.blocks and self._around and not self._is_below_blank:
                self.result.unread.append(self._around)  # the heading of a part
                self._around = []
        elif line.text.strip():
            if parts is None:
                if not self._is_row(line.strip()):
                    self._leave(Line(line.strip()))
            elif not self._take(*parts):
                self._leave(Line(*parts))
            else:
                self._unread, self._is_outside = None, False

    def _take(self, label: Token, value: Token) -> bool:
        word, block = compared(label.text), self._block
        is_filter = block is not None and block.kind in _FILTERS
        if self._section == labels.CONFIGURATION and value.text:
            self.result.configuration.append(Line(label, value))
            self.result.last = None
            return True
        if word in _POLICY_NAMES and not (is_filter and word in _OF_FILTER):
            self._begin(_POLICY_NAMES[word], value)
            return True
        if word in _FILTER_NAMES and self._section not in _ASSOCIATIONS:
            section = self._section if self._section in _FILTERS else labels.QUICK_MODE_FILTER
            self._begin(_FILTER_NAMES[word] or section, value)
            return True
        if self._section in _ASSOCIATIONS:
            return self._add_to_association(word, label, value)
        if block is None:
            return False
        if word in _AUTHENTICATION or (self._is_authentication and word in OF_AUTHENTICATION):
            self._add_authentication(word, label, value)
            return True
        self._is_authentication = False
        if word in _METHODS:
            block.rows.extend([value] if value.text else [])
            return True
        meaning = _OWN[block.kind].get(word)
        if meaning is None:
            return False
        self._give(block, meaning, value)
        return True

    def _begin(self, kind: str, name: Token) -> None:
        self._block = DynamicBlock(kind, name, is_specific=self._is_specific, columns=self._columns)
        self._is_authentication, self._unread, self._around = False, None, []
        self.result.blocks.append(self._block)
        self.result.last = self._block

    def _add_to_association(self, word: str, label: Token, value: Token) -> bool:
        """Add any label to the current association, always True; one that it already has begins the next."""
        meaning = _OF_ASSOCIATION.get(word, word)
        if self._block is None or meaning in self._block.values:
            self._begin(self._section, label)
        if self._block is not None:
            self._block.values[meaning] = value
        return True

    def _add_authentication(self, word: str, label: Token, value: Token) -> None:
        if self._block is not None and (word not in _AUTHENTICATION or value.text):
            line = Line(label, value) if word not in _AUTHENTICATION else Line(*(labelled(value) or (value, None)))
            self._block.authentication.append(line)
        self._is_authentication = True

    def _give(self, block: DynamicBlock, meaning: str, value: Token) -> None:
        """Set a value; ports may follow the protocol on its line."""
        ports = list(_PORTS.finditer(value.text))
        own = value if not ports else value.part(0, ports[0].start()).strip()
        block.values.setdefault(meaning, own)
        for port in ports:
            label, number = value.part(*port.span()).cut(":")
            if number is not None:
                block.values.setdefault(_OF_FILTER[compared(label.text.replace(".", ""))], number)

    def _is_row(self, line: Token) -> bool:
        block, words = self._block, WORD.findall(line.text.casefold())
        if compared(line.text) in _AUTHENTICATION and block is not None:
            self._is_authentication = True
        elif compared(line.text) in _METHODS:
            self._is_authentication = False
        elif len(words) >= _FEW and COLUMNS.issuperset(words):
            self._columns = line
            if block is not None:
                block.columns = line
        elif block is not None and self._is_authentication:
            block.authentication.append(Line(line))
        elif block is not None and _METHOD.search(line.text):
            block.rows.append(line)
        else:
            return False
        self._unread = None
        return True

    def _leave(self, line: Line) -> None:
        """Keep an unread line, unless it stands around the output, above it or below an empty line."""
        self._is_outside = self._is_outside or self._is_below_blank
        if self._block is None and line.is_prose:
            return
        if self._unread is not None:
            self._unread.append(line)
        elif self._is_outside and not may_be_output(run := [*self._around, line], _KNOWN):
            self._around = run
            return
        else:
            self._unread = run if self._is_outside else [line]
            self.result.unread.append(self._unread)
        self.result.last = None


def _heading(line: Token) -> str | None:
    word = compared(line.text)
    return next((section for heading, section in _HEADINGS if word.startswith(heading)), None)


def _is_name(parts: tuple[Token, Token] | None) -> bool:
    """Whether a line begins a policy or filter, which ends the statistics above it."""
    return parts is not None and compared(parts[0].text) in _POLICY_NAMES.keys() | _FILTER_NAMES.keys()
