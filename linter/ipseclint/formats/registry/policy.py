"""Decodes a registry tree, from any export, to IPsec policy and settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.policy_parts import PolicyParts
from ipseclint.formats.kit.token import Token, token_at
from ipseclint.formats.kit.vpn_parts import vpn_parts
from ipseclint.formats.kit.vpn_suite import SA_KILOBYTES, SA_SECONDS
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.registry.binary import decoded
from ipseclint.formats.registry.firewall.decode import decode_store, stores
from ipseclint.formats.registry.ip_security.objects import active_policy, stored_objects
from ipseclint.formats.registry.ip_security.policy import build_policy
from ipseclint.formats.registry.misspelt import misspelt_name, no_hive
from ipseclint.formats.registry.tree import TEXTS, Key, Kind, Value
from ipseclint.formats.registry.written import NUMBERS
from ipseclint.late import late
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import UNNAMED_GPO, Policy, RegistryValue, ServiceState, VpnServer, WindowsHost
from ipseclint.model.selectors import Address
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.source import Span
from ipseclint.vocabulary import registry_keys as keys
from ipseclint.vocabulary import vpn
from ipseclint.vocabulary.registry_keys import ANY_VALUE
from ipseclint.vocabulary.services import ROWS as SERVICE_ROWS
from ipseclint.words import plural, slip_of

_SETTINGS = keys.folded(
    keys.IKE_SERVICE,
    keys.POLICY_AGENT,
    keys.IPSEC_DRIVER,
    keys.FILTERING_ENGINE,
    keys.VPN_CLIENT,
    keys.VPN_AUTHENTICATION,
    keys.VPN_SERVER,
    keys.KERBEROS,
    keys.KEY_DISTRIBUTION,
)
"""Keys whose values affect IKE, its authentication and the IPsec driver."""
_HAS_SETTINGS = late("|".join(map(re.escape, _SETTINGS)))
"""One of them in a path, as `folded` gives it."""
_SERVICE_KEYS = keys.folded(*(rf"Services\{row.name}" for row in SERVICE_ROWS))
_FIREWALLS = keys.folded(keys.FIREWALL_OF_GPO, keys.FIREWALL)
_IP_SECURITY_POLICIES = keys.folded(keys.IP_SECURITY_POLICIES)
_SERVER = keys.folded(keys.VPN_SERVER)
_SUITE = keys.folded(keys.VPN_SUITE)
_SUITE_KEY = keys.VPN_SUITE.rpartition("\\")[2]
(_POOL,) = keys.folded(keys.VPN_ADDRESSES)
(_DEVICES,) = keys.folded(keys.VPN_PORTS)
_WINDOWS = keys.folded(keys.WINDOWS)
_Placed = tuple[str, str, Key]
"""A key with its path, as written and as `folded` gives it."""
_ASSIGNED = keys.folded(keys.IP_SECURITY_POLICY_OF_DOMAIN)
_CACHE = "cache"
"""The store in which a machine keeps a copy of the policy that the domain assigns."""
_CONCERN_IPSEC = (*_FIREWALLS, *_IP_SECURITY_POLICIES, *_ASSIGNED, *_SETTINGS, _POOL, _DEVICES)

_PORTS = {
    "ms_agilevpnminiport": "ikev2_ports",
    "ms_l2tpminiport": "l2tp_ports",
    "ms_sstpminiport": "sstp_ports",
    "ms_pptpminiport": "pptp_ports",
}
"""The protocol of each ComponentId there."""

_SERVER_NUMBERS = {
    "idleTimeout": "idle_disconnect_seconds",
    "networkBlackoutTime": "network_outage_seconds",
    "saLifeTime": "lifetime_seconds",
    "saDataSize": "lifetime_kilobytes",
}
"""Values of that key: seconds, and kilobytes (MS-RRASM 2.2.3.4.2.1 to 2.2.3.4.2.4)."""
_FRAGMENTATION, _CERTIFICATE_FLAGS = "EnableServerFragmentation", "CertAuthFlags"
_OF_SERVER = frozenset(name.casefold() for name in (*_SERVER_NUMBERS, _FRAGMENTATION, _CERTIFICATE_FLAGS))
"""The values of that key that the server object has, and that need no registry value besides."""

_SAID_OF_SERVER = frozenset(each.casefold() for each in (_FRAGMENTATION, _CERTIFICATE_FLAGS, _SUITE_KEY))
"""What that object also says of values and a key that are not there."""
_OF_DEVICE = frozenset({*keys.OFFLOAD_VALUES, "wanendpoints", "enableforras"})
"""The values of a network device that are read."""

_SUITE_NAMES = {
    "integritymethod": vpn.INTEGRITY_CHECK_METHOD.name,
    "encryptionmethod": vpn.ENCRYPTION_METHOD.name,
    "ciphertransformconstant": vpn.CIPHER_TRANSFORM.name,
    "authtransformconstant": vpn.AUTHENTICATION_TRANSFORM.name,
    "pfsgroup": vpn.PFS_GROUP.name,
    "dhgroup": vpn.DH_GROUP.name,
}
"""The values of that key: members of ROUTER_CUSTOM_IKEv2_POLICY_0 (MS-RRASM 2.2.1.2.237)."""

_SUITE_DEFAULTS = {
    vpn.INTEGRITY_CHECK_METHOD.name: 2,  # SHA-256
    vpn.ENCRYPTION_METHOD.name: 4,  # AES-256
    vpn.CIPHER_TRANSFORM.name: 2,  # 3DES
    vpn.AUTHENTICATION_TRANSFORM.name: 2,  # SHA-256
    vpn.PFS_GROUP.name: 3,  # 2048 bits
    vpn.DH_GROUP.name: 2,  # group 2
}
"""The default of an absent value of that key (MS-RRASM 2.2.3.4.2.8)."""

LEFT_OUT_KEYS = ("\\restrictedservices", "\\logging")
"""Other keys in the firewall's stores, folded: service hardening, and logs."""

