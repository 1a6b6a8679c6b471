"""Proposals that no input writes: Windows' defaults, and placeholders for proposals of unknown content."""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.model.policy import MainModeProposal, QuickModeProposal
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity


def default_main_mode_proposals(
    span: Span, rows: Iterable[tuple[Cipher, Integrity, DhGroup]] = builtin.MAIN_MODE_PROPOSALS
) -> tuple[MainModeProposal, ...]:
    """What main mode offers where nothing else is configured, by encryption, integrity and group."""
    return tuple(
        MainModeProposal(
            span=span,
            encryption=default(cipher, span),
            integrity=default(integrity, span),
            dh_group=default(group, span),
        )
        for cipher, integrity, group in rows
    )


def default_quick_mode_proposals(
    span: Span, rows: Iterable[tuple[Encapsulation, Integrity, Integrity, Cipher]] = builtin.QUICK_MODE_PROPOSALS
) -> tuple[QuickModeProposal, ...]:
    """What quick mode offers where nothing else is configured, by encapsulation, AH and ESP integrity, encryption."""
    return tuple(
        QuickModeProposal(
            span=span,
            encapsulation=default(encapsulation, span),
            ah_integrity=default(ah, span),
            esp_integrity=default(esp, span),
            encryption=default(cipher, span),
            lifetime_seconds=default(builtin.QUICK_MODE_LIFETIME_SECONDS, span),
            lifetime_kilobytes=default(builtin.QUICK_MODE_LIFETIME_KILOBYTES, span),
        )
        for encapsulation, ah, esp, cipher in rows
    )


def unknown_main_mode_proposal(span: Span, unknown: Unknown) -> MainModeProposal:
    """A main-mode proposal without anything known of it."""
    return MainModeProposal(
        span=span,
        encryption=Setting(unknown, span),
        integrity=Setting(unknown, span),
        dh_group=Setting(unknown, span),
    )


def unknown_quick_mode_proposal(span: Span, unknown: Unknown) -> QuickModeProposal:
    """A quick-mode proposal without anything known of it."""
    return QuickModeProposal(
        span=span,
        encapsulation=Setting(unknown, span),
        ah_integrity=Setting(unknown, span),
        esp_integrity=Setting(unknown, span),
        encryption=Setting(unknown, span),
        lifetime_seconds=Setting(unknown, span),
        lifetime_kilobytes=Setting(unknown, span),
    )
