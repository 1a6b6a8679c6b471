"""`Join-String`: the objects of a pipeline as one text.

Source: its page (Microsoft.PowerShell.Utility, since PowerShell 6.2).
"""

from __future__ import annotations

from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.commands.picking import property_of
from ipseclint.formats.powershell.script.evaluator import Call, Evaluator
from ipseclint.formats.powershell.script.values.lists import collected
from ipseclint.formats.powershell.script.values.operators import binary
from ipseclint.formats.powershell.script.values.value import Block, Unknown, Value

_QUOTES = {"singlequote": "'", "doublequote": '"'}


def join_string(call: Call, run: Evaluator) -> list[Value]:
    """The text that is made of what it is handed."""
    named, rest = parameters(call)
    own = given(named, "property") or (rest.pop(0) if rest else None)
    separator = given(named, "separator") or (rest.pop(0) if rest else run.look_up("ofs"))
    form = given(named, "formatstring")
    quote = next((sign for name, sign in _QUOTES.items() if given(named, name) is not None), "")
    here = Value("", call.start, call.end)
    parts: list[Value] = []
    for item in call.piped or ():
        part = _part_of(item, own, run)
        part = part if form is None else binary("-f", form, part)
        mark = here._replace(data=quote)
        parts.append(binary("+", binary("+", mark, part), mark) if quote else part)
    text = binary("-join", here._replace(data=parts), separator or here)
    if (before := given(named, "outputprefix")) is not None:
        text = binary("+", before, text)
    if (behind := given(named, "outputsuffix")) is not None:
        text = binary("+", text, behind)
    return [text._replace(start=call.start, end=call.end)]


def _part_of(item: Value, own: Value | None, run: Evaluator) -> Value:
    """What is joined of one object: itself, its property, or what a block gives for it."""
    if own is None:
        part = item
    elif isinstance(own.data, Block):
        part = collected(run.run_block(own.data, item), item.start, item.end)
    else:
        part = property_of(item, own)
    return part._replace(data=Unknown("how a list is joined")) if isinstance(part.data, list) else part
