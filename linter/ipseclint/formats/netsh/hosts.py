"""Hosts of a netsh command, which cut its line differently: cmd.exe, PowerShell, or netsh itself.

Sources: cmd.exe's and PowerShell's parsing as Microsoft's documentation of `cmd`, `about_Parsing` and
`about_Quoting_Rules` describes it; netsh's own from scripts in the wild.
"""

from __future__ import annotations

import re

from msgspec import Struct

from ipseclint.formats.kit.token import BEGINS_TO_FILL_IN, TO_FILL_IN
from ipseclint.late import late


class Host(Struct, frozen=True):
    """The program that runs a script: how it cuts and continues lines, and writes variables.

    `tokens` has the groups quoted, literal, escaped, redirect, operator, open, close, comment, space, equals and plain,
    some of which a host may lack. A block is conditional unless opened by one of `plain_blocks`. `special` matches
    whatever is more than words, quotes and `=`.
    """

    name: str
    tokens: re.Pattern[str]
    continuation: str | None
    special: re.Pattern[str]
    variable: re.Pattern[str] | None
    plain_blocks: frozenset[str] = frozenset({""})


MAX_LINE_CHARACTERS = 32_767
"""The longest command line that Windows passes to a program, in characters (CreateProcessW)."""

_TEMPLATE = (
    r"(?:\{\{[^{}\r\n\"]{1,80}\}\}|\$\{[\w.-]{1,60}\}|\#\{[\w.-]{1,60}\}|<%=[^%\r\n\"]{1,80}%>"
    rf"|{TO_FILL_IN})"
)
"""What a template leaves open, to be filled in before the script runs: of Jinja, Terraform, a pipeline, ERB."""
_BATCH_TOKENS = late(
    rf"""(?P<template>{_TEMPLATE})"""
    r"""|(?P<quoted>"(?:[^"\\]+|\\.?)*"?)
    |(?P<escaped>\^.?)
    |(?P<redirect>\d?(?:>>?|<)(?:&\d|[ \t]*(?:"[^"]*"?|[^ \t\f\v"&|<>()]+))?)
    |(?P<operator>&&|\|\||[&|])
    |(?P<open>\()
    |(?P<close>\))
    |(?P<space>[ \t\f\v]+)
    |(?P<equals>=)"""
    rf"""|(?P<plain>(?:(?![{{$\#]\{{|{BEGINS_TO_FILL_IN})[^ \t\f\v"^<>&|()=])+|[{{$\#_@])""",
    re.VERBOSE,
)
_POWERSHELL_TOKENS = late(
    r"""(?P<quoted>"(?:[^"`]+|`.|"")*"?)
    |(?P<literal>'(?:[^']|'')*'?)
    |(?P<escaped>`.?)
    |(?P<redirect>[\d*]?>>?(?:&\d|[ \t]*(?:"[^"]*"?|[^\s"|;<>]+))?)
    |(?P<operator>&&|\|\||[;|])
    |(?P<comment>\#)
    |(?P<open>\{)
    |(?P<close>\})
    |(?P<space>\s+|<\#.*?(?:\#>|\Z))
    |(?P<equals>=)
    |(?P<plain>[^\s"'`>|;{}=\#&]+|[&<])""",
    re.VERBOSE,
)
_NETSH_TOKENS = late(
    rf"""(?P<template>{_TEMPLATE})"""
    r"""|(?P<quoted>"[^"]*"?)
    |(?P<space>[ \t\f\v]+)
    |(?P<equals>=)"""
    rf"""|(?P<plain>(?:(?![{{$\#<][{{%]|{BEGINS_TO_FILL_IN})[^ \t\f\v"=])+|.)""",
    re.VERBOSE,
)

BATCH = Host(
    name="batch",
    tokens=_BATCH_TOKENS,
    continuation="^",
    special=late(rf"[\^&|<>()%!\\{{]|{BEGINS_TO_FILL_IN}"),
    variable=late(rf"(?<!%)(?:%%)*(%(?!%)[^%\s]*%?)|(![A-Za-z_]\w*(?::[^!]*)?!|![A-Za-z_]\w*:[^!\s]*\Z)|({_TEMPLATE})"),
)
POWERSHELL = Host(
    name="powershell",
    tokens=_POWERSHELL_TOKENS,
    continuation="`",
    special=late(rf"[`$'{{}}()#;|&<>@]|[^\S \t]|{BEGINS_TO_FILL_IN}"),
    variable=late(rf"\$(?:\{{[^}}]*\}}|\w+|[({{:?^$])|@[\w(]|{TO_FILL_IN}"),
    plain_blocks=frozenset({"", "try", "finally", "begin", "process", "end"}),
)
NETSH = Host(
    name="netsh",
    tokens=_NETSH_TOKENS,
    continuation=None,
    special=late(rf"[\f\v{{]|{BEGINS_TO_FILL_IN}"),
    variable=late(_TEMPLATE),
)
