"""Titles that name one of several machines: a host, or a role or side with what tells it from others of its kind.

    ## SRV01 (10.0.0.1)     == Step 1: Configure the VPN server     On the client:     **Left side**     Auf dem Server:

A title is read word by word: one role, one index at most, words that qualify, words that say nothing of the machine.
One with a word that is none of these, as "Client certificate", is a title of something else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from ipseclint.formats.pasted.documents import blocks_of
from ipseclint.formats.pasted.prose import COMMAND
from ipseclint.formats.pasted.signs import FENCE
from ipseclint.formats.transcript.alternatives import decisions_in, fenced
from ipseclint.late import late
from ipseclint.source import DOCUMENTS, suffix_of
from ipseclint.vocabulary.machine_words import (
    BOTH,
    EVERY,
    KINDS,
    NEUTRAL,
    NOTHING,
    NUMBER_WORDS,
    ROLES,
    SIDES,
    TELLING,
    WITH_INDEX,
)

NONE = ""

_NUMBERED = (
    r"(?:[A-Z]|STEP|STAGE|PHASE|PART|TASK|TEST|CASE|OPTION|SECTION|CHAPTER|EXAMPLE|SAMPLE|NOTE|FIG|TABLE|ITEM|RULE"
    r"|POLICY|SCENARIO|VARIANT|METHOD|ATTEMPT|TRY|RUN|DAY|SCHRITT|TEIL|FALL|ETAPE|PARTIE|PASO|FASE|PARTE|KROK"
    r"|IKEV?|IPV?|L2TP|AES|SHA|MD|DH|DES|GCM|GMAC|TLS|KB|WIN|WINDOWS|VLAN|TUNNEL|CONN|GPO|RFC|CHG|INC|REQ|REV)"
)
_OF_SUITES = r"(?:AES|SHA|DES|GCM|GMAC|DH|MD|ESP|AH|IKE)\d*(?![A-Z])|(?:S2S|P2S|L2TP|EC2|X509|WS20\d\d|W2K)"
MACHINE = rf"(?!{_NUMBERED}?-?\d{{1,8}}(?![A-Z0-9-])|{_OF_SUITES})(?=[A-Z0-9-]{{0,14}}\d)[A-Z][A-Z0-9-]{{1,14}}"
"""A name in capitals with a number: no step, variant, suite or update, which have numbers too (reasoned)."""

_STEP = late(
    r"(?:(?:step|stage|phase|part|schritt|teil|étape|partie|paso|fase|parte|passo|krok|etap|część|шаг|этап|часть"
    r"|手順|ステップ|步骤)[ ]?\d{1,2}|第?[\d一二三四五六]{1,2}[步章、]|\d{1,2}(?:\.\d{1,2}){0,3}[.)]?(?=[ ])"
    r"|[A-Za-z][.)](?=[ ])|[IVX]{1,4}[.)](?=[ ]))[ ]?[:.)\uff1a\u2013\u2014-]?[ ]*",
    re.IGNORECASE,
)
_ABOUT = late(
    r"[ ]?[(\uff08](?P<within>[^()\uff08\uff09]{1,60})[)\uff09]"
    r"|(?:[:\uff1a]|[ ][\u2013\u2014-])[ ](?P<behind>[^\r\n]{1,120})"
)
_JOINED = late(r"(server|client|gateway|router)s?(seite|konfiguration|einstellungen|befehle)", re.IGNORECASE)
_GLUED = late(
    "|".join(
        sorted(
            (
                word
                for words in (*ROLES.values(), *SIDES.values(), *KINDS.values(), *NOTHING, *BOTH)
                for word in words.split()
                if word[0] > "\u3000"
            ),
            key=len,
            reverse=True,
        )
    )
)
"""Words of languages that put no blank between them."""
_RELEASE = late(r"\bwindows (?:xp|vista|7|8(?:\.1)?|10|11)\b", re.IGNORECASE)
_ELIDED = late(r"\b[ld]['\u2019]", re.IGNORECASE)
_HOST = late(MACHINE)
_NAMED = late(r"(?=[\w.-]{0,60}\d)[A-Za-z][\w-]{1,62}(?:\.[A-Za-z][\w-]{0,62}){0,8}")
_QUALIFIED = late(r"(?=[\w-]{0,60}\d)[A-Za-z][\w-]{1,62}(?:\.[A-Za-z][\w-]{0,62}){2,8}")
_ADDRESS = late(r"\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9A-Fa-f:]{3,40}$)[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{1,40}")
_PARTS = late(r"[\s/#_-]+")
_MAX_TITLE = 120
"""So many characters are a title at most (reasoned)."""


def _names(*tables: Mapping[str, str]) -> dict[str, str]:
    return {word: name for table in tables for name, words in table.items() for word in words.split()}


_ROLE_OF, _SIDE_OF, _KIND_OF, _INDEXED = _names(ROLES), _names(SIDES), _names(KINDS), _names(WITH_INDEX)


class Titled(Struct, frozen=True):
    """What a title says of a machine: its role with what tells it from others, its name and its address, if any.

    `shown` is what it is called in the title; `is_each`: each of the machines is meant.
    """

    role: str
    told_by: frozenset[str] = frozenset()
    host: str = ""
    address: str = ""
    shown: str = ""
    is_each: bool = False


def titled(text: str) -> Titled | None:
    """The machine that a title names; None if it is a title of something else."""
    plain = " ".join(text.strip(" \t*_`#:\uff1a").replace("`", "").replace("**", "").split())
    if not plain or len(plain) > _MAX_TITLE:
        return None
    plain = plain[step.end() :] if (step := _STEP.match(plain)) is not None else plain
    about = _ABOUT.search(plain)
    if about is not None and about["within"] and about.end() < len(plain):
        return None
    said = "" if about is None else (about["within"] or about["behind"]).strip()
    plain = plain if about is None else plain[: about.start()]
    machine = _of_words(plain)
    if machine is None and said and plain.casefold() in _KIND_OF and _NAMED.fullmatch(said):
        return Titled(plain.casefold(), host=said.upper())
    if machine is None or machine.host or machine.is_each:
        return machine
    is_host = _HOST.fullmatch(said) or _QUALIFIED.fullmatch(said)
    is_alone = plain.casefold() in _ROLE_OF and _NAMED.fullmatch(said) is not None
    if is_host or is_alone:
        return Titled(machine.role, machine.told_by, host=said.upper())
    return Titled(machine.role, machine.told_by, "", said if _ADDRESS.fullmatch(said) else "", machine.shown)


def _of_words(text: str) -> Titled | None:
    host, kept = "", list[str]()
    plain = _GLUED.sub(r" \g<0> ", _JOINED.sub(r"\1 \2", _RELEASE.sub("Windows", _ELIDED.sub("", text))))
    for word in plain.split():
        if _HOST.fullmatch(word) or _QUALIFIED.fullmatch(word):
            if host:
                return None
            host = word.upper()
        else:
            kept += [part for part in _PARTS.split(word) if part]
    return _of_kept([word.casefold() for word in kept], host)


def _of_kept(words: Sequence[str], host: str) -> Titled | None:
    """The machine that words tell of, beside the name of a host."""
    roles, kinds, told_by, shown = list[str](), list[str](), set[str](), list[str]()
    index = is_both = is_every = False
    for at, word in enumerate(words):
        if word in BOTH or word in EVERY:
            is_both, is_every = is_both or word in BOTH, True
        elif word in _ROLE_OF:
            roles.append(_ROLE_OF[word])
            shown.append(_ROLE_OF[word])
        elif word in _KIND_OF or word in _INDEXED:
            kinds.append(_KIND_OF.get(word, word))
            shown.append(word)
        elif _is_index(word, is_last=at == len(words) - 1, is_behind=bool(at) and _is_noun(words[at - 1])):
            if index:
                return None
            index = True
            told_by.add(word)
            shown.append(word)
        elif word in _SIDE_OF or word in TELLING:
            told_by.add(_SIDE_OF.get(word, word))
            shown.append(word)
        elif word not in NOTHING and word not in NEUTRAL:
            return None
    sides = told_by & {*SIDES}
    role = roles[0] if roles else (sides.pop() if sides and not index else kinds[0] if kinds else "")
    if len(set(roles)) > 1 or (not role and not host):
        return None
    if is_every:
        is_of_all = is_both or (kinds and not roles)
        return Titled(role, is_each=True) if is_of_all and not (host or index) else _unless(told_by, role, shown)
    if not roles and kinds and not host and not (index or (told_by and not _needs_index(kinds))):
        return None
    return Titled(role, frozenset(told_by), host, shown="-".join(shown).upper())


def _unless(told_by: set[str], role: str, shown: Sequence[str]) -> Titled | None:
    """All of one role, which have one policy, unless something else is told of them."""
    return Titled(role, shown="-".join(shown).upper()) if role in ROLES and not told_by else None


def _needs_index(kinds: Collection[str]) -> bool:
    return any(kind in _INDEXED for kind in kinds)


def _is_noun(word: str) -> bool:
    return word in _ROLE_OF or word in _KIND_OF or word in _INDEXED


def _is_index(word: str, *, is_last: bool, is_behind: bool) -> bool:
    may_be = (len(word) == 1 and "a" <= word <= "h") or (word.isdecimal() and len(word) <= 3) or word in NUMBER_WORDS
    return may_be and (is_last or is_behind)


_MARKED = late(
    r"(?P<level>#{1,6}|={1,6}|\*{1,6})[ \t]+(?P<title>[^\s=*#][^\r\n]{0,200}?)[ \t#=]*\r?"
    r"|h(?P<number>[1-6])\.[ ]+(?P<named>\S[^\r\n]{0,200}?)[ \t]*\r?"
)
_UNDERLINE = late(r"([=~^\"*#+-])\1{2,200}[ \t]*\r?")
_VALUE = late(r":[ ]{2}")
"""What stands between a label of an output and its value."""
_LABEL = late(
    r"(?:[-*+\u2022][ ]{1,3}|\d{1,2}[.)][ ]{1,3})?"
    r"(?:(?P<mark>\*\*|__)(?P<strong>[^\r\n*]{1,120}?)(?P=mark)[:\uff1a]?"
    r"|(?P<label>[^\W_][^\r\n*=]{0,120}?)[:\uff1a])[ \t]*\r?"
)
_RULED = late(r"[=*_-]{2,40}[ ]?(?P<ruled>[^\s=*_-][^\r\n]{0,120}?):?[ ]?[=*_-]{2,40}:?[ \t]*\r?")
_BELOW_ALL = 7
"""The level of a label, which is below those of all headings."""


class _Heading(Struct, frozen=True):
    """A line that heads others: its level, and the machine that it names, if any."""

    level: int
    machine: Titled | None


class Sections(Struct, frozen=True):
    """The machine of which a document is from a line on, by row; empty where a section ends that was of one.

    `of_each` are the rows from which on it is of each of the machines, `structure` the headings that name none.
    """

    machines: Mapping[int, str]
    of_each: frozenset[int]
    structure: frozenset[int]


def sections_of(lines: Sequence[str], path: str) -> Sections:
    """The sections of a text by its headings and labels; in code no line is one."""
    text, suffix = "\n".join(lines), suffix_of(path)
    is_document = suffix in DOCUMENTS or FENCE.search(text) is not None
    blocks = blocks_of(text, path, lines) if is_document else None
    parts = fenced(lines) if blocks is None else [range(min(block), max(block) + 1) for block in blocks if block]
    code = {row for part in parts for row in part} if is_document else set()
    decided = {part.start for decision in decisions_in(text, lines, blocks) for part in decision}
    headings = {
        row: _Heading(heading.level, None) if row in decided else heading
        for row, heading in _headings(lines, code, suffix, is_document=is_document)
    }
    if _is_title(headings):
        first = min(headings)
        headings[first] = _Heading(headings[first].level, None)
    sections = _of_headings(headings)
    if not code or len({*sections.machines.values()} - {NONE}) > 1:
        return sections
    return _within_code(lines, code, sections)


def _within_code(lines: Sequence[str], code: Collection[int], sections: Sections) -> Sections:
    """The sections that labels within code begin, where headings part nothing; what marks code is of each of them."""
    within = [line if row in code else "" for row, line in enumerate(lines, start=1)]
    labels = dict(_headings(within, frozenset(), "", is_document=False))
    named = {row: label.machine for row, label in labels.items() if label.machine is not None}
    names = _names_of(named)
    if len({*names.values()}) < 2:
        return sections
    marks = {row for row in code if FENCE.match(lines[row - 1]) is not None}
    return Sections(names, _of_each(named), sections.structure | marks)


def _is_title(headings: Mapping[int, _Heading]) -> bool:
    """Whether the first heading is that of the whole document: no other is of its level, and some are below it."""
    levels = [heading.level for heading in headings.values()]
    return len(levels) > 1 and levels[0] < _BELOW_ALL and min(levels[1:]) > levels[0]


def _of_headings(headings: Mapping[int, _Heading]) -> Sections:
    named = {row: heading.machine for row, heading in headings.items() if heading.machine is not None}
    names = _names_of(named)
    machines: dict[int, str] = {}
    open_at = _BELOW_ALL + 1
    for row, heading in headings.items():
        if row in named:
            open_at = heading.level
        elif heading.level <= open_at < _BELOW_ALL + 1:
            machines[row] = NONE
            open_at = _BELOW_ALL + 1
    return Sections(machines | names, _of_each(named), frozenset(headings.keys() - named.keys()))


def _of_each(machines: Mapping[int, Titled]) -> frozenset[int]:
    return frozenset(row for row, machine in machines.items() if machine.is_each)


def _names_of(machines: Mapping[int, Titled]) -> dict[int, str]:
    """What each one machine is called: as where it is named first, with its address if others are called so."""
    of_role: dict[str, set[str]] = {}
    addresses: dict[tuple[str, frozenset[str]], set[str]] = {}
    for machine in machines.values():
        if machine.host:
            of_role.setdefault(machine.role, set()).add(machine.host)
        if machine.address:
            addresses.setdefault((machine.role, machine.told_by), set()).add(machine.address)
    names: dict[int, str] = {}
    first: dict[tuple[str, frozenset[str], str], str] = {}
    for row, machine in machines.items():
        hosts = of_role.get(machine.role, set()) if machine.role and not machine.told_by else set()
        key = machine.role, machine.told_by
        address = machine.address if len(addresses.get(key, ())) > 1 else ""
        if machine.is_each:
            continue
        if machine.host or len(hosts) == 1:
            names[row] = machine.host or next(iter(hosts))
        else:
            shown = "-".join(filter(None, (machine.shown, address)))
            names[row] = first.setdefault((*key, address), shown)
    return names


def _headings(
    lines: Sequence[str], code: Collection[int], suffix: str, *, is_document: bool
) -> Iterator[tuple[int, _Heading]]:
    """The headings with their rows; labels, and in a text that is no document headings too, if they name a machine."""
    order: list[str] = []
    for row, line in enumerate(lines, start=1):
        if row in code or not line[:1].strip():
            continue
        following = lines[row] if row < len(lines) else ""
        if (marked := _marked(line, following, suffix, order)) is not None:
            level, title = marked
            is_comment = not is_document or COMMAND.match(following.lstrip()) is not None
            machine = titled(title) if is_document or level > 1 else None
            if machine is not None or not is_comment:
                yield row, _Heading(level, machine)
        elif (label := _LABEL.fullmatch(line) or _RULED.fullmatch(line)) is not None:
            machine = titled(next(filter(None, (label.groupdict().get(name) for name in ("strong", "label", "ruled")))))
            if machine is not None and (is_document or following[:1].strip() or not following.strip()):
                yield row, _Heading(_BELOW_ALL, machine)


def _marked(line: str, following: str, suffix: str, order: list[str]) -> tuple[int, str] | None:
    """The level of a heading and what it says; `order` are the signs that underline titles, in the order of levels."""
    if (match := _MARKED.fullmatch(line)) is not None and (line[0] != "*" or suffix == ".org"):
        return int(match["number"] or len(match["level"])), match["named"] or match["title"]
    if line[0] in "#=*-" or (rule := _UNDERLINE.fullmatch(following)) is None or suffix not in DOCUMENTS:
        return None
    if len(following.rstrip()) + 2 < len(line.rstrip()) or _VALUE.search(line) is not None:
        return None
    if rule[1] not in order:
        order.append(rule[1])
    return order.index(rule[1]) + 1, line.strip()
