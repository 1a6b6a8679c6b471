"""A store of static IPsec policies while a script is replayed: what is there, by name, as last written.

`created` is off for what a script changes or refers to and does not create. `values` holds, by tag, what the
command's value became: a setting, or proposals for the lists of methods. Names are the words that wrote them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ipseclint.formats.netsh.ip_security.filter_rows import FilterRows
from ipseclint.formats.netsh.words import Word
from ipseclint.model.policy import AuthenticationMethod
from ipseclint.source import Span

Values = dict[str, Any]


@dataclass(slots=True, eq=False)
class FilterListState:
    """A filter list and its filters."""

    name: Word
    span: Span
    filters: FilterRows = field(default_factory=FilterRows)


@dataclass(slots=True, eq=False)
class FilterActionState:
    """A filter action."""

    name: Word
    span: Span
    created: bool = True
    values: Values = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class RuleState:
    """A rule; `policy` is where it names its own. Targets are what its words meant when written, None if nothing."""

    name: Word
    policy: Word
    span: Span
    values: Values = field(default_factory=dict)
    filter_list: Word | None = None
    filter_list_target: FilterListState | None = None
    filter_action: Word | None = None
    filter_action_target: FilterActionState | None = None
    methods: tuple[AuthenticationMethod, ...] | None = None


@dataclass(slots=True, eq=False)
class PolicyState:
    """A policy and its rules. One that only rules refer to is neither `created` nor `changed`."""

    name: Word
    span: Span
    created: bool = True
    changed: bool = False
    values: Values = field(default_factory=dict)
    rules: dict[str, RuleState] = field(default_factory=dict)
    default_rule: RuleState | None = None


@dataclass(slots=True, eq=False)
class Store:
    """The local store, or that of a domain; the keys are names with case folded."""

    name: str
    policies: dict[str, PolicyState] = field(default_factory=dict)
    filter_lists: dict[str, FilterListState] = field(default_factory=dict)
    filter_actions: dict[str, FilterActionState] = field(default_factory=dict)
    assigned: PolicyState | None = None
    assigned_span: Span | None = None
