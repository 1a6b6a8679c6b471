"""Changes as PowerShell: the NetSecurity cmdlets, and netsh.exe where there are none."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from msgspec.structs import replace

from ipseclint.model.change import MAX_KINDS, Edit
from ipseclint.model.machine import Crypto, PolicyIndex
from ipseclint.model.policy import (
    AuthenticationSet,
    ConnectionSecurityRule,
    DosProtection,
    FirewallRule,
    GlobalSettings,
    MainModeCryptoSet,
    MainModeRule,
    PolicyObject,
)
from ipseclint.repair.commands import netsh
from ipseclint.repair.commands.arguments import Unwritable, has_wildcard, is_stated, joined, powershell_string
from ipseclint.repair.commands.given_names import why_not_named
from ipseclint.repair.commands.powershell_fields import (
    CMDLETS,
    MERGE_FIELD,
    Cmdlets,
    cmdlets_for,
    merge_commands,
    store_parameter,
)
from ipseclint.repair.commands.powershell_values import Text
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES


class Command(NamedTuple):
    """One command; `find` is the pipeline that finds its object, where no parameter names that exactly."""

    act: str
    find: str | None = None

    @property
    def line(self) -> str:
        """The command on one line. If it finds nothing it silently does nothing."""
        return self.act if self.find is None else f"{self.find} | {self.act}"


def powershell_commands(edits: Iterable[Edit], index: PolicyIndex) -> tuple[str, ...] | Unwritable:
    """The commands for all edits, one a line, or why one of them cannot be written."""
    lines: dict[str, None] = {}
    for command in _each_command(edits, index):  # of ten thousand the texts alone are kept
        if isinstance(command, Unwritable):
            return command
        lines[command.line] = None
    return tuple(lines)


def powershell_steps(edits: Iterable[Edit], index: PolicyIndex) -> tuple[Command, ...] | Unwritable:
    """The commands for all edits, or why one of them cannot be written."""
    commands: dict[Command, None] = {}
    for command in _each_command(edits, index):
        if isinstance(command, Unwritable):
            return command
        commands[command] = None
    return tuple(commands)


def _each_command(edits: Iterable[Edit], index: PolicyIndex) -> Iterator[Command | Unwritable]:
    known: dict[Hashable, Text] = {}
    for cmdlets, group in groupby(edits, _covering):
        if cmdlets is None:
            yield from _through_netsh(tuple(group), index)
        else:
            for edit in group:
                yield from _commands_of(edit, cmdlets, index, known)


def _covering(edit: Edit) -> Cmdlets | None:
    """The cmdlets that can make an edit, or None if netsh must."""
    cmdlets = cmdlets_for(edit.subject)
    return cmdlets if cmdlets is not None and cmdlets.writers.keys() >= set(edit.fields) - {MERGE_FIELD} else None


def _through_netsh(edits: Iterable[Edit], index: PolicyIndex) -> tuple[Command | Unwritable, ...]:
    lines = netsh.netsh_lines(edits, index)
    commands = lines if isinstance(lines, Unwritable) else netsh.powershell_commands(lines)
    return (commands,) if isinstance(commands, Unwritable) else tuple(map(Command, commands))


def _commands_of(
    edit: Edit, cmdlets: Cmdlets, index: PolicyIndex, known: dict[Hashable, Text]
) -> Iterator[Command | Unwritable]:
    if edit.before is None and isinstance(edit.after, GlobalSettings):
        # Every machine and GPO has its settings: new ones are those that nobody wrote before.
        stated = [field for field in cmdlets.writers if is_stated(getattr(edit.after, field))]
        edit = replace(
            edit, before=edit.after, fields=(*stated, *([MERGE_FIELD] if edit.after.local_rules_merge else []))
        )
    own = tuple([each for each in edit.fields if each != MERGE_FIELD])
    if own or edit.before is None or edit.result is None:
        yield _command_of(edit if own == edit.fields else replace(edit, fields=own), cmdlets, index, known)
    if own != edit.fields and isinstance(edit.after, GlobalSettings):
        yield from map(_alone, merge_commands(edit.after, store_parameter(edit.after)))


_NEEDED = frozenset({"proposals", "methods"})
"""The fields that a new set must state, even if they are Windows' defaults."""


def _alone(text: Text) -> Command | Unwritable:
    return text if isinstance(text, Unwritable) else Command(text)


