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
from collections.abc import Mapping
from functools import lru_cache

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.policy_parts import (
    default_main_mode_proposals,
    default_quick_mode_proposals,
    unknown_main_mode_proposal,
    unknown_quick_mode_proposal,
)
from ipseclint.formats.kit.read import decimal, is_hidden, unknown, word
from ipseclint.formats.kit.set_builder import Head, Parts, SetBuilder, Words
from ipseclint.formats.kit.token import Token, token_at
from ipseclint.formats.netsh.advfirewall.words import (
    CIPHERS,
    DH_GROUPS,
    GCM_INTEGRITIES,
    INTEGRITIES,
    KEY_EXCHANGES,
    YES_NO,
)
from ipseclint.late import late
from ipseclint.model.policy import MainModeCryptoSet, MainModeProposal, QuickModeCryptoSet, QuickModeProposal
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import AEAD_CIPHERS, GMACS, Cipher, DhGroup, Encapsulation, Integrity

DEFAULT_WORD = "default"

_LIFETIME = late(r"(\d+)(min|kb|sess)")
_MAIN_MODE_SEPARATOR = late(r"[:-]")

_WORDS = Words(
    encryption=CIPHERS,
    integrity=INTEGRITIES,
    dh_group=KEY_EXCHANGES,
    quick_mode_encryption=CIPHERS,
    quick_mode_integrity=INTEGRITIES | GCM_INTEGRITIES,
    pfs_group=DH_GROUPS,
    flags=YES_NO,
)

_MAIN_MODE_FORM = "key exchange, encryption and integrity, as in `dhgroup2:aes128-sha1`"
_QUICK_MODE_FORM = "ah, esp, ah+esp or authnoencap, minutes and kilobytes, each once, as in `esp:sha1-aes128+60min`"


def main_mode_set(
    head: Head, methods: Token | None, lifetime: Token | None, forced: Token | None, diagnostics: Diagnostics
) -> MainModeCryptoSet:
    """The set in `mmsecmethods`, `mmkeylifetime` and `mmforcedh`, each of which may be missing."""
    seconds, limit = (None, None) if lifetime is None else main_mode_lifetime(lifetime, diagnostics)
    proposals = default_main_mode_proposals(head.span) if methods is None else main_mode_proposals(methods, diagnostics)
    parts: Parts = {"lifetime_seconds": seconds, "quick_mode_limit": limit, "force_dh": forced}
    return SetBuilder(_WORDS, diagnostics).main_mode_set(head, parts, proposals)


def quick_mode_set(
    head: Head, methods: Token | None, group: Token | None, diagnostics: Diagnostics
) -> QuickModeCryptoSet:
    """The set in `qmsecmethods` and `qmpfs`, each of which may be missing."""
    if methods is None:
        proposals = default_quick_mode_proposals(head.span)
    else:
        proposals = quick_mode_proposals(methods, diagnostics)
    is_default = group is not None and group.word == DEFAULT_WORD
    parts: Parts = {"pfs_group": default(builtin.QUICK_MODE_PFS_GROUP, group.span) if group and is_default else group}
    return SetBuilder(_WORDS, diagnostics).quick_mode_set(head, parts, proposals)


def main_mode_proposals(
    value: Token, diagnostics: Diagnostics, key_exchanges: Mapping[str, DhGroup] = KEY_EXCHANGES
) -> tuple[MainModeProposal, ...]:
    """The proposals of a main-mode list, in order; `default` stands for those of Windows."""
    if value.word == DEFAULT_WORD:
        return default_main_mode_proposals(value.span)
    builder = SetBuilder(_WORDS, diagnostics)
    proposals = []
    group: Setting[DhGroup] | None = None
    for item in value.split(","):
        parts = _cut(item, _MAIN_MODE_SEPARATOR)
        if len(parts) == 3:
            group = word(parts[0], key_exchanges, "key exchange", diagnostics)
        if len(parts) not in (2, 3) or group is None:
            proposals.append(unknown_main_mode_proposal(item.span, _invalid(item, _MAIN_MODE_FORM, diagnostics)))
            continue
        offered: Parts = {"dh_group": group, "encryption": parts[-2], "integrity": parts[-1]}
        proposals.append(builder.main_mode_proposal(item.span, offered))
    return tuple(proposals)


def main_mode_lifetime(value: Token, diagnostics: Diagnostics) -> tuple[Setting[int] | None, Setting[int] | None]:
    """The lifetime in seconds and the limit of quick modes; None for a missing half."""
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
            seconds = Setting(int(amount.text) * 60, part.span)
        elif unit == "sess" and limit is None:
            limit = Setting(int(amount.text), part.span)
        else:
            nothing = unknown(part, "main-mode key lifetime (such as 480min,0sess)", diagnostics)
            seconds = seconds or Setting(nothing, part.span)
            limit = limit or Setting(nothing, part.span)
    return seconds, limit


def quick_mode_proposals(value: Token, diagnostics: Diagnostics) -> tuple[QuickModeProposal, ...]:
    """The proposals of a quick-mode list, in order; `default` stands for those of Windows."""
    if value.word == DEFAULT_WORD:
        return default_quick_mode_proposals(value.span)
    return tuple(_quick_mode_proposal(item, diagnostics) for item in value.split(","))


_ENCAPSULATIONS = {
    "ah": Encapsulation.AH,
    "esp": Encapsulation.ESP,
    "authnoencap": Encapsulation.AUTH_NO_ENCAP,
}


def _quick_mode_proposal(item: Token, diagnostics: Diagnostics) -> QuickModeProposal:
    # Thousands of rules have a few proposals between them: what is wrong with none is read once.
    alike = None if item.breaks or item.stride != 1 else _proposal_of(item.text)
    return _read_proposal(item, diagnostics) if alike is None else _moved(alike, item)


