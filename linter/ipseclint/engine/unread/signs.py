"""Classifies files that no format recognises by their whole content, so that IPsec policy is never skipped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ipseclint.engine.unread.other_files import (
    INSTEAD_OF_TRACE,
    KINDS_OF_EVENTS,
    OLD_EVENTS,
    WITHOUT_CAUSE,
    instead_of_root,
    lists_kinds_of_events,
    names_old_events,
    sign_of_begin,
    sign_of_root,
)
from ipseclint.engine.unread.own import is_own
from ipseclint.engine.unread.sign_words import (
    CHANGES,
    COMMANDS,
    DEMANDED,
    IN_REPORT,
    OF_DIRECT_ACCESS,
    OTHERWISE,
    OUTPUTS,
    PROPERTIES,
    RESULTANT,
    SHOWN,
    TABLED,
    WORDS,
    Sign,
    folded_bytes,
    folded_end,
    search,
)
from ipseclint.formats import recognise
from ipseclint.formats.netsh.ip_security.shown import INSTEAD_OF_SHOWN, why_nothing_is_shown
from ipseclint.formats.netsh.recognition import is_mail
from ipseclint.formats.parsed import OF_ATTEMPTS, SCRIPT_FORMATS, TABLE_CELLS, Parsed
from ipseclint.late import LateModule, late, late_names
from ipseclint.source import DOCUMENTS, XZ, Source, bytes_source, suffix_of
from ipseclint.vocabulary.services import OF_IPSEC

if TYPE_CHECKING:
    from ipseclint.engine.unread import other_ends
    from ipseclint.engine.unread.commands_alone import command_alone
    from ipseclint.engine.unread.daemons import log_of_daemon, sets_up_daemon
    from ipseclint.engine.unread.failed_exports import failed_export
    from ipseclint.engine.unread.in_documents import command_in_item, service_listed
    from ipseclint.engine.unread.named_keys import names_key, only_speaks_of_commands
else:
    (command_alone,) = late_names("ipseclint.engine.unread.commands_alone", "command_alone")
    log_of_daemon, sets_up_daemon = late_names("ipseclint.engine.unread.daemons", "log_of_daemon", "sets_up_daemon")
    (failed_export,) = late_names("ipseclint.engine.unread.failed_exports", "failed_export")
    command_in_item, service_listed = late_names(
        "ipseclint.engine.unread.in_documents", "command_in_item", "service_listed"
    )
    names_key, only_speaks_of_commands = late_names(
        "ipseclint.engine.unread.named_keys", "names_key", "only_speaks_of_commands"
    )
    other_ends = LateModule("ipseclint.engine.unread.other_ends")

_ENCODED_MAIL = (
    "it is a mail with encoded parts that mentions IPsec: save its text, or the file in it, as a file of its own"
)
_DATA = late(r"\s*+(?:#[^\r\n]*+\s*+|<#(?:[^#]|#(?!>))*+#>\s*+)*+@\{")
_IN_A_MANIFEST = late(r"^[ \t]*(?:ModuleVersion|RootModule|ModuleToProcess)[ \t]*=", re.MULTILINE | re.IGNORECASE)
_INSTEAD_OF_DATA = (
    "it is data for a script of PowerShell, which sets nothing by itself: "
    "check it together with the script that imports it"
)
"""A data file is one table; one with these keys describes a module and the names that it exports."""
_WITHOUT_KEY = late(
    rb"\b(?:negotiatedh2048_aes256|assumeudpencapsulationcontextonsendrule|prohibitipsec|allowl2tpweakcrypto"
    rb"|disableikenameekucheck|ikenumestablishedforinitialquery|strongcrlcheck)[ ]{0,80}[,;|\t][ ]{0,4}regdword\b"
)
_INSTEAD_OF_VALUES = (
    "it is a table of registry values that does not name their key, as Registry Explorer exports it: "
    "export the key as .reg, or with RECmd, whose table names it"
)
"""A row of such a table, with a value that only IPsec or a VPN has, and what to give instead."""

_SETS = late(rb"\n\s{0,24}proposals?[ ]{1,40}:[^\0]{0,2000}?\n\s{0,24}policystoresource(?:type)?[ ]{1,40}:")
_INSTEAD_OF_SETS = (
    "it is a list of sets, and no list shows all of their proposals in a form that is known: "
    "export them with `| ConvertTo-Json -Depth 5`"
)
"""A list of authentication or crypto sets, known by what stands beside the names, and what to give instead."""

_INSTEAD_OF_RESULTANT = (
    "it is what `gpresult /v` shows, which is not read, for it shows values in part: give `gpresult /x report.xml`"
)
_INSTEAD_OF_APPLIED = (
    "it is what `gpresult /r` shows, which tells the GPOs that apply or were denied, and not what they hold: give "
    "`gpresult /x report.xml`"
)
_INSTEAD_OF_SERVER = (
    "it is what `netsh ras show` prints, which is not read: give `Get-VpnServerConfiguration` and `Get-RemoteAccess`, "
    "each with `| ConvertTo-Json`"
)
_INSTEAD_OF_DEMANDED = (
    "it is what a firewall rule demands of IPsec, without the rule: give `netsh advfirewall firewall show rule "
    "name=all verbose`, or the rules and their filters with `| ConvertTo-Json`"
)
_INSTEAD_OF_DIRECT_ACCESS = (
    "it is what a command of DirectAccess shows, which is not read: give the rules that its GPOs bring, "
    "`Get-NetIPsecRule -PolicyStore ActiveStore` with the filters and sets of each, with `| ConvertTo-Json -Depth 5`"
)
"""What to give instead of what is shown in part."""

_APPLIED = late(
    rb"\A(?=[^\0]{0,2000}?\brsop data for )[^\0]{0,16000}?\n[ \t]{4,20}(?:[^\n]{1,60}[ _-])?"
    rb"(?:ipsec|(?:domain|server) isolation|connection security)\b"
)
"""What `gpresult /r` shows, with a GPO that is named for IPsec."""
_OF_SERVER = late(
    rb"(?:\A|\n)[^\n]{0,80}\bnetsh(?:\.exe)? ras show "
    rb"(?:wanports|ikev2connection|ikev2saexpiry|authtype|authmode|sslcert)\b"
)
_WINDOWS_TRACE = late(
    rb"\A\s{0,20}event name,\s{1,40}type,\s{1,40}event id,[^\0]{0,60000}?\bmicrosoft-windows-(?:wfp|ike)"
    rb"|(?:\A|\n)\[\d{1,3}\][\da-f]{4,8}\.[\da-f]{4,8}::[^\n\[]{8,40}\[(?:ikeext|wfp|microsoft-windows-(?:wfp|ike))"
)
"""What tracerpt writes as CSV, and `netsh trace convert` as text, with events of IKE or the filtering engine."""

_INSTEAD_OF_PACKETS = (
    "a capture of packets, which is not read: give what both ends log of the attempt (on Windows `netsh wfp show "
    "netevents`), or what both are configured by"
)
_INSTEAD_OF_WINDOWS_TRACE = (
    "it is a trace of Windows as text, of which at most the errors that it names are read: give the `wfpdiag.cab` that "
    "`netsh wfp capture start` and `stop` write, or `netsh wfp show netevents`"
)
_INSTEAD_OF_ACCOUNTING = (
    "it is an accounting log of NPS, which is not read: whom NPS refused, and why, events 6273 and 6274 of its "
    "Security log say"
)
_INSTEAD_OF_KERNEL = (
    "it is what `ip xfrm` shows of the kernel of Linux, which is not read: give `swanctl --list-sas`, `ipsec "
    "statusall`, or the files that set the daemon up"
)
"""What to give instead of logs and lists about IPsec that are not read."""

_PATCH = late(
    rb"\A\s*(?:diff (?:-|[^\s-]\S* \S+\n)|\d{1,6}(?:,\d{1,6})?[acd]\d{1,6}(?:,\d{1,6})?\n|comparing files \S"
    rb"|\*{5} \S+\.\w{2,4}\n|\*{3} [^\n]{1,400}\n--- [^\n]{1,400}\n\*{15}|inputobject +sideindicator\b)"
    rb"|(?:\A|\n)(?:diff --git |@@ -\d{1,6}(?:,\d{1,6})? \+\d|--- [^\n]{1,400}\n\+\+\+ [^\n]{1,400}\n@@ -\d)"
)
_PATCHED_PEER = late(
    rb"\n[-+ ][ \t]+(?:ike|esp|keyexchange|(?:esp_)?proposals)[ \t]{0,8}=[ \t]{0,8}'?(?:[a-z]{1,10}\d|ikev\d)"
)
_INSTEAD_OF_PATCH = (
    "it is a patch, which shows parts of two states: give the file before and after it, `ipseclint diff BEFORE AFTER` "
    "tells what changes"
)
"""The begin of a patch, a line in one of what a daemon of IKE offers, and what to give instead."""

_OLD_EVENT = (
    "it is event 547 of Windows before Vista, of which at most the failure reason is read, as the text of an error"
)
_INSTEAD_OF_TABLE = "it holds a table of parameters of {}, which no command takes: add the command"
_PARAMETERS = {
    _INSTEAD_OF_TABLE.format("Set-VpnConnectionIPsecConfiguration"): late(
        rb"(?:\A|[\n{;])[ \t]*+(?:authentication|cipher)transformconstants[ \t]{0,8}=[ \t]{0,4}'?[a-z][a-z\d]{2,9}'?\s"
    ),
    _INSTEAD_OF_TABLE.format("New-NetIPsecRule"): late(
        rb"(?:\A|[\n{;])[ \t]*+(?:in|out)boundsecurity[ \t]{0,8}=[ \t]{0,4}'?(?:none|request|require)'?\s"
    ),
}
"""Tables for splatting without a cmdlet, which stand in prose as well, by what is said of them."""
_NAMED = (
    (_WITHOUT_KEY, _INSTEAD_OF_VALUES),
    (RESULTANT, _INSTEAD_OF_RESULTANT),
    (_APPLIED, _INSTEAD_OF_APPLIED),
    (_OF_SERVER, _INSTEAD_OF_SERVER),
    (_WINDOWS_TRACE, _INSTEAD_OF_WINDOWS_TRACE),
    (DEMANDED, _INSTEAD_OF_DEMANDED),
    (OF_DIRECT_ACCESS, _INSTEAD_OF_DIRECT_ACCESS),
    (_SETS, _INSTEAD_OF_SETS),
    (
        late(rb"\bhas started dialing a vpn connection using a\b[^\0]{1,400}?\bvpnstrategy = "),
        "it is the message of event 20221 of RasClient, which is not read: what became of the attempt says event 20227",
    ),
    (
        late(rb"\bfollowing error occurred in the point to point protocol module on port: "),
        "it is the message of event 20255 of RemoteAccess, which is not read: event 20227 of the client has the error",
    ),
    (
        late(rb"\bike_phase[12]_state\b|\btunnelikephase[12]state\b"),
        f"it is the log of a tunnel at AWS {WITHOUT_CAUSE}",
    ),
    *((words, why) for why, words in _PARAMETERS.items()),
    (
        late(
            rb"\bike security association negotiation failed(?![^\n]{0,200}%[1-9])"
            rb"|(?<!port)(?::|\xef\xbc\x9a)[ \t]{0,8}547[ \t]{0,8}\r?\n(?=[^\0]{0,2000}?\bike\b)"
        ),
        _OLD_EVENT,
    ),
    (
        late(rb"<data name='?(?:local|remote)(?:mmprincipalname|keymodport)\b"),
        "it is the data of an event of IPsec without what tells which event: save the whole event, from <Event> on",
    ),
    (late(rb"\bisakmp header: \(v1\.0\)|\bexchange: oakley (?:main|quick) mode\b"), f"it is {INSTEAD_OF_TRACE}"),
    (
        late(
            rb"(?:\A|\n)[ \t]*+internet security association and key management protocol\s{1,80}"
            rb"(?:initiator|responder) (?:spi|cookie): "
            rb"|(?:\d ip6?|length \d{1,6}:) [^\n>]{3,80} > [^\n>]{3,80}: (?:nonesp-encap: )?isakmp: "
            rb"|[\da-f][ \t]{1,40}isakmp[ \t]{1,12}\d{1,6}[ \t]|,'?isakmp'?,'?\d{1,6}'?,"
        ),
        f"it is {_INSTEAD_OF_PACKETS}",
    ),
    (
        late(
            rb"\A\s{0,20}(?:'?[\w.-]{1,64}'?,'?(?:ias|ras)'?,\d\d/\d\d/\d{4},\d\d:\d\d:\d\d,\d{1,2},"
            rb"|[\da-f.:]{3,45},[^,\n]{0,200},\d\d/\d\d/\d{4},\d\d:\d\d:\d\d,(?:ias|ras),"
            rb"|<event><timestamp data_type='?4'?>)"
        ),
        _INSTEAD_OF_ACCOUNTING,
    ),
    (
        late(
            rb"(?:\A|\n)[ \t]{0,8}src [\da-f.:/]{2,49} dst [\da-f.:/]{2,49}[^\n]{0,80}\n"
            rb"[ \t]{1,16}(?:proto (?:esp|ah) |dir (?:in|out|fwd) )"
        ),
        _INSTEAD_OF_KERNEL,
    ),
)
"""Files that are known by name, and not read."""

_INSTEAD_OF_HTML = (
    "a report on GPOs as HTML is not read: `Get-GPOReport -ReportType Xml` writes one that is, a backup holds all of it"
)
"""What to give instead of a report of the Group Policy console."""

_TELL_COMMANDS = SCRIPT_FORMATS | {"transcript", "carried-commands", "declared-documents", TABLE_CELLS}
"""The formats that read commands and printed values, or report that they are not read."""
_BESIDE = (
    (CHANGES, _TELL_COMMANDS),
    (PROPERTIES, _TELL_COMMANDS | {"registry-properties"}),
    (OTHERWISE, _TELL_COMMANDS),
    (RESULTANT, frozenset({"netsh-script"})),
    (TABLED, frozenset({"netsh-script"})),
)
"""Policy that may stand in a text of another format, and the formats that do not skip it."""

_INSTEAD_OF_KEY = (
    "prose that names a registry key of IPsec, and shows no value of it: `reg query KEY /s` prints what is set there"
)

_CIPHERS = (b"aes", b"3des", b"chacha")
"""One of these stands in each suite that is told in words."""
_SCRIPTS = frozenset({".cmd", ".bat", ".ps1", ".psm1"})
_BY_SCRIPT_HOST = late(
    rb"\bcreateobject\s?\(\s?'?(?:wscript\.shell|scripting\.filesystemobject)|\bnew activexobject\s?\("
    rb"|\bgetobject\s?\(\s?'?winmgmts:"
)
_INSTEAD_OF_SCRIPT_HOST = (
    "a script for Windows Script Host, which is not followed: give what comes of it, such as the phone book that it "
    "writes, `reg export` of the key, or the commands that it runs as a batch file"
)
"""How scripts of VBScript and JScript reach files, the registry and programs, and what to give instead."""
_SETS_SERVICES = late(
    rb"\b(?:sc|net1?|psservice|nssm)(?:\.exe)?'?\s[^\n]{0,80}?\b(?:stop|config|delete|pause|failure|sdset|disabled)\b"
    rb"|\b(?:new|remove|set|stop|suspend)-service\b|(?<![\w$-])spsv\b|\btaskkill\b[^\n]{0,80}?\bservices\s"
    rb"|\breg(?:\.exe)?\s+(?:add|delete)\b|\b(?:new|remove|set)-item(?:property)?\b|(?<![\w$-])(?:sp|rp|ri)\s"
)
_NAMES_SERVICE = late(
    rf"(?<![\w%!$-])(?:{OF_IPSEC}|ipsec policy agent|\*agent|%%?~?[a-z]agent|[%!]\w{{1,60}}[%!]agent)(?!\w)"
    r"|(?<![\w%!$-])(?:policy|ikee?)[*%!$]".encode()
)
_INSTEAD_OF_SERVICE = "a script that names the service `{}` and sets services: what it does to this one is not followed"
"""How scripts stop and set services, names that are or may be of those that serve IPsec alone, and what is said."""
_BRINGS_IN = late(
    rb"(?:\A|[\n&|(@])[ \t]*+(?:reg(?:\.exe)?\s+import|regedit|regini|mofcomp|rundll32|cmstp|msiexec)\b"
    rb"[^\n&|]{0,200}?(?:%~[a-z]{0,8}\d)?([\w.-]{0,60}ipsec[\w.-]{0,60}\.(?:reg|inf|mof|msi|txt))\b"
)
_INSTEAD_OF_FILE = "a script that brings in `{}`: what this holds is not known, give it too"
"""A file that has IPsec in its name and is brought in, and what is said of it."""

_PARTS_OF_COMMANDS = (
    b"netsh",
    b"reg",
    b"-gp",
    b"gpupdate",
    b"restart-service",
    b"grouppolicy",
    b"wevtutil",
    b"-eventlog",
    b"feature",
    b"mofcomp",
    b"cmstp",
)
"""One of these stands in each command that is told where it stands alone."""

_EVENT = late(rb"<events?[\s>]")
_END_OF_EVENTS = late(rb"</events?>\s*\Z")
"""The begin and the end of a list of events of a log."""

_LISTED_RULE = late(rb"(?:\A|\n)rule name:[^\n]{1,400}\n-{20,200}\s")
_FIREWALL_LABELS = late(rb"\n(?:direction|grouping|localip|remoteip):")
"""The labels with which `netsh advfirewall … show rule` prints a rule, and those that only a firewall rule has."""

_ANOTHER_SYSTEM = "of no concern: another system's IPsec"
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
"""Signs of ipsec.conf and swanctl.conf of strongSwan, and of a Terraform resource with a peer's policy."""

