"""What a script leaves for others to carry out: resources of a DSC configuration.

Sources: the pages of the DSC resources Service and Registry (PSDesiredStateConfiguration), VpnS2SInterface
(xRemoteAccess).
"""

from __future__ import annotations

import re

from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.values import Block
from ipseclint.vocabulary.ipsec_tools import mention_in

_RESOURCE = re.compile(r"[a-z]{0,12}(?:vpns2s|vpnserver|ipsec|netconsec|vpnconnection)[a-z0-9]*", re.IGNORECASE)
_RESOURCES = {
    "service": "set-service ",
    "xservice": "set-service ",
    "registry": "",
    "xregistry": "",
    "serviceset": "sc ",
}
"""Resources of DSC that may set what IPsec stands on, each with what makes a command of its block."""


def is_resource(call: Call, text: str) -> bool:
    """Whether a command is a resource of a DSC configuration that bears on IPsec."""
    blocks = [each.value for each in call.arguments if each.value is not None and isinstance(each.value.data, Block)]
    if len(blocks) != 1 or len(call.arguments) != 2 or "-" in call.name:
        return False
    if _RESOURCE.fullmatch(call.name):
        return True
    begins = _RESOURCES.get(call.name)
    return (
        begins is not None and mention_in(begins + " ".join(text[blocks[0].start : blocks[0].end].split())) is not None
    )
