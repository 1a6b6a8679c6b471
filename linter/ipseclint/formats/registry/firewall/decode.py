"""Decodes the Windows firewall's stores in a registry tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.policy_parts import PolicyParts
from ipseclint.formats.registry.firewall.alike_values import AlikeRules, Alone, R, RuleAndRest
from ipseclint.formats.registry.firewall.authentication import authentication_set
from ipseclint.formats.registry.firewall.crypto import main_mode_set, quick_mode_set
from ipseclint.formats.registry.firewall.firewall_rules import firewall_rule
from ipseclint.formats.registry.firewall.rules import connection_rule, main_mode_rule
from ipseclint.formats.registry.firewall.settings import global_settings, unread_values, writing_host
from ipseclint.formats.registry.firewall.words import (
    CONNECTION_RULES,
    DEFAULT_IDS,
    FIREWALL_RULES,
    FIRST_AUTHENTICATION_SETS,
    MAIN_MODE_RULES,
    MAIN_MODE_SETS,
    QUICK_MODE_SETS,
    SECOND_AUTHENTICATION_SETS,
)
from ipseclint.formats.registry.tree import TEXTS, Key, Value
from ipseclint.model.policy import AuthPhase, ConnectionSecurityRule, MainModeRule, RegistryValue
from ipseclint.vocabulary.registry_keys import CONTROL_SET, FIREWALL, FIREWALL_OF_GPO

GPO_KEY = rf"SOFTWARE\{FIREWALL_OF_GPO}"
LOCAL_KEY = rf"{CONTROL_SET}\{FIREWALL}"

_OF_GPO, _LOCAL = f"{GPO_KEY.casefold()}\\", f"\\{FIREWALL.casefold()}\\"
"""How the paths of stores end, as `folded` gives them (MS-GPFAS 2.2)."""


def stores(placed: Sequence[tuple[str, str, Key]], gpo: str) -> Iterator[tuple[str, Key, str | None]]:
    """The firewall's stores among keys, each with its path, as written and as `folded` gives it: path, root, name.

    Those of Group Policy come first, as they take precedence; `gpo` is what they are called.
    """
    for ending, name in ((_OF_GPO, gpo), (_LOCAL, None)):
        yield from ((path, key, name) for path, folded, key in placed if folded.endswith(ending))


def decode_store(path: str, root: Key, store: str | None, parts: PolicyParts, diagnostics: Diagnostics) -> None:
    """Add the connection security policy of a store."""
    aliases: dict[str, str] = {}
    for read_sets in _SET_READERS:
        read_sets(root, store, parts, aliases, diagnostics)
    settings = global_settings(root, store, diagnostics)
    if settings is not None:
        parts.globals.append(settings)
    host = writing_host(root, store)
    if host is not None:
        parts.hosts.append(host)
    parts.registry.extend(unread_values(root, path))

    def connection(value: Value, notes: Diagnostics) -> RuleAndRest[ConnectionSecurityRule]:
        return connection_rule(value, store, aliases, notes)

    def main_mode(value: Value, notes: Diagnostics) -> RuleAndRest[MainModeRule]:
        return main_mode_rule(value, store, aliases, notes)

    _add_rules(_values(root, CONNECTION_RULES), connection, parts.rules, parts.registry, diagnostics)
    for value in _values(root, FIREWALL_RULES):
        firewall = firewall_rule(value, store, diagnostics)
        if firewall is not None:
            parts.firewall_rules.append(firewall)
    _add_rules(_values(root, MAIN_MODE_RULES), main_mode, parts.main_mode_rules, parts.registry, diagnostics)


def _add_rules(
    values: list[Value], alone: Alone[R], rules: list[R], unknown: list[RegistryValue], diagnostics: Diagnostics
) -> None:
    """Add the rules in the values of a key, and their unknown fields."""
    alike = AlikeRules(diagnostics.path, alone)
    for value in values:
        rule = alike.rule(value)
        if rule is not None:
            rules.append(rule)
        elif (made := alone(value, diagnostics)) is not None:
            rules.append(made[0])
            unknown.extend(made[1])


def _first_crypto(
    root: Key, store: str | None, parts: PolicyParts, aliases: dict[str, str], diagnostics: Diagnostics
) -> None:
    for key, is_default in _set_keys(root, MAIN_MODE_SETS, aliases, diagnostics):
        parts.main_mode.append(main_mode_set(key, store, is_default=is_default, diagnostics=diagnostics))


def _second_crypto(
    root: Key, store: str | None, parts: PolicyParts, aliases: dict[str, str], diagnostics: Diagnostics
) -> None:
    for key, is_default in _set_keys(root, QUICK_MODE_SETS, aliases, diagnostics):
        parts.quick_mode.append(quick_mode_set(key, store, is_default=is_default, diagnostics=diagnostics))


def _authentication(
    root: Key, store: str | None, parts: PolicyParts, aliases: dict[str, str], diagnostics: Diagnostics
) -> None:
    for phase, name in (
        (AuthPhase.FIRST, FIRST_AUTHENTICATION_SETS),
        (AuthPhase.SECOND, SECOND_AUTHENTICATION_SETS),
    ):
        for key, is_default in _set_keys(root, name, aliases, diagnostics):
            made = authentication_set(key, phase, store, is_default=is_default, diagnostics=diagnostics)
            parts.authentication.append(made)


_SET_READERS = (_first_crypto, _second_crypto, _authentication)


def _set_keys(root: Key, name: str, aliases: dict[str, str], diagnostics: Diagnostics) -> Iterator[tuple[Key, bool]]:
    """The keys of the sets of one kind, each with whether it is the default set.

    In a GPO the default set has an id of its own, which is held in a value named as the default id.
    """
    default_id = DEFAULT_IDS[name].casefold()
    for key in (root.find(name + "s"), root.find(name)):
        if key is None:
            continue
        for value in key.values.values():
            if value.name.casefold() == default_id and value.kind in TEXTS:
                aliases[default_id] = value.text.text
            elif value.name:
                diagnostics.not_understood(f"unknown value {quoted(value.name)} beside sets", value.text.span)
        defaults = {default_id, aliases.get(default_id, default_id).casefold()}
        for subkey in key.keys.values():
            yield subkey, subkey.name.casefold() in defaults


def _values(root: Key, name: str) -> list[Value]:
    key = root.find(name)
    return [value for value in key.values.values() if value.name or value.text.text] if key else []
