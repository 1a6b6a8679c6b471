"""Remote access from the VpnClient and RemoteAccess cmdlets: connections, the server, site-to-site interfaces.

Members are those of the classes of VpnClientPSProvider and RAMgmtPSProvider (learn.microsoft.com), and the parameters
of the cmdlets that set them, which end in their unit. Members without bearing on IPsec are in `_ASIDE`; any other is a
problem.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import OpenToken, Token
from ipseclint.formats.kit.vpn_parts import VpnParts, vpn_parts
from ipseclint.formats.kit.vpn_suite import LIFETIMES, MAIN_MODE_SECONDS, SA_KILOBYTES, SA_SECONDS
from ipseclint.formats.powershell.authentication import hide_key
from ipseclint.formats.powershell.instance import Instance
from ipseclint.formats.powershell.words import BOOLEANS
from ipseclint.formats.vpn.eap import eap_choice
from ipseclint.model.events import Event, EventKind
from ipseclint.model.remote_access import VpnConnection, VpnInterface, VpnServer
from ipseclint.model.selectors import Address, Addresses
from ipseclint.model.setting import Setting, Unknown
from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.ras_errors import state_of
from ipseclint.vocabulary.remote_access import (
    AUTHENTICATION_WORDS,
    STRATEGY_WORDS,
    TunnelProtocol,
    TunnelStrategy,
    VpnAuthentication,
)
from ipseclint.vocabulary.rows import names
from ipseclint.vocabulary.windows_errors import error_table

_Reader = Callable[[Instance, str, Diagnostics], Setting[Any] | None]

_CUSTOM = "ipseccustompolicy"
_LIFETIMES = {
    "SALifeTimeSeconds": SA_SECONDS,
    "MMSALifeTimeSeconds": MAIN_MODE_SECONDS,
    "SADataSizeForRenegotiationKilobytes": SA_KILOBYTES,
} | {name: name for name in LIFETIMES}
KEYS = frozenset({"l2tppsk", "sharedsecret", "presharedkey"})
"""Members that hold a preshared key, folded."""


def _text(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[str] | None:
    token = item.text(name)
    if isinstance(token, OpenToken):
        return Setting(read.unknown(token, f"`{name}`", diagnostics), token.span)
    return None if token is None else Setting(token.text.strip(), token.span)


def _certificate(item: Instance, name: str, _diagnostics: Diagnostics) -> Setting[str] | None:
    """The name of a certificate; unknown if a script takes it out of a store."""
    token = item.text(name)
    if isinstance(token, OpenToken):
        return Setting(Unknown(token.text), token.span)
    return None if token is None else Setting(token.text.strip(), token.span)


def _texts(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[tuple[str, ...]] | None:
    tokens = item.texts(name)
    is_type_alone = len(tokens) == 1 and read.is_type_alone(tokens[0])
    open_ = next((token for token in tokens if is_type_alone or isinstance(token, OpenToken)), None)
    if open_ is not None:
        return Setting(read.unknown(open_, f"`{name}`", diagnostics), tokens[0].span)
    return Setting(tuple(token.text.strip() for token in tokens), tokens[0].span) if tokens else None


def _hosts(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[tuple[str, ...]] | None:
    """Names or addresses of hosts."""
    for token in item.texts(name):
        if read.is_no_host(token.text.strip()):
            read.unknown(token.strip(), "address", diagnostics)
    return _texts(item, name, diagnostics)


def _filter(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[tuple[str, ...]] | None:
    """A list of texts; an empty one is kept, since it means that nothing is filtered."""
    return _texts(item, name, diagnostics) or (Setting((), item.span) if item.has(name) else None)


def _name(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[str] | None:
    """The name of a certificate; an empty one is kept, since it means that none is named."""
    return _certificate(item, name, diagnostics) or (Setting("", item.span) if item.has(name) else None)


def _flag(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[bool] | None:
    token = item.text(name)
    return None if token is None else read.word(token, BOOLEANS, f"value of `{name}`", diagnostics)


def _number(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[int] | None:
    token = item.text(name)
    return None if token is None else read.number(token, f"number in `{name}`", diagnostics)


def _strategy(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[TunnelStrategy] | None:
    token = item.text(name)
    return None if token is None else read.word(token, STRATEGY_WORDS, "tunnel type", diagnostics)


def _method(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[VpnAuthentication] | None:
    token = item.text(name)
    return None if token is None else read.word(token, AUTHENTICATION_WORDS, "authentication", diagnostics)


def _methods(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[tuple[VpnAuthentication, ...]] | None:
    tokens = [part for token in item.texts(name) for part in token.split(",") if part.text]
    settings = [read.word(token, AUTHENTICATION_WORDS, "authentication", diagnostics) for token in tokens]
    known = tuple(setting.known for setting in settings if setting.known is not None)
    if settings and not known:
        return Setting(Unknown(tokens[0].text), settings[0].span)
    return Setting(known, settings[0].span) if known else None


def _pool(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[Addresses] | None:
    """Address ranges: objects with a start and an end, texts `a - b`, or pairs of texts, as cmdlets take them."""
    tokens: list[Token] = []
    for node in item.instances(name):
        ends = [node] if isinstance(node, Token) else [node.text("StartIPAddress"), node.text("EndIPAddress")]
        tokens += [end for end in ends if end is not None]
    ranges = read.addresses(tokens, diagnostics)
    known = () if ranges is None or ranges.known is None else ranges.known
    if ranges is None or not known or any(each.first != each.last for each in known) or len(known) % 2:
        return ranges
    pairs = zip(known[::2], known[1::2], strict=True)
    return Setting(tuple(Address(low.version, low.first, high.last) for low, high in pairs), ranges.span)


_CONNECTION: dict[str, tuple[str, _Reader]] = {
    "ServerAddress": ("servers", _hosts),
    "TunnelType": ("strategy", _strategy),
    "AuthenticationMethod": ("authentication", _methods),
    "L2tpIPsecAuth": ("l2tp_authentication", _method),
    "MachineCertificateEKUFilter": ("machine_ekus", _filter),
    "MachineCertificateIssuerFilter": ("machine_issuer", _certificate),
    "SplitTunneling": ("split_tunneling", _flag),
    "AllUserConnection": ("all_users", _flag),
    "DeviceTunnel": ("device_tunnel", _flag),
    "AlwaysOn": ("always_on", _flag),
    "EncryptionLevel": ("encryption_level", _text),
    "IdleDisconnectSeconds": ("idle_disconnect_seconds", _number),
}
_COMMON: dict[str, tuple[str, _Reader]] = {
    "EncryptionType": ("encryption_level", _text),
    "SALifeTime": ("lifetime_seconds", _number),
    "SALifeTimeSeconds": ("lifetime_seconds", _number),
    "MMSALifeTime": ("main_mode_lifetime_seconds", _number),
    "MMSALifeTimeSeconds": ("main_mode_lifetime_seconds", _number),
    "SADataSizeForRenegotiation": ("lifetime_kilobytes", _number),
    "SADataSizeForRenegotiationKilobytes": ("lifetime_kilobytes", _number),
    "IdleDisconnect": ("idle_disconnect_seconds", _number),
    "IdleDisconnectSeconds": ("idle_disconnect_seconds", _number),
    "NetworkOutageTime": ("network_outage_seconds", _number),
    "NetworkOutageTimeSeconds": ("network_outage_seconds", _number),
    "CustomPolicy": ("custom_policy", _flag),
}
_SERVER: dict[str, tuple[str, _Reader]] = _COMMON | {
    "Ikev2Ports": ("ikev2_ports", _number),
    "L2tpPorts": ("l2tp_ports", _number),
    "SstpPorts": ("sstp_ports", _number),
    "PptpPorts": ("pptp_ports", _number),
    "GrePorts": ("gre_ports", _number),
    "UserAuthProtocolAccepted": ("authentication", _methods),
    "TunnelAuthProtocolsAdvertised": ("tunnel_authentication", _methods),
    "RootCertificateNameToAccept": ("root_certificate", _name),
    "CertificateAdvertised": ("server_certificate", _certificate),
    "CertificateEKUsToAccept": ("certificate_ekus", _texts),
    "IPAddressRangeList": ("address_pool", _pool),
    "IPAddressRange": ("address_pool", _pool),
}
_INTERFACE: dict[str, tuple[str, _Reader]] = _COMMON | {
    "Destination": ("destinations", _hosts),
    "Protocol": ("strategy", _strategy),
    "AuthenticationMethod": ("authentication", _method),
    "ResponderAuthenticationMethod": ("responder_authentication", _method),
    "NumberOfTries": ("tries", _number),
    "RetryInterval": ("retry_interval_seconds", _number),
    "RetryIntervalSeconds": ("retry_interval_seconds", _number),
    "Persistent": ("persistent", _flag),
    "SourceIpAddress": ("source_address", _text),
}


_OF_POWERSHELL = names("""
    cimclass ciminstanceproperties cimsystemproperties pscomputername psshowcomputername runspaceid __classmetadata
    passthru force asjob cimsession throttlelimit
