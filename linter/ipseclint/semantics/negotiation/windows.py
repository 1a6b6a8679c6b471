"""The ends of a Windows policy: its connection security rules with their sets, and its VPN connections."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from msgspec.structs import replace

from ipseclint.model.machine import Machine
from ipseclint.model.peer import Credential, Offer, of_any_key
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    ConnectionSecurityRule,
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    MainModeRule,
    QuickModeCryptoSet,
    QuickModeProposal,
    RuleAction,
    RuleMode,
)
from ipseclint.model.selectors import Addresses, LegacyFilter, PortRange, Ports
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics.effective import byte_lifetime, main_mode_lifetime, quick_mode_lifetime
from ipseclint.semantics.negotiation.ends import End, Selectors, WindowsObjects
from ipseclint.semantics.negotiation.main_mode_contexts import MainModeContexts
from ipseclint.semantics.negotiation.main_mode_rules import MainModeRules
from ipseclint.semantics.negotiation.offers import AEAD
from ipseclint.semantics.scope import (
    action_of,
    covers,
    filters_of,
    includes_any,
    local_side,
    remote_side,
)
from ipseclint.source import Span
from ipseclint.vocabulary.addresses import AddressKeyword
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity
from ipseclint.vocabulary.authentication import AuthMethod, AuthorityType, CertificateSigning
from ipseclint.vocabulary.settings import InterfaceType, Profile
from ipseclint.words import series

_UNREAD = "?"


Alike = dict[Hashable, tuple[Offer, ...]]
"""Equal offers, of which only the first is kept, with its place."""


class WindowsEnds:
    """Makes the ends of one machine; parts that several rules share are made once.

    `alike` shares equal offers between several machines.
    """

    def __init__(self, machine: Machine, alike: Alike | None = None) -> None:
        self._machine = machine
        self._alike = alike
        self._main_offers: dict[int, tuple[Offer, ...]] = {}
        self._quick_offers: dict[int, tuple[Offer, ...]] = {}
        self._credentials: dict[int, tuple[Credential, ...]] = {}
        self._contexts = MainModeContexts(machine)
        self._main_mode_rules = MainModeRules(machine)

    def of(self, rule: ConnectionSecurityRule, local: Addresses | None = None, remote: Addresses | None = None) -> End:
        """The end that a rule makes of this machine; for a rule of filters, with the sides of all of them."""
        machine, index = self._machine, self._machine.index
        here = local_side(machine, rule) if local is None else local
        there = remote_side(machine, rule) if remote is None else remote
        gates = main_mode_sides(rule, here, there)
        main, is_certain = self._main_mode_of(rule, *gates)
        quick = index.quick_mode_of(rule)
        first, second = self._first_auth_of(rule, *gates), index.second_auth_of(rule)
        if rule.dialect is Dialect.WFP and main is not None and is_certain:
            first = self._contexts.authentication_of(main)
        credentials = self._credentials_of(first)
        asks_second = rule.second_authentication is not None
        return End(
            path=rule.span.path,
            subject=f'rule "{rule.name}"',
            span=rule.span,
            action=action_of(machine, rule) or RuleAction.NEGOTIATE,
            key_modules=rule.key_modules.known,
            key_modules_span=rule.key_modules.span,
            main_mode=self._offers_of_main(main) if main is not None and is_certain else None,
            main_mode_span=_first_place(main, rule),
            main_mode_seconds=main_mode_lifetime(main) if main is not None else None,
            forces_dh=main is not None and main.force_dh.known is True,
            quick_mode=self._offers_of_quick(quick) if quick is not None else None,
            quick_mode_span=_first_place(quick, rule),
            pfs_span=quick.pfs_group.span if quick is not None else None,
            quick_mode_seconds=quick_mode_lifetime(quick) if quick is not None else None,
            quick_mode_kilobytes=byte_lifetime(quick) if quick is not None else None,
            own=credentials,
            accepted=of_any_key(credentials) if credentials is not None else None,
            authentication_span=first.span if first is not None else rule.span,
            second=(self._credentials_of(second) if asks_second else ()),
            second_span=rule.second_authentication.span if rule.second_authentication else rule.span,
            mode=rule.mode.known,
            mode_span=rule.mode.span,
            selectors=self._selectors(rule, here, there),
            gateway=_known(rule.local_tunnel_endpoint),
            peer_gateway=_known(rule.remote_tunnel_endpoint),
            inbound=rule.inbound.known,
            outbound=rule.outbound.known,
            dialect=rule.dialect,
            objects=WindowsObjects(rule, main, quick),
            where=_where(rule),
        )

    def of_filter(self, rule: ConnectionSecurityRule, filter_: LegacyFilter) -> End:
        """The end that one filter of a `netsh ipsec` rule makes; the machine's own side of it is the local one."""
        own = filter_.destination if filter_.destination.keyword is AddressKeyword.ME else filter_.source
        turned = own is filter_.destination
        peer = filter_.source if turned else filter_.destination
        ports = _port(filter_.source_port), _port(filter_.destination_port)
        local_ports, remote_ports = reversed(ports) if turned else ports
        selectors = Selectors((own,), (peer,), rule.span, filter_.protocol, local_ports, remote_ports)
        return replace(self.of(rule, (own,), (peer,)), selectors=selectors)

    def _main_mode_of(
        self, rule: ConnectionSecurityRule, here: Addresses, there: Addresses
    ) -> tuple[MainModeCryptoSet | None, bool]:
        """The main-mode set for a rule's peers, and whether it is certain: a main-mode rule may be for some of them
        only."""
        index = self._machine.index
        default = index.main_mode_of(rule)
        if rule.dialect is Dialect.WFP:
            return self._contexts.of(rule.key_modules.known or frozenset(), here, there)
        if rule.dialect is not Dialect.WFAS or not self._main_mode_rules:
            return default, True
        meeting = list(self._main_mode_rules.meeting(here, there))
        if not meeting:
            return default, True
        sets = {id(crypto): crypto for each in meeting if (crypto := index.main_mode_of(each)) is not None}
        if len(sets) == 1 and (
            len(meeting) > 1 or _takes_all(meeting[0], here, there) or next(iter(sets.values())) is default
        ):
            return next(iter(sets.values())), True
        return default, False

    def _first_auth_of(
        self, rule: ConnectionSecurityRule, here: Addresses, there: Addresses
    ) -> AuthenticationSet | None:
        """The first authentication for a rule's peers: that of the main-mode rule which is for all of them.

        "The local computer will only agree to use one of the proposals" of its set (New-NetIPsecMainModeRule).
        """
        index = self._machine.index
        if rule.dialect is Dialect.WFAS and self._main_mode_rules:
            meeting = list(self._main_mode_rules.meeting(here, there))
            if len(meeting) == 1 and _takes_all(meeting[0], here, there):
                return index.first_auth_of(meeting[0]) or index.first_auth_of(rule)
        return index.first_auth_of(rule)

    def _offers_of_main(self, crypto: MainModeCryptoSet) -> tuple[Offer, ...]:
        if id(crypto) not in self._main_offers:
            key = ("main", *(proposal.algorithms for proposal in crypto.proposals))
            made = tuple(map(main_mode_offer, crypto.proposals))
            self._main_offers[id(crypto)] = self._one_of(key, made)
        return self._main_offers[id(crypto)]

    def _offers_of_quick(self, crypto: QuickModeCryptoSet) -> tuple[Offer, ...]:
        if id(crypto) not in self._quick_offers:
            groups = [(proposal.pfs_group or crypto.pfs_group) for proposal in crypto.proposals]
            pairs = list(zip(crypto.proposals, groups, strict=True))
            key = ("quick", *((proposal.algorithms, group.value) for proposal, group in pairs))
            self._quick_offers[id(crypto)] = self._one_of(key, tuple(quick_mode_offer(*pair) for pair in pairs))
        return self._quick_offers[id(crypto)]

    def _one_of(self, key: Hashable, made: tuple[Offer, ...]) -> tuple[Offer, ...]:
        return made if self._alike is None else self._alike.setdefault(key, made)

    def _credentials_of(self, auth_set: AuthenticationSet | None) -> tuple[Credential, ...] | None:
        if auth_set is None or not auth_set.methods:
            return None
        if id(auth_set) not in self._credentials:
            self._credentials[id(auth_set)] = tuple(map(credential_of, auth_set.methods))
        return self._credentials[id(auth_set)]

    def _selectors(self, rule: ConnectionSecurityRule, here: Addresses, there: Addresses) -> Selectors:
        if rule.filter_list is None:
            parts = (rule.endpoint1, rule.endpoint2, rule.protocol, rule.port1, rule.port2)
            understood = not any(isinstance(part.value, Unknown) for part in parts)
            ports: tuple[Ports, Ports] = (rule.port1.known or (), rule.port2.known or ())
            return Selectors(here, there, rule.endpoint1.span, rule.protocol.known, *ports, understood)
        filters = filters_of(self._machine, rule)
        protocols = {filter_.protocol for filter_ in filters}
        return Selectors(here, there, rule.span, protocols.pop() if len(protocols) == 1 else None)


