"""Reading one machine for the commands that answer a question about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ipseclint.cli.messages import fail
from ipseclint.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipseclint.engine.machines import ReadInput
    from ipseclint.model.machine import Machine

_NAMED = 3


def refuse_several(path: str, read: Sequence[ReadInput]) -> None:
    """End where `check` would read several machines: an answer about all of them together may hold for none."""
    from ipseclint.engine.one_machine import by_machine

    machines = [
        name
        for name, group in by_machine(read, None)
        if any(each.parsed.policy.connection_security_rules or each.parsed.policy.policies for each in group)
    ]
    if len(machines) > 1:
        named = ", ".join(machines[:_NAMED]) + (", ..." if len(machines) > _NAMED else "")
        fail(f"{path}: {len(machines)} machines, as `ipseclint check` reads it; give one of them: {named}")


def machine_at(path: str, config: Path | None, *, allow_partial: bool = False) -> Machine:
    """The machine that a file, a folder or standard input describes; ends the process if there is none."""
    from ipseclint import ConfigError, InputError, NoPolicyError
    from ipseclint.api import read_whole
    from ipseclint.engine.arguments import configuration
    from ipseclint.engine.machines import called, make_machine
    from ipseclint.finding import ProblemCode

    try:
        site = configuration(config).config.site
        inputs = read_whole([path], partial=allow_partial)
        refuse_several(path, inputs)
        return make_machine(called(path), inputs, site)
    except ConfigError as error:
        fail(str(error))
    except NoPolicyError as error:
        fail(str(error), Exit.NOTHING)
    except InputError as error:
        unread = any(problem.code is ProblemCode.UNREADABLE for problem in error.problems)
        fail(str(error) if unread else f"{error}; --allow-partial answers all the same", Exit.PARTIAL)
