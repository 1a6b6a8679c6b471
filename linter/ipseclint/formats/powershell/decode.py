"""Decodes PowerShell objects of any serialisation: finds the class of each, and reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell import adapters, remote_access, services
from ipseclint.formats.powershell.contents import COLLECTED, KINDS, OURS, Contents
from ipseclint.formats.powershell.filters import CMDLETS, Filters
from ipseclint.formats.powershell.instance import Instance, Node, class_of
from ipseclint.formats.powershell.properties import note_properties
from ipseclint.late import late
from ipseclint.vocabulary.services import NAMES

SHAPES = (
    ("msft_netconsecrule", ("InboundSecurity", "OutboundSecurity")),
    ("msft_netaddressfilter", ("LocalAddress", "RemoteAddress")),
    ("msft_netprotocolportfilter", ("Protocol", "LocalPort", "RemotePort")),
    ("msft_netinterfacetypefilter", ("InterfaceType", "InstanceID")),
    ("msft_netinterfacefilter", ("InterfaceAlias", "InstanceID")),
    ("msft_netmainmodesa", ("LocalEndpoint", "RemoteEndpoint", "HashAlgorithm")),
    ("msft_netmainmodesa", ("LocalEndpoint", "RemoteEndpoint", "LocalFirstId")),
    # A quick mode has a `PfsGroupId` too.
    ("msft_netquickmodesa", ("LocalEndpoint", "RemoteEndpoint", "EncapsulationMode")),
    ("msft_netquickmodesa", ("LocalEndpoint", "RemoteEndpoint", "TransportLayerFilterName")),
    ("msft_netquickmodesa", ("LocalEndpoint", "RemoteEndpoint", "FirstTransformType")),
    ("msft_netikemmcryptoset", ("ForceDiffieHellman",)),
    ("msft_netikemmcryptoset", ("MaxMinutes", "MaxSessions")),
    ("msft_netikeqmcryptoset", ("PerfectForwardSecrecyGroup",)),
    ("msft_netikeqmcryptoset", ("PfsGroupID",)),
    ("msft_netikemmcryptoproposal", ("Encryption", "Hash", "KeyExchange")),
    ("msft_netikeqmcryptoproposal", ("Encapsulation", "ESPHash", "MaxMinutes")),
    ("msft_netsecuritysettingdata", ("CertValidationLevel", "AllowIPsecThroughNAT")),
    ("msft_netipsecdospsetting", ("EnabledKeyingModules", "StateIdleTimeoutSeconds")),
    ("vpns2s", ("ResponderAuthenticationMethod",)),
    ("vpns2s", ("Destination", "SALifeTime")),
    ("vpns2s", ("Destination", "SALifeTimeSeconds")),
    ("vpns2s", ("Destination", "CipherTransformConstants")),
    ("vpns2s", ("Destination", "AdminStatus")),
    ("vpns2s", ("Destination", "ConnectionState")),
    ("vpnserver", ("SALifeTime", "Ikev2Ports")),
    ("vpnserver", ("SALifeTimeSeconds", "Ikev2Ports")),
    ("vpnserver", ("EncryptionType", "Ikev2Ports")),
    ("vpnserver", ("TunnelType", "Ikev2Ports")),
    ("vpnserver", ("Ikev2Ports", "SstpPorts")),
    ("vpnserver", ("SALifeTime", "CipherTransformConstants")),
    ("vpnserver", ("SALifeTimeSeconds", "CipherTransformConstants")),
    ("vpnserver", ("MMSALifeTime", "CipherTransformConstants")),
    ("vpnserver", ("MMSALifeTimeSeconds", "CipherTransformConstants")),
    ("vpnserver", ("CustomPolicy", "CipherTransformConstants")),
    ("vpnserver", ("CustomPolicy", "TunnelType")),
    ("vpnserver", ("EncryptionType", "MMSALifeTime")),
    ("vpnserver", ("EncryptionType", "MMSALifeTimeSeconds")),
    ("vpnserver", ("IPAssignmentMethod", "IPv6Prefix")),
    ("vpnserver", ("UserAuthProtocolAccepted",)),
    ("vpnconnection", ("ServerAddress", "TunnelType")),
    ("vpnconnection", ("CipherTransformConstants", "DHGroup")),
    ("mdm_vpnv2_01", ("ProfileXML",)),
    ("msft_netfirewallprofile", ("AllowLocalIPsecRules",)),
    ("x509certificate2", ("NotAfter", "HasPrivateKey")),
    ("x509certificate2", ("NotAfter", "EnhancedKeyUsageList")),
    ("x509certificate2", ("NotAfter", "Thumbprint", "Issuer")),
    ("x509certificate2", ("Subject", "EnhancedKeyUsageList")),
    ("x509certificate2", ("Subject", "HasPrivateKey")),
    (COLLECTED, ("not_valid_after", "common_name")),
    (COLLECTED, ("not_valid_after", "store_location")),
    ("servicecontroller", ("Status", "CanPauseAndContinue")),
    ("win32_service", ("StartMode", "State")),
    ("win32_service", ("Name", "StartMode")),
    ("servicecontroller", ("ServiceName", "StartType")),
    ("servicecontroller", ("Name", "StartType")),
    ("servicecontroller", ("Name", "StartupType")),
    ("servicecontroller", ("Name", "start_type", "service_type")),
    ("servicecontroller", ("Name", "start_type", "display_name")),
    (adapters.CLASS, ("IPsecOffloadV2Enabled",)),
    (adapters.CLASS, ("Enabled", "AhEnabled")),
    (adapters.CLASS, ("Enabled", "EspEnabled")),
    (adapters.CLASS, ("Enabled", "AhSupported")),
    (adapters.CLASS, ("Enabled", "EspSupported")),
    (adapters.CLASS, ("Enabled", "SaOffloadCapacityEnabled")),
)
"""Properties that identify an object without a class name."""

_FOLDED_SHAPES = [(shape, frozenset(map(str.casefold, properties))) for shape, properties in SHAPES]

_SETS = {
    "msft_netikemmcryptoproposal": "msft_netikemmcryptoset",
    "msft_netikeqmcryptoproposal": "msft_netikeqmcryptoset",
}
"""Of what set proposals are that are shown alone, as by `(Get-NetIPsecMainModeCryptoSet).Proposal`."""
_ALIASES = {
    "msft_netfirewallsetting": "msft_netsecuritysettingdata",
    "serviceinfo": "servicecontroller",
}

_IN_STATE = (
    r'"(?:status|state)"\s*:\s*(?:[1-7]\b|"(?:running|stopped|paused|(?:start|stop|continue|pause)[ _]?pending)")'
)
_NAMED = rf'"(?:service)?name"\s*:\s*"(?:{NAMES})"'
_NAMED_SERVICE = late(rf"{_NAMED}[^{{}}]{{0,2000}}{_IN_STATE}|{_IN_STATE}[^{{}}]{{0,2000}}{_NAMED}")
"""A service of which nothing is said but its state, in folded JSON."""


def concerns_ipsec(text: str, lines: str = "") -> bool:
    """Whether text names a class, or has the properties, of objects that are read here.

    `lines` are its distinct lines, folded, if they are known: less to search.
    """
    lines = lines or text.casefold()
    if any(name in lines for name in (*CMDLETS, *KINDS, *OURS)):
        return True
    quoted = frozenset(lines.split('"')[1:-1])
    if any(quoted >= properties for _, properties in _FOLDED_SHAPES):
        return True
    return _NAMED_SERVICE.search(text.casefold()) is not None


def holds_objects(text: str, lines: str) -> bool:
    """Whether text names a class, or has the properties in PowerShell's spelling, of objects that are read here.

    `lines` has its distinct lines. Properties of filters do not count, since filters alone make no policy, nor do those
    of Intune, which begin in lower case.
    """
    folded = lines.casefold()
    if any(f'{each}"' in folded for each in KINDS if each.startswith("msft_")):
        return True
    shapes = (properties for kind, properties in SHAPES if kind in KINDS)
    if any(all(f'"{each}"' in lines for each in properties) for properties in shapes):
        return True
    return _NAMED_SERVICE.search(text.casefold()) is not None


def decode(items: Iterable[Instance], diagnostics: Diagnostics) -> Parsed:
    """The policy in the objects of one input."""
    filters = Filters()
    kept: list[Instance] = []
    for item in map(_in_set, _with_held(items, {})):
        if item.class_name in CMDLETS:
            note_properties(item, diagnostics)
            filters.add(item)
        elif not (kept and (remote_access.takes_suite(kept[-1], item) or _takes_proposal(kept[-1], item))):
            kept.append(item)
    contents = Contents(filters, diagnostics)
    kept.reverse()
    while kept:
        # What has been read is let go: the objects take several times as much as the policy.
        contents.add(kept.pop())
    return contents.parsed()


def _in_set(item: Instance) -> Instance:
    """A proposal that is shown alone as a set with only that; any other object as it is."""
    kind = _SETS.get(item.class_name)
    return item if kind is None else Instance(kind, item.span, {_ALONE: [item]})


_ALONE = "proposal"


def _takes_proposal(before: Instance, item: Instance) -> bool:
    """Add the proposal of a set of one to the set before it, if that too has only proposals; whether it did."""
    mine, theirs = before.properties.get(_ALONE), item.properties.get(_ALONE)
    if not (isinstance(mine, list) and isinstance(theirs, list)):
        return False
    if before.class_name != item.class_name or not {*before.properties} == {*item.properties} == {_ALONE}:
        return False
    mine += theirs
    return True


def _with_held(items: Iterable[Instance], seen: dict[int, Instance]) -> Iterator[Instance]:
    """The objects, and those nested in objects of other classes, as in a report about a machine.

    A certificate within another object is not in the machine's store.
    """
    for item in items:
        if id(item) in seen:
            continue
        seen[id(item)] = item  # kept alive, so that no other object comes to have its number
        item.class_name = _class(item)
        yield item
        if item.class_name not in KINDS and item.class_name not in CMDLETS and not item.class_name.startswith(OURS):
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


@lru_cache(maxsize=1024)
def _kind(class_name: str) -> str:
    """The class as which objects of a class are read."""
    name = _ALIASES.get(class_name, class_name)
    bare = name.removeprefix("ps_")
    if bare.endswith(".x509certificate2"):
        return "x509certificate2"
    return next((kind for start, kind in _FAMILIES.items() if bare.startswith(start)), name)


def _class(item: Instance) -> str:
    name = _kind(item.class_name)
    if name in KINDS or name in CMDLETS:
        return name
    for shape, properties in _FOLDED_SHAPES:
        if properties <= item.properties.keys():
            return shape
    created = item.text("CreationClassName")
    if name == "" and created is not None and (class_of(created.text) in KINDS or class_of(created.text) in CMDLETS):
        return class_of(created.text)
    if not item.class_name and services.is_told(item):
        return "servicecontroller"
    return name
