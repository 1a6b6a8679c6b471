"""Output of `netsh ipsec dynamic show`: the policies, filters and associations in force.

A rule of the running policy is printed as a quick-mode filter and a main-mode filter for the same addresses, which are
merged here. Filters that Windows derived from others, called specific, say nothing new and are counted. What an output
leaves out is unknown, never a default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.policy_parts import unknown_main_mode_proposal, unknown_quick_mode_proposal
from ipseclint.formats.kit.read import decimal, shown_address, value, word
from ipseclint.formats.kit.token import LEFT_OUT, Token, lines_of
from ipseclint.formats.netsh.ip_security import dynamic_statistics
from ipseclint.formats.netsh.ip_security.authentication import inline_set
from ipseclint.formats.netsh.ip_security.dynamic_blocks import (
    DynamicBlock,
    DynamicShown,
    dynamic_shown,
    is_of_running_policy,
)
from ipseclint.formats.netsh.ip_security.dynamic_config import DriverConfig
from ipseclint.formats.netsh.ip_security.dynamic_objects import (
    READ_AS_MIRRORED,
    CryptoState,
    DynamicRuleState,
    authentication_id,
    build_main_mode,
    build_quick_mode,
    build_rule,
)
from ipseclint.formats.netsh.ip_security.filters import FilterSelectors, NoAddress, legacy_address
from ipseclint.formats.netsh.ip_security.shown import INSTEAD_OF_SHOWN
from ipseclint.formats.netsh.ip_security.shown_authentication import hide_keys, methods_of
from ipseclint.formats.netsh.ip_security.shown_blocks import compared
from ipseclint.formats.netsh.ip_security.shown_filters import port_number, protocol_number
from ipseclint.formats.netsh.ip_security.shown_methods import behind_life, lives, main_mode_rows, quick_mode_rows
from ipseclint.formats.netsh.ip_security.tag_values import ACTIONS, CONNECTION_TYPES, TagValues, tunnel_endpoint
from ipseclint.formats.netsh.ip_security.values import printed_lifetime_seconds
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.model.events import EventKind, SecurityAssociation
from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthMethod,
    Dialect,
    InterfaceType,
    Policy,
    QuickModeProposal,
    RuleAction,
)
from ipseclint.model.selectors import Address
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Source, text_source
from ipseclint.vocabulary import netsh_dynamic_labels as labels
from ipseclint.vocabulary import netsh_ipsec_labels as words
from ipseclint.vocabulary.algorithms import DhGroup

_MISSING = Unknown("not printed here")
_PASSES = frozenset({"passthru", "passthrough", "pass"})
_GROUPS = {
    **dict.fromkeys(("1", "768"), DhGroup.GROUP_1),
    **dict.fromkeys(("2", "1024"), DhGroup.GROUP_2),
    **dict.fromkeys(("3", "14", "2048"), DhGroup.GROUP_14),
    **dict.fromkeys(("mm", "mainmode", "sameasmainmode"), DhGroup.SAME_AS_MAIN_MODE),
    **dict.fromkeys(labels.NO_GROUP, DhGroup.NONE),
}


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policy in force according to one or several outputs; anything else in them is reported."""
    output = dynamic_shown(lines_of(text, diagnostics.path))
    blocks: dict[str, list[DynamicBlock]] = {}
    for block in output.blocks:
        if block.is_specific:
            diagnostics.not_read(f"specific {block.kind}")
            methods_of(block.authentication, diagnostics)  # notes where keys stand
        else:
            blocks.setdefault(block.kind, []).append(block)
    main_modes = {_key(each): _main_mode(each, diagnostics) for each in blocks.get(labels.MAIN_MODE, ())}
    quick_modes = {_key(each): _quick_mode(each, diagnostics) for each in blocks.get(labels.QUICK_MODE, ())}
    rules = _rules(blocks.get(labels.QUICK_MODE_FILTER, ()), blocks.get(labels.MAIN_MODE_FILTER, ()), diagnostics)
    config = DriverConfig()
    for line in output.configuration:
        if line.value is not None:
            name = line.label.standing_for(compared(line.label.text))
            config.apply(name, line.value, line.label.span, diagnostics)
    for run in output.unread:
        for line in run:
            if LEFT_OUT.fullmatch(line.label.text) is not None:
                diagnostics.cut_short(line.label.span)
        if (other := next((line for line in run if LEFT_OUT.fullmatch(line.label.text) is None), None)) is not None:
            diagnostics.not_understood(INSTEAD_OF_SHOWN, other.label.span)
        hide_keys(run, diagnostics)
    _tell_cut(output, diagnostics)
    statistics = _statistics(output.statistics, diagnostics)
    policy = Policy(
        main_mode_crypto_sets=tuple(map(build_main_mode, main_modes.values())),
        quick_mode_crypto_sets=tuple(map(build_quick_mode, quick_modes.values())),
        authentication_sets=tuple(
            inline_set(each.name, authentication_id(each), each.methods, each.span, Dialect.DYNAMIC) for each in rules
        ),
        connection_security_rules=tuple(build_rule(each, _named(each.quick_mode, quick_modes)) for each in rules),
        global_settings=config.objects(),
        names_not_followed=_names_only(rules, main_modes, quick_modes),
    )
    associations = (
        *(_association(each, EventKind.MAIN_MODE, diagnostics) for each in blocks.get(labels.MAIN_MODE_SA, ())),
        *(_association(each, EventKind.QUICK_MODE, diagnostics) for each in blocks.get(labels.QUICK_MODE_SA, ())),
    )
    parsed = diagnostics.parsed(policy)
    return Parsed(
        policy=policy,
        problems=parsed.problems,
        secrets=parsed.secrets,
        unread=parsed.unread,
        not_held=parsed.not_held,
        counters=statistics.counters,
        associations=associations,
    )


