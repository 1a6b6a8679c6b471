"""Generated policies of all that the firewall's registry can say."""

from __future__ import annotations

from typing import Any, TypeVar

from hypothesis import strategies as st

from ipseclint.formats.kit.policy_parts import DEFAULT_KEY_MODULES, MAIN_MODE_ID
from ipseclint.formats.registry.firewall import words
from ipseclint.model.policy import (
    ALL_PROFILES,
    UNNAMED_GPO,
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    ConnectionSecurityRule,
    Dialect,
    Exemption,
    GlobalSettings,
    InterfaceType,
    MainModeCryptoSet,
    MainModeProposal,
    MainModeRule,
    NatTraversal,
    Policy,
    Profile,
    QuickModeCryptoSet,
    QuickModeProposal,
    Reference,
    RuleAction,
    RuleMode,
)
from ipseclint.model.selectors import Addresses, PortRange, parse_address
from ipseclint.model.setting import Secret, Setting
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher, Encapsulation, Integrity, KeyModule
from ipseclint.vocabulary.settings import EXEMPTION_BITS

T = TypeVar("T")

KEY_TEXTS: dict[Secret, str] = {}
"""The text of each key that was made: a secret itself has forgotten it."""
SPAN = Span("made", 1, 1)
WFAS = Dialect.WFAS


def said(value: T) -> Setting[T]:
    return Setting(value, SPAN)


names = st.text("aZ9 &%<>'\"\\=,;.äß中{}[]~#@", min_size=1, max_size=12).filter(lambda name: name == name.strip())
flags = st.booleans().map(said)
groups = st.sampled_from(list(words.KEY_EXCHANGES.values()))
ciphers = st.sampled_from((Cipher.DES, Cipher.TRIPLE_DES, Cipher.AES_128, Cipher.AES_192, Cipher.AES_256))
GCM = {
    Cipher.AES_GCM_128: Integrity.AES_GMAC_128,
    Cipher.AES_GCM_192: Integrity.AES_GMAC_192,
    Cipher.AES_GCM_256: Integrity.AES_GMAC_256,
}
hashes = st.sampled_from((Integrity.MD5, Integrity.SHA1, Integrity.SHA256))
endpoints = st.lists(
    st.sampled_from(("10.0.0.0/8", "10.9.0.1", "10.9.0.3-10.9.0.9", "2001:db8::/32", "LocalSubnet", "DNS")),
    max_size=3,
    unique=True,
)


def parsed(texts: list[str]) -> Addresses:
    """Addresses as a reader yields them: those of the first family first."""
    ordered = [each for each in texts if ":" not in each] + [each for each in texts if ":" in each]
    return tuple(address for each in ordered or ["any"] if (address := parse_address(each)) is not None)


def set_id(kind: int, number: int) -> str:
    return f"{{0000000{kind}-0000-4000-8000-{number:012d}}}"


@st.composite
def main_modes(draw: st.DrawFn, own_id: str) -> MainModeCryptoSet:
    proposal = st.builds(
        lambda cipher, integrity, group: MainModeProposal(
            span=SPAN, encryption=said(cipher), integrity=said(integrity), dh_group=said(group)
        ),
        ciphers,
        hashes | st.just(Integrity.SHA384),
        groups,
    )
    return MainModeCryptoSet(
        store=UNNAMED_GPO,
        name=draw(names),
        id=own_id,
        span=SPAN,
        dialect=WFAS,
        proposals=tuple(draw(st.lists(proposal, min_size=1, max_size=3))),
        lifetime_seconds=said(draw(st.integers(1, 2879)) * 60),
        quick_mode_limit=said(draw(st.integers(0, 2**31 - 1))),
        force_dh=draw(flags),
        is_default=own_id == MAIN_MODE_ID,
    )


