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
    from ipseclint.engine.arguments import configuration
    from ipseclint.engine.config import ConfigError
    from ipseclint.engine.inputs import candidates
    from ipseclint.engine.machines import make_machine, read_input
    from ipseclint.finding import InputStatus

    try:
        site = configuration(config).config.site
    except ConfigError as error:
        fail(str(error))
    read = [each for each in map(read_input, candidates([path])) if each is not None]
    for each in read:
        if each.input.status in {InputStatus.PARTIAL, InputStatus.UNREADABLE} and not allow_partial:
            problem = each.parsed.problems[0].message if each.parsed.problems else "not read"
            fail(
                f"{each.input.path} is not wholly understood ({problem}); --allow-partial answers all the same",
                Exit.PARTIAL,
            )
    if not read or all(each.parsed.is_empty for each in read):
        fail(f"{path}: no IPsec policy", Exit.NOTHING)
    return make_machine(path, read, site)
