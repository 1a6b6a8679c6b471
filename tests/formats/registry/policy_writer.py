"""The writer of a policy into registry values (MS-GPFAS 2.2), so that it can be read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from tests.formats.registry.policies import GCM, KEY_TEXTS
from tests.formats.registry.writers import DWORD, POLICY_ROOT, SZ, Entry

from ipseclint.formats.registry.firewall import words
from ipseclint.model.policy import (
    AuthenticationSet,
    AuthPhase,
    ConnectionSecurityRule,
    GlobalSettings,
    MainModeCryptoSet,
    MainModeRule,
    Policy,
    Profile,
    QuickModeCryptoSet,
)
from ipseclint.model.setting import Setting
from ipseclint.vocabulary.algorithms import Cipher, Encapsulation, Integrity

T = TypeVar("T")

_NEWER_HASHES = frozenset({Integrity.SHA256, Integrity.SHA384, *GCM.values()})


def word(table: Mapping[str, T], value: T) -> str:
    """The word that a table has for a value; readers do not mind its case."""
    return next(name for name, meaning in table.items() if meaning == value)


def entries_of(policy: Policy) -> list[Entry]:
    """The registry values of a policy, keys in the order that the model has objects in."""
    return list(_entries(policy))


def _entries(policy: Policy) -> Iterator[Entry]:
    for settings in policy.global_settings:
        yield from _settings(settings)
    for crypto in policy.main_mode_crypto_sets:
        yield from _main_mode(crypto)
    for quick in policy.quick_mode_crypto_sets:
        yield from _quick_mode(quick)
    for auth_set in policy.authentication_sets:
        yield from _authentication(auth_set)
    for rule in policy.connection_security_rules:
        yield Entry(f"{POLICY_ROOT}\\ConSecRules", rule.id or "", SZ, _rule(rule))
    for main in policy.main_mode_rules:
        yield Entry(f"{POLICY_ROOT}\\MainModeRules", main.id or "", SZ, _main_mode_rule(main))


def known(setting: Setting[T] | None) -> T:
    assert setting is not None
    value = setting.known
    assert value is not None
    return value


def _settings(settings: GlobalSettings) -> Iterator[Entry]:
    numbers: dict[str, int] = {
        "SAIdlTime": known(settings.sa_idle_seconds),
        "IPsecExempt": known(settings.exemption_bits),
        "StrongCRLCheck": known(settings.crl_check_level),
        "IPsecThroughNAT": next(key for key, item in words.NAT_LEVELS.items() if item == known(settings.nat_traversal)),
    }
    for name, number in numbers.items():
        yield Entry(POLICY_ROOT, name, DWORD, number)
    for profile, merge in settings.local_rules_merge.items():
        key = {Profile.DOMAIN: "DomainProfile", Profile.PRIVATE: "PrivateProfile", Profile.PUBLIC: "PublicProfile"}
        yield Entry(f"{POLICY_ROOT}\\{key[profile]}", "AllowLocalIPsecPolicyMerge", DWORD, int(known(merge)))


def _texts(key: str, texts: Mapping[str, object]) -> Iterator[Entry]:
    for name, value in texts.items():
        shown = str(value).upper() if isinstance(value, bool) else str(value)
        yield Entry(key, name, SZ, shown)


def _main_mode(crypto: MainModeCryptoSet) -> Iterator[Entry]:
    key = f"{POLICY_ROOT}\\Phase1CryptoSets\\{crypto.id}"
    yield from _texts(
        key,
        {
            "Version": "2.26",
            "Name": crypto.name,
            "TimeOutMinutes": known(crypto.lifetime_seconds) // 60,
            "TimeOutSessions": known(crypto.quick_mode_limit),
            "DoNotSkipDH": known(crypto.force_dh),
        },
    )
    for number, proposal in enumerate(crypto.proposals):
        hash_ = known(proposal.integrity)
        group = word(words.KEY_EXCHANGES, known(proposal.dh_group))
        texts = {
            "2_16KeyExchange" if group == "dh24" else "KeyExchange": group,
            "Encryption": word(words.CIPHERS, known(proposal.encryption)),
            "2_1Hash" if hash_ in _NEWER_HASHES else "Hash": word(words.HASHES, hash_),
        }
        yield from _texts(f"{key}\\{number:04}", texts)


def _quick_mode(crypto: QuickModeCryptoSet) -> Iterator[Entry]:
    key = f"{POLICY_ROOT}\\Phase2CryptoSets\\{crypto.id}"
    group = word(words.PFS_GROUPS, known(crypto.pfs_group))
    name = "2_16PFS" if group == "rekeydh24" else "PFS"
    yield from _texts(key, {"Version": "2.26", "Name": crypto.name, name: group})
    for number, proposal in enumerate(crypto.proposals):
        kind, cipher = known(proposal.encapsulation), known(proposal.encryption)
        texts: dict[str, object] = {
            "2_9Protocol" if kind is Encapsulation.AUTH_NO_ENCAP else "Protocol": word(words.PROTOCOLS, kind),
            "TimeOutMinutes": known(proposal.lifetime_seconds) // 60,
            "TimeOutKbytes": known(proposal.lifetime_kilobytes),
        }
        if cipher is not Cipher.NONE:
            texts["2_1Encryption" if cipher in GCM else "Encryption"] = word(words.CIPHERS, cipher)
        for side, hash_ in (("AhHash", known(proposal.ah_integrity)), ("EspHash", known(proposal.esp_integrity))):
            if hash_ is not Integrity.NONE:
                texts[f"2_1{side}" if hash_ in _NEWER_HASHES else side] = word(words.HASHES, hash_)
        yield from _texts(f"{key}\\{number:04}", texts)


def _authentication(each: AuthenticationSet) -> Iterator[Entry]:
    phase = 1 if each.phase is AuthPhase.FIRST else 2
    key = f"{POLICY_ROOT}\\Phase{phase}AuthenticationSets\\{each.id}"
    yield from _texts(key, {"Version": "2.26", "Name": each.name})
    for number, method in enumerate(each.methods):
        texts: dict[str, object] = {"Method": word(words.METHODS, known(method.method))}
        if method.preshared_key is not None:
            texts["SHKey"] = KEY_TEXTS[known(method.preshared_key)]
        if method.certificate_authority is not None:
            texts |= {
                "CAName": known(method.certificate_authority),
                "IntermediateCA": known(method.certificate_authority_type) == "intermediate",
                "OtherCertSigning": word(words.SIGNINGS, known(method.signing)),
                "HealthCert": known(method.health),
                "CertAccountMapping": known(method.account_mapping),
                "ExcludeCAName": known(method.exclude_ca_name),
            }
        yield from _texts(f"{key}\\{number:04}", texts)


def _fields(pairs: list[tuple[str, object]]) -> str:
    shown = ((name, str(value).upper() if isinstance(value, bool) else value) for name, value in pairs)
    return "v2.26|" + "".join(f"{name}={value}|" for name, value in shown)


def _ends(rule: ConnectionSecurityRule | MainModeRule) -> Iterator[tuple[str, object]]:
    for end, setting in (("EP1", rule.endpoint1), ("EP2", rule.endpoint2)):
        for address in known(setting):
            if not address.is_any:
                yield f"{end}_6" if address.version == 6 else f"{end}_4", address


def _rule(rule: ConnectionSecurityRule) -> str:
    secured = (known(rule.action), known(rule.inbound), known(rule.outbound))
    pairs: list[tuple[str, object]] = [
        ("Action", word(words.ACTIONS, secured)),
        ("Active", known(rule.enabled)),
        *(("Profile", each.value) for each in sorted(known(rule.profiles))),
        *_ends(rule),
        ("Name", rule.name),
    ]
    if rule.protocol.known is not None:
        pairs.append(("Protocol", rule.protocol.known))
    for end, ports in (("EP1", rule.port1), ("EP2", rule.port2)):
        pairs += [(f"{end}Port2_10", each) for each in known(ports)]
    pairs += [("IFType", word(words.INTERFACE_TYPES, each)) for each in sorted(known(rule.interface_types))]
    pairs += [("KeyMod", each.value) for each in sorted(known(rule.key_modules))]
    for name, reference in (
        ("Auth1Set", rule.first_authentication),
        ("Auth2Set", rule.second_authentication),
        ("Crypto2Set", rule.quick_mode_crypto),
    ):
        if reference is not None:
            pairs.append((name, reference.target))
    if rule.remote_tunnel_endpoint is not None:
        pairs += [
            ("RTunnel4", known(rule.remote_tunnel_endpoint)[0]),
            ("LTunnel6", known(rule.local_tunnel_endpoint)[0]),
        ]
        pairs += [("ByPassTunnel", known(rule.bypass_if_secured)), ("Authz", known(rule.require_authorization))]
    if rule.forward_path_lifetime_seconds is not None:
        pairs.append(("FwdLifetime", known(rule.forward_path_lifetime_seconds)))
    pairs += [(name, text) for name, text in (("Desc", rule.description), ("EmbedCtxt", rule.group)) if text]
    return _fields(pairs)


def _main_mode_rule(rule: MainModeRule) -> str:
    assert rule.main_mode_crypto is not None
    assert rule.first_authentication is not None
    return _fields(
        [
            ("Active", known(rule.enabled)),
            *_ends(rule),
            ("Name", rule.name),
            ("Crypto1Set", rule.main_mode_crypto.target),
            ("Auth1Set", rule.first_authentication.target),
        ]
    )