def main_mode_sides(rule: ConnectionSecurityRule, here: Addresses, there: Addresses) -> tuple[Addresses, Addresses]:
    """The two sides that negotiate main mode for a rule: in tunnel mode the gateways, of which one may be anywhere."""
    if rule.mode.known is not RuleMode.TUNNEL:
        return here, there
    return _known(rule.local_tunnel_endpoint), _known(rule.remote_tunnel_endpoint)


def _first_place(crypto: MainModeCryptoSet | QuickModeCryptoSet | None, rule: ConnectionSecurityRule) -> Span:
    """The place where a set's proposals begin; the rule's where there are none."""
    if crypto is None:
        return rule.span
    return crypto.proposals[0].span if crypto.proposals else crypto.span


def main_mode_offer(proposal: MainModeProposal) -> Offer:
    """The offer of a main-mode proposal. With an AEAD cipher the hash is the PRF alone (RFC 5282)."""
    cipher, integrity, group = (part.known for part in (proposal.encryption, proposal.integrity, proposal.dh_group))
    is_understood = None not in {cipher, integrity, group}
    own = () if integrity is None or integrity is Integrity.NONE else (integrity.value,)
    aead = cipher is not None and cipher.value in AEAD
    return Offer(
        span=proposal.span,
        encapsulation=None,
        encryption=(_word(proposal.encryption),),
        integrity=() if aead else own or (_word(proposal.integrity),),
        prfs=own if aead else (),
        groups=(_word(proposal.dh_group),),
        is_understood=is_understood,
    )