@st.composite
def quick_mode_proposals(draw: st.DrawFn) -> QuickModeProposal:
    kind = draw(st.sampled_from(Encapsulation))
    ah, esp, cipher = Integrity.NONE, Integrity.NONE, Cipher.NONE
    if kind in {Encapsulation.AH, Encapsulation.AH_AND_ESP}:
        ah = draw(hashes)
    if kind in {Encapsulation.ESP, Encapsulation.AH_AND_ESP}:
        cipher = draw(ciphers | st.sampled_from(list(GCM)))
        esp = GCM.get(cipher) or draw(hashes)
    if kind is Encapsulation.AUTH_NO_ENCAP:
        esp = draw(hashes)
    return QuickModeProposal(
        span=SPAN,
        encapsulation=said(kind),
        ah_integrity=said(ah),
        esp_integrity=said(esp),
        encryption=said(cipher),
        lifetime_seconds=said(draw(st.integers(5, 2879)) * 60),
        lifetime_kilobytes=said(draw(st.integers(20_480, 2**31 - 1))),
    )


@st.composite
def quick_modes(draw: st.DrawFn, own_id: str) -> QuickModeCryptoSet:
    return QuickModeCryptoSet(
        store=UNNAMED_GPO,
        name=draw(names),
        id=own_id,
        span=SPAN,
        dialect=WFAS,
        proposals=tuple(draw(st.lists(quick_mode_proposals(), min_size=1, max_size=3))),
        pfs_group=said(draw(st.sampled_from(list(words.PFS_GROUPS.values())))),
    )


@st.composite
def methods(draw: st.DrawFn, phase: AuthPhase) -> AuthenticationMethod:
    first = (AuthMethod.COMPUTER_KERBEROS, AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.PRESHARED_KEY)
    second = (AuthMethod.USER_KERBEROS, AuthMethod.USER_CERTIFICATE, AuthMethod.ANONYMOUS)
    kind = draw(st.sampled_from(first if phase is AuthPhase.FIRST else second))
    found = AuthenticationMethod(span=SPAN, method=said(kind))
    if kind is AuthMethod.PRESHARED_KEY:
        text = draw(names)
        KEY_TEXTS[Secret(text)] = text
        return found.model_copy(update={"preshared_key": said(Secret(text))})
    if kind in {AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.USER_CERTIFICATE}:
        facts = {
            "certificate_authority": said(draw(names)),
            "certificate_authority_type": said(draw(st.sampled_from(("root", "intermediate")))),
            "signing": said(draw(st.sampled_from(list(words.SIGNINGS.values())))),
            "health": draw(flags),
            "account_mapping": draw(flags),
            "exclude_ca_name": draw(flags),
        }
        return found.model_copy(update=facts)
    return found


@st.composite
def authentication_sets(draw: st.DrawFn, own_id: str, phase: AuthPhase) -> AuthenticationSet:
    found = draw(st.lists(methods(phase), min_size=1, max_size=3))
    return AuthenticationSet(
        name=draw(names), id=own_id, span=SPAN, dialect=WFAS, phase=phase, methods=tuple(found), store=UNNAMED_GPO
    )


def to(own_id: str | None) -> Reference | None:
    return None if own_id is None else Reference(target=own_id, span=SPAN)


