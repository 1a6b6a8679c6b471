"""DSC: the configuration of machines that a script declares, resource by resource.

Sources: the pages of the DSC resources Service, Registry and Script (PSDesiredStateConfiguration), Firewall and
FirewallProfile (NetworkingDsc), AuditPolicySubcategory (AuditPolicyDsc), RegistryPolicyFile (GPRegistryPolicyDsc),
VpnS2SInterface (xRemoteAccess).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ipseclint.formats.powershell.script.arguments.binding import Argument
from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.commands.programs import Programs
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.flow.functions import of_block
from ipseclint.formats.powershell.script.syntax.nodes import statements_in, within
from ipseclint.formats.powershell.script.values.lists import items_of
from ipseclint.formats.powershell.script.values.value import Block, Table, Unknown, Value, text_of
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_in

_RESOURCE = late(r"[a-z]{0,12}(?:vpns2s|vpnserver|ipsec|netconsec|vpnconnection)[a-z0-9]*", re.IGNORECASE)
_RESOURCES = {
    "service": "set-service ",
    "xservice": "set-service ",
    "registry": "",
    "xregistry": "",
    "registrypolicyfile": "",
    "serviceset": "sc ",
}
"""DSC resources that may set something IPsec depends on, each with a function that converts its block to a command."""
_PROPERTY = late(r"\s*+(\w{1,60})[ \t]*+=[ \t]*+")
_AUDIT_POLICIES = frozenset({"auditpolicysubcategory", "auditpolicyguid"})
_AUDITED = late(r"\bIPsec (?:Main|Quick|Extended) Mode\b|\b0CCE921[89A]\b", re.IGNORECASE)
"""What tells of failed negotiations where it is audited, by name and by the begin of its GUID."""
_ABSENT = late(r"\bEnsure[ \t]*+=[ \t]*+['\"]?Absent\b", re.IGNORECASE)
_CMDLETS = {
    "firewallprofile": (
        "set-netfirewallprofile",
        late(r"\bAllowLocalIPsecRules\b|\bEnabled[ \t]*+=[ \t]*+['\"$]?False\b", re.IGNORECASE),
    ),
    "firewall": ("new-netfirewallrule", late(r"\b(?:Authentication|Encryption)[ \t]*+=", re.IGNORECASE)),
}
"""The cmdlet that does what a resource says, whose parameters are its properties, and which of these bear on IPsec."""
_OF_RESOURCE = frozenset({"ensure", "dependson", "psdscrunascredential", "dynamictransport"})
"""Properties of a resource that are no parameters of its cmdlet."""
_CONFIGURATION = late(r"^[ \t]*configuration[ \t]+['\"]?(\w{1,100})", re.IGNORECASE | re.MULTILINE)
_NODE = late(r"node\b", re.IGNORECASE)
_SERVICE_PARAMETERS = {"name": "name", "startuptype": "startuptype", "state": "status"}
_OF_REGISTRY = ("registry", "registrypolicyfile")
_OF_MACHINE = "computerconfiguration"
"""The resources for a value of the registry: by itself, or in the file of the machine's own GPO, by `TargetType`."""
_ASKS = frozenset({"get", "test"})
"""The methods of a resource that change nothing."""
_LEFT_AS_IT_IS = "ignore"
"""The state of a resource `Service` that leaves the service unchanged."""


def is_of_no_concern(call: Call, text: str) -> bool:
    """Whether a command is a resource that enables auditing, or compiles a configuration to files."""
    if "-" not in call.name and call.name in _configurations(text):
        return True
    block = call.arguments[-1].value if call.arguments else None
    if call.name not in _AUDIT_POLICIES or block is None or not isinstance(block.data, Block):
        return False
    return _ABSENT.search(text, block.start, block.end) is None


@lru_cache(maxsize=1)
def _configurations(text: str) -> frozenset[str]:
    """The folded names of the configurations that a script declares; cached, as many commands ask."""
    return frozenset(match[1].lower() for match in _CONFIGURATION.finditer(text))


def configured(call: Call, evaluator: Evaluator) -> bool:
    """Follow the block of a DSC configuration of one node at most, of a node, or of a script; whether it is one."""
    block = call.arguments[-1].value.data if call.arguments and call.arguments[-1].value is not None else None
    if call.name == "script" and isinstance(block, Block) and len(call.arguments) == 2:
        sets = _properties(block, evaluator).get("setscript")
        if sets is None or not isinstance(sets.data, Block):
            return False
        evaluator.call_block(sets.data, call._replace(arguments=()))
        return True
    if call.name not in {"configuration", "node"} or not isinstance(block, Block) or len(call.arguments) != 2:
        return False
    commands = within(block.node, "command", in_blocks=True)
    if call.name == "configuration" and sum(bool(_NODE.match(evaluator.syntax.source(each))) for each in commands) > 1:
        return False
    evaluator.call_block(block, call._replace(arguments=tuple(_unknown_parameters(block, evaluator))))
    return True


def _unknown_parameters(block: Block, evaluator: Evaluator) -> Iterator[Argument]:
    """The parameters of a configuration without a default: with what it is compiled is not known."""
    for declared in of_block(block, evaluator.syntax).parameters:
        if declared.default is None:
            start, end = declared.node.start_byte, declared.node.end_byte
            unknown = Unknown(f"the parameter `${declared.name}` of the configuration")
            yield Argument(declared.name, Value(unknown, start, end), start, end)


def set_by_resource(call: Call, programs: Programs, evaluator: Evaluator) -> bool:
    """Carry out a DSC resource that sets a registry value or a service; whether it is one."""
    kind = call.name.removeprefix("x")
    block = call.arguments[-1].value
    if kind not in {*_OF_REGISTRY, "service"} or block is None or not isinstance(block.data, Block):
        return False
    return _set(kind, _properties(block.data, evaluator), call, programs, evaluator)


