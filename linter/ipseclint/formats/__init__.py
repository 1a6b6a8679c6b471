"""The formats that are read: each is recognised by content, and parsed into the same model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import takewhile
from operator import methodcaller

from ipseclint.formats.carried.recognition import OF_SHELLS, SIGNS_OF_LOGS
from ipseclint.formats.kit.yaml_blocks import SIGNS_OF_RESOURCES, SIGNS_OF_TASKS
from ipseclint.formats.netsh.recognition import is_mail
from ipseclint.formats.parsed import Format
from ipseclint.formats.powershell.signs import COLUMN_SIGNS, LIST_SIGNS, SCRIPT_SIGNS, may_be_table, may_list
from ipseclint.formats.readers import (
    BEGINNING_CHARACTERS,
    Looked,
    Reader,
    Shape,
    first_of,
    formats_of,
    has_text_below,
    is_page,
    shape_of,
    with_sign,
)
from ipseclint.formats.transcript.forms import KnownPieces
from ipseclint.formats.transcript.recognition import is_transcript
from ipseclint.formats.vpn import PHONE_BOOK
from ipseclint.late import late
from ipseclint.source import DOCUMENTS, Source, begin_of, first_line, look_of, suffix_of


def _begins(*beginnings: str) -> Callable[[Looked, str], bool]:
    return lambda looked, _path: looked.head().startswith(beginnings, begin_of(looked.head()))


def _may_be_phone_book(looked: Looked, _path: str) -> bool:
    """Whether a text begins with a section, or with an entry, of a phone book."""
    return PHONE_BOOK.match(looked.head(), begin_of(looked.head())) is not None


def _may_be_printed(looked: Looked, _path: str) -> bool:
    """Whether there may be output of `netsh advfirewall`, with or without its commands."""
    if looked.looks is None:
        return _PRINTED.search(looked.lines()) is not None
    return _LOOKS_PRINTED.search(looked.looks()) is not None


def _may_be_of_wmic(looked: Looked, _path: str) -> bool:
    """Whether there is a property or a column Name, or a call of wmic."""
    lines = looked.lines()
    return "name=" in lines or "name  " in lines or "wmic" in lines


def _may_be_carried(looked: Looked, path: str) -> bool:
    """Whether a text may be in another tool's language, which no shell script is, or a log of commands."""
    head = looked.head()
    may_be_log = head.startswith("[", begin_of(head)) or any(map(looked.lines().__contains__, SIGNS_OF_LOGS))
    return may_be_log or suffix_of(path) not in OF_SHELLS


_OPENS_HERE_STRING = r"@['\"][ \t]*+\r?$"
"""How a text of several lines begins in a PowerShell script."""
_STATEMENT = late(
    r"^[ \t]*(?:\$\w+[ \t]*=|param[ \t]*\(|#requires[ \t]|<#|\[cmdletbinding|function[ \t]+\w+-\w|\[[\w.]{1,60}\]::|"
    + _OPENS_HERE_STRING
    + ")",
    re.MULTILINE,
)
"""How a PowerShell script begins, in lower case, and no other text; a shell script may embed files and scripts too."""


