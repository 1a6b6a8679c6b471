"""The formats that Windows exports, each detected from its content and read into one model."""

from __future__ import annotations

import importlib
import re
from enum import StrEnum
from functools import cache, partial
from typing import NamedTuple

from ipseclint.formats.parsed import Format
from ipseclint.formats.transcript import is_page, is_transcript, transcript
from ipseclint.source import BINARY_SIGNATURES, Source


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

_SCRIPT_SIGNS = (
    "-netipsec", "-netfirewall", "-netgpo", "-vpnconnection", "-vpnserver", "-vpns2s", "-vpnauth", "-vpnipaddress",
    "-netadapteripsec",
    "-item", "-service", "<vpnprofile", "windows registry editor", "netsh",
)  # fmt: skip
"""What cmdlets are called by that set policy, values of the registry or services, in lower case."""


_SECTION = re.compile(r"\[(?![ \t]*[\r\n\[{\"\]])[^\r\n]*\][ \t]*(?:#[^\r\n]*)?(?:[\r\n]|$)")
"""The head of a section, as phone books and TOML begin with; no list of JSON stands alone on its line so."""


_BRACKET_OF_TEXT = re.compile(
    r"\[sc\] |\[(?:cmdletbinding|outputtype|diagnostics\.\w+)\s*\(|\[[\w.]+\]\s*(?:\$|::)|\[[^\]\n]*\]\(", re.IGNORECASE
)
"""How a script of PowerShell, a document of Markdown or what `sc` prints begins with a bracket, as JSON does too."""


class _Reader(NamedTuple):
    """A module that holds FORMATS, and what says cheaply that an input cannot be one of theirs.

    At least one of `signs` stands, in whatever case, in the head of every input that they recognise; no signs: nothing
    is known beforehand.
    """

    module: str
    shape: Shape
    signs: tuple[str, ...] = ()


_READERS = (
    _Reader("wfp.state", Shape.XML, ("<wfpstate", "<wfpdiag", "<netevent")),
    _Reader("events.security_events", Shape.XML, ("schemas.microsoft.com/win/2004/08/events",)),
    _Reader("gpo.report", Shape.XML, ("grouppolicy",)),
    _Reader("gpo.preferences", Shape.XML, ("<registrysettings", "<ntservices", "<registry ", "<ntservice ")),
    _Reader("gpo.backup", Shape.XML, ("<grouppolicybackupscheme",)),
    _Reader("registry.wfw", Shape.BINARY),
    _Reader("events.event_log", Shape.BINARY),
    _Reader("registry.pol", Shape.BINARY),
    _Reader("registry.reg_text", Shape.TEXT, ("windows registry editor", "regedit4", "hkey_local_machine", "hklm")),
    _Reader("registry.reg_query", Shape.TEXT, ("hkey_", "reg query", "reg.exe query")),
    _Reader("registry.item_properties", Shape.TEXT, ("pspath", "get-itemproperty", "gp hklm", "gpv hklm")),
    _Reader("registry.lgpo", Shape.TEXT, ("computer",)),
    _Reader("registry.security_template", Shape.TEXT, ("$chicago$",)),
    _Reader("registry.ip_security.ldif", Shape.TEXT, ("dn:",)),
    _Reader("powershell.clixml", Shape.XML, ("<objs",)),
    _Reader("powershell.cim_xml", Shape.XML, ("<objects",)),
    _Reader(
        "registry.collected",
        Shape.JSON,
        ("policyagent", "ikeext", "firewallpolicy", "windowsfirewall", "ipsec", "rasman"),
    ),
    _Reader("events.event_json", Shape.JSON, ('"id"', '"eventid"', '"event_id"', '"eventcode"')),
    _Reader("mdm.intune", Shape.JSON, ("microsoft.graph", "omauri", "settingdefinitionid")),
    _Reader(
        "peers.clouds", Shape.JSON, ("ikeencryption", "tunneloptions", "vpnconnectionid", "virtualnetworkgateway1")
    ),
    _Reader("powershell.cim_json", Shape.JSON),
    _Reader("peers.gateway_xml", Shape.XML, ("vpnserver", "azvpnprofile", "serversecret", "<vpn_connection")),
    _Reader("vpn.profile_xml", Shape.XML, ("vpnprofile",)),
    _Reader("mdm.syncml", Shape.XML, ("vpnv2", "firewall/mdmstore", "vpnprofile")),
    _Reader("vpn.rasphone", Shape.TEXT, ("encoding=", "pbversion=", "type=", "vpnstrategy=")),
    _Reader("peers.description", Shape.TEXT, ("[peer",)),
    _Reader("peers.swanctl", Shape.TEXT, ("connections", "conn-defaults", "child-defaults", "secrets", "include")),
    _Reader(
        "peers.ike_log",
        Shape.TEXT,
        ("proposals", "charon", "pluto", "ipsec,error", "[ike]", '" #', "oakley", "subjectaltname"),
    ),
    _Reader("peers.ipsec_secrets", Shape.TEXT, ("psk",)),
    _Reader("peers.ipsec_conf", Shape.TEXT, ("conn ", "conn\t", "include")),
    _Reader("events.audit_policy", Shape.TEXT, ("-69ae-11d9-bed3-505054503030}",)),
    _Reader("certutil_store", Shape.TEXT, ("cert hash(sha1):",)),
    _Reader("collector_notes", Shape.TEXT, ("by the collector of ipseclint",)),
    _Reader("powershell.list_text", Shape.TEXT, _LIST_SIGNS),
    _Reader(
        "powershell.table",
        Shape.TEXT,
        (
            *_ADAPTER_SIGNS,
            *("inboundsecurity", "forcediffiehellman", "tunneltype", "notafter", "displayname", "service_name:"),
        ),
    ),
    _Reader(
        "peers.declared_gateways",
        Shape.TEXT,
        ("microsoft.network/", "azurerm_", "ikeencryption", "ike_encryption", "aws_vpn_c"),
    ),
    _Reader("powershell.script.format", Shape.TEXT, _SCRIPT_SIGNS),
    _Reader("powershell.printed_table", Shape.TEXT, ("----",)),
    _Reader(
        "events.event_text",
        Shape.TEXT,
        ("event", "ereignis", "ipsec", "code returned", "dialed a", "-auditing", "ras", "ike", "network policy"),
    ),
    _Reader("netsh.ip_security.dynamic_statistics", Shape.TEXT, ("statistics",)),
    _Reader("netsh.advfirewall.show", Shape.TEXT),
    _Reader("netsh.script", Shape.TEXT),
    _Reader("events.sentences", Shape.TEXT),
)
"""The readers in the order they are asked: the most particular first."""