def invoked(call: Call, programs: Programs, evaluator: Evaluator) -> bool:
    """Carry out `Invoke-DscResource`, if its resource sets a registry value or a service, runs a script, or is only
    asked; whether it is one."""
    named, _ = parameters(call)
    name, method, held = (given(named, each) for each in ("name", "method", "property"))
    if call.name != "invoke-dscresource" or name is None or held is None or not isinstance(held.data, Table):
        return False
    if method is not None and text_of(method).casefold() in _ASKS:
        return True
    kind = text_of(name).casefold().removeprefix("x")
    script = held.data.values.get("setscript")
    if kind == "script" and script is not None and isinstance(script.data, Block):
        evaluator.call_block(script.data, call._replace(arguments=()))
        return True
    return kind in {*_OF_REGISTRY, "service"} and _set(kind, held.data.values, call, programs, evaluator)


def _set(kind: str, properties: Mapping[str, Value], call: Call, programs: Programs, evaluator: Evaluator) -> bool:
    """Carry out what the properties of a resource say of a registry value or a service; whether it concerns IPsec."""
    if kind == "service":
        is_left = "state" in properties and text_of(properties["state"]).casefold() == _LEFT_AS_IT_IS
        named = {
            _SERVICE_PARAMETERS[name]: value
            for name, value in properties.items()
            if name in _SERVICE_PARAMETERS and not (is_left and name == "state")
        }
        arguments = [Argument(name, value, value.start, value.end) for name, value in named.items()]
        return programs.services.set_service(call._replace(arguments=arguments), evaluator)
    key, name, data = (properties.get(each) for each in ("key", "valuename", "valuedata"))
    target = properties.get("targettype")
    if target is not None and not target.is_unknown and text_of(target).casefold() != _OF_MACHINE:
        return True  # the GPO of a user, which holds nothing of IPsec
    if key is None:
        return False
    if kind in _OF_REGISTRY[1:] and isinstance(key.data, str) and not key.data.casefold().startswith("hk"):
        key = key._replace(data=f"HKLM:\\{key.data}")
    if "ensure" in properties and text_of(properties["ensure"]).casefold() == "absent":
        return programs.take_out(key, None if name is None else [name])
    items = [] if data is None else items_of(data)
    kind_of_value = properties.get("valuetype") or Value("String", key.start, key.start)
    return programs.registry.set(key, name, items[0] if len(items) == 1 else data, kind_of_value)


def _properties(block: Block, evaluator: Evaluator) -> dict[str, Value]:
    """The properties of a resource by folded name, one a line: `Name = value`."""
    properties: dict[str, Value] = {}
    for statement in statements_in(block.node):
        match = _PROPERTY.match(evaluator.syntax.text, statement.start_byte, statement.end_byte)
        if match is not None:
            fragment = evaluator.syntax.fragment(match.end(), statement.end_byte)
            properties[match[1].casefold()] = evaluator.pipeline(fragment)
    return properties


def as_cmdlet(call: Call, evaluator: Evaluator) -> Call | None:
    """The call of a cmdlet that does what a resource of the firewall says of IPsec; None for any other command."""
    cmdlet_name, bears_on_ipsec = _CMDLETS.get(call.name.removeprefix("x"), ("", None))
    block = call.arguments[-1].value if len(call.arguments) == 2 else None
    if bears_on_ipsec is None or block is None or not isinstance(block.data, Block):
        return None
    if bears_on_ipsec.search(evaluator.syntax.text, block.start, block.end) is None:
        return None
    properties = _properties(block.data, evaluator)
    if "ensure" in properties and text_of(properties["ensure"]).casefold() == "absent":
        return None
    if cmdlet_name.startswith("new-") and "name" in properties:
        properties.setdefault("displayname", properties["name"])
    arguments = [
        Argument(name, value, value.start, value.end) for name, value in properties.items() if name not in _OF_RESOURCE
    ]
    return call._replace(name=cmdlet_name, arguments=arguments)


def as_auditpol(call: Call, evaluator: Evaluator) -> Call | None:
    """The call of `auditpol` that does what a resource says is audited; None for any other command."""
    block = call.arguments[-1].value if call.arguments else None
    if call.name not in _AUDIT_POLICIES or block is None or not isinstance(block.data, Block):
        return None
    properties = _properties(block.data, evaluator)
    name, flag = properties.get("name"), properties.get("auditflag")
    ensure = properties.get("ensure") or flag
    if name is None or flag is None or ensure is None or any(each.is_unknown for each in (name, flag, ensure)):
        return None
    way = "disable" if text_of(ensure).casefold() == "absent" else "enable"
    option = f"/{text_of(flag).casefold()}:{way}"
    words = ((name, "/set"), (name, f"/subcategory:{text_of(name)}"), (ensure, option))
    arguments = [Argument(None, place._replace(data=word), place.start, place.end) for place, word in words]
    return call._replace(name="auditpol", arguments=arguments)


def is_resource(call: Call, text: str) -> bool:
    """Whether a command is a DSC resource that bears on IPsec."""
    blocks = [each.value for each in call.arguments if each.value is not None and isinstance(each.value.data, Block)]
    if len(blocks) != 1 or len(call.arguments) != 2 or "-" in call.name:
        return False
    if _RESOURCE.fullmatch(call.name):
        return True
    if call.name in _AUDIT_POLICIES:
        return _AUDITED.search(text, blocks[0].start, blocks[0].end) is not None
    begins = _RESOURCES.get(call.name)
    return (
        begins is not None and mention_in(begins + " ".join(text[blocks[0].start : blocks[0].end].split())) is not None
    )
