"""The lists of offers of `netsh ipsec`: `mmsecmethods` and `qmsecmethods`.

    mmsecmethods   ENCRYPTION-HASH-GROUP           3DES-SHA1-2
    qmsecmethods   ESP[ENCRYPTION,HASH]:LIFE       ESP[3DES,SHA1]:100000k/3600s
                   AH[HASH]:LIFE                   AH[HASH]+ESP[ENCRYPTION,HASH]:LIFE

LIFE is `NUMBERk/NUMBERs` or one half of it, or is left out. Every part has its own place. Group 3 is the
2048-bit group, IANA number 14. Half a LIFE leaves the other half to the default of 1 hour and 100 MB
(Microsoft Knowledge Base 2790970). The tool offers neither AES nor SHA-2 here (its help).
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.values import whole_number
from ipseclint.model.policy import MainModeProposal, QuickModeProposal
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.builtin import QUICK_MODE_LIFETIME_KILOBYTES, QUICK_MODE_LIFETIME_SECONDS
from ipseclint.vocabulary.rows import folded, readings

T = TypeVar("T")

_CIPHERS = folded(readings(Cipher, lambda cipher: cipher.row.netsh_ipsec))
_HASHES = folded(readings(Integrity, lambda integrity: integrity.row.netsh_ipsec))
_GROUPS = readings(DhGroup, lambda group: group.row.netsh_ipsec)
_NONE = {"none"}

_OFFER = re.compile(
    r"(?:AH\[(?P<ah>[^\[\]]*)\])?(?P<plus>(?<=\])\+(?=ESP))?(?:ESP\[(?P<cipher>[^\[\],]*),(?P<hash>[^\[\],]*)\])?"
    r"(?P<colon>:(?:(?P<kilobytes>\d+)k)?(?:(?P<slash>/)?(?P<seconds>\d+)s)?)?",
    re.IGNORECASE | re.ASCII,
)
_REFERENCE_PAGE_FORM = re.compile(r"dhgroup|;|^(?:esp|ah):|^(?:aes|3?des)\w*-[a-z]\w*$", re.IGNORECASE)

_MAIN_MODE_FORM = "the tool takes DES or 3DES, MD5 or SHA1 and group 1, 2 or 3, as in `3DES-SHA1-2`"
_QUICK_MODE_FORM = "the tool takes DES, 3DES or None and MD5, SHA1 or None, as in `ESP[3DES,SHA1]:100000k/3600s`"


def main_mode_proposals(word: Token, diagnostics: Diagnostics) -> tuple[MainModeProposal, ...]:
    """What `mmsecmethods` offers, in order of preference."""
    return tuple(_main_mode(item, diagnostics) for item in _items(word))


def quick_mode_proposals(word: Token, diagnostics: Diagnostics) -> tuple[QuickModeProposal, ...]:
    """What `qmsecmethods` offers, in order of preference."""
    return tuple(_quick_mode(item, diagnostics) for item in _items(word))


def default_main_mode_proposals(span: Span) -> tuple[MainModeProposal, ...]:
    """What a policy offers without `mmsecmethods`: 3DES-SHA1-2, seen as the only offer in an exported policy."""
    return (
        MainModeProposal(
            span=span,
            encryption=default(Cipher.TRIPLE_DES, span),
            integrity=default(Integrity.SHA1, span),
            dh_group=default(DhGroup.GROUP_2, span),
        ),
    )


def default_quick_mode_proposals(span: Span) -> tuple[QuickModeProposal, ...]:
    """What is offered without `qmsecmethods`: ESP[3DES,SHA1] and AH[SHA1], seen in an exported policy."""
    return tuple(
        QuickModeProposal(
            span=span,
            encapsulation=default(encapsulation, span),
            ah_integrity=default(ah, span),
            esp_integrity=default(esp, span),
            encryption=default(cipher, span),
            lifetime_seconds=default(QUICK_MODE_LIFETIME_SECONDS, span),
            lifetime_kilobytes=default(QUICK_MODE_LIFETIME_KILOBYTES, span),
        )
        for encapsulation, ah, esp, cipher in (
            (Encapsulation.ESP, Integrity.NONE, Integrity.SHA1, Cipher.TRIPLE_DES),
            (Encapsulation.AH, Integrity.SHA1, Integrity.NONE, Cipher.NONE),
        )
    )


def unknown_main_mode_proposals(span: Span, reason: str) -> tuple[MainModeProposal, ...]:
    """Offers of which nothing is known but that they are there."""
    unknown = Unknown(reason)
    return (
        MainModeProposal(
            span=span,
            encryption=Setting(unknown, span),
            integrity=Setting(unknown, span),
            dh_group=Setting(unknown, span),
        ),
    )


def unknown_quick_mode_proposals(span: Span, reason: str) -> tuple[QuickModeProposal, ...]:
    """Offers of which nothing is known but that they are there."""
    unknown = Unknown(reason)
    return (
        QuickModeProposal(
            span=span,
            encapsulation=Setting(unknown, span),
            ah_integrity=Setting(unknown, span),
            esp_integrity=Setting(unknown, span),
            encryption=Setting(unknown, span),
            lifetime_seconds=Setting(unknown, span),
            lifetime_kilobytes=Setting(unknown, span),
        ),
    )


def _items(word: Token) -> list[Token]:
    return [word.part(each.start(), each.end()) for each in re.finditer(r"\S+", word.text)]


def _main_mode(item: Token, diagnostics: Diagnostics) -> MainModeProposal:
    pieces = [item.part(each.start(), each.end()) for each in re.finditer(r"[^-]+", item.text)]
    span = item.span
    cipher, integrity, group = [*pieces, item, item, item][:3]
    proposal = MainModeProposal(
        span=span,
        encryption=_looked_up(cipher, _CIPHERS, without=_NONE),
        integrity=_looked_up(integrity, _HASHES, without=_NONE),
        dh_group=_looked_up(group, _GROUPS),
    )
    settings = (proposal.encryption, proposal.integrity, proposal.dh_group)
    if item.text.count("-") != 2 or any(isinstance(each.value, Unknown) for each in settings):
        _complain(item, _MAIN_MODE_FORM, diagnostics)
    return proposal


def _quick_mode(item: Token, diagnostics: Diagnostics) -> QuickModeProposal:
    span = item.span
    found = _OFFER.fullmatch(item.text)
    encapsulation = _encapsulation(found) if found else None
    if found is None or encapsulation is None:
        _complain(item, _QUICK_MODE_FORM, diagnostics)
        return unknown_quick_mode_proposals(span, item.text)[0]

    def part(name: str) -> Token | None:
        return item.part(found.start(name), found.end(name)) if found[name] is not None else None

    ah, cipher, integrity = part("ah"), part("cipher"), part("hash")
    proposal = QuickModeProposal(
        span=span,
        encapsulation=Setting(encapsulation, span),
        ah_integrity=_looked_up(ah, _HASHES, without=_NONE) if ah else Setting(Integrity.NONE, span),
        esp_integrity=_looked_up(integrity, _HASHES) if integrity else Setting(Integrity.NONE, span),
        encryption=_looked_up(cipher, _CIPHERS) if cipher else Setting(Cipher.NONE, span),
        lifetime_seconds=_lifetime(part("seconds"), QUICK_MODE_LIFETIME_SECONDS, span),
        lifetime_kilobytes=_lifetime(part("kilobytes"), QUICK_MODE_LIFETIME_KILOBYTES, span),
    )
    settings = (
        proposal.ah_integrity,
        proposal.esp_integrity,
        proposal.encryption,
        proposal.lifetime_seconds,
        proposal.lifetime_kilobytes,
    )
    if any(isinstance(each.value, Unknown) for each in settings):
        _complain(item, _QUICK_MODE_FORM, diagnostics)
    return proposal


def _encapsulation(found: re.Match[str]) -> Encapsulation | None:
    """What an offer protects packets with, or None if its parts do not make one."""
    both, halves = found["plus"] is not None, (found["ah"] is not None) + (found["cipher"] is not None)
    two_lives = found["kilobytes"] is not None and found["seconds"] is not None
    no_life = found["colon"] is not None and found["kilobytes"] is None and found["seconds"] is None
    if halves == 0 or both != (halves == 2) or no_life or two_lives != (found["slash"] is not None):
        return None
    if both:
        return Encapsulation.AH_AND_ESP
    return Encapsulation.AH if found["ah"] is not None else Encapsulation.ESP


def _lifetime(word: Token | None, by_default: int, span: Span) -> Setting[int]:
    if word is None:
        return default(by_default, span)
    number = whole_number(word.text)
    return Setting(Unknown(word.text) if number is None else number, word.span)


def _looked_up(word: Token, table: Mapping[str, T], without: Container[str] = ()) -> Setting[T]:
    key = word.text.casefold()
    value = None if key in without else table.get(key)
    return Setting(Unknown(word.text) if value is None else value, word.span)


def _complain(item: Token, form: str, diagnostics: Diagnostics) -> None:
    origin = " (a form of Microsoft's reference page)" if _REFERENCE_PAGE_FORM.search(item.text) else ""
    diagnostics.malformed(f"{quoted(item.text)} is no offer{origin}: {form}", item.span)