_HERE_STRING = late(_OPENS_HERE_STRING, re.MULTILINE)
_NO_DECLARATIONS = (*DOCUMENTS, ".ps1", ".psm1", ".cmd", ".bat", ".reg", ".log", ".csv", ".xml", ".eml", ".rb", ".py")
"""Names of files whose texts have readers that know how they are written."""
_BLOCK_SIGNS = ("multipart/", ": |", ": >", "<<", "'''", '"""')
_PARTS_OF_USER_DATA = ("#cloud-config", "#ps1", "<powershell>", "text/x-shellscript", "text/cloud-config")
"""What the parts of a machine's user data are."""
_BLOCK_OF_DOCUMENT = late(
    r"(?:[|>][+-]?\d?[+-]?|<<[-~]?[\"']?[A-Za-z_]\w{0,40}[\"']?|'''|\"\"\")[ \t]*\r?\n\s{0,400}"
    r"(?:(?:#[^\r\n]{0,200}\r?\n\s{0,200}){0,20}(?:connections|secrets|(?:conn|child)-defaults|authorities)[ \t]*\{"
    r"|(?:[#;][^\r\n]{0,200}\r?\n\s{0,200}){0,20}(?:conn[ \t]|config[ \t]+setup|[^\r\n]{0,200}:[ \t]*PSK\b)"
    r"|(?:<\?xml[^<>]{0,100}\?>\s{0,100})?<VPNProfile\b|Windows Registry Editor|\[(?:version|unicode)\][ \t]*\r?\n"
    r"|\[[^\]\r\n]{1,200}\][ \t]*\r?\n[ \t]*(?:encoding|pbversion)=)",
    re.IGNORECASE,
)
"""A block of a declaration that begins like a document of another format."""
_OF_REG = ("windows registry", "windowsregistry", "regedit", "[", "hk", '"')
_AUDITED = (
    *("ipsec main mode ", "ipsec quick mode ", "ipsec extended mode ", "ipsec-haupt", "ipsec-schnell", "ipsec-erw"),
    *("ipsec-treiber", "mode principal ipsec", "mode rapide ipsec", "mode \u00e9tendu ipsec"),
)
_ABOUT_EVENTS = (
    *("microsoft-windows-", "ras client", "rasclient", "remoteaccess", "rasman", "ikeext", "ipsec", "policy", "coid={"),
    *("pastore", "principalname", "failurepoint", "dialed", "log name", "protokollname", "timecreated", "<event"),
)
"""What tells what the text of an event is about, in lower case."""
_PRINTED_SIGNS = (
    *("secmethods", "endpoint1", "auth1", "defaultexemptions", "ipsecthroughnat", "strongcrlcheck", "saidletimemin"),
    *("keylifetime", "offer", "-" * 20),
)
"""Labels of which `netsh advfirewall` prints one in every language, and what it rules, in lower case."""
_PRINTED, _LOOKS_PRINTED = (
    late(rf"(?:{'|'.join(signs)})[a-z0-9]*+(?![ \t]*=)") for signs in (_PRINTED_SIGNS, map(look_of, _PRINTED_SIGNS))
)
"""One of them as it is printed, and its look: a script that sets the same has a `=` behind it."""
_OF_PROPOSALS = tuple(f"{before}proposal" for before in (" ", "\n", "\t", "_", ":", "=", '"', "'", "(", "[", "|", "/"))
"""A word of a log that begins so, as names of cmdlets and their parameters do not."""
_NETSH_SIGNS = (
    *("netsh", "ipsec", "advfirewall", "powershell", "pwsh"),
    *("-net", "-vpn", "-remoteaccess", "-daserver", "-daclient", "-daentrypoint", "-damultisite"),
    *("ikeext", "policyagent", "bfe", "mpssvc", "rasman", "remoteaccess", "firewallpolicy", "windowsfirewall"),
    *("authip", "base filtering", "windows firewall", "windows defender", "remote access", "routing and"),
)
"""What one of stands in every script for netsh, or that sets the services or values of IPsec, in lower case."""
_SCRIPT = Reader("powershell.script.format", Shape.TEXT, SCRIPT_SIGNS)
_CARRIED_SIGNS = (
    *("netsh", "-net", "-vpn", "powershell", "pwsh", "reg add", "reg.exe", "sc config", "sc.exe"),
    *SIGNS_OF_TASKS,
    *SIGNS_OF_RESOURCES,
)
"""One of these stands in what a program or declaration runs that bears on IPsec, in lower case."""
_BY_COLLECTOR = "by the collector of ipseclint"
_NOTES = Reader("collector_notes", Shape.TEXT, (_BY_COLLECTOR,), _begins("collected "))
"""The reader of our own notes, which say so in the first line, whatever commands and errors they quote."""
_OF_SENTENCES = Reader("events.sentences", Shape.TEXT)
"""The reader asked last, for a whole text: prose of no other format."""


def _may_hold_documents(looked: Looked, path: str) -> bool:
    """Whether a text may be a declaration with a block that begins like a document, or user data in several parts."""
    head = looked.head()
    if path.casefold().endswith(_NO_DECLARATIONS):
        return False
    if "multipart/" in head and any(map(head.__contains__, _PARTS_OF_USER_DATA)):
        return not is_mail(head)
    return _BLOCK_OF_DOCUMENT.search(head) is not None


