"""`ipseclint init`: the first configuration, from what the policies let one propose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ipseclint.cli.messages import fail, say, write
from ipseclint.cli.outputs import output_option, outputs_of
from ipseclint.escape import visible
from ipseclint.outcome import Exit

if TYPE_CHECKING:
    from ipseclint.model.intent import Intent


def command(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Policies to read proposals from.", show_default=False)
    ] = None,
    site: Annotated[bool, typer.Option("--site", help="Only [site]: the facts that no export holds.")] = False,
    output: Annotated[str, output_option(("toml",), "Where to write; - for standard output")] = "ipseclint.toml",
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write a commented ipseclint.toml with every key, and what the policies let one propose: facts and intents."""
    from ipseclint.engine.configuration.starter import starter
    from ipseclint.engine.inputs.paths import candidates
    from ipseclint.engine.keys.gate import joined
    from ipseclint.engine.machines import make_machine, read_inputs, shortfall
    from ipseclint.engine.one_machine import by_machine
    from ipseclint.model.site import NO_FACTS
    from ipseclint.semantics.intent_proposals import proposed_intents
    from ipseclint.semantics.site_proposals import site_proposals

    file = None if output == "-" else outputs_of([output], "toml", ("toml",))[0].file
    if file is not None and file.exists() and not force:
        fail(f"{file} is there already; --force writes over it, -o - prints instead")
    inputs = read_inputs(candidates(paths or ()))
    proposals = {}
    intents: list[Intent] = []
    if inputs:
        unread = [row.input for row in inputs if row.input.status.value == "unreadable"]
        if unread:
            problems = (problem for row in inputs for problem in row.parsed.problems)
            fail(shortfall(unread[0], problems) or "", Exit.PARTIAL)
        machines = [make_machine(name, group, NO_FACTS) for name, group in by_machine(inputs, None)]
        proposals = site_proposals(machines)
        intents = [] if site else proposed_intents(machines)
    text = joined(row.keys for row in inputs).hidden(starter(proposals, intents, site_only=site))
    if file is None:
        say(text, nl=False)
        return
    write(file, text)
    proposed = f"; proposed from the policies: {', '.join(sorted(proposals))}" if proposals else ""
    say(f"{visible(str(file))} written{proposed}. Next: read it, then `ipseclint config show`", err=True)
