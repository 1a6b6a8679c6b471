"""Classifies files that no format recognises by their whole content, so that IPsec policy is never skipped.

Scripts hide words behind carets, quotes and zero bytes of UTF-16; all of these are left out before looking.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.engine.archives import is_archive
from ipseclint.engine.own import is_own
from ipseclint.formats import recognise
from ipseclint.formats.netsh.hosts import is_mail
from ipseclint.formats.netsh.ip_security.shown import INSTEAD_OF_SHOWN
from ipseclint.formats.parsed import SCRIPT_FORMATS, Parsed
from ipseclint.late import late, late_names
from ipseclint.source import BINARY_SIGNATURES, DOCUMENTS, MAX_TEXT_BYTES, Source, bytes_source, suffix_of
from ipseclint.vocabulary.ipsec_tools import PLAIN
from ipseclint.vocabulary.services import OF_IPSEC, OF_VPN

if TYPE_CHECKING:
    from ipseclint.engine.failed_exports import failed_export
else:
    (failed_export,) = late_names("ipseclint.engine.failed_exports", "failed_export")

_ENCODED_MAIL = (
    "it is a mail with encoded parts that mentions IPsec: save its text, or the file in it, as a file of its own"
)
_DATA = late(r"\s*+(?:#[^\r\n]*+\s*+|<#(?:[^#]|#(?!>))*+#>\s*+)*+@\{")
_IN_A_MANIFEST = late(r"^[ \t]*(?:ModuleVersion|RootModule|ModuleToProcess)[ \t]*=", re.MULTILINE | re.IGNORECASE)
_INSTEAD_OF_DATA = (
    "it is data for a script of PowerShell, which sets nothing by itself: "
    "check it together with the script that imports it"
)
"""A file of data is one table; one with these keys describes a module and the names that it exports."""
_OVERLAP_BYTES = 256
_QUOTED = 80

_PRINTED = rb"\bmaster pfs[ \t]{0,20}:|\nfilter(?:list|action) name[ \t]{0,20}:"
"""What `netsh ipsec static show` prints, and nothing else."""

_WORDS = late(
    PLAIN.encode() + rb"|netipsec|ipsec\s+(?:static|dynamic)\s|advfirewall\s+(?:consec|mainmode|set\s+global|import)\b"
    rb"|consec\s+(?:add|set|delete)\s+rule|fwpm_|fwp_[a-z0-9]{4}|consecrules|phase[12](?:crypto|authentication)sets"
    rb"|ipsec(?:policy|nfa|isakmppolicy|negotiationpolicy|filter)\{|windows\\ipsec\\policy|grouppolicybackupscheme"
    rb"|msft_netconsec|msft_netike|msft_netmainmode|msft_netquickmode|inboundsecurity|phase[12]authset|mainmodecryptoset"
    rb"|\b(?:authentication|cipher)transformconstants\s{0,20}:|cryptographysuite|nativeprotocoltype|customipsecpolicies|l2tppsk|ikev2custompolicy|\bikev2(?:connection|saexpiry)\b"
    rb"|(?:add|set|new)-vpn(?:connection|s2s|auth|server)|<eventid[^>]{0,80}>\s{0,80}(?:465[0-5]|497[6-9]|498[0-4])\s*<"
    rb"|[{,]\s{0,8}event_?id\s{0,8}:\s{0,8}(?:465[0-5]|497[6-9]|498[0-4])\b"
    rb"|(?:main|quick) mode sa at\b|\b[mq]m offer:|\b(?:require|request)in(?:require|request|clear)out\b"
    rb"|\bkeying module name:|\bmain mode sa id:|\bipsec (?:main|quick|extended) mode (?:negotiation|security assoc)"
    rb"|mdm_vpnv2_01|machine name,policy target,|\brasphone\.pbk\b|\bike security association negotiation failed"
    rb"|\b(?:new|set)-az(?:urerm)?(?:vpnclientipsec(?:parameter|policy)|ipsecpolicy)\b"
    rb"|\b(?:vpns2sinterface|vpnserveripsecconfiguration|[a-z]{1,8}ipsecrule)\s{1,20}\S{1,80}\s{0,200}\{"
    rb"|\bnetsh(?:\.exe)?\s+(?:exec\s|-f\s|[%!]\w|%[%~]|<)|\|\s{0,8}netsh(?:\.exe)?\s{0,8}(?:\n|\Z)|restorelocalfirewalldefaults"
    rb"|\badvf(?:irewall)?\s+(?:reset|import)\b"
    rb"|\bauditpol(?:\.exe)?\s+/set\b[^\n]{0,80}?(?:ipsec (?:(?:main|quick|extended) mode|driver)|0cce921[389a])"
    rb"[^\n]{0,80}?:disable\b"
    rb"|\bcomputer\\(?:system|software)\\[^\n]{0,80}?"
    rb"(?:\\services\\(?:ipsec|policyagent|ikeext)\\|localipsecpolicymerge\b)|"
    + _PRINTED
    + rf"|currentcontrolset\\{{1,2}}services\\{{1,2}}(?:{OF_IPSEC})\b|\n(?:{OF_IPSEC})[ \t]?,[ \t]?[2-4]\b"
    rf"|\b(?:reg(?:\.exe)?\s+(?:add|delete)\s|(?:set|new|remove)-itemproperty\b)[^\n]{{0,120}}?"
    rf"\\(?:{OF_IPSEC}|{OF_VPN})\b"
    rf"|\b(?:sc|net1?)(?:\.exe)?\s+(?:\\\\\S{{1,64}}\s+)?(?:stop|config|delete|pause|sdset|failure)\s+"
    rf"(?:{OF_IPSEC}|ipsec policy)\b"
    rf"|\b(?:wmic\b|win32_service\b|win_service:|msft_service(?:set)?resource\b)[^;]{{0,160}}?\b(?:{OF_IPSEC})\b"
    rf"|\b(?:windows_)?service\s{{0,8}}[{{(]?\s{{0,8}}'(?:{OF_IPSEC})'|\bservice\.\w{{1,16}}:\s{{1,40}}-\s{{0,4}}name:\s{{0,4}}"
    rf"'?(?:{OF_IPSEC})\b"
    r"|'-?(?:net)?ipsec(?:rule|mainmode|quickmode|phase|auth)|\bnetsh(?:\.exe)?\b[^\0]{1,200}?\b(?:consec|ipsec)\b|\baws::ec2::vpnconnection\b".encode()
)
"""Words that only a policy, a script, or an export of one has, in lower case."""

_PARTS = (
    *(b"ipsec", b"consec", b"advfirewall", b"fwp", b"phase", b"grouppolicy", b"msft_net", b"cryptographysuite"),
    *(b"inboundsecurity", b"mainmodecryptoset", b"ikev2", b"requirein", b"requestin", b"keying module"),
    *(
        b"mode sa at",
        b"mode sa id",
        b"m offer:",
        b"ikeext",
        b"policyagent",
        b"auditpol",
        b"policy target",
        b"eventid",
        b"event_id",
        b"mainmode",
    ),
    *(b"nativeprotocol", b"l2tppsk", b"-vpn", b"wfpstate", b".pol", b".wfw", b"gpreport", b"backup.xml", b"netsh"),
    *(
        b"service",
        b"vpnconnection",
        b"connection security",
        b"ip security",
        b"rasphone",
        b"ike security",
        b"master pfs",
        b"filterlist",
        b"filteraction",
    ),
    *(
        b"vpns2s",
        b"vpnserver",
        b"-net",
        b"restorelocal",
        b"remoteaccess",
        b"-da",
        b"secedit",
        b"lgpo",
        b"rasman",
        b"mdm_vpn",
        b"windows_firewall_global",
        b"transformconstants",
    ),
)
"""One of these is in whatever the expressions here find: a quick look before the slow one."""

_SHOWN = late(rb"\bipsec\s+(?:static|dynamic)\s+show\b|" + _PRINTED)
"""How such an output shows."""

_WITHOUT_KEY = late(
    rb"\b(?:negotiatedh2048_aes256|assumeudpencapsulationcontextonsendrule|prohibitipsec|allowl2tpweakcrypto"
    rb"|disableikenameekucheck|ikenumestablishedforinitialquery|strongcrlcheck)[ ]{0,80}[,;|\t][ ]{0,4}regdword\b"
)
_INSTEAD_OF_VALUES = (
    "it is a table of registry values that does not name their key, as Registry Explorer exports it: "
    "export the key as .reg, or with RECmd, whose table names it"
)
"""A row of such a table, with a value that only IPsec or a VPN has, and what to take instead."""

_SETS = late(rb"\n\s{0,24}proposals?[ ]{1,40}:[^\0]{0,2000}?\n\s{0,24}policystoresource(?:type)?[ ]{1,40}:")
_INSTEAD_OF_SETS = (
    "it is a list of sets, and no list shows all of their proposals in a form that is known: "
    "export them with `| ConvertTo-Json -Depth 5`"
)
"""What a list of authentication or crypto sets has beside its names, and what to take instead."""

_NAMED = (
    (_WITHOUT_KEY, _INSTEAD_OF_VALUES),
    (_SETS, _INSTEAD_OF_SETS),
    (
        late(rb"\bike_phase[12]_state\b|\btunnelikephase[12]state\b"),
        "it is the log of a tunnel at AWS, which is not read: what it says of a negotiation stands in its details",
    ),
    (
        late(rb"\bike security association negotiation failed"),
        "it is event 547 of Windows before Vista, which is not read: its failure reason says what an error's text says",
    ),
    (
        late(rb"<data name='?(?:local|remote)(?:mmprincipalname|keymodport)\b"),
        "it is the data of an event of IPsec without what tells which event: save the whole event, from <Event> on",
    ),
)
"""What is known by name, and is not read."""

_IN_REPORT = late(rb"connection security (?:rule|setting)|ip security polic(?:y|ies)")
_INSTEAD_OF_HTML = (
    "a report on GPOs as HTML is not read: `Get-GPOReport -ReportType Xml` writes one that is, a backup holds all of it"
)
"""What a report of the Group Policy console has of IPsec, and what to take instead."""

_COMMANDS = late(
    rb"(?:\A|\n)[ \t@(]*(?:netsh(?:\.exe)?\s[^\n]*?(?:ipsec|consec|mainmode|advfirewall)|[a-z]{2,12}-netipsec)"
)
"""Commands, each at the start of a line: what a file claimed by another format should not hold."""

_CHANGES = late(
    rb"(?:\A|\n)[ \t@(>+|*]{0,40}(?:\d{1,5}[:.|) ][ \t|]{0,8}|[\w.-]{1,30}:[ \t]{1,8})?"
    rb"(?:(?:ps )?[a-z]:\\[^>\n]{0,80}>[ \t]*)?"
    rb"(?:netsh(?:\.exe)?\s(?>[^\n]*?\b(?:ipsec|consec|mainmode|advfirewall)\s)"
    rb"[^\n]*?\b(?:add|set|delete|import|reset)\b"
    rb"|(?:new|set|add|remove|enable|disable|rename)-(?:netipsec|netfirewallsetting|vpn(?:connection|server|s2s|auth))"
    rb"[a-z]{0,40}\s)"
)
"""Those among them that change policy, behind a prompt too, the number of a line, or the name of a host."""
_PROPERTIES = late(
    r"\npspath[ ]{1,80}: microsoft\.powershell\.core\\registry::hkey_local_machine\\[^\n]{0,200}?"
    rf"\\(?:{OF_IPSEC}|{OF_VPN}|windowsfirewall|ipsec)\b".encode()
)
"""The last lines of what Get-ItemProperty prints of a key: the values stand above it, under any names."""
_TELL_COMMANDS = SCRIPT_FORMATS | {"transcript", "carried-commands"}
"""The formats that read commands and printed values, or say of them that they are not read."""
_QUICK: dict[re.Pattern[bytes], tuple[bytes, ...]] = {
    _CHANGES: (b"netsh", b"-netipsec", b"-netfirewallsetting", b"-vpn"),
    _PROPERTIES: (b"\npspath",),
}
"""The same for expressions that are looked for in many texts that have none of them."""
_BESIDE = (
    (_CHANGES, _TELL_COMMANDS),
    (_PROPERTIES, _TELL_COMMANDS | {"registry-properties"}),
)
"""What may stand in a text that another format reads, and the formats that do not pass it over."""

_KIND_OF_EVENTS = late(
    rb"^[ \t|\"*-]{0,8}(?:event(?: id)?:? )?(46[5-9]\d|49[678]\d|54[45]\d|202\d\d)"
    rb"(?:\([sf, ]{1,4}\))?[ \t|,;:.)\"-]{1,12}[a-z](?![^\n]{0,400}\d\d:\d\d)[^\n]{0,400}$",
    re.MULTILINE,
)
"""A row of a list of events: number and message, and no time."""
_MIN_KINDS = 3
_INSTEAD_OF_KINDS = (
    "a list of what kinds of events say, and no log: none of them happened here; export the events themselves"
)

_MEMBERS = late(rb"ipsec|wfpstate|registry\.pol|\.wfw|netsh|advfirewall|gpreport\.xml|backup\.xml")
"""What the names of members in an archive say."""

_EVENT = late(rb"<events?[\s>]")
_END_OF_EVENTS = late(rb"</events?>\s*\Z")
"""How a list of events of a log begins, and ends."""

_LISTED_RULE = late(rb"(?:\A|\n)rule name:[^\n]{1,400}\n-{20,200}\s")
_FIREWALL_LABELS = late(rb"\n(?:direction|grouping|localip|remoteip):")
"""How `netsh advfirewall … show rule` prints a rule, and what only a rule of the firewall itself has."""

_OTHER_SYSTEMS = (
    (
        late(rb"(?:\A|\n)conn[ \t]+\S"),
        late(rb"\n[ \t]+(?:ike|esp|left|right|keyexchange|authby)[a-z_]{0,16}[ \t]{0,8}="),
    ),
    (
        late(rb"(?:\A|\n)connections\s{0,8}\{"),
        late(rb"\n[ \t]+(?:version|proposals|remote|local)[a-z_]{0,16}\b"),
    ),
    (late(rb"(?:\A|\n)resource[ \t]"), late(rb"\bipsec_policy\b")),
)
"""What stands in ipsec.conf and swanctl.conf of strongSwan, and in a resource of Terraform with a peer's policy."""

