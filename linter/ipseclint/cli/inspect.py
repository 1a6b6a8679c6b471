"""`ipseclint inspect`: the normalised policy as JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from ipseclint.cli.outputs import output_of, output_option

FORMATS = ("json",)


def command(
    paths: Annotated[
        list[str], typer.Argument(help="Files, folders, patterns, or - for standard input.", show_default=False)
    ],
    output: Annotated[str | None, output_option(FORMATS)] = None,
) -> None:
    """Print what was understood of each input: policy objects, events, counters, problems."""
    from ipseclint.engine.inputs.paths import candidates
    from ipseclint.engine.keys.gate import Keys, joined
    from ipseclint.engine.machines import read_inputs
    from ipseclint.engine.policy_json import parsed_dict
    from ipseclint.escape import json_text
    from ipseclint.outcome import Exit
    from ipseclint.report import InputStatus

    target = output_of(output, None, FORMATS)
    read = read_inputs(candidates(paths))
    keys = joined(each.keys for each in read) if len(read) > 1 else Keys()
    documents = [
        {
            "path": keys.path(input_.input.path),
            "format": input_.input.format,
            "status": input_.input.status.value,
            **parsed_dict(keys.without(input_.parsed)),
        }
        for input_ in read
    ]
    target.put(json_text(documents, indent=2) + "\n", paths)
    statuses = {each.input.status for each in read}
    if any(each.crash for each in read):
        raise typer.Exit(Exit.INTERNAL)
    if statuses & {InputStatus.PARTIAL, InputStatus.UNREADABLE}:
        raise typer.Exit(Exit.PARTIAL)
    if not statuses - {InputStatus.NO_IPSEC}:
        raise typer.Exit(Exit.NOTHING)
