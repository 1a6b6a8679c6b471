"""The formats that Windows exports, each detected from its content and read into one model."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache, partial
from itertools import takewhile
from pathlib import PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.carried.recognition import OF_SHELLS, SIGNS_OF_LOGS
from ipseclint.formats.kit.yaml_blocks import SIGNS_OF_TASKS
from ipseclint.formats.parsed import Format
from ipseclint.formats.transcript.forms import KnownPieces
from ipseclint.formats.transcript.pieces import is_page
from ipseclint.formats.transcript.reading import transcript
from ipseclint.formats.transcript.recognition import is_transcript
from ipseclint.late import late
from ipseclint.source import BINARY_SIGNATURES, MAX_TEXT_BYTES, Source


class Shape(StrEnum):
    """What the first character of an input shows: enough to leave most readers out."""

    XML = "xml"
    JSON = "json"
    BINARY = "binary"
    TEXT = "text"


_ADAPTER_SIGNS = ("ipsecoffloadv2enabled", "ahenabled", "espenabled", "ahsupported", "espsupported")
_LIST_SIGNS = (
    *_ADAPTER_SIGNS,
    "ipsecrulename",
    "inboundsecurity",
    "forcediffiehellman",
    "maxsessions",
    "perfectforwardsecrecygroup",
    "ciphertransformconstants",
    "certvalidationlevel",
    "enabledkeyingmodules",
    "mainmodecryptoset",
    "salifetime",
    "tunneltype",
    "localfirstid",
    "hashalgorithm",
    "encapsulationmode",
    "transportlayerfiltername",
    "thumbprint",
    "canpauseandcontinue",
    "starttype",
    "ipassignmentmethod",
    "userauthprotocolaccepted",
    "enhancedkeyusagelist",
    "responderauthenticationmethod",
)
"""The properties by which lists of PowerShell objects are recognised, in lower case."""
_LISTED = late(rf"\n[ \t\r\ufeff]*+(?:{'|'.join(_LIST_SIGNS)})")

_COLUMN_SIGNS = (
    *_ADAPTER_SIGNS, "saoffloadcapacityenabled",
    "inboundsecurity", "remoteaddress", "remoteport", "interfacetype", "interfacealias", "forcediffiehellman",
    "maxsessions",
    "perfectforwardsecrecygroup", "pfsgroupid", "localendpoint", "certvalidationlevel", "enabledkeyingmodules",
    "responderauthenticationmethod", "salifetime", "ciphertransformconstants", "ipassignmentmethod",
    "userauthprotocolaccepted", "tunneltype", "notafter", "canpauseandcontinue", "startmode", "starttype",
    "start_type", "ikev2ports", "not_valid_after",
    "displayname",
)  # fmt: skip
"""What the heads of tables with commas name, in lower case."""
_COLUMN = late(rf"[,;\t\n\"](?:{'|'.join(_COLUMN_SIGNS)})\"?[,;\t\r\n]")
"""One of them among others, which may stand below other tables."""

_SCRIPT_SIGNS = (
    "-netipsec", "-netfirewall", "-netgpo", "-vpnconnection", "-vpnserver", "-vpns2s", "-vpnauth", "-vpnipaddress",
    "-netadapteripsec",
    "-item", "-service", "<vpnprofile", "windows registry editor", "netsh", "reg add", "reg.exe", "reg delete",
    "sc.exe", "configuration",
)  # fmt: skip
"""What cmdlets and programs are called by that set policy, values of the registry or services, in lower case."""


_SECTION = late(r"\[(?![ \t]*[\r\n\[{\"\]])[^\r\n]*\][ \t]*(?:#[^\r\n]*)?(?:[\r\n]|$)")
"""The head of a section, as phone books and TOML begin with; no list of JSON stands alone on its line so."""


_BRACKET_OF_TEXT = late(
    r"\[sc\] |\[[a-z][\w -]{1,24}\]:? [a-z]"
    r"|\[(?:cmdletbinding|outputtype|diagnostics\.\w+)\s*\(|\[[\w.]+\]\s*(?:\$|::)|\[[^\]\n]*\]\(",
    re.IGNORECASE,
)
"""How a script of PowerShell, a document of Markdown, a log or what `sc` prints begins with a bracket, as JSON does."""


_NO_MARKUP = late(r"<(?:#|\d{1,3}>)")
"""How a comment of PowerShell begins, or a line of syslog."""
_RECORD = late(r"Record \d{1,12}[ \t]*\r?\n\{")
"""How evtx_dump begins, whose records are JSON."""


def _begins(*beginnings: str) -> Callable[[Callable[[], str], str], bool]:
    return lambda head, _path: head().lstrip().startswith(beginnings)


def _may_list(folded: Callable[[], str], _path: str) -> bool:
    """Whether there may be a list of properties: the head begins with it, or has its columns behind prose."""
    head = folded()
    is_list = ":" in head.lstrip().partition("\n")[0] or "  : " in head
    return is_list and _LISTED.search(f"\n{head}") is not None


def _may_be_table(folded: Callable[[], str], _path: str) -> bool:
    """Whether the first lines may name the columns of a table with commas, they or services may stand further down."""
    head = folded()
    first = "\n".join(head.lstrip("\r\n").split("\n", 2)[:2])
    names_columns = any(sign in first for sign in ",;\t") and any(sign in first for sign in _COLUMN_SIGNS)
    return names_columns or "service_name:" in head or "displayname" in head or _COLUMN.search(head) is not None


def _may_be_carried(folded: Callable[[], str], path: str) -> bool:
    """Whether a text may be in the language of another tool, as no script of a shell is, or a log of commands."""
    head = folded()
    may_be_log = head.lstrip()[:1] == "[" or any(sign in head for sign in SIGNS_OF_LOGS)
    return may_be_log or PurePosixPath(path).suffix.casefold() not in OF_SHELLS


_BEGINNING_CHARACTERS = 2048
"""How much of a text tells that it is no script (reasoned: outputs, logs and files of peers show themselves there)."""

_STATEMENT = late(
    r"^[ \t]*(?:\$\w+[ \t]*=|param[ \t]*\(|#requires[ \t]|<#|\[cmdletbinding|function[ \t]+\w+-\w)", re.MULTILINE
)
"""What a script of PowerShell begins with, in lower case, and no other: a shell's may hold files and scripts too."""