_BASE64 = late(rb"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{4}[\r\n]{0,2}){10,}")
"""Base64 of a command or more, on one line or several."""

_TEXT = late(r"\"((?:[\[{<\uFEFF]|[^\"\\]{0,200}\\[rnu])(?:[^\"\\]|\\.){10,})")
"""A text of JSON that is a document, or has lines."""
_ESCAPED = late(r"\\(.)")

_EBCDIC = tuple(word.encode("cp037") for word in ("netsh", "NETSH", "Netsh"))

_SEALED = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"MSCF": "cabinet",
    b"MSWIM\0\0\0": "Windows image",
    b"vhdxfile": "virtual disk",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
    b"LZIP": "lzip",
    b"\x1f\x9d": "compress",
}
"""Archives that nothing here can look into, by how they begin."""
_CARRIERS = {".evtx": "an event log", ".pol": "a registry.pol", ".wfw": "an exported policy"}
"""Endings of files that only Windows writes, and what a whole one is."""
_PACKED = (b"BZh", b"\xfd7zXZ\0")
_ENCODED_SCRIPT = b"#@~^"
"""How what the Script Encoder of Windows wrote begins: .vbe, .jse."""
_EMPTY_ZIP = b"PK\x05\x06"


class Sign(Struct, frozen=True):
    """What a file that no format claims is.

    `kind` is the word for it in the report. `is_suspicious`: it speaks of IPsec, or of a carrier that is read.
    `quote` is what was seen, on `line` (from 1), within so many bytes from the start; `why` says it in words instead.
    """

    kind: str
    is_suspicious: bool = False
    quote: str = ""
    why: str = ""
    line: int = 1
    within_bytes: int = 0