def quick_mode_offer(proposal: QuickModeProposal, pfs_group: Setting[DhGroup]) -> Offer:
    """The offer of a quick-mode proposal. With an AEAD cipher the integrity only repeats the cipher."""
    encapsulation, cipher = proposal.encapsulation.known, proposal.encryption.known
    group = pfs_group.known
    uses_ah = encapsulation in {Encapsulation.AH, Encapsulation.AH_AND_ESP}
    uses_esp = encapsulation is not Encapsulation.AH
    aead = cipher is not None and cipher.value in AEAD
    parts = (proposal.encapsulation, proposal.ah_integrity, proposal.esp_integrity, proposal.encryption)
    esp_integrity = proposal.esp_integrity.known
    return Offer(
        span=proposal.span,
        encapsulation=encapsulation,
        encryption=(_word(proposal.encryption),) if uses_esp else (),
        integrity=() if not uses_esp or aead or esp_integrity is Integrity.NONE else (_word(proposal.esp_integrity),),
        ah_integrity=(_word(proposal.ah_integrity),) if uses_ah else (),
        groups=() if group is DhGroup.NONE else (_UNREAD if group is None else group.value,),
        is_understood=not any(isinstance(part.value, Unknown) for part in parts),
    )


def credential_of(method: AuthenticationMethod) -> Credential:
    """The credential for a method of an authentication set. A certificate without a key type is RSA."""
    is_certificate = method.method.known in {
        AuthMethod.COMPUTER_CERTIFICATE,
        AuthMethod.USER_CERTIFICATE,
        AuthMethod.SSL,
    }
    key, authority, kind = method.preshared_key, method.certificate_authority, method.certificate_authority_type
    signing = method.signing.known if method.signing is not None else CertificateSigning.RSA
    return Credential(
        span=method.span,
        method=method.method.known,
        secret=key.known if key is not None else None,
        is_secret_known=key is not None and key.known is not None,
        signings=frozenset({signing}) if is_certificate and signing is not None else frozenset(),
        authorities=(authority.known,) if authority is not None and authority.known else (),
        is_root=None if kind is None else kind.known is AuthorityType.ROOT,
    )


def _word(setting: Setting[Cipher] | Setting[Integrity] | Setting[DhGroup]) -> str:
    return _UNREAD if setting.known is None else setting.known.value


def _port(number: int) -> Ports:
    return (PortRange(number, number),) if number else ()


def _where(rule: ConnectionSecurityRule) -> str:
    """The profiles and types of interface of a rule, in words; empty for all of them."""
    profiles, interfaces = rule.profiles.known, rule.interface_types.known
    on = [each.value for each in Profile if each in profiles] if profiles and profiles != {*Profile} else []
    by = [each.value for each in InterfaceType if each in interfaces] if interfaces else []
    parts = ([f"profile {' or '.join(on)}"] if on else []) + ([f"interface {' or '.join(by)}"] if by else [])
    return f"only on {series(parts)}" if parts else ""


def _known(setting: Setting[Addresses] | None) -> Addresses:
    return (setting.known or ()) if setting is not None else ()


def _takes_all(rule: MainModeRule, here: Addresses, there: Addresses) -> bool:
    sides: Sequence[tuple[Addresses, Addresses]] = (
        (rule.endpoint1.known or (), here),
        (rule.endpoint2.known or (), there),
    )
    return all(
        not own or includes_any(own) or (side and all(any(covers(wide, each) for wide in own) for each in side))
        for own, side in sides
    )