_READERS = (
    Reader("within", Shape.TEXT, _BLOCK_SIGNS, _may_hold_documents),
    Reader(
        "wfp.state", Shape.XML, ("<wfpdiag", "<wfpstate", "<netevent", "fwpm_", "<filterkey", "<providercontextkey")
    ),
    Reader("events.security_events", Shape.XML, ("schemas.microsoft.com/win/2004/08/events",)),
    Reader("gpo.report", Shape.XML, ("grouppolicy",)),
    Reader("gpo.preferences", Shape.XML, ("<registry", "<ntservice")),
    Reader("gpo.backup", Shape.XML, ("<grouppolicybackupscheme",)),
    Reader("registry.policy_rules", Shape.XML, ("<policyrules",)),
    Reader("registry.wfw", Shape.BINARY),
    Reader("events.event_log", Shape.BINARY),
    Reader("registry.pol", Shape.BINARY),
    Reader("registry.reg_text", Shape.TEXT, _OF_REG, _begins(*_OF_REG)),
    Reader("registry.reg_query", Shape.TEXT, ("hkey_", "reg query", "reg.exe query", "reg_dword", "reg_sz")),
    Reader(
        "registry.item_properties",
        Shape.TEXT,
        ("pspath", "get-itemproperty", "gp hklm", "gpv hklm", "hive: hkey", "fullkeypath"),
    ),
    Reader(
        "registry.lgpo",
        Shape.TEXT,
        ("computer",),
        beside=("dword:", "qword:", "sz:", "binary:", "delete", "createkey", "clear"),
    ),
    Reader("registry.collected", Shape.TEXT, ("hkey_", "hklm", "hivetype", "hivepath"), beside=("key", "path")),
    Reader("registry.security_template", Shape.TEXT, ("$chicago$",)),
    Reader(
        "registry.setup_inf",
        Shape.TEXT,
        ("addreg", "delreg", "addservice"),
        beside=("hklm", "hkcu", "hku", "hkr", "addservice"),
    ),
    Reader("registry.ip_security.ldif", Shape.TEXT, ("dn:",), _begins("#", "version", "dn:")),
    Reader("powershell.clixml", Shape.XML, ("<objs",)),
    Reader("powershell.cim_xml", Shape.XML, ("<objects",)),
    Reader(
        "registry.collected",
        Shape.JSON,
        ("policyagent", "ikeext", "firewallpolicy", "windowsfirewall", "ipsec", "rasman"),
    ),
    Reader(
        "events.event_json", Shape.JSON, ('"id"', '"eventid"', '"_eventid"', '"event_id"', '"eventcode"', "<eventid")
    ),
    Reader("mdm.intune", Shape.JSON, ("microsoft.graph", "omauri", "settingdefinitionid")),
    Reader(
        "peers.clouds",
        Shape.JSON,
        ("ikeencryption", "ikeintegrity", "tunneloptions", "vpnconnectionid", "virtualnetworkgateway1"),
    ),
    Reader("carried.format", Shape.JSON, _CARRIED_SIGNS),
    Reader("powershell.cim_json", Shape.JSON, ("{", "[")),
    Reader(
        "peers.gateway_xml",
        Shape.XML,
        (
            "vpnserver",
            "azvpnprofile",
            "serversecret",
            "<vpn_connection",
            "<phase1>",
            "<pfsense",
            "<opnsense",
            "<mgt-config",
            "securityassociationparameters",
            "-crypto-profiles>",
        ),
    ),
    Reader("vpn.profile_xml", Shape.XML, ("vpnprofile", "nativeprofile", "cryptographysuite")),
    Reader("mdm.syncml", Shape.XML, ("vpnv2", "firewall/mdmstore", "vpnprofile")),
    Reader("carried.format", Shape.XML, _CARRIED_SIGNS),
    Reader("mdm.oma_uri", Shape.TEXT, ("vendor/msft/vpnv2/", "vendor/msft/firewall/mdmstore/")),
    Reader("vpn.rasphone", Shape.TEXT, ("encoding=", "pbversion=", "type=", "vpnstrategy="), _may_be_phone_book),
    Reader("peers.description", Shape.TEXT, ("[peer",)),
    Reader(
        "peers.azure_commands",
        Shape.TEXT,
        (
            *("-azipsecpolicy", "-azurermipsecpolicy", "vpnclientipsecp", "ipsec-policy", "ikeencryption", "dhgroup="),
            "virtualnetworkgateway1",
        ),
    ),
    Reader("peers.listed_connections", Shape.TEXT, ("reauthentication",), beside=("rekeying",)),
    Reader(
        "peers.swanctl",
        Shape.TEXT,
        ("connections", "conn-defaults", "child-defaults", "secrets", "include"),
        beside=("{", "include"),
    ),
    Reader(
        "peers.ike_log",
        Shape.TEXT,
        (
            *(*_OF_PROPOSALS, "charon", "pluto", "ipsec,", "[ike", '" #', "!! ", "oakley", "subjectaltname"),
            *("ike_sa", "ikev2", "isakmp", "ike phase-", "ike negotiation", "matching policy", "vpn negotiation"),
            *(
                "packet from ",
                "identify ourselves",
                "established, ikev",
                ", add_time=",
                "%asa-",
                "ikmp_bad",
                "connecting",
            ),
            *("state_main_", "state_quick_", "state_parent_", "state_v2_", "to main mode", "start strongswan"),
            *("peer gateway notifies", "for the reason of", "key daemon", "sa=(enc=", "networkmanager["),
        ),
    ),
    Reader("peers.ike_log", Shape.JSON, ("aws tunnel", "ike_phase1_state")),
    Reader(
        "peers.gateway_configuration",
        Shape.TEXT,
        (
            "phase 1",
            "phase-1",
            "phase1",
            "phase i",
            "phase one",
            "crypto ",
            "config vpn ipsec",
            "security ike",
            "security ipsec",
            "ike {",
            "ipsec {",
            "/ip ipsec",
            "set network ike ",
            "network ike crypto-profiles ",
            "network ike gateway ",
            "/ip/ipsec",
            "vpn ipsec",
        ),
    ),
    Reader("peers.ipsec_conf", Shape.TEXT, ("conn ", "conn\t", "conn\n", "conn\r", "include")),
    Reader("peers.ipsec_secrets", Shape.TEXT, ("psk",), beside=(":",)),
    Reader("events.audit_policy", Shape.TEXT, ("-69ae-11d9-bed3-505054503030}", "ipsec driver", *_AUDITED)),
    Reader("certutil_store", Shape.TEXT, ("(sha1)", "certutil")),
    _NOTES,
    Reader("powershell.asked_services", Shape.TEXT, ("get-service", "gsv", "win32_service"), beside=(").", "select")),
    Reader("powershell.list_text", Shape.TEXT, LIST_SIGNS, may_list),
    Reader(
        "netsh.ip_security.shown_store",
        Shape.TEXT,
        (
            "filterlist name",
            "筛选器列表名称",
            "master pfs",
            "polling interval",
            "已分配",
            "filteraction name",
            "activated",
        ),
    ),
    Reader("powershell.table", Shape.TEXT, (*COLUMN_SIGNS, "service_name:"), may_be_table),
    Reader(
        "peers.declared_gateways",
        Shape.TEXT,
        ("microsoft.network/", "azurerm_", "ikeencryption", "ike_encryption", "aws_vpn_c"),
    ),
    Reader("carried.format", Shape.TEXT, _CARRIED_SIGNS, _may_be_carried),
    _SCRIPT,
    Reader("powershell.printed_table", Shape.TEXT, ("----",)),
    Reader("powershell.wmic", Shape.TEXT, ("startmode", "state", "wmic"), _may_be_of_wmic),
    Reader(
        "events.event_text",
        Shape.TEXT,
        (
            "event",
            "ereignis",
            "ipsec",
            "code returned",
            "coid={",
            "-auditing",
            "ras",
            "ike",
            "network policy",
            "pastore",
        ),
        beside=_ABOUT_EVENTS,
    ),
    Reader(
        "netsh.ip_security.dynamic_shown",
        Shape.TEXT,
        (
            "mainmode",
            "quickmode",
            "main mode",
            "quick mode",
            "mm policy name",
            "negotiation policy name",
            "ipsec configuration p",
        ),
    ),
    Reader("netsh.ip_security.dynamic_statistics", Shape.TEXT, ("statistics",)),
    Reader(
        "performance_counters",
        Shape.TEXT,
        ("\\ipsec ", "\\ipsec-", "\\generic ikev1", "\\ikev1, ", "data_counters_ipsec", "data_counters_generic"),
    ),
    Reader("netsh.advfirewall.show", Shape.TEXT, _PRINTED_SIGNS, _may_be_printed),
    Reader("netsh.script", Shape.TEXT, _NETSH_SIGNS),
    _OF_SENTENCES,
)
"""The readers in the order they are asked, the most specific first."""
_OF_PIECES = _READERS[:-1]
"""The readers for pieces of a transcript; quoted messages in prose are searched in the whole text."""


