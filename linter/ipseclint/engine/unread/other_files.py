"""Files that hold no policy that can be read: binary ones, templates, other programs' files, lists of events."""

from __future__ import annotations

import re

from msgspec.structs import replace

from ipseclint.engine.inputs.archives import is_archive
from ipseclint.engine.unread.sign_words import MEMBERS, WORDS, Sign, first_of, folded_bytes, folded_end, search
from ipseclint.late import late
from ipseclint.source import BINARY_SIGNATURES, Source

KINDS_OF_EVENTS = Sign(
    "list of what events say",
    why="a list of what kinds of events say, and no log: none of them happened here; export the events themselves",
)
OLD_EVENTS = Sign(
    "prose about events",
    why="prose that names events of Windows before Vista and no value of one: give the events themselves",
)
WITHOUT_CAUSE = "in which no known cause of a failure stands: give its lines from the time of a try"
"""What is said behind the name of a log that tells of no failure in known words."""
INSTEAD_OF_TRACE = (
    "oakley.log, the trace of IKE of Windows before Vista, which is not read: give what the other end logs of the same "
    "attempt, and of a later Windows its events or `netsh wfp capture`; `ipseclint explain 0x35ef` tells a status"
)
_SEALED = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"MSWIM\0\0\0": "Windows image",
    b"vhdxfile": "virtual disk",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
    b"LZIP": "lzip",
    b"\x1f\x9d": "compress",
}
"""Archives that cannot be opened here, by how they begin."""
_ENCODED_SCRIPT = b"#@~^"
"""The begin of a file written by the Windows Script Encoder: .vbe, .jse."""
_CAPTURES = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\x0a\x0d\x0d\x0a", b"GMBU")
"""The begin of a capture: of pcap in either order of bytes, and with nanoseconds, of pcapng, of Network Monitor."""
_RICH_TEXT = b"{\\rtf"
_INSTEAD_OF_RICH_TEXT = (
    "it is a document in RTF, as Word and WordPad write it, which is not read: save it as plain text, and give that"
)
"""The begin of such a document, whose marks stand within its lines, and what to give instead."""
_EMPTY_ZIP = b"PK\x05\x06"
_PROGRAM = b"MZ"
_OF_PROGRAM = b"PE\0\0"
"""The begin of a Windows program or library, and the mark behind its stub."""
_STUB_BYTES = 4096
_TEMPLATE = late(rb"<policydefinition(?:s|resources)[\s>]")
_IS_TEMPLATE = Sign("of no concern: a template of settings, which sets nothing by itself")
"""The root element of an ADMX file and of its language file, and what it is."""
_ROOT_BYTES = 2000
"""How many bytes may precede the root of a template (reasoned)."""
_ROOT = late(
    rb"(?:\xef\xbb\xbf)?\s{0,200}+(?><(?:\?[^<>]{0,200}|!--(?:[^-]|-(?!->)){0,2000}--)>\s{0,200}){0,20}+<([a-z_:]{3,32})[\s>]"
)
_OF_OTHERS = "of no concern: a file of another program"
_WATCHES = Sign(_OF_OTHERS, why="it sets up a program that watches the machine, and nothing of IPsec")
_QUERY = Sign(_OF_OTHERS, why="it is a query for events, and holds none")
_ALARMS = Sign(_OF_OTHERS, why="it is rules by which a program that watches the machine raises alarms")
_EAP = Sign(
    "an EAP configuration alone",
    why="it is the EAP configuration of a VPN or network profile alone, which says nothing of IPsec: give the profile "
    "that has it, as ProfileXML, or `Get-VpnConnection | ConvertTo-Json -Depth 9`",
)
_OF_ALARMS = b"<rule id="
_BY_ROOT = {
    b"group": _ALARMS,
    b"eaphostconfig": _EAP,
    **dict.fromkeys((b"ossec_config", b"agent_config", b"sysmon"), _WATCHES),
    **dict.fromkeys((b"querylist", b"viewerconfig", b"subscription"), _QUERY),
    b"instrumentationmanifest": KINDS_OF_EVENTS,
}
"""The kinds of XML documents that set nothing of IPsec and are no logs, by folded root element."""
_INSTEAD_OF_WORD = "it is the text of a document of Word, which is not read: save it as plain text, and give that"
_INSTEAD_OF_SHEET = "it is a sheet of Excel, which is not read: save it as CSV, and give that"
_INSTEAD_OF_SCAN = (
    "it is what a scan for compliance found (XCCDF, OVAL, a checklist), which is not read: give the keys that it "
    "names, as `reg export` writes them"
)
_INSTEAD = {
    b"w:document": _INSTEAD_OF_WORD,
    **dict.fromkeys((b"sst", b"worksheet"), _INSTEAD_OF_SHEET),
    **dict.fromkeys(
        (b"oval_results", b"oval_system_characteristics", b"benchmark", b"testresult", b"checklist"), _INSTEAD_OF_SCAN
    ),
}
"""What to give instead of documents of other programs that speak of IPsec, by folded root element."""
_NUMBERS = rb"(?:46[5-9]\d|49[678]\d|5049|54[4-8]\d|54[1-7]|202\d\d)"
_KIND_OF_EVENTS = late(
    rb"^[ \t|\"*\xe2\x80\xa2-]{0,8}(?:event(?: id)?:? )?(%b)"
    rb"(?:\([sf, ]{1,4}\))?(?:[ \t|,;/]{1,24}\d{3,5})?[ \t|,;:.)\"=>\xe2\x80\x93\x94-]{1,24}[a-z]"
    rb"(?![^\n]{0,2000}\d\d:\d\d)[^\n]{0,2000}$" % _NUMBERS,
    re.MULTILINE,
)
"""A row of a list of events with number and message but no time."""
_MESSAGE = late(rb"^[ \t|]{0,8}message[ \t]{0,4}[:|][^\n%]*+%[1-9][^\n]*+", re.MULTILINE)
"""The message that a page about a kind of event gives, with places for its values."""
_KIND_IN_XML = late(
    rb"<(?:id|eventid|value)>\s{0,8}(%b)\s{0,8}</(?:id|eventid|value)>\s{0,80}"
    rb"(?:<(?:name|symbol|version|level|title)>[^<]{0,200}</\w{4,8}>\s{0,80}){0,4}"
    rb"<(?:description|message|text)>[^<]{0,2000}<" % _NUMBERS
)
"""The same in XML, without an element that tells when."""
_PARAGRAPH_ENDS = late(rb"\n[ \t\r]*\n")
_OLD_NUMBERS = late(
    rb"(?<![\w.:])(54[1-7])(?:\s{0,4}[,;/&]\s{0,4}|\s{1,4})(?:(?:and|or|und|oder|et|ou|bis|to)\s{1,4})?"
    rb"(?:event(?: id)?\s{1,4})?(?!\1)54[1-7](?!\.?\w)"
)
"""Numbers of two events before Vista side by side, as no event shows its own."""
_OF_AN_EVENT = late(
    rb"\bfailure (?:point|reason)\b|\bpeer (?:identity|ip)\b|\bevent ?id\s{0,8}[:=]|\bsource:\s|\d\d:\d\d|\bmode:\s"
    rb"|(?::|\xef\xbc\x9a)[ \t]{0,8}54[1-7][ \t]{0,8}\r?(?:\n|\Z)"
)
"""What an event says beside its number and its first sentence."""
_MIN_KINDS = 3
_MAX_LIST_BYTES = 4 * 1024 * 1024
"""A list of all events of Windows is smaller (reasoned: that of the Security log takes half a megabyte)."""


