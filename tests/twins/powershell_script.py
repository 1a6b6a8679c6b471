"""The policy as a PowerShell script, with the variables, tables and loops that such scripts have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.twins.policy import MainMode, Method, QuickProposal, Rule, Told

CIPHERS = {"des": "DES", "3des": "DES3", "aes128": "AES128", "aes256": "AES256"}
GROUPS = {"none": "None", "dhgroup1": "DH1", "dhgroup2": "DH2", "dhgroup14": "DH14"}
METHODS = {"computerkerb": "-Machine -Kerberos", "userkerb": "-User -Kerberos", "computerpsk": "-Machine -PreSharedKey"}
SECURITY = {
    "requireinrequestout": ("Require", "Request"),
    "requestinrequestout": ("Request", "Request"),
    "requireinrequireout": ("Require", "Require"),
    "noauthentication": ("None", "None"),
}
EXEMPTIONS = {"neighbordiscovery": "NeighborDiscovery", "icmp": "Icmp", "dhcp": "Dhcp"}
NAT = {"never": "None", "serverbehindnat": "Server", "serverandclientbehindnat": "Both"}


def script(told: Told) -> str:
    """The script."""
    return "".join(f"{line}\n" for line in _lines(told))


def _lines(told: Told) -> Iterator[str]:
    yield "#Requires -Modules NetSecurity"
    yield "$ErrorActionPreference = 'Stop'"
    exemptions = ", ".join(EXEMPTIONS[each] for each in told.exemptions)
    yield f"Set-NetFirewallSetting -MaxSAIdleTimeSeconds ({told.idle_minutes} * 60) -Exemptions {exemptions} `"
    level = ("None", "AttemptCrlCheck", "RequireCrlCheck")[told.crl]
    yield f"    -CertValidationLevel {level} -AllowIPsecThroughNAT {NAT[told.nat]}"
    if told.main_mode:
        yield from _main_mode("$null", "Default main mode", told.main_mode, " -Default")
    for number, rule in enumerate(told.rules):
        yield from _rule(number, rule)
    for number, main_rule in enumerate(told.main_rules):
        yield from _main_mode(f"$mainMode{number}", main_rule.name, main_rule.main_mode, "")
        yield from _authentication(f"$peers{number}", 1, main_rule.name, main_rule.first)
        yield f"New-NetIPsecMainModeRule -DisplayName '{main_rule.name}' -RemoteAddress {main_rule.remote} `"
        yield f"    -MainModeCryptoSet $mainMode{number}.Name -Phase1AuthSet $peers{number}.Name | Out-Null"


def _main_mode(variable: str, name: str, main_mode: MainMode, default: str) -> Iterator[str]:
    yield "$offers = @("
    for proposal in main_mode.proposals:
        words = f"-Encryption {CIPHERS[proposal.cipher]} -Hash {proposal.integrity.upper()}"
        yield f"    New-NetIPsecMainModeCryptoProposal {words} -KeyExchange {GROUPS[proposal.group]}"
    yield ")"
    yield f"{variable} = New-NetIPsecMainModeCryptoSet{default} -DisplayName '{name}' -Proposal $offers `"
    forced = str(main_mode.force_dh).lower()
    yield f"    -MaxMinutes {main_mode.minutes} -MaxSessions {main_mode.sessions} -ForceDiffieHellman ${forced}"


def _authentication(variable: str, phase: int, name: str, methods: Sequence[Method]) -> Iterator[str]:
    yield f"{variable} = New-NetIPsecPhase{phase}AuthSet -DisplayName '{name}' -Proposal @("
    for method in methods:
        key = f" '{method.key}'" if method.key else ""
        yield f"    New-NetIPsecAuthProposal {METHODS[method.name]}{key}"
    yield ")"


def _quick_mode(variable: str, name: str, pfs: str, proposals: Sequence[QuickProposal]) -> Iterator[str]:
    yield "$offers = @()"
    for proposal in proposals:
        yield "$offers += New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP `"
        yield f"    -ESPHash {proposal.integrity.upper()} -Encryption {CIPHERS[proposal.cipher]} `"
        yield f"    -MaxMinutes {proposal.minutes} -MaxKiloBytes {proposal.kilobytes}"
    yield f"{variable} = New-NetIPsecQuickModeCryptoSet -DisplayName '{name}' -Proposal $offers `"
    yield f"    -PerfectForwardSecrecyGroup {GROUPS[pfs]}"


def _rule(number: int, rule: Rule) -> Iterator[str]:
    inbound, outbound = SECURITY[rule.action]
    table = {"DisplayName": f"'{rule.name}'", "InboundSecurity": f"'{inbound}'", "OutboundSecurity": f"'{outbound}'"}
    for name, address in (("LocalAddress", rule.local), ("RemoteAddress", rule.remote)):
        if address != "any":
            table[name] = ", ".join(f"'{each}'" for each in address.split(","))
    if rule.profiles:
        table["Profile"] = ", ".join(f"'{each.capitalize()}'" for each in rule.profiles)
    if rule.tunnel:
        table |= {"Mode": "'Tunnel'", "LocalTunnelEndpoint": f"'{rule.tunnel.local}'"}
        table["RemoteTunnelEndpoint"] = f"'{rule.tunnel.remote}'"
    for phase, methods in ((1, rule.first), (2, rule.second)):
        if methods:
            yield from _authentication(f"$phase{phase}", phase, rule.name, methods)
            table[f"Phase{phase}AuthSet"] = f"$phase{phase}.Name"
    if rule.quick:
        yield from _quick_mode("$quickMode", rule.name, rule.pfs, rule.quick)
        table["QuickModeCryptoSet"] = "$quickMode.Name"
    yield f"$rule{number} = @{{"
    yield from (f"    {name} = {value}" for name, value in table.items())
    yield "}"
    yield f"New-NetIPsecRule @rule{number} | Out-Null"
