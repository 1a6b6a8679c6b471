"""Lines of `netsh advfirewall` output, grouped into blocks of labelled values.

Copies of the output lose padding, colons and indentation, so a label is found by its text alone. A line without a label
continues a list if it is indented or the list ended in a comma, and any value if the line above fills a console's
width. A label of an unknown language, before a colon, is kept with its value for `unknown_locale`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from msgspec import Struct, field
from msgspec.structs import replace

from ipseclint.formats.kit.token import Token, joined
from ipseclint.late import late
from ipseclint.source import Span
from ipseclint.vocabulary import netsh_labels

RULE, GLOBAL, PROFILE, ASSOCIATION = "rule", "global", "profile", "association"
OTHER = "other"
"""The meaning of an unknown label."""

_TABLES = {
    RULE: netsh_labels.RULE_LABELS,
    GLOBAL: netsh_labels.GLOBAL_LABELS,
    PROFILE: netsh_labels.PROFILE_LABELS,
    ASSOCIATION: netsh_labels.SA_LABELS,
}

_LISTS = frozenset(
    {
        OTHER, "mmsecmethods", "qmsecmethods", "endpoint1", "endpoint2", "port1", "port2", "profile", "interfacetype",
        "auth1", "auth2", "auth1caname", "auth2caname", "description", "defaultexemptions", "main_mode_offer",
        "quick_mode_offer",
    }
)  # fmt: skip
"""Values that continue on the next line if they are long."""

_WIDTHS = frozenset({79, 80, 99, 100, 119, 120, 131, 132})
"""How long a line may be at which a console broke it: as wide as windows and pages are, or one less (reasoned)."""
NARROWEST = min(_WIDTHS)
"""The least of them."""

_STARTS = {RULE: "name", ASSOCIATION: "local_address"}
"""The label that begins a block of each kind."""

_RULER = late(r"[-=\s]+")
_PROMPT = late(r"(?:PS )?[A-Za-z]:\\[^>\r\n]*>|netsh\b", re.IGNORECASE)
_SEPARATOR = late(r"\s*[:\uff1a]?[ \t]*")
_OTHER_LABEL = late(r"[^\W\d_][^:\uff1a]{0,59}[:\uff1a](?=\s|$)")
_PROSE = late(r"[ ]\S")
"""What stands behind a colon of a sentence; of a label, more blanks or none."""

_TRANSLATED = frozenset(
    {
        "enable", "profile", "interfacetype", "endpoint1", "endpoint2", "port1", "port2", "protocol",
        "localtunnelendpoint", "remotetunnelendpoint", "applyauthz", "exemptipsecprotectedconnections", "mmforcedh",
        "auth1certmapping", "auth1excludecaname", "auth1healthcert", "auth2certmapping", "auth2healthcert",
    }
)  # fmt: skip
"""Values whose words may be Yes, No, Any or a profile, which are translated."""

_ENGLISH = {word: english for each in netsh_labels.WORDS.values() for word, english in each.items()}


class Entry(Struct, frozen=True):
    """One labelled value; each piece was on a line of its own. `line` is the whole first line."""

    meaning: str
    pieces: list[Token]
    line: Token

    @property
    def value(self) -> Token:
        """The value as one text; translated words are turned into English."""
        value = self.pieces[0] if len(self.pieces) == 1 else joined(self.pieces)
        if self.meaning not in _TRANSLATED:
            return value
        english = _in_english(value.text)
        return value if english == value.text else replace(value, text=english, breaks=())


@lru_cache(maxsize=4096)
def _in_english(text: str) -> str:
    """The words of a list in English. Cached, since a thousand rules repeat a few values."""
    return ",".join(_ENGLISH.get(word.strip().casefold(), word) for word in text.split(","))


class Block(Struct):
    """The output for one thing. `profile` is the profile that a heading names, else empty.

    `strange` are unexplained lines; `others` have a label of an unknown language. `guessed`: a rule that began with
    such a label above a ruler, which may be any heading.
    """

    kind: str
    span: Span
    profile: str = ""
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    strange: list[Token] = field(default_factory=list)
    others: list[Entry] = field(default_factory=list)
    guessed: bool = False

    @property
    def values(self) -> dict[str, Token]:
        """The first value of each meaning."""
        return {meaning: entries[0].value for meaning, entries in self.entries.items()}


class _Said(Struct, frozen=True):
    """The meaning of a line, independent of its place; `start` and `end` delimit its text.

    `labelled` is the kind and meaning of a label, `value` the offsets of its value.
    """

    start: int
    end: int
    is_full: bool
    ends_in_blank: bool
    is_ruler: bool = False
    heading: str | None = None
    is_silent: bool = False
    is_end: bool = False
    labelled: tuple[str, str] | None = None
    value: tuple[int, int] = (0, 0)


@lru_cache(maxsize=4096)
def _said(line: str, here: str) -> _Said:
    """The meaning of a line in a block of a kind. Cached, since the lines of a thousand rules repeat."""
    text, unended = line.strip(), line.rstrip("\r")
    start = len(line) - len(line.lstrip())
    said = _Said(start, start + len(text), len(unended) in _WIDTHS, unended.endswith(" "))
    if not text or _RULER.fullmatch(text):
        return replace(said, is_ruler=True)
    folded = " ".join(text.casefold().split())
    if folded.startswith(_heading_starts()):
        return replace(said, heading=next(kind for prefix, kind in _headings() if folded.startswith(prefix)))
    if folded in _silent() or _PROMPT.match(text):
        return replace(said, is_silent=True, is_end=folded in _endings())
    labelled = _label(text, here)
    if labelled is None:
        return said
    kind, label, meaning = labelled
    separator = _SEPARATOR.match(text, len(label))
    first = separator.end() if separator else len(label)
    value = text[first:]
    first += start + len(value) - len(value.lstrip())
    return replace(said, labelled=(kind, meaning), value=(first, max(first, said.end)))


def _label(text: str, here: str) -> tuple[str, str, str] | None:
    """The kind, label and meaning that a line begins with; if ambiguous, those of the block's kind."""
    written, colon, _ = text.partition(":")
    plain = _labels_in_full(here).get(written.casefold()) if colon else None
    if plain is not None and len(plain[0]) == len(written):
        return here, *plain
    for kind in dict.fromkeys((here, *_TABLES)):
        for label, folded, meaning in _labels(kind).get(text[:1].casefold()[:1], ()):
            if text[: len(label)].casefold() == folded and _ends_label(label, text[len(label) :]):
                return kind, label, meaning
    return None


