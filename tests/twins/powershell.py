"""The policy as the objects that the NetSecurity cmdlets give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tests.formats.powershell.writers import Cim
from tests.twins.policy import DEFAULT_MAIN_MODE, MainMode, Method, Rule, Told, identity
from tests.twins.registry import EXEMPTION_BITS, NAT_NUMBERS

NEVER, REQUEST, REQUIRE = 0, 1, 2
SECURITY = {
    "requireinrequestout": (REQUIRE, REQUEST),
    "requestinrequestout": (REQUEST, REQUEST),
    "requireinrequireout": (REQUIRE, REQUIRE),
    "noauthentication": (NEVER, NEVER),
}
PROFILE_BITS = {"domain": 1, "private": 2, "public": 4}
CIPHERS = {"des": 2, "3des": 6, "aes128": 65001, "aes256": 65003}
HASHES = {"md5": 2, "sha1": 3, "sha256": 65001}
GROUPS = {"none": 0, "dhgroup1": 1, "dhgroup2": 2, "dhgroup14": 14}
ESP = 2
PROPOSALS: dict[str, tuple[str, int]] = {
    "computerpsk": ("MSFT_NetIKEPSKAuthProposal", 2),
    "computerkerb": ("MSFT_NetIKEKerbAuthProposal", 65002),
    "userkerb": ("MSFT_NetIKEKerbAuthProposal", 65004),
}


def objects(told: Told) -> list[Cim]:
    """The objects, those that belong to a rule after it."""
    return list(_objects(told))


def _objects(told: Told) -> Iterator[Cim]:
    for number, rule in enumerate(told.rules):
        yield from _rule(number, rule)
    for number, main_rule in enumerate(told.main_rules):
        named = _names(identity(4, number), main_rule.name)
        sets = {"MainModeCryptoSet": identity(5, number), "Phase1AuthSet": identity(6, number)}
        yield Cim("MSFT_NetMainModeRule", {**named, "Enabled": 1, "Profiles": 0, **sets})
        yield _addresses(identity(4, number), "any", main_rule.remote)
        yield _authentication("MSFT_NetIKEP1AuthSet", identity(6, number), f"{main_rule.name} first", main_rule.first)
        yield _main_mode(identity(5, number), f"{main_rule.name} crypto", main_rule.main_mode)
    if told.main_mode:
        yield _main_mode(DEFAULT_MAIN_MODE, "Default", told.main_mode)
    yield Cim(
        "MSFT_NetSecuritySettingData",
        {
            "InstanceID": "MSFT|FW|FirewallSettingData",
            "CertValidationLevel": told.crl,
            "AllowIPsecThroughNAT": NAT_NUMBERS[told.nat],
            "Exemptions": sum(EXEMPTION_BITS[each] for each in told.exemptions),
            "MaxSAIdleTimeSeconds": told.idle_minutes * 60,
        },
    )


def _names(instance_id: str, name: str) -> dict[str, Any]:
    return {"InstanceID": instance_id, "ElementName": name, "DisplayName": name, "Description": None}


def _rule(number: int, rule: Rule) -> Iterator[Cim]:
    own = identity(0, number)
    inbound, outbound = SECURITY[rule.action]
    yield Cim(
        "MSFT_NetConSecRule",
        {
            **_names(own, rule.name),
            "Enabled": 1,
            "Profiles": sum(PROFILE_BITS[each] for each in rule.profiles),
            "Mode": 2 if rule.tunnel else 1,
            "InboundSecurity": inbound,
            "OutboundSecurity": outbound,
            "KeyModule": 0,
            "LocalTunnelEndpoint": [rule.tunnel.local] if rule.tunnel else [],
            "RemoteTunnelEndpoint": [rule.tunnel.remote] if rule.tunnel else [],
            "QuickModeCryptoSet": identity(3, number) if rule.quick else "",
            "Phase1AuthSet": identity(1, number) if rule.first else "",
            "Phase2AuthSet": identity(2, number) if rule.second else "",
        },
    )
    yield _addresses(own, rule.local, rule.remote)
    ports = {"Protocol": "Any", "LocalPort": "Any", "RemotePort": "Any"}
    yield Cim("MSFT_NetProtocolPortFilter", {"InstanceID": own, **ports})
    yield Cim("MSFT_NetInterfaceFilter", {"InstanceID": own, "InterfaceAlias": "Any"})
    yield Cim("MSFT_NetInterfaceTypeFilter", {"InstanceID": own, "InterfaceType": "Any"})
    if rule.first:
        yield _authentication("MSFT_NetIKEP1AuthSet", identity(1, number), f"{rule.name} first", rule.first)
    if rule.second:
        yield _authentication("MSFT_NetIKEP2AuthSet", identity(2, number), f"{rule.name} second", rule.second)
    if rule.quick:
        offers = [
            Cim(
                "MSFT_NetIKEQMCryptoProposal",
                {
                    "Encapsulation": ESP,
                    "HashAlgorithmAH": 0,
                    "HashAlgorithmESP": HASHES[each.integrity],
                    "CipherAlgorithm": CIPHERS[each.cipher],
                    "MaxLifetimeMinutes": each.minutes,
                    "MaxLifetimeKilobytes": each.kilobytes,
                },
            )
            for each in rule.quick
        ]
        named = _names(identity(3, number), f"{rule.name} crypto")
        yield Cim("MSFT_NetIKEQMCryptoSet", {**named, "PfsGroupID": GROUPS[rule.pfs], "Proposals": offers})


def _addresses(own: str, local: str, remote: str) -> Cim:
    def side(text: str) -> Any:
        parts = text.replace("any", "Any").split(",")
        return parts if len(parts) > 1 else parts[0]

    sides = {"LocalAddress": side(local), "RemoteAddress": side(remote)}
    return Cim("MSFT_NetAddressFilter", {"InstanceID": own, **sides})


def _authentication(kind: str, own: str, name: str, methods: Sequence[Method]) -> Cim:
    proposals = []
    for method in methods:
        class_name, number = PROPOSALS[method.name]
        key = {"PreSharedKey": method.key} if method.key else {}
        proposals.append(Cim(class_name, {"AuthenticationMethod": number, **key}))
    return Cim(kind, {**_names(own, name), "Proposals": proposals})


def _main_mode(own: str, name: str, main_mode: MainMode) -> Cim:
    offers = [
        Cim(
            "MSFT_NetIKEMMCryptoProposal",
            {
                "CipherAlgorithm": CIPHERS[proposal.cipher],
                "HashAlgorithm": HASHES[proposal.integrity],
                "GroupID": GROUPS[proposal.group],
            },
        )
        for proposal in main_mode.proposals
    ]
    return Cim(
        "MSFT_NetIKEMMCryptoSet",
        {
            **_names(own, name),
            "MaxLifetimeMinutes": main_mode.minutes,
            "MaxLifetimeSessions": main_mode.sessions,
            "ForceDiffieHellman": main_mode.force_dh,
            "Proposals": offers,
        },
    )
