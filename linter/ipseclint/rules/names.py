"""Rules about names that Windows does not accept."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule, Dialect, MainModeRule
from ipseclint.rule import Hit, LooksAt, Options, rule


class IllegalName(Options):
    """Words, in lower case, and characters that a rule's name must not be or hold."""

    words: frozenset[str]
    characters: frozenset[str]


@rule("RF010", "illegal-name", basis=Basis.DOCUMENTED, options=IllegalName, looks_at=LooksAt.PARTS)
def illegal_name(machine: Machine, options: IllegalName) -> Iterator[Hit]:
    """A rule has no name, or one that Windows forbids.

    Why: `all` stands for every rule in netsh, and the vertical bar separates the fields of a stored rule: Windows
    rejects a rule with such a name, or with none, with a parsing error. The rule is not in force.

    Seen as: An error message of the tool; a rule that came by group policy is ignored.

    Bad: `netsh advfirewall consec add rule name=all ...`

    Good: `netsh advfirewall consec add rule name="All servers" ...`

    Fix: Give the rule another name.

    Waive: Never: Windows does not accept the rule.
    """
    policy = machine.policy
    rules: tuple[ConnectionSecurityRule | MainModeRule, ...] = (
        *policy.connection_security_rules,
        *policy.main_mode_rules,
    )
    for named in rules:
        if named.dialect is not Dialect.WFAS or named.name.casefold() in policy.names_given:
            continue
        illegal = next((mark for mark in sorted(options.characters) if mark in named.name), None)
        # A reader that finds no name shows the id instead, which Windows makes up; who writes both may write the same.
        if not named.name.strip() or (named.name == named.id and named.name.startswith("{")):
            why = "a rule without a name"
        elif named.name.strip().casefold() in options.words:
            why = f'a rule named "{named.name}", which stands for every rule'
        elif illegal is not None:
            why = f'a rule with "{illegal}" in its name, which separates the fields of a stored rule'
        else:
            continue
        yield Hit(
            subject=named,
            span=named.span,
            message=f"{why}; Windows rejects it",
            value=named.name,
            fix=Fix(note="Give the rule another name."),
        )