_TEXT = late(r"\"((?:[\[{<\uFEFF]|[^\"\\]{0,200}\\[rnu])(?:[^\"\\]|\\.){10,})")
"""A JSON string that holds a document, or several lines."""
_ESCAPED = late(r"\\(.)")

_CARRIERS = {".evtx": "an event log", ".pol": "a registry.pol", ".wfw": "an exported policy"}
"""File name endings of binary files of Windows, and what a whole one is."""
_PACKED = (b"BZh", XZ)
"""The begin of a file that bzip2 or xz packed."""


def sign_of(source: Source) -> Sign:
    """The kind of a file, by all of its content. Raises SourceError if it cannot be read."""
    by_begin = _sign_within(source) if source.head.startswith(_PACKED) else sign_of_begin(source)
    if by_begin is not None:
        return by_begin
    if is_own(source):
        return Sign("ipseclint's own")
    if (failed := failed_export(source)) is not None and failed[1]:
        return Sign("damaged", is_suspicious=True, why=failed[0])
    folded = folded_bytes(source.head)
    if b"gpmc_reportinitialized" in folded and (sign := search(source, IN_REPORT)):
        return replace(sign, why=_INSTEAD_OF_HTML)
    if (told := sign_of_root(source, folded) or service_listed(folded)) is not None:
        return told
    sign = search(source, WORDS)
    named = next(((match, why) for words, why in _NAMED if (match := words.search(folded))), None)
    if named is not None and (by_name := _sign_of_named(*named, source, folded)) is not None:
        return by_name
    if _is_document(source) and (of_document := _of_document(sign, folded)) is not None:
        return of_document
    if sign and sign.is_suspicious and lists_kinds_of_events(source):
        return KINDS_OF_EVENTS
    if sign and sign.is_suspicious and names_key(source):
        return Sign("prose that names a key", why=_INSTEAD_OF_KEY)
    if sign and sign.is_suspicious and only_speaks_of_commands(source):
        return Sign("prose about IPsec", within_bytes=sign.within_bytes)
    sign = sign or _cut_export(source)
    return _sign_without_words(source, folded) if sign is None else _with_why(sign, source, folded)