def all_formats() -> tuple[Format, ...]:
    """Every format, in the order of recognition."""
    modules = dict.fromkeys(reader.module for reader in _READERS)
    return (*(each for module in modules for each in formats_of(module)), _transcript())


@cache
def _transcript() -> Format:
    from ipseclint.formats.transcript.reading import transcript  # what reads pieces loads much

    return transcript(_recognise_piece)


def _recognise_piece(source: Source, readers: Sequence[Reader] = _OF_PIECES) -> Format | None:
    """The format of a piece of a transcript."""
    return _recognise(source, readers=readers)


def _of_pieces(source: Source) -> Sequence[Reader]:
    """The readers for pieces of a source: those with a sign in it; all of them for a page, which hides signs."""
    if is_page(source.head_text):
        return _OF_PIECES
    return tuple(with_sign(_OF_PIECES, source.once(Looked.through_parts)))


def _may_hold_pieces(source: Source) -> bool:
    """Whether a part of a text may be of some format."""
    return any(reader.shape is not Shape.BINARY for reader in source.once(_of_pieces))


def recognise(source: Source, shape: Shape | None = None) -> Format | None:
    """The format of a source by content, or None. Raises SourceError if it cannot be read.

    Only readers of `shape` are asked, by default that of the first bytes. A reader is loaded only if one of its signs
    is there: an input seldom needs more than its own.
    """
    shape = shape or shape_of(source)
    whole = partial(source.once, partial(_recognise, shape=shape))
    if shape is Shape.BINARY:
        return whole()
    first = first_line(source.head_text).casefold() if shape is Shape.TEXT else ""
    if _BY_COLLECTOR in first and (
        notes := first_of((_NOTES,), Looked.through(first), source.path, methodcaller("recognise", source))
    ):
        return notes
    if shape in {Shape.TEXT, Shape.JSON} and not source.path.casefold().endswith(DOCUMENTS):
        form = whole()
        if form is not None and form.is_alone is not None and form.is_alone(source):
            return form
    is_above_text = shape is Shape.XML and has_text_below(source.head_text)
    if shape in {Shape.TEXT, Shape.JSON} or is_page(source.head_text) or is_above_text:
        known = source.once(KnownPieces)

        def of_piece(piece: Source) -> Format | None:
            is_all = (piece.path, piece.head_text) == (source.path, source.head_text) and shape is shape_of(source)
            if not is_all:
                return _recognise_piece(piece, source.once(_of_pieces))
            return whole() if whole() not in formats_of(_OF_SENTENCES.module) else None

        form_of = known.by(of_piece)
        may_hold = partial(_may_hold_pieces, source)
        if is_transcript(source, whole, known, form_of, may_hold, is_text=shape is Shape.TEXT):
            return _transcript()
        if is_above_text and whole() is not None:
            return _transcript()
    return whole()


