"""Renders policy changes as netsh and PowerShell commands, quoted exactly."""

from __future__ import annotations

from msgspec.structs import replace

from ipseclint.finding import FixText
from ipseclint.model.change import Edit, Fix
from ipseclint.model.index import PolicyIndex
from ipseclint.model.policy import Dialect, DosProtection, MainModeCryptoSet, Policy, PolicyObject, QuickModeCryptoSet
from ipseclint.repair.commands import netsh
from ipseclint.repair.commands.powershell import powershell_commands
from ipseclint.repair.commands.quoting import GPO_PLACEHOLDER, PSK_PLACEHOLDER, Unwritable

_COMPILED = "This is compiled policy that nothing edits: change the rule, set or setting that it was made from."
_PLACEHOLDERS = {PSK_PLACEHOLDER: "the preshared key", GPO_PLACEHOLDER: "the name of the group policy object"}


def fix_text(fix: Fix, index: PolicyIndex, instead: tuple[Edit, ...] | None = None) -> FixText:
    """A repair of a policy as text to run: one command a line, all of it or nothing.

    `index` knows the policy that is repaired, `instead` are edits that make more than the fix alone. The netsh text is
    for a batch file. What a tool cannot say, and what only a person can do, is in the note.
    """
    todo = fix.edits if instead is None else instead
    notes = [fix.advice] if fix.advice else []
    if not todo or _touches(todo, Dialect.WFP):
        notes += [_COMPILED, *_default_set_advice(todo)] if todo else []
        return FixText(note=" ".join(notes) or None, risky=fix.risky)
    if _touches(todo, Dialect.VPN):
        from ipseclint.repair.commands.vpn import vpn_commands

        for_powershell = vpn_commands(todo, index)
        # Nobody expects netsh to change a VPN.
        for_netsh: tuple[str, ...] | Unwritable = for_powershell if isinstance(for_powershell, Unwritable) else ()
    else:
        lines = netsh.netsh_lines(todo, index)
        for_netsh = lines if isinstance(lines, Unwritable) else netsh.batch_commands(lines)
        for_powershell = powershell_commands(todo, index)
    texts = [None if isinstance(each, Unwritable) else "\n".join(each) or None for each in (for_netsh, for_powershell)]
    reasons = [each.reason for each in (for_netsh, for_powershell) if isinstance(each, Unwritable)]
    if reasons:
        notes.append(_sentence("; ".join(dict.fromkeys(reasons))))
    for placeholder, what in _PLACEHOLDERS.items():
        if any(text and placeholder in text for text in texts):
            notes.append(f"Put {what} in the place of {placeholder}.")
    if texts[0] and "%%" in texts[0]:
        notes.append("%% stands for % in a batch file; at the prompt write one.")
    return FixText(netsh=texts[0], powershell=texts[1], note=" ".join(notes) or None, risky=fix.risky)


def _touches(todo: tuple[Edit, ...], dialect: Dialect) -> bool:
    return any(edit.subject.dialect is dialect for edit in todo)


def _default_set_advice(todo: tuple[Edit, ...]) -> list[str]:
    """The command that changes what compiled policy may have been made from: the default set, a DoS setting."""
    if not all(isinstance(side, _HAVE_A_SOURCE) for edit in todo for side in _sides(edit)):
        return []
    sources = [replace(edit, before=_as_source(edit.before), after=_as_source(edit.after)) for edit in todo]
    commands = powershell_commands(sources, PolicyIndex(Policy()))
    if isinstance(commands, Unwritable) or not commands:
        return []
    what = "a cmdlet's DoS setting" if isinstance(todo[0].subject, DosProtection) else "the default set"
    return [f"If it was made from {what}: {'; '.join(commands)}"]


_HAVE_A_SOURCE = (MainModeCryptoSet, QuickModeCryptoSet, DosProtection)


def _sides(edit: Edit) -> tuple[PolicyObject | None, PolicyObject | None]:
    return edit.before, edit.after


def _as_source(each: PolicyObject | None) -> PolicyObject | None:
    if isinstance(each, DosProtection):
        return each.model_copy(update={"dialect": Dialect.WFAS, "id": None, "name": "<name>"})
    if isinstance(each, QuickModeCryptoSet):
        proposals = tuple(one.model_copy(update={"lifetime_packets": None}) for one in each.proposals)
        each = each.model_copy(update={"proposals": proposals})
    return each and each.model_copy(update={"dialect": Dialect.WFAS, "is_default": True})


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
