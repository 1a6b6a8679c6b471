"""The policy as the values that Windows keeps in the registry (MS-GPFAS 2.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.formats.registry.writers import DWORD, SZ, Entry
from tests.twins.policy import DEFAULT_MAIN_MODE, MainMode, Method, Rule, Told, identity

POLICY_ROOT = "SOFTWARE\\Policies\\Microsoft\\WindowsFirewall"
EXEMPTION_BITS = {"neighbordiscovery": 1, "icmp": 2, "routerdiscovery": 4, "dhcp": 8}
NAT_NUMBERS = {"never": 0, "serverbehindnat": 1, "serverandclientbehindnat": 2}
METHODS = {"computerkerb": "MachineKerb", "computerpsk": "MachineSHKey", "userkerb": "UserKerb"}
GROUPS = {"dhgroup1": "DH1", "dhgroup2": "DH2", "dhgroup14": "DH2048"}
PFS = {"none": "Disable", "dhgroup2": "ReKeyDH2", "dhgroup14": "ReKeyDH2048"}
CIPHERS = {"des": "DES", "3des": "3DES", "aes128": "AES-128", "aes256": "AES-256"}
ACTIONS = {
    "requireinrequestout": "SecureServer",
    "requestinrequestout": "Boundary",
    "requireinrequireout": "Secure",
    "noauthentication": "DoNotSecure",
}
NEWER_HASHES = {"sha256", "sha384"}


def entries(told: Told) -> list[Entry]:
    """The values of the store, in the order of their keys."""
    return list(_entries(told))


def _entries(told: Told) -> Iterator[Entry]:
    yield Entry(POLICY_ROOT, "PolicyVersion", DWORD, 0x21E)
    yield Entry(POLICY_ROOT, "SAIdlTime", DWORD, told.idle_minutes * 60)
    yield Entry(POLICY_ROOT, "IPsecExempt", DWORD, sum(EXEMPTION_BITS[each] for each in told.exemptions))
    yield Entry(POLICY_ROOT, "StrongCRLCheck", DWORD, told.crl)
    yield Entry(POLICY_ROOT, "IPsecThroughNAT", DWORD, NAT_NUMBERS[told.nat])
    for number, rule in enumerate(told.rules):
        yield Entry(f"{POLICY_ROOT}\\ConSecRules", identity(0, number), SZ, _rule(number, rule))
    for number, main_rule in enumerate(told.main_rules):
        text = f"v2.30|Active=TRUE|EP2_4={main_rule.remote}|Auth1Set={identity(6, number)}"
        text += f"|Crypto1Set={identity(5, number)}|Name={main_rule.name}|"
        yield Entry(f"{POLICY_ROOT}\\MainModeRules", identity(4, number), SZ, text)
    for number, rule in enumerate(told.rules):
        yield from _authentication("Phase1AuthenticationSets", identity(1, number), f"{rule.name} first", rule.first)
    for number, main_rule in enumerate(told.main_rules):
        yield from _authentication(
            "Phase1AuthenticationSets", identity(6, number), f"{main_rule.name} first", main_rule.first
        )
    for number, rule in enumerate(told.rules):
        yield from _authentication("Phase2AuthenticationSets", identity(2, number), f"{rule.name} second", rule.second)
    if told.main_mode:
        yield from _main_mode(DEFAULT_MAIN_MODE, "Default", told.main_mode)
    for number, main_rule in enumerate(told.main_rules):
        yield from _main_mode(identity(5, number), f"{main_rule.name} crypto", main_rule.main_mode)
    for number, rule in enumerate(told.rules):
        yield from _quick_mode(identity(3, number), rule)


def _rule(number: int, rule: Rule) -> str:
    parts = [f"Action={ACTIONS[rule.action]}", "Active=TRUE"]
    parts += [f"Profile={each.capitalize()}" for each in rule.profiles]
    for side, text in (("EP1", rule.local), ("EP2", rule.remote)):
        parts += [f"{side}_4={part}" for part in text.split(",") if part != "any"]
    if rule.tunnel:
        parts += [f"LTunnel4={rule.tunnel.local}", f"RTunnel4={rule.tunnel.remote}"]
    if rule.first:
        parts.append(f"Auth1Set={identity(1, number)}")
    if rule.second:
        parts.append(f"Auth2Set={identity(2, number)}")
    if rule.quick:
        parts.append(f"Crypto2Set={identity(3, number)}")
    return "|".join(["v2.30", *parts, f"Name={rule.name}", ""])


def _authentication(kind: str, set_id: str, name: str, methods: Sequence[Method]) -> Iterator[Entry]:
    if not methods:
        return
    key = f"{POLICY_ROOT}\\{kind}\\{set_id}"
    yield Entry(key, "Version", SZ, "2.30")
    yield Entry(key, "Name", SZ, name)
    for number, method in enumerate(methods):
        suite = f"{key}\\{number:04d}"
        yield Entry(suite, "Method", SZ, METHODS[method.name])
        if method.key:
            yield Entry(suite, "SHKey", SZ, method.key)


def _main_mode(set_id: str, name: str, main_mode: MainMode) -> Iterator[Entry]:
    key = f"{POLICY_ROOT}\\Phase1CryptoSets\\{set_id}"
    yield Entry(key, "Version", SZ, "2.30")
    yield Entry(key, "Name", SZ, name)
    yield Entry(key, "DoNotSkipDH", SZ, "TRUE" if main_mode.force_dh else "FALSE")
    yield Entry(key, "TimeOutMinutes", SZ, str(main_mode.minutes))
    yield Entry(key, "TimeOutSessions", SZ, str(main_mode.sessions))
    for number, proposal in enumerate(main_mode.proposals):
        suite = f"{key}\\{number:04d}"
        yield Entry(suite, "KeyExchange", SZ, GROUPS[proposal.group])
        yield Entry(suite, "Encryption", SZ, CIPHERS[proposal.cipher])
        yield from _hash(suite, "Hash", proposal.integrity)


def _quick_mode(set_id: str, rule: Rule) -> Iterator[Entry]:
    if not rule.quick:
        return
    key = f"{POLICY_ROOT}\\Phase2CryptoSets\\{set_id}"
    yield Entry(key, "Version", SZ, "2.30")
    yield Entry(key, "Name", SZ, f"{rule.name} crypto")
    yield Entry(key, "PFS", SZ, PFS[rule.pfs])
    for number, each in enumerate(rule.quick):
        suite = f"{key}\\{number:04d}"
        yield Entry(suite, "Protocol", SZ, "ESP")
        yield from _hash(suite, "EspHash", each.integrity)
        yield Entry(suite, "Encryption", SZ, CIPHERS[each.cipher])
        yield Entry(suite, "TimeOutMinutes", SZ, str(each.minutes))
        yield Entry(suite, "TimeOutKbytes", SZ, str(each.kilobytes))


def _hash(suite: str, name: str, integrity: str) -> Iterator[Entry]:
    if integrity in NEWER_HASHES:
        yield Entry(suite, "SkipVersion", SZ, "2.0")
        yield Entry(suite, f"2_1{name}", SZ, integrity.upper())
    else:
        yield Entry(suite, name, SZ, integrity.upper())
