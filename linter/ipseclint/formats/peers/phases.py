"""Phases of any gateway listed by people, typed or copied from its settings page.

A heading "Phase 1", and below it names and values of the page: encryption, authentication or hash, DH group, lifetime;
the same for "Phase 2", with PFS. SonicWall, WatchGuard, DrayTek, ZyXEL and others name them so. Or values alone, each
an item; or a whole phase on one line: "Phase 1: AES256, SHA256, DH14", or both; or rows that say their phase, as forms
for partners have them (`phase_rows.py`). Only what is written counts: whether a second
phase has PFS is unknown if it does not say, and an invalid value is a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.peers.gateways.parts import IKEV1, IKEV2, PSK, Maker, is_aggressive
from ipseclint.formats.peers.phase_rows import PHASE, Row, Rows, kind_of
from ipseclint.late import late
from ipseclint.model.peer import Credential, Offer, Peer
from ipseclint.model.policy import RuleMode
from ipseclint.model.setting import Setting, default
from ipseclint.vocabulary.algorithms import Encapsulation

_MARGIN = r"[ \t>*#-]{0,8}"
_TITLE = r"(?:[\w()/.,-]{1,24} ){0,6}"
"""What may stand before the phase in a heading that ends with a colon: the make, the tunnel."""
_FIRST = late(r"\(?Phase[ -]?(?:1|I|one)\b", re.IGNORECASE)
_BEFORE_FIRST = late(
    rf"\"?{_MARGIN}+{_TITLE}|[^\n]{{0,60}}[|,;\t][\"* ]{{0,3}}(?:[\w()/-]{{1,24}} ){{0,3}}", re.IGNORECASE
)
"""What stands on the line before a first phase in its heading, or in the cell of a table that names it."""
_MAX_BEFORE_FIRST = 200
_PHASE = rf"\(?{PHASE}(?: \(?[A-Za-z]{{2,12}}\)?){{0,2}}"
_OF_EITHER = rf"{_MARGIN}(?:\w{{1,9}} )?{_PHASE}"
_HEADING = late(_OF_EITHER + r"[ \t*:=-]*\r?", re.IGNORECASE)
_TITLED = late(rf"{_MARGIN}{_TITLE}{_PHASE}[ \t*]*:[ \t*]*\r?", re.IGNORECASE)
_IN_LINE = late(_OF_EITHER + r"[ \t*]*[:=-][ \t*]*(?P<rest>\S[^\r\n]{2,200})\r?", re.IGNORECASE)
"""A phase with all of its values behind the heading."""
_BOTH = late(
    r"[,;/|.]?[ \t]{1,8}(?:(?:and|-)[ \t]{1,4})?(?=(?:(?:ike|ipsec|esp) )?\(?Phase[ -]?(?:2|II|two)\b)", re.IGNORECASE
)
"""What parts two phases on one line."""
_BEFORE_TIME = r"(?<![.\d/])(?<!port )(?<!ports )(?<!mtu )(?<!mss )(?!(?:500|4500|1701)\b)"
_BEHIND_TIME = r"(?!\d|[.\d]{0,12}[./:]\d|[- ]?(?:bits?\b|char|kilo|mega|giga|bytes|[kmg]i?b\b))"
"""What does not stand before and behind a lifetime, which would be a size, a volume, a port, a part of an address."""
_PARTS = late(
    r"\b(?:(?:pfs|perfect forward secrecy)[ :=-]{0,3}"
    r"(?P<pfs>(?:(?:dh|group)[ -]?){0,2}\d{1,2}|none|no|off|disabled|yes|on|enabled)"
    r"|(?P<without>no (?:pfs|perfect forward secrecy))"
    r"|(?P<version>ikev?[12])"
    r"|(?P<lifetime>(?:\d{1,3},)?\d{1,5} ?(?:days?|hours?|h|minutes?|min)"
    rf"|{_BEFORE_TIME}(?:\d{{1,3}},)?\d{{3,9}}{_BEHIND_TIME}(?: ?s(?:ec(?:onds?|s)?)?)?)"
    r"|(?P<cipher>3-?des|des|aes[- ]?(?:gcm|cbc)[- ]?\d{3}"
    r"|aes[- ]?\(?\d{3}(?:[- ]?bits?)?\)?(?:[- ]?(?:cbc|gcm(?:[- ]?\d{1,3})?))?)"
    r"|(?:prf[- ]?)?(?P<hash>sha[- ]?(?:2[- ])?\d{1,3}|sha|md5)"
    r"|(?P<group>(?:(?:d-?h|diffie[ -]hellman)(?:[ -]?(?:key )?group)?[ :-]{0,2}|group[ -]?)\d{1,2}"
    r"(?: ?\([^(),\d]{0,12}\d{3,4}[^(),\d]{0,14}\))?|modp\d{3,4}|ecp\d{3})"
    r"|(?P<method>psk|pre-?shared key)"
    r"|(?P<protocol>esp|ah))(?!\w)",
    re.IGNORECASE,
)
_BETWEEN = late(r"\s*(?:[,;/|+&]|\b(?:or|and)\b)\s*", re.IGNORECASE)
"""What stands between two values of one kind."""
_ROW = late(
    r"[ \t>*|-]{0,8}(?P<name>[A-Za-z][\w() /-]{1,40}?)[ \t*]*[:=|][ \t*]*(?P<value>[^\s|][^\r\n|]{0,80}?)[ \t|*]*\r?"
)
_ITEM = late(r"[ \t>]{0,8}(?:[-*\u2022][ \t]?)+(?P<item>[^\r\n]{2,80}?)[ \t]*\r?")
_SAYS_LIFETIME = late(r"(?:sa |key )?(?:life ?time|life)[ :=]{1,3}", re.IGNORECASE)
_UNKNOWN_ITEM = "an item of a phase"
"""What is said of an item that is no value of a phase: it may be the key."""
_SPLIT = late(r"(?:\A|[,/;|+&]|\s(?:or|and)\s)([^,/;|+&]+?)(?=\Z|[,/;|+&]|\s(?:or|and)\s)", re.IGNORECASE)
_GROUP = late(
    r"(?:(?:d-?h|diffie[ -]hellman)(?:[ -]?(?:key )?group)?|group)?[ :-]{0,2}(\d{1,2})(?: ?\([^()]{0,30}\))?",
    re.IGNORECASE,
)
_SIZED = late(r"^(aes)(-gcm)?[ -]?\(?(\d{3})(?:[ -]?bits?)?\)?$", re.IGNORECASE)
"""A cipher with the size of its key in words: `AES (256-bit)`."""
_SHA = late(r"^sha[ -]?(?:2[ -])?(\d{1,3})$", re.IGNORECASE)
_TIME = late(r"(\d{1,9})(?: ?([smhd])(?:ec(?:ond)?s?|in(?:ute)?s?|ours?|ays?)?)?", re.IGNORECASE)
_NO = frozenset({"no", "none", "off", "disabled", "disable", "false"})
_NO_LIMIT = _NO | {"unlimited", "never", "infinite", "0"}
_YES = frozenset({"yes", "on", "enabled", "enable", "true"})
_LACKS = "a first phase has to say its cipher, its hash and its group: without one of them nothing is compared with it"
_KEYS = frozenset({"pre-shared key", "preshared key", "psk", "pre-shared secret", "shared secret", "pre shared key"})
_VERSIONS = {
    **dict.fromkeys(("main mode", "main", "ikev1", "1", "v1", "aggressive mode", "aggressive"), IKEV1),
    **dict.fromkeys(("ikev2", "ikev2 mode", "2", "v2"), IKEV2),
}


class _Phase(Struct):
    """A phase: its heading, and the values below it by meaning."""

    place: Token
    is_first: bool
    values: dict[str, Token] = field(default_factory=dict)


class _Words(NamedTuple):
    """A value, split into words."""

    words: list[Token]

    @classmethod
    def of(cls, token: Token | None) -> _Words:
        return cls([] if token is None else [token.part(*each.span(1)).strip() for each in _SPLIT.finditer(token.text)])


def are_told(text: str) -> bool:
    """Whether a first phase has a heading in a text, or a cell of a table names one."""
    for first in _FIRST.finditer(text):
        start = text.rfind("\n", max(first.start() - _MAX_BEFORE_FIRST, 0), first.start()) + 1
        is_near = start or first.start() <= _MAX_BEFORE_FIRST
        if is_near and _BEFORE_FIRST.fullmatch(text, start, first.start()) is not None:
            return True
    return False


def peers_of(text: str, make: Maker) -> Iterator[Peer]:
    """A peer for each first phase that has everything main mode needs, with the second phase below it."""
    first: _Phase | None = None
    for phase in (*_phases(text, make), None):
        if first is not None:
            second = phase if phase is not None and not phase.is_first and phase.values else None
            yield from _peer(first, second, make)
        first = phase if phase is not None and phase.is_first else None


def _phases(text: str, make: Maker) -> list[_Phase]:
    phases: list[_Phase] = []
    is_open = False
    rows, form = Rows(make), _Form(phases)
    for line in _parted(lines_of(text, make.diagnostics.path)):
        is_of_list = is_open and "phase" not in line.text.casefold()
        if not is_of_list and (of_phases := rows.of(line)) is not None:
            for each in of_phases:
                form.take(each, line, make)
            is_open = False
        elif (phase := _in_line(line, make)) is not None:
            phases.append(phase)
            is_open = False
        elif (heading := _HEADING.fullmatch(line.text) or _TITLED.fullmatch(line.text)) is not None:
            phases.append(_Phase(line.strip(), heading["first"] is not None))
            is_open = True
        elif is_open and (row := _ROW.fullmatch(line.text)) is not None:
            kind = kind_of(row["name"].strip())
            if kind is None:
                make.diagnostics.not_read(row["name"].strip())
            else:
                _take(phases[-1], kind, line.part(*row.span("value")), make)
        elif is_open and (item := _ITEM.fullmatch(line.text)) is not None:
            _take_item(phases[-1], line.part(*item.span("item")), make)
        elif line.text.strip():
            is_open = False
    return phases


def _parted(lines: Iterable[Token]) -> Iterator[Token]:
    """Lines, of which one with both phases is two."""
    for line in lines:
        is_told_twice = line.text.casefold().count("phase") > 1 and _IN_LINE.fullmatch(line.text) is not None
        both = _BOTH.search(line.text) if is_told_twice else None
        if both is None:
            yield line
        else:
            yield line.part(0, both.start())
            yield line.part(both.end(), len(line.text))


class _Form:
    """Phases that are told row by row, in whatever order: a value that is told again begins the next two."""

    def __init__(self, phases: list[_Phase]) -> None:
        self._phases = phases
        self._now: dict[bool, _Phase] = {}

    def take(self, row: Row, line: Token, make: Maker) -> None:
        """Add the value of a row."""
        if row.kind is None:
            make.diagnostics.not_read(row.name.text)
            return
        kind = _kind_with(row.kind, row.value)
        if not self._now or kind in self._now[row.is_first].values:
            self._now = {is_first: _Phase(line.strip(), is_first) for is_first in (True, False)}
            self._phases.extend(self._now.values())
        _take(self._now[row.is_first], kind, row.value, make)


def _take_item(phase: _Phase, item: Token, make: Maker) -> None:
    """Add the value that an item is, without a name."""
    named = _SAYS_LIFETIME.match(item.text)
    value = item if named is None else item.part(named.end(), len(item.text))
    part = _PARTS.fullmatch(value.text)
    if part is None:
        make.diagnostics.not_read(_UNKNOWN_ITEM)
        return
    kind = part.lastgroup or ""
    if kind == "without":
        phase.values.setdefault("pfs", value.standing_for("none"))
    else:
        phase.values.setdefault(kind, value.part(*part.span(kind)))


def _take(phase: _Phase, kind: str, value: Token, make: Maker) -> None:
    """Add the value of a row, which for a cipher may name the hash and the group, too."""
    parts = list(_PARTS.finditer(value.text)) if kind == "cipher" else []
    if {"cipher", "hash"} <= {part.lastgroup for part in parts}:
        for of, values in (_values(value, parts, make) or {}).items():
            phase.values.setdefault(of, values)
    else:
        phase.values.setdefault(_kind_with(kind, value), value)


def _kind_with(kind: str, value: Token) -> str:
    """What a row tells: an authentication by a key is no hash."""
    return "method" if kind == "hash" and value.text.casefold() in _KEYS else kind


def _in_line(line: Token, make: Maker) -> _Phase | None:
    """The phase that is whole on a line; None if it names no cipher."""
    match = _IN_LINE.fullmatch(line.text)
    if match is None:
        return None
    parts = list(_PARTS.finditer(line.text, match.start("rest")))
    values = _values(line, parts, make) if any(part.lastgroup == "cipher" for part in parts) else None
    if values is None:
        return None
    phase = _Phase(line.strip(), match["first"] is not None, values)
    if (without := values.pop("without", None)) is not None:
        values["pfs"] = without.standing_for("none")
    elif not phase.is_first and "group" in values:
        values.setdefault("pfs", values["group"])
    return phase


def _values(line: Token, parts: Sequence[re.Match[str]], make: Maker) -> dict[str, Token] | None:
    """The parts of a suite in a text by meaning; None if there are several suites, which is noted."""
    values: dict[str, Token] = {}
    ends: dict[str, int] = {}
    for part in parts:
        kind = part.lastgroup or ""
        known = values.get(kind)
        if known is None:
            values[kind] = line.part(*part.span(kind))
        elif _BETWEEN.fullmatch(line.text, ends[kind], part.start()):
            values[kind] = line.part(known.column - line.column, part.end())
        else:  # which belongs to which cannot be told
            make.diagnostics.not_understood("several suites in one line: it is not read", line.strip().span)
            return None
        ends[kind] = part.end()
    return values


def _peer(first: _Phase, second: _Phase | None, make: Maker) -> Iterator[Peer]:
    main = _offer(first, make)
    if main is None:
        said = first.values.get("cipher")
        if said is not None and any(part.lastgroup == "cipher" for part in _PARTS.finditer(said.text)):
            make.diagnostics.not_understood(_LACKS, first.place.span)
        return
    version, method = first.values.get("version"), first.values.get("method")
    is_key = method is not None and method.text.casefold() in _KEYS
    yield Peer(
        name=f"gateway of line {first.place.line}",
        span=first.place.span,
        key_modules=make.modules(version, _VERSIONS),
        is_aggressive=is_aggressive(version),
        main_mode=(main,),
        main_mode_seconds=_seconds(first, make),
        quick_mode=None if second is None else _quick(second, make),
        quick_mode_seconds=None if second is None else _seconds(second, make),
        mode=default(RuleMode.TUNNEL, first.place.span),
        own=(Credential(span=method.span, method=PSK, is_secret_known=False),) if is_key and method else None,
    )


def _offer(
    phase: _Phase, make: Maker, groups: list[Token] | None = None, encapsulation: Encapsulation | None = None
) -> Offer | None:
    """The proposal of a phase; None if it lacks a required part."""
    ciphers, hashes = (_Words.of(phase.values.get(kind)).words for kind in ("cipher", "hash"))
    groups = _groups(phase.values.get("group")) if groups is None else groups
    authenticate = bool(ciphers) and all("gcm" in cipher.text.casefold() for cipher in ciphers)
    if not ciphers or not (hashes or (authenticate and encapsulation)) or (encapsulation is None and not groups):
        return None
    spelt = [_SHA.sub(r"sha\1", word.text) for word in hashes]
    words = [word if text == word.text else word.standing_for(text) for word, text in zip(hashes, spelt, strict=True)]
    return make.offer(
        ciphers[0],
        [cipher.standing_for(_SIZED.sub(r"\1\2-\3", cipher.text).replace(" ", "-")) for cipher in ciphers],
        [] if authenticate else words,
        groups,
        prfs=words if authenticate and encapsulation is None else [],
        encapsulation=encapsulation,
    )


def _quick(phase: _Phase, make: Maker) -> tuple[Offer, ...] | None:
    """The proposal of a second phase; None if it does not say whether it uses PFS."""
    said, group, protocol = (phase.values.get(kind) for kind in ("pfs", "group", "protocol"))
    if said is None or (protocol is not None and protocol.text.casefold() != "esp"):
        return None
    named = [word for word in _groups(said) if word.text.casefold() not in _YES]
    is_off = said.text.casefold() in _NO
    groups = [] if is_off else named or _groups(group)
    if not groups and not is_off:
        return None
    offer = _offer(phase, make, groups, Encapsulation.ESP)
    return None if offer is None else (offer,)


def _groups(token: Token | None) -> list[Token]:
    """Groups by number; an invalid word stays, and is reported."""
    words = _Words.of(token).words
    numbers = [_GROUP.fullmatch(word.text) for word in words]
    return [word if found is None else word.standing_for(found[1]) for word, found in zip(words, numbers, strict=True)]


def _seconds(phase: _Phase, make: Maker) -> Setting[int] | None:
    token = phase.values.get("lifetime")
    found = None if token is None else _TIME.fullmatch(token.text.replace(",", ""))
    if token is None or token.text.casefold() in _NO_LIMIT:
        return None
    if found is None:
        return make.seconds(token)
    return make.seconds(token.standing_for(f"{found[1]}{(found[2] or '').casefold()}"))
