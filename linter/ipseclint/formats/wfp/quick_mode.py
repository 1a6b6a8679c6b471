"""Quick-mode policies of WFP (IPSEC_TRANSPORT_POLICY, IPSEC_TUNNEL_POLICY): crypto sets, second authentication."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from ipseclint.formats.kit.diagnostics import shown
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.wfp.authentication import authentication_set
from ipseclint.formats.wfp.context import Context
from ipseclint.formats.wfp.values import ElementReader, flag_place, flags, numeric_address, optional, setting
from ipseclint.model.policy import (
    AuthenticationSet,
    AuthPhase,
    Dialect,
    NegotiationDiscovery,
    QuickModeCryptoSet,
    QuickModeProposal,
    WfpTunnel,
)
from ipseclint.model.selectors import Addresses
from ipseclint.model.setting import Setting, Unknown
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.rows import readings
from ipseclint.vocabulary.wfp_words import QUICK_MODE_FLAGS

A = TypeVar("A", Cipher, Integrity)


class _Transform(NamedTuple):
    """A kind of transform: its element, its encapsulation, and which halves it has."""

    arm: str
    encapsulation: Encapsulation
    has_integrity: bool
    has_cipher: bool


_TRANSFORMS = {
    "IPSEC_TRANSFORM_AH": _Transform("ahTransform", Encapsulation.AH, True, False),
    "IPSEC_TRANSFORM_ESP_AUTH": _Transform("espAuthTransform", Encapsulation.ESP, True, False),
    "IPSEC_TRANSFORM_ESP_CIPHER": _Transform("espCipherTransform", Encapsulation.ESP, False, True),
    "IPSEC_TRANSFORM_ESP_AUTH_AND_CIPHER": _Transform("espAuthAndCipherTransform", Encapsulation.ESP, True, True),
    "IPSEC_TRANSFORM_ESP_AUTH_FW": _Transform("espAuthFwTransform", Encapsulation.AUTH_NO_ENCAP, True, False),
}
"""IPSEC_TRANSFORM_TYPE and the arm of IPSEC_SA_TRANSFORM0 that each selects (ipsectypes.h)."""

_INTEGRITY = readings(Integrity, lambda integrity: integrity.row.wfp_config)
_CIPHERS = readings(Cipher, lambda cipher: cipher.row.wfp_config)
_PFS_GROUPS = readings(DhGroup, lambda group: group.row.wfp_pfs)

_POLICY_ELEMENTS = frozenset({"ipsecProposals", "flags", "saIdleTimeout", "emPolicy"})
_IDLE_ELEMENTS = frozenset({"idleTimeoutSeconds", "idleTimeoutSecondsFailOver"})
_TRANSPORT_ELEMENTS = _POLICY_ELEMENTS | {"ndAllowClearTimeoutSeconds"}
_TUNNEL_ELEMENTS = _POLICY_ELEMENTS | {
    "tunnelEndpoints",
    "fwdPathSaLifetime",
    "compartmentId",
    "trafficSelectorPolicies",
}
_ENDPOINT_ELEMENTS = frozenset(
    {
        "ipVersion",
        "localV4Address",
        "localV6Address",
        "remoteV4Address",
        "remoteV6Address",
        "localIfLuid",
        "remoteFqdn",
        "remoteAddresses",
    }
)
_LIFETIME_ELEMENTS = frozenset({"lifetimeSeconds", "lifetimeKilobytes", "lifetimePackets"})


def quick_mode_policy(reader: ElementReader, context: Context) -> tuple[QuickModeCryptoSet, AuthenticationSet | None]:
    """The quick-mode crypto set of a quick-mode context, and the second authentication set, if any."""
    policy = context.policy
    is_tunnel = context.type.purpose == "tunnel"
    reader.check_children(policy, _TUNNEL_ELEMENTS if is_tunnel else _TRANSPORT_ELEMENTS)
    set_flags = flags(reader, policy, QUICK_MODE_FLAGS)
    proposals = tuple(_proposal(reader, item) for item in reader.items(policy, "ipsecProposals"))
    idle = policy.child("saIdleTimeout")
    if idle is not None:
        reader.check_children(idle, _IDLE_ELEMENTS)
    crypto = QuickModeCryptoSet(
        name=context.name,
        id=context.key,
        span=context.span,
        dialect=Dialect.WFP,
        proposals=proposals,
        pfs_group=(proposals[0].pfs_group if proposals else None) or Setting(Unknown(""), reader.span(policy)),
        key_module=context.key_module,
        sa_idle_seconds=optional(reader, idle, "idleTimeoutSeconds", decimal) if idle is not None else None,
        tunnel=_tunnel(reader, policy) if is_tunnel else None,
        negotiation_discovery=None if is_tunnel else _negotiation_discovery(reader, policy, set_flags),
        builtin=context.builtin,
    )
    extended = policy.child("emPolicy")
    if extended is None or not extended.children:
        return crypto, None
    reader.check_children(extended, ("authenticationMethods", "initiatorImpersonationType"))
    return crypto, authentication_set(reader, context, extended, AuthPhase.SECOND)


def _negotiation_discovery(
    reader: ElementReader, policy: Element, set_flags: frozenset[str]
) -> Setting[NegotiationDiscovery]:
    for word, value in _NEGOTIATION_DISCOVERY.items():
        if word in set_flags:
            return Setting(value, flag_place(reader, policy, word))
    return Setting(NegotiationDiscovery.OFF, flag_place(reader, policy))


_NEGOTIATION_DISCOVERY = {
    "IPSEC_POLICY_FLAG_ND_BOUNDARY": NegotiationDiscovery.BOUNDARY,
    "IPSEC_POLICY_FLAG_ND_SECURE": NegotiationDiscovery.SECURE,
}
"""From "Negotiation Discovery Transport Mode" and "... in Boundary Mode" (learn.microsoft.com, win32/fwp)."""


def _tunnel(reader: ElementReader, policy: Element) -> WfpTunnel:
    ends = policy.child("tunnelEndpoints")
    forward = optional(reader, policy, "fwdPathSaLifetime", decimal)
    if ends is None or not ends.children:
        return WfpTunnel(span=reader.span(ends or policy), forward_path_lifetime_seconds=forward)
    reader.check_children(ends, _ENDPOINT_ELEMENTS)
    name = ends.child("remoteFqdn")
    return WfpTunnel(
        span=reader.span(ends),
        local=_endpoint(reader, ends, "local"),
        remote=_endpoint(reader, ends, "remote"),
        remote_name=optional(reader, ends, "remoteFqdn", str) if name is not None and name.text.strip() else None,
        forward_path_lifetime_seconds=forward,
    )


def _endpoint(reader: ElementReader, ends: Element, side: str) -> Setting[Addresses] | None:
    for version in ("V4", "V6"):
        endpoint = optional(reader, ends, f"{side}{version}Address", _addresses)
        if endpoint is not None:
            return endpoint
    return None


def _addresses(text: str) -> Addresses | None:
    address = numeric_address(text)
    return None if address is None else (address,)


def _proposal(reader: ElementReader, item: Element) -> QuickModeProposal:
    reader.check_children(item, ("lifetime", "saTransforms", "pfsGroup"))
    lifetime = item.child("lifetime")
    if lifetime is not None:
        reader.check_children(lifetime, _LIFETIME_ELEMENTS)
    protection = _protection(reader, item)
    return QuickModeProposal(
        span=reader.span(item),
        encapsulation=protection.encapsulation,
        ah_integrity=protection.ah_integrity,
        esp_integrity=protection.esp_integrity,
        encryption=protection.encryption,
        lifetime_seconds=setting(reader, lifetime or item, "lifetimeSeconds", decimal),
        lifetime_kilobytes=setting(reader, lifetime or item, "lifetimeKilobytes", decimal),
        lifetime_packets=optional(reader, lifetime or item, "lifetimePackets", decimal),
        pfs_group=setting(reader, item, "pfsGroup", _PFS_GROUPS.get),
    )


class _Protection(NamedTuple):
    """The protection by the transforms of a proposal."""

    encapsulation: Setting[Encapsulation]
    ah_integrity: Setting[Integrity]
    esp_integrity: Setting[Integrity]
    encryption: Setting[Cipher]


def _protection(reader: ElementReader, proposal: Element) -> _Protection:
    """The protection of one transform, or of AH and ESP together: IPSEC_PROPOSAL0 allows no other pair."""
    transforms = [_transform(reader, item) for item in reader.items(proposal, "saTransforms")]
    kinds = [each.encapsulation.known for each in transforms]
    if len(transforms) == 1:
        return transforms[0]
    if len(transforms) == 2 and set(kinds) == {Encapsulation.AH, Encapsulation.ESP}:
        ah, esp = sorted(transforms, key=lambda each: each.encapsulation.known != Encapsulation.AH)
        both = Setting(Encapsulation.AH_AND_ESP, ah.encapsulation.span)
        return _Protection(both, ah.ah_integrity, esp.esp_integrity, esp.encryption)
    if all(kinds):
        words = ", ".join(str(each) for each in kinds) or "nothing"
        reader.not_understood(proposal, f"a quick-mode proposal that combines {words}")
    return _unknown(reader, proposal, "")


def _transform(reader: ElementReader, item: Element) -> _Protection:
    word = setting(reader, item, "ipsecTransformType", _TRANSFORMS.get)
    if isinstance(word.value, Unknown):
        return _unknown(reader, item, word.value.raw)
    kind = word.value
    reader.check_children(item, ("ipsecTransformType", kind.arm))
    arm = item.child(kind.arm)
    if arm is None:
        reader.not_understood(item, f"a transform without its <{kind.arm}>")
        return _unknown(reader, item, "")
    both = kind.has_integrity and kind.has_cipher
    if both:
        reader.check_children(arm, ("authTransform", "cipherTransform"))
    no_integrity, no_cipher = Setting(Integrity.NONE, word.span), Setting(Cipher.NONE, word.span)
    integrity, cipher = no_integrity, no_cipher
    if kind.has_integrity:
        half = arm.child("authTransform") if both else arm
        integrity = _algorithm(reader, half or arm, _AUTHENTICATION, _INTEGRITY)
    if kind.has_cipher:
        half = arm.child("cipherTransform") if both else arm
        cipher = _algorithm(reader, half or arm, _CIPHER, _CIPHERS)
    is_ah = kind.encapsulation is Encapsulation.AH
    return _Protection(
        encapsulation=Setting(kind.encapsulation, word.span),
        ah_integrity=integrity if is_ah else no_integrity,
        esp_integrity=no_integrity if is_ah else integrity,
        encryption=cipher,
    )


def _unknown(reader: ElementReader, element: Element, raw: str) -> _Protection:
    place = reader.span(element)
    unknown = Unknown(raw)
    return _Protection(
        Setting(unknown, place), Setting(unknown, place), Setting(unknown, place), Setting(unknown, place)
    )


class _Names(NamedTuple):
    """The elements of an algorithm: the pair, its type, its configuration."""

    pair: str
    type: str
    config: str


_AUTHENTICATION = _Names("authTransformId", "authType", "authConfig")
_CIPHER = _Names("cipherTransformId", "cipherType", "cipherConfig")


def _algorithm(reader: ElementReader, half: Element, names: _Names, words: dict[str, A]) -> Setting[A]:
    """The algorithm of a half of a transform; its type and its configuration must agree."""
    reader.check_children(half, (names.pair, "cryptoModuleId"))
    pair = half.child(names.pair)
    if pair is None:
        reader.not_understood(half, f"<{half.name}> has no <{names.pair}>")
        return Setting(Unknown(""), reader.span(half))
    reader.check_children(pair, (names.type, names.config))
    algorithm = setting(reader, pair, names.config, words.get)
    if isinstance(algorithm.value, Unknown):
        return Setting(algorithm.value, algorithm.span)
    written = pair.child_text(names.type)
    if written == algorithm.value.row.wfp_type:
        return algorithm
    config = pair.child_text(names.config)
    reader.contradictory(
        pair.child(names.type) or pair,
        f"<{names.type}> {shown(written) or '(missing)'} does not belong to <{names.config}> {config}",
    )
    return Setting(Unknown(f"{written} / {config}"), algorithm.span)
