"""Whole policies, generated as a reader of netsh scripts would yield them."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from hypothesis import strategies as st
from msgspec import Struct
from pydantic import BaseModel

from ipseclint.formats.kit.policy_parts import default_main_mode_proposals, default_quick_mode_proposals
from ipseclint.formats.kit.read import BLOTTED
from ipseclint.formats.netsh.ip_security import methods as ipsec_methods
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    CertificateSigning,
    ConnectionSecurityRule,
    CrlCheck,
    Dialect,
    Exemption,
    FilterAction,
    FilterList,
    GlobalSettings,
    InterfaceType,
    IpsecPolicy,
    MainModeCryptoSet,
    MainModeProposal,
    MainModeRule,
    NatTraversal,
    Policy,
    Profile,
    QuickModeCryptoSet,
    QuickModeProposal,
    RuleAction,
    RuleMode,
    Security,
)
from ipseclint.model.selectors import Address, LegacyFilter, PortRange
from ipseclint.model.setting import Inherited, Secret, Setting
from ipseclint.source import Span
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES
from tests.made_objects import SPAN, addresses, authentication_set, left, main_mode_rule, method, rule, said, to

IKEV1 = left(KeyModule.IKEV1)
LEGACY = Dialect.IP_SECURITY_POLICY

_OPENS_A_TEMPLATE = re.compile(r"\{\{|#\{|<%=")
"""A script with such a name is read as one that is filled in before it runs."""

names = st.text("abcXYZ019 &%^()|<>'=,;.+-_äß中{}~#", min_size=1, max_size=12).filter(
    lambda name: name.casefold() != "all" and name == name.strip() and not _OPENS_A_TEMPLATE.search(name)
)


def some(values: st.SearchStrategy[Any], by_default: Any) -> st.SearchStrategy[Setting[Any]]:
    """A value that the script says, or the default that it leaves."""
    return values.map(said) | st.just(left(by_default))


def unique_names(least: int = 0, most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(names, min_size=least, max_size=most, unique_by=str.casefold)


# ---- netsh ipsec static ----

minutes = st.integers(1, 2879).map(lambda count: count * 60)
legacy_ciphers = st.sampled_from((Cipher.DES, Cipher.TRIPLE_DES))
legacy_hashes = st.sampled_from((Integrity.MD5, Integrity.SHA1))
sides = st.sampled_from(
    addresses("10.1.2.3", "10.1.0.0/16", "10.1.2.3-10.1.2.77", "2001:db8::1", "2001:db8::/48", "0.0.0.0/1")
) | st.sampled_from((Address(keyword=AddressKeyword.ANY), Address(name="server.contoso.com")))
ME = Address(keyword=AddressKeyword.ME)
SERVERS = (AddressKeyword.DNS, AddressKeyword.DHCP, AddressKeyword.WINS, AddressKeyword.DEFAULT_GATEWAY)


@st.composite
def legacy_filters(draw: st.DrawFn) -> LegacyFilter:
    ends = (ME, draw(sides | st.sampled_from([Address(keyword=each) for each in SERVERS])))
    source, destination = draw(st.sampled_from((ends, ends[::-1])))
    protocol = draw(st.sampled_from((None, 1, 6, 17, 47, 255)))
    ports = [draw(st.integers(0, 65_535)) if protocol in {6, 17} else 0 for _ in range(2)]
    return LegacyFilter(source, destination, protocol, ports[0], ports[1], draw(st.booleans()), 1, 1)


@st.composite
def legacy_main_mode_proposals(draw: st.DrawFn) -> MainModeProposal:
    return MainModeProposal(
        span=SPAN,
        encryption=said(draw(legacy_ciphers)),
        integrity=said(draw(legacy_hashes)),
        dh_group=said(draw(st.sampled_from((DhGroup.GROUP_1, DhGroup.GROUP_2, DhGroup.GROUP_14)))),
    )


@st.composite
def legacy_quick_mode_proposals(draw: st.DrawFn) -> QuickModeProposal:
    kind = draw(st.sampled_from((Encapsulation.AH, Encapsulation.ESP, Encapsulation.AH_AND_ESP)))
    has_ah, has_esp = kind is not Encapsulation.ESP, kind is not Encapsulation.AH
    return QuickModeProposal(
        span=SPAN,
        encapsulation=said(kind),
        ah_integrity=said(draw(legacy_hashes) if has_ah else Integrity.NONE),
        esp_integrity=said(draw(legacy_hashes | st.just(Integrity.NONE)) if has_esp else Integrity.NONE),
        encryption=said(draw(legacy_ciphers | st.just(Cipher.NONE)) if has_esp else Cipher.NONE),
        lifetime_seconds=draw(some(st.integers(60, 172_799), builtin.QUICK_MODE_LIFETIME_SECONDS)),
        lifetime_kilobytes=draw(some(st.integers(1, 2**31 - 1), builtin.QUICK_MODE_LIFETIME_KILOBYTES)),
    )


@st.composite
def legacy_methods(draw: st.DrawFn) -> tuple[AuthenticationMethod, ...]:
    certificate = st.builds(
        lambda name, mapping, exclude: method(
            AuthMethod.COMPUTER_CERTIFICATE,
            certificate_authority=said(name),
            account_mapping=mapping,
            exclude_ca_name=exclude,
        ),
        st.sampled_from(("CN=Root", 'O=Contoso, CN="Root" CA & Co 100%')),
        some(st.booleans(), by_default=False),
        some(st.booleans(), by_default=False),
    )
    kerberos = st.just(method(AuthMethod.COMPUTER_KERBEROS))
    psk = st.just(method(AuthMethod.PRESHARED_KEY, preshared_key=said(BLOTTED)))
    stated = draw(st.lists(kerberos | psk | certificate, max_size=3, unique_by=lambda each: each.method.value))
    return tuple(stated) or (method(AuthMethod.COMPUTER_KERBEROS, method=left(AuthMethod.COMPUTER_KERBEROS)),)


class Legacy(NamedTuple):
    """The parts of a `netsh ipsec` policy that its rules refer to."""

    filter_lists: tuple[FilterList, ...]
    filter_actions: tuple[FilterAction, ...]
    quick_modes: tuple[QuickModeCryptoSet, ...]


@st.composite
def legacy_parts(draw: st.DrawFn) -> Legacy:
    def filter_list(name: str) -> FilterList:
        return FilterList(
            name=name, span=SPAN, filters=tuple(draw(st.lists(legacy_filters(), max_size=3, unique=True)))
        )

    def filter_action(name: str) -> FilterAction:
        return FilterAction(
            name=name,
            span=SPAN,
            action=draw(some(st.sampled_from(RuleAction), RuleAction.NEGOTIATE)),
            accept_unsecured_inbound=draw(some(st.booleans(), by_default=False)),
            allow_unsecured_fallback=draw(some(st.booleans(), by_default=False)),
        )

    def quick_mode(name: str) -> QuickModeCryptoSet:
        proposals = tuple(draw(st.lists(legacy_quick_mode_proposals(), max_size=3)))
        return QuickModeCryptoSet(
            name=name,
            span=SPAN,
            dialect=LEGACY,
            proposals=proposals or ipsec_methods.default_quick_mode_proposals(SPAN),
            pfs_group=draw(some(st.sampled_from((DhGroup.NONE, DhGroup.SAME_AS_MAIN_MODE)), DhGroup.NONE)),
            key_module=IKEV1,
        )

    lists = tuple(map(filter_list, draw(unique_names(1))))
    actions = tuple(map(filter_action, draw(unique_names(1))))
    negotiating = [action.name for action in actions if action.action.value is RuleAction.NEGOTIATE]
    return Legacy(lists, actions, tuple(map(quick_mode, negotiating)))


def inherited(action: FilterAction, exception: Setting[bool]) -> Setting[Security]:
    if action.action.value is not RuleAction.NEGOTIATE:
        return Inherited(Security.NONE, SPAN)
    return Inherited(Security.REQUEST if exception.value else Security.REQUIRE, SPAN)


@st.composite
def legacy_policies(draw: st.DrawFn) -> Policy:
    parts = draw(legacy_parts())
    policies, main_modes, rules, methods = [], [], [], []
    assigned = False
    for name in draw(unique_names(0, 2)):
        wanted = (
            draw(some(st.just(value=False), by_default=False))
            if assigned
            else draw(some(st.booleans(), by_default=False))
        )
        assigned = assigned or bool(wanted.value)
        policies.append(
            IpsecPolicy(
                name=name,
                span=SPAN,
                description=draw(st.none() | names),
                assigned=wanted,
                polling_interval_seconds=draw(some(st.integers(1, 599).map(lambda count: count * 60), 10_800)),
                master_pfs=draw(some(st.booleans(), by_default=False)),
                activate_default_rule=draw(some(st.booleans(), by_default=True)),
            )
        )
        proposals = tuple(draw(st.lists(legacy_main_mode_proposals(), max_size=3)))
        main_modes.append(
            MainModeCryptoSet(
                name=name,
                span=SPAN,
                dialect=LEGACY,
                proposals=proposals or ipsec_methods.default_main_mode_proposals(SPAN),
                lifetime_seconds=draw(some(minutes, 28_800)),
                quick_mode_limit=draw(some(st.integers(0, 1000), 0)),
                force_dh=left(value=True),
                key_module=IKEV1,
            )
        )
        for rule_name in draw(unique_names(0, 2)):
            found, authentication = draw(legacy_rules(rule_name, name, parts))
            rules.append(found)
            methods.append(authentication)
    return Policy(
        policies=tuple(policies),
        filter_lists=parts.filter_lists,
        filter_actions=parts.filter_actions,
        main_mode_crypto_sets=tuple(main_modes),
        quick_mode_crypto_sets=parts.quick_modes,
        authentication_sets=tuple(methods),
        connection_security_rules=tuple(rules),
    )


@st.composite
def legacy_rules(
    draw: st.DrawFn, name: str, policy: str, parts: Legacy
) -> tuple[ConnectionSecurityRule, AuthenticationSet]:
    action = draw(st.sampled_from(parts.filter_actions))
    ends = st.sampled_from(addresses("203.0.113.9", "2001:db8::9"))
    tunnel = draw(st.none() | ends.map(lambda each: said((each,))))
    interfaces = st.sampled_from(
        (frozenset(), frozenset({InterfaceType.LAN}), frozenset({InterfaceType.REMOTE_ACCESS}))
    )
    found = rule(
        name,
        dialect=LEGACY,
        description=draw(st.none() | names),
        enabled=draw(some(st.booleans(), by_default=True)),
        mode=left(RuleMode.TRANSPORT) if tunnel is None else said(RuleMode.TUNNEL),
        action=Inherited(action.action.value, SPAN),
        inbound=inherited(action, action.accept_unsecured_inbound),
        outbound=inherited(action, action.allow_unsecured_fallback),
        endpoint1=left(()),
        endpoint2=left(()),
        interface_types=draw(some(interfaces, frozenset())),
        key_modules=left(frozenset({KeyModule.IKEV1})),
        first_authentication=to(f"{policy}/{name}"),
        filter_list=to(draw(st.sampled_from(parts.filter_lists)).name),
        filter_action=to(action.name),
        policy=to(policy),
        remote_tunnel_endpoint=tunnel,
    )
    return found, authentication_set(name, *draw(legacy_methods()), dialect=LEGACY, id=f"{policy}/{name}")


# ---- netsh advfirewall ----

endpoints = st.lists(
    st.sampled_from(
        addresses(
            "10.0.0.0/8", "10.9.0.1", "10.9.0.3-10.9.0.9", "2001:db8::/32", "localsubnet", "dns", "defaultgateway"
        )
    ),
    min_size=1,
    max_size=3,
    unique=True,
).map(tuple) | st.just(addresses("any"))
profiles = st.frozensets(st.sampled_from(Profile), min_size=1)
life = st.integers(5, 2879).map(lambda count: count * 60)
volume = st.integers(20_480, 2_147_483_647)
groups = st.sampled_from([each for each in DhGroup if each not in {DhGroup.NONE, DhGroup.SAME_AS_MAIN_MODE}])
block_ciphers = st.sampled_from((Cipher.DES, Cipher.TRIPLE_DES, Cipher.AES_128, Cipher.AES_192, Cipher.AES_256))
GCM = {
    Cipher.AES_GCM_128: Integrity.AES_GMAC_128,
    Cipher.AES_GCM_192: Integrity.AES_GMAC_192,
    Cipher.AES_GCM_256: Integrity.AES_GMAC_256,
}
hashes = st.sampled_from((Integrity.MD5, Integrity.SHA1, Integrity.SHA256))


@st.composite
def main_mode_proposals(draw: st.DrawFn) -> MainModeProposal:
    integrity = draw(hashes | st.just(Integrity.SHA384))
    return MainModeProposal(
        span=SPAN,
        encryption=said(draw(block_ciphers)),
        integrity=said(integrity),
        dh_group=said(draw(groups)),
    )


@st.composite
def quick_mode_proposals(draw: st.DrawFn) -> QuickModeProposal:
    kind = draw(st.sampled_from(Encapsulation))
    ah, esp, cipher = Integrity.NONE, Integrity.NONE, Cipher.NONE
    if kind in {Encapsulation.AH, Encapsulation.AH_AND_ESP}:
        ah = draw(hashes | st.sampled_from(list(GCM.values())))
    if kind is Encapsulation.AUTH_NO_ENCAP:
        esp = draw(hashes)
    elif kind is not Encapsulation.AH:
        cipher = draw(block_ciphers | st.sampled_from(list(GCM)) | st.just(Cipher.NONE))
        esp = GCM.get(cipher) or draw(hashes)
    return QuickModeProposal(
        span=SPAN,
        encapsulation=said(kind),
        ah_integrity=said(ah),
        esp_integrity=said(esp),
        encryption=said(cipher),
        lifetime_seconds=draw(some(life, builtin.QUICK_MODE_LIFETIME_SECONDS)),
        lifetime_kilobytes=draw(some(volume, builtin.QUICK_MODE_LIFETIME_KILOBYTES)),
    )


@st.composite
def own_main_modes(draw: st.DrawFn, name: str, **facts: Any) -> MainModeCryptoSet:
    """A set of which something is said; of the key lifetime both halves or none."""
    proposals = tuple(draw(st.lists(main_mode_proposals(), max_size=3)))
    timed = draw(st.booleans()) or not proposals
    return MainModeCryptoSet(
        name=name,
        span=SPAN,
        dialect=Dialect.WFAS,
        proposals=proposals or default_main_mode_proposals(SPAN),
        lifetime_seconds=said(draw(minutes)) if timed else left(builtin.MAIN_MODE_LIFETIME_SECONDS),
        quick_mode_limit=said(draw(st.integers(0, 2**31 - 1))) if timed else left(builtin.MAIN_MODE_QUICK_MODE_LIMIT),
        force_dh=draw(some(st.booleans(), builtin.MAIN_MODE_FORCE_DH)),
        **facts,
    )


@st.composite
def own_quick_modes(draw: st.DrawFn, name: str) -> QuickModeCryptoSet:
    proposals = tuple(draw(st.lists(quick_mode_proposals(), max_size=3)))
    kinds = {proposal.encapsulation.value for proposal in proposals}
    if kinds == {Encapsulation.AUTH_NO_ENCAP}:
        proposals = ()  # netsh refuses these alone
    group = draw(groups | st.sampled_from((DhGroup.NONE, DhGroup.SAME_AS_MAIN_MODE)))
    if proposals and Encapsulation.AUTH_NO_ENCAP in kinds:
        group = DhGroup.NONE  # netsh refuses a group beside them
    return QuickModeCryptoSet(
        name=name,
        span=SPAN,
        dialect=Dialect.WFAS,
        proposals=proposals or default_quick_mode_proposals(SPAN),
        pfs_group=left(DhGroup.NONE) if proposals and group is DhGroup.NONE else said(group),
    )


@st.composite
def certificate_methods(draw: st.DrawFn, phase: AuthPhase, kind: AuthMethod) -> list[AuthenticationMethod]:
    signing, first = draw(st.sampled_from(CertificateSigning)), phase is AuthPhase.FIRST
    health = (said(value=True) if draw(st.booleans()) else left(value=False)) if first else None
    authorities = draw(st.lists(st.sampled_from(("CN=Root", 'O=Contoso, CN="Sub" & Co 5%')), max_size=2, unique=True))
    return [
        method(
            kind,
            signing=said(signing),
            certificate_authority=None if name is None else said(name),
            certificate_authority_type=left("root") if name is None else draw(some(st.just("intermediate"), "root")),
            health=health,
            account_mapping=left(value=False) if name is None else draw(some(st.booleans(), by_default=False)),
            exclude_ca_name=(left(value=False) if name is None else draw(some(st.booleans(), by_default=False)))
            if first
            else None,
        )
        for name in authorities or [None]
    ]


METHODS = {
    AuthPhase.FIRST: (
        (AuthMethod.COMPUTER_KERBEROS, AuthMethod.COMPUTER_NTLM, AuthMethod.ANONYMOUS, AuthMethod.PRESHARED_KEY),
        AuthMethod.COMPUTER_CERTIFICATE,
    ),
    AuthPhase.SECOND: (
        (AuthMethod.USER_KERBEROS, AuthMethod.USER_NTLM, AuthMethod.ANONYMOUS),
        AuthMethod.USER_CERTIFICATE,
    ),
}


@st.composite
def own_authentication(draw: st.DrawFn, name: str, phase: AuthPhase) -> AuthenticationSet:
    if phase is AuthPhase.FIRST:
        simple = (
            AuthMethod.COMPUTER_KERBEROS,
            AuthMethod.COMPUTER_NTLM,
            AuthMethod.ANONYMOUS,
            AuthMethod.PRESHARED_KEY,
        )
        certificate = AuthMethod.COMPUTER_CERTIFICATE
    else:
        simple = (AuthMethod.USER_KERBEROS, AuthMethod.USER_NTLM, AuthMethod.ANONYMOUS)
        certificate = AuthMethod.USER_CERTIFICATE
    kinds = draw(st.lists(st.sampled_from((*simple, certificate)), min_size=1, max_size=3, unique=True))
    methods: list[AuthenticationMethod] = []
    for kind in kinds:
        if kind is certificate:
            methods += draw(certificate_methods(phase, kind))
        elif kind is AuthMethod.PRESHARED_KEY:
            methods.append(method(kind, preshared_key=said(BLOTTED)))
        else:
            methods.append(method(kind))
    return authentication_set(name, *methods, phase=phase)


ACTIONS = (
    (Security.REQUIRE, Security.REQUEST),
    (Security.REQUEST, Security.REQUEST),
    (Security.REQUIRE, Security.REQUIRE),
    (Security.REQUIRE, Security.NONE),
    (Security.NONE, Security.NONE),
)


class Sets(NamedTuple):
    """What is written on the rules of a policy."""

    main_mode: list[MainModeCryptoSet]
    quick_mode: list[QuickModeCryptoSet]
    authentication: list[AuthenticationSet]


@st.composite
def own_rules(draw: st.DrawFn, name: str, sets: Sets) -> ConnectionSecurityRule:
    inbound, outbound = draw(st.sampled_from(ACTIONS))
    exempt = inbound is Security.NONE
    ports = st.lists(st.integers(1, 65_535), min_size=1, max_size=3, unique=True).map(
        lambda numbers: tuple(PortRange(number, min(number + 3, 65_535) if exempt else number) for number in numbers)
    )
    protocol = draw(some(st.sampled_from((None, 1, 6, 17, 47, 58)), None))
    has_ports = protocol.value in {6, 17}
    references: dict[str, Any] = {
        "first_authentication": None if exempt else to(DEFAULT_SET_NAMES["first-authentication"]),
        "quick_mode_crypto": None if exempt else to(DEFAULT_SET_NAMES["quick-mode-crypto"]),
    }
    if not exempt:
        for field, phase in (("first_authentication", AuthPhase.FIRST), ("second_authentication", AuthPhase.SECOND)):
            if draw(st.booleans()):
                sets.authentication.append(draw(own_authentication(name, phase)))
                references[field] = to(name)
        if draw(st.booleans()):
            sets.quick_mode.append(draw(own_quick_modes(name)))
            references["quick_mode_crypto"] = to(name)
    flag = st.none() | st.booleans().map(said)
    ends = st.none() | st.sampled_from(("203.0.113.9", "any", "2001:db8::9")).map(lambda text: said(addresses(text)))
    types = st.sampled_from([frozenset[InterfaceType](), *(frozenset({each}) for each in InterfaceType)])
    mode = draw(some(st.sampled_from(RuleMode), RuleMode.TRANSPORT))
    return rule(
        name,
        description=draw(st.none() | names),
        enabled=draw(some(st.booleans(), by_default=True)),
        profiles=draw(some(profiles, frozenset(Profile))),
        mode=mode,
        action=said(RuleAction.EXEMPT if exempt else RuleAction.NEGOTIATE),
        inbound=said(inbound),
        outbound=said(outbound),
        endpoint1=said(draw(endpoints)),
        endpoint2=said(draw(endpoints)),
        protocol=protocol,
        port1=draw(some(ports, ())) if has_ports else left(()),
        port2=draw(some(ports, ())) if has_ports else left(()),
        interface_types=draw(some(types, frozenset())),
        local_tunnel_endpoint=draw(ends),
        remote_tunnel_endpoint=draw(ends),
        bypass_if_secured=draw(flag),
        require_authorization=draw(flag if mode.value is RuleMode.TUNNEL else st.sampled_from([None, said(False)])),
        **references,
    )


@st.composite
def own_main_mode_rules(draw: st.DrawFn, name: str, sets: Sets) -> MainModeRule:
    references = {
        "main_mode_crypto": to(DEFAULT_SET_NAMES["main-mode-crypto"]),
        "first_authentication": to(DEFAULT_SET_NAMES["first-authentication"]),
    }
    if draw(st.booleans()):
        sets.main_mode.append(draw(own_main_modes(name)))
        references["main_mode_crypto"] = to(name)
    if draw(st.booleans()):
        sets.authentication.append(draw(own_authentication(name, AuthPhase.FIRST)))
        references["first_authentication"] = to(name)
    return main_mode_rule(
        name,
        description=draw(st.none() | names),
        enabled=draw(some(st.booleans(), by_default=True)),
        profiles=draw(some(profiles, frozenset(Profile))),
        endpoint1=draw(some(endpoints, addresses("any"))),
        endpoint2=draw(some(endpoints, addresses("any"))),
        **references,
    )


@st.composite
def global_settings(draw: st.DrawFn) -> GlobalSettings:
    check = draw(st.none() | st.sampled_from(CrlCheck))
    exemptions = st.frozensets(st.sampled_from((Exemption.NEIGHBOR_DISCOVERY, Exemption.ICMP, Exemption.DHCP)))
    idle = draw(st.none() | st.integers(5, 60))
    return GlobalSettings(
        span=SPAN,
        sa_idle_seconds=None if idle is None else said(idle * 60),
        exemptions=draw(st.none() | exemptions.map(said)),
        nat_traversal=draw(st.none() | st.sampled_from(NatTraversal).map(said)),
        crl_check=None if check is None else said(check),
        crl_check_level=None if check is None else said(list(CrlCheck).index(check)),
        local_rules_merge=draw(st.dictionaries(st.sampled_from(Profile), st.booleans().map(said), min_size=1)),
    )


@st.composite
def own_policies(draw: st.DrawFn) -> Policy:
    sets = Sets([], [], [])
    rule_names = draw(unique_names(0, 4))
    cut = draw(st.integers(0, len(rule_names)))
    rules = [draw(own_rules(each, sets)) for each in rule_names[:cut]]
    main_mode_rules = [draw(own_main_mode_rules(rule_name, sets)) for rule_name in rule_names[cut:]]
    if draw(st.booleans()):
        facts = {"id": DEFAULT_SET_NAMES["main-mode-crypto"], "is_default": True}
        sets.main_mode.append(draw(own_main_modes("default main-mode crypto set", **facts)))
    return Policy(
        main_mode_crypto_sets=tuple(sets.main_mode),
        quick_mode_crypto_sets=tuple(sets.quick_mode),
        authentication_sets=tuple(sets.authentication),
        connection_security_rules=tuple(rules),
        main_mode_rules=tuple(main_mode_rules),
        global_settings=tuple(draw(st.lists(global_settings(), max_size=1))),
    )


# ---- comparison ----


def plain(value: Any) -> Any:
    """A value without places, and without the sets that every Windows has; objects in an order of their own."""
    if isinstance(value, Span):
        return None
    if isinstance(value, LegacyFilter):
        return tuple(value._replace(line=1, column=1))
    if isinstance(value, Policy):
        return {
            name: sorted(
                (plain(each) for each in getattr(value, name) if not getattr(each, "builtin", False)), key=repr
            )
            for name in type(value).model_fields
            if isinstance(getattr(value, name), tuple)
        }
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Secret) or value == BLOTTED:
        return "a key that the script leaves out"
    if isinstance(value, Setting):
        return {"value": plain(value.value), "span": plain(value.span), "origin": value.origin.value}
    if isinstance(value, Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    return value
