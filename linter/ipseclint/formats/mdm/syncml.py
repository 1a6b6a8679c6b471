"""SyncML of device management: commands that set nodes of the Firewall and VPNv2 CSPs, and results that show them."""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.xml.document import elements
from ipseclint.formats.kit.xml.element import Element, text_of
from ipseclint.formats.kit.xml.wanted import Wanted
from ipseclint.formats.mdm.nodes import Node, Nodes, path_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.vpn.profile_xml import SYNCML, ProfileReader
from ipseclint.late import late
from ipseclint.source import Source
from ipseclint.vocabulary.rows import names

_OF_IPSEC = late(r"/(?:VPNv2|Firewall/MdmStore)/|(?:<|&lt;)VPNProfile[\s>&]", re.IGNORECASE)
_NOT_FOLLOWED = ("Delete", "Exec")
_ALL = frozenset[str]()
_COMMANDS = names("Add Replace Get Atomic Sequence Results Status Alert Delete Exec Copy Final")
_OF_COMMAND = names("CmdID Meta Item MsgRef CmdRef Cmd TargetRef SourceRef Cred Chal NoResp Correlator Data")
_WANTED = Wanted(
    subtrees=dict.fromkeys(("LocURI", "Data", *_NOT_FOLLOWED), _ALL),
    around={
        "SyncML": names("SyncHdr SyncBody"),
        "SyncBody": _COMMANDS,
        "Item": names("Target Source Meta Data MoreData"),
        "Target": names("LocURI LocName"),
        "Source": names("LocURI LocName"),
        "Meta": names("Format Type Mark Size Anchor Version NextNonce MaxMsgSize MaxObjSize EMI Mem MetInf"),
        **dict.fromkeys(("Atomic", "Sequence"), _COMMANDS | _OF_COMMAND),
        **dict.fromkeys(("Add", "Replace", "Get", "Results", "Status"), _OF_COMMAND),
    },
)
"""The document types of OMA's SyncML Representation Protocol 1.2 and Meta Information 1.2."""


def recognise(source: Source) -> bool:
    """Whether it is SyncML that names a node of either CSP."""
    text = source.head_text
    return SYNCML.search(text) is not None and _OF_IPSEC.search(text) is not None


def parse(source: Source) -> Parsed:
    """The settings and connections in the nodes."""
    diagnostics = Diagnostics(source.path)
    nodes, profiles = Nodes(diagnostics), ProfileReader(diagnostics)
    path: tuple[str, ...] | None = None
    waiting = False
    for element in elements(source, _WANTED, diagnostics):
        if element.name in _NOT_FOLLOWED:
            _note_command(element, diagnostics)
        elif element.name == "LocURI":
            if waiting:
                diagnostics.not_read("LocURI without Data")
            path, waiting = path_of(text_of(element, source.path), diagnostics), True
        else:
            if not waiting:
                diagnostics.not_read("Data without LocURI")
                path = None
            waiting = False
            profile = _profile(element)
            if profile is not None:
                profiles.read_element(profile, path[1] if path is not None and len(path) > 1 else None)
            elif path is not None:
                nodes.add(Node(path, text_of(element, source.path)))
            else:
                profiles.read_text(text_of(element, source.path), None)
    if waiting:
        diagnostics.not_read("LocURI without Data")
    parts = nodes.parts()
    parts.extend(profiles.parts)
    return diagnostics.parsed(parts.policy())


def _note_command(command: Element, diagnostics: Diagnostics) -> None:
    """Report a command that deletes or executes a node of either CSP, which is not followed."""
    for element in command.walk():
        uri = text_of(element, diagnostics.path)
        if element.name == "LocURI" and path_of(uri, diagnostics) is not None:
            diagnostics.not_understood(f"<{command.name}> of {quoted(uri.text.strip())} is not followed", uri.span)


def _profile(data: Element) -> Element | None:
    """The profile within the data as unescaped elements."""
    return next((element for element in data.walk() if element.name == "VPNProfile"), None)


FORMATS = (
    Format(
        name="mdm-syncml",
        title="SyncML of device management: the Firewall and VPNv2 CSPs",
        recognise=recognise,
        parse=parse,
        how_to_export="the commands that a management server sends, saved from SyncML Viewer or from its own console",
        can_express="global settings of IPsec, whether local rules hold, VPN connections by profile or node by node",
        cannot_express="connection security rules and their sets, which no CSP has",
    ),
)