class _Reader(Struct, frozen=True):
    """A module that holds FORMATS, and what says cheaply that an input cannot be one of theirs.

    At least one of `signs` stands, in whatever case, in the head of every input that they recognise, and one of
    `beside`; none: nothing is known beforehand. `may_be` is true of what tells the head of every such input, in lower
    case, and its path.
    """

    module: str
    shape: Shape
    signs: tuple[str, ...] = ()
    may_be: Callable[[Callable[[], str], str], bool] | None = None
    beside: tuple[str, ...] = ()


_OF_REG = ("windows registry editor", "regedit4", "[")
_AUDITED = ("ipsec main mode ", "ipsec quick mode ", "ipsec extended mode ")
_SCRIPT = _Reader("powershell.script.format", Shape.TEXT, _SCRIPT_SIGNS)
_CARRIED_SIGNS = (
    *("netsh", "-net", "-vpn", "powershell", "pwsh", "reg add", "reg.exe", "sc config", "sc.exe"),
    *SIGNS_OF_TASKS,
)
"""One of these stands in what a program or declaration runs that bears on IPsec, in lower case."""
_NOTES = _Reader("collector_notes", Shape.TEXT, ("by the collector of ipseclint",), _begins("collected "))
"""What we write ourselves and say so in the first line, whatever commands and errors it quotes below."""
_OF_SENTENCES = _Reader("events.sentences", Shape.TEXT)
"""What is asked last, of a whole text: prose that is of no other format."""