@lru_cache(maxsize=256)
def _proposal_of(text: str) -> QuickModeProposal | None:
    """The proposal in a text, placed at the start of an input; None if it is not wholly understood. Cached."""
    trial = Diagnostics("")
    proposal = _read_proposal(Token(text, "", 1, 1), trial)
    return None if trial.count else proposal


def _moved(proposal: QuickModeProposal, item: Token) -> QuickModeProposal:
    """A proposal placed at the start of an input, moved to the place of `item`."""

    whole = item.span

    def there(span: Span) -> Span:
        if span is proposal.span:
            return whole
        return Span(item.path, item.line, item.column + span.column - 1, span.length)

    settings = {
        name: replace(value, span=there(value.span))
        for name in proposal.__struct_fields__
        if isinstance(value := getattr(proposal, name), Setting)
    }
    return replace(proposal, span=whole, **settings)


def _read_proposal(item: Token, diagnostics: Diagnostics) -> QuickModeProposal:
    said: dict[str, Token] = {}
    whole = item.span
    for part in item.split("+"):
        more = _quick_mode_part(part)
        if not more or more.keys() & said.keys():
            place = part if part.text else item
            return unknown_quick_mode_proposal(whole, _invalid(place, _QUICK_MODE_FORM, diagnostics))
        said |= more
    heads = said.keys() & _ENCAPSULATIONS.keys()
    encapsulation = _ENCAPSULATIONS.get(min(heads)) if len(heads) == 1 else None
    if heads == {"ah", "esp"}:
        encapsulation = Encapsulation.AH_AND_ESP
    if encapsulation is None:
        return unknown_quick_mode_proposal(whole, _invalid(item, _QUICK_MODE_FORM, diagnostics))
    ah, esp, alone = said.get("ah"), said.get("esp"), said.get("authnoencap")
    if ah and INTEGRITIES.get(ah.word) is Integrity.NONE:
        return unknown_quick_mode_proposal(whole, _invalid(ah, _QUICK_MODE_FORM, diagnostics))
    parts: Parts = {
        "encapsulation": Setting(encapsulation, whole),
        "ah_integrity": _plain_integrity(ah, diagnostics) if ah else Setting(Integrity.NONE, whole),
        # Nothing is encapsulated, but packets are authenticated: the model has that algorithm where ESP has its own.
        "esp_integrity": _plain_integrity(alone, diagnostics) if alone else esp or Setting(Integrity.NONE, whole),
        "encryption": said.get("encryption") or Setting(Cipher.NONE, whole),
        "lifetime_seconds": said.get("min"),
        "lifetime_kilobytes": said.get("kb"),
    }
    proposal = SetBuilder(_WORDS, diagnostics).quick_mode_proposal(whole, parts)
    if esp and "encryption" in said:
        _refuse_half_gcm(esp, said["encryption"], proposal.encryption.known, diagnostics)
    return proposal


def _quick_mode_part(part: Token) -> dict[str, Token]:
    """The values in one part between plus signs: a protection by name, `encryption`, `min`, `kb`; empty if invalid."""
    unit, amount = _amount(part)
    if unit in {"min", "kb"}:
        return {unit: amount}
    head, algorithms = part.cut(":")
    if algorithms is None or head.word not in _ENCAPSULATIONS:
        return {}
    if head.word != "esp":
        return {head.word: algorithms}
    integrity, encryption = algorithms.cut("-")
    return {} if encryption is None else {"esp": integrity, "encryption": encryption}


def _plain_integrity(value: Token, diagnostics: Diagnostics) -> Setting[Integrity]:
    if value.word in GCM_INTEGRITIES:
        message = f"{quoted(value.text)} is for ESP with the same encryption; here it is aesgmac"
        diagnostics.malformed(message, value.span)
        return Setting(Unknown(value.text), value.span)
    return word(value, INTEGRITIES, "integrity", diagnostics)


def _refuse_half_gcm(integrity: Token, encryption: Token, cipher: Cipher | None, diagnostics: Diagnostics) -> None:
    # netsh names AES-GCM on both sides where the model, as MS-FASP, has GMAC beside GCM: what names it on one side
    # only would look right in the model, and is refused by Windows.
    gcm_integrity = integrity.word in GCM_INTEGRITIES
    if gcm_integrity and cipher is Cipher.NONE:
        diagnostics.malformed(f"{quoted(integrity.text)} as ESP integrity needs itself as encryption", integrity.span)
    elif not gcm_integrity and cipher in AEAD_CIPHERS and INTEGRITIES.get(integrity.word) in GMACS:
        diagnostics.malformed(f"{quoted(encryption.text)} as encryption needs itself as ESP integrity", encryption.span)


def _amount(part: Token) -> tuple[str, Token]:
    """The unit and number of `60min`, `100000kb`, `0sess`; the unit is empty for anything else."""
    match = _LIFETIME.fullmatch(part.word)
    if match is None or decimal(match[1]) is None:
        return "", part
    return match[2], token_at(match[1], part.span)


def _cut(value: Token, separator: re.Pattern[str]) -> list[Token]:
    parts, start = [], 0
    for match in separator.finditer(value.text):
        parts.append(value.part(start, match.start()).strip())
        start = match.end()
    return [*parts, value.part(start).strip()]


def _invalid(item: Token, form: str, diagnostics: Diagnostics) -> Unknown:
    """The unknown value in place of an invalid proposal, which is noted."""
    if is_hidden(item):
        return unknown(item, "security method", diagnostics)
    diagnostics.unknown_value(f"invalid security method {quoted(item.text)}: it is {form}", item.span)
    return Unknown(item.text)
