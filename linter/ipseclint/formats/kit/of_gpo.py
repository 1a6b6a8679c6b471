"""Policy that a GPO holds, with the name of the GPO, which the keys that hold it lack."""

from __future__ import annotations

from ipseclint.model.policy import UNNAMED_GPO, Policy

_STORED = (
    "main_mode_crypto_sets",
    "quick_mode_crypto_sets",
    "authentication_sets",
    "connection_security_rules",
    "main_mode_rules",
    "firewall_rules",
    "hosts",
    "registry",
)


def of_gpo(policy: Policy, store: str) -> Policy:
    """The policy in the keys of a GPO, as that of the GPO of this name."""
    update = {
        name: tuple(
            each if each.store == store else each.model_copy(update={"store": store}) for each in getattr(policy, name)
        )
        for name in _STORED
    }
    update["global_settings"] = tuple(
        each
        if each.store == store
        else each.model_copy(update={"store": store, "name": each.name.replace(UNNAMED_GPO, store)})
        for each in policy.global_settings
    )
    return policy.model_copy(update=update)
