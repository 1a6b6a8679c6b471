"""Decodes PowerShell objects, however serialised, into IPsec policy and settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.policy_parts import PolicyParts
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell import adapters, remote_access, services
from ipseclint.formats.powershell.associations import association
from ipseclint.formats.powershell.authentication import authentication_set
from ipseclint.formats.powershell.certificates import certificate, collected_certificate
from ipseclint.formats.powershell.crypto import main_mode_set, quick_mode_set
from ipseclint.formats.powershell.filters import CMDLETS, Filters
from ipseclint.formats.powershell.firewall_rules import firewall_rule
from ipseclint.formats.powershell.instance import Instance, Node, class_of
from ipseclint.formats.powershell.properties import note_properties
from ipseclint.formats.powershell.rules import connection_rule, main_mode_rule
from ipseclint.formats.powershell.settings import dos_protection, global_settings
from ipseclint.late import late
from ipseclint.model.events import Event, EventKind, SecurityAssociation
from ipseclint.model.policy import AuthPhase, Certificate, Dialect, DosProtection, NetworkAdapter, ServiceState
from ipseclint.vocabulary.services import NAMES

if TYPE_CHECKING:
    from ipseclint.formats.events.log_events import EventLog

_EVENT = "eventlogrecord"
"""The class of the records that Get-WinEvent returns (EventLogRecord of .NET), folded."""

_COLLECTED = "osquery certificate"
"""What rows of osquery's table `certificates` are called here; the carrier has no class for them."""

SHAPES = (
    ("msft_netconsecrule", ("InboundSecurity", "OutboundSecurity")),
    ("msft_netaddressfilter", ("LocalAddress", "RemoteAddress")),
    ("msft_netprotocolportfilter", ("Protocol", "LocalPort", "RemotePort")),
    ("msft_netinterfacetypefilter", ("InterfaceType", "InstanceID")),
    ("msft_netinterfacefilter", ("InterfaceAlias", "InstanceID")),
    ("msft_netikemmcryptoset", ("ForceDiffieHellman",)),
    ("msft_netikemmcryptoset", ("MaxMinutes", "MaxSessions")),
    ("msft_netikeqmcryptoset", ("PerfectForwardSecrecyGroup",)),
    ("msft_netikeqmcryptoset", ("PfsGroupID",)),
    ("msft_netmainmodesa", ("LocalEndpoint", "RemoteEndpoint", "HashAlgorithm")),
    ("msft_netmainmodesa", ("LocalEndpoint", "RemoteEndpoint", "LocalFirstId")),
    ("msft_netquickmodesa", ("LocalEndpoint", "RemoteEndpoint", "EncapsulationMode")),
    ("msft_netquickmodesa", ("LocalEndpoint", "RemoteEndpoint", "TransportLayerFilterName")),
    ("msft_netsecuritysettingdata", ("CertValidationLevel", "AllowIPsecThroughNAT")),
    ("msft_netipsecdospsetting", ("EnabledKeyingModules", "StateIdleTimeoutSeconds")),
    ("vpns2s", ("ResponderAuthenticationMethod",)),
    ("vpns2s", ("Destination", "SALifeTime")),
    ("vpns2s", ("Destination", "SALifeTimeSeconds")),
    ("vpns2s", ("Destination", "CipherTransformConstants")),
    ("vpnserver", ("SALifeTime", "Ikev2Ports")),
    ("vpnserver", ("SALifeTimeSeconds", "Ikev2Ports")),
    ("vpnserver", ("EncryptionType", "Ikev2Ports")),
    ("vpnserver", ("TunnelType", "Ikev2Ports")),
    ("vpnserver", ("Ikev2Ports", "SstpPorts")),
    ("vpnserver", ("SALifeTime", "CipherTransformConstants")),
    ("vpnserver", ("SALifeTimeSeconds", "CipherTransformConstants")),
    ("vpnserver", ("MMSALifeTime", "CipherTransformConstants")),
    ("vpnserver", ("MMSALifeTimeSeconds", "CipherTransformConstants")),
    ("vpnserver", ("IPAssignmentMethod", "IPv6Prefix")),
    ("vpnserver", ("UserAuthProtocolAccepted",)),
    ("vpnconnection", ("ServerAddress", "TunnelType")),
    ("vpnconnection", ("CipherTransformConstants", "DHGroup")),
    ("x509certificate2", ("NotAfter", "HasPrivateKey")),
    ("x509certificate2", ("NotAfter", "EnhancedKeyUsageList")),
    ("x509certificate2", ("NotAfter", "Thumbprint", "Issuer")),
    ("x509certificate2", ("Subject", "EnhancedKeyUsageList")),
    ("x509certificate2", ("Subject", "HasPrivateKey")),
    (_COLLECTED, ("not_valid_after", "common_name")),
    (_COLLECTED, ("not_valid_after", "store_location")),
    ("servicecontroller", ("Status", "CanPauseAndContinue")),
    ("win32_service", ("StartMode", "State")),
    ("win32_service", ("Name", "StartMode")),
    ("servicecontroller", ("ServiceName", "StartType")),
    ("servicecontroller", ("Name", "StartType")),
    ("servicecontroller", ("Name", "start_type", "service_type")),
    ("servicecontroller", ("Name", "start_type", "display_name")),
    (adapters.CLASS, ("IPsecOffloadV2Enabled",)),
    (adapters.CLASS, ("Enabled", "AhEnabled")),
    (adapters.CLASS, ("Enabled", "EspEnabled")),
    (adapters.CLASS, ("Enabled", "AhSupported")),
    (adapters.CLASS, ("Enabled", "EspSupported")),
    (adapters.CLASS, ("Enabled", "SaOffloadCapacityEnabled")),
)
"""Properties that tell what an object is where the carrier does not name its class."""

