"""What a script leaves for others to carry out: scripts that it writes into files, resources of a DSC configuration.

Sources: the pages of Set-Content, Add-Content and Out-File (Microsoft.PowerShell.Management and .Utility), and of the
DSC resources Service and Registry (PSDesiredStateConfiguration), VpnS2SInterface (xRemoteAccess).
"""

from __future__ import annotations

import re

from ipseclint.formats.powershell.script import pipes
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.values import Block, Value, flat, text_of
from ipseclint.vocabulary.ipsec_tools import folded, mention_in

_WRITERS = frozenset({"set-content", "add-content", "out-file", "tee-object", "sc", "ac"})
_NO_SCRIPT = re.compile(r"\.(?:log|csv|html?|json|evtx|clixml)\Z", re.IGNORECASE)
"""How the names of files end that nobody runs."""
_BEFORE_A_COMMAND = " \t\"'@&("

_RESOURCE = re.compile(r"[a-z]{0,12}(?:vpns2s|vpnserver|ipsec|netconsec|vpnconnection)[a-z0-9]*", re.IGNORECASE)
_RESOURCES = {
    "service": "set-service ",
    "xservice": "set-service ",
    "registry": "",
    "xregistry": "",
    "serviceset": "sc ",
}
"""Resources of DSC that may set what IPsec stands on, each with what makes a command of its block."""


def written_command(call: Call, text: str) -> Value | None:
    """The text that a command writes into a file, if a line of it is a command that bears on IPsec."""
    if call.name not in _WRITERS:
        return None
    named, rest = pipes.parameters(call)
    path = pipes.given(named, "filepath") or pipes.given(named, "path") or pipes.given(named, "literalpath")
    values = [pipes.given(named, "value") or pipes.given(named, "inputobject"), *rest, *(call.piped or ())]
    if path is not None and _NO_SCRIPT.search(text_of(path)):
        return None
    for value in (item for each in values if each is not None for item in flat(each)):
        written = text[value.start : value.end] if value.is_unknown else text_of(value)
        if _NO_SCRIPT.search(written):
            return None
        if any(_is_command(line) for line in written.splitlines()):
            return value
    return None


def written_file(call: Call) -> tuple[str, Value] | None:
    """The name of the file that a command writes as a whole, and the text; None if one of them is not known."""
    if call.name not in _WRITERS - {"add-content", "ac"}:
        return None
    named, rest = pipes.parameters(call)
    path = pipes.given(named, "filepath") or pipes.given(named, "path") or (rest.pop(0) if rest else None)
    value = pipes.given(named, "value") or pipes.given(named, "inputobject") or (rest.pop(0) if rest else None)
    texts = [item for each in (value, *(call.piped or ())) if each is not None for item in flat(each)]
    if path is None or path.is_unknown or len(texts) != 1 or texts[0].is_unknown or "append" in named:
        return None
    return file_name(text_of(path)), texts[0]


def file_name(path: str) -> str:
    """The folded name of a file, without its folder."""
    return path.strip("\"'").replace("/", "\\").rpartition("\\")[2].casefold()


def _is_command(line: str) -> bool:
    """Whether a line begins with what bears on IPsec."""
    shown = line.strip(_BEFORE_A_COMMAND)
    mention = mention_in(shown)
    if mention is None or mention.tool.kind == "hidden code":
        return False
    first = folded(shown).split(None, 1)[0].removesuffix(".exe")
    return first in {"netsh", "reg", "sc", "net"} or folded(shown).startswith(mention.words)


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