def _sign_of_named(match: re.Match[bytes], why: str, source: Source, folded: bytes) -> Sign | None:
    """A file that is known by name; a document is so by a table of parameters alone."""
    if _is_document(source):
        return Sign("prose with a table of parameters", why=why) if why in _PARAMETERS else None
    if lists_kinds_of_events(source):
        return KINDS_OF_EVENTS
    if why is _OLD_EVENT and names_old_events(source):
        return OLD_EVENTS
    line = folded.count(b"\n", 0, match.start()) + 1 + match[0].startswith(b"\n")
    return Sign("suspicious", is_suspicious=True, why=why, line=line)


def _of_document(sign: Sign | None, folded: bytes) -> Sign | None:
    """A sign of IPsec in a document, which is prose unless it is a command in an item, a patch from its first line, or
    a log; None if there is none."""
    item = command_in_item(folded)
    if item is not None or sign is None:
        return item
    if _PATCH.match(folded.lstrip()):
        return replace(sign, kind="suspicious", is_suspicious=True, why=_INSTEAD_OF_PATCH)
    return log_of_daemon(folded) or Sign("prose about IPsec", within_bytes=sign.within_bytes)


def _with_why(sign: Sign, source: Source, folded: bytes) -> Sign:
    """A sign of IPsec, with the kind of text around it if that says more."""
    if sign.is_suspicious and (failed := failed_export(source)) is not None:
        return replace(sign, why=failed[0])
    if sign.is_suspicious and _PATCH.search(folded):
        return replace(sign, why=_INSTEAD_OF_PATCH)
    if sign.is_suspicious and _BY_SCRIPT_HOST.search(folded):
        return replace(sign, why=_INSTEAD_OF_SCRIPT_HOST)
    if sign.is_suspicious and is_mail(source.head_text):
        return replace(sign, why=_ENCODED_MAIL)
    if sign.is_suspicious and (nothing := why_nothing_is_shown(source.head_text.splitlines())) is not None:
        return Sign("answers of netsh that show nothing", why=nothing)
    if sign.is_suspicious and SHOWN.search(folded):
        return replace(sign, why=INSTEAD_OF_SHOWN)
    if sign.is_suspicious and (of_another := instead_of_root(folded)) is not None:
        return replace(sign, why=of_another)
    if sign.is_suspicious and source.path.casefold().endswith(".psd1") and _DATA.match(source.head_text):
        if _IN_A_MANIFEST.search(source.head_text):
            return Sign("of no concern: what a module of PowerShell exports, by name")
        return replace(sign, why=_INSTEAD_OF_DATA)
    return sign