_FOLDED_SHAPES = [(shape, frozenset(map(str.casefold, properties))) for shape, properties in SHAPES]

_ALIASES = {
    "msft_netsecuritysettingdata": "msft_netsecuritysettingdata",
    "msft_netfirewallsetting": "msft_netsecuritysettingdata",
    "serviceinfo": "servicecontroller",
}

CIM_CLASSES = (
    "msft_netike",
    "msft_netipsec",
    "msft_netconsec",
    "msft_netmainmode",
    "msft_netquickmode",
    "msft_netsa",
    "msft_netsecuritysettingdata",
)
"""How the names of the classes of NetSecurity begin that concern IPsec."""
_OURS = (
    *CIM_CLASSES,
    "vpnconnection",
    "vpnserver",
    "vpns2s",
    "vpnauthprotocol",
    "vpnipaddressassignment",
)
"""How the names of classes begin that concern IPsec."""


_OF_IPSEC = frozenset(
    {
        "inboundsecurity", "outboundsecurity", "phase1authset", "phase2authset", "quickmodecryptoset",
        "mainmodecryptoset", "ipsecrulename", "perfectforwardsecrecygroup", "ipseccustompolicy", "presharedkey",
        "l2tppsk", "forcediffiehellman", "maxsessions", "proposals", "salifetime",
    }
)  # fmt: skip
"""Properties that only objects of IPsec and of VPN connections have, folded."""


_SERVICE = "servicecontroller"
_IN_STATE = (
    r'"(?:status|state)"\s*:\s*(?:[1-7]\b|"(?:running|stopped|paused|(?:start|stop|continue|pause)[ _]?pending)")'
)
_NAMED = rf'"(?:service)?name"\s*:\s*"(?:{NAMES})"'
_NAMED_SERVICE = late(rf"{_NAMED}[^{{}}]{{0,2000}}{_IN_STATE}|{_IN_STATE}[^{{}}]{{0,2000}}{_NAMED}")
"""A service of which nothing is said but its state, in folded JSON."""


