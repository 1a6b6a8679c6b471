"""A store of static IPsec policies while a script is replayed: what is there, by name, as last written.

`created` is off for what a script changes or refers to and does not create. Names are the words that wrote them.
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
    """A rule; `policy` is where it names its own. Targets are what its words meant when written, None if nothing."""

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
        """The place of the command that made it."""
        return self.command.span


class PolicyState(Struct, eq=False):
    """A policy and its rules. One that only rules refer to is neither `created` nor `changed`."""

    name: Token
    span: Span
    created: bool = True
    changed: bool = False
    values: TagValues = field(default_factory=TagValues)
    rules: dict[str, RuleState] = field(default_factory=dict)
    default_rule: RuleState | None = None


class Store(Struct, eq=False):
    """The local store, or that of a domain; the keys are names with case folded."""

    name: str
    policies: dict[str, PolicyState] = field(default_factory=dict)
    filter_lists: dict[str, FilterListState] = field(default_factory=dict)
    filter_actions: dict[str, FilterActionState] = field(default_factory=dict)
    assigned: PolicyState | None = None
    assigned_span: Span | None = None
