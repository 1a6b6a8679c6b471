"""The security methods of `netsh ipsec`: `mmsecmethods` and `qmsecmethods`.

    mmsecmethods   ENCRYPTION-HASH-GROUP           3DES-SHA1-2
    qmsecmethods   ESP[ENCRYPTION,HASH]:LIFE       ESP[3DES,SHA1]:100000k/3600s
                   AH[HASH]:LIFE                   AH[HASH]+ESP[ENCRYPTION,HASH]:LIFE

LIFE is `NUMBERk/NUMBERs` or one half of it, or is left out. Every part has its own place. Group 3 is the
2048-bit group, IANA number 14. Half a LIFE leaves the other half to the default of 1 hour and 100 MB
(Microsoft Knowledge Base 2790970). The tool offers neither AES nor SHA-2 here (its help).
"""

from __future__ import annotations

import re

from ipseclint.formats.kit import policy_parts
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import decimal, look_up
from ipseclint.formats.kit.token import Token
from ipseclint.late import late
from ipseclint.model.policy import MainModeProposal, QuickModeProposal
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.builtin import QUICK_MODE_LIFETIME_KILOBYTES, QUICK_MODE_LIFETIME_SECONDS
from ipseclint.vocabulary.rows import folded, readings

_CIPHERS = folded(readings(Cipher, lambda cipher: cipher.row.netsh_ipsec))
_HASHES = folded(readings(Integrity, lambda integrity: integrity.row.netsh_ipsec))
_GROUPS = readings(DhGroup, lambda group: group.row.netsh_ipsec)
_REAL_CIPHERS = {word: cipher for word, cipher in _CIPHERS.items() if cipher is not Cipher.NONE}
_REAL_HASHES = {word: integrity for word, integrity in _HASHES.items() if integrity is not Integrity.NONE}
"""Without `none`, which only ESP may have for one of its halves."""

_MAIN_MODE = ((Cipher.TRIPLE_DES, Integrity.SHA1, DhGroup.GROUP_2),)
"""What a policy offers without `mmsecmethods`: 3DES-SHA1-2, seen as the only offer in an exported policy."""

_QUICK_MODE = (
    (Encapsulation.ESP, Integrity.NONE, Integrity.SHA1, Cipher.TRIPLE_DES),
    (Encapsulation.AH, Integrity.SHA1, Integrity.NONE, Cipher.NONE),
)
"""What is offered without `qmsecmethods`: ESP[3DES,SHA1] and AH[SHA1], seen in an exported policy."""

_MAX_UINT32 = 2**32 - 1

_OFFER = late(
    r"(?:AH\[(?P<ah>[^\[\]]*)\])?(?P<plus>(?<=\])\+(?=ESP))?(?:ESP\[(?P<cipher>[^\[\],]*),(?P<hash>[^\[\],]*)\])?"
    r"(?P<colon>:(?:(?P<kilobytes>\d+)k)?(?:(?P<slash>/)?(?P<seconds>\d+)s)?)?",
    re.IGNORECASE | re.ASCII,
)
_REFERENCE_PAGE_FORM = late(r"dhgroup|;|^(?:esp|ah):|^(?:aes|3?des)\w*-[a-z]\w*$", re.IGNORECASE)

_MAIN_MODE_FORM = "the tool takes DES or 3DES, MD5 or SHA1 and group 1, 2 or 3, as in `3DES-SHA1-2`"
_QUICK_MODE_FORM = "the tool takes DES, 3DES or None and MD5, SHA1 or None, as in `ESP[3DES,SHA1]:100000k/3600s`"


def main_mode_proposals(word: Token, diagnostics: Diagnostics) -> tuple[MainModeProposal, ...]:
    """The proposals of `mmsecmethods`, in order of preference."""
    return tuple(_main_mode(item, diagnostics) for item in _items(word))


