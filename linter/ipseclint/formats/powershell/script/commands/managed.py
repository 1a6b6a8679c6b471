"""Nodes of device management that a script sets through WMI, one instance for each node with its values.

Source: MDM Bridge WMI Provider (learn.microsoft.com, win32/dmwmibridgeprov), as `MDM_VPNv2_NativeProfile02` and
`MDM_Firewall_Global02`: `ParentID` is the path of the node above, `InstanceID` the name of the node.
"""

from __future__ import annotations

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token, token_at
from ipseclint.formats.mdm.nodes import VPN, Node, Nodes, path_of
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.value import Table, Value, text_of
from ipseclint.formats.vpn.profile import NOT_KNOWN

_MAKES = {"new-ciminstance": "property", "set-wmiinstance": "arguments"}
"""The parameter of each cmdlet that takes the values."""
_CLASSES = ("mdm_vpnv2_", "mdm_firewall_")
_PLACE = ("parentid", "instanceid")
_PROFILE = "profilexml"
_MARKUP = str.maketrans("<&\r\n", "    ")


class ManagedNodes:
    """The nodes that a script sets; `has_connection`: one is of a VPN connection."""

    def __init__(self, syntax: Syntax) -> None:
        self.has_connection = False
        self._diagnostics = Diagnostics(syntax.path)
        self._nodes = Nodes(self._diagnostics)
        self._is_empty = True
        self._syntax = syntax

    def take(self, call: Call) -> bool:
        """Take the node that a command makes; false for any other, and where its path is not known.

        A whole profile is read where its text stands.
        """
        name = _MAKES.get(call.name)
        if name is None:
            return False
        named, rest = parameters(call)
        of_class = given(named, "classname") or (rest.pop(0) if rest else None)
        properties = given(named, name) or next(iter(rest), None)
        held = properties.data if properties is not None else None
        if of_class is None or not text_of(of_class).casefold().startswith(_CLASSES) or not isinstance(held, Table):
            return False
        places = [held.values.get(each) for each in _PLACE]
        if _PROFILE in held.values or any(each is None or not isinstance(each.data, str) for each in places):
            return False
        above = "/".join(text_of(each).rstrip("/") for each in places if each is not None)
        leaves = [(text_of(held.name_of(key)), value) for key, value in held.values.items() if key not in _PLACE]
        span = self._syntax.span(call.start, call.end)
        paths = [path_of(token_at(f"{above}/{leaf}", span), self._diagnostics) for leaf, _ in leaves]
        for path, (_, value) in zip(paths, leaves, strict=True):
            if path is not None:
                self._nodes.add(Node(path, self._data(value)))
                self.has_connection |= path[0].casefold() == VPN
        self._is_empty &= not paths
        return bool(paths) and None not in paths

    def _data(self, value: Value) -> Token:
        """A value as text; what is not known stands as its expression behind a sign for that."""
        if isinstance(value.data, bool):
            return self._syntax.token(value._replace(data=str(value.data).lower()))
        if not value.is_unknown:
            return self._syntax.token(value)
        span = self._syntax.span(value.start, value.end)
        written = self._syntax.text[value.start : value.end]
        self._diagnostics.given[f"{quoted(written)}, line {span.line}"] += 1
        return token_at(NOT_KNOWN + written.translate(_MARKUP), span)

    def parsed(self) -> Parsed | None:
        """The policy of these nodes; None without any."""
        return None if self._is_empty else self._diagnostics.parsed(self._nodes.parts().policy())
