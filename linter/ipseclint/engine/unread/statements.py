"""Statements of policy, or evidence of it, in a text of another format, which are said where nothing of them was read.

A format knows its own lines and passes over others, so that prose, prompts and headings do it no harm. What else sets
or tells IPsec is known here by the begin of its line, in whatever it is wrapped: a margin, marks of a mail, of a list
or of code, quotation marks, a prompt. What stands behind a mark of a comment is no statement.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from msgspec import Struct
from pydantic import BaseModel

from ipseclint.engine.unread.in_documents import LISTED
from ipseclint.engine.unread.sign_words import (
    COMMAND,
    IN_WORDS,
    OBJECT,
    OF_SETTINGS,
    OFFERED,
    PHASE,
    PRINTED_OBJECT,
    SUITE,
    folded_bytes,
    joined_in_place,
    stated_in,
)
from ipseclint.formats.parsed import QUOTED_ERRORS, SCRIPT_FORMATS
from ipseclint.formats.pasted.signs import BLOCK_COMMENT, COLOUR
from ipseclint.late import late
from ipseclint.secrets.names import may_match_in
from ipseclint.source import MAX_TEXT_BYTES, Source, Span
from ipseclint.vocabulary import ipsec_tools, registry_keys
from ipseclint.vocabulary.services import OF_IPSEC

MAX_STATEMENTS = 100
"""Statements of one kind in a text that are each told (reasoned: who reads a hundred knows that there are more)."""

_BEFORE = (
    r"[ \t@(>+|*-]{0,40}(?:\d{1,5}[:.|) \t][ \t|]{0,8}|[\w.-]{1,30}:(?:\d{1,6}:)?[ \t]{0,8})?[`'\[]{0,4}[ \t]{0,8}"
    r"(?:(?:ps )?[a-z]:\\[^>\n]{0,80}>[ \t]*)?"
)
"""What may stand before a statement on its line, in lower case and without double quotation marks."""
_DAEMONS = frozenset({"ipsec-conf", "swanctl-conf", "declared-documents"})
_COMMANDS = frozenset({"carried-commands", "transcript", *SCRIPT_FORMATS})
_PASS_ON = _COMMANDS | {QUOTED_ERRORS}
"""Formats that follow commands, or are prose."""
_OF_IPSEC = rf"(?:{registry_keys.MENTIONS}|{registry_keys.SERVICES})"
_KEY = rf"\[?-?(?:computer\\)?(?:hkey_local_machine|hklm)[\\:]{{1,3}}[^\n]{{0,200}}?{_OF_IPSEC}[^\n]{{0,200}}"
_BELOW = r"\n[ \t>|*-]{0,40}"
"""The end of a line and what may stand before the next one of the same statement."""
_STATE_OF_SERVICE = r"(?:status|starttype|startmode|state)\s{0,12}:"
_NAME_OF_SERVICE = rf"name\s{{0,12}}:\s{{0,4}}(?:{OF_IPSEC})\b"
_OF_DAEMON = r"(?:ike|esp|left|right|keyexchange|authby|auto|also)[a-z_]{0,16}[ \t]{0,8}="
_OF_SECTION = r"(?:version|proposals|remote|local)[a-z_]{0,16}\s{0,8}[={]"
_NO_COMMENT = r"(?![ \t]*(?:[#;]|//|::|rem\b|<!--))"
_OF_POLICY = r"[ ]?(?:proposal|encr|hash|integrity|group|authentication|prf|lifetime)"
_CLASS = r"(?:cimclassname|creationclassname)\s{0,4}:\s{0,4}msft_net(?:consec|ike|mainmode|quickmode)"
_VALUE = r"(?:[^\n=]{1,80}=[ ]?(?:dword|hex|[\w(])|[^\n]{1,80}?\sreg_(?:dword|sz|binary|multi_sz|qword)\b)"
_CHANGE = (
    r"netsh(?:\.exe)?\s(?>[^\n]*?\b(?:ipsec|consec|mainmode|advfirewall)\s)"
    r"[^\n]*?\b(?:add|set|delete|import|reset)\b"
)
_PHASE = rf"\(?{PHASE}"
_CIPHER = r"\b(?:3?des\b|aes[ -]?(?:gcm|cbc)?[ -]?\(?\d{3})"
_WITH_CIPHER = r"\b(?:sha|md5|dh|group|modp|pfs)"
_A_MARK = r"(?:[>|]|[*+-][ \t]|[0-9]{1,5}[.):|\t]|(?:ps )?[a-z]:\\[^>\n]{0,80}>)"
_MARK = late(rf"[ \t]*+{_A_MARK}".encode())
"""The begin of a line as no export has it: a mark of a mail, a table, a list or a prompt."""
_MARKED = rf"(?:^|\n)[ \t]*{_A_MARK}"
"""A line with such a mark, for the engine."""
_COLOUR = late(COLOUR.pattern.encode(), re.IGNORECASE)
_BLOCK_COMMENT = late(BLOCK_COMMENT.encode())
_TEXT = rb"@'?[ \t]*+\n(?:(?!'?@)[^\n]*+\n)*+(?:'?@)?"
_HERE_STRING = late(rb"(?<=[\s=(,])" + _TEXT)
"""A text over several lines in a script of PowerShell; one that nothing ends goes on to the end."""
_ON_ITS_LINES = late(rb"(?m)^[ \t]*+" + _TEXT + rb"(?P<behind>[^\n]*+)")
"""Such a text with lines of its own, and what is done with it."""


class _Kind(Struct, frozen=True):
    """One kind of statement: what a reader calls it, and how it looks from the begin of its line.

    One of its parts in `STATED` stands on that line, or on the next if it `may_begin_above`. `read_by` are the formats
    that read it, or say themselves that they do not, where no mark of a list, a mail or a prompt stands before it.
    """

    title: str
    expression: re.Pattern[bytes]
    read_by: Collection[str] = ()
    may_begin_above: bool = False


def _begun(expression: str) -> bytes:
    """The expression of a statement with what may stand before it on its line."""
    return f"{_BEFORE}(?:{expression})".encode()


_KINDS = (
    _Kind(COMMAND, late(_begun(rf"{_CHANGE}|(?:{ipsec_tools.COMMANDS})")), _COMMANDS),
    _Kind("a value of the registry", late(_begun(rf"{_KEY}{_BELOW}{_VALUE}")), {"firewall-registry-reg", "reg-query"}),
    _Kind(
        "properties of a key of the registry",
        late(_begun(rf"pspath\s{{1,80}}:\s[^\n]{{0,80}}?registry::hkey_local_machine\\[^\n]{{0,200}}?{_OF_IPSEC}")),
        {"registry-properties"},
    ),
    _Kind(
        "a value for LGPO",
        late(
            _begun(
                rf"computer\s{{0,4}}{_BELOW}(?:system|software)[^\n]{{0,200}}?{_OF_IPSEC}[^\n]{{0,200}}\n[^\n]{{1,120}}"
                rf"{_BELOW}(?:dword|sz|binary|qword):"
            )
        ),
        {"lgpo-text"},
    ),
    _Kind(
        "a connection of an IKE daemon",
        late(
            _begun(
                rf"conn[ \t]+[\w%.-]{{1,80}}[ \t]*\r?(?={_BELOW}{_OF_DAEMON})"
                rf"|connections\s{{0,8}}\{{(?=[^{{]{{1,200}}\{{[^{{]{{0,2000}}?{_OF_SECTION})"
            )
        ),
        _DAEMONS,
    ),
    _Kind(
        OFFERED,
        late(rf"{_NO_COMMENT}[^\n]*?\b(?:ike|esp|(?:esp_)?proposals)[ ]?=[ \t]{{0,4}}{SUITE}".encode()),
        _DAEMONS,
    ),
    _Kind(
        OF_SETTINGS,
        late(rf"{_NO_COMMENT}[^\n]*?\b(?:proposals?|algorithms):\*{{0,2}}[ \t]{{0,60}}{SUITE}".encode()),
    ),
    _Kind(
        "configuration of a gateway",
        late(
            _begun(
                r"crypto (?:ikev[12]|isakmp) (?:policy|proposal) [\w.-]{1,60}[ \t'`]{0,8}\r?"
                rf"(?=\n{_BEFORE}{_OF_POLICY})"
                r"|crypto ipsec (?:ikev1 )?transform-set \S{1,80} (?:esp|ah)-"
                r"|config vpn ipsec phase[12]|set security (?:ike|ipsec) (?:proposal|policy) "
                r"|set vpn ipsec (?:ike|esp)-group |/ip ipsec (?:profile|proposal|peer)\b"
            )
        ),
        {"gateway-configuration"},
    ),
    _Kind(
        "a setting of the audit policy",
        late(
            _begun(r"ipsec (?:main mode|quick mode|extended mode|driver)[ \t]{2,60}(?:no auditing|success|failure)\b")
        ),
    ),
    _Kind(
        "the state of a service",
        late(
            _begun(
                rf"(?:service_name|dienstname)\s{{0,8}}:\s{{0,8}}(?:{OF_IPSEC})\b"
                rf"|{_STATE_OF_SERVICE}\s[^\n]{{1,40}}{_BELOW}{_NAME_OF_SERVICE}"
                rf"|{_NAME_OF_SERVICE}[^\n]{{0,40}}\n(?:[^\n]{{0,200}}\n)?[ \t>|*-]{{0,40}}{_STATE_OF_SERVICE}"
                rf"|{LISTED}"
            )
        ),
        {"powershell-table"},
        may_begin_above=True,
    ),
    _Kind(
        "an event of IPsec",
        late(_begun(r"(?:event id|ereignis-id|eventid)\s{0,8}:\s{0,8}(?:465[0-5]|497[6-9]|498[0-4])\b")),
        {"event-text", QUOTED_ERRORS},
    ),
    _Kind(
        "a performance counter",
        late(
            _begun(
                r"(?:path\s{1,20}:\s)?(?:\\\\[\w.-]{1,63})?\\(?:generic ikev1|ipsec[ -]"
                r"(?:ikev1|ikev2|authip|driver|dos|connections|treiber))[^\n]{0,60}\\[^\n]{3,80}"
                r"|__class\s{1,40}:\swin32_perf(?:formatted|raw)data_counters_\w{0,20}(?:ipsec|ikev)"
            )
        ),
        {"performance-counters"},
    ),
    _Kind(
        PRINTED_OBJECT,
        late(_begun(OBJECT)),
        {"powershell-list"},
    ),
    _Kind(
        "a rule that netsh prints",
        late(_begun(r"(?:endpoint1|auth1|qmsecmethods|mainmodesecmethods):[ ]{2,60}\S")),
        {"advfirewall-monitor-sa", "advfirewall-show"},
    ),
    _Kind("a security association", late(_begun(r"(?:main|quick) mode sa at\s"))),
    _Kind(
        "JSON of PowerShell",
        late(
            _begun(
                rf"[{{, \t]{{0,40}}(?:cimclass\w*\s{{0,4}}:\s{{0,4}}\{{\s{{0,40}})?{_CLASS}"
                r"|[{, \t]{0,40}tunneltype\s{0,4}:\s{0,4}(?:ikev2|l2tp|automatic)\s{0,4},"
            )
        ),
        {"powershell-json"},
        may_begin_above=True,
    ),
    _Kind(
        "a VPN profile",
        late(_begun(r"(?:<[^\n]{0,400})?<(?:nativeprotocoltype|cryptographysuite)>")),
    ),
    _Kind("an entry of a phone book", late(_begun(r"vpnstrategy=\d")), {"vpn-phone-book"}),
    _Kind(
        "a setting of device management",
        late(
            _begun(
                r"(?:(?:oma-uri|locuri|path)\s{0,4}[:=]\s{0,4})?\./(?:device/|user/)?vendor/msft/"
                r"(?:vpnv2|firewall/mdmstore)/[^\n]{1,200}"
            )
        ),
        {"oma-uri", "intune-json"},
    ),
    _Kind(
        IN_WORDS,
        late(
            _begun(
                rf"(?:(?!(?:rem|echo) )\w{{1,9}} )?{_PHASE}[^\n]{{0,40}}?[:=-]"
                rf"[^\n]{{0,120}}?{_CIPHER}[^\n]{{0,120}}?{_WITH_CIPHER}"
                rf"(?:[^\n]{{0,120}}{_BELOW}(?:\w{{1,9}} )?{_PHASE})?"
            )
        ),
    ),
)


def statements(source: Source, format_name: str) -> Iterator[tuple[str, int, int]]:
    """The kind of each statement in a text that its format does not read, with its first line and its last. Raises
    SourceError."""
    text = folded_bytes(joined_in_place(source.read_bytes(MAX_TEXT_BYTES)))
    if b"\x1b" in text:
        text = _COLOUR.sub(b"", text)
    if format_name == "powershell-script" and b"<#" in text:
        text = _BLOCK_COMMENT.sub(lambda comment: b"\n" * comment[0].count(b"\n"), text)
    if b"<!--" in text and text.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        text = _without_xml_comments(text)
    stated, is_transcript = stated_in(text), format_name == "transcript"
    is_theirs = format_name in _COMMANDS and not is_transcript  # what stands before a command there
    kinds = stated.keys() - ({COMMAND} if is_theirs else ())
    read = _rows_of_pieces(source) if is_transcript else {}
    for kind in (kind for kind in _KINDS if kind.title in kinds):
        known = frozenset[int]().union(*(read[name] for name in kind.read_by if name in read))
        shown = text
        if kind.title == IN_WORDS and format_name == "powershell-script":  # its texts tell people, and set nothing
            shown = _HERE_STRING.sub(lambda here: b"\n" * here[0].count(b"\n"), text)
        parts = stated[kind.title]
        if kind.title == COMMAND and is_transcript:  # those in no piece are told where pieces are read
            others = frozenset[int]().union(*(rows for name, rows in read.items() if name not in _PASS_ON))
            others |= set(_rows_not_used(text))
            found = (each for each in _of_kind(kind, parts, shown, "") if each[1] in others)
        else:
            found = (each for each in _of_kind(kind, parts, shown, format_name) if each[1] not in known)
        yield from islice(found, MAX_STATEMENTS)


def _rows_not_used(text: bytes) -> Iterator[int]:
    """The lines of the texts of PowerShell with which nothing is done."""
    line, counted = 1, 0
    for own in _ON_ITS_LINES.finditer(text) if b"@" in text else ():
        line, counted = line + text.count(b"\n", counted, own.start()), own.start()
        if not own["behind"].strip():
            yield from range(line, line + own[0].count(b"\n") + 1)


def _without_xml_comments(text: bytes) -> bytes:
    """A text with as many empty lines in place of each comment of XML that ends."""
    parts: list[bytes] = []
    at = 0
    while (begin := text.find(b"<!--", at)) >= 0 and (end := text.find(b"-->", begin)) >= 0:
        parts += text[at:begin], b"\n" * text.count(b"\n", begin, end)
        at = end + len(b"-->")
    return b"".join((*parts, text[at:]))


def _rows_of_pieces(source: Source) -> Mapping[str, Collection[int]]:
    """The lines of a transcript that each format was given to read, by its name."""
    from ipseclint.formats.transcript.forms import KnownPieces

    return source.once(KnownPieces).read


def _of_kind(kind: _Kind, parts: Iterable[bytes], text: bytes, format_name: str) -> Iterator[tuple[str, int, int]]:
    if format_name in kind.read_by and not may_match_in(_MARKED, text):
        return
    line, counted = 1, 0
    begins: Iterable[int] = sorted(_begins(kind, parts, text))
    if format_name in kind.read_by:
        begins = (begin for begin in begins if _MARK.match(text, begin))
    for match in _matches(kind, text, begins):
        line, counted = line + text.count(b"\n", counted, match.start()), match.start()
        yield kind.title, line, line + text.count(b"\n", match.start(), match.end())


def _matches(kind: _Kind, text: bytes, begins: Iterable[int]) -> Iterator[re.Match[bytes]]:
    end = 0
    for begin in begins:
        match = kind.expression.match(text, begin) if begin >= end else None
        if match is not None:
            end = match.end()
            yield match


def _begins(kind: _Kind, parts: Iterable[bytes], text: bytes) -> set[int]:
    """Where the lines begin on which a statement of a kind may begin, of which these parts stand in the text."""
    begins = set()
    for part in parts:
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
