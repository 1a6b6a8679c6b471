"""Collects the objects of one input; each is read by the reader of its class."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.policy_parts import PolicyParts
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell import adapters, remote_access, services
from ipseclint.formats.powershell.alike_objects import AlikeObjects, Alone, Own, P
from ipseclint.formats.powershell.associations import association
from ipseclint.formats.powershell.authentication import authentication_set
from ipseclint.formats.powershell.certificates import certificate, collected_certificate
from ipseclint.formats.powershell.crypto import main_mode_set, quick_mode_set, set_fields
from ipseclint.formats.powershell.filters import Filters
from ipseclint.formats.powershell.firewall_rules import firewall_rule
from ipseclint.formats.powershell.instance import CAST, Instance
from ipseclint.formats.powershell.properties import note_properties
from ipseclint.formats.powershell.rules import connection_rule, main_mode_rule, main_mode_rule_fields, rule_fields
from ipseclint.formats.powershell.settings import (
    dos_protection,
    global_settings,
    profile_settings,
    protection_fields,
    settings_fields,
    with_profiles,
)
from ipseclint.model.events import Event, EventKind, SecurityAssociation
from ipseclint.model.policy import (
    AuthPhase,
    Certificate,
    Dialect,
    DosProtection,
    GlobalSettings,
    NetworkAdapter,
    ServiceState,
)

if TYPE_CHECKING:
    from ipseclint.formats.events.log_events import EventLog

_EVENT = "eventlogrecord"
"""The class of the records that Get-WinEvent returns (EventLogRecord of .NET), folded."""

_MANAGED = "mdm_vpnv2_01"
"""The class of the VPN profiles of device management (WMI bridge provider: MDM_VPNv2_01), folded."""

_PROFILE = "msft_netfirewallprofile"
"""The class of the profiles of the firewall, of which one property is about IPsec, folded."""

COLLECTED = "osquery certificate"
"""The class given to rows of osquery's table `certificates`, which has none."""

CIM_CLASSES = (
    "msft_netike",
    "msft_netipsec",
    "msft_netconsec",
    "msft_netmainmode",
    "msft_netquickmode",
    "msft_netsa",
    "msft_netsecuritysettingdata",
)
"""Prefixes of NetSecurity classes that concern IPsec."""
OURS = (
    *CIM_CLASSES,
    "vpnconnection",
    "vpnserver",
    "vpns2s",
    "vpnauthprotocol",
    "vpnipaddressassignment",
)
"""Prefixes of classes that concern IPsec."""

_OF_IPSEC = frozenset(
    {
        "inboundsecurity", "outboundsecurity", "phase1authset", "phase2authset", "quickmodecryptoset",
        "mainmodecryptoset", "ipsecrulename", "perfectforwardsecrecygroup", "ipseccustompolicy", "presharedkey",
        "l2tppsk", "forcediffiehellman", "maxsessions", "proposals", "salifetime",
    }
)  # fmt: skip
"""Properties that only IPsec objects and VPN connections have, folded."""

_IN_SETS = frozenset({"proposal", "policystoresource"})
_IN_LISTED_SETS = frozenset({"proposals", "policystoresource"})
"""What a set of each kind shows, that of authentication nothing else."""
_KIND_OF_SET = (
    "a set of a kind that is not known, for its class was left out: export it with `| ConvertTo-Json -Depth 5`"
)