def _tell_cut(output: DynamicShown, diagnostics: Diagnostics) -> None:
    """Report an output that ends behind a heading, or within its last object."""
    last = output.last
    if isinstance(last, Token):
        diagnostics.malformed(
            f"nothing is printed below {quoted(last.text.strip())}: the output may be cut off", last.span
        )
    elif last is not None and (missing := _missing_in(last, output.blocks)):
        message = f"the last {last.kind} is printed without {missing}: the output may be cut off"
        diagnostics.malformed(message, last.name.span)


def _missing_in(block: DynamicBlock, blocks: Iterable[DynamicBlock]) -> str:
    """What an object lacks that it cannot do without, or that each other of its kind has; empty if nothing."""
    if (needed := _NEEDED.get(block.kind)) is not None and not needed[1](block):
        return needed[0]
    alike = [
        each
        for each in blocks
        if each is not block and (each.kind, each.is_specific) == (block.kind, block.is_specific)
    ]
    have = set.intersection(*({*each.values} for each in alike)) if alike else set()
    return "all that the others have" if have - block.values.keys() else ""


_NEEDED: dict[str, tuple[str, Callable[[DynamicBlock], bool]]] = {
    labels.MAIN_MODE: ("security methods", lambda block: bool(block.rows)),
    labels.QUICK_MODE: ("security methods", lambda block: bool(block.rows)),
    labels.MAIN_MODE_FILTER: ("authentication methods", lambda block: bool(block.authentication)),
    labels.QUICK_MODE_FILTER: ("an action", lambda block: bool({"inbound", "outbound"} & block.values.keys())),
    labels.MAIN_MODE_SA: ("its other end", lambda block: "remote_address" in block.values),
    labels.QUICK_MODE_SA: ("its other end", lambda block: "remote_address" in block.values),
}
"""What an object of each kind tells at least, in words, and whether it does."""


def _key(block: DynamicBlock) -> str:
    return block.name.text.casefold()


def _named(name: Token | None, states: Mapping[str, CryptoState]) -> CryptoState | None:
    return None if name is None else states.get(name.text.casefold())


def _names_only(rules: Iterable[DynamicRuleState], *states: Mapping[str, CryptoState]) -> tuple[str, ...]:
    """The folded names of policies that filters refer to and no output has."""
    names = {
        name.text.casefold()
        for each in rules
        for name, known in zip((each.main_mode, each.quick_mode), states, strict=True)
        if name is not None and name.text.casefold() not in known
    }
    return tuple(sorted(names))


def _statistics(lines: Sequence[Token], diagnostics: Diagnostics) -> Parsed:
    """The counters, read where they stand."""
    by_line = {line.line: line.text for line in lines}
    text = "\n".join(by_line.get(number, "") for number in range(1, max(by_line, default=0) + 1))
    parsed = dynamic_statistics.parse(text_source(diagnostics.path, text))
    for problem in parsed.problems:
        diagnostics.add(problem)
    return parsed


def _main_mode(block: DynamicBlock, diagnostics: Diagnostics) -> CryptoState:
    span = block.name.span
    proposals = list(main_mode_rows(block.rows, diagnostics))
    lifetimes = [_row_lifetime(row, block.columns) for row in block.rows]
    for row in block.rows:
        if "/" in row.text and lives(row, block.columns) == {}:
            diagnostics.not_understood(f"{quoted(row.text)} has no lifetime of two numbers", row.span)
    lifetime: Setting[int] | None = next((each for each in lifetimes if each is not None), None)
    if (printed := block.values.get("lifetime")) is not None:
        lifetime = value(printed, printed_lifetime_seconds, "lifetime of main mode", diagnostics)
    for number, own in enumerate(lifetimes):
        if own is not None and lifetime is not None and own.value != lifetime.value:
            proposals[number] = proposals[number].model_copy(update={"lifetime_seconds": own})
    limits = [each for each in map(behind_life, block.rows) if each.text]
    limit: Setting[int] = Setting(_MISSING, span)
    if (printed := block.values.get("limit")) is not None:
        limits = [printed]
    for said in reversed(limits):  # each row of a policy has the same
        limit = value(said, lambda token: decimal(token.text), "limit of quick modes", diagnostics)
    values = TagValues(
        main_mode_proposals=tuple(proposals) or (unknown_main_mode_proposal(span, _MISSING),),
        lifetime_seconds=lifetime or Setting(_MISSING, span),
        quick_mode_limit=limit,
    )
    return CryptoState(block.name, span, values)