def is_rich_text(source: Source) -> bool:
    """Whether a source is a document in RTF: no line of it is what somebody wrote."""
    return source.head.startswith(_RICH_TEXT)


def sign_of_begin(source: Source) -> Sign | None:
    """The kind of a binary file, or of a document in RTF, by its first bytes; None for others."""
    head = source.head
    if head.startswith(BINARY_SIGNATURES):
        name = head[:4].decode("ascii", "replace").strip("\0")
        return Sign("damaged", is_suspicious=True, quote=name)
    if sealed := next((name for begin, name in _SEALED.items() if head.startswith(begin)), None):
        return Sign("archive", is_suspicious=True, why=f"it is an archive of a kind that is not read ({sealed})")
    if head.startswith(_EMPTY_ZIP):
        return Sign("archive")
    if head.startswith(_ENCODED_SCRIPT):
        return Sign("damaged", is_suspicious=True, why="it is an encoded script, of which nothing can be seen")
    if is_rich_text(source):
        sign = search(source, WORDS)
        return Sign("of no concern") if sign is None else replace(sign, why=_INSTEAD_OF_RICH_TEXT)
    if head.startswith(_CAPTURES):
        return Sign("of no concern: a capture of packets, which is not looked into")
    if head.startswith(_PROGRAM) and _OF_PROGRAM in head[:_STUB_BYTES]:
        return Sign("of no concern: a program, which is not looked into")
    if is_archive(head):
        why = "it is an archive under a name or in a place where none is looked into"
        return search(source, MEMBERS) or Sign("archive", is_suspicious=True, why=why)
    return None


