"""Machine-wide settings: MSFT_NetSecuritySettingData and MSFT_NetIPsecDoSPSetting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.read import digits, flags, number, word
from ipseclint.formats.kit.token import Token
from ipseclint.formats.powershell.instance import Instance
from ipseclint.formats.powershell.rules import id_of, name_of, store_of
from ipseclint.formats.powershell.words import (
    BOOLEANS,
    CRL_CHECKS,
    DOSP_KEY_MODULE_BITS,
    DOSP_KEY_MODULES,
    EXEMPTIONS,
    KEY_ENCODINGS,
    MATCHES_EACH_METHOD,
    NAT_TRAVERSAL,
    QUEUING,
)
from ipseclint.model.policy import Dialect, DosProtection, GlobalSettings, Profile
from ipseclint.model.setting import Setting
from ipseclint.vocabulary import cim
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.settings import EXEMPTION_BITS, QUEUING_BITS

MERGE = "AllowLocalIPsecRules"
"""Whether local rules apply beside those of Group Policy; in a store, followed by a dot and a profile."""

_NOT_CONFIGURED_FLAGS = frozenset({"notconfigured", "2"})
_FLAGS = BOOLEANS | {"0": False, "1": True}
"""GpoBoolean of the module NetSecurity, by name and by number, as RequireFullAuthSupport has it too."""


def global_settings(item: Instance, diagnostics: Diagnostics) -> GlobalSettings | None:
    """An object as machine-wide settings; None if it configures none."""
    fields: dict[str, Setting[Any]] = {}
    for name, read in _READERS.items():
        values = item.texts(name)
        if values and not _not_configured(name, values):
            fields |= read(values, diagnostics)
    merge = {
        profile: word(value, BOOLEANS, f"value of `{MERGE}`", diagnostics)
        for profile in Profile
        if (value := item.text(f"{MERGE}.{profile}")) is not None and value.word != "notconfigured"
    }
    if not fields and not merge:
        return None
    settings = GlobalSettings(
        **settings_fields(item, diagnostics),
        span=item.span,
        dialect=Dialect.WFAS,
        store=store_of(item),
        local_rules_merge=merge,
    )
    return settings.model_copy(update=fields)


def profile_settings(item: Instance, diagnostics: Diagnostics) -> GlobalSettings | None:
    """A profile of the firewall as the settings that it says something of; None if local rules are not configured."""
    name, merge = item.text("Name"), item.text(MERGE)
    if merge is None or merge.word in _NOT_CONFIGURED_FLAGS:
        return None
    profile = next((each for each in Profile if name is not None and name.word == each), None)
    if profile is None:
        diagnostics.not_understood("a profile of the firewall without its name", merge.span)
        return None
    return GlobalSettings(
        **settings_fields(item, diagnostics),
        span=item.span,
        dialect=Dialect.WFAS,
        store=store_of(item),
        local_rules_merge={profile: word(merge, _FLAGS, f"value of `{MERGE}`", diagnostics)},
    )


def with_profiles(settings: Sequence[GlobalSettings], profiles: Sequence[GlobalSettings]) -> list[GlobalSettings]:
    """The settings of each store, with what its profiles say."""
    kept = list(settings)
    for profile in profiles:
        at = next((at for at, each in enumerate(kept) if each.store == profile.store), None)
        if at is None:
            kept.append(profile)
        else:
            merge = profile.local_rules_merge | kept[at].local_rules_merge
            kept[at] = kept[at].model_copy(update={"local_rules_merge": merge})
    return kept


def settings_fields(item: Instance, _diagnostics: Diagnostics) -> dict[str, Any]:
    """The name of machine-wide settings."""
    store = store_of(item)
    return {"name": "global settings" if store is None else f"global settings of {store}"}


def _not_configured(name: str, values: list[Token]) -> bool:
    number_of = cim.NOT_CONFIGURED.get(name.casefold())
    return len(values) == 1 and (
        values[0].word == "notconfigured" or (number_of is not None and digits(values[0]) == number_of)
    )


def _idle(values: list[Token], diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    return {"sa_idle_seconds": number(values[0], "time in seconds", diagnostics)}


def _exemptions(values: list[Token], diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    exemptions = flags(values, EXEMPTION_BITS, EXEMPTIONS, "exemption", diagnostics)
    written = digits(values[0])
    bits = {} if written is None else {"exemption_bits": Setting(written, values[0].span)}
    return bits if exemptions is None else {"exemptions": exemptions, **bits}


def _crl(values: list[Token], diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    level = word(values[0], CRL_CHECKS, "level of certificate validation", diagnostics)
    written = digits(values[0])
    return {"crl_check": level} | ({} if written is None else {"crl_check_level": Setting(written, values[0].span)})


def _nat(values: list[Token], diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    return {"nat_traversal": word(values[0], NAT_TRAVERSAL, "value of `AllowIPsecThroughNAT`", diagnostics)}


def _encoding(values: list[Token], diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    return {"preshared_key_encoding": word(values[0], KEY_ENCODINGS, "encoding of keys", diagnostics)}


def _queuing(values: list[Token], diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    directions = flags(values, QUEUING_BITS, QUEUING, "direction of packet queuing", diagnostics)
    return {} if directions is None else {"packet_queuing": directions}


def _matching(values: list[Token], diagnostics: Diagnostics) -> dict[str, Setting[Any]]:
    matches = word(values[0], MATCHES_EACH_METHOD, "value of `RequireFullAuthSupport`", diagnostics)
    return {"match_auth_set_per_key_module": matches}


_READERS: dict[str, Callable[[list[Token], Diagnostics], dict[str, Setting[Any]]]] = {
    "MaxSAIdleTimeSeconds": _idle,
    "Exemptions": _exemptions,
    "CertValidationLevel": _crl,
    "AllowIPsecThroughNAT": _nat,
    "KeyEncoding": _encoding,
    "EnablePacketQueuing": _queuing,
    "RequireFullAuthSupport": _matching,
}
"""The function that reads each property."""


def dos_protection(item: Instance, diagnostics: Diagnostics) -> DosProtection:
    """An object as DoS protection."""
    fields: dict[str, Any] = {}
    for field, name in cim.DOS_PROTECTION_NUMBERS.items():
        value = item.text(name)
        if value is not None:
            fields[field] = number(value, f"value of `{name}`", diagnostics)
    code_points = {}
    for field, name in cim.DOS_PROTECTION_CODE_POINTS.items():
        value = item.text(name)
        if value is not None and value.word not in {"disabled", "0"}:
            code_points[field] = number(value, "DSCP", diagnostics)
    modules = flags(
        item.texts("EnabledKeyingModules"), DOSP_KEY_MODULE_BITS, DOSP_KEY_MODULES, "key module", diagnostics
    )
    return DosProtection(
        **protection_fields(item, diagnostics),
        span=item.span,
        dscp=code_points,
        key_modules=modules or item.by_default(frozenset({KeyModule.AUTHIP})),
        public_interfaces=_names(item, "PublicInterfaceAliases", diagnostics),
        internal_interfaces=_names(item, "PrivateInterfaceAliases", diagnostics),
    ).model_copy(update=fields)


def protection_fields(item: Instance, _diagnostics: Diagnostics) -> dict[str, Any]:
    """The name and id of a protection against denial of service."""
    return {"name": name_of(item), "id": id_of(item)}


def _names(item: Instance, name: str, diagnostics: Diagnostics) -> Setting[tuple[str, ...]] | None:
    values = item.texts(name)
    return Setting(tuple(each.text for each in values), values[0].span) if values else item.left_out(diagnostics, name)
