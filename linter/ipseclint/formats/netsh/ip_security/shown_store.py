"""The format of what `netsh ipsec static show` prints of policies and filter lists.

Rules and filter actions, of which no output was ever published, are told where they stand. A filter list that is
printed without its filters is left out: what it holds is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.read import decimal, value, word
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.netsh.ip_security.filters import PROTOCOLS, NoAddress, legacy_address
from ipseclint.formats.netsh.ip_security.shown import INSTEAD_OF_SHOWN
from ipseclint.formats.netsh.ip_security.shown_blocks import Block, Filter, Line, shown
from ipseclint.formats.netsh.ip_security.values import SECONDS_PER_MINUTE
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.late import late
from ipseclint.model.policy import FilterList, IpsecPolicy, Policy
from ipseclint.model.selectors import ANY_ADDRESS, Address, LegacyFilter
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Source
from ipseclint.vocabulary import netsh_ipsec_labels as labels
from ipseclint.words import plural

NOT_SHOWN = "not printed here"

_MAX_PORT, _MAX_PROTOCOL = 65_535, 255
_NEEDED = {
    "mirrored": "mirror",
    "source": "source address",
    "destination": "destination address",
    "protocol": "protocol",
    "source_port": "source port",
    "destination_port": "destination port",
}
"""What every filter is printed with."""
_OF_POLICIES = {"assigned": "assignment", "master_pfs": "master PFS", "polling_interval": "polling interval"}
"""What every policy is printed with."""
_OF_KEYS = ("psk", "presharedkey", "pre-sharedkey", "预共享")
"""What a label of a preshared key may have in it (reasoned: none was published)."""
_MINUTES = late(r"([0-9]{1,9})[ \t]{1,8}minutes", re.IGNORECASE)


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policies and filter lists of an output, or of several; what else it holds is told."""
    output = shown(lines_of(text, diagnostics.path))
    policies: dict[str, IpsecPolicy] = {}
    lists: dict[str, FilterList] = {}
    for block in output.blocks:
        key = block.name.text.casefold()
        if not key:
            diagnostics.malformed(f"a {block.kind} is printed without a name", block.name.span)
        elif block.kind == labels.POLICY:
            policies[key] = _policy(block, diagnostics)
        elif (filter_list := _filter_list(block, diagnostics)) is not None:
            if key in lists and _traffic(lists[key]) != _traffic(filter_list):
                message = f"{quoted(block.name.text)} has other filters in line {lists[key].span.line}: these are taken"
                diagnostics.contradictory(message, block.name.span)
            lists[key] = filter_list
    if policies:
        diagnostics.not_held[labels.NOT_PRINTED] = len(policies)
    for run in output.unread:
        diagnostics.not_understood(INSTEAD_OF_SHOWN, run[0].label.span)
        _hide_keys(run, diagnostics)
    return diagnostics.parsed(Policy(policies=tuple(policies.values()), filter_lists=tuple(lists.values())))


def _policy(block: Block, diagnostics: Diagnostics) -> IpsecPolicy:
    span, description = block.name.span, block.values.get("description")
    missing = [words for meaning, words in _OF_POLICIES.items() if meaning not in block.values]
    if missing and block.language == labels.ENGLISH:
        diagnostics.malformed(f"a policy is printed without its {', '.join(missing)}: the output may be cut off", span)
    is_described = description is not None and description.text and description.word not in labels.NOTHING
    return IpsecPolicy(
        name=block.name.text,
        span=span,
        description=description.text if description is not None and is_described else None,
        assigned=_flag(block, "assigned", diagnostics),
        polling_interval_seconds=_polling_interval(block, diagnostics),
        master_pfs=_flag(block, "master_pfs", diagnostics),
        activate_default_rule=Setting(Unknown(NOT_SHOWN), span),
    )


def _flag(block: Block, meaning: str, diagnostics: Diagnostics) -> Setting[bool]:
    token = block.values.get(meaning)
    if token is None:
        return Setting(Unknown(NOT_SHOWN), block.name.span)
    return word(token, labels.YES_NO, "yes or no", diagnostics)


def _polling_interval(block: Block, diagnostics: Diagnostics) -> Setting[int]:
    token = block.values.get("polling_interval")
    if token is None:
        return Setting(Unknown(NOT_SHOWN), block.name.span)
    return value(token, _seconds, "polling interval", diagnostics)


def _seconds(token: Token) -> int | None:
    match = _MINUTES.fullmatch(token.text)
    return None if match is None else int(match[1]) * SECONDS_PER_MINUTE


def _filter_list(block: Block, diagnostics: Diagnostics) -> FilterList | None:
    """A filter list; None, noted, if it is printed without its filters."""
    name, count = block.name, block.values.get("count")
    announced = None if count is None else value(count, _number, "number of filters", diagnostics).known
    printed = len(block.filters)
    if not printed and announced != 0:
        message = f"the filter list {quoted(name.text)} is printed without its filters: `level=verbose` prints them"
        diagnostics.not_understood(message, name.span)
        return None
    if announced is not None and announced != printed:
        message = f"{plural(announced, 'filter')} announced and {printed} printed: the output may be cut off"
        diagnostics.malformed(message, name.span if count is None else count.span)
    rows = (_row(each, diagnostics) for each in block.filters)
    return FilterList(name=name.text, span=name.span, filters=tuple(row for row in rows if row is not None))


