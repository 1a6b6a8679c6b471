"""Machine-wide IPsec settings, as in `set global` and `show global`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ipseclint.formats.kit import read
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.policy_parts import MAIN_MODE_ID, builtin_main_mode
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.set_builder import Head
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall.crypto import main_mode_set
from ipseclint.formats.netsh.advfirewall.words import CRL_CHECKS, ENABLE_DISABLE, EXEMPTIONS, NAT_TRAVERSAL
from ipseclint.model.policy import (
    CrlCheck,
    Exemption,
    GlobalSettings,
    MainModeCryptoSet,
    NatTraversal,
    Profile,
)
from ipseclint.model.setting import Setting, default
from ipseclint.vocabulary import builtin

T = TypeVar("T")

IPSEC_PARAMETERS = ("strongcrlcheck", "saidletimemin", "defaultexemptions", "ipsecthroughnat")
"""Parameters of `set global ipsec` that the model holds."""

AUTHORIZATION_PARAMETERS = (
    "authzcomputergrp",
    "authzusergrp",
    "authzcomputergrptransport",
    "authzusergrptransport",
)
"""Parameters of `set global ipsec` that say who may connect, which the model does not hold."""

STATEFUL_PARAMETERS = ("statefulftp", "statefulpptp")
"""Parameters of `set global` that are not about IPsec."""

MAIN_MODE_PARAMETERS = ("mmkeylifetime", "mmsecmethods", "mmforcedh")
"""Parameters of `set global mainmode`."""

_DOCUMENTED = {
    "sa_idle_seconds": builtin.SA_IDLE_SECONDS,
    "exemptions": builtin.EXEMPTIONS,
    "crl_check": builtin.CRL_CHECK,
    "crl_check_level": builtin.CRL_CHECK.row.number,
    "nat_traversal": builtin.NAT_TRAVERSAL,
}


def global_settings(
    given: Mapping[str, Token],
    merge: Mapping[Profile, Token],
    diagnostics: Diagnostics,
    *,
    store: str | None = None,
    shown: bool = False,
) -> GlobalSettings | None:
    """The settings by parameter, and by profile whether local rules apply; None if nothing is given.

    `shown`: Windows printed them, and values equal to its defaults are taken for defaults.
    """
    own = [given[each] for each in IPSEC_PARAMETERS if each in given]
    if not (own or merge):
        return None
    first = min((*own, *merge.values()), key=lambda each: (each.line, each.column))
    crl = _crl(given.get("strongcrlcheck"), diagnostics)
    settings = GlobalSettings(
        name="global settings" if store is None else f"global settings of {store}",
        span=first.span,
        sa_idle_seconds=_idle(given.get("saidletimemin"), diagnostics),
        exemptions=_words(given.get("defaultexemptions"), diagnostics),
        nat_traversal=_nat(given.get("ipsecthroughnat"), diagnostics),
        crl_check=crl[0],
        crl_check_level=crl[1],
        local_rules_merge={
            profile: read.word(value, ENABLE_DISABLE, "value of `localconsecrules`", diagnostics)
            for profile, value in merge.items()
        },
        store=store,
    )
    if not shown:
        return settings
    return settings.model_copy(
        update={
            name: _marked(setting, documented)
            for name, documented in _DOCUMENTED.items()
            if (setting := getattr(settings, name)) is not None
        }
    )


def default_main_mode(
    given: Mapping[str, Token], diagnostics: Diagnostics, *, store: str | None = None, shown: bool = False
) -> MainModeCryptoSet | None:
    """The default main-mode set by parameter; None if nothing is given. `shown` as in global_settings."""
    own = [given[parameter] for parameter in MAIN_MODE_PARAMETERS if parameter in given]
    if not own:
        return None
    place = min(own, key=lambda each: (each.line, each.column)).span
    methods, lifetime, forced = (given.get(tag) for tag in ("mmsecmethods", "mmkeylifetime", "mmforcedh"))
    head = Head(
        name="default main-mode crypto set" if store is None else f"default main-mode crypto set of {store}",
        id=MAIN_MODE_ID,
        span=place if methods is None else methods.span,
        is_default=True,
        store=store,
    )
    crypto = main_mode_set(head, methods, lifetime, forced, diagnostics)
    return _builtin_if_equal(crypto) if shown else crypto


def _builtin_if_equal(crypto: MainModeCryptoSet) -> MainModeCryptoSet:
    """The built-in set if its values are equal; else this set, with default values marked."""
    windows = builtin_main_mode(crypto.span)
    numbers = ("lifetime_seconds", "quick_mode_limit", "force_dh")
    updates = {number: _marked(getattr(crypto, number), getattr(windows, number).value) for number in numbers}
    same = [offer.algorithms for offer in crypto.proposals] == [offer.algorithms for offer in windows.proposals]
    if same and not any(each.is_explicit for each in updates.values()):
        return windows
    return crypto.model_copy(update=updates)


def _marked(setting: Setting[T], documented: T) -> Setting[T]:
    return default(documented, setting.span) if setting.value == documented else setting


def _idle(value: Token | None, diagnostics: Diagnostics) -> Setting[int] | None:
    if value is None:
        return None
    unit = "" if diagnostics.of_command else "min"  # Windows prints `5min`, and a command takes `5`

    def whole_minutes(word: Token) -> int | None:
        minutes = decimal(word.word.removesuffix(unit))
        return None if minutes is None else minutes * 60

    return read.value(value, whole_minutes, "idle time in minutes", diagnostics)


def _words(value: Token | None, diagnostics: Diagnostics) -> Setting[frozenset[Exemption]] | None:
    return None if value is None else read.words_of_list(value, EXEMPTIONS, "exemption", diagnostics)


def _nat(value: Token | None, diagnostics: Diagnostics) -> Setting[NatTraversal] | None:
    return None if value is None else read.word(value, NAT_TRAVERSAL, "value of `ipsecthroughnat`", diagnostics)


def _crl(value: Token | None, diagnostics: Diagnostics) -> tuple[Setting[CrlCheck] | None, Setting[int] | None]:
    """The check, if the level has a meaning, and the level, which a rule reports if it has none."""
    if value is None:
        return None, None
    level = decimal(value.word if diagnostics.of_command else value.word.partition(":")[0])  # printed as `0:Disabled`
    if level is None:
        nothing = read.unknown(value, "level of revocation checking", diagnostics)
        return Setting(nothing, value.span), Setting(nothing, value.span)
    meaning = CRL_CHECKS.get(str(level))
    return None if meaning is None else Setting(meaning, value.span), Setting(level, value.span)