def sign_of(source: Source) -> Sign:
    """What kind of file a source is, by all of its content. Raises SourceError if it cannot be read."""
    if (by_begin := _sign_of_begin(source)) is not None:
        return by_begin
    if is_own(source):
        return Sign("ipseclint's own")
    if (failed := failed_export(source)) is not None and failed[1]:
        return Sign("damaged", is_suspicious=True, why=failed[0])
    folded = _folded(source.head)
    if b"gpmc_reportinitialized" in folded and (sign := _search(source, _IN_REPORT)):
        return replace(sign, why=_INSTEAD_OF_HTML)
    sign = _search(source, _WORDS)
    named = next(((match, why) for words, why in _NAMED if (match := words.search(folded))), None)
    if named is not None and not _is_document(source):
        match, why = named
        return Sign("suspicious", is_suspicious=True, why=why, line=folded.count(b"\n", 0, match.start()) + 1)
    if sign and _is_document(source):
        return Sign("prose about IPsec")
    if sign and sign.is_suspicious and source.is_in_head and _lists_kinds_of_events(folded):
        return Sign("list of what events say", why=_INSTEAD_OF_KINDS)
    sign = sign or _cut_export(source)
    return _sign_without_words(source, folded) if sign is None else _with_why(sign, source, folded)


def _with_why(sign: Sign, source: Source, folded: bytes) -> Sign:
    """A sign of IPsec, with what kind of text it stands in if that says more."""
    if sign.is_suspicious and (failed := failed_export(source)) is not None:
        return replace(sign, why=failed[0])
    if sign.is_suspicious and is_mail(source.head_text):
        return replace(sign, why=_ENCODED_MAIL)
    if sign.is_suspicious and _SHOWN.search(folded):
        return replace(sign, why=INSTEAD_OF_SHOWN)
    if sign.is_suspicious and source.path.casefold().endswith(".psd1") and _DATA.match(source.head_text):
        if _IN_A_MANIFEST.search(source.head_text):
            return Sign("of no concern: what a module of PowerShell exports, by name")
        return replace(sign, why=_INSTEAD_OF_DATA)
    return sign


