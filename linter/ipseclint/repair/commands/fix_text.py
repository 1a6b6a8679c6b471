"""A repair as text: netsh and PowerShell commands, quoted exactly, and its requirements for peers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.finding import FixText
from ipseclint.model.change import Edit, Fix
from ipseclint.model.dialect import UNKNOWN_DOMAIN
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import (
    AuthenticationSet,
    ConnectionSecurityRule,
    Dialect,
    DosProtection,
    MainModeCryptoSet,
    MainModeProposal,
    Policy,
    PolicyObject,
    QuickModeCryptoSet,
    QuickModeProposal,
    Security,
)
from ipseclint.repair.commands import netsh
from ipseclint.repair.commands.arguments import GPO_PLACEHOLDER, PSK_PLACEHOLDER, Unwritable
from ipseclint.repair.commands.powershell import powershell_commands
from ipseclint.semantics.proposals import words
from ipseclint.vocabulary.algorithms import DhGroup
from ipseclint.words import capitalised

_COMPILED = "This is compiled policy that nothing edits: change the rule, set or setting that it was made from."
_PLACEHOLDERS = {
    PSK_PLACEHOLDER: "the preshared key",
    GPO_PLACEHOLDER: "the name of the group policy object",
    UNKNOWN_DOMAIN: "the name of the domain",
}
_HAVE_A_SOURCE = (MainModeCryptoSet, QuickModeCryptoSet, DosProtection)
_LISTED = 4
"""The most proposals that a sentence names; reasoned: more are not read."""


class Commands(Struct, frozen=True):
    """The commands for edits in each tool, one a line, all of them or none; with notes.

    The netsh text is for a batch file. The notes say what a tool cannot express.
    """

    netsh: str | None = None
    powershell: str | None = None
    notes: tuple[str, ...] = ()


def fix_text(fix: Fix, index: PolicyIndex) -> FixText:
    """A repair of a policy as text to run; steps for a person are in the note."""
    return text_of(fix, commands_for(fix.edits, index))


def text_of(fix: Fix, commands: Commands) -> FixText:
    """A repair with the commands for its changes, which other repairs may share."""
    note = " ".join((*((advice,) if (advice := fix.advice) else ()), *commands.notes))
    return FixText(netsh=commands.netsh, powershell=commands.powershell, note=note or None, risky=fix.risky)


def commands_for(todo: tuple[Edit, ...], index: PolicyIndex) -> Commands:
    """The commands for edits. `index` knows the policy before them."""
    dialects = {edit.subject.dialect for edit in todo}
    if not todo:
        return Commands()
    if Dialect.WFP in dialects:
        return Commands(notes=(_COMPILED, *_default_set_advice(todo)))
    if Dialect.VPN in dialects:
        from ipseclint.repair.commands.vpn import vpn_commands

        for_powershell = _text(vpn_commands(todo, index))
        # Nobody expects netsh to change a VPN.
        for_netsh = for_powershell if isinstance(for_powershell, Unwritable) else ""
    else:
        for_netsh = _text(_batch_commands(todo, index))  # before the other: of ten thousand commands each takes 4 MB
        for_powershell = _text(powershell_commands(todo, index))
    texts = [None if isinstance(each, Unwritable) else each or None for each in (for_netsh, for_powershell)]
    reasons = [each.reason for each in (for_netsh, for_powershell) if isinstance(each, Unwritable)]
    notes = [_sentence("; ".join(dict.fromkeys(reasons)))] if reasons else []
    for placeholder, what in _PLACEHOLDERS.items():
        if any(text and placeholder in text for text in texts):
            notes.append(f"Put {what} in the place of {placeholder}.")
    if texts[0] and "%%" in texts[0]:
        notes.append("%% stands for % in a batch file; at the prompt write one.")
    return Commands(texts[0], texts[1], tuple(notes))


def _text(commands: tuple[str, ...] | Unwritable) -> str | Unwritable:
    return commands if isinstance(commands, Unwritable) else "\n".join(commands)


def _batch_commands(todo: tuple[Edit, ...], index: PolicyIndex) -> tuple[str, ...] | Unwritable:
    lines = netsh.netsh_lines(todo, index)
    return lines if isinstance(lines, Unwritable) else netsh.batch_commands(lines)


def _default_set_advice(todo: tuple[Edit, ...]) -> list[str]:
    """Advice on the settings from which the policy may have been compiled: the default set, a DoS setting."""
    if not all(isinstance(side, _HAVE_A_SOURCE) for edit in todo for side in _sides(edit)):
        return []
    sources = [replace(edit, before=_as_source(edit.before), result=_as_source(edit.after)) for edit in todo]
    commands = powershell_commands(sources, PolicyIndex(Policy()))
    if isinstance(commands, Unwritable) or not commands:
        return []
    what = "a cmdlet's DoS setting" if isinstance(todo[0].subject, DosProtection) else "the default set"
    return [f"If it was made from {what}: {'; '.join(commands)}"]


def _sides(edit: Edit) -> tuple[PolicyObject | None, PolicyObject | None]:
    return edit.before, edit.after


def _as_source(policy_object: PolicyObject | None) -> PolicyObject | None:
    if isinstance(policy_object, DosProtection):
        return policy_object.model_copy(update={"dialect": Dialect.WFAS, "id": None, "name": "<name>"})
    if isinstance(policy_object, QuickModeCryptoSet):
        proposals = tuple(one.model_copy(update={"lifetime_packets": None}) for one in policy_object.proposals)
        policy_object = policy_object.model_copy(update={"proposals": proposals})
    return policy_object and policy_object.model_copy(update={"dialect": Dialect.WFAS, "is_default": True})


def _sentence(text: str) -> str:
    return f"{capitalised(text)}."


def peer_demands(edits: Iterable[Edit]) -> tuple[str, ...]:
    """What every peer must do or support after the edits, a sentence each; none where peers notice nothing."""
    kinds = {id(edit) if edit.kind is None else edit.kind: edit for edit in edits}
    return tuple(dict.fromkeys(demand for edit in kinds.values() for demand in _demands(edit)))


def _secrecy(group: DhGroup | None) -> str:
    if group is DhGroup.NONE:
        return "Every peer must leave perfect forward secrecy out."
    words = "that of main mode" if group is DhGroup.SAME_AS_MAIN_MODE else str(group)
    return f"Every peer must have {words} as its group of perfect forward secrecy."


def _demands(edit: Edit) -> Iterator[str]:
    match edit.before, edit.after:
        case (MainModeCryptoSet() as before, MainModeCryptoSet() as after):
            yield from _offers(before.proposals, after.proposals, "main mode")
        case (QuickModeCryptoSet() as before, QuickModeCryptoSet() as after):
            yield from _offers(before.proposals, after.proposals, "quick mode")
            if before.pfs_group.value != after.pfs_group.value:
                yield _secrecy(after.pfs_group.known)
        case (AuthenticationSet() as before, AuthenticationSet() as after):
            methods = [each.method.known for each in after.methods]
            if methods != [each.method.known for each in before.methods]:
                names = " or ".join(dict.fromkeys(str(method) for method in methods if method is not None))
                yield f"Every peer must be able to authenticate by {names}."
        case (ConnectionSecurityRule() as before, ConnectionSecurityRule() as after):
            yield from _rule_demands(before, after)


def _offers(
    before: Sequence[MainModeProposal | QuickModeProposal],
    after: Sequence[MainModeProposal | QuickModeProposal],
    mode: str,
) -> Iterator[str]:
    """The requirement for peers whose offer may be gone."""
    kept = {each.algorithms for each in after}
    if any(each.algorithms not in kept for each in before) and after:
        names = " or ".join(dict.fromkeys(words(each) for each in after[:_LISTED]))
        yield f"Every peer must offer in {mode} {names}{' or one of the others' if len(after) > _LISTED else ''}."


def _rule_demands(before: ConnectionSecurityRule, after: ConnectionSecurityRule) -> Iterator[str]:
    if before.key_modules.value != after.key_modules.value and after.key_modules.known:
        yield f"Every peer must use {' or '.join(sorted(after.key_modules.known))}."
    ways = ((before.inbound, after.inbound), (before.outbound, after.outbound))
    if any(new.known is Security.REQUIRE and old.known is not Security.REQUIRE for old, new in ways):
        yield "Every peer of the rule must negotiate: traffic that is not protected is dropped."
    if (before.second_authentication is None) != (after.second_authentication is None):
        yield "Every peer must have the same second authentication, or none."
    if before.mode.value != after.mode.value:
        yield "The peer needs the mirror of this rule in the same mode."
