"""Values of the model as parameters of the NetSecurity cmdlets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ipseclint.model.policy import (
    ALL_PROFILES,
    AuthenticationMethod,
    AuthMethod,
    CertificateCriteria,
    ConnectionSecurityRule,
    FirewallRule,
    MainModeProposal,
    MainModeRule,
    QuickModeProposal,
)
from ipseclint.model.selectors import ANY_ADDRESS, Address, Addresses, Ports
from ipseclint.model.setting import Setting
from ipseclint.repair.commands.arguments import (
    PSK_PLACEHOLDER,
    Unwritable,
    filled,
    joined,
    powershell_string,
    spelled,
    value_of,
    whole,
)
from ipseclint.vocabulary import builtin
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity, KeyModule
from ipseclint.vocabulary.authentication import AuthorityType, CertificateName, CertificateSigning
from ipseclint.vocabulary.protocols import PROTOCOLS
from ipseclint.vocabulary.rows import folded, writings

_TOOL = "PowerShell"
Text = str | Unwritable

GROUPS = writings(DhGroup, lambda group: group.row.powershell)
_CIPHERS = writings(Cipher, lambda cipher: cipher.row.powershell)
_HASHES = writings(Integrity, lambda integrity: integrity.row.powershell)
_ENCAPSULATIONS = writings(Encapsulation, lambda encapsulation: encapsulation.row.powershell)
_SIGNINGS = writings(CertificateSigning, lambda signing: signing.row.powershell)
_AUTHORITY_TYPES = writings(AuthorityType, lambda kind: kind.row.powershell)
_NAME_TYPES = folded({name.value: name.row.powershell for name in CertificateName})

_METHODS = {
    method: f"{switches} {powershell_string(PSK_PLACEHOLDER)}" if method is AuthMethod.PRESHARED_KEY else switches
    for method, switches in writings(AuthMethod, lambda method: method.row.powershell).items()
}
_PROTOCOLS = {protocol.number: protocol.powershell for protocol in PROTOCOLS if protocol.powershell is not None}
_KEY_MODULES = {builtin.KEY_MODULES: "Default"} | {frozenset({module}): module.row.powershell for module in KeyModule}


def parameter(name: str, value: Text) -> Text:
    """A parameter with its value."""
    if value == "":
        return Unwritable(f"{_TOOL} takes no {name} without a value")
    return value if isinstance(value, Unwritable) else f"-{name} {value}"


def minutes(setting: Setting[int] | None, what: str) -> Text:
    """Seconds as whole minutes."""
    return whole(setting, 60, what, "minutes")


def number(setting: Setting[int] | None, what: str) -> Text:
    """A number as it is."""
    return whole(setting, 1, what, "")


def boolean(setting: Setting[bool] | None, what: str) -> Text:
    """`$true` or `$false`."""
    value = value_of(setting, what)
    return value if isinstance(value, Unwritable) else f"${str(value).lower()}"


def word(setting: Setting[Any] | None, table: Mapping[Any, str], what: str) -> Text:
    """The word for a value of an enumeration."""
    return spelled(setting, table, what, _TOOL)


def words(setting: Setting[Any] | None, table: Mapping[Any, str], what: str) -> Text:
    """The words for a set of values, in the order of the table; `None` for none."""
    values = value_of(setting, what)
    if isinstance(values, Unwritable):
        return values
    missing = sorted(each for each in values if each not in table)
    if missing:
        return Unwritable(f"{_TOOL} has no word for the {what} {', '.join(missing)}")
    return listed([table[each] for each in table if each in values]) or "None"


def listed(texts: Sequence[str]) -> str:
    """Words of an enumeration: a single one bare, several as strings."""
    return texts[0] if len(texts) == 1 else strings(texts)


def strings(texts: Iterable[str]) -> str:
    """A list of strings."""
    return ",".join(map(powershell_string, texts))


_ANYWHERE: tuple[Addresses, ...] = ((), (ANY_ADDRESS,))


def addresses(setting: Setting[Addresses] | None, what: str) -> Text:
    """Addresses as a list of strings, `Any` for none."""
    values = value_of(setting, what)
    if isinstance(values, Unwritable):
        return values
    return "Any" if values in _ANYWHERE else joined(",", map(_address, values))


def _address(address: Address) -> Text:
    if address.keyword is None:
        return powershell_string(str(address))
    known = address.keyword.row.powershell
    return powershell_string(known) if known else Unwritable(f"{_TOOL} has no word for the address {address.keyword}")


def ports(setting: Setting[Ports], what: str) -> Text:
    """Ports as a list of strings, `Any` for none."""
    values = value_of(setting, what)
    return values if isinstance(values, Unwritable) else strings(map(str, values)) or "Any"


def protocol(setting: Setting[int | None]) -> Text:
    """A protocol's name or number."""
    value = value_of(setting, "protocol")
    return value if isinstance(value, Unwritable) else _PROTOCOLS.get(value, str(value))


def profiles(rule: ConnectionSecurityRule | MainModeRule | FirewallRule) -> Text:
    """Profiles, `Any` for all."""
    values = value_of(rule.profiles, "profile")
    if isinstance(values, Unwritable):
        return values
    return "Any" if values >= ALL_PROFILES else listed([profile.row.powershell for profile in sorted(values)])


