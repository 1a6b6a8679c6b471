"""Titles that name one of several machines, or one of two states of one: before a change, and after it.

    ## SRV01 (10.0.0.1)     == Step 1: Configure the VPN server     On the client:     **Left side**     Auf dem Server:

A title is read word by word: one role, one index at most, words that qualify, words that say nothing of the machine.
One with a word that is none of these, as "Client certificate", is a title of something else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from enum import Enum

from msgspec import Struct

from ipseclint.late import late
from ipseclint.vocabulary.words_of_titles import (
    AFTER,
    BEFORE,
    BOTH,
    CHANGES,
    ENDS,
    EVERY,
    KINDS,
    NEUTRAL,
    NEW,
    NOTHING,
    NUMBER_WORDS,
    OLD,
    PLACED,
    PLATFORMS,
    ROLES,
    SAYING,
    SETS_UP,
    SIDES,
    TELLING,
    WITH_INDEX,
)

_NUMBERED = (
    r"(?:[A-Z]|STEP|STAGE|PHASE|PART|TASK|TEST|CASE|OPTION|SECTION|CHAPTER|EXAMPLE|SAMPLE|NOTE|FIG|TABLE|ITEM|RULE"
    r"|POLICY|SCENARIO|VARIANT|METHOD|ATTEMPT|TRY|RUN|DAY|SCHRITT|TEIL|FALL|ETAPE|PARTIE|PASO|FASE|PARTE|KROK"
    r"|IKEV?|IPV?|L2TP|AES|SHA|MD|DH|DES|GCM|GMAC|TLS|KB|WIN|WINDOWS|VLAN|TUNNEL|CONN|GPO|RFC|CHG|INC|REQ|REV"
    r"|SET|FILTER|PROFILE|OUTPUT|RESULT|LISTING|LOG|VERSION|BUILD|RELEASE|KEY|CERT|USER|GROUP|NET|SUBNET|PORT|WAN|LAN"
    r"|NIC|ETH|ETHERNET|INTERFACE|ADAPTER|DOMAIN|PUBLIC|PRIVATE)"
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
                for words in (
                    *ROLES.values(),
                    *SIDES.values(),
                    *ENDS.values(),
                    *KINDS.values(),
                    *NOTHING,
                    *SETS_UP,
                    *BOTH,
                    *BEFORE,
                    *AFTER,
                )
                for word in words.split()
                if word[0] > "\u3000"
            ),
            key=lambda word: (-len(word), word),
        )
    )
)
"""Words of languages that put no blank between them."""
_RELEASE = late(r"\bwindows (?:xp|vista|7|8(?:\.1)?|10|11)\b", re.IGNORECASE)
_ELIDED = late(r"\b[ld]['\u2019]", re.IGNORECASE)
_HOST = late(MACHINE)
WRITTEN_SMALL = late(MACHINE, re.IGNORECASE)
"""The same in small letters, which is a machine beside a word that says so."""
_NAMED = late(r"(?=[\w.-]{0,60}\d)[A-Za-z][\w-]{1,62}(?:\.[A-Za-z][\w-]{0,62}){0,8}")
_QUALIFIED = late(r"(?=[\w-]{0,60}\d)[A-Za-z][\w-]{1,62}(?:\.[A-Za-z][\w-]{0,62}){2,8}")
_ADDRESS = late(r"\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9A-Fa-f:]{3,40}$)[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{1,40}")
_PARTS = late(r"[\s/#_-]+")
_MAX_TITLE = 120
"""So many characters are a title at most (reasoned)."""


def _names(*tables: Mapping[str, str]) -> dict[str, str]:
    return {word: name for table in tables for name, words in table.items() for word in words.split()}


_OF_NOUNS = OLD | NEW
_FIRST_OF_KIND = frozenset("abcd12")
"""What tells two systems of one make apart, and is no release of it: `FortiGate A`, `MikroTik 2`, not `Windows 7`."""
_ROLE_OF, _SIDE_OF, _KIND_OF, _INDEXED = _names(ROLES), _names(SIDES), _names(KINDS), _names(WITH_INDEX)
_END_OF = _names(ENDS) | {word: word.upper() for word in PLATFORMS}
_OF_WINDOWS_TOO = frozenset({"FIREWALL"})
"""What a machine is called, and a part of Windows as well."""
_RELEASES = late(
    r"\b(?:server 20\d\d(?: r2)?|server 20\d\dr2|20\d\d r2|20\d\d|2[2-6]h2)\b|\bv?\d{1,2}\.\d{1,2}(?:\.\d{1,3})?\b"
)
"""What tells of a release of a system."""


class Titled(Struct, frozen=True):
    """What a title says of a machine: its role with what tells it from others, its name and its address, if any.

    `shown` is what it is called in the title; `is_each`: each of the machines is meant; `is_end`: that it is a machine
    is known only where another title beside it tells of the other end, or of another machine.
    """

    role: str
    told_by: frozenset[str] = frozenset()
    host: str = ""
    address: str = ""
    shown: str = ""
    is_each: bool = False
    is_end: bool = False


def titled(text: str) -> Titled | None:
    """The machine that a title names; None if it is a title of something else."""
    plain = _plain(text)
    about = _ABOUT.search(plain)
    if not plain or (about is not None and about["within"] and about.end() < len(plain)):
        return None
    said = "" if about is None else (about["within"] or about["behind"]).strip()
    plain = plain if about is None else plain[: about.start()]
    machine = _of_words(plain, _HOST)
    if machine is None or not (machine.host or machine.is_each):
        written = _of_words(plain, WRITTEN_SMALL)
        machine = written if written is not None and written.host and written.role else machine
    if machine is not None and _may_be_of_windows(machine, plain):
        return None
    if machine is None and said and plain.casefold() in _KIND_OF and _NAMED.fullmatch(said):
        return Titled(plain.casefold(), host=said.upper())
    if machine is None or machine.host or machine.is_each:
        return machine
    is_host = _HOST.fullmatch(said) or _QUALIFIED.fullmatch(said)
    is_alone = plain.casefold() in _ROLE_OF and _NAMED.fullmatch(said) is not None
    if is_host or is_alone:
        return Titled(machine.role, machine.told_by, host=said.upper())
    return Titled(machine.role, machine.told_by, "", said if _ADDRESS.fullmatch(said) else "", machine.shown)


def _may_be_of_windows(machine: Titled, plain: str) -> bool:
    """Whether what is named so may as well be a part of Windows."""
    is_told = machine.host or machine.told_by or machine.is_each
    return machine.role in _OF_WINDOWS_TOO and not is_told and PLACED.isdisjoint(plain.casefold().split())


def end_of(text: str) -> Titled | None:
    """The end of a connection that a title may tell of: a system, or one's own side and the other."""
    plain = _RELEASES.sub("", _RELEASE.sub("windows", _ELIDED.sub("", _plain(text))).casefold())
    words = [word.strip("()[]:,.\u2013\u2014") for word in _PARTS.split(_GLUED.sub(r" \g<0> ", plain))]
    words = [word for word in words if word]
    named = list(dict.fromkeys(_END_OF[word] for word in words if word in _END_OF))
    rest = [word for word in words if word not in _END_OF]
    if not named or not all(word in _KIND_OF or word in NOTHING or word in NEUTRAL for word in rest):
        return None
    return Titled("END", frozenset(named), shown="-".join(named), is_end=True)


