"""The grammars of `mmsecmethods`, `mmkeylifetime`, `qmsecmethods` and `qmpfs`.

    mmsecmethods = kex sep enc "-" integ *("," [kex sep] enc "-" integ) | "default"     sep = ":" | "-"
    mmkeylifetime = N "min" "," N "sess", either half alone
    qmsecmethods = item *("," item) | "default"
    item = "authnoencap:" integ life | "ah:" integ life | "esp:" integ "-" enc life
         | "ah:" integ "+esp:" integ "-" enc life        life = ["+" N "min"] ["+" N "kb"]

Sources: help of `consec add rule` and the `netsh advfirewall` reference (2025); `dhgroup2:3des-sha256,3des-sha384`
from Microsoft's article on Suite B. Numbers out of range are kept: rules report them.
"""

from __future__ import annotations

import re
from typing import Any

from ipseclint.formats.kit.builtin_sets import default_main_mode_proposals, default_quick_mode_proposals
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.values import digits
from ipseclint.formats.netsh.advfirewall.values import unknown, word
from ipseclint.formats.netsh.advfirewall.words import CIPHERS, DH_GROUPS, GCM_INTEGRITIES, INTEGRITIES, KEY_EXCHANGES
from ipseclint.model.policy import MainModeProposal, QuickModeProposal
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import AEAD_CIPHERS, GMACS, Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.rows import readings

DEFAULT_WORD = "default"

_LIFETIME = re.compile(r"(\d+)(min|kb|sess)")
_MAIN_MODE_SEPARATOR = re.compile(r"[:-]")
_QUICK_MODE_INTEGRITIES = INTEGRITIES | GCM_INTEGRITIES


def main_mode_proposals(value: Token, diagnostics: Diagnostics) -> tuple[MainModeProposal, ...]:
    """The proposals of a main-mode list, in order; `default` stands for those of Windows."""
    if value.word == DEFAULT_WORD:
        return default_main_mode_proposals(value.span)
    proposals = []
    group: Setting[DhGroup] | None = None
    for item in value.split(","):
        parts = _cut(item, _MAIN_MODE_SEPARATOR)
        if len(parts) == 3:
            group = word(KEY_EXCHANGES, parts[0], "key exchange", diagnostics)
        if len(parts) not in (2, 3) or group is None:
            nothing = unknown(item, "main-mode proposal (key exchange, encryption, integrity)", diagnostics)
            proposals.append(_unknown_main_mode(item, nothing))
            continue
        proposals.append(
            MainModeProposal(
                span=item.span,
                dh_group=group,
                encryption=word(CIPHERS, parts[-2], "encryption", diagnostics),
                integrity=word(INTEGRITIES, parts[-1], "integrity", diagnostics),
            )
        )
    return tuple(proposals)


def main_mode_lifetime(value: Token, diagnostics: Diagnostics) -> tuple[Setting[int] | None, Setting[int] | None]:
    """The lifetime in seconds and the limit of quick modes; None for a half that is not written."""
    if value.word == DEFAULT_WORD:
        return (
            default(builtin.MAIN_MODE_LIFETIME_SECONDS, value.span),
            default(builtin.MAIN_MODE_QUICK_MODE_LIMIT, value.span),
        )
    seconds: Setting[int] | None = None
    limit: Setting[int] | None = None
    for part in value.split(","):
        unit, amount = _amount(part)
        if unit == "min" and seconds is None:
            seconds = Setting(amount * 60, part.span)
        elif unit == "sess" and limit is None:
            limit = Setting(amount, part.span)
        else:
            nothing = unknown(part, "main-mode key lifetime (such as 480min,0sess)", diagnostics)
            seconds = seconds or Setting(nothing, part.span)
            limit = limit or Setting(nothing, part.span)
    return seconds, limit


def pfs_group(value: Token, diagnostics: Diagnostics) -> Setting[DhGroup]:
    """The group for perfect forward secrecy; `default` is Windows' choice, none."""
    if value.word == DEFAULT_WORD:
        return default(builtin.QUICK_MODE_PFS_GROUP, value.span)
    return word(DH_GROUPS, value, "group for perfect forward secrecy", diagnostics)


def quick_mode_proposals(value: Token, diagnostics: Diagnostics) -> tuple[QuickModeProposal, ...]:
    """The proposals of a quick-mode list, in order; `default` stands for those of Windows."""
    if value.word == DEFAULT_WORD:
        return default_quick_mode_proposals(value.span)
    return tuple(_quick_mode_proposal(item, diagnostics) for item in value.split(","))


_PARTS = "part of a quick-mode proposal (ah, esp, authnoencap, minutes or kilobytes, each once)"