def key_module(rule: ConnectionSecurityRule) -> Text:
    """The key module that a rule names; both IKEv1 and AuthIP is the default before Windows 11 24H2."""
    values = value_of(rule.key_modules, "key module")
    if isinstance(values, Unwritable):
        return values
    parameter_value = _KEY_MODULES.get(frozenset(values))
    return parameter_value or Unwritable(f"{_TOOL} has no word for the key modules {', '.join(sorted(values))}")


def main_mode_proposals(proposals: Iterable[MainModeProposal]) -> Text:
    """Main-mode proposals, each created inline."""
    return joined(",", map(_main_mode_proposal, proposals))


def _main_mode_proposal(proposal: MainModeProposal) -> Text:
    return filled(
        "(New-NetIPsecMainModeCryptoProposal -Encryption {encryption} -Hash {hash} -KeyExchange {group})",
        encryption=word(proposal.encryption, _CIPHERS, "encryption"),
        hash=word(proposal.integrity, _HASHES, "integrity"),
        group=word(proposal.dh_group, GROUPS, "key exchange"),
    )


def quick_mode_proposals(proposals: Iterable[QuickModeProposal]) -> Text:
    """Quick-mode proposals, each created inline with both its lifetimes."""
    return joined(",", map(_quick_mode_proposal, proposals))


def _quick_mode_proposal(proposal: QuickModeProposal) -> Text:
    if proposal.lifetime_packets is not None and proposal.lifetime_packets.known:
        return Unwritable(f"{_TOOL} has no lifetime in packets")
    encapsulation = word(proposal.encapsulation, _ENCAPSULATIONS, "encapsulation")
    if not isinstance(encapsulation, Unwritable):
        encapsulation = listed(encapsulation.split(","))
    parts = [parameter("Encapsulation", encapsulation)]
    if proposal.encapsulation.known in {Encapsulation.AH, Encapsulation.AH_AND_ESP}:
        parts.append(parameter("AHHash", word(proposal.ah_integrity, _HASHES, "integrity of AH")))
    if proposal.encapsulation.known in {Encapsulation.ESP, Encapsulation.AH_AND_ESP}:
        parts.append(parameter("ESPHash", word(proposal.esp_integrity, _HASHES, "integrity of ESP")))
        parts.append(parameter("Encryption", word(proposal.encryption, _CIPHERS, "encryption")))
    if proposal.lifetime_seconds.is_explicit:
        parts.append(parameter("MaxMinutes", minutes(proposal.lifetime_seconds, "quick-mode lifetime")))
    if proposal.lifetime_kilobytes.is_explicit:
        parts.append(parameter("MaxKiloBytes", number(proposal.lifetime_kilobytes, "quick-mode lifetime")))
    return filled("(New-NetIPsecQuickModeCryptoProposal {parts})", parts=joined(" ", parts))


def authentication_proposals(methods: Iterable[AuthenticationMethod]) -> Text:
    """Authentication methods, each created inline; a preshared key is a placeholder."""
    return joined(",", map(_authentication_proposal, methods))


def _authentication_proposal(method: AuthenticationMethod) -> Text:
    parts = [word(method.method, _METHODS, "authentication method")]
    if method.certificate_authority is not None:
        authority = value_of(method.certificate_authority, "certification authority")
        quoted = authority if isinstance(authority, Unwritable) else powershell_string(authority)
        parts.append(parameter("Authority", quoted))
    kind = method.certificate_authority_type
    if kind is not None and kind.is_explicit:
        parts.append(parameter("AuthorityType", word(kind, _AUTHORITY_TYPES, "type of authority")))
    if method.signing is not None:
        parts.append(parameter("Signing", word(method.signing, _SIGNINGS, "key type")))
    for switch, setting in (
        ("Health", method.health),
        ("AccountMapping", method.account_mapping),
        ("ExcludeCAName", method.exclude_ca_name),
    ):
        if setting is not None and setting.known:
            parts.append(f"-{switch}")
    if len(method.criteria) > 1:
        return Unwritable(f"{_TOOL} takes one set of certificate criteria in a proposal")
    for criteria in method.criteria:
        parts += _criteria(criteria)
    return filled("(New-NetIPsecAuthProposal {parts})", parts=joined(" ", parts))


def _criteria(criteria: CertificateCriteria) -> Iterator[Text]:
    """The parameters of certificate selection."""
    if criteria.selection:
        yield "-SelectionCriteria"
    if criteria.validation:
        yield "-ValidationCriteria"
    if criteria.name is not None:
        yield f"-SubjectName {powershell_string(criteria.name)}"
        known = _NAME_TYPES.get((criteria.name_type or CertificateName.NONE).casefold())
        yield parameter("SubjectNameType", known or Unwritable("the type of a name was not understood"))
    if criteria.ekus:
        yield f"-ExtendedKeyUsage {strings(criteria.ekus)}"
    if criteria.thumbprint is not None:
        yield f"-Thumbprint {powershell_string(criteria.thumbprint)}"
    if criteria.follow_renewal:
        yield "-FollowRenewal"
