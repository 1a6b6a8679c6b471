"""A store of static IPsec policies during a replay: its objects by name, as last written.

`created` is off for objects that a script changes or refers to and does not create. Names are the tokens that wrote
them.
"""

from __future__ import annotations

from msgspec import Struct, field

from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.command import Command
from ipseclint.formats.netsh.ip_security.filter_rows import FilterRows
from ipseclint.formats.netsh.ip_security.tag_values import TagValues
from ipseclint.model.policy import AuthenticationMethod
from ipseclint.source import Span


class FilterListState(Struct, eq=False):
    """A filter list and its filters."""

    name: Token
    span: Span
    filters: FilterRows = field(default_factory=FilterRows)


class FilterActionState(Struct, eq=False):
    """A filter action."""

    name: Token
    span: Span
    created: bool = True
    values: TagValues = field(default_factory=TagValues)


class RuleState(Struct, eq=False):
    """A rule; `policy` is where it names its own. Targets are the objects meant when it was written, if any."""

    name: Token
    policy: Token
    command: Command
    values: TagValues = field(default_factory=TagValues)
    filter_list: Token | None = None
    filter_list_target: FilterListState | None = None
    filter_action: Token | None = None
    filter_action_target: FilterActionState | None = None
    methods: tuple[AuthenticationMethod, ...] | None = None

    @property
    def span(self) -> Span:
        """The place of the command that created it."""
        return self.command.span


class PolicyState(Struct, eq=False):
    """A policy and its rules. If only rules refer to it, it is neither `created` nor `changed`."""

    name: Token
    span: Span
    created: bool = True
    changed: bool = False
    values: TagValues = field(default_factory=TagValues)
    rules: dict[str, RuleState] = field(default_factory=dict)
    default_rule: RuleState | None = None


class Store(Struct, eq=False):
    """The local store, or that of a domain; keys are folded names."""

    name: str
    policies: dict[str, PolicyState] = field(default_factory=dict)
    filter_lists: dict[str, FilterListState] = field(default_factory=dict)
    filter_actions: dict[str, FilterActionState] = field(default_factory=dict)
    assigned: PolicyState | None = None
    assigned_span: Span | None = None
