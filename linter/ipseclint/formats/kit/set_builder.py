"""Crypto sets built from exported parts: the same for every tool, except for its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from msgspec import Struct, field

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.model.policy import (
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    QuickModeCryptoSet,
    QuickModeProposal,
)
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule

T = TypeVar("T")

Parts = Mapping[str, Token | Setting[Any] | None]
"""The parts of a proposal or set by name, those of the model's fields: as written, or already read; None if not there.

A token of `lifetime_seconds` is in minutes, as every tool writes it.
"""

_TITLES = {
    "encryption": "encryption",
    "integrity": "integrity",
    "dh_group": "Diffie-Hellman group",
    "encapsulation": "encapsulation",
    "ah_integrity": "AH integrity",
    "esp_integrity": "ESP integrity",
    "lifetime_seconds": "lifetime in minutes",
    "lifetime_kilobytes": "lifetime in kilobytes",
    "quick_mode_limit": "number of sessions",
    "force_dh": "value for forcing Diffie-Hellman",
    "pfs_group": "group for perfect forward secrecy",
}


class Words(Struct, frozen=True):
    """One tool's words for the parts of its sets, as `Token.word` makes them.

    `encryption` and `integrity` are those of main mode. `encapsulation` and `flags` are empty for a tool that states
    the encapsulation, or forced Diffie-Hellman, in another way.
    """

    encryption: Mapping[str, Cipher]
    integrity: Mapping[str, Integrity]
    dh_group: Mapping[str, DhGroup]
    quick_mode_encryption: Mapping[str, Cipher]
    quick_mode_integrity: Mapping[str, Integrity]
    pfs_group: Mapping[str, DhGroup]
    encapsulation: Mapping[str, Encapsulation] = field(default_factory=dict)
    flags: Mapping[str, bool] = field(default_factory=dict)


class Head(Struct, frozen=True):
    """The name and origin of a set."""

    name: str
    span: Span
    id: str | None = None
    dialect: Dialect = Dialect.WFAS
    key_module: Setting[KeyModule] | None = None
    is_default: bool = False
    builtin: bool = False
    store: str | None = None


class SetBuilder(Struct, frozen=True):
    """Builds sets and proposals from parts in the words of one tool."""

    words: Words
    diagnostics: Diagnostics

    def main_mode_set(self, head: Head, parts: Parts, proposals: Iterable[MainModeProposal]) -> MainModeCryptoSet:
        """A main-mode set from the parts `lifetime_seconds`, `quick_mode_limit`, `force_dh`."""
        span = head.span
        return MainModeCryptoSet(
            name=head.name,
            id=head.id,
            span=span,
            dialect=head.dialect,
            proposals=tuple(proposals),
            lifetime_seconds=self._minutes(parts, builtin.MAIN_MODE_LIFETIME_SECONDS, span),
            quick_mode_limit=self._number(parts, "quick_mode_limit", builtin.MAIN_MODE_QUICK_MODE_LIMIT, span),
            force_dh=self._word(parts, "force_dh", self.words.flags, span, absent=builtin.MAIN_MODE_FORCE_DH),
            key_module=head.key_module,
            is_default=head.is_default,
            builtin=head.builtin,
            store=head.store,
        )

    def quick_mode_set(self, head: Head, parts: Parts, proposals: Iterable[QuickModeProposal]) -> QuickModeCryptoSet:
        """A quick-mode set from the part `pfs_group`."""
        no_pfs = builtin.QUICK_MODE_PFS_GROUP
        return QuickModeCryptoSet(
            name=head.name,
            id=head.id,
            span=head.span,
            dialect=head.dialect,
            proposals=tuple(proposals),
            pfs_group=self._word(parts, "pfs_group", self.words.pfs_group, head.span, absent=no_pfs),
            key_module=head.key_module,
            is_default=head.is_default,
            builtin=head.builtin,
            store=head.store,
        )

    def main_mode_proposal(self, span: Span, parts: Parts) -> MainModeProposal:
        """A proposal from the parts `encryption`, `integrity`, `dh_group`, all of which are required."""
        return MainModeProposal(
            span=span,
            encryption=self._word(parts, "encryption", self.words.encryption, span),
            integrity=self._word(parts, "integrity", self.words.integrity, span),
            dh_group=self._word(parts, "dh_group", self.words.dh_group, span),
        )

    def quick_mode_proposal(self, span: Span, parts: Parts) -> QuickModeProposal:
        """A proposal from the parts `encapsulation`, which is required, integrities, encryption, lifetimes."""
        words, nothing = self.words, Integrity.NONE
        encapsulation = self._word(parts, "encapsulation", words.encapsulation, span)
        ah = self._word(parts, "ah_integrity", words.quick_mode_integrity, span, absent=nothing)
        esp = self._word(parts, "esp_integrity", words.quick_mode_integrity, span, absent=nothing)
        if encapsulation.known is Encapsulation.AUTH_NO_ENCAP and esp.known is nothing:
            # One hash authenticates; the model has it where ESP has its own, whichever part holds it.
            ah, esp = esp, ah
        return QuickModeProposal(
            span=span,
            encapsulation=encapsulation,
            ah_integrity=ah,
            esp_integrity=esp,
            encryption=self._word(parts, "encryption", words.quick_mode_encryption, span, absent=Cipher.NONE),
            lifetime_seconds=self._minutes(parts, builtin.QUICK_MODE_LIFETIME_SECONDS, span),
            lifetime_kilobytes=self._number(parts, "lifetime_kilobytes", builtin.QUICK_MODE_LIFETIME_KILOBYTES, span),
        )

    def _word(
        self, parts: Parts, name: str, table: Mapping[str, T], span: Span, *, absent: T | None = None
    ) -> Setting[T]:
        part = parts.get(name)
        if isinstance(part, Token):
            return read.word(part, table, _TITLES[name], self.diagnostics)
        if part is not None:
            return part
        if absent is not None:
            return default(absent, span)
        self.diagnostics.malformed(f"a proposal without its {_TITLES[name]}", span)
        return Setting(Unknown(""), span)

    def _minutes(self, parts: Parts, absent: int, span: Span) -> Setting[int]:
        return self._number(parts, "lifetime_seconds", absent, span, factor=60)

    def _number(self, parts: Parts, name: str, absent: int, span: Span, *, factor: int = 1) -> Setting[int]:
        part = parts.get(name)
        if isinstance(part, Token):
            return read.number(part, _TITLES[name], self.diagnostics, factor)
        return default(absent, span) if part is None else part