def _row_lifetime(row: Token, columns: Token | None) -> Setting[int] | None:
    seconds = (lives(row, columns) or {}).get("s")
    number = None if seconds is None else decimal(seconds.text)
    return Setting(number, seconds.span) if seconds is not None and number else None


def _quick_mode(block: DynamicBlock, diagnostics: Diagnostics) -> CryptoState:
    span = block.name.span
    proposals: tuple[QuickModeProposal, ...] = quick_mode_rows(block.rows, block.columns, diagnostics)
    soft = block.values.get("soft")
    group = block.values.get("pfs") or next((each for row in block.rows if (each := behind_life(row)).text), None)
    values = TagValues(
        quick_mode_proposals=proposals or (unknown_quick_mode_proposal(span, _MISSING),),
        pfs_group=Setting(_MISSING, span) if group is None else value(group, _group, "PFS group", diagnostics),
        allow_unsecured_fallback=(
            Setting(_MISSING, span) if soft is None else word(soft, words.YES_NO, "yes or no", diagnostics)
        ),
    )
    return CryptoState(block.name, span, values)


def _group(token: Token) -> DhGroup | None:
    known = compared(token.text)
    return _GROUPS.get(known, _GROUPS.get(known.removeprefix("dh").removeprefix("gr").lstrip("oup")))


def _rules(
    quick_modes: Iterable[DynamicBlock], main_modes: Iterable[DynamicBlock], diagnostics: Diagnostics
) -> list[DynamicRuleState]:
    """The quick-mode filters, each merged with the main-mode filter for its addresses."""
    of_main_mode: dict[tuple[Address, Address], tuple[DynamicBlock, tuple[AuthenticationMethod, ...]]] = {}
    used: set[tuple[Address, Address]] = set()
    for block in main_modes:
        methods = methods_of(block.authentication, diagnostics)
        ends = _ends(block, diagnostics)
        if ends is not None:
            of_main_mode.setdefault(ends, (block, methods))
    rules: list[DynamicRuleState] = []
    for block in quick_modes:
        own_methods = methods_of(block.authentication, diagnostics)
        ends = _ends(block, diagnostics)
        if ends is None:
            continue
        traffic = _traffic(block, ends, diagnostics)
        if traffic is None:
            continue
        found = of_main_mode.get(ends)
        used.add(ends)
        main_mode, methods = (None, own_methods) if found is None else (found[0].values.get("main_mode"), found[1])
        span = block.name.span
        rules.append(
            DynamicRuleState(
                traffic=traffic,
                span=span,
                places={_TAGS[name]: place for name, place in block.values.items() if name in _TAGS},
                values=_values(block, diagnostics),
                main_mode=_reference(block.values.get("main_mode") or main_mode),
                quick_mode=_reference(block.values.get("quick_mode")),
                methods=methods
                or own_methods
                or (AuthenticationMethod(span=span, method=Setting[AuthMethod](_MISSING, span)),),
            )
        )
        if not traffic.mirrored:
            diagnostics.not_understood(READ_AS_MIRRORED, span)
    for ends in of_main_mode.keys() - used:
        diagnostics.not_read(f"{of_main_mode[ends][0].kind} without a {labels.QUICK_MODE_FILTER}")
    return rules


_TAGS = {
    "source": "srcaddr",
    "destination": "dstaddr",
    "protocol": "protocol",
    "source_port": "srcport",
    "destination_port": "dstport",
}


def _reference(name: Token | None) -> Token | None:
    is_named = name is not None and name.text and compared(name.text) not in words.NO_TUNNEL
    return name if is_named else None


def _ends(block: DynamicBlock, diagnostics: Diagnostics) -> tuple[Address, Address] | None:
    """The addresses of a filter; None, noted, if they are not understood."""
    source, destination = (_address(block, side, diagnostics) for side in ("source", "destination"))
    return None if source is None or destination is None else (source, destination)


