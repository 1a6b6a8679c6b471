"""The format of `netsh ipsec static show`: policies, rules, filter lists and filter actions, as lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ipseclint.formats.parsed import Format
from ipseclint.formats.transcript.parting_lines import NOTHING_BEHIND, own_line
from ipseclint.late import late, late_names
from ipseclint.source import Source
from ipseclint.vocabulary import netsh_ipsec_labels as labels

if TYPE_CHECKING:
    from ipseclint.formats.netsh.ip_security.shown_objects import parse
else:  # many scripts look like such an output at first sight
    (parse,) = late_names("ipseclint.formats.netsh.ip_security.shown_objects", "parse")

_FIRST = late(r"\n[ \t]*+(?:filterlist name|筛选器列表名称)[ \t]*[:\uff1a]")
_OF_LIST = late(
    r"\n[ \t]*+(?:no\. of filters|store|last modified|guid|mirrored|source ip address|已镜像|源 ip 地址)[ \t]*[:\uff1a]"
)
_POLICY_NAME = late(r"\n[ \t]*+(?:policy name|策略名称)[ \t]*[:\uff1a]")
_ASSIGNED = late(r"\n[ \t]*+(?:assigned|已分配)[ \t]*[:\uff1a]")
_OF_POLICY = late(r"\n[ \t]*+(?:master pfs|polling interval|已分配)[ \t]*[:\uff1a]")
_RULE = late(r"\n[ \t]*+rule (?:id|name)[ \t]*:")
_OF_RULE = late(r"\n[ \t]*+(?:activated|filteraction name)[ \t]*:")
_ACTION = late(r"\n[ \t]*+filteraction name[ \t]*:")
_OF_ACTION = late(r"\n[ \t]*+(?:action|in ?bound pass ?through|allow ?unsecured?|no\. of security|qm ?pfs|guid)\b")
_LABELS = {
    *labels.AUTHENTICATION_LABELS,
    *(
        label
        for of_kind in (
            *(labels.FIRST_LABELS, labels.POLICY_LABELS, labels.LIST_LABELS),
            *(labels.RULE_LABELS, labels.ACTION_LABELS, labels.FILTER_LABELS),
        )
        for label in of_kind[labels.ENGLISH]
    ),
}
_LABEL, _HEADING = (
    "|".join(re.escape(each) for each in sorted(words, key=lambda word: (-len(word), word)))
    for words in (_LABELS, labels.HEADINGS)
)
_ALGORITHM = r"(?:NONE|3DES|DES|SHA1?|MD5|ESP|AH)\b"
_OWN_LINE = late(
    own_line(
        r"netsh(?:\.exe)?[ ]ipsec[ ]static[ ]show[ ]" + NOTHING_BEHIND,
        rf"[ \t]{{0,8}}(?:{_LABEL})[ ]{{0,40}}(?::[\w .:/(){{}}=,*+<>-]{{0,120}}+)?",
        rf"(?:{_HEADING})[ ]?(?:\(\d{{1,3}}\))?[ ]?:?",
        r"-[- ]{1,120}",
        r"Encryption[ ]{1,20}Integrity[ ]{1,20}DH Group|AH[ ]{1,8}ESP[ ]{1,8}LifeTime \(Seconds/kBytes\)",
        rf"[ \t]{{0,8}}(?:\d{{1,2}}[.)]?[ ]{{1,8}})?\[?{_ALGORITHM}[\w \[\]()/,+:-]{{0,80}}+",
    ),
    re.IGNORECASE,
)
"""A line of a session that shows objects in English."""


def recognise(source: Source) -> bool:
    """Whether it has the name of an object with some of its values, or all the labels of a policy."""
    lines = source.head_lines_folded
    return (
        _has(lines, _FIRST, _OF_LIST)
        or _has(lines, _POLICY_NAME, _ASSIGNED, _OF_POLICY)
        or _has(lines, _RULE, _OF_RULE)
        or _has(lines, _ACTION, _OF_ACTION)
    )


def _has(lines: str, *patterns: re.Pattern[str]) -> bool:
    return all(pattern.search(lines) for pattern in patterns)


FORMATS = (
    Format(
        name="netsh-ipsec-show",
        title="output of netsh ipsec static show all, policy, rule, filterlist and filteraction, verbose or not",
        short="output of netsh ipsec static show",
        recognise=recognise,
        parse=parse,
        how_to_export=(
            "netsh ipsec static show policy all level=verbose wide=yes > policy.txt"
            " & netsh ipsec static show filterlist all level=verbose wide=yes >> policy.txt"
            " & netsh ipsec static show filteraction all level=verbose wide=yes >> policy.txt"
        ),
        can_express=(
            "policies, rules, filter lists and filter actions, with level=verbose all that they say; in English, and "
            "policies and filter lists in Chinese. Of rules and filter actions no capture was ever published: labels "
            "that are not known are reported"
        ),
        cannot_express=(
            "tables, which are reported; without level=verbose methods, lifetimes and filters; DNS names of filters; "
            "of a Chinese policy only its name, description and assignment"
        ),
        is_alone=lambda source: source.has_only(_OWN_LINE),
    ),
)