class BlockReader:
    """Takes an output line by line, and gives its blocks in order."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._last: Entry | None = None
        self._above: Entry | None = None
        self._is_full = self._ends_in_blank = False
        self._is_closed = False
        """Whether netsh has said that its output is whole: what stands behind it until the next is no part of it."""

    def finished(self) -> list[Block]:
        """The blocks behind which another began, which are complete."""
        done = self.blocks[:-1]
        del self.blocks[:-1]
        return done

    @property
    def is_in_rule(self) -> bool:
        """Whether the last block is a rule with a name: the name of another makes it complete."""
        return bool(self.blocks) and self.blocks[-1].kind == RULE and "name" in self.blocks[-1].entries

    def rest(self) -> list[Block]:
        """All blocks that are left; what comes next is read as if it stood first."""
        done, self.blocks = self.blocks, []
        return done

    def feed(self, line: Token) -> None:
        """Take the next line."""
        said = _said(line.text, self.blocks[-1].kind if self.blocks else RULE)
        above, self._above = self._above, None
        is_full, self._is_full = self._is_full, said.is_full
        ends_in_blank, self._ends_in_blank = self._ends_in_blank, said.ends_in_blank
        if said.labelled is not None:
            self._add(*said.labelled, line.part(*said.value), line)
            return
        text = line.part(said.start, said.end)
        if said.is_ruler:
            self._last = None
            if text.text and above is not None:
                self._name(above)
        elif said.heading is not None:
            self._last = None
            profile = said.heading not in _TABLES
            self._open(PROFILE if profile else said.heading, text.span, said.heading if profile else "")
        elif said.is_silent:
            self._last = None
            self._is_closed = self._is_closed or said.is_end
        elif is_full and self._last is not None and _OTHER_LABEL.match(text.text) is None:
            self._last.pieces[-1] = joined((self._last.pieces[-1], _rest(line, text, ends_in_blank=ends_in_blank)))
        else:
            self._continue(line, text)

    def _add(self, kind: str, meaning: str, value: Token, line: Token) -> None:
        self._is_closed = False
        block = self.blocks[-1] if self.blocks else None
        if block is None or self._begins(block, kind, meaning):
            block = self._open(kind, line.strip().span)
        self._last = Entry(meaning, [value], line)
        if meaning != netsh_labels.IGNORED:
            block.entries.setdefault(meaning, []).append(self._last)

    def _begins(self, block: Block, kind: str, meaning: str) -> bool:
        """Whether a label opens a new block: of another kind, or the next of the same kind."""
        if meaning == _STARTS.get(kind):
            return block.kind != kind or meaning in block.entries
        if kind == block.kind:
            return False
        # `mainmode show rule` has the labels that `show global` has for the default main mode.
        return not (block.kind == RULE and kind == GLOBAL and "action" not in block.entries)

    def _continue(self, line: Token, text: Token) -> None:
        last = self._last
        if last is not None and last.meaning == "cookie" and not last.pieces[-1].text:
            last.pieces[-1] = text  # it fills a line of its own
            return
        wrapped = line.text[:1].isspace() or (last is not None and last.pieces[-1].text.endswith(","))
        # A description may hold anything; in other lists, what looks like a label could stand before a key.
        described = last is not None and last.meaning == "description" and wrapped
        label = None if described else _OTHER_LABEL.match(text.text)
        if last is not None and last.meaning in _LISTS and wrapped and label is None:
            last.pieces.append(text)
        elif label is not None:
            self._last = self._above = Entry(OTHER, [text.part(label.end()).strip()], text)
            if self.blocks and self.blocks[-1].kind == PROFILE and not self._last.pieces[0].text:
                self._open(PROFILE, text.span, OTHER)
            elif self.blocks and not (self._is_closed and _PROSE.match(text.text, label.end())):
                self.blocks[-1].others.append(self._last)
        elif self.blocks and not self._is_closed:
            self.blocks[-1].strange.append(text)

    def _name(self, above: Entry) -> None:
        """Open the block of a rule: a value above a ruler, under a label, is its name."""
        if not above.pieces[0].text:
            return
        if self.blocks and above in self.blocks[-1].others:
            self.blocks[-1].others.remove(above)
        block = self._open(RULE, above.line.span)
        block.guessed = True
        block.entries["name"] = [replace(above, meaning="name")]

    def _open(self, kind: str, span: Span, profile: str = "") -> Block:
        self._is_closed = False
        block = Block(kind, span, profile)
        self.blocks.append(block)
        return block


def _rest(line: Token, text: Token, *, ends_in_blank: bool) -> Token:
    """A line that the console wrapped, with a blank before it if it broke at one."""
    return text.replaced_by(f" {text.text}") if ends_in_blank or line.text[:1] == " " else text


def _ends_label(label: str, rest: str) -> bool:
    """Whether a label can end here: at a colon, a blank, the end, or a value joined to a label that is no word."""
    if not rest or rest[0] in ":\uff1a" or rest[0].isspace():
        return True
    return label[-1:].isdigit() or any(character.isupper() for character in label[1:])


@cache
def _labels(kind: str) -> Mapping[str, Sequence[tuple[str, str, str]]]:
    """The labels of a kind in every language by first letter: as written, folded, meaning; longest first."""
    merged: dict[str, str] = {}
    for table in _TABLES[kind].values():
        merged |= table
    by_letter: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for label, meaning in sorted(merged.items(), key=lambda each: -len(each[0])):
        folded = label.casefold()
        by_letter[folded[:1]].append((label, folded, meaning))
    return dict(by_letter)


@cache
def _labels_in_full(kind: str) -> Mapping[str, tuple[str, str]]:
    """The labels of a kind by folded text, with label and meaning, for the many lines with a colon."""
    in_full: dict[str, tuple[str, str]] = {}
    for labels in _labels(kind).values():
        for label, folded, meaning in labels:
            in_full.setdefault(folded, (label, meaning))
    return in_full


def meanings_of_labels() -> dict[str, str]:
    """The labels of rules in every language, with their meanings."""
    return dict(_labels_in_full(RULE).values())


@cache
def _heading_starts() -> tuple[str, ...]:
    return tuple(prefix for prefix, _ in _headings())


@cache
def _headings() -> tuple[tuple[str, str], ...]:
    return tuple((text.casefold(), kind) for text, kind in _all(netsh_labels.HEADINGS))


def _all(tables: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for table in tables.values():
        yield from table.items()


@cache
def _silent() -> frozenset[str]:
    return _endings().union(line.casefold() for lines in netsh_labels.TABLE_HEADINGS.values() for line in lines)


@cache
def _endings() -> frozenset[str]:
    return frozenset(line.casefold() for lines in netsh_labels.ENDINGS.values() for line in lines)
