"""Authentication methods as arguments of netsh."""

from __future__ import annotations

from itertools import groupby

from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    CertificateSigning,
)
from ipseclint.repair.commands.arguments import (
    PSK_PLACEHOLDER,
    Argument,
    Unwritable,
    argument,
    filled,
    joined,
    spelled,
    value_of,
)
from ipseclint.vocabulary.authentication import CERTIFICATE_METHODS
from ipseclint.vocabulary.rows import writings

_FIRST = writings(AuthMethod, lambda method: method.row.netsh_first)
_SECOND = writings(AuthMethod, lambda method: method.row.netsh_second)

Parts = tuple[Argument | Unwritable, ...]


def advfirewall_methods(authentication: AuthenticationSet, _index: PolicyIndex) -> Parts:
    """`auth1` or `auth2` with all its arguments, so that the whole set is stated again."""
    first = authentication.phase is AuthPhase.FIRST
    tag = "auth1" if first else "auth2"
    table = _FIRST if first else _SECOND
    words: list[str | Unwritable] = []
    details: list[Argument | Unwritable] = []
    for (method, signing, health), group in groupby(authentication.methods, _kind):
        members = tuple(group)
        word = spelled(members[0].method, table, "authentication method", "netsh advfirewall")
        if method in CERTIFICATE_METHODS:
            suffix = signing.row.netsh
            word = filled("{word}{suffix}", word=word, suffix=suffix)
            if len(members) > 1 or members[0].certificate_authority is not None:
                authorities = (_authority(each, "certmapping") for each in members)
                details += argument(f"{tag}{suffix}ca", joined(" | ", authorities))
            if health and not first:
                details.append(Unwritable("netsh advfirewall has no health certificates in the second authentication"))
            elif health:
                details.append(Argument(f"{tag}{suffix}healthcert", "yes"))
        elif method is AuthMethod.PRESHARED_KEY:
            details.append(Argument(f"{tag}psk", PSK_PLACEHOLDER))
        words.append(word)
    if not words:
        return (Unwritable("an authentication set without a method cannot be written"),)
    if len(set(words)) < len(words):
        return (Unwritable("netsh advfirewall takes each authentication method once"),)
    return (*argument(tag, joined(",", words)), *details)


def legacy_methods(authentication: AuthenticationSet, _index: PolicyIndex) -> Parts:
    """`kerberos`, `psk` and `rootca` in order of preference."""
    parts: list[Argument | Unwritable] = []
    for credential in authentication.methods:
        method = credential.method.known
        tag = None if method is None else method.row.netsh_ipsec
        if tag is None:
            parts.append(Unwritable(f"netsh ipsec has no word for the authentication method {method}"))
        elif method is AuthMethod.COMPUTER_CERTIFICATE:
            parts += argument(tag, _authority(credential, "certmap"))
        else:
            parts.append(Argument(tag, PSK_PLACEHOLDER if method is AuthMethod.PRESHARED_KEY else "yes"))
    return tuple(parts)


def _kind(method: AuthenticationMethod) -> tuple[AuthMethod | None, CertificateSigning, bool]:
    signing = (method.signing.known if method.signing else None) or CertificateSigning.RSA
    return method.method.known, signing, bool(method.health and method.health.known)


def _authority(method: AuthenticationMethod, mapping: str) -> str | Unwritable:
    """A certification authority with its options, as `auth1ca` and `rootca` take it; `mapping` is the tool's tag."""
    name = value_of(method.certificate_authority, "certification authority")
    if isinstance(name, Unwritable):
        return name
    if method.criteria:
        return Unwritable("the words of netsh for certificate criteria are not documented")
    if "\\'" in name or "|" in name:
        return Unwritable("netsh cannot be given a certification authority with | or \\' in its name")
    options = [
        f"{tag}:{'yes' if setting.value else 'no'}"
        for tag, setting in ((mapping, method.account_mapping), ("excludecaname", method.exclude_ca_name))
        if setting is not None and setting.is_explicit
    ]
    kind = method.certificate_authority_type
    if kind is not None and kind.is_explicit:
        options.append(f"catype:{kind.value}")
    # netsh reads \' inside the value as a double quote.
    return " ".join((name.replace('"', "\\'"), *options))
