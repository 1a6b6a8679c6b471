"""SyncML of device management: commands that set nodes of the Firewall and VPNv2 CSPs, and results that show them."""

from __future__ import annotations

import re

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.xml.document import read
from ipseclint.formats.kit.xml.element import Element, text_of
from ipseclint.formats.kit.xml.wanted import Subtree, Wanted
from ipseclint.formats.mdm.nodes import Node, Nodes, path_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.vpn.profile_xml import SYNCML, ProfileReader
from ipseclint.source import Source

_OF_IPSEC = re.compile(r"/(?:VPNv2|Firewall/MdmStore)/|(?:<|&lt;)VPNProfile[\s>&]", re.IGNORECASE)
_ALL = frozenset[str]()


def recognise(source: Source) -> bool:
    """Whether it is SyncML that names a node of either CSP."""
    text = source.head_text
    return SYNCML.search(text) is not None and _OF_IPSEC.search(text) is not None


def parse(source: Source) -> Parsed:
    """The settings and connections that the nodes make."""
    diagnostics = Diagnostics(source.path)
    nodes, profiles = Nodes(diagnostics), ProfileReader(diagnostics)
    path: tuple[str, ...] | None = None
    for each in read(source, Wanted(subtrees={"LocURI": _ALL, "Data": _ALL})):
        if isinstance(each, Problem):
            diagnostics.add(each)
        elif isinstance(each, Subtree) and each.element.name == "LocURI":
            path = path_of(each.element.text)
        elif isinstance(each, Subtree):
            profile = _profile(each.element)
            if profile is not None:
                profiles.read_element(profile, path[1] if path is not None and len(path) > 1 else None)
            elif path is not None:
                nodes.add(Node(path, text_of(each.element, source.path)))
            else:
                profiles.read_text(text_of(each.element, source.path), None)
    parts = nodes.parts()
    parts.extend(profiles.parts)
    return Parsed(policy=parts.policy(), problems=diagnostics.listed(), secrets=tuple(diagnostics.secrets))


def _profile(data: Element) -> Element | None:
    """The profile that stands in the data as elements, unescaped."""
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
