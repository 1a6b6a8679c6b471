"""What no input writes: the default sets that every Windows has, and proposals that are default or unknown.

A reader adds the default sets that its rules refer to and its input does not define. Their settings have the place
of what refers to them.
"""

from __future__ import annotations

from collections.abc import Iterable

from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthPhase,
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    QuickModeCryptoSet,
    QuickModeProposal,
)
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES

MAIN_MODE_ID = DEFAULT_SET_NAMES["main-mode-crypto"]
QUICK_MODE_ID = DEFAULT_SET_NAMES["quick-mode-crypto"]
FIRST_AUTHENTICATION_ID = DEFAULT_SET_NAMES["first-authentication"]
SECOND_AUTHENTICATION_ID = DEFAULT_SET_NAMES["second-authentication"]

DEFAULT_KEY_MODULES = builtin.KEY_MODULES
"""The key modules of a rule that names none."""


def builtin_main_mode(span: Span) -> MainModeCryptoSet:
    """The default main-mode set."""
    return MainModeCryptoSet(
        name="Windows default main-mode crypto set",
        id=MAIN_MODE_ID,
        span=span,
        dialect=Dialect.WFAS,
        proposals=default_main_mode_proposals(span),
        lifetime_seconds=default(builtin.MAIN_MODE_LIFETIME_SECONDS, span),
        quick_mode_limit=default(builtin.MAIN_MODE_QUICK_MODE_LIMIT, span),
        force_dh=default(builtin.MAIN_MODE_FORCE_DH, span),
        is_default=True,
        builtin=True,
    )


def builtin_quick_mode(span: Span) -> QuickModeCryptoSet:
    """The default quick-mode set."""
    return QuickModeCryptoSet(
        name="Windows default quick-mode crypto set",
        id=QUICK_MODE_ID,
        span=span,
        dialect=Dialect.WFAS,
        proposals=default_quick_mode_proposals(span),
        pfs_group=default(builtin.QUICK_MODE_PFS_GROUP, span),
        is_default=True,
        builtin=True,
    )


def builtin_first_authentication(span: Span) -> AuthenticationSet:
    """The default first authentication."""
    return AuthenticationSet(
        name="Windows default first authentication set",
        id=FIRST_AUTHENTICATION_ID,
        span=span,
        dialect=Dialect.WFAS,
        phase=AuthPhase.FIRST,
        methods=tuple(
            AuthenticationMethod(span=span, method=default(method, span)) for method in builtin.FIRST_AUTHENTICATION
        ),
        is_default=True,
        builtin=True,
    )


def builtin_second_authentication(span: Span) -> AuthenticationSet:
    """The default second authentication; it has no methods, for none are documented."""
    return AuthenticationSet(
        name="Windows default second authentication set",
        id=SECOND_AUTHENTICATION_ID,
        span=span,
        dialect=Dialect.WFAS,
        phase=AuthPhase.SECOND,
        methods=(),
        is_default=True,
        builtin=True,
    )


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
