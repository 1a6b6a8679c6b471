"""Objects of a script in the form that the readers of exported PowerShell objects take."""

from __future__ import annotations

from ipseclint.formats.kit.token import Token
from ipseclint.formats.powershell.adapters import CLASS as ADAPTER
from ipseclint.formats.powershell.instance import Instance, Node
from ipseclint.formats.powershell.script.commands.objects import LOCAL_STORES
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.values.lists import MAX_LIST_DEPTH, flat
from ipseclint.formats.powershell.script.values.value import (
    REFUSED,
    Table,
    Thing,
    Unknown,
    Value,
    text_of,
)

CLASSES = {
    "netipsecrule": "msft_netconsecrule",
    "netipsecmainmoderule": "msft_netmainmoderule",
    "netipsecmainmodecryptoset": "msft_netikemmcryptoset",
    "netipsecquickmodecryptoset": "msft_netikeqmcryptoset",
    "netipsecphase1authset": "msft_netikep1authset",
    "netipsecphase2authset": "msft_netikep2authset",
    "netipsecmainmodecryptoproposal": "msft_netikemmcryptoproposal",
    "netipsecquickmodecryptoproposal": "msft_netikeqmcryptoproposal",
    "netfirewallsetting": "msft_netsecuritysettingdata",
    "netipsecdospsetting": "msft_netipsecdospsetting",
    "netfirewallrule": "msft_netfirewallrule",
    "netfirewallprofile": "msft_netfirewallprofile",
    "vpnconnection": "vpnconnection",
    "vpnserver": "vpnserver",
    "vpns2sinterface": "vpns2s",
    "service": "servicecontroller",
    "netadapteripsecoffload": ADAPTER,
}
"""The folded class of the objects of each noun."""

_FILTERS = {
    "msft_netaddressfilter": ("localaddress", "remoteaddress"),
    "msft_netprotocolportfilter": ("protocol", "localport", "remoteport"),
    "msft_netinterfacefilter": ("interfacealias",),
    "msft_netinterfacetypefilter": ("interfacetype",),
}
"""The parameters of a rule that its filter objects hold."""

_WITH_FILTERS = frozenset({"netipsecrule", "netipsecmainmoderule"})
_SETS = ("quickmodecryptoset", "phase1authset")


def instance_of(thing: Thing, syntax: Syntax) -> Instance:
    """The exported form of a script's object; a rule includes its filter objects."""
    span = syntax.span(thing.start, thing.end)
    properties = {name: node(value, syntax) for name, value in thing.properties.items() if name != "proposal"}
    if "proposal" in thing.properties:
        listed = node(thing.properties["proposal"], syntax)
        properties["proposals"] = listed if isinstance(listed, list) else [listed]
    if thing.store is not None and text_of(thing.store).casefold() not in LOCAL_STORES:
        properties["policystoresource"] = syntax.token(thing.store)
        properties["policystoresourcetype"] = Token("GroupPolicy", span.path, span.line, span.column)
    name = properties.get("name")
    if isinstance(name, Token) and thing.kind.startswith("net"):
        properties["instanceid"] = name
    if "group" in properties:
        properties["rulegroup"] = properties.pop("group")
    instance = Instance(CLASSES.get(thing.kind, thing.kind), span, properties, is_complete=not thing.is_changed_alone)
    instance.is_changed_alone = thing.is_changed_alone
    if thing.kind not in _WITH_FILTERS:
        return instance
    if thing.kind == "netipsecrule":
        _default_sets(instance)
    filters = []
    for class_name, names in _FILTERS.items():
        held: dict[str, Node] = {each: properties.pop(each) for each in names if each in properties}
        filters.append(Instance(class_name, span, held, is_complete=True))
    instance.filters = tuple(filters)
    return instance


def _default_sets(rule: Instance) -> None:
    """Add the default for each set that a rule does not name, if it requests or requires security."""
    sides = [rule.text("InboundSecurity"), rule.text("OutboundSecurity")]
    if all(side is None or side.word == "none" for side in sides):
        return
    for name in _SETS:
        if rule.get(name) is None:
            span = rule.span
            rule.properties[name] = Token("Default", span.path, span.line, span.column)


def node(value: Value, syntax: Syntax, depth: int = 0) -> Node:
    """A value as a property of an object; levels below the depth limit are left out."""
    data = value.data
    if isinstance(data, str):  # as most are
        return syntax.token(value)
    if data is None or data is REFUSED or depth > MAX_LIST_DEPTH:
        return None
    if isinstance(data, list):
        return [node(item, syntax, depth + 1) for item in flat(value)]
    if isinstance(data, Thing):
        return instance_of(data, syntax)
    if isinstance(data, Table):
        span = syntax.span(value.start, value.end)
        return Instance(
            "", span, {name: node(each, syntax, depth + 1) for name, each in data.values.items()}, is_complete=True
        )
    if not isinstance(data, (bool, int, float, Unknown)):
        return syntax.token(Value(Unknown(""), value.start, value.end))
    return syntax.token(value)
