"""How messages name objects and write numbers."""

from __future__ import annotations

from ipseclint.model.policy import Dialect, PolicyObject

SECONDS_PER_MINUTE = 60

_KINDS = {
    "ipsec_policy": "policy",
    "filter_list": "filter list",
    "filter_action": "filter action",
    "main_mode_crypto_set": "main-mode crypto set",
    "quick_mode_crypto_set": "quick-mode crypto set",
    "authentication_set": "authentication set",
    "connection_security_rule": "rule",
    "main_mode_rule": "main-mode rule",
    "global_settings": "global settings",
    "dos_protection": "DoS protection",
}

_LEGACY_KINDS = {
    # `netsh ipsec` has no crypto sets of their own: an administrator changes the policy or the filter action.
    "main_mode_crypto_set": "policy",
    "quick_mode_crypto_set": "filter action",
}


def label(thing: PolicyObject) -> str:
    """What an administrator calls an object, for example `filter action "Require"`."""
    kinds = _KINDS | _LEGACY_KINDS if thing.dialect is Dialect.LEGACY else _KINDS
    return f'{kinds[thing.kind]} "{thing.name}"'


def minutes(seconds: int) -> str:
    """A time in minutes where it is whole minutes, else in seconds."""
    whole, rest = divmod(seconds, SECONDS_PER_MINUTE)
    return f"{seconds} s" if rest or not whole else f"{whole} min"


def duration(seconds: int) -> str:
    """A time in both units, for example `5 min (300 s)`: exports differ in which they write."""
    text = minutes(seconds)
    return text if text.endswith(" s") else f"{text} ({seconds} s)"


def short(number: float) -> str:
    """A number with three significant digits, never in powers of ten."""
    return f"{number:.3g}" if number < 1000 else f"{number:,.0f}"  # noqa: PLR2004 - where three digits end


def plural(number: int, noun: str) -> str:
    """A count with its noun, for example `1 proposal`, `3 proposals`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