def _sign_without_words(source: Source, folded: bytes) -> Sign:
    """What kind of file a source is that has no words of IPsec."""
    if any(begin.search(folded) and part.search(folded) for begin, part in _OTHER_SYSTEMS):
        return Sign("of no concern: another system's IPsec")
    carrier = _CARRIERS.get(suffix_of(source.path))
    if carrier is not None:
        return Sign("damaged", is_suspicious=True, why=f"it ends like {carrier} and is damaged, or is not such a file")
    return export_in_a_text(source) or Sign("empty" if source.is_blank else "of no concern")


def _sign_of_begin(source: Source) -> Sign | None:
    """What kind of binary or packed file a source is, by its first bytes; None if it is none."""
    head = source.head
    if head.startswith(BINARY_SIGNATURES):
        name = head[:4].decode("ascii", "replace").strip("\0")
        return Sign("damaged", is_suspicious=True, quote=name)
    if sealed := next((name for begin, name in _SEALED.items() if head.startswith(begin)), None):
        return Sign("archive", is_suspicious=True, why=f"it is an archive of a kind that is not read ({sealed})")
    if head.startswith(_EMPTY_ZIP):
        return Sign("archive")
    if head.startswith(_PACKED):
        return _sign_within(source)
    if head.startswith(_ENCODED_SCRIPT):
        return Sign("damaged", is_suspicious=True, why="it is an encoded script, of which nothing can be seen")
    if is_archive(head):
        why = "it is an archive under a name or in a place where none is looked into"
        return _search(source, _MEMBERS) or Sign("archive", is_suspicious=True, why=why)
    return None