""")
_ASIDE = {
    VpnConnection: names("""
        name connectionname guid profiletype provisioningauthority remembercredential connectionstatus dnssuffix
        usewinlogoncredential napstate vpnconfigurationxml applicationid serverlist routes dnsconfig
        dnssuffixsearchlist dnssuffixsearchorder vpntrigger proxy pluginapplicationid customconfiguration
        eapconfigxmlstream ipseccustompolicy radiusattributeclass isautotriggerenabled trustednetwork
    """),
    VpnServer: names("tunneltype routingdomain name ipassignmentmethod ipv6prefix computername entrypointname"),
    VpnInterface: names("""
        name adminstatus interfacetype ipv6subnet ipv4subnet username certificate promotealternate eapmethod
        internalipv4 internalipv6 lasterror unreachabilityreasons connectionstate ipv4triggerfilter
        ipv4triggerfilteraction postconnectionipv4subnet ipv6triggerfilter ipv6triggerfilteraction
        postconnectionipv6subnet initiateconfigpayload enableqos txbandwidthkbps rxbandwidthkbps
        localvpntrafficselector remotevpntrafficselector lastdisconnectreason routingdomain radiusattributeclass
        password autoconnectenabled grekey
    """),
}
"""Members that say nothing of how IPsec is negotiated, folded."""


def connection(item: Instance, diagnostics: Diagnostics) -> VpnParts:
    """A VPN connection, from Get-VpnConnection or Set-VpnConnectionIPsecConfiguration -PassThru."""
    holder, has_policy = item, None
    custom = item.get(_CUSTOM)
    if isinstance(custom, Instance):
        holder = custom
    elif isinstance(custom, Token) and custom.text:
        diagnostics.not_understood(
            "a custom IPsec policy that the export cut short: add what `(Get-VpnConnection NAME).IPSecCustomPolicy` "
            "prints; JSON shows it with -Depth 3",
            custom.span,
        )
    elif item.has(_CUSTOM):
        has_policy = Setting(value=False, span=item.span)
    suite = _suite(holder)
    if suite:
        has_policy = Setting(value=True, span=holder.span)
    eap = item.get("EapConfigXmlStream")
    name, identity = item.text("Name", "ConnectionName"), item.text("Guid")
    fields = _fields(item, _CONNECTION, VpnConnection, diagnostics)
    owner = VpnConnection(
        name="VPN connection" if name is None else name.text.strip(),
        is_named=name is not None and not isinstance(name, OpenToken),
        id=None if identity is None else identity.text.strip(),
        span=item.span,
        custom_policy=has_policy,
        eap=eap_choice(eap, diagnostics) if isinstance(eap, Token) else None,
        **fields,
    )
    if not suite and (TunnelProtocol.IKEV2 in owner.tried or not owner.tried):
        item.left_out(diagnostics, "IPSecCustomPolicy")
    if owner.authentication is not None and VpnAuthentication.MACHINE_CERTIFICATE in (owner.authentication.known or ()):
        item.left_out(diagnostics, "MachineCertificateEKUFilter")
    return vpn_parts(owner, suite, _key(item, diagnostics), diagnostics)


def takes_suite(before: Instance, item: Instance) -> bool:
    """Attach the suite listed below a connection to it; whether it is one.

    Lists show `IPSecCustomPolicy` by its type only, so people show the object itself below.
    """
    if not (item.class_name == before.class_name == "vpnconnection") or not _suite(item):
        return False
    if item.text("Name", "ConnectionName", "ServerAddress") is not None or before.text("ServerAddress") is None:
        return False
    if isinstance(before.get(_CUSTOM), Instance):
        return False
    before.properties[_CUSTOM] = item
    return True


def server(item: Instance, diagnostics: Diagnostics) -> VpnParts:
    """The server, from Get-VpnServerConfiguration, Get-VpnAuthProtocol or Set-VpnIPAddressAssignment."""
    suite = _suite(item)
    fields = _policy_said(item, suite, _fields(item, _SERVER, VpnServer, diagnostics), diagnostics)
    if "custom_policy" not in fields and not fields.keys().isdisjoint(_OF_CONFIGURATION):
        item.left_out(diagnostics, "CustomPolicy")
    _report_lacking(item, suite, fields, diagnostics)
    owner = VpnServer(span=item.span, **fields)
    return vpn_parts(owner, suite, _key(item, diagnostics), diagnostics, may_lack=True)


_OF_CONFIGURATION = frozenset({"lifetime_seconds", "main_mode_lifetime_seconds", "lifetime_kilobytes", "ikev2_ports"})
"""What Get-VpnServerConfiguration says, which says of the suite as well; the other cmdlets do not."""


def interface(item: Instance, diagnostics: Diagnostics) -> VpnParts:
    """A site-to-site interface, from Get-VpnS2SInterface."""
    suite = _suite(item)
    name = item.text("Name")
    fields = _policy_said(item, suite, _fields(item, _INTERFACE, VpnInterface, diagnostics), diagnostics)
    if "custom_policy" not in fields:
        item.left_out(diagnostics, "CustomPolicy")
    _report_lacking(item, suite, fields, diagnostics)
    owner = VpnInterface(name="site-to-site interface" if name is None else name.text.strip(), span=item.span, **fields)
    return vpn_parts(owner, suite, _key(item, diagnostics), diagnostics, may_lack=True)


def last_error(item: Instance, diagnostics: Diagnostics) -> Event | None:
    """The last error of an interface, `LastError`: an error of IKE or Remote Access; None if it is 0."""
    setting = _number(item, "LastError", diagnostics)
    if setting is None or not setting.known:
        return None
    code = setting.known
    of_ike = code in error_table()
    destination = item.texts("Destination")
    return Event(
        span=setting.span,
        kind=EventKind.MAIN_MODE if of_ike else EventKind.SERVICE,
        error_code=code if of_ike else None,
        # A member is unsigned, and Windows prints an HRESULT below zero.
        state=None if of_ike else state_of(code if code < 2**31 else code - 2**32),
        success=False,
        role="initiator",
        remote_address=destination[0].text.strip() if len(destination) == 1 else None,
    )


def _policy_said(
    item: Instance, suite: Mapping[str, Token], fields: dict[str, Any], diagnostics: Diagnostics
) -> dict[str, Any]:
    """The fields with `custom_policy` added, if only the class or other members imply it.

    A policy that is shown in a form that is not read is none that is absent, nor is one absent beside a type of
    encryption that the cmdlets do not take.
    """
    encryption, shown = item.text("EncryptionType"), item.get("CustomPolicy")
    first = shown[0] if isinstance(shown, list) and shown else shown
    if "custom_policy" in fields:
        return fields
    if suite:
        fields["custom_policy"] = Setting(value=True, span=item.span)
    elif isinstance(first, Token | Instance):
        message = (
            "a custom policy in a form that is not read: add its six parts, as `Set-VpnServerConfiguration` has them"
        )
        diagnostics.not_understood(message, first.span)
    elif encryption is not None and encryption.word in _ENCRYPTION_TYPES:
        fields["custom_policy"] = Setting(value=False, span=item.span)
    return fields


_ENCRYPTION_TYPES = frozenset({"noencryption", "optionalencryption", "requireencryption", "maximumencryption"})
"""What `-EncryptionType` takes (Set-VpnServerConfiguration, Add-VpnS2SInterface), beside which there is no suite."""


def _report_lacking(
    item: Instance, suite: Mapping[str, Token], fields: Mapping[str, Any], diagnostics: Diagnostics
) -> None:
    """Report the parts that the custom suite of a server or an interface lacks.

    Their cmdlets take `-CustomPolicy` with any of the six parts, unlike those of a connection, which need all; no
    source tells the value of a part left out.
    """
    own = fields.get("custom_policy")
    lacking = [name for name in vpn.FIELDS if name not in suite] if own is not None and own.known else []
    if lacking and not item.is_complete:
        diagnostics.not_held.update(lacking)
    elif lacking:
        listed = ", ".join(quoted(name) for name in lacking)
        message = f"a suite of its own without {listed}: what Windows then takes is not documented"
        diagnostics.not_understood(message, item.span)


def _suite(holder: Instance) -> dict[str, Token]:
    suite = {name: token for name in vpn.FIELDS if (token := holder.text(name)) is not None}
    if not suite:
        return {}
    lifetimes = {
        part: token
        for name, part in _LIFETIMES.items()
        if (token := holder.text(name)) is not None and read.digits(token) is not None
    }
    return suite | lifetimes


def _fields(
    item: Instance,
    members: Mapping[str, tuple[str, _Reader]],
    owner: type[VpnConnection | VpnServer | VpnInterface],
    diagnostics: Diagnostics,
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    known = {name.casefold() for name in members} | _ASIDE[owner] | vpn.FOLDED_FIELDS | KEYS | _OF_POWERSHELL
    unread = [name for name, node in item.properties.items() if node not in (None, []) and name not in known]
    if unread:
        listed = ", ".join(quoted(name) for name in unread)
        diagnostics.not_understood(f"members that are not read: {listed}", item.span)
    for member, (field, reader) in members.items():
        setting = reader(item, member, diagnostics)
        if setting is not None:
            fields[field] = setting
    return fields


def _key(item: Instance, diagnostics: Diagnostics) -> Token | None:
    key = item.text(*sorted(KEYS))
    if key is not None:
        hide_key(key, diagnostics)
    return key