def _recognise(source: Source, shape: Shape | None = None, readers: Sequence[Reader] = _READERS) -> Format | None:
    """The format that a source as a whole has, or None.

    A text that begins with PowerShell statements is a script: signs found only far behind them are quoted in it.
    """
    shape = shape or shape_of(source)
    readers = [reader for reader in readers if reader.shape is shape]
    looked = Looked.through_head(source, shape)
    is_of: Callable[[Format], bool] = methodcaller("recognise", source)
    beginning = _beginning(source) if _SCRIPT in readers else ""
    if beginning and _STATEMENT.search(beginning):
        is_of = cache(is_of)
        before = takewhile(lambda reader: reader is not _SCRIPT, readers)
        if first_of(before, Looked.through_words(beginning), source.path, is_of) is None:
            script = first_of((_SCRIPT,), Looked.through(source.head_folded), source.path, is_of)
            if script is not None:
                return script
    first = first_of(readers, looked, source.path, is_of)
    if first is None or shape is not Shape.JSON:
        return first
    from ipseclint.formats.json_of_several import with_others

    return with_others(first, source, (reader for reader in _READERS if reader.shape is Shape.JSON))


def _beginning(source: Source) -> str:
    """The folded beginning of a long text, or of one with a here-string up to that; empty for any other."""
    text = source.head_text
    if (opening := _HERE_STRING.search(text)) is not None:
        return text[: min(opening.end(), BEGINNING_CHARACTERS)].casefold()
    return text[:BEGINNING_CHARACTERS].casefold() if len(text) > BEGINNING_CHARACTERS else ""