def _sign_without_words(source: Source, folded: bytes) -> Sign:
    """The kind of a file without words of IPsec."""
    if suffix_of(source.path) in _SCRIPTS and (of_script := _sign_of_script(folded)) is not None:
        return of_script
    if _PATCH.search(folded) and (peer := _PATCHED_PEER.search(folded)) is not None:
        line = folded.count(b"\n", 0, peer.start()) + 2
        return Sign("suspicious", is_suspicious=True, why=_INSTEAD_OF_PATCH, line=line)
    if any(begin.search(folded) and part.search(folded) for begin, part in _OTHER_SYSTEMS):
        return Sign(_ANOTHER_SYSTEM)
    if why := sets_up_daemon(folded):
        return Sign(_ANOTHER_SYSTEM, why=why)
    carrier = _CARRIERS.get(suffix_of(source.path))
    if carrier is not None:
        return Sign("damaged", is_suspicious=True, why=f"it ends like {carrier} and is damaged, or is not such a file")
    sign = export_in_a_text(source) or log_of_daemon(folded)
    if sign is None and not _is_document(source) and any(map(folded.__contains__, _PARTS_OF_COMMANDS)):
        sign = command_alone(source.head_text)
    return sign or _suite_in_words(source, folded) or Sign("empty" if source.is_blank else "of no concern")