def _row(shown_filter: Filter, diagnostics: Diagnostics) -> LegacyFilter | None:
    """One filter; None, noted, if it is not understood."""
    values, begin = shown_filter.values, shown_filter.begin
    if missing := [words for meaning, words in _NEEDED.items() if meaning not in values]:
        diagnostics.malformed(
            f"a filter is printed without its {', '.join(missing)}: the output may be cut off", begin.span
        )
        return None
    seen = diagnostics.count
    mirrored = word(values["mirrored"], labels.YES_NO, "yes or no", diagnostics).known
    row = LegacyFilter(
        source=_address(values, "source", diagnostics),
        destination=_address(values, "destination", diagnostics),
        protocol=_protocol(values["protocol"], diagnostics),
        source_port=_port(values["source_port"], diagnostics),
        destination_port=_port(values["destination_port"], diagnostics),
        mirrored=bool(mirrored),
        line=begin.line,
        column=begin.column,
    )
    return row if diagnostics.count == seen else None


def _address(values: dict[str, Token], side: str, diagnostics: Diagnostics) -> Address:
    shown_address, mask = values[side], values.get(f"{side}_mask")
    keyword = labels.ADDRESSES.get(shown_address.word)
    if keyword is None and mask is None:
        diagnostics.malformed(f"the {side} address is printed without its mask", shown_address.span)
        return ANY_ADDRESS
    address = legacy_address(keyword or shown_address.text, None if mask is None else mask.text)
    if isinstance(address, NoAddress):
        diagnostics.unknown_value(address.reason, shown_address.span)
        return ANY_ADDRESS
    return address


def _protocol(token: Token, diagnostics: Diagnostics) -> int | None:
    if token.word in labels.ANY:
        return None
    return value(token, _protocol_number, "protocol", diagnostics).known or None


def _protocol_number(token: Token) -> int | None:
    number = decimal(token.text)
    known = PROTOCOLS.get(token.word) if number is None else number
    return known if known is not None and known <= _MAX_PROTOCOL else None


def _port(token: Token, diagnostics: Diagnostics) -> int:
    if token.word in labels.ANY:
        return 0
    return value(token, _port_number, "port", diagnostics).known or 0


def _port_number(token: Token) -> int | None:
    number = decimal(token.text)
    return number if number is not None and number <= _MAX_PORT else None


def _number(token: Token) -> int | None:
    return decimal(token.text)


def _traffic(filter_list: FilterList) -> list[tuple[object, ...]]:
    """The filters of a list without their places."""
    return [row[:-2] for row in filter_list.filters]


def _hide_keys(run: Iterable[Line], diagnostics: Diagnostics) -> None:
    """Take down where the keys of lines that are not read stand: behind such a label, and below it without one."""
    is_key = False
    for line in run:
        is_key = (is_key and line.value is None) or any(sign in line.label.word for sign in _OF_KEYS)
        if is_key:
            diagnostics.secrets.extend((line.value or line.label).spans)


_FIRST = late(r"\n[ \t]*+(?:filterlist name|筛选器列表名称)[ \t]*[:\uff1a]")
_OF_LIST = late(
    r"\n[ \t]*+(?:no\. of filters|store|last modified|guid|mirrored|source ip address|已镜像|源 ip 地址)[ \t]*[:\uff1a]"
)
_POLICY_NAME = late(r"\n[ \t]*+(?:policy name|策略名称)[ \t]*[:\uff1a]")
_ASSIGNED = late(r"\n[ \t]*+(?:assigned|已分配)[ \t]*[:\uff1a]")
_OF_POLICY = late(r"\n[ \t]*+(?:master pfs|polling interval|已分配)[ \t]*[:\uff1a]")


def recognise(source: Source) -> bool:
    """Whether the name of a filter list stands in it with more of one, or all that tells a policy."""
    lines = source.head_lines_folded
    return _has(lines, _FIRST, _OF_LIST) or _has(lines, _POLICY_NAME, _ASSIGNED, _OF_POLICY)


def _has(lines: str, *patterns: re.Pattern[str]) -> bool:
    return all(pattern.search(lines) for pattern in patterns)


FORMATS = (
    Format(
        name="netsh-ipsec-show",
        title="output of netsh ipsec static show policy and show filterlist, with verbose and without, and of show all",
        recognise=recognise,
        parse=parse,
        how_to_export=(
            "netsh ipsec static show policy all wide=yes > policy.txt"
            " & netsh ipsec static show filterlist all level=verbose wide=yes >> policy.txt"
        ),
        can_express="policies and whether they are assigned, filter lists with their filters; in English and Chinese",
        cannot_express=(
            "rules, filter actions and tables, which are reported, the methods and lifetimes of a policy, DNS names of "
            "filters; of a Chinese policy only its name, description and assignment"
        ),
    ),
)
