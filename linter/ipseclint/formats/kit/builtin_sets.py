"""The default sets that every Windows has, as objects of the model.

A reader adds those that its rules refer to and its input does not define. Their settings have the place of
what refers to them.
"""

from __future__ import annotations

from ipseclint.formats.kit.proposals import default_main_mode_proposals, default_quick_mode_proposals
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthPhase,
    Dialect,
    MainModeCryptoSet,
    QuickModeCryptoSet,
)
from ipseclint.model.setting import default
from ipseclint.source import Span
from ipseclint.vocabulary import builtin
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