def export_in_a_text(source: Source) -> Sign | None:
    """An export that is a text in JSON, as what a command printed is in the answer of a service.

    All texts that begin within the head are looked at, each once; those behind it are searched for words of IPsec.
    """
    head = source.head_text
    if not head.lstrip().startswith(("{", "[")) or "\\" not in head:
        return None
    looked_at = set()
    for match in _TEXT.finditer(head):
        if match[1] in looked_at:
            continue
        looked_at.add(match[1])
        text = _ESCAPED.sub(lambda sign: {"n": "\n", "r": "\r", "t": "\t"}.get(sign[1], sign[1]), match[1])
        written = bytes_source(source.path, text.encode("utf-8", "replace"))
        if (format_ := recognise(written)) is not None and _says_something(format_.parse(written)):
            why = f"a text in it holds {format_.title}, and is to be a file of its own"
            return Sign("suspicious", is_suspicious=True, why=why, line=head.count("\n", 0, match.start()) + 1)
    return None


def _says_something(parsed: Parsed) -> bool:
    return bool(parsed.problems) or not parsed.is_empty


def _sign_within(source: Source) -> Sign:
    """What a file packed by bzip2 or xz holds, as far as it is unpacked."""
    from ipseclint.engine.unpacking import unpacked

    content, is_whole = unpacked(source)
    sign = sign_of(bytes_source(source.path, content))
    if sign.is_suspicious:
        why = sign.why or f"what is packed in it mentions IPsec (`{sign.quote}`): unpack it"
        return replace(sign, why=why, line=1, within_bytes=0)
    why = "what is packed in it is damaged, or more than is looked at"
    return Sign("archive") if is_whole else Sign("archive", is_suspicious=True, why=why)


