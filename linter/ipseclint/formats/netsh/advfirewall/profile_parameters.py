"""The parameters of `set …profile` and their values.

Source: the page `netsh advfirewall` (2025) and the built-in help of `set allprofiles`; of what is logged the page has
`on` and `off`, and the help `enable` and `disable`.
"""

from __future__ import annotations

from collections.abc import Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.read import decimal
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.advfirewall.words import LOCAL_RULES, NOT_CONFIGURED
from ipseclint.formats.netsh.tags import listing, unique_prefix

_SWITCHED = ("enable", "disable", NOT_CONFIGURED)
_STATES = ("on", "off", NOT_CONFIGURED)
_INBOUND = ("blockinbound", "blockinboundalways", "allowinbound", NOT_CONFIGURED)
_OUTBOUND = ("allowoutbound", "blockoutbound", NOT_CONFIGURED)
_SETTINGS = (
    "localfirewallrules", LOCAL_RULES, "inboundusernotification", "remotemanagement", "unicastresponsetomulticast",
)  # fmt: skip
_SIZE = "maxfilesize"
_LOGGED = ("allowedconnections", "droppedconnections")
_LOGGING = (*_LOGGED, "filename", _SIZE)
_LOG_KILOBYTES = range(1, 32_768)
PARAMETERS = ("state", "firewallpolicy", "settings", "logging")
GROUPS = {"settings": _SETTINGS, "logging": _LOGGING}
"""The parameters that are groups of others."""


def is_taken(name: str, value: Token, diagnostics: Diagnostics) -> bool:
    """Whether a value is one of the parameter's; another is noted. That of `localconsecrules` is read elsewhere."""
    seen = diagnostics.count
    if name == "state":
        _note_other(value, _STATES, diagnostics)
    elif name == "firewallpolicy":
        inbound, *outbound = value.split(",")
        _note_other(inbound, _INBOUND, diagnostics)
        if len(outbound) == 1:
            _note_other(outbound[0], _OUTBOUND, diagnostics)
        else:
            diagnostics.malformed("what is inbound and what is outbound stand here, with one comma", value.span)
    elif name in _SETTINGS:
        if name != LOCAL_RULES:
            _note_other(value, _SWITCHED, diagnostics)
    elif not value.text.isalnum():
        return True  # the path of a log, or what the script fills in
    elif name in _LOGGED:
        _note_other(value, (*_SWITCHED, "on", "off"), diagnostics)
    elif name == _SIZE and value.word != NOT_CONFIGURED:
        size = decimal(value.text)
        if size not in _LOG_KILOBYTES:
            message = f"{quoted(value.text)} is not a size from {_LOG_KILOBYTES[0]} to {_LOG_KILOBYTES[-1]} kilobytes"
            diagnostics.unknown_value(message, value.span)
    return diagnostics.count == seen


def _note_other(value: Token, words: Sequence[str], diagnostics: Diagnostics) -> None:
    if not unique_prefix(value.text, words):
        diagnostics.unknown_value(f"{quoted(value.text)} is not one of {listing(words)}", value.span)