_READERS = (
    _Reader("wfp.state", Shape.XML, ("<wfpstate", "<wfpdiag", "<netevent")),
    _Reader("events.security_events", Shape.XML, ("schemas.microsoft.com/win/2004/08/events",)),
    _Reader("gpo.report", Shape.XML, ("grouppolicy",)),
    _Reader("gpo.preferences", Shape.XML, ("<registrysettings", "<ntservices", "<registry ", "<ntservice ")),
    _Reader("gpo.backup", Shape.XML, ("<grouppolicybackupscheme",)),
    _Reader("registry.wfw", Shape.BINARY),
    _Reader("events.event_log", Shape.BINARY),
    _Reader("registry.pol", Shape.BINARY),
    _Reader("registry.reg_text", Shape.TEXT, _OF_REG, _begins(*_OF_REG)),
    _Reader("registry.reg_query", Shape.TEXT, ("hkey_", "reg query", "reg.exe query")),
    _Reader(
        "registry.item_properties", Shape.TEXT, ("pspath", "get-itemproperty", "gp hklm", "gpv hklm", "hive: hkey")
    ),
    _Reader(
        "registry.lgpo",
        Shape.TEXT,
        ("computer",),
        beside=("dword:", "qword:", "sz:", "binary:", "delete", "createkey", "clear"),
    ),
    _Reader("registry.security_template", Shape.TEXT, ("$chicago$",)),
    _Reader("registry.ip_security.ldif", Shape.TEXT, ("dn:",), _begins("#", "version", "dn:")),
    _Reader("powershell.clixml", Shape.XML, ("<objs",)),
    _Reader("powershell.cim_xml", Shape.XML, ("<objects",)),
    _Reader(
        "registry.collected",
        Shape.JSON,
        ("policyagent", "ikeext", "firewallpolicy", "windowsfirewall", "ipsec", "rasman"),
    ),
    _Reader(
        "events.event_json", Shape.JSON, ('"id"', '"eventid"', '"_eventid"', '"event_id"', '"eventcode"', "<eventid")
    ),
    _Reader("mdm.intune", Shape.JSON, ("microsoft.graph", "omauri", "settingdefinitionid")),
    _Reader(
        "peers.clouds",
        Shape.JSON,
        ("ikeencryption", "ikeintegrity", "tunneloptions", "vpnconnectionid", "virtualnetworkgateway1"),
    ),
    _Reader("carried.format", Shape.JSON, _CARRIED_SIGNS),
    _Reader("powershell.cim_json", Shape.JSON),
    _Reader(
        "peers.gateway_xml",
        Shape.XML,
        ("vpnserver", "azvpnprofile", "serversecret", "<vpn_connection", "<phase1>", "securityassociationparameters"),
    ),
    _Reader("vpn.profile_xml", Shape.XML, ("vpnprofile", "nativeprofile", "cryptographysuite")),
    _Reader("mdm.syncml", Shape.XML, ("vpnv2", "firewall/mdmstore", "vpnprofile")),
    _Reader("carried.format", Shape.XML, _CARRIED_SIGNS),
    _Reader("vpn.rasphone", Shape.TEXT, ("encoding=", "pbversion=", "type=", "vpnstrategy="), _begins("[")),
    _Reader("peers.description", Shape.TEXT, ("[peer",)),
    _Reader(
        "peers.azure_commands",
        Shape.TEXT,
        ("-azipsecpolicy", "-azrmipsecpolicy", "vpnclientipsecp", "ipsec-policy", "ikeencryption", "dhgroup="),
    ),
    _Reader("peers.swanctl", Shape.TEXT, ("connections", "conn-defaults", "child-defaults", "secrets", "include")),
    _Reader(
        "peers.ike_log",
        Shape.TEXT,
        (
            *("proposal", "charon", "pluto", "ipsec,", "[ike", '" #', "!! ", "oakley", "subjectaltname"),
            *("ike_sa", "ikev2", "isakmp", "ike phase-", "ike negotiation", "matching policy", "vpn negotiation"),
            *("identify ourselves", "established, ikev", ", add_time=", "%asa-", "ikmp_bad", "connecting"),
        ),
    ),
    _Reader("peers.ike_log", Shape.JSON, ("aws tunnel", "ike_phase1_state")),
    _Reader(
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
            "/ip/ipsec",
            "vpn ipsec",
        ),
    ),
    _Reader("peers.ipsec_conf", Shape.TEXT, ("conn ", "conn\t", "include")),
    _Reader("peers.ipsec_secrets", Shape.TEXT, ("psk",), beside=(":",)),
    _Reader("events.audit_policy", Shape.TEXT, ("-69ae-11d9-bed3-505054503030}", "ipsec driver", *_AUDITED)),
    _Reader("certutil_store", Shape.TEXT, ("(sha1)",)),
    _NOTES,
    _Reader("powershell.list_text", Shape.TEXT, _LIST_SIGNS, _may_list),
    _Reader(
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
    _Reader("powershell.table", Shape.TEXT, (*_COLUMN_SIGNS, "service_name:"), _may_be_table),
    _Reader(
        "peers.declared_gateways",
        Shape.TEXT,
        ("microsoft.network/", "azurerm_", "ikeencryption", "ike_encryption", "aws_vpn_c"),
    ),
    _Reader("carried.format", Shape.TEXT, _CARRIED_SIGNS, _may_be_carried),
    _SCRIPT,
    _Reader("powershell.printed_table", Shape.TEXT, ("----",)),
    _Reader(
        "events.event_text",
        Shape.TEXT,
        ("event", "ereignis", "ipsec", "code returned", "dialed a", "-auditing", "ras", "ike", "network policy"),
    ),
    _Reader(
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
    _Reader("netsh.ip_security.dynamic_statistics", Shape.TEXT, ("statistics",)),
    _Reader("netsh.advfirewall.show", Shape.TEXT),
    _Reader("netsh.script", Shape.TEXT),
    _OF_SENTENCES,
)
"""The readers in the order they are asked: the most particular first."""
_OF_PIECES = _READERS[:-1]
"""Those of pieces of a transcript: what prose between the others quotes is looked for in the whole."""


def all_formats() -> tuple[Format, ...]:
    """Every format, in the order of recognition."""
    modules = dict.fromkeys(reader.module for reader in _READERS)
    return (*(each for module in modules for each in _formats_of(module)), _transcript())


@cache
def _transcript() -> Format:
    return transcript(_recognise_piece)


def _recognise_piece(source: Source, readers: Sequence[_Reader] = _OF_PIECES) -> Format | None:
    """The format of a piece of a transcript."""
    return _recognise(source, readers=readers)


def _of_pieces(source: Source) -> Sequence[_Reader]:
    """The readers that pieces of a source may be for: with a sign in it, but any for a page, which masks signs."""
    if is_page(source.head_text):
        return _OF_PIECES
    return tuple(_with_sign(_OF_PIECES, _Looked.through_parts(source)))


def recognise(source: Source, shape: Shape | None = None) -> Format | None:
    """The format of a source by its content, or None. Raises SourceError if it cannot be read.

    Only readers of `shape` are asked, by default that of the first bytes. A reader is loaded when its turn comes and
    one of its signs is there: an input seldom needs more than its own.
    """
    shape = shape or shape_of(source)
    whole = cache(partial(_recognise, source, shape))
    if shape is Shape.BINARY:
        return whole()
    if shape is Shape.TEXT and (
        notes := _first((_NOTES,), _of_first_line(source), source.path, partial(_is_of, source))
    ):
        return notes
    of_pieces = cache(partial(_of_pieces, source))
    may_be_transcript = shape in {Shape.TEXT, Shape.JSON} or is_page(source.head_text)
    if may_be_transcript:
        known = source.once(KnownPieces)

        def of_piece(piece: Source) -> Format | None:
            is_all = (piece.path, piece.head_text) == (source.path, source.head_text) and shape is shape_of(source)
            if not is_all:
                return _recognise_piece(piece, of_pieces())
            return whole() if whole() not in _formats_of(_OF_SENTENCES.module) else None

        form_of = known.by(of_piece)
        if is_transcript(source, whole, known, form_of, is_text=shape is Shape.TEXT):
            return _transcript()
    return whole()


def _recognise(source: Source, shape: Shape | None = None, readers: Sequence[_Reader] = _READERS) -> Format | None:
    """The format of a source that is all of one, or None.

    A script that begins with statements of PowerShell is one: what shows only far behind them is quoted in it.
    """
    shape = shape or shape_of(source)
    readers = [reader for reader in readers if reader.shape is shape]
    looked = _Looked.through_head(source, shape)
    is_of: Callable[[Format], bool] = partial(_is_of, source)
    beginning = _beginning(source) if _SCRIPT in readers else ""
    if beginning and _STATEMENT.search(beginning):
        is_of = cache(is_of)
        before = takewhile(lambda reader: reader is not _SCRIPT, readers)
        if _first(before, _Looked.through_words(beginning), source.path, is_of) is None:
            script = _first((_SCRIPT,), _Looked.through(source.head_folded), source.path, is_of)
            if script is not None:
                return script
    first = _first(readers, looked, source.path, is_of)
    return first if first is None or shape is not Shape.JSON else _with_others_in_json(first, source)


_OF_OBJECTS = {
    "collected-registry": "registry.collected",
    "event-json": "events.event_json",
    "intune-json": "mdm.intune",
    "cloud-gateway": "peers.clouds",
    "powershell-json": "powershell.cim_json",
}
"""The formats of JSON whose objects may stand beside each other, by name, with their readers."""
_OBJECT_SIGNS = (
    *(sign for sign in _COLUMN_SIGNS if sign not in {"displayname", "remoteaddress", "remoteport", "localendpoint"}),
    *("localfirstid", "transportlayerfiltername", "msft_net"),
)
"""What one of stands in all JSON with objects of PowerShell that make policy, and in little other, in lower case."""


def _with_others_in_json(first: Format, source: Source) -> Format:
    """The format of a document of JSON: of several if objects of others stand anywhere in it."""
    if first.name not in _OF_OBJECTS:
        return first
    whole = source if source.is_in_head else replace(source, head_bytes=MAX_TEXT_BYTES)
    readers = {reader.module: reader for reader in _READERS if reader.shape is Shape.JSON}
    asked = [readers[module] for name, module in _OF_OBJECTS.items() if module in readers and name != first.name]
    others = []
    for reader in _with_sign(asked, _Looked.through(whole.head_folded)):
        if reader.signs:
            others += [form for form in _formats_of(reader.module) if form.recognise(whole)]
        elif any(map(whole.head_folded.__contains__, _OBJECT_SIGNS)):
            from ipseclint.formats.powershell.decode import holds_objects

            others += _formats_of(reader.module) if holds_objects(whole.head_text) else ()
    if not others:
        return first
    from ipseclint.formats.json_of_several import together

    return together((first, *others))


def _beginning(source: Source) -> str:
    """The beginning of a long text, in lower case; empty for one that is not longer."""
    is_long = len(source.head_text) > _BEGINNING_CHARACTERS
    return source.head_text[:_BEGINNING_CHARACTERS].casefold() if is_long else ""


def _of_first_line(source: Source) -> _Looked:
    return _Looked.through(source.head_text.lstrip().partition("\n")[0].casefold())


def _is_of(source: Source, format_: Format) -> bool:
    return format_.recognise(source)


class _Looked(Struct, frozen=True):
    """A head in lower case, and what is looked through for signs: words for what has no blank, else lines."""

    head: Callable[[], str]
    lines: Callable[[], str]
    words: Callable[[], str]

    @classmethod
    def through(cls, text: str) -> _Looked:
        """A text as it is."""
        return cls(lambda: text, lambda: text, lambda: text)

    @classmethod
    def through_words(cls, text: str) -> _Looked:
        """A text, each word of it once."""
        words = "\n".join(set(text.split()))
        return cls(lambda: text, lambda: text, lambda: words)

    @classmethod
    def through_parts(cls, source: Source) -> _Looked:
        """The head of a source, each line and each word of it once."""
        return cls(lambda: source.head_folded, lambda: source.head_lines_folded, lambda: source.head_words)

    @classmethod
    def through_head(cls, source: Source, shape: Shape) -> _Looked:
        """The head of a source, in parts where it is long: but the signs of XML stand at its beginning."""
        if shape is Shape.BINARY:
            return cls.through("")
        has_words = len(source.head_text) > _BEGINNING_CHARACTERS and shape is not Shape.XML
        return cls.through_parts(source) if has_words else cls.through(source.head_folded)


def _first(readers: Iterable[_Reader], looked: _Looked, path: str, is_of: Callable[[Format], bool]) -> Format | None:
    """The first format that a source is of, of readers whose signs stand in its head."""
    asked = (reader for reader in _with_sign(readers, looked) if not reader.may_be or reader.may_be(looked.head, path))
    formats = (each for reader in asked for each in _formats_of(reader.module))
    return next((each for each in formats if is_of(each)), None)


def _with_sign(readers: Iterable[_Reader], looked: _Looked) -> Iterator[_Reader]:
    """The readers whose signs stand in what is looked through."""
    has, lines = looked.words().__contains__, looked.lines
    for reader in readers:
        if _stands_any(reader.signs, has, lines) and (not reader.beside or _stands_any(reader.beside, has, lines)):
            yield reader


def _stands_any(signs: tuple[str, ...], has: Callable[[str], bool], lines: Callable[[], str]) -> bool:
    """Whether one of some signs stands in a text, or there is none: `has` tells what stands within its words."""
    alone, with_blanks = _parted(signs)
    if not signs or any(map(has, alone)):
        return True
    return bool(with_blanks) and any(sign in lines() for sign, words in with_blanks if all(map(has, words)))


@cache
def _parted(signs: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[tuple[str, list[str]], ...]]:
    """Signs that are within a word each, and those with blanks, with their words."""
    alone = tuple(sign for sign in signs if sign.split() == [sign])
    return alone, tuple((sign, sign.split()) for sign in signs if sign not in alone)


def shape_of(source: Source) -> Shape:
    """The shape of a source by its first bytes. Raises SourceError if it cannot be read."""
    if source.head.startswith(BINARY_SIGNATURES):
        return Shape.BINARY
    text = source.head_text.lstrip()
    if _BRACKET_OF_TEXT.match(text):
        return Shape.TEXT
    if text.startswith("<") and _NO_MARKUP.match(text) is None:
        return Shape.XML
    if _RECORD.match(text):
        return Shape.JSON
    return Shape.JSON if text[:1] in {"[", "{"} and not _SECTION.match(text) else Shape.TEXT


@cache
def _formats_of(module: str) -> tuple[Format, ...]:
    formats: tuple[Format, ...] = importlib.import_module(f"{__name__}.{module}").FORMATS
    return formats
