"""Rules and filter actions in the output of `netsh ipsec static show`.

No such output was ever published: labels are those reported of the tool (reasoned). What an output leaves out is
unknown, never Windows' default. A rule printed without a name is named by its number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.policy_parts import unknown_quick_mode_proposal
from ipseclint.formats.kit.read import digits, value, word
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.shown_authentication import methods_of
from ipseclint.formats.netsh.ip_security.shown_blocks import Block, compared
from ipseclint.formats.netsh.ip_security.shown_methods import quick_mode_rows
from ipseclint.formats.netsh.ip_security.static_rules import IKEV1_ONLY
from ipseclint.formats.netsh.ip_security.tag_values import ACTIONS, CONNECTION_TYPES, tunnel_endpoint
from ipseclint.model.policy import (
    ALL_PROFILES,
    AuthenticationMethod,
    AuthenticationSet,
    AuthPhase,
    ConnectionSecurityRule,
    Dialect,
    FilterAction,
    InterfaceType,
    QuickModeCryptoSet,
    Reference,
    RuleAction,
    RuleMode,
    Security,
    inherited_security,
)
from ipseclint.model.rules import InheritedSecurity
from ipseclint.model.selectors import Addresses
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.vocabulary import netsh_ipsec_labels as labels
from ipseclint.vocabulary.algorithms import DhGroup, KeyModule
from ipseclint.words import plural

NOT_SHOWN = "not printed here"
_MISSING = Unknown(NOT_SHOWN)


def flag(block: Block, meaning: str, diagnostics: Diagnostics) -> Setting[bool]:
    """A yes or no of an object."""
    token = block.values.get(meaning)
    if token is None:
        return Setting(_MISSING, block.name.span)
    return word(token, labels.YES_NO, "yes or no", diagnostics)


def described(block: Block) -> str | None:
    """The description of an object."""
    token = block.values.get("description")
    return token.text if token is not None and token.text and token.word not in labels.NOTHING else None


def filter_action(block: Block, diagnostics: Diagnostics) -> FilterAction:
    """A filter action; one with security methods negotiates."""
    span, printed = block.name.span, block.values.get("action")
    action: Setting[RuleAction] = Setting(_MISSING, span)
    if printed is not None:
        action = value(printed, _action, "action", diagnostics)
    elif labels.METHODS in block.rows:
        action = Setting(RuleAction.NEGOTIATE, block.rows[labels.METHODS][0].label.span)
    is_clear = action.known in {RuleAction.EXEMPT, RuleAction.BLOCK}

    def clear_text(meaning: str) -> Setting[bool]:
        is_left_out = is_clear and meaning not in block.values
        return default(value=False, span=span) if is_left_out else flag(block, meaning, diagnostics)

    return FilterAction(
        name=block.name.text,
        span=span,
        action=action,
        accept_unsecured_inbound=clear_text("inpass"),
        allow_unsecured_fallback=clear_text("soft"),
    )


def note_count(block: Block, meaning: str, printed: int, what: str, diagnostics: Diagnostics) -> None:
    """Note that fewer parts of an object are printed than it says that it has."""
    count = block.values.get(meaning)
    announced = None if count is None else digits(count)
    if count is not None and announced is not None and announced > printed and not block.is_cut:
        message = f"{plural(announced, what)} announced and {printed} printed: the output may be cut off"
        diagnostics.malformed(message, count.span)


def quick_mode_set(block: Block, action: FilterAction, diagnostics: Diagnostics) -> QuickModeCryptoSet | None:
    """The security methods of a filter action; None if it negotiates none."""
    if action.action.known in {RuleAction.EXEMPT, RuleAction.BLOCK}:
        return None
    span, rows = block.name.span, [line.label for line in block.rows.get(labels.METHODS, ())]
    note_count(block, "count", len(rows), "security method", diagnostics)
    pfs = flag(block, "pfs", diagnostics)
    group = DhGroup.SAME_AS_MAIN_MODE if pfs.known else DhGroup.NONE
    return QuickModeCryptoSet(
        name=block.name.text,
        span=span,
        dialect=Dialect.IP_SECURITY_POLICY,
        proposals=quick_mode_rows(rows, block.columns, diagnostics) or (unknown_quick_mode_proposal(span, _MISSING),),
        pfs_group=Setting(pfs.value if isinstance(pfs.value, Unknown) else group, pfs.span),
        key_module=default(KeyModule.IKEV1, span),
    )


def is_default_response(block: Block) -> bool:
    """Whether a rule is the default response, for peers that ask for security: it has no filters of its own."""
    named = (block.values.get("filter_list"), block.values.get("name"))
    return any(token is not None and compared(token.text) in labels.DEFAULT_RESPONSE for token in named)


def rule_name(block: Block, policy: Token | None) -> str:
    """The name given to a rule here."""
    named = block.values.get("name")
    if is_default_response(block):
        return f"{'' if policy is None else f'{policy.text}: '}default response"
    if named is not None and named.text and named.word not in labels.NOTHING:
        return named.text
    number = block.values.get("id")
    return "rule" if number is None else f"rule {number.text.partition(',')[0].strip()}"


def rule(
    block: Block, policy: Token | None, actions: Mapping[str, FilterAction], diagnostics: Diagnostics
) -> tuple[ConnectionSecurityRule, AuthenticationSet]:
    """A rule with its inline authentication methods."""
    span, values, name = block.name.span, block.values, rule_name(block, policy)
    is_default = is_default_response(block)
    tunnel = _tunnel(values.get("tunnel"), diagnostics)
    mode = RuleMode.TRANSPORT if tunnel is None else RuleMode.TUNNEL
    id_ = f"{'' if policy is None else policy.text}/{name}"
    action = values.get("filter_action")
    security = _security(block, action, actions, is_default=is_default)
    connection_rule = ConnectionSecurityRule(
        name=name,
        span=span,
        dialect=Dialect.IP_SECURITY_POLICY,
        description=described(block),
        enabled=flag(block, "activated", diagnostics),
        profiles=default(ALL_PROFILES, span),
        mode=default(mode, span) if tunnel is None else Setting(mode, tunnel.span),
        action=security.action,
        inbound=security.inbound,
        outbound=security.outbound,
        endpoint1=default((), span),
        endpoint2=default((), span),
        protocol=default(None, span),
        port1=default((), span),
        port2=default((), span),
        interface_types=_interface_types(block, diagnostics),
        key_modules=default(IKEV1_ONLY, span),
        first_authentication=Reference(target=id_, span=span),
        filter_list=None if is_default else _reference(values.get("filter_list")),
        filter_action=_reference(action),
        policy=_reference(policy),
        remote_tunnel_endpoint=tunnel,
    )
    return connection_rule, _authentication(block, name, id_, diagnostics)


def _authentication(block: Block, name: str, id_: str, diagnostics: Diagnostics) -> AuthenticationSet:
    rows = block.rows.get(labels.AUTHENTICATION, ())
    methods: Sequence[AuthenticationMethod] = methods_of(rows, diagnostics)
    if not methods:
        methods = (AuthenticationMethod(span=block.name.span, method=Setting(_MISSING, block.name.span)),)
    return AuthenticationSet(
        name=name,
        id=id_,
        span=block.name.span,
        dialect=Dialect.IP_SECURITY_POLICY,
        phase=AuthPhase.FIRST,
        methods=tuple(methods),
        inline=True,
    )


def _security(
    block: Block, named: Token | None, actions: Mapping[str, FilterAction], *, is_default: bool
) -> InheritedSecurity:
    if is_default:
        request = default(Security.REQUEST, block.name.span)
        return InheritedSecurity(default(RuleAction.NEGOTIATE, block.name.span), request, request)
    known = None if named is None else actions.get(named.text.casefold())
    if known is not None:
        return inherited_security(known)
    place = block.name if named is None else named
    missing = _MISSING if named is None else Unknown(named.text)
    return InheritedSecurity(Setting(missing, place.span), Setting(missing, place.span), Setting(missing, place.span))


def _tunnel(printed: Token | None, diagnostics: Diagnostics) -> Setting[Addresses] | None:
    if printed is None or compared(printed.text) in labels.NO_TUNNEL:
        return None
    return tunnel_endpoint(printed, diagnostics)


def _interface_types(block: Block, diagnostics: Diagnostics) -> Setting[frozenset[InterfaceType]]:
    printed = block.values.get("connection_type")
    if printed is None:
        return Setting(_MISSING, block.name.span)
    return value(printed, _connection_type, "connection type", diagnostics)


def _connection_type(printed: Token) -> frozenset[InterfaceType] | None:
    known = labels.CONNECTION_TYPES.get(compared(printed.text))
    return None if known is None else CONNECTION_TYPES[known]


def _action(printed: Token) -> RuleAction | None:
    known = labels.ACTIONS.get(compared(printed.text))
    return None if known is None else ACTIONS[known]


def _reference(name: Token | None) -> Reference | None:
    is_named = name is not None and name.text and name.word not in labels.NOTHING
    return Reference(target=name.text, span=name.span) if name is not None and is_named else None