def _address(block: DynamicBlock, side: str, diagnostics: Diagnostics) -> Address | None:
    printed, mask = block.values.get(side), block.values.get(f"{side}_mask")
    if printed is None:
        message = f"a filter is printed without its {side} address: the output may be cut off"
        diagnostics.malformed(message, block.name.span)
        return None
    text, is_masked, rest = printed.text.partition("(")
    masked = rest.strip(" \t)") if is_masked else None if mask is None else mask.text
    text = text.strip()
    keyword = words.ADDRESSES.get("".join(text.split()).casefold())
    address = legacy_address(keyword or text, masked)
    if isinstance(address, NoAddress):
        diagnostics.unknown_value(address.reason, printed.span)
        return None
    return address


def _traffic(block: DynamicBlock, ends: tuple[Address, Address], diagnostics: Diagnostics) -> FilterSelectors | None:
    seen = diagnostics.count
    mirrored = block.values.get("mirrored")
    traffic = FilterSelectors(
        *ends,
        protocol=_number(block, "protocol", protocol_number, diagnostics),
        source_port=_number(block, "source_port", port_number, diagnostics) or 0,
        destination_port=_number(block, "destination_port", port_number, diagnostics) or 0,
        mirrored=mirrored is None or bool(word(mirrored, words.YES_NO, "yes or no", diagnostics).known),
    )
    return traffic if diagnostics.count == seen else None


def _number(
    block: DynamicBlock, name: str, read: Callable[[Token], int | None], diagnostics: Diagnostics
) -> int | None:
    printed = block.values.get(name)
    if printed is None or printed.word in words.ANY:
        return None
    return value(printed, read, name.replace("_", " "), diagnostics).known or None


def _values(block: DynamicBlock, diagnostics: Diagnostics) -> TagValues:
    span = block.name.span

    def action(direction: str) -> Setting[RuleAction]:
        printed = block.values.get(direction)
        return Setting(_MISSING, span) if printed is None else value(printed, _action, "action", diagnostics)

    connection, tunnel = block.values.get("connection_type"), block.values.get("tunnel")
    interfaces: Setting[frozenset[InterfaceType]] = Setting(_MISSING, span)
    if connection is not None:
        interfaces = value(connection, _connection_type, "connection type", diagnostics)
    is_tunnel = tunnel is not None and compared(tunnel.text) not in words.NO_TUNNEL
    return TagValues(
        inbound_action=action("inbound"),
        outbound_action=action("outbound"),
        interface_types=interfaces,
        tunnel=tunnel_endpoint(tunnel, diagnostics) if tunnel is not None and is_tunnel else None,
    )


def _action(token: Token) -> RuleAction | None:
    known = compared(token.text)
    known = "permit" if known in _PASSES else words.ACTIONS.get(known, "")
    return ACTIONS.get(known)


def _connection_type(token: Token) -> frozenset[InterfaceType] | None:
    known = words.CONNECTION_TYPES.get(compared(token.text))
    return None if known is None else CONNECTION_TYPES[known]


_PARTS_OF_OFFER = 4
"""An offer of main mode is a cipher, a hash, a group and a lifetime."""


def _association(block: DynamicBlock, kind: EventKind, diagnostics: Diagnostics) -> SecurityAssociation:
    text = {name: token.text for name, token in block.values.items() if token.text}
    offer = block.values.get("offer") or (block.rows[0] if block.rows else None)
    proposal = None
    if offer is not None and kind is EventKind.MAIN_MODE:
        trial = Diagnostics(offer.path)
        made = main_mode_rows([offer], trial)
        diagnostics.take(trial)
        proposal = None if trial.problems else made[0]
        parts = offer.text.split("/")
        if len(parts) == _PARTS_OF_OFFER and decimal(parts[-1].strip()) is None:
            diagnostics.not_understood(f"{quoted(offer.text)} ends with no lifetime in seconds", offer.span)
    return SecurityAssociation(
        span=block.name.span,
        kind=kind,
        local_address=shown_address(block.values.get("local_address"), diagnostics),
        remote_address=shown_address(block.values.get("remote_address"), diagnostics),
        offer=None if offer is None else offer.text or None,
        first_authentication=text.get("first_authentication"),
        proposal=proposal,
    )


def recognise(source: Source) -> bool:
    """Whether it has the name of a running policy, or the heading of a part."""
    return is_of_running_policy(source.head_lines_folded)


FORMATS = (
    Format(
        name="netsh-ipsec-dynamic-show",
        title="output of netsh ipsec dynamic show all, or of its parts",
        recognise=recognise,
        parse=parse,
        how_to_export="netsh ipsec dynamic show all > running.txt",
        can_express=(
            "the running policy: policies and filters of main and quick mode, associations, settings of the driver and "
            "counters. No capture was ever published: labels that are not known are reported"
        ),
        cannot_express="names of rules; tables, which are reported; which stored policy the filters are of",
    ),
)