class State(Enum):
    """One of two states of a machine: that before a change, or that after it."""

    BEFORE = "BEFORE"
    AFTER = "AFTER"


_STATES = dict.fromkeys(BEFORE | OLD, State.BEFORE) | dict.fromkeys(AFTER | NEW, State.AFTER)


def state_of(text: str) -> State | None:
    """The state that a title names; None if it is a title of something else."""
    words = [word.casefold() for word in _PARTS.split(_GLUED.sub(r" \g<0> ", _plain(text))) if word]
    words = [word.strip("()[]:,.\u2013\u2014\uff08\uff09") for word in words]
    told = [word for word in words if word in _STATES]
    rest = [word for word in words if word and word not in _STATES]
    if len(told) != 1 or not all(map(_says_nothing, rest)):
        return None
    is_noun_told = any(_is_noun(word) for word in rest)
    return None if told[0] in _OF_NOUNS and is_noun_told else _STATES[told[0]]


def _says_nothing(word: str) -> bool:
    """Whether a word of a title says nothing of what state it is of: of what it is one, and when that was."""
    return (
        word in NOTHING
        or word in CHANGES
        or word in NEUTRAL
        or word in TELLING
        or _is_noun(word)
        or word.replace(":", "").replace(".", "").isdecimal()
        or _is_index(word, is_last=True, is_behind=True)
        or _HOST.fullmatch(word.upper()) is not None
    )


def _plain(text: str) -> str:
    """A title without marks and without the number of a step before it; empty if it is none."""
    plain = " ".join(text.strip(" \t*_`#:\uff1a").replace("`", "").replace("**", "").split())
    if len(plain) > _MAX_TITLE:
        return ""
    return plain[step.end() :] if (step := _STEP.match(plain)) is not None else plain


def _of_words(text: str, names: re.Pattern[str]) -> Titled | None:
    host, kept = "", list[str]()
    plain = _GLUED.sub(r" \g<0> ", _JOINED.sub(r"\1 \2", _RELEASE.sub("Windows", _ELIDED.sub("", text))))
    for word in plain.split():
        if names.fullmatch(word) or _QUALIFIED.fullmatch(word):
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
        elif word in _SIDE_OF or word in TELLING or word in PLATFORMS:
            told_by.add(_SIDE_OF.get(word, word))
            shown.append(word)
        elif not any(word in words for words in (NOTHING, SAYING, SETS_UP, NEUTRAL)):
            return None
    sides = told_by & {*SIDES}
    role = roles[0] if roles else (sides.pop() if sides and not index else kinds[0] if kinds else _of_make(told_by))
    if len(set(roles)) > 1 or (not role and not host):
        return None
    if is_every:
        is_of_all = is_both or (kinds and not roles)
        return Titled(role, is_each=True) if is_of_all and not (host or index) else _unless(told_by, role, shown)
    if not roles and kinds and not host and not (index or (told_by and not _needs_index(kinds))):
        return None
    return Titled(role, frozenset(told_by), host, shown="-".join(shown).upper())


def _of_make(told_by: Collection[str]) -> str:
    """The role of one of two systems of a make; empty if it is not told as such."""
    return "" if PLATFORMS.isdisjoint(told_by) or _FIRST_OF_KIND.isdisjoint(told_by) else "GATEWAY"


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
