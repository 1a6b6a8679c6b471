"""What an administrator calls the objects of a policy."""

from __future__ import annotations

from ipseclint.model.policy import Dialect, PolicyObject

_KINDS = {
    "ipsec_policy": "policy",
    "filter_list": "filter list",
    "filter_action": "filter action",
    "main_mode_crypto_set": "main-mode crypto set",
    "quick_mode_crypto_set": "quick-mode crypto set",
    "authentication_set": "authentication set",
    "connection_security_rule": "connection security rule",
    "main_mode_rule": "main-mode rule",
    "global_settings": "global settings",
    "dos_protection": "DoS protection",
    "firewall_rule": "firewall rule",
}

_OTHERWISE = {
    # `netsh ipsec` has no sets of their own: an administrator changes the policy, the filter action or the rule.
    (Dialect.LEGACY, "main_mode_crypto_set"): "policy",
    (Dialect.LEGACY, "quick_mode_crypto_set"): "filter action",
    (Dialect.LEGACY, "authentication_set"): "rule",
    (Dialect.LEGACY, "connection_security_rule"): "rule",
    # `netsh ipsec dynamic` calls them policies.
    (Dialect.DYNAMIC, "main_mode_crypto_set"): "mmpolicy",
    (Dialect.DYNAMIC, "quick_mode_crypto_set"): "qmpolicy",
    (Dialect.DYNAMIC, "connection_security_rule"): "rule",
}


def kind_of(thing: PolicyObject) -> str:
    """The word for what an object is, in the tool that it belongs to."""
    return _OTHERWISE.get((thing.dialect, thing.kind)) or _KINDS[thing.kind]


def label(thing: PolicyObject) -> str:
    """An object with its name, for example `filter action "Require"`."""
    return f'{kind_of(thing)} "{thing.name}"'
