"""Statements of policy, or evidence of it, in a text of another format, which are said where nothing of them was read.

A format knows its own lines and passes over others, so that prose, prompts and headings do it no harm. What else sets
or tells IPsec is known here by the begin of its line, in whatever it is wrapped: a margin, marks of a mail, of a list
or of code, quotation marks, a prompt. What stands behind a mark of a comment is no statement.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import NamedTuple

from msgspec import Struct
from pydantic import BaseModel

from ipseclint.engine.unread.sign_words import folded_bytes
from ipseclint.formats.parsed import QUOTED_ERRORS, SCRIPT_FORMATS
from ipseclint.late import late
from ipseclint.source import MAX_TEXT_BYTES, Source, Span
from ipseclint.vocabulary import ipsec_tools, registry_keys
from ipseclint.vocabulary.services import OF_IPSEC

MAX_STATEMENTS = 100
"""Statements of one kind in a text that are each told (reasoned: who reads a hundred knows that there are more)."""

_BEFORE = (
    r"[ \t@(>+|*-]{0,40}(?:\d{1,5}[:.|) ][ \t|]{0,8}|[\w.-]{1,30}:[ \t]{1,8})?[`'\[]{0,4}[ \t]{0,8}"
    r"(?:(?:ps )?[a-z]:\\[^>\n]{0,80}>[ \t]*)?"
)
"""What may stand before a statement on its line, in lower case and without double quotation marks."""
_PRINTED = frozenset({"powershell-list", "powershell-table", "powershell-printed-table", "powershell-json"})
_REGISTRY = frozenset(
    {"firewall-registry-reg", "reg-query", "registry-properties", "lgpo-text", "collected-registry"}
    | {"security-template", "setup-inf", "carried-commands"}
)
_SERVICES = _PRINTED | {"wmic-services", "asked-services"}
_EVENTS = frozenset({"event-text", QUOTED_ERRORS})
_ASSOCIATIONS = frozenset({"advfirewall-monitor-sa", "advfirewall-show"})
_OF_IPSEC = rf"(?:{registry_keys.MENTIONS}|{registry_keys.SERVICES})"
_KEY = rf"\[?-?(?:computer\\)?(?:hkey_local_machine|hklm)[\\:]{{1,3}}[^\n]{{0,200}}?{_OF_IPSEC}[^\n]{{0,200}}"
_BELOW = r"\n[ \t>|*-]{0,40}"
"""The end of a line and what may stand before the next one of the same statement."""
_STATE_OF_SERVICE = r"(?:status|starttype|startmode|state)\s{0,12}:"
_NAME_OF_SERVICE = rf"name\s{{0,12}}:\s{{0,4}}(?:{OF_IPSEC})\b"
_OF_DAEMON = r"(?:ike|esp|left|right|keyexchange|authby|auto|also)[a-z_]{0,16}[ \t]{0,8}="
_OF_SECTION = r"(?:version|proposals|remote|local)[a-z_]{0,16}\s{0,8}[={]"
_CLASS = r"(?:cimclassname|creationclassname)\s{0,4}:\s{0,4}msft_net(?:consec|ike|mainmode|quickmode)"
_VALUE = r"(?:[^\n=]{1,80}=[ ]?(?:dword|hex|[\w(])|[^\n]{1,80}?\sreg_(?:dword|sz|binary|multi_sz|qword)\b)"
_CHANGE = (
    r"netsh(?:\.exe)?\s(?>[^\n]*?\b(?:ipsec|consec|mainmode|advfirewall)\s)"
    r"[^\n]*?\b(?:add|set|delete|import|reset)\b"
)


_BLOCK_COMMENT = late(rb"<#[^#]*+(?:#(?!>)[^#]*+)*+(?:#>|\Z)")


class _Kind(Struct, frozen=True):
    """One kind of statement: what a reader calls it, how it looks from the begin of its line, and one of what parts
    stands on that line, or on the next if it `may_begin_above`.

    `read_by` are the formats that read it, or say themselves that they do not.
    """

    title: str
    expression: re.Pattern[bytes]
    parts: tuple[bytes, ...]
    read_by: Collection[str]
    may_begin_above: bool = False


class _Row(NamedTuple):
    """A kind as it is written below: its expression without what may stand before it, its parts between strokes."""

    title: str
    expression: str
    parts: str
    read_by: Collection[str]
    may_begin_above: bool = False


_ROWS = (
    _Row(
        "a command",
        rf"{_CHANGE}|(?:{ipsec_tools.COMMANDS})",
        "netsh|-net|-vpn|-remoteaccess|-da|ipseccmd|ipsecpol"
        "|reg |reg\t|reg.exe|sc |sc\t|sc.exe|net |net\t|net1|net.exe",
        {"carried-commands", *SCRIPT_FORMATS},
    ),
    _Row("a value of the registry", rf"{_KEY}{_BELOW}{_VALUE}", "hkey_local_machine|hklm", _REGISTRY),
    _Row(
        "properties of a key of the registry",
        rf"pspath\s{{1,80}}:\s[^\n]{{0,80}}?registry::hkey_local_machine\\[^\n]{{0,200}}?{_OF_IPSEC}",
        "pspath",
        _REGISTRY,
    ),
    _Row(
        "a value for LGPO",
        rf"computer\s{{0,4}}{_BELOW}(?:system|software)[^\n]{{0,200}}?{_OF_IPSEC}[^\n]{{0,200}}\n[^\n]{{1,120}}"
        rf"{_BELOW}(?:dword|sz|binary|qword):",
        "computer\n|computer\r|computer |computer\t",
        _REGISTRY,
    ),
    _Row(
        "a connection of an IKE daemon",
        rf"conn[ \t]+[\w%.-]{{1,80}}[ \t]*\r?(?={_BELOW}{_OF_DAEMON})"
        rf"|connections\s{{0,8}}\{{(?=[^{{]{{1,200}}\{{[^{{]{{0,2000}}?{_OF_SECTION})",
        "conn |conn\t|connections",
        {"ipsec-conf", "swanctl-conf", "swanctl-conns", "ike-log"},
    ),
    _Row(
        "a setting of the audit policy",
        r"ipsec (?:main mode|quick mode|extended mode|driver)[ \t]{2,60}(?:no auditing|success|failure)\b",
        "ipsec main|ipsec quick|ipsec extended|ipsec driver",
        {"audit-policy"},
    ),
    _Row(
        "the state of a service",
        rf"(?:service_name|dienstname)\s{{0,8}}:\s{{0,8}}(?:{OF_IPSEC})\b"
        rf"|{_STATE_OF_SERVICE}\s[^\n]{{1,40}}{_BELOW}{_NAME_OF_SERVICE}"
        rf"|{_NAME_OF_SERVICE}[^\n]{{0,40}}\n(?:[^\n]{{0,200}}\n)?[ \t>|*-]{{0,40}}{_STATE_OF_SERVICE}",
        "ikeext|policyagent",
        _SERVICES,
        may_begin_above=True,
    ),
    _Row(
        "an event of IPsec",
        r"(?:event id|ereignis-id|eventid)\s{0,8}:\s{0,8}(?:465[0-5]|497[6-9]|498[0-4])\b",
        "event id|eventid|ereignis-id",
        _EVENTS,
    ),
    _Row(
        "a performance counter",
        r"(?:\\\\[\w.-]{1,63})?\\ipsec (?:ikev1|ikev2|authip|driver|dos|connections)[^\n]{0,60}\\[^\n]{3,80}",
        "\\ipsec ",
        {"performance-counters"},
    ),
    _Row(
        "an object of PowerShell",
        r"(?:inbound|outbound)security\s{1,40}:\s\w|tunneltype\s{1,40}:\s(?:ikev2|l2tp|automatic)\b"
        r"|(?:phase[12]authset|(?:main|quick)modecryptoset|ipseccustompolicy)\s{1,40}:\s\S",
        "boundsecurity|authset|cryptoset|ipseccustompolicy|tunneltype",
        _PRINTED,
    ),
    _Row(
        "a rule that netsh prints",
        r"(?:endpoint1|auth1|qmsecmethods|mainmodesecmethods):[ ]{2,60}\S",
        "endpoint1|auth1|secmethods",
        _ASSOCIATIONS,
    ),
    _Row("a security association", r"(?:main|quick) mode sa at\s", "mode sa at", _ASSOCIATIONS),
    _Row(
        "JSON of PowerShell",
        rf"[{{, \t]{{0,40}}(?:cimclass\w*\s{{0,4}}:\s{{0,4}}\{{\s{{0,40}})?{_CLASS}"
        r"|[{, \t]{0,40}tunneltype\s{0,4}:\s{0,4}(?:ikev2|l2tp|automatic)\s{0,4},",
        "classname|tunneltype",
        {"powershell-json"},
        may_begin_above=True,
    ),
    _Row(
        "a VPN profile",
        r"(?:<[^\n]{0,400})?<(?:nativeprotocoltype|cryptographysuite)>",
        "<nativeprotocoltype|<cryptographysuite",
        {"oma-uri", "carried-commands"},
    ),
    _Row("an entry of a phone book", r"vpnstrategy=\d", "vpnstrategy=", {"vpn-phone-book"}),
    _Row(
        "a setting of device management",
        r"(?:(?:oma-uri|locuri|path)\s{0,4}[:=]\s{0,4})?\./(?:device/|user/)?vendor/msft/"
        r"(?:vpnv2|firewall/mdmstore)/[^\n]{1,200}",
        "vendor/msft/",
        {"oma-uri"},
    ),
)
_KINDS = tuple(
    _Kind(
        row.title,
        late(f"{_BEFORE}(?:{row.expression})".encode()),
        tuple(row.parts.encode().split(b"|")),
        row.read_by,
        row.may_begin_above,
    )
    for row in _ROWS
)


def statements(source: Source, format_name: str) -> Iterator[tuple[str, int, int]]:
    """The kind of each statement in a text that its format does not read, with its first line and its last. Raises
    SourceError."""
    data = source.read_bytes(MAX_TEXT_BYTES)
    distinct = folded_bytes(b"\n".join((*dict.fromkeys(data.split(b"\n")), b"")))
    kinds = [
        kind for kind in _KINDS if format_name not in kind.read_by and any(part in distinct for part in kind.parts)
    ]
    text = folded_bytes(data) if kinds else b""
    if format_name == "powershell-script" and b"<#" in text:
        text = _BLOCK_COMMENT.sub(lambda comment: b"\n" * comment[0].count(b"\n"), text)
    for kind in kinds:
        yield from _of_kind(kind, text)


def _of_kind(kind: _Kind, text: bytes) -> Iterator[tuple[str, int, int]]:
    line, counted = 1, 0
    for match in islice(_matches(kind, text), MAX_STATEMENTS):
        line, counted = line + text.count(b"\n", counted, match.start()), match.start()
        yield kind.title, line, line + text.count(b"\n", match.start(), match.end())


def _matches(kind: _Kind, text: bytes) -> Iterator[re.Match[bytes]]:
    end = 0
    for begin in sorted(_begins(kind, text)):
        match = kind.expression.match(text, begin) if begin >= end else None
        if match is not None:
            end = match.end()
            yield match


def _begins(kind: _Kind, text: bytes) -> set[int]:
    """Where the lines begin on which a statement of a kind may begin."""
    begins = set()
    for part in kind.parts:
        at = text.find(part)
        while at >= 0:
            begin = text.rfind(b"\n", 0, at) + 1
            begins.add(begin)
            if kind.may_begin_above and begin:
                begins.add(text.rfind(b"\n", 0, begin - 1) + 1)
            end = text.find(b"\n", at)
            at = text.find(part, end) if end >= 0 else -1
    return begins


def lines_in(value: object) -> Iterator[int]:
    """The lines on which something stands that was read, of whatever is made of an input."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case Span() as span:
                yield span.line
            case BaseModel() as model:
                waiting.extend(getattr(model, name) for name in type(model).model_fields)
            case Struct() as struct:
                waiting.extend(getattr(struct, name) for name in struct.__struct_fields__)
            case tuple() | list() as several:
                waiting.extend(several)