def sign_of_root(source: Source, folded: bytes) -> Sign | None:
    """The kind of a document of another program, by its root, if nothing stands behind it; None for others."""
    if _TEMPLATE.search(folded[:_ROOT_BYTES]):
        return _IS_TEMPLATE
    root = _ROOT.match(folded)
    sign = None if root is None else _BY_ROOT.get(root[1])
    if root is None or sign is None or (sign is _ALARMS and _OF_ALARMS not in folded[:_ROOT_BYTES]):
        return None
    return sign if folded_end(source).rstrip().endswith(b"</%b>" % root[1]) else None


def instead_of_root(folded: bytes) -> str | None:
    """What to give instead of a document of another program, by its root; None for others."""
    root = _ROOT.match(folded)
    return None if root is None else _INSTEAD.get(root[1]) or _INSTEAD.get(root[1].rpartition(b":")[2])


def names_old_events(source: Source) -> bool:
    """Whether prose names two events before Vista side by side, and says nothing that only one event would."""
    folded = _whole(source)
    if folded is None or _OF_AN_EVENT.search(folded) is not None:
        return False
    others = [each for each in _PARAGRAPH_ENDS.split(folded) if _OLD_NUMBERS.search(each) is None]
    return _OLD_NUMBERS.search(folded) is not None and first_of(WORDS, b"\n\n".join(others)) is None


def lists_kinds_of_events(source: Source) -> bool:
    """Whether the words of IPsec in a text are messages of several kinds of events, each once and without a time.

    Or that of one, without its values.
    """
    folded = _whole(source)
    if folded is None:
        return False
    if _MESSAGE.search(folded) is not None and first_of(WORDS, _MESSAGE.sub(b"", folded)) is None:
        return True
    return any(_are_kinds(expression, folded) for expression in (_KIND_OF_EVENTS, _KIND_IN_XML))


def _whole(source: Source) -> bytes | None:
    """All bytes of a source, folded; None if they are more than a list of kinds of events has."""
    whole = bytearray()
    for block in source.blocks():
        whole += block
        if len(whole) > _MAX_LIST_BYTES:
            return None
    return folded_bytes(bytes(whole))


def _are_kinds(expression: re.Pattern[bytes], folded: bytes) -> bool:
    kinds = expression.findall(folded)
    return (
        len(kinds) >= _MIN_KINDS
        and len(set(kinds)) == len(kinds)
        and first_of(WORDS, expression.sub(b"\n", folded)) is None
    )