def all_formats() -> tuple[Format, ...]:
    """Every format, in the order of recognition."""
    return (*(each for reader in _READERS for each in _formats_of(reader.module)), _transcript())


@cache
def _transcript() -> Format:
    return transcript(_recognise_piece)


def _recognise_piece(source: Source) -> Format | None:
    """The format of a piece of a transcript; what prose between the others quotes is looked for in the whole."""
    format_ = _recognise(source)
    return None if format_ is not None and format_.name == "error-sentences" else format_


def recognise(source: Source, shape: Shape | None = None) -> Format | None:
    """The format of a source by its content, or None. Raises SourceError if it cannot be read.

    Only readers of `shape` are asked, by default that of the first bytes. A reader is loaded when its turn comes and
    one of its signs is there: an input seldom needs more than its own.
    """
    shape = shape or shape_of(source)
    whole = cache(partial(_recognise, source, shape))
    may_be_transcript = shape in {Shape.TEXT, Shape.JSON} or is_page(source.head_text)
    if may_be_transcript and is_transcript(source, whole, _recognise_piece):
        return _transcript()
    return whole()


def _recognise(source: Source, shape: Shape | None = None) -> Format | None:
    """The format of a source that is all of one, or None."""
    shape = shape or shape_of(source)
    head = source.head_text.casefold()
    readers = (reader for reader in _READERS if reader.shape is shape and _may_be(head, reader.signs))
    formats = (each for reader in readers for each in _formats_of(reader.module))
    return next((each for each in formats if each.recognise(source)), None)


def _may_be(head: str, signs: tuple[str, ...]) -> bool:
    return not signs or any(sign in head for sign in signs)


def shape_of(source: Source) -> Shape:
    """The shape of a source by its first bytes. Raises SourceError if it cannot be read."""
    if source.head.startswith(BINARY_SIGNATURES):
        return Shape.BINARY
    text = source.head_text.lstrip()
    if _BRACKET_OF_TEXT.match(text):
        return Shape.TEXT
    if text.startswith("<") and not text.startswith("<#"):  # `<#` begins a comment of PowerShell
        return Shape.XML
    return Shape.JSON if text[:1] in {"[", "{"} and not _SECTION.match(text) else Shape.TEXT


@cache
def _formats_of(module: str) -> tuple[Format, ...]:
    formats: tuple[Format, ...] = importlib.import_module(f"{__name__}.{module}").FORMATS
    return formats
