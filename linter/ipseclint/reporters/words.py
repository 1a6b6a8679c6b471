"""The words in which every reporter for people speaks of the same things."""

from __future__ import annotations

from ipseclint.finding import Basis, InputStatus

BASIS_WORDS = {
    Basis.DOCUMENTED: "documented by Microsoft",
    Basis.STANDARD: "a published standard",
    Basis.REASONED: "reasoned by ipseclint, not a limit of Microsoft's",
}

KIND_WORDS = {
    "ipsec_policy": ("policy", "policies"),
    "filter_list": ("filter list", "filter lists"),
    "filter_action": ("filter action", "filter actions"),
    "main_mode_crypto_set": ("main-mode crypto set", "main-mode crypto sets"),
    "quick_mode_crypto_set": ("quick-mode crypto set", "quick-mode crypto sets"),
    "authentication_set": ("authentication set", "authentication sets"),
    "connection_security_rule": ("connection security rule", "connection security rules"),
    "main_mode_rule": ("main-mode rule", "main-mode rules"),
    "wfp_filter": ("IPsec filter", "IPsec filters"),
    "global_settings": ("group of global settings", "groups of global settings"),
    "dos_protection": ("DoS protection setting", "DoS protection settings"),
    "firewall_rule": ("firewall rule", "firewall rules"),
    "registry_value": ("registry value", "registry values"),
    "service": ("service", "services"),
    "builtin": ("object that every Windows has", "objects that every Windows has"),
    "filter": ("filter", "filters"),
    "event": ("event", "events"),
    "counter": ("counter", "counters"),
    "security_association": ("security association", "security associations"),
}
"""Each kind of object, one and many."""

STATUS_WORDS = {
    InputStatus.UNDERSTOOD: "understood",
    InputStatus.PARTIAL: "understood in part",
    InputStatus.UNREADABLE: "not read",
    InputStatus.NO_IPSEC: "no IPsec policy",
}


def kind_word(kind: str, number: int = 1) -> str:
    """The word for a kind of object, for one or for many."""
    one, many = KIND_WORDS.get(kind, (kind.replace("_", " "), kind.replace("_", " ")))
    return one if number == 1 else many
