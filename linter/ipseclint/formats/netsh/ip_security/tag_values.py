"""Values of `netsh ipsec` tags: how each is read, and its default.

Defaults are those seen in exported policies that were made without the value: main mode 480 minutes without a limit of
quick modes, polling every 180 minutes, no perfect forward secrecy, action negotiate. The default of
`activatedefaultrule` is yes (Microsoft's questions and answers on IPsec, cc987611: "activated by default for all
policies"); since Windows Vista the default response rule is ignored (the tool's help).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.filters import legacy_address
from ipseclint.formats.netsh.ip_security.methods import main_mode_proposals, quick_mode_proposals
from ipseclint.formats.netsh.ip_security.values import choice, integer, minutes, yes_no
from ipseclint.formats.netsh.tags import Argument, Arguments
from ipseclint.model.policy import InterfaceType, MainModeProposal, QuickModeProposal, RuleAction
from ipseclint.model.selectors import Address, Addresses
from ipseclint.model.setting import Default, Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import DhGroup
from ipseclint.vocabulary.rows import folded, readings

SUSPICIOUS_POLLING_MINUTES = 600
"""From here on a polling interval is more likely meant in seconds (reasoned: 600 s is a common choice, 10 hours
is not). The tool's help says minutes, Microsoft's reference page says seconds."""

ACTIONS = readings(RuleAction, lambda action: action.row.netsh_ipsec)

CONNECTION_TYPES = {
    word: frozenset({kind}) for word, kind in readings(InterfaceType, lambda kind: kind.row.netsh_ipsec).items()
} | {"all": frozenset[InterfaceType]()}

_PFS_GROUPS = folded(readings(DhGroup, lambda group: group.row.netsh_ipsec_pfs))

POLLING_INTERVAL_SECONDS = 180 * 60

_METHODS = ("mmsecmethods", "qmsecmethods")

NOT_HERE = "set outside this input"

T = TypeVar("T")


class TagValues(Struct, frozen=True):
    """The values set by one or several commands on an object; None for those not set.

    `lifetime_seconds` and `quick_mode_limit` are those of main mode; `quick_mode_pfs` is a yes or no, `pfs_group` the
    group itself, which only the dynamic commands name.
    """

    description: str | None = None
    master_pfs: Setting[bool] | None = None
    quick_mode_limit: Setting[int] | None = None
    lifetime_seconds: Setting[int] | None = None
    activate_default_rule: Setting[bool] | None = None
    polling_interval_seconds: Setting[int] | None = None
    assigned: Setting[bool] | None = None
    main_mode_proposals: tuple[MainModeProposal, ...] | None = None
    quick_mode_pfs: Setting[bool] | None = None
    pfs_group: Setting[DhGroup] | None = None
    accept_unsecured_inbound: Setting[bool] | None = None
    allow_unsecured_fallback: Setting[bool] | None = None
    action: Setting[RuleAction] | None = None
    inbound_action: Setting[RuleAction] | None = None
    outbound_action: Setting[RuleAction] | None = None
    quick_mode_proposals: tuple[QuickModeProposal, ...] | None = None
    tunnel: Setting[Addresses] | None = None
    interface_types: Setting[frozenset[InterfaceType]] | None = None
    enabled: Setting[bool] | None = None

    def updated(self, newer: TagValues) -> TagValues:
        """The values after a later command."""
        said = {name: value for name in newer.__struct_fields__ if (value := getattr(newer, name)) is not None}
        return replace(self, **said)


def read_values(arguments: Arguments, diagnostics: Diagnostics) -> TagValues:
    """The values of a command, except names, traffic and authentication."""

    def read(tag: str, reader: Callable[[Token, Diagnostics], T]) -> T | None:
        token = arguments.get(tag)
        return None if token is None else reader(token, diagnostics)

    description = arguments.get("description")
    for tag in _METHODS:
        if (methods := arguments.get(tag)) is not None and not methods.text.strip():
            diagnostics.malformed(f"`{tag}` without a method", methods.span)
    read("softsaexpirationtime", integer)  # when a main mode is renewed before it ends, which the model has not
    return TagValues(
        description=None if description is None else description.text,
        master_pfs=read("mmpfs", yes_no),
        quick_mode_limit=read("qmpermm", integer),
        lifetime_seconds=read("mmlifetime", minutes),
        activate_default_rule=read("activatedefaultrule", yes_no),
        polling_interval_seconds=read("pollinginterval", _polling_interval),
        assigned=read("assign", yes_no),
        main_mode_proposals=read("mmsecmethods", main_mode_proposals),
        quick_mode_pfs=read("qmpfs", yes_no),
        pfs_group=read("pfsgroup", _pfs_group),
        accept_unsecured_inbound=read("inpass", yes_no),
        allow_unsecured_fallback=read("soft", yes_no),
        action=read("action", _action),
        inbound_action=read("actioninbound", _action),
        outbound_action=read("actionoutbound", _action),
        quick_mode_proposals=read("qmsecmethods", quick_mode_proposals),
        tunnel=read("tunnel", tunnel_endpoint) or read("tunneldstaddress", tunnel_endpoint),
        interface_types=read("conntype", _connection_type),
        enabled=read("activate", yes_no),
    )


def fits(argument: Argument) -> bool:
    """Whether a value is valid for its tag."""
    probe = Diagnostics(argument.value.path)
    if argument.tag == "kerberos":
        yes_no(argument.value, probe)
    else:
        read_values(Arguments(ordered=[argument], values={argument.tag: argument}), probe)
    return not probe.problems


def given_or(given: Setting[T] | None, *, default: T, span: Span, created: bool = True) -> Setting[T]:
    """The given value, else Windows' default; unknown for an object that the script does not create."""
    if given is not None:
        return given
    return Default(default, span) if created else Setting(Unknown(NOT_HERE), span)


def tunnel_endpoint(word: Token, diagnostics: Diagnostics) -> Setting[Addresses]:
    """The far end of a tunnel: one address or DNS name."""
    span = word.span
    address = legacy_address(word.text, None)
    if isinstance(address, Address) and address.keyword is None and address.first == address.last:
        return Setting((address,), span)
    diagnostics.unknown_value(f"{quoted(word.text)} is not a tunnel endpoint, which is an address or a DNS name", span)
    return Setting(Unknown(word.text), span)


def _polling_interval(word: Token, diagnostics: Diagnostics) -> Setting[int]:
    setting = minutes(word, diagnostics)
    seconds = setting.known
    if seconds is not None and seconds >= SUSPICIOUS_POLLING_MINUTES * 60:
        diagnostics.contradictory(
            f"pollinginterval {word.text} is read as minutes, as the tool's help says; "
            "Microsoft's reference page says seconds",
            word.span,
        )
    return setting


def _action(word: Token, diagnostics: Diagnostics) -> Setting[RuleAction]:
    return choice(word, ACTIONS, diagnostics)


def _connection_type(word: Token, diagnostics: Diagnostics) -> Setting[frozenset[InterfaceType]]:
    return choice(word, CONNECTION_TYPES, diagnostics)


def _pfs_group(word: Token, diagnostics: Diagnostics) -> Setting[DhGroup]:
    return choice(word, _PFS_GROUPS, diagnostics)