@st.composite
def rules(draw: st.DrawFn, own_id: str, policy: dict[str, Any]) -> ConnectionSecurityRule:
    action, inbound, outbound = draw(st.sampled_from(list(words.ACTIONS.values())))
    negotiates = action is RuleAction.NEGOTIATE
    tunnel = negotiates and draw(st.booleans())
    protocol = draw(st.sampled_from((None, 1, 6, 17, 47)))
    ports = st.lists(st.builds(PortRange, st.integers(1, 9), st.integers(10, 99)), max_size=2).map(tuple)
    has_ports = protocol in {6, 17}
    modules = draw(st.frozensets(st.sampled_from(KeyModule)))
    seconds = [None, *(each.id for each in policy["second"])]
    return ConnectionSecurityRule(
        name=draw(names),
        id=own_id,
        span=SPAN,
        dialect=WFAS,
        description=draw(st.none() | names),
        group=draw(st.none() | names),
        enabled=draw(flags),
        profiles=said(draw(st.frozensets(st.sampled_from(Profile), min_size=1))),
        mode=said(RuleMode.TUNNEL if tunnel else RuleMode.TRANSPORT),
        action=said(action),
        inbound=said(inbound),
        outbound=said(outbound),
        endpoint1=said(parsed(draw(endpoints))),
        endpoint2=said(parsed(draw(endpoints))),
        protocol=said(protocol),
        port1=said(draw(ports) if has_ports else ()),
        port2=said(draw(ports) if has_ports else ()),
        interface_types=said(draw(st.frozensets(st.sampled_from(InterfaceType)))),
        key_modules=said(modules or DEFAULT_KEY_MODULES),
        first_authentication=to(draw(st.sampled_from(policy["first"])).id) if negotiates else None,
        second_authentication=to(draw(st.sampled_from(seconds))) if negotiates else None,
        quick_mode_crypto=to(draw(st.sampled_from(policy["quick"])).id) if negotiates else None,
        remote_tunnel_endpoint=said(parsed(["192.0.2.1"])) if tunnel else None,
        local_tunnel_endpoint=said(parsed(["2001:db8::1"])) if tunnel else None,
        bypass_if_secured=draw(flags) if tunnel else None,
        require_authorization=draw(flags) if tunnel else None,
        forward_path_lifetime_seconds=said(draw(st.integers(0, 2**32 - 1))) if draw(st.booleans()) else None,
        store=UNNAMED_GPO,
    )


@st.composite
def main_mode_rules(draw: st.DrawFn, own_id: str, policy: dict[str, Any]) -> MainModeRule:
    return MainModeRule(
        name=draw(names),
        id=own_id,
        span=SPAN,
        dialect=WFAS,
        enabled=draw(flags),
        profiles=said(ALL_PROFILES),
        endpoint1=said(parsed(draw(endpoints))),
        endpoint2=said(parsed(draw(endpoints))),
        main_mode_crypto=to(draw(st.sampled_from(policy["main"])).id),
        first_authentication=to(draw(st.sampled_from(policy["first"])).id),
        store=UNNAMED_GPO,
    )


@st.composite
def global_settings(draw: st.DrawFn) -> GlobalSettings:
    level, check = draw(st.sampled_from(list(words.CRL_LEVELS.items())))
    exemptions = draw(st.frozensets(st.sampled_from(Exemption)))
    bits = sum(bit for bit, item in EXEMPTION_BITS.items() if item in exemptions)
    profiles = draw(st.lists(st.sampled_from(Profile), unique=True))
    return GlobalSettings(
        name=f"global settings of {UNNAMED_GPO}",
        span=SPAN,
        sa_idle_seconds=said(draw(st.integers(300, 3600))),
        exemptions=said(exemptions),
        exemption_bits=said(bits),
        crl_check=said(check),
        crl_check_level=said(level),
        nat_traversal=said(draw(st.sampled_from(NatTraversal))),
        local_rules_merge={each: draw(flags) for each in Profile if each in profiles},
        store=UNNAMED_GPO,
    )


@st.composite
def registry_policies(draw: st.DrawFn) -> Policy:
    """A policy as the registry can say it, of all that it can say."""
    counts = [draw(st.integers(0, 2)) for _ in range(4)]
    parts: dict[str, Any] = {
        "main": [draw(main_modes(MAIN_MODE_ID)), *(draw(main_modes(set_id(1, each))) for each in range(counts[0]))],
        "quick": [draw(quick_modes(set_id(2, each))) for each in range(1 + counts[1])],
        "first": [draw(authentication_sets(set_id(3, each), AuthPhase.FIRST)) for each in range(1 + counts[2])],
        "second": [draw(authentication_sets(set_id(4, each), AuthPhase.SECOND)) for each in range(counts[3])],
    }
    return Policy(
        main_mode_crypto_sets=tuple(parts["main"]),
        quick_mode_crypto_sets=tuple(parts["quick"]),
        authentication_sets=(*parts["first"], *parts["second"]),
        connection_security_rules=tuple(draw(rules(set_id(5, each), parts)) for each in range(draw(st.integers(0, 3)))),
        main_mode_rules=tuple(draw(main_mode_rules(set_id(6, each), parts)) for each in range(draw(st.integers(0, 2)))),
        global_settings=(draw(global_settings()),),
    )