_CONTROL_SET = late(r"controlset\d{3}")
_HIVES_OF_USER = frozenset({"hkcu", "hkey_current_user"})
_USER = late(r"S-1-5-|\.DEFAULT\Z", re.IGNORECASE)
"""The names of users below HKEY_USERS, beside those under which another hive may be loaded."""

_TEXTS = TEXTS | {Kind.MULTI_SZ}
"""The types of text, of one or of several."""

_START = "start"
_START_TYPES = {2: "automatic", 3: "manual", 4: "disabled"}
"""The value Start of a service (winnt.h: SERVICE_AUTO_START and its kind)."""


@lru_cache(maxsize=1024)
def concerns_ipsec(path: str) -> bool:
    """Whether a key may concern IPsec; readers skip the others."""
    return has_settings(path) or _is_service(path)


def has_settings(path: str) -> bool:
    """Whether a key may concern IPsec by more than a service's start type."""
    (folded,) = keys.folded(path)
    if any(key in folded for key in LEFT_OUT_KEYS):
        return False
    if folded.endswith(_WINDOWS) or any(key in folded for key in _CONCERN_IPSEC):
        return True
    return misspelt_name(path) is not None


def _is_service(path: str) -> bool:
    return keys.folded(path.strip("\\"))[0].endswith(_SERVICE_KEYS)


def says_start(path: str, name: str) -> bool:
    """Whether a value is the start type of a service that IPsec depends on, or would be but for one letter."""
    return (name.casefold() == _START or _is_start_misspelt(name)) and _is_service(path)


def _is_start_misspelt(name: str) -> bool:
    return slip_of(name.casefold(), (_START,)) is not None


def decode(tree: Key, diagnostics: Diagnostics, *, is_whole: bool = True, gpo: str = UNNAMED_GPO) -> Parsed:
    """The policy in a tree of keys from the root of the registry.

    `is_whole`: each key has all its values, as in an export; a script writes only some of them. `gpo` is what the store
    of Group Policy is called.
    """
    _keep_current_control_set(tree)
    _leave_out_users(tree, diagnostics)
    parts = PolicyParts()
    placed = [(path, keys.folded(path)[0], key) for path, key in tree.walk()]
    for path, root, store in stores(placed, gpo):
        decode_store(path, root, store, parts, diagnostics)
    services = _settings(placed, parts, diagnostics, is_whole=is_whole)
    parts.registry.extend(absent for path, folded, key in placed for absent in _lacking(path, folded, key))
    _note_misspelt(tree, placed, diagnostics)
    _add_servers(placed, parts, diagnostics, is_whole=is_whole)
    _add_limits(placed, parts, diagnostics)
    parts.hosts.extend(_hosts(placed))
    own = parts.policy()
    with_services = own.model_copy(update={"services": services}) if services else own
    policy = merge_policies((with_services, *_legacy(placed, diagnostics)))
    return diagnostics.parsed(policy)