def quick_mode_proposals(word: Token, diagnostics: Diagnostics) -> tuple[QuickModeProposal, ...]:
    """The proposals of `qmsecmethods`, in order of preference."""
    return tuple(_quick_mode(item, diagnostics) for item in _items(word))


def default_main_mode_proposals(span: Span) -> tuple[MainModeProposal, ...]:
    """The proposals of a policy without `mmsecmethods`."""
    return policy_parts.default_main_mode_proposals(span, _MAIN_MODE)


def default_quick_mode_proposals(span: Span) -> tuple[QuickModeProposal, ...]:
    """The proposals without `qmsecmethods`."""
    return policy_parts.default_quick_mode_proposals(span, _QUICK_MODE)


def _items(word: Token) -> list[Token]:
    return [word.part(match.start(), match.end()) for match in re.finditer(r"\S+", word.text)]


def _main_mode(item: Token, diagnostics: Diagnostics) -> MainModeProposal:
    pieces = [item.part(match.start(), match.end()) for match in re.finditer(r"[^-]+", item.text)]
    span = item.span
    cipher, integrity, group = [*pieces, item, item, item][:3]
    proposal = MainModeProposal(
        span=span,
        encryption=look_up(cipher, _REAL_CIPHERS),
        integrity=look_up(integrity, _REAL_HASHES),
        dh_group=look_up(group, _GROUPS),
    )
    settings = (proposal.encryption, proposal.integrity, proposal.dh_group)
    if item.text.count("-") != 2 or any(isinstance(each.value, Unknown) for each in settings):
        _complain(item, _MAIN_MODE_FORM, diagnostics)
    return proposal


def _quick_mode(item: Token, diagnostics: Diagnostics) -> QuickModeProposal:
    span = item.span
    match = _OFFER.fullmatch(item.text)
    encapsulation = _encapsulation(match) if match else None
    if match is None or encapsulation is None:
        _complain(item, _QUICK_MODE_FORM, diagnostics)
        return policy_parts.unknown_quick_mode_proposal(span, Unknown(item.text))

    def part(name: str) -> Token | None:
        return item.part(match.start(name), match.end(name)) if match[name] is not None else None

    ah, cipher, integrity = part("ah"), part("cipher"), part("hash")
    proposal = QuickModeProposal(
        span=span,
        encapsulation=Setting(encapsulation, span),
        ah_integrity=look_up(ah, _REAL_HASHES) if ah else Setting(Integrity.NONE, span),
        esp_integrity=look_up(integrity, _HASHES) if integrity else Setting(Integrity.NONE, span),
        encryption=look_up(cipher, _CIPHERS) if cipher else Setting(Cipher.NONE, span),
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


def _encapsulation(match: re.Match[str]) -> Encapsulation | None:
    """The encapsulation of a proposal; None if its parts make none."""
    both, halves = match["plus"] is not None, (match["ah"] is not None) + (match["cipher"] is not None)
    two_lives = match["kilobytes"] is not None and match["seconds"] is not None
    no_life = match["colon"] is not None and match["kilobytes"] is None and match["seconds"] is None
    if halves == 0 or both != (halves == 2) or no_life or two_lives != (match["slash"] is not None):
        return None
    if both:
        return Encapsulation.AH_AND_ESP
    return Encapsulation.AH if match["ah"] is not None else Encapsulation.ESP


def _lifetime(word: Token | None, by_default: int, span: Span) -> Setting[int]:
    if word is None:
        return default(by_default, span)
    number = decimal(word.text)
    known = None if number is None or number > _MAX_UINT32 else number
    return Setting(Unknown(word.text) if known is None else known, word.span)


def _complain(item: Token, form: str, diagnostics: Diagnostics) -> None:
    origin = " (a form of Microsoft's reference page)" if _REFERENCE_PAGE_FORM.search(item.text) else ""
    diagnostics.unknown_value(f"invalid security method {quoted(item.text)}{origin}: {form}", item.span)
