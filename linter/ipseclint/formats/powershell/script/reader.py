"""The format of PowerShell scripts that set up IPsec policy: read without being run."""

from __future__ import annotations

import re

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell.decode import decode
from ipseclint.formats.powershell.script.commands import ScriptCommands
from ipseclint.formats.powershell.script.grammar import Syntax
from ipseclint.formats.powershell.script.instances import instance_of
from ipseclint.formats.powershell.script.interpreter import Interpreter
from ipseclint.formats.powershell.script.values import Value, flat, text_of
from ipseclint.formats.registry.policy import decode as decode_registry
from ipseclint.model.machine import merge_policies
from ipseclint.secrets import key_spans

_LITERAL = re.compile("[\"'\u2018\u2019\u201c\u201d]([^\"'\u2018\u2019\u201c\u201d\r\n]+)")
_MIN_PART_CHARACTERS = 3
"""How long a piece of a key is to be worth hiding (reasoned: shorter ones stand in too many words)."""


def read_script(text: str, diagnostics: Diagnostics, ranges: tuple[tuple[int, int], ...] = ()) -> Parsed:
    """The policy that a script amounts to on a machine that has none of it yet."""
    diagnostics.secrets += key_spans(text, diagnostics.path)
    syntax = Syntax(text, diagnostics.path, ranges)
    roots = syntax.roots()
    for start, end in syntax.errors:
        diagnostics.malformed("this is not understood as PowerShell, and left out", syntax.span(start, end))
    commands = ScriptCommands(syntax, diagnostics)
    Interpreter(syntax, diagnostics, commands).run(roots)
    for key in commands.keys:
        _hide(key, syntax, diagnostics)
    programs = commands.programs
    made = [instance_of(thing, syntax) for thing in (*commands.objects.made, *programs.services)]
    own = decode(made, diagnostics)
    written = decode_registry(programs.registry.tree, diagnostics)
    policies = [policy for policy in (programs.policy(), own.policy, written.policy) if not policy.is_empty]
    policy = merge_policies(tuple(policies) or (own.policy,))
    policy = policy.model_copy(update={"refused_commands": diagnostics.refused_commands()})
    secrets = sorted(set(diagnostics.secrets), key=lambda span: (span.line, span.column, span.length))
    return Parsed(policy=policy, problems=diagnostics.listed(), secrets=tuple(secrets))


def _hide(key: Value, syntax: Syntax, diagnostics: Diagnostics) -> None:
    """Keep a key out of every output: where it stands, and the literals it is put together of."""
    for item in flat(key):
        if item.is_unknown:
            continue
        text = text_of(item)
        diagnostics.secrets += syntax.spans(item.start, item.end)
        if syntax.text[item.start : item.end] == text:
            continue
        for match in _LITERAL.finditer(syntax.text):
            if len(match[1]) >= _MIN_PART_CHARACTERS and match[1] in text:
                diagnostics.secrets += syntax.spans(match.start(1), match.end(1))