def _command_of(edit: Edit, cmdlets: Cmdlets, index: PolicyIndex, known: dict[Hashable, Text]) -> Command | Unwritable:
    head: Command | Unwritable
    if index.policy.names_given and (why_not := why_not_named(edit, index.policy)) is not None:
        return why_not
    if isinstance(edit.subject, FirewallRule) and (edit.before is None or edit.result is None):
        return Unwritable(
            "of a firewall rule only what concerns IPsec is read: it is not made or taken away by a script"
        )
    if edit.result is None and isinstance(edit.before, GlobalSettings):
        return Unwritable("every machine and GPO has its settings: they are set, and cannot be taken away")
    if edit.before is None:
        values = {field: getattr(edit.after, field) for field in cmdlets.writers if field != "name"}
        fields = [field for field, value in values.items() if is_stated(value) or (value and field in _NEEDED)]
        head, said = _creating(edit.subject, cmdlets), _parameters(edit.after, fields, cmdlets, index)
    else:
        head = _reaching("Remove" if edit.result is None else "Set", edit.before, cmdlets, index)
        said = known[edit.kind] if edit.kind in known else _parameters(edit.after, edit.fields, cmdlets, index)
        if edit.kind is not None and len(known) < MAX_KINDS:
            known[edit.kind] = said
    if isinstance(head, Unwritable):
        return head
    return said if isinstance(said, Unwritable) else Command(head.act + said, head.find)


def _parameters(after: PolicyObject | None, fields: Iterable[str], cmdlets: Cmdlets, index: PolicyIndex) -> Text:
    """The parameters for some fields of an object, each behind a blank."""
    writers = dict.fromkeys(cmdlets.writers[field] for field in fields)
    return joined(" ", ("", *(writer(after, index) for writer in writers)))


def _creating(subject: PolicyObject, cmdlets: Cmdlets) -> Command:
    """The beginning of a command that creates an object, with its id if it has one by which others refer to it."""
    name, store = powershell_string(subject.name), store_parameter(subject)
    if isinstance(subject, DosProtection):
        return Command(f"New-{cmdlets.noun} -{cmdlets.id_parameter} {name}{store}")
    id_ = None if isinstance(subject, Crypto) and subject.is_default else subject.id
    own_id = f" -{cmdlets.id_parameter} {powershell_string(id_)}" if id_ else ""
    return Command(f"New-{cmdlets.noun}{own_id} -DisplayName {name}{store}")


def _reaching(verb: str, subject: PolicyObject, cmdlets: Cmdlets, index: PolicyIndex) -> Command | Unwritable:
    """The beginning of a command that acts on exactly this object."""
    noun = cmdlets.noun
    if (user := _rule_with(subject, index)) is not None:
        return _through_rule(verb, noun, user, index)
    store = store_parameter(subject)
    if isinstance(subject, GlobalSettings):
        return Command(f"{verb}-{noun}{store}")
    if isinstance(subject, DosProtection):
        return Command(f"{verb}-{noun} -{cmdlets.id_parameter} {powershell_string(subject.id or subject.name)}")
    if isinstance(subject, Crypto) and subject.is_default:
        return Command(f"{verb}-{noun} -{cmdlets.id_parameter} {powershell_string(_default_name(subject))}{store}")
    if subject.id is not None and not has_wildcard(subject.id):
        return Command(f"{verb}-{noun} -{cmdlets.id_parameter} {powershell_string(subject.id)}{store}")
    if isinstance(subject, ConnectionSecurityRule | MainModeRule) and index.namesakes(subject) > 1:
        return Unwritable("several objects have this display name, and the cmdlet would take them all")
    name = powershell_string(subject.name)
    if has_wildcard(subject.name):
        return Command(f"{verb}-{noun}", f"Get-{noun}{store} | Where-Object DisplayName -EQ {name}")
    return Command(f"{verb}-{noun} -DisplayName {name}{store}")


def _rule_with(subject: PolicyObject, index: PolicyIndex) -> ConnectionSecurityRule | MainModeRule | None:
    """The rule that a set is written on, if the set has no name of its own to find it by."""
    if not isinstance(subject, Crypto) or subject.is_default:
        return None
    if subject.id is not None and not has_wildcard(subject.id):
        return None
    return next((each for each in index.users_of(subject) if each.name.casefold() == subject.name.casefold()), None)


def _through_rule(
    verb: str, noun: str, rule: ConnectionSecurityRule | MainModeRule, index: PolicyIndex
) -> Command | Unwritable:
    """The beginning of a command for a set that was written on a rule and has no name to find it by."""
    cmdlets = CMDLETS[rule.kind]
    getting = _reaching("Get", rule, cmdlets, index)
    if isinstance(getting, Unwritable):
        return getting
    # A rule that is looked up needs no other Get behind it.
    return Command(f"{verb}-{noun}", f"{getting.find or getting.act} | Get-{noun}")


def _default_name(subject: PolicyObject) -> str:
    if isinstance(subject, AuthenticationSet):
        return DEFAULT_SET_NAMES[f"{subject.phase}-authentication"]
    return DEFAULT_SET_NAMES["main-mode-crypto" if isinstance(subject, MainModeCryptoSet) else "quick-mode-crypto"]