def _quick_mode_proposal(item: Token, diagnostics: Diagnostics) -> QuickModeProposal:
    said: dict[str, Setting[Any]] = {}
    for part in item.split("+"):
        settings = _quick_mode_part(part, diagnostics)
        if not settings or settings.keys() & said.keys():
            return _unknown_quick_mode(item, unknown(part if part.text else item, _PARTS, diagnostics))
        said |= settings
    heads = said.keys() & _ENCAPSULATIONS.keys()
    encapsulation = _ENCAPSULATIONS.get(min(heads)) if len(heads) == 1 else None
    if heads == {"ah", "esp"}:
        encapsulation = Encapsulation.AH_AND_ESP
    if encapsulation is None:
        return _unknown_quick_mode(
            item, unknown(item, "quick-mode proposal (ah, esp, ah+esp or authnoencap)", diagnostics)
        )
    span = item.span
    no_integrity = Setting(Integrity.NONE, span)
    return QuickModeProposal(
        span=span,
        encapsulation=Setting(encapsulation, span),
        ah_integrity=said.get("ah") or no_integrity,
        # Nothing is encapsulated, but packets are authenticated: the model has that algorithm where ESP has its own.
        esp_integrity=said.get("esp") or said.get("authnoencap") or no_integrity,
        encryption=said.get("encryption") or Setting(Cipher.NONE, span),
        lifetime_seconds=said.get("min") or default(builtin.QUICK_MODE_LIFETIME_SECONDS, span),
        lifetime_kilobytes=said.get("kb") or default(builtin.QUICK_MODE_LIFETIME_KILOBYTES, span),
    )


_ENCAPSULATIONS = readings(Encapsulation, lambda encapsulation: encapsulation.row.netsh)


def _quick_mode_part(part: Token, diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    """What one part between plus signs says: a protection by its name, `encryption`, `min` in seconds, `kb`."""
    unit, amount = _amount(part)
    if unit in {"min", "kb"}:
        return {unit: Setting(amount * 60 if unit == "min" else amount, part.span)}
    head, algorithms = part.cut(":")
    if algorithms is None or head.word not in _ENCAPSULATIONS:
        return {}
    if head.word != "esp":
        return {head.word: _plain_integrity(algorithms, diagnostics)}
    integrity, encryption = algorithms.cut("-")
    if encryption is None:
        return {}
    esp = word(_QUICK_MODE_INTEGRITIES, integrity, "ESP integrity", diagnostics)
    cipher = word(CIPHERS, encryption, "encryption", diagnostics)
    _refuse_half_gcm(integrity, encryption, cipher.known, diagnostics)
    return {"esp": esp, "encryption": cipher}


def _plain_integrity(value: Token, diagnostics: Diagnostics) -> Setting[Integrity]:
    if value.word in GCM_INTEGRITIES:
        diagnostics.malformed(
            f"{quoted(value.text)} is for ESP with the same encryption; here it is aesgmac", value.span
        )
        return Setting(Unknown(value.text), value.span)
    return word(INTEGRITIES, value, "integrity", diagnostics)


def _refuse_half_gcm(integrity: Token, encryption: Token, cipher: Cipher | None, diagnostics: Diagnostics) -> None:
    # netsh names AES-GCM on both sides where the model, as MS-FASP, has GMAC beside GCM: what names it on one side
    # only would look right in the model, and is refused by Windows.
    gcm_integrity = integrity.word in GCM_INTEGRITIES
    if gcm_integrity and cipher is Cipher.NONE:
        diagnostics.malformed(f"{quoted(integrity.text)} as ESP integrity needs itself as encryption", integrity.span)
    elif not gcm_integrity and cipher in AEAD_CIPHERS and INTEGRITIES.get(integrity.word) in GMACS:
        diagnostics.malformed(f"{quoted(encryption.text)} as encryption needs itself as ESP integrity", encryption.span)


def _amount(part: Token) -> tuple[str, int]:
    """The unit and number of `60min`, `100000kb`, `0sess`; an empty unit for anything else."""
    match = _LIFETIME.fullmatch(part.word)
    if match is None:
        return "", 0
    found = digits(part._replace(text=match[1]))
    return ("", 0) if found is None else (match[2], found)


def _cut(value: Token, separator: re.Pattern[str]) -> list[Token]:
    parts, start = [], 0
    for match in separator.finditer(value.text):
        parts.append(value.part(start, match.start()).strip())
        start = match.end()
    return [*parts, value.part(start).strip()]


def _unknown_main_mode(item: Token, nothing: Unknown) -> MainModeProposal:
    return MainModeProposal(
        span=item.span,
        encryption=Setting(nothing, item.span),
        integrity=Setting(nothing, item.span),
        dh_group=Setting(nothing, item.span),
    )


def _unknown_quick_mode(item: Token, nothing: Unknown) -> QuickModeProposal:
    return QuickModeProposal(
        span=item.span,
        encapsulation=Setting(nothing, item.span),
        ah_integrity=Setting(nothing, item.span),
        esp_integrity=Setting(nothing, item.span),
        encryption=Setting(nothing, item.span),
        lifetime_seconds=Setting(nothing, item.span),
        lifetime_kilobytes=Setting(nothing, item.span),
    )
