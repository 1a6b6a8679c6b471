"""Repairs the literals of a PowerShell script: the word for an old value is replaced by that for the new one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ipseclint.late import late
from ipseclint.model.change import Edit
from ipseclint.model.policy import Dialect, MainModeCryptoSet
from ipseclint.model.setting import Setting
from ipseclint.source import Source, lines_of_text
from ipseclint.vocabulary import vpn

_PARAMETERS = {
    "lifetime_seconds": "MaxMinutes",
    "quick_mode_limit": "MaxSessions",
    "force_dh": "ForceDiffieHellman",
    "pfs_group": "PerfectForwardSecrecyGroup",
    "encryption": "Encryption",
    "integrity": "Hash",
    "dh_group": "KeyExchange",
    "esp_integrity": "ESPHash",
    "ah_integrity": "AHHash",
    "lifetime_kilobytes": "MaxKiloBytes",
    "sa_idle_seconds": "MaxSAIdleTimeSeconds",
    "crl_check": "CertValidationLevel",
    "nat_traversal": "AllowIPsecThroughNAT",
    "inbound": "InboundSecurity",
    "outbound": "OutboundSecurity",
}
"""The parameter for each field that one word states."""
_PROPOSAL = late(r"\(New-NetIPsec\w+Proposal ([^()]*)\)")
_LITERAL = late(r"\$?\w+")

_Word = tuple[int, int, int, str]
"""A line, a column, a length, and the replacement."""


def with_literals(source: Source, worked_in: Sequence[tuple[Sequence[Edit], Sequence[str]]]) -> Source | None:
    """The script with groups of edits in its literals; None if one of them has no literal. Raises SourceError.

    With each group are the commands for its edits, one each: they hold the words for the new values.
    """
    words: set[_Word] = set()
    for edits, commands in worked_in:
        if any(edit.subject.dialect is Dialect.VPN for edit in edits):
            wanted = [word for edit in edits for word in _vpn_words(edit)]
        elif len(commands) == len(edits):
            wanted = [word for edit, command in zip(edits, commands, strict=True) for word in _words(edit, command)]
        else:
            return None
        if not wanted or None in wanted:
            return None
        words |= {word for word in wanted if word is not None}
    text = source.read_text()
    lines = text.splitlines(keepends=True)
    if len(lines) != len(lines_of_text(text)) - text.endswith(("\n", "\r")):
        return None
    for line, column, length, word in sorted(words, reverse=True):
        written = lines[line - 1]
        start, end = column - 1, column - 1 + length
        if not _LITERAL.fullmatch(written[start:end]):
            return None
        lines[line - 1] = f"{written[:start]}{word}{written[end:]}"
    return source.with_text("".join(lines))


def _vpn_words(edit: Edit) -> Iterator[_Word | None]:
    """The changed words of a suite, and numbers of its owner."""
    if edit.before is None or edit.after is None:
        yield None
        return
    is_main = isinstance(edit.before, MainModeCryptoSet)
    for field in edit.fields:
        before, after = getattr(edit.before, field), getattr(edit.after, field)
        if field != "proposals":
            yield _vpn_word(field, before, after, is_main=is_main)
        elif len(before) != len(after):
            yield None
        else:
            for old, new in zip(before, after, strict=True):
                for name in old.__struct_fields__:
                    if name != "span" and _value(getattr(old, name)) != _value(getattr(new, name)):
                        yield _vpn_word(name, getattr(old, name), getattr(new, name), is_main=is_main)


def _vpn_word(field: str, before: object, after: object, *, is_main: bool) -> _Word | None:
    if not isinstance(before, Setting) or not isinstance(after, Setting) or not before.is_explicit:
        return None
    part = _VPN_PARTS.get((is_main, field))
    word = str(after.known) if part is None and isinstance(after.known, int) else None
    if part is not None and after.known is not None:
        word = part.written.get(after.known)
    return None if word is None else (before.span.line, before.span.column, before.span.length, word)


_VPN_PARTS: dict[tuple[bool, str], vpn.Part[Any]] = {
    (True, "encryption"): vpn.ENCRYPTION_METHOD,
    (True, "integrity"): vpn.INTEGRITY_CHECK_METHOD,
    (True, "dh_group"): vpn.DH_GROUP,
    (False, "encryption"): vpn.CIPHER_TRANSFORM,
    (False, "esp_integrity"): vpn.AUTHENTICATION_TRANSFORM,
    (False, "pfs_group"): vpn.PFS_GROUP,
}
"""The part of a VPN's suite for each field of main mode and of quick mode."""


def _words(edit: Edit, command: str) -> Iterator[_Word | None]:
    """The changed words; None for a change that does not replace one word by another."""
    if edit.before is None or edit.after is None:
        yield None
        return
    proposals = _PROPOSAL.findall(command)
    for field in edit.fields:
        before, after = getattr(edit.before, field), getattr(edit.after, field)
        if field != "proposals":
            yield _word(field, before, after, command)
        elif len(before) != len(after) or len(after) != len(proposals):
            yield None
        else:
            for old, new, said in zip(before, after, proposals, strict=True):
                for name in old.__struct_fields__:
                    if name != "span" and _value(getattr(old, name)) != _value(getattr(new, name)):
                        yield _word(name, getattr(old, name), getattr(new, name), said)


def _value(setting: Any) -> object:
    return setting.value if isinstance(setting, Setting) else setting


def _word(field: str, before: object, after: object, command: str) -> _Word | None:
    said = re.search(rf"-{_PARAMETERS.get(field, ' ')} (\$?\w+)(?=\s|$)", command)
    if said is None or not isinstance(before, Setting) or not isinstance(after, Setting) or not before.is_explicit:
        return None
    return before.span.line, before.span.column, before.span.length, said[1]
