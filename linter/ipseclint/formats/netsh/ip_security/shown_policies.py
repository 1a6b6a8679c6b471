"""Policies in the output of `netsh ipsec static show`.

What `level=verbose` adds, the methods and the lifetime of main mode, was never published (reasoned).
"""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.policy_parts import unknown_main_mode_proposal
from ipseclint.formats.kit.read import digits, value
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.shown_blocks import Block
from ipseclint.formats.netsh.ip_security.shown_methods import main_mode_rows
from ipseclint.formats.netsh.ip_security.shown_rules import NOT_SHOWN, described, flag
from ipseclint.formats.netsh.ip_security.values import SECONDS_PER_MINUTE, printed_lifetime_seconds
from ipseclint.late import late
from ipseclint.model.policy import Dialect, IpsecPolicy, MainModeCryptoSet
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.vocabulary import netsh_ipsec_labels as labels
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.builtin import MAIN_MODE_LIFETIME_SECONDS

_OF_POLICIES = {"assigned": "assignment", "master_pfs": "master PFS", "polling_interval": "polling interval"}
"""What every policy is printed with."""
_LIMIT = late(r"([0-9]{1,9})[ \t]{0,8}(?:quick|qm|session)", re.IGNORECASE)
_MINUTES = late(r"([0-9]{1,9})[ \t]{1,8}minutes", re.IGNORECASE)


def policy(block: Block, answers: Setting[bool] | None, diagnostics: Diagnostics) -> IpsecPolicy:
    """A policy; whether its default response is active is printed with it, or with that rule."""
    span = block.name.span
    missing = [words for meaning, words in _OF_POLICIES.items() if meaning not in block.values]
    if missing and block.language == labels.ENGLISH and not block.is_cut:
        diagnostics.malformed(f"a policy is printed without its {', '.join(missing)}: the output may be cut off", span)
    return IpsecPolicy(
        name=block.name.text,
        span=span,
        description=described(block),
        assigned=flag(block, "assigned", diagnostics),
        polling_interval_seconds=_polling_interval(block, diagnostics),
        master_pfs=flag(block, "master_pfs", diagnostics),
        activate_default_rule=answers or flag(block, "default_rule", diagnostics),
    )


def _polling_interval(block: Block, diagnostics: Diagnostics) -> Setting[int]:
    token = block.values.get("polling_interval")
    if token is None:
        return Setting(Unknown(NOT_SHOWN), block.name.span)
    return value(token, _seconds, "polling interval", diagnostics)


def _seconds(token: Token) -> int | None:
    match = _MINUTES.fullmatch(token.text)
    return None if match is None else int(match[1]) * SECONDS_PER_MINUTE


def main_mode_set(block: Block, diagnostics: Diagnostics) -> MainModeCryptoSet | None:
    """The main-mode methods of a policy; None if neither they nor their lifetime are printed."""
    span, rows, lifetime = block.name.span, block.rows.get(labels.METHODS, ()), block.values.get("lifetime")
    if not rows and lifetime is None:
        return None
    missing = Unknown(NOT_SHOWN)
    limit = block.values.get("limit")
    if limit is None and lifetime is not None and (named := _LIMIT.search(lifetime.text)) is not None:
        limit = lifetime.part(*named.span(1))
    proposals = main_mode_rows([line.label for line in rows], diagnostics)
    return MainModeCryptoSet(
        name=block.name.text,
        span=span,
        dialect=Dialect.IP_SECURITY_POLICY,
        proposals=proposals or (unknown_main_mode_proposal(span, missing),),
        lifetime_seconds=Setting(missing, span)
        if lifetime is None
        else value(lifetime, _lifetime, "lifetime of main mode", diagnostics),
        quick_mode_limit=Setting(missing, span)
        if limit is None
        else value(limit, digits, "limit of quick modes", diagnostics),
        force_dh=default(value=True, span=span),
        key_module=default(KeyModule.IKEV1, span),
    )


def _lifetime(token: Token) -> int | None:
    seconds = printed_lifetime_seconds(token)
    return MAIN_MODE_LIFETIME_SECONDS if seconds == 0 else seconds
