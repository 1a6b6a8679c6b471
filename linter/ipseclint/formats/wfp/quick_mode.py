"""Quick-mode policies of WFP (IPSEC_TRANSPORT_POLICY, IPSEC_TUNNEL_POLICY): crypto sets, second authentication."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.wfp.authentication import authentication_set
from ipseclint.formats.wfp.context import Context
from ipseclint.formats.wfp.values import Notes, decimal, flag, flags, numeric_address, optional, setting, shown
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
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule
from ipseclint.vocabulary.wfp_words import (
    AUTHENTICATION_CONFIGS,
    CIPHER_CONFIGS,
    PFS_GROUPS,
    QUICK_MODE_FLAGS,
)

T = TypeVar("T")


class _Transform(NamedTuple):
    """A kind of transform: its element, what it protects with, and which halves it has."""

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

_INTEGRITY = {word: (type_word, Integrity(name)) for word, (type_word, name) in AUTHENTICATION_CONFIGS.items()}
_CIPHERS = {word: (type_word, Cipher(name)) for word, (type_word, name) in CIPHER_CONFIGS.items()}
_PFS_GROUPS = {word: DhGroup(value) for word, value in PFS_GROUPS.items()}

_POLICY_ELEMENTS = frozenset({"ipsecProposals", "flags", "saIdleTimeout", "emPolicy"})
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


def quick_mode_policy(notes: Notes, context: Context) -> tuple[QuickModeCryptoSet, AuthenticationSet | None]:
    """The quick-mode crypto set that a quick-mode context holds, and the second authentication if it has one."""
    policy = context.policy
    is_tunnel = context.type.purpose == "tunnel"
    notes.check_children(policy, _TUNNEL_ELEMENTS if is_tunnel else _TRANSPORT_ELEMENTS)
    set_flags = flags(notes, policy, QUICK_MODE_FLAGS)
    proposals = tuple(_proposal(notes, item) for item in notes.items(policy, "ipsecProposals"))
    idle = policy.child("saIdleTimeout")
    crypto = QuickModeCryptoSet(
        name=context.name,
        id=context.key,
        span=context.span,
        dialect=Dialect.WFP,
        proposals=proposals,
        pfs_group=(proposals[0].pfs_group if proposals else None) or Setting(Unknown(""), notes.span(policy)),
        key_module=Setting(KeyModule(context.type.key_module), context.type_span),
        sa_idle_seconds=optional(notes, idle, "idleTimeoutSeconds", decimal) if idle is not None else None,
        tunnel=_tunnel(notes, policy) if is_tunnel else None,
        negotiation_discovery=None if is_tunnel else _negotiation_discovery(notes, policy, set_flags),
        builtin=context.builtin,
    )
    extended = policy.child("emPolicy")
    if extended is None or not extended.children:
        return crypto, None
    notes.check_children(extended, ("authenticationMethods", "initiatorImpersonationType"))
    return crypto, authentication_set(notes, context, extended, AuthPhase.SECOND)


def _negotiation_discovery(notes: Notes, policy: Element, set_flags: frozenset[str]) -> Setting[NegotiationDiscovery]:
    for word, value in _NEGOTIATION_DISCOVERY.items():
        if word in set_flags:
            return Setting(value, flag(notes, policy, word, is_set=True).span)
    return Setting(NegotiationDiscovery.OFF, flag(notes, policy, "", is_set=False).span)


_NEGOTIATION_DISCOVERY = {
    "IPSEC_POLICY_FLAG_ND_BOUNDARY": NegotiationDiscovery.BOUNDARY,
    "IPSEC_POLICY_FLAG_ND_SECURE": NegotiationDiscovery.SECURE,
}
"""From "Negotiation Discovery Transport Mode" and "... in Boundary Mode" (learn.microsoft.com, win32/fwp)."""


def _tunnel(notes: Notes, policy: Element) -> WfpTunnel:
    ends = policy.child("tunnelEndpoints")
    forward = optional(notes, policy, "fwdPathSaLifetime", decimal)
    if ends is None or not ends.children:
        return WfpTunnel(span=notes.span(ends or policy), forward_path_lifetime_seconds=forward)
    notes.check_children(ends, _ENDPOINT_ELEMENTS)
    name = ends.child("remoteFqdn")
    return WfpTunnel(
        span=notes.span(ends),
        local=_endpoint(notes, ends, "local"),
        remote=_endpoint(notes, ends, "remote"),
        remote_name=optional(notes, ends, "remoteFqdn", str) if name is not None and name.text.strip() else None,
        forward_path_lifetime_seconds=forward,
    )


def _endpoint(notes: Notes, ends: Element, side: str) -> Setting[Addresses] | None:
    for version in ("V4", "V6"):
        found = optional(notes, ends, f"{side}{version}Address", _addresses)
        if found is not None:
            return found
    return None


def _addresses(text: str) -> Addresses | None:
    address = numeric_address(text)
    return None if address is None else (address,)


def _proposal(notes: Notes, item: Element) -> QuickModeProposal:
    notes.check_children(item, ("lifetime", "saTransforms", "pfsGroup"))
    lifetime = item.child("lifetime")
    if lifetime is not None:
        notes.check_children(lifetime, _LIFETIME_ELEMENTS)
    protection = _protection(notes, item)
    return QuickModeProposal(
        span=notes.span(item),
        encapsulation=protection.encapsulation,
        ah_integrity=protection.ah_integrity,
        esp_integrity=protection.esp_integrity,
        encryption=protection.encryption,
        lifetime_seconds=setting(notes, lifetime or item, "lifetimeSeconds", decimal),
        lifetime_kilobytes=setting(notes, lifetime or item, "lifetimeKilobytes", decimal),
        lifetime_packets=optional(notes, lifetime or item, "lifetimePackets", decimal),
        pfs_group=setting(notes, item, "pfsGroup", _PFS_GROUPS.get),
    )


class _Protection(NamedTuple):
    """What the transforms of a proposal protect with."""

    encapsulation: Setting[Encapsulation]
    ah_integrity: Setting[Integrity]
    esp_integrity: Setting[Integrity]
    encryption: Setting[Cipher]


def _protection(notes: Notes, proposal: Element) -> _Protection:
    """One transform, or AH and ESP together: IPSEC_PROPOSAL0 allows no other two."""
    transforms = [_transform(notes, each) for each in notes.items(proposal, "saTransforms")]
    kinds = [each.encapsulation.known for each in transforms]
    if len(transforms) == 1:
        return transforms[0]
    if len(transforms) == 2 and set(kinds) == {Encapsulation.AH, Encapsulation.ESP}:
        ah, esp = sorted(transforms, key=lambda each: each.encapsulation.known != Encapsulation.AH)
        both = Setting(Encapsulation.AH_AND_ESP, ah.encapsulation.span)
        return _Protection(both, ah.ah_integrity, esp.esp_integrity, esp.encryption)
    if all(kinds):
        words = ", ".join(str(each) for each in kinds) or "nothing"
        notes.not_understood(proposal, f"a quick-mode proposal that combines {words}")
    return _unknown(notes, proposal, "")


def _transform(notes: Notes, item: Element) -> _Protection:
    word = setting(notes, item, "ipsecTransformType", _TRANSFORMS.get)
    if isinstance(word.value, Unknown):
        return _unknown(notes, item, word.value.raw)
    kind = word.value
    notes.check_children(item, ("ipsecTransformType", kind.arm))
    arm = item.child(kind.arm)
    if arm is None:
        notes.not_understood(item, f"a transform without its <{kind.arm}>")
        return _unknown(notes, item, "")
    both = kind.has_integrity and kind.has_cipher
    if both:
        notes.check_children(arm, ("authTransform", "cipherTransform"))
    no_integrity, no_cipher = Setting(Integrity.NONE, word.span), Setting(Cipher.NONE, word.span)
    integrity, cipher = no_integrity, no_cipher
    if kind.has_integrity:
        half = arm.child("authTransform") if both else arm
        integrity = _algorithm(notes, half or arm, _AUTHENTICATION, _INTEGRITY)
    if kind.has_cipher:
        half = arm.child("cipherTransform") if both else arm
        cipher = _algorithm(notes, half or arm, _CIPHER, _CIPHERS)
    is_ah = kind.encapsulation is Encapsulation.AH
    return _Protection(
        encapsulation=Setting(kind.encapsulation, word.span),
        ah_integrity=integrity if is_ah else no_integrity,
        esp_integrity=no_integrity if is_ah else integrity,
        encryption=cipher,
    )


def _unknown(notes: Notes, element: Element, raw: str) -> _Protection:
    place = notes.span(element)
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


def _algorithm(notes: Notes, half: Element, names: _Names, words: dict[str, tuple[str, T]]) -> Setting[T]:
    """The algorithm of a half of a transform: type and configuration say it twice and must agree."""
    notes.check_children(half, (names.pair, "cryptoModuleId"))
    pair = half.child(names.pair)
    if pair is None:
        notes.not_understood(half, f"<{half.name}> has no <{names.pair}>")
        return Setting(Unknown(""), notes.span(half))
    notes.check_children(pair, (names.type, names.config))
    found = setting(notes, pair, names.config, words.get)
    if isinstance(found.value, Unknown):
        return Setting(found.value, found.span)
    type_word, algorithm = found.value
    written = pair.child_text(names.type)
    if written == type_word:
        return Setting(algorithm, found.span)
    config = pair.child_text(names.config)
    notes.contradictory(
        pair.child(names.type) or pair,
        f"<{names.type}> {shown(written) or '(missing)'} does not belong to <{names.config}> {config}",
    )
    return Setting(Unknown(f"{written} / {config}"), found.span)
