"""The six choices of a VPN connection's custom IPsec policy, as a main-mode and a quick-mode set.

Nothing says how long the security associations of a VPN connection hold, so their lifetimes are unknown here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.model.policy import (
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    QuickModeCryptoSet,
    QuickModeProposal,
)
from ipseclint.model.setting import Origin, Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule

V = TypeVar("V", Cipher, Integrity, DhGroup)

Suite = Mapping[str, Token]
"""The parts of a suite by name, each with its word."""


def suite_sets(
    name: str, span: Span, suite: Suite, diagnostics: Diagnostics, *, numbers: bool = False
) -> tuple[MainModeCryptoSet, QuickModeCryptoSet]:
    """The sets that a suite stands for. With `numbers` its parts are those of the phone book, not words."""
    read = _Reader(span, suite, diagnostics, numbers=numbers)
    unsaid: Setting[int] = Setting(Unknown("not part of a VPN profile"), span, Origin.DEFAULT)
    key_module = default(KeyModule.IKEV2, span)
    main = MainModeCryptoSet(
        name=name,
        span=span,
        dialect=Dialect.VPN,
        proposals=(
            MainModeProposal(
                span=span,
                encryption=read.part(vpn.ENCRYPTION_METHOD),
                integrity=read.part(vpn.INTEGRITY_CHECK_METHOD),
                dh_group=read.part(vpn.DH_GROUP),
            ),
        ),
        lifetime_seconds=unsaid,
        quick_mode_limit=unsaid,
        force_dh=default(True, span),
        key_module=key_module,
    )
    quick = QuickModeCryptoSet(
        name=name,
        span=span,
        dialect=Dialect.VPN,
        proposals=(
            QuickModeProposal(
                span=span,
                encapsulation=default(Encapsulation.ESP, span),
                ah_integrity=default(Integrity.NONE, span),
                esp_integrity=read.part(vpn.AUTHENTICATION_TRANSFORM),
                encryption=read.part(vpn.CIPHER_TRANSFORM),
                lifetime_seconds=unsaid,
                lifetime_kilobytes=unsaid,
            ),
        ),
        pfs_group=read.part(vpn.PFS_GROUP),
        key_module=key_module,
    )
    return main, quick


class _Reader:
    """Reads the parts of one suite."""

    def __init__(self, span: Span, suite: Suite, diagnostics: Diagnostics, *, numbers: bool) -> None:
        self._span = span
        self._suite = suite
        self._diagnostics = diagnostics
        self._numbers = numbers

    def part(self, part: vpn.Part[V]) -> Setting[V]:
        """The value of one part."""
        value = self._suite.get(part.name)
        if value is None:
            self._diagnostics.malformed(f"a VPN connection's cryptography without `{part.name}`", self._span)
            return Setting(Unknown(""), self._span)
        found = part.numbers.get(int(value.text)) if self._numbers else part.words.get(value.word)
        if found is None:
            self._diagnostics.not_understood(
                f"{quoted(value.text)} is no value of `{part.name}` known here", value.span
            )
            return Setting(Unknown(value.text), value.span)
        return Setting(found, value.span)
