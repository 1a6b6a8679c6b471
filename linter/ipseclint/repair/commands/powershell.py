"""Changes as PowerShell: the NetSecurity cmdlets, and netsh.exe where there are none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from ipseclint.model.change import Edit
from ipseclint.model.index import PolicyIndex
from ipseclint.model.policy import (
    UNNAMED_GPO,
    AuthenticationSet,
    ConnectionSecurityRule,
    DosProtection,
    GlobalSettings,
    MainModeCryptoSet,
    MainModeRule,
    PolicyObject,
    QuickModeCryptoSet,
)
from ipseclint.repair.commands import netsh
from ipseclint.repair.commands.forms import is_stated, joined
from ipseclint.repair.commands.powershell_fields import CMDLETS, MERGE_FIELD, Cmdlets, cmdlets_for, merge_commands
from ipseclint.repair.commands.powershell_values import Text
from ipseclint.repair.commands.quoting import GPO_PLACEHOLDER, Unwritable, has_wildcard, powershell_string
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES


def powershell_commands(edits: Iterable[Edit], index: PolicyIndex) -> tuple[str, ...] | Unwritable:
    """The commands for all edits, one a line, or why one of them cannot be said."""
    commands: list[str] = []
    for cmdlets, group in groupby(edits, _covering):
        together = tuple(group)
        if cmdlets is None:
            texts = _through_netsh(together, index)
        else:
            texts = tuple(text for edit in together for text in _commands_of(edit, cmdlets, index))
        for each in texts:
            if isinstance(each, Unwritable):
                return each
            commands.append(each)
    return tuple(dict.fromkeys(commands))


def _covering(edit: Edit) -> Cmdlets | None:
    """The cmdlets that can make an edit, or None if netsh must."""
    cmdlets = cmdlets_for(edit.subject)
    return cmdlets if cmdlets is not None and set(edit.fields) - {MERGE_FIELD} <= set(cmdlets.writers) else None


def _through_netsh(edits: Iterable[Edit], index: PolicyIndex) -> tuple[Text, ...]:
    lines = netsh.netsh_lines(edits, index)
    commands = lines if isinstance(lines, Unwritable) else netsh.powershell_commands(lines)
    return (commands,) if isinstance(commands, Unwritable) else commands


def _commands_of(edit: Edit, cmdlets: Cmdlets, index: PolicyIndex) -> tuple[Text, ...]:
    own = [each for each in edit.fields if each != MERGE_FIELD]
    commands: list[Text] = []
    if own or edit.before is None or edit.after is None:
        commands.append(_command_of(replace(edit, fields=tuple(own)), cmdlets, index))
    if MERGE_FIELD in edit.fields and isinstance(edit.after, GlobalSettings):
        commands += merge_commands(edit.after, _store(edit.after))
    return tuple(commands)


def _command_of(edit: Edit, cmdlets: Cmdlets, index: PolicyIndex) -> Text:
    head: Text
    if edit.before is None:
        fields = [each for each in cmdlets.writers if each != "name" and is_stated(getattr(edit.after, each))]
        naming = "Name" if isinstance(edit.after, DosProtection) else "DisplayName"
        head = f"New-{cmdlets.noun} -{naming} {powershell_string(edit.subject.name)}{_store(edit.subject)}"
    else:
        fields = list(edit.fields)
        head = _reaching("Remove" if edit.after is None else "Set", edit.before, cmdlets, index)
    writers = dict.fromkeys(cmdlets.writers[each] for each in fields)
    return joined(" ", (head, *(writer(edit.after, index) for writer in writers)))


def _reaching(verb: str, subject: PolicyObject, cmdlets: Cmdlets, index: PolicyIndex) -> Text:
    """The beginning of a command that acts on exactly this object."""
    noun, store = cmdlets.noun, _store(subject)
    if isinstance(subject, GlobalSettings):
        return f"{verb}-{noun}{store}"
    if isinstance(subject, DosProtection):
        return f"{verb}-{noun} -{cmdlets.id_parameter} {powershell_string(subject.id or subject.name)}"
    if getattr(subject, "is_default", False):
        return f"{verb}-{noun} -{cmdlets.id_parameter} {powershell_string(_default_name(subject))}{store}"
    if subject.id is not None and not has_wildcard(subject.id):
        return f"{verb}-{noun} -{cmdlets.id_parameter} {powershell_string(subject.id)}{store}"
    if isinstance(subject, (MainModeCryptoSet, QuickModeCryptoSet, AuthenticationSet)):
        users = index.users_of(subject)
        user = next((each for each in users if each.name.casefold() == subject.name.casefold()), None)
        if user is not None:
            return _through_rule(verb, noun, user, index)
    elif isinstance(subject, ConnectionSecurityRule | MainModeRule) and index.namesakes(subject) > 1:
        return Unwritable("several objects have this display name, and the cmdlet would take them all")
    name = powershell_string(subject.name)
    if has_wildcard(subject.name):
        return f"Get-{noun}{store} | Where-Object DisplayName -EQ {name} | {verb}-{noun}"
    return f"{verb}-{noun} -DisplayName {name}{store}"


def _store(subject: PolicyObject) -> str:
    store = getattr(subject, "store", None)
    if store is None:
        return ""
    return f" -PolicyStore {powershell_string(GPO_PLACEHOLDER if store == UNNAMED_GPO else store)}"


def _through_rule(verb: str, noun: str, rule: ConnectionSecurityRule | MainModeRule, index: PolicyIndex) -> Text:
    """The beginning of a command for a set that was written on a rule and has no name to find it by."""
    cmdlets = CMDLETS[rule.kind]
    getting = _reaching("Get", rule, cmdlets, index)
    if isinstance(getting, Unwritable):
        return getting
    return f"{getting.removesuffix(f' | Get-{cmdlets.noun}')} | Get-{noun} | {verb}-{noun}"


def _default_name(subject: PolicyObject) -> str:
    if isinstance(subject, AuthenticationSet):
        return DEFAULT_SET_NAMES[f"{subject.phase}-authentication"]
    return DEFAULT_SET_NAMES["main-mode-crypto" if isinstance(subject, MainModeCryptoSet) else "quick-mode-crypto"]