class Contents:
    """What was read of one input so far."""

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
        self._profiles: list[GlobalSettings] = []
        self._alike = AlikeObjects(diagnostics)

    def add(self, item: Instance) -> None:
        """Read one object and keep it."""
        kind = KINDS.get(item.class_name)
        if kind is not None:
            if item.class_name not in _NOTED_ELSEWHERE:
                note_properties(item, self.diagnostics)
            kind(self, item)
        elif item.class_name.startswith(OURS):
            self.diagnostics.not_understood(f"objects of the class {item.class_name} are not read", item.span)
        elif telling := next((name for name in item.properties if name in _OF_IPSEC), None):
            self.diagnostics.not_understood(
                f"an object with `{telling}` whose class is not known is not read", item.span
            )

        elif item.properties.keys() >= _IN_SETS or item.properties.keys() >= _IN_LISTED_SETS:
            self.diagnostics.not_understood(_KIND_OF_SET, item.span)

    def _keep(self, kept: list[P], item: Instance, alone: Alone[P], own: Own) -> None:
        made = self._alike.read(item, alone, own)
        if made is not None:
            kept.append(made)

    def rule(self, item: Instance) -> None:
        """A connection security rule."""
        own = partial(rule_fields, filters=self._filters)
        self._keep(self._parts.rules, item, partial(connection_rule, filters=self._filters), own)

    def main_mode_rule(self, item: Instance) -> None:
        """A main-mode rule."""
        own = partial(main_mode_rule_fields, filters=self._filters)
        self._keep(self._parts.main_mode_rules, item, partial(main_mode_rule, filters=self._filters), own)

    def main_mode_set(self, item: Instance) -> None:
        """A main-mode crypto set."""
        self._keep(self._parts.main_mode, item, main_mode_set, partial(set_fields, kind="main-mode-crypto"))

    def quick_mode_set(self, item: Instance) -> None:
        """A quick-mode crypto set."""
        self._keep(self._parts.quick_mode, item, quick_mode_set, partial(set_fields, kind="quick-mode-crypto"))

    def first_authentication(self, item: Instance) -> None:
        """A set for the first authentication."""
        own = partial(set_fields, kind="first-authentication")
        self._keep(self._parts.authentication, item, partial(authentication_set, phase=AuthPhase.FIRST), own)

    def second_authentication(self, item: Instance) -> None:
        """A set for the second authentication."""
        own = partial(set_fields, kind="second-authentication")
        self._keep(self._parts.authentication, item, partial(authentication_set, phase=AuthPhase.SECOND), own)

    def settings(self, item: Instance) -> None:
        """The settings of the machine or of a GPO."""
        self._keep(self._parts.globals, item, global_settings, settings_fields)

    def firewall_profile(self, item: Instance) -> None:
        """Whether local rules apply in a profile."""
        own = profile_settings(item, self.diagnostics)
        if own is not None:
            self._profiles.append(own)

    def firewall_rule(self, item: Instance) -> None:
        """A rule of the firewall itself."""
        rule = firewall_rule(item, self._filters, self.diagnostics)
        if rule is not None:
            self._parts.firewall_rules.append(rule)

    def protection(self, item: Instance) -> None:
        """A protection against denial of service."""
        self._keep(self._dos_protection, item, dos_protection, protection_fields)

    def service(self, item: Instance) -> None:
        """A Windows service."""
        state = services.service_state(item, self.diagnostics)
        if state is not None:
            self._services.append(state)

    def adapter(self, item: Instance) -> None:
        """The IPsec offload of a network adapter."""
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
        self._associations.append(association(item, EventKind.MAIN_MODE, self.diagnostics))

    def quick_mode_association(self, item: Instance) -> None:
        """A security association of quick mode."""
        self._associations.append(association(item, EventKind.QUICK_MODE, self.diagnostics))

    def event(self, item: Instance) -> None:
        """A record from Get-WinEvent."""
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

    def vpn_profile(self, item: Instance) -> None:
        """A VPN profile that device management holds: its XML says all that its other properties do."""
        from urllib.parse import unquote

        from ipseclint.formats.vpn.profile_xml import ProfileReader

        profile, name = item.text("ProfileXML"), item.text("InstanceID")
        known = None if name is None else unquote(name.text)
        if profile is None or not ProfileReader(self.diagnostics, self._parts).read_text(profile, known):
            self.diagnostics.not_understood(
                "a VPN profile of which the XML is not shown: show its ProfileXML", item.span
            )

    def vpn_server(self, item: Instance) -> None:
        """The settings of Routing and Remote Access for VPN clients."""
        self._parts.add_vpn(remote_access.server(item, self.diagnostics))

    def vpn_interface(self, item: Instance) -> None:
        """A site-to-site interface of Routing and Remote Access, and its last error."""
        self._parts.add_vpn(remote_access.interface(item, self.diagnostics))
        failed = remote_access.last_error(item, self.diagnostics)
        if failed is not None:
            self._events.append(failed)

    def _kinds_not_held(self) -> tuple[str, ...]:
        """The kinds of sets missing from the input that its rules may refer to."""
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
        """The result."""
        more = {
            "kinds_not_held": self._kinds_not_held() if self._parts.rules or self._parts.main_mode_rules else (),
            "dos_protection": tuple(self._dos_protection),
            "services": tuple(self._services),
            "network_adapters": tuple(self._adapters),
            "certificates": tuple(self._certificates),
        }
        self._parts.globals = with_profiles(self._parts.globals, self._profiles)
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


KINDS: dict[str, Callable[[Contents, Instance], None]] = {
    "msft_netconsecrule": Contents.rule,
    "msft_netmainmoderule": Contents.main_mode_rule,
    "msft_netikemmcryptoset": Contents.main_mode_set,
    "msft_netikeqmcryptoset": Contents.quick_mode_set,
    "msft_netikep1authset": Contents.first_authentication,
    "msft_netikep2authset": Contents.second_authentication,
    "msft_netsecuritysettingdata": Contents.settings,
    _PROFILE: Contents.firewall_profile,
    "msft_netfirewallrule": Contents.firewall_rule,
    "msft_netipsecdospsetting": Contents.protection,
    "win32_service": Contents.service,
    "servicecontroller": Contents.service,
    adapters.CLASS: Contents.adapter,
    "vpnconnection": Contents.vpn_connection,
    "vpnserver": Contents.vpn_server,
    "vpnauthprotocol": Contents.vpn_server,
    "vpns2s": Contents.vpn_interface,
    _MANAGED: Contents.vpn_profile,
    "x509certificate2": Contents.certificate,
    COLLECTED: Contents.collected_certificate,
    _EVENT: Contents.event,
    "msft_netmainmodesa": Contents.main_mode_association,
    "msft_netquickmodesa": Contents.quick_mode_association,
}
"""The function that reads the objects of each class, by folded class name."""
_NOTED_ELSEWHERE = CAST | {_EVENT, _MANAGED, _PROFILE, COLLECTED}
"""The classes whose unread properties are noted by what reads them, or not at all."""