def concerns_ipsec(text: str) -> bool:
    """Whether a start of text names a class, or has the properties, of objects that are read here."""
    folded = text.casefold()
    names = (*CMDLETS, *_KINDS, *_OURS, "win32_service", "servicecontroller")
    if any(each in folded for each in names):
        return True
    if any(all(f'"{each.casefold()}"' in folded for each in properties) for _, properties in SHAPES):
        return True
    return _NAMED_SERVICE.search(folded) is not None


def holds_objects(text: str) -> bool:
    """Whether a start of text has the properties, as PowerShell spells them, or names the class, of objects read here.

    Properties of filters do not count, which alone make no policy, nor those of Intune, which begin in lower case.
    """
    folded = text.casefold()
    if any(f'{each}"' in folded for each in _KINDS if each.startswith("msft_")):
        return True
    if _NAMED_SERVICE.search(folded) is not None:
        return True
    shapes = (properties for kind, properties in SHAPES if kind in _KINDS)
    return any(all(f'"{each}"' in text for each in properties) for properties in shapes)


def decode(items: Iterable[Instance], diagnostics: Diagnostics) -> Parsed:
    """The policy that all objects of one input make together."""
    filters = Filters()
    kept: list[Instance] = []
    for item in _with_held(items, {}):
        if item.class_name in CMDLETS:
            note_properties(item, diagnostics)
            filters.add(item)
        elif not (kept and remote_access.takes_suite(kept[-1], item)):
            kept.append(item)
    contents = _Contents(filters, diagnostics)
    kept.reverse()
    while kept:
        # What has been read is let go: the objects take several times as much as the policy.
        contents.add(kept.pop())
    return contents.parsed()


def _with_held(items: Iterable[Instance], seen: dict[int, Instance]) -> Iterator[Instance]:
    """The objects, and what those of other classes hold, as a report about a machine holds its rules.

    A certificate within another object is not one of the machine's store.
    """
    for item in items:
        if id(item) in seen:
            continue
        seen[id(item)] = item  # kept alive, so that no other object comes to have its number
        item.class_name = _class(item)
        yield item
        if item.class_name not in _KINDS and item.class_name not in CMDLETS and not item.class_name.startswith(_OURS):
            held = _with_held(_objects(list(item.properties.values())), seen)
            yield from (inner for inner in held if inner.class_name != "x509certificate2")


def _objects(nodes: list[Node]) -> Iterator[Instance]:
    for node in nodes:
        if isinstance(node, list):
            yield from _objects(node)
        elif isinstance(node, Instance):
            yield node


_FAMILIES = {
    "vpns2s": "vpns2s",
    "vpnserver": "vpnserver",
    "vpnauthprotocol": "vpnserver",
    "vpnipaddressassignment": "vpnserver",
    "vpnconnection": "vpnconnection",
}
"""How the names of classes begin, and as what each is read; `VpnServerIPsecCustomConfiguration` is of the server."""


def _class(item: Instance) -> str:
    name = _ALIASES.get(item.class_name, item.class_name)
    bare = name.removeprefix("ps_")
    if bare.endswith(".x509certificate2"):
        return "x509certificate2"
    name = next((kind for start, kind in _FAMILIES.items() if bare.startswith(start)), name)
    if name in _KINDS or name in CMDLETS:
        return name
    for shape, properties in _FOLDED_SHAPES:
        if properties <= item.properties.keys():
            return shape
    created = item.text("CreationClassName")
    if name == "" and created is not None and (class_of(created.text) in _KINDS or class_of(created.text) in CMDLETS):
        return class_of(created.text)
    if not item.class_name and services.is_told(item):
        return _SERVICE
    return name


