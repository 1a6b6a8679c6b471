"""Scripts that Azure runs on a virtual machine, called from here with their text or their file.

Sources: the pages of Invoke-AzVMRunCommand and Set-AzVMRunCommand (Az.Compute), and `az vm run-command invoke` and
`az vm run-command create` (Azure CLI), whose texts are the lines of one script; `@` is before the name of a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ipseclint.formats.powershell.script.arguments.parameters import given, parameters
from ipseclint.formats.powershell.script.evaluator import Call
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import Value, text_of

_CMDLETS = frozenset({"invoke-azvmruncommand", "invoke-azurermvmruncommand", "set-azvmruncommand"})
_TEXTS = ("scriptstring", "sourcescript")
_FILES = ("scriptpath", "scriptlocalpath")
_OF_CLI = (["vm", "run-command", "invoke"], ["vm", "run-command", "create"])
_MACHINE = frozenset({"--name", "-n", "--vm-name"})
_SCRIPTS = frozenset({"--scripts", "--script"})
_OF_FILE = "@"


class ScriptOnVm(NamedTuple):
    """A script for a virtual machine: the machine's name, its texts, and the path of its file; None if not given."""

    machine: Value | None
    texts: Sequence[Value]
    path: Value | None


def script_on_vm(call: Call) -> ScriptOnVm | None:
    """The script that a command has run on a virtual machine; None for other commands."""
    if call.name in _CMDLETS:
        named, _ = parameters(call)
        texts = [item for name in _TEXTS if (each := given(named, name)) is not None for item in flat(each)]
        path = next((each for name in _FILES if (each := given(named, name)) is not None), None)
        return ScriptOnVm(given(named, "vmname"), texts, path)
    if call.name not in {"az", "az.cmd"}:
        return None
    words = list(_words(call))
    if [text_of(word).casefold() for word in words[:3]] not in _OF_CLI:
        return None
    texts = _behind(words, _SCRIPTS)
    files = [text for text in texts if text_of(text).startswith(_OF_FILE)]
    path = files[0]._replace(data=text_of(files[0])[1:]) if files else None
    return ScriptOnVm(next(iter(_behind(words, _MACHINE)), None), [each for each in texts if each not in files], path)


def _words(call: Call) -> Iterator[Value]:
    """The words that a program is called with, options among them."""
    for argument in call.arguments:
        if argument.name is not None:
            yield Value(f"-{argument.name}", argument.start, argument.end)
        if argument.value is not None:
            yield from flat(argument.value)


def _behind(words: Sequence[Value], options: frozenset[str]) -> list[Value]:
    """The words behind one of these options, up to the next option."""
    at = next((at for at, word in enumerate(words) if text_of(word).casefold() in options), len(words))
    rest = words[at + 1 :]
    end = next((end for end, word in enumerate(rest) if text_of(word).startswith("--")), len(rest))
    return list(rest[:end])
