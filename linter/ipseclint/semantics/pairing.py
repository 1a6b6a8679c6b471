"""The main-mode sets and quick-mode sets that work together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    ALL_PROFILES,
    ConnectionSecurityRule,
    Dialect,
    MainModeCryptoSet,
    MainModeRule,
    QuickModeCryptoSet,
    RuleMode,
    VpnInterface,
    VpnServer,
)
from ipseclint.model.selectors import Addresses
from ipseclint.semantics.effective import quick_mode_lifetime
from ipseclint.semantics.scope import includes_any, own_quick_mode_sets, peers_of, secured_rules
from ipseclint.semantics.vpn_suites import main_mode_of, quick_mode_of
from ipseclint.vocabulary.algorithms import KeyModule

Pair = tuple[MainModeCryptoSet, QuickModeCryptoSet]


def crypto_pairs(machine: Machine) -> tuple[Pair, ...]:
    """The pairs of sets that serve the same traffic, each once; a main-mode rule comes with its longest quick mode
    only."""
    return machine.once(_crypto_pairs)


def _crypto_pairs(machine: Machine) -> tuple[Pair, ...]:
    pairs = (*_of_rules(machine), *_of_main_mode_rules(machine), *_of_contexts(machine))
    return tuple({(id(main), id(quick)): (main, quick) for main, quick in pairs}.values())


def longest_quick_modes(machine: Machine) -> Iterator[Pair]:
    """Each main-mode set in use with the longest-lived quick-mode set that serves the same traffic."""
    longest: dict[int, Pair] = {}
    for main, quick in crypto_pairs(machine):
        before = longest.get(id(main))
        if before is None or _seconds(before[1]) < _seconds(quick):
            longest[id(main)] = (main, quick)
    return iter(longest.values())


def vpn_pairs(machine: Machine) -> Iterator[Pair]:
    """Both halves of the suite of each VPN server and interface between sites, which set the lifetimes of keys."""
    responders: tuple[VpnServer | VpnInterface, ...] = (*machine.policy.vpn_servers, *machine.policy.vpn_interfaces)
    for owner in responders:
        main, quick = main_mode_of(machine.policy, owner), quick_mode_of(machine.policy, owner)
        if main is not None and quick is not None:
            yield main, quick


def _seconds(quick: QuickModeCryptoSet | None) -> int:
    lifetime = quick_mode_lifetime(quick) if quick is not None else None
    return (lifetime.known or 0) if lifetime is not None else 0


def _longer(one: QuickModeCryptoSet | None, other: QuickModeCryptoSet | None) -> QuickModeCryptoSet | None:
    return other if _seconds(one) < _seconds(other) else one


def _of_rules(machine: Machine) -> Iterator[Pair]:
    """The sets of each rule, in main mode those of the first main-mode rule for its peers, if there is one."""
    covering: dict[Addresses, MainModeRule] = {}
    for main_mode_rule in filter(_holds_everywhere, machine.policy.main_mode_rules):
        covering.setdefault(_peers(main_mode_rule), main_mode_rule)
    for rule in secured_rules(machine):
        main, quick = machine.index.main_mode_of(rule), machine.index.quick_mode_of(rule)
        if covering and rule.dialect is Dialect.WFAS:
            covers = covering.get(_peers(rule)) or covering.get(())
            main = main if covers is None else machine.index.main_mode_of(covers) or main
        if main is not None and quick is not None:
            yield main, quick


def _holds_everywhere(rule: MainModeRule) -> bool:
    """Whether it is certainly for all negotiations with its peers, whatever the own address and the profile."""
    own, profiles = rule.endpoint1.known, rule.profiles.known
    return bool(rule.enabled.known) and own is not None and includes_any(own) and profiles == ALL_PROFILES


def _peers(rule: ConnectionSecurityRule | MainModeRule) -> Addresses:
    """The hosts that a rule negotiates with, sorted: for a tunnel its far end; empty for any."""
    if isinstance(rule, ConnectionSecurityRule) and rule.mode.known is RuleMode.TUNNEL:
        far_end = rule.remote_tunnel_endpoint
        if far_end is not None and far_end.known:
            return peers_of(far_end.known)
    return peers_of(rule.endpoint2.known or ())


def _of_main_mode_rules(machine: Machine) -> Iterator[Pair]:
    """The sets of main-mode rules with those of connection security rules for the same peers, or where either is for
    all.

    Rules whose peers merely overlap are not paired: that would take a comparison of each with each.
    """
    if not machine.policy.main_mode_rules:
        return
    by_peers: dict[Addresses, QuickModeCryptoSet | None] = {}
    overall = None
    for rule in secured_rules(machine):
        if rule.dialect is Dialect.WFAS:
            quick = machine.index.quick_mode_of(rule)
            peers = _peers(rule)
            by_peers[peers] = _longer(by_peers.get(peers), quick)
            overall = _longer(overall, quick)
    for main_rule in machine.policy.main_mode_rules:
        main = machine.index.main_mode_of(main_rule)
        peers = _peers(main_rule)
        met = _longer(by_peers.get(peers), by_peers.get(())) if peers else overall
        if main is not None and met is not None and main_rule.enabled.known:
            yield main, met


def _of_contexts(machine: Machine) -> Iterator[Pair]:
    """Provider contexts of one key module, where only one main-mode context can be meant."""
    mains = [
        crypto_set
        for crypto_set in machine.policy.main_mode_crypto_sets
        if crypto_set.dialect is Dialect.WFP and not crypto_set.builtin
    ]
    contexts = Counter(map(_module, mains))
    by_module: dict[KeyModule | None, QuickModeCryptoSet | None] = {}
    for quick in own_quick_mode_sets(machine):
        if quick.dialect is Dialect.WFP:
            module = _module(quick)
            by_module[module] = _longer(by_module.get(module), quick)
    for main in mains:
        module = _module(main)
        met = by_module.get(module)
        if met is not None and contexts[module] == 1:
            yield main, met


def _module(crypto: MainModeCryptoSet | QuickModeCryptoSet) -> KeyModule | None:
    """The key module of a provider context, whose type names it."""
    return crypto.key_module.known if crypto.key_module is not None else None
