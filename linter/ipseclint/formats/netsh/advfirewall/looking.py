"""Commands of `netsh advfirewall` that change no policy: `show`, `export`, and all of the context `monitor`.

Source: Syntax of the page `netsh advfirewall` (2025).
"""

from __future__ import annotations

from collections.abc import Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall.state import PROFILES
from ipseclint.formats.netsh.command import Command
from ipseclint.formats.netsh.tags import listing, unique_prefix

_MONITOR = "advfirewall monitor"
_TAKES = {
    ("show", "advfirewall"): (*PROFILES, "global", "store"),
    ("show", "advfirewall consec"): ("rule",),
    ("show", "advfirewall firewall"): ("rule",),
    ("show", "advfirewall mainmode"): ("rule",),
    ("show", _MONITOR): ("consec", "currentprofile", "firewall", "mainmode", "mmsa", "qmsa"),
    ("delete", _MONITOR): ("mmsa", "qmsa"),
}


def note_misdirected(verb: str, command: Command, rest: Sequence[Token], diagnostics: Diagnostics) -> None:
    """Note a command that names nothing which its context has, or no file."""
    objects = _TAKES.get((verb, command.context))
    if verb == "export" and not rest:
        diagnostics.malformed("`export` without a file: nothing is kept", command.span)
    elif objects is None and command.context == _MONITOR and verb not in {"dump", "help"}:
        diagnostics.malformed(f"unknown command `{verb}` in `{command.context}`", command.words[0].span)
    elif objects is not None and rest and len(unique_prefix(rest[0].text, objects)) != 1:
        diagnostics.malformed(f"{quoted(rest[0].text)} is not what `{verb}` takes: {listing(objects)}", rest[0].span)
