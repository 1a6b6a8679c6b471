"""Reading one machine for the commands that answer a question about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ipseclint.cli.exits import Exit
from ipseclint.cli.messages import fail

if TYPE_CHECKING:
    from ipseclint.model.machine import Machine


def machine_at(path: str, config: Path | None, *, allow_partial: bool = False) -> Machine:
    """The machine that a file, a folder or standard input describes; ends the process if there is none."""
    from ipseclint import ConfigError, InputError, NoPolicyError, read
    from ipseclint.finding import ProblemCode

    try:
        return read(path, config=config, partial=allow_partial)
    except ConfigError as error:
        fail(str(error))
    except NoPolicyError as error:
        fail(str(error), Exit.NOTHING)
    except InputError as error:
        unread = any(problem.code is ProblemCode.UNREADABLE for problem in error.problems)
        fail(str(error) if unread else f"{error}; --allow-partial answers all the same", Exit.PARTIAL)
