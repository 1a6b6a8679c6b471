"""Policy objects made by hand, for what renders and applies changes."""

from __future__ import annotations

from typing import Any, TypeVar

from ipseclint.model.policy import (
    ALL_PROFILES,
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    ConnectionSecurityRule,
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    MainModeRule,
    QuickModeCryptoSet,
    QuickModeProposal,
    Reference,
    RuleAction,
    RuleMode,
    Security,
)
from ipseclint.model.selectors import ANY_ADDRESS, Addresses, parse_address
from ipseclint.model.setting import Setting, default
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule

T = TypeVar("T")
SPAN = Span("made.cmd", 1, 1)


def said(value: T) -> Setting[T]:
    return Setting(value, SPAN)


def left(value: T) -> Setting[T]:
    return default(value, SPAN)


def to(target: str) -> Reference:
    return Reference(target=target, span=SPAN)


def addresses(*texts: str) -> Addresses:
    found = tuple(parse_address(text) for text in texts)
    return tuple(each for each in found if each is not None)


def main_mode_proposal(
    cipher: Cipher = Cipher.AES_256, integrity: Integrity = Integrity.SHA256, group: DhGroup = DhGroup.ECP_384
) -> MainModeProposal:
    return MainModeProposal(span=SPAN, encryption=said(cipher), integrity=said(integrity), dh_group=said(group))


def main_mode_set(name: str = "P", **fields: Any) -> MainModeCryptoSet:
    facts: dict[str, Any] = {
        "name": name,
        "span": SPAN,
        "dialect": Dialect.WFAS,
        "proposals": (main_mode_proposal(),),
        "lifetime_seconds": said(28_800),
        "quick_mode_limit": said(0),
        "force_dh": left(value=False),
    }
    return MainModeCryptoSet(**facts | fields)


def quick_mode_proposal(**fields: Any) -> QuickModeProposal:
    facts: dict[str, Any] = {
        "span": SPAN,
        "encapsulation": said(Encapsulation.ESP),
        "ah_integrity": said(Integrity.NONE),
        "esp_integrity": said(Integrity.SHA256),
        "encryption": said(Cipher.AES_128),
        "lifetime_seconds": said(3600),
        "lifetime_kilobytes": said(100_000),
    }
    return QuickModeProposal(**facts | fields)


def quick_mode_set(name: str = "R", **fields: Any) -> QuickModeCryptoSet:
    facts: dict[str, Any] = {
        "name": name,
        "span": SPAN,
        "dialect": Dialect.WFAS,
        "proposals": (quick_mode_proposal(),),
        "pfs_group": left(DhGroup.NONE),
    }
    return QuickModeCryptoSet(**facts | fields)


def method(kind: AuthMethod, **fields: Any) -> AuthenticationMethod:
    return AuthenticationMethod(**{"span": SPAN, "method": said(kind)} | fields)


def authentication_set(name: str, *methods: AuthenticationMethod, **fields: Any) -> AuthenticationSet:
    facts: dict[str, Any] = {
        "name": name,
        "span": SPAN,
        "dialect": Dialect.WFAS,
        "phase": AuthPhase.FIRST,
        "methods": methods,
        "inline": True,
    }
    return AuthenticationSet(**facts | fields)


def rule(name: str = "R", **fields: Any) -> ConnectionSecurityRule:
    facts: dict[str, Any] = {
        "name": name,
        "span": SPAN,
        "dialect": Dialect.WFAS,
        "enabled": left(value=True),
        "profiles": left(ALL_PROFILES),
        "mode": left(RuleMode.TRANSPORT),
        "action": said(RuleAction.NEGOTIATE),
        "inbound": said(Security.REQUIRE),
        "outbound": said(Security.REQUEST),
        "endpoint1": said((ANY_ADDRESS,)),
        "endpoint2": said(addresses("10.0.0.0/8")),
        "protocol": left(None),
        "port1": left(()),
        "port2": left(()),
        "interface_types": left(frozenset()),
        "key_modules": left(frozenset({KeyModule.IKEV1, KeyModule.AUTHIP})),
    }
    return ConnectionSecurityRule(**facts | fields)


def exemption(name: str, *peers: str, **fields: Any) -> ConnectionSecurityRule:
    facts = {
        "action": said(RuleAction.EXEMPT),
        "inbound": said(Security.NONE),
        "outbound": said(Security.NONE),
        "endpoint2": said(addresses(*peers)),
    }
    return rule(name, **facts | fields)


def main_mode_rule(name: str = "M", **fields: Any) -> MainModeRule:
    facts: dict[str, Any] = {
        "name": name,
        "span": SPAN,
        "dialect": Dialect.WFAS,
        "enabled": left(value=True),
        "profiles": left(ALL_PROFILES),
        "endpoint1": left((ANY_ADDRESS,)),
        "endpoint2": said(addresses("10.0.0.0/8")),
    }
    return MainModeRule(**facts | fields)