class _Contents:
    """What has come in of one input."""

    def __init__(self, filters: Filters, diagnostics: Diagnostics) -> None:
        self._filters = filters
        self.diagnostics = diagnostics
        self._parts = PolicyParts()
        self._dos_protection: list[DosProtection] = []
        self._services: list[ServiceState] = []
        self._adapters: list[NetworkAdapter] = []
        self._certificates: list[Certificate] = []
        self._associations: list[SecurityAssociation] = []
        self._events: list[Event] = []
        self._log: EventLog | None = None

    def add(self, item: Instance) -> None:
        """Read one object and keep it."""
        kind = _KINDS.get(item.class_name)
        if kind is not None:
            if item.class_name not in {_EVENT, _COLLECTED}:
                note_properties(item, self.diagnostics)
            kind(self, item)
        elif item.class_name.startswith(_OURS):
            self.diagnostics.not_understood(f"objects of the class {item.class_name} are not read", item.span)
        elif telling := next((name for name in item.properties if name in _OF_IPSEC), None):
            self.diagnostics.not_understood(
                f"an object with `{telling}` whose class is not known is not read", item.span
            )

    def rule(self, item: Instance) -> None:
        """A connection security rule."""
        self._parts.rules.append(connection_rule(item, self._filters, self.diagnostics))

    def main_mode_rule(self, item: Instance) -> None:
        """A main-mode rule."""
        self._parts.main_mode_rules.append(main_mode_rule(item, self._filters, self.diagnostics))

    def main_mode_set(self, item: Instance) -> None:
        """A main-mode crypto set."""
        self._parts.main_mode.append(main_mode_set(item, self.diagnostics))

    def quick_mode_set(self, item: Instance) -> None:
        """A quick-mode crypto set."""
        self._parts.quick_mode.append(quick_mode_set(item, self.diagnostics))

    def first_authentication(self, item: Instance) -> None:
        """A set for the first authentication."""
        self._parts.authentication.append(authentication_set(item, AuthPhase.FIRST, self.diagnostics))

    def second_authentication(self, item: Instance) -> None:
        """A set for the second authentication."""
        self._parts.authentication.append(authentication_set(item, AuthPhase.SECOND, self.diagnostics))

    def settings(self, item: Instance) -> None:
        """The settings of the machine or of a GPO."""
        machine_wide = global_settings(item, self.diagnostics)
        if machine_wide is not None:
            self._parts.globals.append(machine_wide)

    def firewall_rule(self, item: Instance) -> None:
        """A rule of the firewall itself."""
        rule = firewall_rule(item, self._filters, self.diagnostics)
        if rule is not None:
            self._parts.firewall_rules.append(rule)

    def protection(self, item: Instance) -> None:
        """A protection against denial of service."""
        self._dos_protection.append(dos_protection(item, self.diagnostics))

    def service(self, item: Instance) -> None:
        """A Windows service."""
        state = services.service_state(item, self.diagnostics)
        if state is not None:
            self._services.append(state)

    def adapter(self, item: Instance) -> None:
        """What a network adapter does of IPsec."""
        self._adapters.append(adapters.adapter(item, self.diagnostics))

    def certificate(self, item: Instance) -> None:
        """A certificate of the machine's own store."""
        self._certificates.append(certificate(item, self.diagnostics))

    def collected_certificate(self, item: Instance) -> None:
        """A row of a table of certificates."""
        own = collected_certificate(item, self.diagnostics)
        if own is not None:
            self._certificates.append(own)

    def main_mode_association(self, item: Instance) -> None:
        """A security association of main mode."""
        self._associations.append(association(item, EventKind.MAIN_MODE))

    def quick_mode_association(self, item: Instance) -> None:
        """A security association of quick mode."""
        self._associations.append(association(item, EventKind.QUICK_MODE))

    def event(self, item: Instance) -> None:
        """A record of an event log, of Get-WinEvent."""
        from ipseclint.formats.events.log_events import EventLog
        from ipseclint.formats.events.message import fields_of, lines_of_message
        from ipseclint.vocabulary.audit_events import PROVIDER

        number, source, message = item.text("Id"), item.text("ProviderName"), item.text("Message")
        if number is None:
            return
        self._log = self._log or EventLog(self.diagnostics)
        time = item.text("TimeCreated")
        known = decimal(number.text)
        self._log.keep(
            number.text,
            PROVIDER if source is None else source.text,
            None if time is None else time.text,
            {} if message is None or known is None else fields_of(known, lines_of_message(message)),
            number.span,
            texts=[] if message is None else [message.text],
        )

    def vpn_connection(self, item: Instance) -> None:
        """A VPN connection, or its IPsec configuration."""
        self._parts.add_vpn(remote_access.connection(item, self.diagnostics))

    def vpn_server(self, item: Instance) -> None:
        """What Routing and Remote Access takes of VPN clients."""
        self._parts.add_vpn(remote_access.server(item, self.diagnostics))

    def vpn_interface(self, item: Instance) -> None:
        """An interface of Routing and Remote Access to another site, and how it failed last."""
        self._parts.add_vpn(remote_access.interface(item, self.diagnostics))
        failed = remote_access.last_error(item, self.diagnostics)
        if failed is not None:
            self._events.append(failed)

    def _kinds_not_held(self) -> tuple[str, ...]:
        """The kinds of sets of which no object came, where there are rules that may name some."""
        parts = self._parts
        phases = {set_.phase for set_ in parts.authentication if set_.dialect is Dialect.WFAS}
        held = {
            "main-mode crypto set": any(set_.dialect is Dialect.WFAS for set_ in parts.main_mode),
            "quick-mode crypto set": any(set_.dialect is Dialect.WFAS for set_ in parts.quick_mode),
            "first authentication set": AuthPhase.FIRST in phases,
            "second authentication set": AuthPhase.SECOND in phases,
        }
        return tuple(kind for kind, is_held in held.items() if not is_held)

    def parsed(self) -> Parsed:
        """All of it."""
        more = {
            "kinds_not_held": self._kinds_not_held() if self._parts.rules or self._parts.main_mode_rules else (),
            "dos_protection": tuple(self._dos_protection),
            "services": tuple(self._services),
            "network_adapters": tuple(self._adapters),
            "certificates": tuple(self._certificates),
        }
        policy = self._parts.policy().model_copy(update=more)
        logged = Parsed() if self._log is None else self._log.parsed()
        return Parsed(
            policy=policy,
            events=(*self._events, *logged.events),
            other_events=logged.other_events,
            associations=tuple(self._associations),
            problems=self.diagnostics.listed(),
            secrets=tuple(self.diagnostics.secrets),
            unread=self.diagnostics.unread_names(),
            not_held=self.diagnostics.names_not_held(),
        )