def _keep_current_control_set(tree: Key) -> None:
    """Drop control sets other than the current one: they are copies of it, or older."""
    waiting = [tree]
    while waiting:
        keys_below = waiting.pop().keys
        sets = sorted(name for name in keys_below if name.startswith("controlset") and _CONTROL_SET.fullmatch(name))
        current = "currentcontrolset" if "currentcontrolset" in keys_below else next(iter(sets), "")
        for name in sets:
            if name != current:
                del keys_below[name]
        waiting += keys_below.values()


def _leave_out_users(tree: Key, diagnostics: Diagnostics) -> None:
    """Drop the keys of users, where no service looks for its own, and say so where IPsec's are among them."""
    of_user = [(tree, key) for key in tree.keys.values() if key.name.casefold() in _HIVES_OF_USER]
    loaded = tree.find("HKEY_USERS") or Key.root(diagnostics.path)
    of_user += [(loaded, key) for key in loaded.keys.values() if _USER.match(key.name)]
    for above, hive in of_user:
        del above.keys[hive.name.casefold()]
        whose = quoted(hive.name if above is tree else f"{loaded.name}\\{hive.name}")
        for path, key in hive.walk():
            if key.values and _has_effect_in_machine(path):
                why = f"Windows reads this key in HKEY_LOCAL_MACHINE alone: in {whose} it has no effect"
                diagnostics.not_understood(why, key.span)


def _has_effect_in_machine(path: str) -> bool:
    return concerns_ipsec(path) and not keys.folded(path)[0].endswith(_WINDOWS)


def _note_misspelt(tree: Key, placed: Sequence[_Placed], diagnostics: Diagnostics) -> None:
    """Note the keys that Windows does not read, and would but for one letter: each name once."""
    told = set()
    for hive in tree.keys.values():
        if (why := no_hive(hive.name)) is not None:
            diagnostics.malformed(why, hive.span)
    for path, folded, key in placed:
        if any(each in folded for each in _IP_SECURITY_POLICIES):
            continue  # a key for each filter, and none of a name that is known
        slip = misspelt_name(path)
        if slip is not None and slip not in told:
            told.add(slip)
            written, meant = slip
            diagnostics.not_understood(f"Windows reads no key {quoted(written)} here; did you mean {meant}?", key.span)


def _at(placed: Sequence[_Placed], endings: tuple[str, ...]) -> Iterator[Key]:
    """The keys whose paths have one of these endings."""
    return (key for _, folded, key in placed if folded.endswith(endings))


def _legacy(placed: Sequence[_Placed], diagnostics: Diagnostics) -> list[Policy]:
    """The IP Security Policies of each store that is not empty."""
    held = [store for key in _at(placed, _IP_SECURITY_POLICIES) for store in key.keys.values()]
    if not any(store.name.casefold() == _CACHE and store.keys for store in held):
        _tell_assigned(placed, diagnostics)
    return [build_policy(stored_objects(each, diagnostics), active_policy(each), diagnostics) for each in held]


def _tell_assigned(placed: Sequence[_Placed], diagnostics: Diagnostics) -> None:
    """Say which policy the domain assigns, where its copy is not there."""
    for key in _at(placed, _ASSIGNED):
        value = key.get("DSIPSECPolicyName") or key.get("DSIPSECPolicyPath")
        if value is not None and value.text.text:
            why = f"the domain assigns the policy {quoted(value.text.text)}, and this input does not hold what it is"
            diagnostics.not_understood(why, value.text.span)


def _tell_no_numbers(key: Key, diagnostics: Diagnostics) -> None:
    """Say which values of a server's key are none of the numbers that they have to be."""
    for value in key.values.values():
        if value.name.casefold() in _OF_SERVER and value.number is None and not value.is_open:
            diagnostics.malformed(f"{quoted(value.name)} is not a number", value.text.span)