def _cut_export(source: Source) -> Sign | None:
    """A list of events without its end, or the beginning of a rule that does not show yet of what kind it is."""
    head = _folded(source.head).replace(b"\r", b"")
    if _LISTED_RULE.search(head) and not _FIREWALL_LABELS.search(head):
        return Sign("suspicious", is_suspicious=True, quote="Rule Name:")
    if b"<system>" in head and _EVENT.search(head):
        last = b""
        for block in source.blocks():
            last = (last + block)[-_OVERLAP_BYTES:]
        if not _END_OF_EVENTS.search(_folded(last)):
            return Sign("suspicious", is_suspicious=True, quote="<Event>")
    return None


def _lists_kinds_of_events(folded: bytes) -> bool:
    """Whether what speaks of IPsec in a text are messages of several kinds of events, each once and without a time."""
    kinds = _KIND_OF_EVENTS.findall(folded)
    return (
        len(kinds) >= _MIN_KINDS
        and len(set(kinds)) == len(kinds)
        and _found(_WORDS, _KIND_OF_EVENTS.sub(b"\n", folded)) is None
    )


def _is_document(source: Source) -> bool:
    return suffix_of(source.path) in DOCUMENTS


def command_in(source: Source) -> Sign | None:
    """A command of IPsec that begins a line of the source, if there is one. Raises SourceError."""
    return _search(source, _COMMANDS)


def passed_over(source: Source, format_name: str) -> Sign | None:
    """What sets IPsec or a VPN in a text, and is not read by the format that reads the text. Raises SourceError."""
    sought = [words for words, formats in _BESIDE if format_name not in formats]
    return _search(source, *sought) if sought else None


