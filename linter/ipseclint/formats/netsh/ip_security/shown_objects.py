"""Output of `netsh ipsec static show`: policies, rules, filter lists and filter actions, as lists.

A filter list printed without its filters is left out, since its content is unknown. A name that a rule refers to and
that is not printed is no fault of the store, which holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.netsh.ip_security.shown import INSTEAD_OF_SHOWN
from ipseclint.formats.netsh.ip_security.shown_authentication import hide_keys
from ipseclint.formats.netsh.ip_security.shown_blocks import Block, shown
from ipseclint.formats.netsh.ip_security.shown_filters import filter_lists
from ipseclint.formats.netsh.ip_security.shown_policies import main_mode_set, policy
from ipseclint.formats.netsh.ip_security.shown_rules import (
    filter_action,
    is_default_response,
    note_count,
    quick_mode_set,
    rule,
)
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import (
    AuthenticationSet,
    ConnectionSecurityRule,
    FilterAction,
    FilterList,
    IpsecPolicy,
    MainModeCryptoSet,
    Policy,
    QuickModeCryptoSet,
)
from ipseclint.model.setting import Setting
from ipseclint.vocabulary import netsh_ipsec_labels as labels


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The objects in one or several outputs; anything else in them is reported."""
    output = shown(lines_of(text, diagnostics.path))
    blocks: dict[str, list[Block]] = {}
    for block in output.blocks:
        if block.name.text or block.kind == labels.RULE:
            blocks.setdefault(block.kind, []).append(block)
        else:
            diagnostics.malformed(f"a {block.kind} is printed without a name", block.name.span)
    lists = filter_lists(blocks.get(labels.FILTER_LIST, ()), diagnostics)
    actions: dict[str, FilterAction] = {}
    quick_modes: dict[str, QuickModeCryptoSet] = {}
    for block in blocks.get(labels.FILTER_ACTION, ()):
        if _key(block.name) in actions and not (block.rows or "action" in block.values):
            continue  # printed whole before
        action = filter_action(block, diagnostics)
        quick_mode = quick_mode_set(block, action, diagnostics)
        actions[_key(block.name)] = action
        quick_modes.pop(_key(block.name), None)
        if quick_mode is not None:
            quick_modes[_key(block.name)] = quick_mode
    of_policies = {_key(block.name): block for block in blocks.get(labels.POLICY, ())}
    rules = _rules(blocks.get(labels.RULE, ()), list(of_policies.values()), actions, diagnostics)
    for block in of_policies.values():
        if "lifetime" in block.values:  # printed with all that it has
            printed = sum((each.policy or block) is block for each in blocks.get(labels.RULE, ()))
            note_count(block, "rules", printed, "rule", diagnostics)
    policies, main_modes = _policies(of_policies.values(), rules, diagnostics)
    for run in output.unread:
        diagnostics.not_understood(INSTEAD_OF_SHOWN, run[0].label.span)
        hide_keys(run, diagnostics)
    for line in output.left_out:
        diagnostics.cut_short(line.span)
    named = _named_only(rules, of_policies, lists, actions, diagnostics)
    return diagnostics.parsed(
        Policy(
            policies=policies,
            filter_lists=tuple(lists.values()),
            filter_actions=tuple(actions.values()),
            main_mode_crypto_sets=main_modes,
            quick_mode_crypto_sets=tuple(quick_modes.values()),
            authentication_sets=tuple(authentication for _, (_, authentication) in rules),
            connection_security_rules=tuple(each for _, (each, _) in rules),
            names_not_followed=named,
        )
    )


_Made: TypeAlias = tuple[ConnectionSecurityRule, AuthenticationSet]
_Rules: TypeAlias = Sequence[tuple[Block, _Made]]


def _key(name: Token) -> str:
    return name.text.casefold()


def _rules(
    blocks: Iterable[Block], policies: Sequence[Block], actions: Mapping[str, FilterAction], diagnostics: Diagnostics
) -> _Rules:
    """The rules, once for each policy: the one above it, or the one whose rules were asked for."""
    alone = policies[0] if len(policies) == 1 else None
    rules: dict[tuple[str, str, str], tuple[Block, _Made]] = {}
    for block in blocks:
        owner = block.policy or (alone if block.asked is None else None)
        name = block.asked if owner is None else owner.name
        made = rule(block, name, actions, diagnostics)
        number = block.values.get("id")
        key = "" if name is None else _key(name), made[0].name.casefold(), "" if number is None else number.word
        rules[key] = block, made
    return list(rules.values())


def _named_only(
    rules: _Rules,
    policies: Mapping[str, Block],
    lists: Mapping[str, FilterList],
    actions: Mapping[str, FilterAction],
    diagnostics: Diagnostics,
) -> tuple[str, ...]:
    """The folded names that rules refer to and no output has."""
    named: set[str] = set()
    for _, (each, _) in rules:
        for reference, kind, known in (
            (each.policy, labels.POLICY, policies),
            (each.filter_list, labels.FILTER_LIST, lists),
            (each.filter_action, labels.FILTER_ACTION, actions),
        ):
            name = None if reference is None else reference.target.casefold()
            if name is not None and name not in known:
                if kind in labels.NAMED_ONLY and name not in named:
                    diagnostics.not_held[labels.NAMED_ONLY[kind]] += 1
                named.add(name)
    return tuple(sorted(named))


def _policies(
    blocks: Iterable[Block], rules: _Rules, diagnostics: Diagnostics
) -> tuple[tuple[IpsecPolicy, ...], tuple[MainModeCryptoSet, ...]]:
    """The policies, and the main-mode sets of those printed with methods or a lifetime."""
    policies: list[IpsecPolicy] = []
    main_modes: list[MainModeCryptoSet] = []
    with_rules: set[str] = set()
    answers: dict[str, Setting[bool]] = {}
    for block, (each, _) in rules:
        owner = "" if each.policy is None else each.policy.target.casefold()
        with_rules.add(owner)
        if is_default_response(block):
            answers[owner] = each.enabled
    for block in blocks:
        policies.append(policy(block, answers.get(_key(block.name)), diagnostics))
        main_mode = main_mode_set(block, diagnostics)
        if main_mode is not None:
            main_modes.append(main_mode)
        count = block.values.get("rules")
        has_rules = _key(block.name) in with_rules or (count is not None and decimal(count.text) == 0)
        if main_mode is None or not has_rules:
            diagnostics.not_held[labels.NOT_PRINTED] += 1
    return tuple(policies), tuple(main_modes)