def _suite_in_words(source: Source, folded: bytes) -> Sign | None:
    """A suite that a text tells in anybody's words."""
    is_told = any(map(folded.__contains__, _CIPHERS)) and other_ends.tells_suite(source.head_text)
    if not is_told or (why := other_ends.instead_of(source.head_text)) != other_ends.INSTEAD_OF_WORDS:
        return None
    return Sign("suite told in words", why=why)


def _sign_of_script(folded: bytes) -> Sign | None:
    """A service of IPsec that a script names beside what sets services, or a file about IPsec that it brings in."""
    named, sets = _NAMES_SERVICE.search(folded), _SETS_SERVICES.search(folded)
    brought = _BRINGS_IN.search(folded) if named is None or sets is None else None
    found = brought or (named if sets is not None else None)
    if found is None:
        return None
    why = _INSTEAD_OF_FILE if brought else _INSTEAD_OF_SERVICE
    shown = found[found.lastindex or 0].decode("ascii", "replace")
    return Sign("suspicious", is_suspicious=True, why=why.format(shown), line=folded.count(b"\n", 0, found.start()) + 1)


def export_in_a_text(source: Source) -> Sign | None:
    """An export inside a JSON string, such as the output of a command in the answer of a service.

    All strings that begin within the head are parsed, each once; later ones are searched for words of IPsec.
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
            why = f"a text in it holds {format_.in_a_sentence}, and is to be a file of its own"
            return Sign("suspicious", is_suspicious=True, why=why, line=head.count("\n", 0, match.start()) + 1)
    return None


def _says_something(parsed: Parsed) -> bool:
    return bool(parsed.problems) or not parsed.is_empty


def _sign_within(source: Source) -> Sign:
    """The content of a file packed by bzip2 or xz, as far as it is unpacked."""
    from ipseclint.engine.inputs.unpacking import unpacked

    content, is_whole = unpacked(source)
    sign = sign_of(bytes_source(source.path, content))
    if sign.is_suspicious:
        why = sign.why or f"what is packed in it mentions IPsec (`{sign.quote}`): unpack it"
        return replace(sign, why=why, line=1, within_bytes=0)
    why = "what is packed in it is damaged, or more than is looked at"
    return Sign("archive") if is_whole else Sign("archive", is_suspicious=True, why=why)


def _cut_export(source: Source) -> Sign | None:
    """A list of events without its end, or the beginning of a rule that does not show its kind yet."""
    head = folded_bytes(source.head).replace(b"\r", b"")
    if _LISTED_RULE.search(head) and not _FIREWALL_LABELS.search(head):
        return Sign("suspicious", is_suspicious=True, quote="Rule Name:")
    if b"<system>" in head and _EVENT.search(head) and not _END_OF_EVENTS.search(folded_end(source)):
        return Sign("suspicious", is_suspicious=True, quote="<Event>")
    return None


def _is_document(source: Source) -> bool:
    return suffix_of(source.path) in DOCUMENTS


def command_in(source: Source) -> Sign | None:
    """A command of IPsec at the start of a line of the source, if there is one. Raises SourceError."""
    return search(source, COMMANDS)


def passed_over(source: Source, format_name: str) -> Sign | None:
    """Policy of IPsec or a VPN in a text that the format of the text does not read. Raises SourceError."""
    sought = [words for words, formats in _BESIDE if format_name not in formats]
    if format_name in OF_ATTEMPTS:
        sought.append(OUTPUTS)
    return search(source, *sought) if sought else None