def _search(source: Source, words: re.Pattern[bytes], *further: re.Pattern[bytes]) -> Sign | None:
    """The first place of some words in a source; if there is none, that of further ones, in one reading."""
    line, read, before = 1, 0, b""
    others: dict[re.Pattern[bytes], Sign] = {}
    for block in source.blocks():
        text = before + _folded(block)
        read += len(block)
        if match := _found(words, text):
            return _sign_at(match, line, read)
        for other in further:
            if other not in others and (match := _found(other, text)):
                others[other] = _sign_at(match, line, read)
        if not block.isascii() and any(word in block for word in _EBCDIC):
            return Sign("suspicious", is_suspicious=True, quote="netsh in EBCDIC", line=line, within_bytes=read)
        if words is _WORDS and (encoded := _word_in_base64(block)):
            why = f"it holds {encoded} in base64, which is not read here"
            return Sign("suspicious", is_suspicious=True, why=why, line=line, within_bytes=read)
        kept = text[-_OVERLAP_BYTES:]
        line += text.count(b"\n", 0, len(text) - len(kept))
        before = kept
        if read > MAX_TEXT_BYTES:
            why = f"of more than {MAX_TEXT_BYTES // (1024 * 1024)} MB only the beginning was looked at"
            return Sign("larger than the limit", is_suspicious=True, why=why)
    return next((others[other] for other in further if other in others), None)


def _found(words: re.Pattern[bytes], text: bytes) -> re.Match[bytes] | None:
    return words.search(text) if any(part in text for part in _QUICK.get(words, _PARTS)) else None


def _sign_at(match: re.Match[bytes], line: int, read: int) -> Sign:
    """Words in a text that begins on a line, in a block that ends behind so many bytes."""
    quote = b" ".join(match[0].split()).decode("ascii", "replace")
    at = line + match.string.count(b"\n", 0, match.start()) + match[0].startswith(b"\n")
    return Sign("suspicious", is_suspicious=True, quote=quote[:_QUOTED], line=at, within_bytes=read)


def _word_in_base64(block: bytes) -> str:
    """What speaks of IPsec in a text that a block holds in base64, of whatever encoding; empty if nothing does."""
    for match in _BASE64.finditer(block.translate(None, b"\0")):
        word = _WORDS.search(_folded(base64.b64decode(b"".join(match[0].split()))))
        if word is not None:
            return " ".join(word[0].decode("ascii", "replace").split())[:_QUOTED]
    return ""


def _folded(block: bytes) -> bytes:
    """Bytes in lower case, without what hides a word from a search: also where a line or a text is cut in two."""
    if b"\\u00" in block:
        block = _ESCAPE.sub(_character, block)
    if b"&#" in block:
        block = _REFERENCE.sub(_character, block)
    if b"^" in block or b"&" in block or b"+" in block:
        block = block.translate(None, b"\0")
        if any(sign.search(block) for sign in _MAY_JOIN):
            block = _JOINED.sub(b"", block)
    return block.translate(_LOWER, b'\0^"')


def _character(match: re.Match[bytes]) -> bytes:
    """The character of ASCII that a reference of XML or an escape of JSON stands for; of others, what is written."""
    number = int(match[1]) if match[1] else int(match[2], 16)
    return bytes((number,)) if number < 128 else match[0]


_REFERENCE = late(rb"&#(?:0{0,4}([0-9]{1,3})|[xX]0{0,4}([0-9a-fA-F]{1,2}));")
_ESCAPE = late(rb"\\u00()([0-7][0-9a-fA-F])")
_MAY_JOIN = (late(rb"\^\r?\n"), late(rb"&[ \t]{0,4}\""), late(rb"\+[ \t]{0,4}[\"']"))
"""How what joins the parts of a word ends, each quick to look for."""
_JOINED = late(rb"\^\r?\n|(?:\"[ \t]{0,4}[&+][ \t]{0,4}\"|'[ \t]{0,4}\+[ \t]{0,4}')")


_LOWER = bytes(range(256)).lower()
