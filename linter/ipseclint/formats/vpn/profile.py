"""The connection in a VPN profile of the VPNv2 CSP, from any document.

A text may show only the part of a profile in question: the native profile, or its suite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from msgspec import Struct

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.kit.unread import note_unread
from ipseclint.formats.kit.vpn_parts import VpnParts, vpn_parts
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.vpn import eap
from ipseclint.late import late
from ipseclint.model.policy import VpnConnection
from ipseclint.model.remote_access import ForeignWord
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.remote_access import (
    AUTHENTICATION_WORDS,
    MACHINE_METHODS,
    STRATEGY_WORDS,
    TunnelProtocol,
    TunnelStrategy,
    VpnAuthentication,
)
from ipseclint.vocabulary.rows import names

PROFILE, NATIVE, SUITE = "VPNProfile", "NativeProfile", "CryptographySuite"
NOT_KNOWN = "\ue000"
"""The mark before an unknown value in an assembled document: a character that nobody writes."""
_OF_IPSEC = frozenset({NATIVE, SUITE, "Authentication"})
"""A profile, and the parts of one that stand alone."""

KEYS = frozenset({"L2tpPsk", "PreSharedKey"})
"""Elements that hold a preshared key."""

_FLAGS = {"true": True, "false": False, "1": True, "0": False}
_SPLIT = {"splittunnel": True, "forcetunnel": False}
_NATIVE = frozenset(
    {"Servers", "RoutingPolicyType", "NativeProtocolType", "ProtocolList", "Authentication", "CryptographySuite"}
    | {"L2tpPsk", "DisableClassBasedDefaultRoute", "PlumbIKEv2TSAsRoutes"}
)
"""What a native profile holds (VPNv2 CSP)."""
_AUTHENTICATION = frozenset({"UserMethod", "MachineMethod", "Certificate", "Eap"})
_METHODS = {"UserMethod": AUTHENTICATION_WORDS, "MachineMethod": MACHINE_METHODS}
_READ = names(
    "NativeProfile PluginProfile ProfileName DeviceTunnel AlwaysOn LockDown DisableIKEv2Fragmentation NetworkOutageTime"
)
_OF_NO_CONCERN = names(
    "AlwaysOnActive RememberCredentials UseRasCredentials EdpModeId DnsSuffix RegisterDNS ByPassForLocal "
    "TrustedNetworkDetection Route RouteList AppTrigger AppTriggerList DomainNameInformation DomainNameInformationList "
    "TrafficFilter TrafficFilterList Proxy APNBinding DeviceCompliance DataEncryption PrivateNetwork "
    "DisableAdvancedOptionsEditButton DisableDisconnectButton IPv4InterfaceMetric IPv6InterfaceMetric"
)
"""The elements of a profile that are read, and others that it may have (VPNv2 CSP)."""
_BELOW = names(
    "Address PrefixSize ExclusionRoute Metric App Id Type DomainName DnsServers WebProxyServers AutoTrigger Persistent "
    "Claims Protocol LocalPortRanges RemotePortRanges LocalAddressRanges RemoteAddressRanges RoutingPolicyType "
    "Direction AutoConfigUrl Manual Server Enabled Sso IssuerHash Eku EKU Issuer ServerUrlList CustomConfiguration "
    "PluginPackageFamilyName CustomStoreUrl AccessPointName UserName Password IsCompressionEnabled "
    "AuthenticationType ProviderId Configuration NativeProtocolList RetryTimeInHours Servers"
)
"""What stands in the lists of a profile, its certificates' choice and its plug-in."""
_ROW = late(r"Row[0-9]*")
"""What stands for the numbers of a list where the profile is made of nodes."""
_FREE = frozenset({"Configuration", "CustomConfiguration"})
"""Elements that hold documents of other kinds."""
_PROTOCOL = "protocol of a VPN profile"

T = TypeVar("T")


class Placed(NamedTuple):
    """The text of an element, and the place of its start tag."""

    token: Token
    span: Span


def profile_parts(
    profile: Element, name: str | None, place: Callable[[Element], Placed], diagnostics: Diagnostics
) -> VpnParts:
    """The connection with its sets. `name` is that of the CSP node that the profile is written to, if known."""
    return _Profile(profile, place, diagnostics).parts(name)


