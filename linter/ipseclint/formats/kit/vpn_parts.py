"""A VPN connection, server or interface, with the sets for its cryptography and preshared key."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.read import preshared_key
from ipseclint.formats.kit.token import Token
from ipseclint.formats.kit.vpn_suite import suite_sets
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    Dialect,
    MainModeCryptoSet,
    QuickModeCryptoSet,
    Reference,
    RemoteAccess,
)
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.remote_access import TunnelProtocol, VpnAuthentication


class VpnParts(Struct, frozen=True):
    """The objects of one connection, server or interface; the owner refers to its sets.

    A reference includes the place of its set, since several owners may have the same name.
    """

    owner: RemoteAccess
    main_mode: MainModeCryptoSet | None = None
    quick_mode: QuickModeCryptoSet | None = None
    authentication: AuthenticationSet | None = None


def vpn_parts(
    owner: RemoteAccess,
    suite: Mapping[str, Token],
    key: Token | None,
    diagnostics: Diagnostics,
    *,
    numbers: bool = False,
    may_lack: bool = False,
    place: Span | None = None,
) -> VpnParts:
    """The owner with its sets.

    `suite` holds the six parts or none, and lifetimes, by their names in `formats.kit.vpn_suite`; with `may_lack` some
    may be missing, which the caller reports. `key` is a preshared key, whose places the caller hides. `place` is that
    of the suite, if it is not with the owner.
    """
    main = quick = None
    update: dict[str, object] = {}
    if suite:
        main, quick = suite_sets(
            owner.name,
            place or owner.span,
            suite,
            diagnostics,
            numbers=numbers,
            may_lack=may_lack,
            key_module=_key_module(owner),
        )
        update["main_mode_crypto"] = Reference(target=main.name, span=main.span)
        update["quick_mode_crypto"] = Reference(target=quick.name, span=quick.span)
    authentication = _preshared(owner, key)
    if authentication is not None:
        update["first_authentication"] = Reference(target=authentication.name, span=authentication.span)
    return VpnParts(owner.model_copy(update=update), main, quick, authentication)


def _key_module(owner: RemoteAccess) -> KeyModule:
    """IKEv1 for L2TP (MS-L2TPIE 1.4), else IKEv2."""
    return KeyModule.IKEV1 if _protocols(owner)[:1] == (TunnelProtocol.L2TP,) else KeyModule.IKEV2


def _protocols(owner: RemoteAccess) -> tuple[TunnelProtocol, ...]:
    strategy = getattr(owner, "strategy", None)
    return () if strategy is None or strategy.known is None else strategy.known.protocols


def _preshared(owner: RemoteAccess, key: Token | None) -> AuthenticationSet | None:
    """The authentication set of a preshared key, also if only its use is stated."""
    said = [setting for setting in _said(owner) if setting.known is VpnAuthentication.PRESHARED_KEY]
    if key is None and not said:
        return None
    span = said[0].span if key is None else key.span
    method = AuthenticationMethod(
        span=span,
        method=Setting(AuthMethod.PRESHARED_KEY, span),
        preshared_key=None if key is None else preshared_key(key),
    )
    return AuthenticationSet(
        name=owner.name, span=span, dialect=Dialect.VPN, phase=AuthPhase.FIRST, methods=(method,), inline=True
    )


def _said(owner: RemoteAccess) -> list[Setting[VpnAuthentication]]:
    names = ("l2tp_authentication", "authentication", "responder_authentication", "tunnel_authentication")
    settings = [setting for name in names if (setting := getattr(owner, name, None)) is not None]
    return [
        Setting(method, setting.span)
        for setting in settings
        if not isinstance(setting.value, Unknown)
        for method in (setting.value if isinstance(setting.value, tuple) else (setting.value,))
    ]