def _add_servers(placed: Sequence[_Placed], parts: PolicyParts, diagnostics: Diagnostics, *, is_whole: bool) -> None:
    """Add the RRAS settings for IKEv2 clients: the suite, and the values beside it."""
    for key in _at(placed, _SERVER):
        _tell_no_numbers(key, diagnostics)
        suite_key = key.find(_SUITE_KEY)
        suite = {} if suite_key is None else _suite(suite_key, diagnostics)
        is_removed = suite_key is not None and ANY_VALUE in suite_key.absent and not suite_key.values
        if not (suite or key.values or is_removed or key.absent.keys() & _SAID_OF_SERVER):
            continue
        if suite:
            suite |= _lifetimes(key)
        # A key that was exported with values, and without the key of a suite below it, has none; of one that is named
        # and has no values, its values were not asked for.
        is_absent = is_removed or (
            suite_key is None and (_SUITE_KEY.casefold() in key.absent or (is_whole and key.is_whole))
        )
        is_known = bool(suite) or is_absent
        place = key.span if suite_key is None else suite_key.span
        fields: dict[str, Any] = {
            field: setting for name, field in _SERVER_NUMBERS.items() if (setting := _number(key, name))
        }
        has_all = (is_whole and key.is_whole) or ANY_VALUE in key.absent
        default_span = key.span if key.values and has_all else None
        server = VpnServer(
            span=key.span if key.values or suite_key is None else suite_key.span,
            custom_policy=Setting(bool(suite), place) if is_known else None,
            fragmentation=_is_on(key, _FRAGMENTATION, 1, default_span=default_span),
            checks_revocation=_is_on(key, _CERTIFICATE_FLAGS, 4, default_span=default_span),
            **fields,
        )
        parts.add_vpn(vpn_parts(server, suite, None, diagnostics, numbers=True, place=place))


def _add_limits(placed: Sequence[_Placed], parts: PolicyParts, diagnostics: Diagnostics) -> None:
    """Add the limits of RRAS clients: the addresses of the static pool, and the ports by protocol."""
    ranges: list[tuple[Address, Span]] = []
    ports: dict[str, Setting[int]] = {}
    for _, folded, key in placed:
        if _POOL in folded:
            low, high = _number(key, "From"), _number(key, "To")
            if low is not None and high is not None and low.known is not None and high.known is not None:
                ranges.append((Address(4, low.known, high.known), low.span))
        elif _DEVICES in folded:
            kind, count, enabled = key.get("ComponentId"), _number(key, "WanEndpoints"), _number(key, "EnableForRas")
            field = None if kind is None else _PORTS.get(kind.text.text.strip().casefold())
            if field is not None and count is not None and enabled is not None and enabled.known:
                ports[field] = count
    if not (ranges or ports):
        return
    pool = Setting(tuple(each for each, _ in ranges), ranges[0][1]) if ranges else None
    place = next(iter(ports.values())).span if pool is None else pool.span
    server = VpnServer(span=place, address_pool=pool).model_copy(update=ports)
    parts.add_vpn(vpn_parts(server, {}, None, diagnostics))


def _hosts(placed: Sequence[_Placed]) -> Iterator[WindowsHost]:
    """The Windows version in an export: build, revision, client or server."""
    for key in _at(placed, _WINDOWS):
        build, kind = key.get("CurrentBuildNumber") or key.get("CurrentBuild"), key.get("InstallationType")
        digits = "" if build is None else build.text.text.strip()
        if build is None or not (digits.isascii() and digits.isdigit() and len(digits) <= _MAX_BUILD_DIGITS):
            continue
        yield WindowsHost(
            span=key.span,
            build=Setting(int(digits), build.text.span),
            revision=_number(key, "UBR"),
            is_server=None if kind is None else Setting("server" in kind.text.text.casefold(), kind.text.span),
        )


_MAX_BUILD_DIGITS = 6


def _number(key: Key, name: str) -> Setting[int] | None:
    value = key.get(name)
    if value is not None and value.is_open:
        return Setting(Unknown(value.text.text), value.text.span)
    return None if value is None or value.number is None else Setting(value.number, value.text.span)


def _is_on(key: Key, name: str, on: int, default_span: Span | None) -> Setting[bool] | None:
    """Whether a value has the number that enables something; if absent from a key, it is off."""
    value, lacking = key.get(name), key.absent.get(name.casefold())
    if value is not None and value.is_open:
        return Setting(Unknown(value.text.text), value.text.span)
    if value is not None and value.number is not None:
        return Setting(value.number == on, value.text.span)
    if lacking is not None:
        return default(value=False, span=lacking.span)
    return None if default_span is None else default(value=False, span=default_span)


def _lifetimes(key: Key) -> dict[str, Token]:
    """The lifetimes beside a suite."""
    lifetimes = {SA_SECONDS: _number(key, "saLifeTime"), SA_KILOBYTES: _number(key, "saDataSize")}
    known = {name: each for name, each in lifetimes.items() if each is not None}
    return {name: token_at(_written(each.value), each.span) for name, each in known.items()}