class _Profile(Struct, frozen=True):
    """A profile being read."""

    profile: Element
    place: Callable[[Element], Placed]
    diagnostics: Diagnostics

    def parts(self, name: str | None) -> VpnParts:
        """The connection with the sets for its suite and its preshared key."""
        native = self.profile if self.profile.name == NATIVE else self.profile.child(NATIVE)
        holder = native or self.profile
        suite = next((element for element in self.profile.walk() if element.name == SUITE), None)
        key = holder.child("L2tpPsk")
        where = self.place(suite or self.profile).span
        return vpn_parts(
            self._connection(name, native, suite, key),
            {} if suite is None else self._suite(suite),
            None if key is None or not key.text.strip() else self.place(key).token,
            self.diagnostics,
            place=where,
        )

    def _connection(
        self, name: str | None, native: Element | None, suite: Element | None, key: Element | None
    ) -> VpnConnection:
        profile, holder = self.profile, native or self.profile
        if profile.name != SUITE:
            self._note_unread()
        self._tell_open()
        self._refuse_unknown(native, _NATIVE)
        authentication = holder.child("Authentication")
        self._refuse_unknown(authentication, _AUTHENTICATION)
        certificate = None if authentication is None else authentication.child("Certificate")
        configuration = next((element for element in profile.walk() if element.name == eap.ROOT), None)
        servers = self._servers(holder)
        own_name = name or self._own_name()
        first = servers.known[0] if servers is not None and servers.known else "VPN profile"
        told = suite or native
        policy = (
            None
            if told is None or (profile.name == PROFILE and native is None) or (suite is None and _is_open(told))
            else Setting(suite is not None, self.place(told).span)
        )
        return VpnConnection(
            name=own_name or first,
            is_named=bool(own_name),
            is_profile=True,
            span=self.place(profile).span,
            servers=servers,
            strategy=self._strategy(native),
            protocols=self._protocols(native),
            custom_policy=policy,
            foreign_words=() if suite is None else tuple(self._foreign(suite)),
            authentication=self._methods(authentication),
            l2tp_authentication=None if key is None else Setting(VpnAuthentication.PRESHARED_KEY, self.place(key).span),
            machine_ekus=self._texts(certificate, "EKU"),
            machine_issuer=self._text(certificate, "Issuer"),
            eap=None if configuration is None else eap.eap_of(configuration, lambda element: self.place(element).token),
            split_tunneling=self._word(holder, "RoutingPolicyType", _SPLIT, "routing policy"),
            device_tunnel=self._flag("DeviceTunnel"),
            always_on=self._flag("AlwaysOn"),
            lockdown=self._flag("LockDown"),
            fragmentation=self._fragmentation(),
            network_outage_seconds=self._number("NetworkOutageTime"),
        )

    def _own_name(self) -> str:
        token = self._token(self.profile, "ProfileName")
        return "" if token is None or isinstance(token, OpenToken) else token.text

    def _suite(self, suite: Element) -> dict[str, Token]:
        parts: dict[str, Token] = {}
        for child in suite.children:
            if child.name in vpn.FIELDS:
                parts.setdefault(child.name, self.place(child).token)
            else:
                self._unknown(child, suite)
        return parts

    def _foreign(self, suite: Element) -> Iterator[ForeignWord]:
        """The words of a suite that are the cmdlet's and not the CSP's."""
        for child in suite.children:
            own = vpn.OWN_WORDS_OF_PROFILE.get((child.name, child.text.strip().casefold()))
            if own is not None:
                token = self.place(child).token
                yield ForeignWord(span=token.span, part=child.name, word=token.text, own=own)

    def _refuse_unknown(self, element: Element | None, known: frozenset[str]) -> None:
        if element is not None:
            for child in element.children:
                if child.name not in known:
                    self._unknown(child, element)

    def _note_unread(self) -> None:
        """Note elements that are neither read nor known in a profile, except those refused as unknown."""
        flat = _READ if self.profile.child(NATIVE) else _READ | _NATIVE | {SUITE}
        for child in self.profile.children:
            if child.name not in flat and child.name not in _OF_NO_CONCERN:
                note_unread(child.name, self.place(child).token.span, flat, self.diagnostics, kind="element")
        refused = {PROFILE, NATIVE, "Authentication", SUITE}
        waiting = [(element, element.name in refused) for element in self.profile.children]
        while waiting:
            element, is_refused = waiting.pop()
            if element.name in _FREE:
                continue
            for child in element.children:
                if not is_refused and child.name not in _BELOW and not _ROW.fullmatch(child.name):
                    note_unread(child.name, self.place(child).token.span, _BELOW, self.diagnostics, kind="element")
                waiting.append((child, child.name in refused))

    def _tell_open(self) -> None:
        """Report elements of IPsec whose own elements are not known."""
        for element in self.profile.walk():
            if _is_open(element):
                message = f"the elements of <{element.name}> come from elsewhere: give what they are in"
                self.diagnostics.not_understood(message, self.place(element).span)

    def _unknown(self, child: Element, parent: Element) -> None:
        message = f"unknown element <{child.name}> in <{parent.name}>"
        self.diagnostics.not_understood(message, self.place(child).token.span)

    def _servers(self, holder: Element) -> Setting[tuple[str, ...]] | None:
        """The servers without duplicates: Intune wants a single one twice."""
        token = self._token(holder, "Servers")
        if token is None:
            return None
        if isinstance(token, OpenToken):
            return Setting(Unknown(token.text), token.span)
        servers = (server.strip() for server in token.text.split(";"))
        return Setting(tuple(dict.fromkeys(server for server in servers if server)), token.span)

    def _strategy(self, native: Element | None) -> Setting[TunnelStrategy] | None:
        if native is not None:
            return self._word(native, "NativeProtocolType", STRATEGY_WORDS, _PROTOCOL)
        plug_in = self.profile.child("PluginProfile")
        return None if plug_in is None else Setting(TunnelStrategy.PLUG_IN, self.place(plug_in).span)

    def _protocols(self, native: Element | None) -> Setting[tuple[TunnelProtocol, ...]] | None:
        """The protocols of a ProtocolList, in order."""
        listed = None if native is None else native.child("ProtocolList")
        if listed is None:
            return None
        tokens = [self.place(element).token for element in listed.walk() if element.name == "Type"]
        strategies = [read.word(token, STRATEGY_WORDS, _PROTOCOL, self.diagnostics).known for token in tokens]
        known = (strategy.protocol for strategy in strategies if strategy is not None)
        return Setting(tuple(protocol for protocol in known if protocol is not None), self.place(listed).span)

    def _methods(self, authentication: Element | None) -> Setting[tuple[VpnAuthentication, ...]] | None:
        words = [self._word(authentication, name, words, "authentication") for name, words in _METHODS.items()]
        said = [setting for setting in words if setting is not None]
        methods = dict.fromkeys(setting.known for setting in said if setting.known is not None)
        return Setting(tuple(methods), said[0].span) if methods else None

    def _fragmentation(self) -> Setting[bool] | None:
        off = self._flag("DisableIKEv2Fragmentation")
        return off if off is None or off.known is None else Setting(not off.known, off.span)

    def _token(self, holder: Element | None, name: str) -> Token | None:
        child = None if holder is None else holder.child(name)
        return None if child is None or not child.text.strip() else self.place(child).token

    def _text(self, holder: Element | None, name: str) -> Setting[str] | None:
        token = self._token(holder, name)
        return (
            None
            if token is None
            else Setting(Unknown(token.text) if isinstance(token, OpenToken) else token.text, token.span)
        )

    def _texts(self, holder: Element | None, name: str) -> Setting[tuple[str, ...]] | None:
        named = [] if holder is None else holder.named(name)
        tokens = [self.place(child).token for child in named if child.text.strip()]
        if (open_ := next((token for token in tokens if isinstance(token, OpenToken)), None)) is not None:
            return Setting(Unknown(open_.text), open_.span)
        return Setting(tuple(token.text for token in tokens), tokens[0].span) if tokens else None

    def _word(self, holder: Element | None, name: str, table: Mapping[str, T], what: str) -> Setting[T] | None:
        token = self._token(holder, name)
        return None if token is None else read.word(token, table, what, self.diagnostics)

    def _number(self, name: str) -> Setting[int] | None:
        token = self._token(self.profile, name)
        return None if token is None else read.number(token, f"number in <{name}>", self.diagnostics)

    def _flag(self, name: str) -> Setting[bool] | None:
        return self._word(self.profile, name, _FLAGS, f"value of <{name}>")


def _is_open(element: Element) -> bool:
    """Whether the elements of IPsec in an element are not known: a value that is put in stands where they have to."""
    if element.name == PROFILE:
        is_asked = element.child(NATIVE) is None and element.child("PluginProfile") is None
    else:
        is_asked = element.name in _OF_IPSEC
    return is_asked and NOT_KNOWN in element.own_text