_KINDS: dict[str, Callable[[_Contents, Instance], None]] = {
    "msft_netconsecrule": _Contents.rule,
    "msft_netmainmoderule": _Contents.main_mode_rule,
    "msft_netikemmcryptoset": _Contents.main_mode_set,
    "msft_netikeqmcryptoset": _Contents.quick_mode_set,
    "msft_netikep1authset": _Contents.first_authentication,
    "msft_netikep2authset": _Contents.second_authentication,
    "msft_netsecuritysettingdata": _Contents.settings,
    "msft_netfirewallrule": _Contents.firewall_rule,
    "msft_netipsecdospsetting": _Contents.protection,
    "win32_service": _Contents.service,
    "servicecontroller": _Contents.service,
    adapters.CLASS: _Contents.adapter,
    "vpnconnection": _Contents.vpn_connection,
    "vpnserver": _Contents.vpn_server,
    "vpnauthprotocol": _Contents.vpn_server,
    "vpns2s": _Contents.vpn_interface,
    "x509certificate2": _Contents.certificate,
    _COLLECTED: _Contents.collected_certificate,
    _EVENT: _Contents.event,
    "msft_netmainmodesa": _Contents.main_mode_association,
    "msft_netquickmodesa": _Contents.quick_mode_association,
}
"""What reads the objects of each class, by its folded name."""