def _written(value: int | Unknown) -> str:
    return value.raw if isinstance(value, Unknown) else str(value)


def _suite(key: Key, diagnostics: Diagnostics) -> dict[str, Token]:
    suite = {}
    for value in key.values.values():
        name = _SUITE_NAMES.get(value.name.casefold().removesuffix("s"))
        if name is None or (value.number is None and not value.is_open):
            diagnostics.not_understood(f"unknown value {quoted(value.name)} of RRAS's IKEv2 policy", value.text.span)
        else:
            suite[name] = value.text if value.is_open else token_at(str(value.number), value.text.span)
    if not suite:
        return {}
    return {name: token_at(str(number), key.span) for name, number in _SUITE_DEFAULTS.items()} | suite


def _settings(
    placed: Sequence[_Placed], parts: PolicyParts, diagnostics: Diagnostics, *, is_whole: bool
) -> tuple[ServiceState, ...]:
    """Add the values of IPsec services and devices; the start types of the services."""
    services: list[ServiceState] = []
    for path, folded, key in placed:
        is_device = _DEVICES in folded
        if not is_device and _HAS_SETTINGS.search(folded) is None:
            if folded.endswith(_SERVICE_KEYS):
                services += _started(key, diagnostics)
                misspelt = (each for each in key.values.values() if _is_start_misspelt(each.name))
                parts.registry += (_stored(path, key, each, is_whole=is_whole) for each in misspelt)
            continue
        for value in key.values.values() if not folded.endswith(_SUITE) else ():
            name = value.name.casefold()
            if is_device and name not in keys.OFFLOAD_VALUES:
                continue
            if name in _OF_SERVER and (value.number is not None or value.is_open) and folded.endswith(_SERVER):
                continue
            if value.kind in NUMBERS and value.number is None and value.data:
                message = (
                    f"{quoted(value.name)} holds {plural(len(value.data), 'byte')}: no number of its type has so many"
                )
                diagnostics.malformed(message, value.text.span)
            parts.registry.append(_stored(path, key, value, is_whole=is_whole))
        if folded.removesuffix(f"\\{key.name.casefold()}\\").endswith("\\services"):
            services += _started(key, diagnostics)
    return tuple(services)


def _lacking(path: str, folded: str, key: Key) -> Iterator[RegistryValue]:
    """The values that a key is said not to have, but for those that its object says."""
    for name, lacking in key.absent.items():
        if folded.endswith(_SERVER):
            is_read = name not in _SAID_OF_SERVER
        elif folded.endswith(_SUITE):
            is_read = name != ANY_VALUE
        elif _DEVICES in folded:
            is_read = name in _OF_DEVICE
        elif folded.endswith(_SERVICE_KEYS) and not any(each in folded for each in _SETTINGS):
            is_read = name in {_START, ANY_VALUE}
        else:
            is_read = not folded.endswith(_WINDOWS)
        if is_read:
            yield RegistryValue(path=f"{path}\\{lacking.text}", data=Setting(None, lacking.span))


def _stored(path: str, key: Key, value: Value, *, is_whole: bool) -> RegistryValue:
    """A value of a key in the form that rules see."""
    shown = str(value.number) if value.number is not None else value.text.text
    if value.kind == Kind.MULTI_SZ and (digits := decoded(value.data).rstrip("\0")).isdecimal():
        shown = digits  # an export has its bytes
    is_none = value.number is None and value.kind in NUMBERS
    return RegistryValue(
        path=f"{path}\\{value.name}",
        data=Setting(Unknown(shown) if value.is_open or is_none else shown, value.text.span),
        alone=not (is_whole and key.is_whole),
        is_text=value.kind in _TEXTS,
    )


def _started(key: Key, diagnostics: Diagnostics) -> Iterator[ServiceState]:
    """The start type of a service, from its key."""
    start = key.get("Start")
    if start is not None:
        kind = _START_TYPES.get(-1 if start.number is None else start.number)
        is_told = start.number is None and start.kind in NUMBERS
        if kind is None and not start.is_open and not is_told:
            written = start.text.text if start.number is None else str(start.number)
            which = ", ".join(f"{number} {each}" for number, each in _START_TYPES.items())
            diagnostics.malformed(
                f"{quoted(written)} is no start of a service, which is a REG_DWORD: {which}", start.text.span
            )
        yield ServiceState(name=key.name, start=Setting(kind or Unknown(start.text.text), start.text.span))
