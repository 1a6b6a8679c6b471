"""Which Windows a policy is for, and what follows from it where the policy leaves a value to Windows.

Told by the site's word, or by what a host's own export says of it. A GPO names its author's Windows, which is not that
of the hosts that apply it, and tells nothing.
"""

from __future__ import annotations

from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthMethod,
    ConnectionSecurityRule,
    Dialect,
    Policy,
    WindowsHost,
)
from ipseclint.model.setting import default
from ipseclint.model.site import Site
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.windows_releases import (
    DHCP_EXEMPT_BUILD,
    DHCP_EXEMPT_POLICY_VERSION,
    FIRST_NEW_POLICY_VERSION,
    LAST_OLD_POLICY_VERSION,
    SECURE_BY_DEFAULT_BUILD,
    release_called,
)

NEW_DEFAULT_KEY_MODULES = frozenset({KeyModule.IKEV1, KeyModule.IKEV2})
"""What `Default` means since Windows 11 24H2 and Server 2025, where no authentication method needs AuthIP."""


def has_new_defaults(policy: Policy, site: Site) -> bool | None:
    """Whether all hosts of a policy are of Windows 11 24H2, Server 2025 or later; None: unknown, or they differ."""
    return _all_hosts(policy, site, SECURE_BY_DEFAULT_BUILD, LAST_OLD_POLICY_VERSION, FIRST_NEW_POLICY_VERSION)


def exempts_dhcp(policy: Policy, site: Site) -> bool | None:
    """Whether all hosts of a policy exempt DHCP by default, as from Windows 7 on; None: unknown, or they differ."""
    first = DHCP_EXEMPT_POLICY_VERSION
    return _all_hosts(policy, site, DHCP_EXEMPT_BUILD, first - 1, first)


def _all_hosts(policy: Policy, site: Site, build: int, last_old_version: int, first_new_version: int) -> bool | None:
    """Whether all hosts are of a build or later, by the site's word or by what their exports say."""

    def is_new(host: WindowsHost) -> bool | None:
        if host.build is not None and host.build.known is not None:
            return host.build.known >= build
        version = None if host.policy_version is None else host.policy_version.known
        if version is None or last_old_version < version < first_new_version:
            return None
        return version >= first_new_version

    if site.windows:
        releases = [release_called(name) for name in site.windows]
        answers = {release.build >= build for release in releases if release is not None}
    else:
        answers = {answer for host in policy.hosts if host.store is None and (answer := is_new(host)) is not None}
    return answers.pop() if len(answers) == 1 else None


def settled(machine: Machine) -> Machine:
    """The machine with the defaults of its Windows: what `KeyModule Default` means is decided by the release.

    Where the methods of a rule need AuthIP, or might, its key modules stay as they were read: the page on
    New-NetIPsecRule says that 24H2 takes AuthIP then, and leaves open what machine Kerberos does.
    """
    policy = machine.policy
    if not policy.connection_security_rules or has_new_defaults(policy, machine.site) is not True:
        return machine
    rules = tuple(_settled(machine, rule) for rule in policy.connection_security_rules)
    return machine.with_policy(policy.model_copy(update={"connection_security_rules": rules}))


def _settled(machine: Machine, rule: ConnectionSecurityRule) -> ConnectionSecurityRule:
    if rule.dialect is not Dialect.WFAS or rule.key_modules.is_explicit or needs_authip(machine, rule) is not False:
        return rule
    return rule.model_copy(update={"key_modules": default(NEW_DEFAULT_KEY_MODULES, rule.key_modules.span)})


def needs_authip(machine: Machine, rule: ConnectionSecurityRule) -> bool | None:
    """Whether the authentication of a rule asks for AuthIP; None where that is not known."""
    first = machine.index.first_auth_of(rule)
    if rule.second_authentication is not None:
        return True
    if first is None or not first.methods:
        return None
    kinds = {method.method.known for method in first.methods}
    if AuthMethod.COMPUTER_NTLM in kinds:
        return True
    return False if kinds <= _OF_IKE else None


_OF_IKE = frozenset({AuthMethod.COMPUTER_CERTIFICATE, AuthMethod.PRESHARED_KEY})
"""First authentication that IKEv1 knows and that no page says AuthIP is taken for."""
