"""Facts of a whole machine: global settings, DoS protection, registry, services, audit, firewall rules."""

from typing import ClassVar

from pydantic import Field

from ipseclint.model.dialect import Dialect
from ipseclint.model.selectors import Addresses, Ports
from ipseclint.model.setting import Setting
from ipseclint.model.values import Validated
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.settings import (
    CrlCheck,
    Direction,
    Exemption,
    FirewallAction,
    KeyEncoding,
    NatTraversal,
    PacketQueuing,
    Profile,
)


class GlobalSettings(Validated):
    """The settings of a machine or GPO that hold for all its rules. None: the input does not say.

    `legacy_exempt_level` is the value 0 to 3 of `netsh ipsec dynamic set config ipsecexempt`.
    """

    kind: ClassVar[str] = "global_settings"

    name: str = "global settings"
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.WFAS
    sa_idle_seconds: Setting[int] | None = None
    exemptions: Setting[frozenset[Exemption]] | None = None
    exemption_bits: Setting[int] | None = None
    crl_check: Setting[CrlCheck] | None = None
    crl_check_level: Setting[int] | None = None
    nat_traversal: Setting[NatTraversal] | None = None
    preshared_key_encoding: Setting[KeyEncoding] | None = None
    packet_queuing: Setting[frozenset[PacketQueuing]] | None = None
    match_auth_set_per_key_module: Setting[bool] | None = None
    local_rules_merge: dict[Profile, Setting[bool]] = Field(default_factory=dict)
    legacy_exempt_level: Setting[int] | None = None
    store: str | None = None


class DosProtection(Validated):
    """The IPsec denial-of-service protection of an IPv6 gateway. None: the input does not say.

    Rates in bytes per second, times in seconds.
    """

    kind: ClassVar[str] = "dos_protection"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.WFAS
    state_idle_seconds: Setting[int] | None = None
    rate_limit_queue_idle_seconds: Setting[int] | None = None
    max_state_entries: Setting[int] | None = None
    max_rate_limit_queues: Setting[int] | None = None
    unauthenticated_bytes_per_second: Setting[int] | None = None
    unauthenticated_bytes_per_second_per_address: Setting[int] | None = None
    authenticated_bytes_per_second: Setting[int] | None = None
    icmpv6_bytes_per_second: Setting[int] | None = None
    filter_exempt_bytes_per_second: Setting[int] | None = None
    default_block_exempt_bytes_per_second: Setting[int] | None = None
    dscp: dict[str, Setting[int]] = Field(default_factory=dict)
    key_modules: Setting[frozenset[KeyModule]] | None = None
    public_interfaces: Setting[tuple[str, ...]] | None = None
    internal_interfaces: Setting[tuple[str, ...]] | None = None


class FirewallRule(Validated):
    """A rule of the firewall itself that bears on IPsec: it lets only secured traffic in, or may block IKE or ESP.

    `security` is the protection that it demands of traffic, as written; None if none. `narrowed`: it is for one
    program, service or user, or has other conditions that are not modelled.
    """

    kind: ClassVar[str] = "firewall_rule"

    name: str
    id: str | None = None
    span: Span
    dialect: Dialect = Dialect.WFAS
    enabled: Setting[bool]
    direction: Setting[Direction]
    action: Setting[FirewallAction]
    profiles: Setting[frozenset[Profile]]
    protocol: Setting[int | None]
    local_ports: Setting[Ports]
    remote_ports: Setting[Ports]
    remote: Setting[Addresses]
    security: Setting[str] | None = None
    narrowed: bool = False
    store: str | None = None

    def takes(self, protocol: int, port: int | None = None) -> bool:
        """Whether the rule matches traffic of a protocol from any port to this one, or back. `port` None: the protocol
        has no ports."""
        if self.protocol.value is None:
            return True
        if self.protocol.known != protocol:
            return False
        return port is None or (_has(self.local_ports.known, port) and _has(self.remote_ports.known, port))


def _has(ports: Ports | None, port: int) -> bool:
    return ports is not None and (not ports or any(part.first <= port <= part.last for part in ports))


class RegistryValue(Validated):
    """One value of the registry that bears on IPsec, as exported; `path` is key and value name.

    Data of None: the input says that the key has no such value. `alone`: the input holds only some values of the key,
    and does not say what else is there. `is_text`: it is stored as text, whatever that says. `store` is the GPO that
    sets it.
    """

    path: str
    data: Setting[str | None]
    alone: bool = False
    is_text: bool = False
    store: str | None = None


class ServiceState(Validated):
    """How a Windows service is set up on the exported machine. None: the input does not say.

    `exit_code` is the error with which it stopped or did not start.
    """

    name: str
    start: Setting[str] | None = None
    status: Setting[str] | None = None
    exit_code: Setting[int] | None = None


class NetworkAdapter(Validated):
    """Whether a network adapter encrypts and authenticates IPsec packets by itself. None: the input does not say."""

    name: str
    ipsec_offload: Setting[bool] | None = None


class WindowsHost(Validated):
    """The Windows that wrote an export. None: the input does not say.

    `policy_version` is the version of the firewall's policy, `revision` the number behind the build (UBR). `store`
    names the GPO that says so: then it is the author's Windows and not that of the hosts that apply it.
    """

    span: Span
    policy_version: Setting[int] | None = None
    build: Setting[int] | None = None
    revision: Setting[int] | None = None
    is_server: Setting[bool] | None = None
    store: str | None = None


class RefusedCommand(Validated):
    """A command that Windows refuses: it creates nothing and changes nothing.

    `command` are its words, such as `netsh ipsec static add filterlist` or `New-NetIPsecRule`. `reason` is why, a
    clause that quotes no key; `span` the place of the cause, such as a tag that does not exist. `more` are further
    reasons with their places. `lacks_rights`: the command is right, but the user may not run it.
    """

    command: str
    reason: str
    span: Span
    more: tuple[tuple[str, Span], ...] = ()
    lacks_rights: bool = False


class LostStore(Validated):
    """A choice of store that ended with its process, so that the commands after it change the local store.

    `command` are the words of the command, `store` what it chose. `first` is the place of the first command meant for
    the store, of `count` in all.
    """

    command: str
    store: str
    span: Span
    first: Span
    count: int


class StrayValue(Validated):
    """A value behind a switch of a cmdlet, which PowerShell gives to another parameter by position.

    `value` is as written, `truth` what it says; None if that is not known. `taker` is the parameter that takes it, with
    `takes_key` one that takes a key.
    """

    command: str
    switch: str
    value: str
    truth: bool | None
    taker: str
    span: Span
    takes_key: bool = False


class AuditSetting(Validated):
    """Whether Windows writes failures, and successes, of one audit subcategory of IPsec to the Security log.

    `success` None: the input does not say.
    """

    subcategory: str
    failure: Setting[bool]
    success: Setting[bool] | None = None
