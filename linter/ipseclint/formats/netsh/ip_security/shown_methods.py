"""Security methods in the output of `netsh ipsec static show`, one a row.

    3DES         SHA1        Medium(2)              of a policy: encryption, integrity, DH group
    ESP[3DES,SHA1]           100000k/3600s          of a filter action
    [NONE]      [SHA1, 3DES] 3600/100000            its columns AH and ESP, the second with integrity and encryption

No row was ever published (reasoned, all of it): the words of a row tell what each is, whatever separates them; a row
that they do not explain is reported and unknown. A lifetime without units takes those of the line above the rows. 0
means the default, as in the registry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.policy_parts import unknown_main_mode_proposal, unknown_quick_mode_proposal
from ipseclint.formats.kit.read import THOUSANDS, decimal
from ipseclint.formats.kit.token import Token
from ipseclint.late import late
from ipseclint.model.policy import MainModeProposal, QuickModeProposal
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.builtin import QUICK_MODE_LIFETIME_KILOBYTES, QUICK_MODE_LIFETIME_SECONDS

T = TypeVar("T")

_WORD = late(r"AES[-_ ]?\d{3}|SHA[-_ ]?\d{1,3}|[A-Za-z0-9]+", re.IGNORECASE)
_LIFE = late(
    rf"(?<![0-9A-Za-z])(?<!\d{THOUSANDS})"
    r"(?P<first>[0-9]{1,10})[ \t]{0,8}(?P<of_first>kb?|s(?:ecs?)?)?[ \t]{0,8}/[ \t]{0,8}"
    r"(?P<second>[0-9]{1,10})[ \t]{0,8}(?P<of_second>kb?|s(?:ecs?)?)?"
    rf"(?![A-Za-z0-9]|{THOUSANDS}\d{{3}}(?!\d))",
    re.IGNORECASE,
)
"""The lifetimes of a row, of whose numbers none goes on behind a sign for thousands."""
_HALF = late(
    rf"(?<![0-9A-Za-z])(?<!\d{THOUSANDS})"
    r"(?P<first>[0-9]{1,10})[ \t]{0,8}(?P<of_first>kb?|s(?:ecs?)?)(?![A-Za-z0-9]|[ \t]{0,8}/[ \t]{0,8}[0-9])",
    re.IGNORECASE,
)
_BRACKETS = late(r"\[([^\[\]]{0,40})\]")
_UNITS = late(r"\b(?:kb|kbytes|kilobytes|secs?|seconds)\b", re.IGNORECASE)

_CIPHERS = {
    "des": Cipher.DES,
    "3des": Cipher.TRIPLE_DES,
    "aes128": Cipher.AES_128,
    "aes192": Cipher.AES_192,
    "aes256": Cipher.AES_256,
}
_HASHES = {"md5": Integrity.MD5, "sha1": Integrity.SHA1, "sha": Integrity.SHA1, "sha256": Integrity.SHA256}
_GROUPS = {
    **dict.fromkeys(("1", "low", "768"), DhGroup.GROUP_1),
    **dict.fromkeys(("2", "medium", "1024"), DhGroup.GROUP_2),
    **dict.fromkeys(("3", "high", "2048", "14"), DhGroup.GROUP_14),
}
"""As `netsh ipsec` numbers them."""
_NONE = "none"
_ROLES = frozenset({"ah", "esp"})


class _Halves(NamedTuple):
    """The words of a row for AH and for ESP; None for a protocol that it does not name."""

    ah: tuple[Token, ...] | None
    esp: tuple[Token, ...] | None


def main_mode_rows(rows: Sequence[Token], diagnostics: Diagnostics) -> tuple[MainModeProposal, ...]:
    """The methods of a policy, in order of preference."""
    return tuple(_main_mode(row, diagnostics) for row in rows)


def quick_mode_rows(
    rows: Sequence[Token], columns: Token | None, diagnostics: Diagnostics
) -> tuple[QuickModeProposal, ...]:
    """The methods of a filter action, in order of preference; `columns` is the line above them."""
    return tuple(_quick_mode(row, columns, diagnostics) for row in rows)


def lives(row: Token, columns: Token | None) -> dict[str, Token] | None:
    """The lifetimes of a row by unit, `k` and `s`; None if the units are unknown."""
    return _lives(row, _life(row), columns)


def behind_life(row: Token) -> Token:
    """The text behind the lifetimes of a row."""
    life = _life(row)
    return row.part(len(row.text) if life is None else life.end()).strip()


def _life(row: Token) -> re.Match[str] | None:
    return _LIFE.search(row.text) or _HALF.search(row.text)


def _main_mode(row: Token, diagnostics: Diagnostics) -> MainModeProposal:
    words = _words(row)
    cipher, integrity = _first(words, _CIPHERS), _first(words, _HASHES)
    behind = words if integrity is None else [word for word in words if word.column > integrity[0].column]
    group = _first(behind, _GROUPS)
    if cipher is None or integrity is None or group is None:
        message = f"{quoted(row.text)} is not read as a method of main mode: encryption, integrity and a group"
        diagnostics.unknown_value(message, row.span)
        return unknown_main_mode_proposal(row.span, Unknown(row.text))
    return MainModeProposal(
        span=row.span,
        encryption=Setting(cipher[1], cipher[0].span),
        integrity=Setting(integrity[1], integrity[0].span),
        dh_group=Setting(group[1], group[0].span),
    )


def _quick_mode(row: Token, columns: Token | None, diagnostics: Diagnostics) -> QuickModeProposal:
    life = _life(row)
    halves = _halves(row if life is None else row.part(0, life.start()))
    ah = None if halves is None else _of(halves.ah or (), _HASHES, Integrity.NONE, row.span)
    esp = None if halves is None else _of(halves.esp or (), _HASHES, Integrity.NONE, row.span)
    cipher = None if halves is None else _of(halves.esp or (), _CIPHERS, Cipher.NONE, row.span)
    lives = _lives(row, life, columns)
    encapsulation = None
    if ah is not None and esp is not None and cipher is not None:
        is_ah = ah.value is not Integrity.NONE
        is_esp = esp.value is not Integrity.NONE or cipher.value is not Cipher.NONE
        encapsulation = {
            (True, True): Encapsulation.AH_AND_ESP,
            (True, False): Encapsulation.AH,
            (False, True): Encapsulation.ESP,
        }.get((is_ah, is_esp))
    if ah is None or esp is None or cipher is None or encapsulation is None or lives is None:
        message = f"{quoted(row.text)} is not read as a method of quick mode: AH, ESP and a lifetime with units"
        diagnostics.unknown_value(message, row.span)
        return unknown_quick_mode_proposal(row.span, Unknown(row.text))
    return QuickModeProposal(
        span=row.span,
        encapsulation=Setting(encapsulation, row.span),
        ah_integrity=ah,
        esp_integrity=esp,
        encryption=cipher,
        lifetime_seconds=_lifetime(lives.get("s"), QUICK_MODE_LIFETIME_SECONDS, row.span),
        lifetime_kilobytes=_lifetime(lives.get("k"), QUICK_MODE_LIFETIME_KILOBYTES, row.span),
    )


def _words(row: Token) -> list[Token]:
    return [row.part(*match.span()) for match in _WORD.finditer(row.text)]


def _known(word: Token) -> str:
    return "".join(filter(str.isalnum, word.text)).casefold()


def _first(words: Sequence[Token], table: Mapping[str, T]) -> tuple[Token, T] | None:
    return next(((word, table[_known(word)]) for word in words if _known(word) in table), None)


def _is_algorithm(word: Token) -> bool:
    return _known(word) in _CIPHERS or _known(word) in _HASHES or _known(word) == _NONE


def _halves(row: Token) -> _Halves | None:
    """The words of a row for AH and for ESP; None if unclear, or if it names something else."""
    words = _words(row)
    if words and words[0].text.isdigit() and not _is_algorithm(words[0]):
        words = words[1:]  # the number of the row
    if not words or not all(_is_algorithm(word) or _known(word) in _ROLES for word in words):
        return None
    roles = [_known(word) for word in words]
    if not _ROLES.isdisjoint(roles):
        by_role: dict[str, list[Token]] = {}
        role = ""
        for word, known in zip(words, roles, strict=True):
            role = known if known in _ROLES else role
            by_role.setdefault(role, []).extend([] if known in _ROLES else [word])
        if "" in by_role or (_ROLES.issuperset(by_role) and not all(by_role.values())):
            return None
        return _Halves(*(tuple(by_role[each]) if each in by_role else None for each in ("ah", "esp")))
    brackets = [row.part(*match.span(1)) for match in _BRACKETS.finditer(row.text)]
    if len(brackets) == len(_ROLES):
        ah, esp = (tuple(_words(bracket)) for bracket in brackets)
        return _Halves(ah, esp)
    three = 3
    return _Halves((words[0],), tuple(words[1:])) if len(words) == three else None


def _of(words: Sequence[Token], table: Mapping[str, T], nothing: T, span: Span) -> Setting[T] | None:
    """The algorithm among the words of AH or ESP; None if there are several."""
    known = [(word, table[_known(word)]) for word in words if _known(word) in table]
    if len(known) > 1:
        return None
    return Setting(known[0][1], known[0][0].span) if known else Setting(nothing, span)


def _lives(row: Token, life: re.Match[str] | None, columns: Token | None) -> dict[str, Token] | None:
    if life is None:
        return {}
    numbers = [
        ((life[f"of_{name}"] or "")[:1].casefold(), row.part(*life.span(name)))
        for name in ("first", "second")
        if name in life.groupdict()
    ]
    units = [match[0][:1].casefold() for match in _UNITS.finditer("" if columns is None else columns.text)]
    named = [unit or (units[place] if len(units) == len(numbers) else "") for place, (unit, _) in enumerate(numbers)]
    if "" in named or len(set(named)) != len(named):
        return None
    return dict(zip(named, (number for _, number in numbers), strict=True))


def _lifetime(word: Token | None, absent: int, span: Span) -> Setting[int]:
    number = None if word is None else decimal(word.text)
    return default(absent, span) if word is None or not number else Setting(number, word.span)
