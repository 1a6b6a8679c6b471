"""Rules about commands of a script that Windows does not carry out."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.finding import Basis, Subject
from ipseclint.model.change import Fix
from ipseclint.model.machine import Machine
from ipseclint.rule import Hit, LooksAt, Options, rule


@rule("RF019", "refused-command", basis=Basis.DOCUMENTED, looks_at=LooksAt.PARTS)
def refused_command(machine: Machine, _options: Options) -> Iterator[Hit]:
    """A script has a command that Windows refuses.

    Why: A command with a tag, word or value that its tool does not have, with one that it needs left out, or for an
    object that exists already ends with a message and does nothing: what it was to create is missing, and what it was
    to change stays as it was. netsh goes on with the next line, so that the rest of the script builds on what is not
    there.

    Seen as: A message that scrolled by, such as "A specified value is not valid" or the usage of the command; a policy
    that lacks what the script was to set.

    Bad: `netsh ipsec static add filterlist name=Web colour=blue`

    Good: `netsh ipsec static add filterlist name=Web description="Web servers"`

    Fix: Correct the command, or take it out. If the object exists already, change it with `set` in place of `add`.

    Waive: When the script is run again over a policy that exists, and a refused command is meant to change nothing.
    """
    for command in machine.policy.refused_commands:
        yield Hit(
            subject=Subject(kind="refused_command", name=command.command),
            span=command.span,
            message=f"Windows refuses `{command.command}`, which does nothing: {command.reason}",
            value=command.reason,
            related=tuple((f"also: {reason}", span) for reason, span in command.more),
            fix=Fix(note="Correct the command; see its help for the tags and values that it has."),
        )
