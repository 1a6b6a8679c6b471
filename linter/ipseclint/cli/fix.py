"""`ipseclint fix`: the findings' repairs as a script with its way back, and proof that they help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ipseclint.cli import values
from ipseclint.cli.messages import fail, in_words, reason, refuse_outputs
from ipseclint.cli.outputs import SCRIPTS, Output, output_of, output_option
from ipseclint.cli.repair_messages import say_left, say_repair, step_notes
from ipseclint.outcome import Exit

if TYPE_CHECKING:
    from ipseclint.api import InputError
    from ipseclint.engine.machines import ReadInput
    from ipseclint.repair.plan import Repair


class Tool(StrEnum):
    """The Windows tool that the script is for."""

    NETSH = "netsh"
    POWERSHELL = "powershell"


def command(
    path: Annotated[
        str, typer.Argument(help="The policy to repair: a file, a machine's folder, or -.", show_default=False)
    ],
    output: Annotated[str | None, output_option(SCRIPTS)] = None,
    tool: Annotated[
        Tool | None, typer.Option("--as", "--format", case_sensitive=False, help="The same as -o FORMAT.")
    ] = None,
    only: Annotated[
        list[str] | None,
        values.rule_option("Repair only these findings."),
    ] = None,
    include_risky: Annotated[bool, typer.Option("--include-risky", help="Also what may cut connections.")] = False,
    allow_lowering: Annotated[
        bool, typer.Option("--allow-lowering", help="Also what protects less, or whose effect cannot be told.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Say what the repair removes and leaves, not the script.")
    ] = False,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Change the script or VPN profile itself; comments and layout stay.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --in-place would change; change nothing.")] = False,
    ruleset: Annotated[
        list[str] | None,
        values.ruleset_option("The ruleset to check by."),
    ] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="The configuration.")] = None,
) -> None:
    """Print a script that repairs the findings, ordered so that nobody is locked out, with its rollback."""
    from functools import partial

    from ipseclint.api import InputError, NoPolicyError, read_whole
    from ipseclint.cli.reading_one import refuse_several
    from ipseclint.cli.rewriting import editable_as, rewrite
    from ipseclint.engine.apply_rules import found_with_fixes
    from ipseclint.engine.arguments import CheckArguments, configuration, job_for
    from ipseclint.engine.configuration.toml_files import ConfigError
    from ipseclint.engine.machines import called, make_machine
    from ipseclint.engine.rulesets.selection import codes
    from ipseclint.repair.plan import Allowed, repair
    from ipseclint.repair.writable import writer_for
    from ipseclint.rule import CustomRuleError

    if in_place + diff + verify > 1:
        fail("--in-place, --diff and --verify: one of them at a time")
    target = _target(output, tool, path, prints_script=not (in_place or diff or verify))
    try:
        loaded = configuration(config)
        job = job_for(CheckArguments(rulesets=ruleset or ()), loaded)
        wanted = codes(only or (), [rule for plan in job.plans for rule in plan.ruleset.known])
    except ConfigError as error:
        fail(str(error))
    with _alone(path) if in_place else nullcontext():
        try:
            read = read_whole([path])
        except NoPolicyError as error:
            fail(f"{error} to repair", Exit.NOTHING)
        except InputError as error:
            fail(f"{error}; {_not_repaired(error)}", Exit.PARTIAL)
        language = editable_as(read) if in_place or diff else target.form
        refuse_several(path, read)
        check = partial(found_with_fixes, plans=job.plans, site=job.site)
        writes = writer_for(language)
        allowed = Allowed(risky=include_risky, lowering=allow_lowering)
        try:
            result = repair(make_machine(called(path), read, job.site, job.today), check, wanted, allowed, writes)
        except CustomRuleError as error:
            fail(str(error))
        if verify:
            say_repair(result)
            is_worse = any(finding.severity.rank > 0 for finding in result.introduced)
            raise typer.Exit(Exit.FINDINGS if is_worse else Exit.CLEAN)
        code = Exit.CLEAN
        if in_place or diff:
            code = rewrite(read[0].source, result, Path(path) if in_place else None)
        elif result.steps:
            target.put_script(_script(result, target.form, is_deployed=_is_deployed(read)))
        left = say_left(result, wanted)
    raise typer.Exit(code or left)


def _not_repaired(error: InputError) -> str:
    """Why nothing is repaired, and where repairs are shown nevertheless."""
    from ipseclint.finding import ProblemCode

    if any(problem.code is ProblemCode.UNREADABLE for problem in error.problems):
        return "what is not seen is not repaired"
    return (
        "what is not seen is not repaired: `ipseclint check` lists all of it, and with -v the commands for each finding"
    )


def _target(output: str | None, tool: Tool | None, path: str, *, prints_script: bool) -> Output:
    """The format and target of the script; ends where there is none, or it would overwrite the policy."""
    if output is not None and not prints_script:
        fail(f"-o {output}: it is for the script, which --in-place, --diff and --verify do not print")
    target = output_of(output, None if tool is None else tool.value, SCRIPTS)
    refuse_outputs([target.file] if target.file else [], [path])
    return target


@contextmanager
def _alone(path: str) -> Iterator[None]:
    """A lock on the file between reading and writing it."""
    from ipseclint.cli.files import locked

    with ExitStack() as stack:
        if Path(path).is_file():
            try:
                stack.enter_context(locked(Path(path)))
            except OSError as error:
                fail(f"{path}: cannot be locked: {reason(error)}")
        yield


_DEPLOYED = (
    "It changes a machine that has the profile already. Change the profile too: each other machine is given what the "
    "profile holds."
)


def _is_deployed(read: Sequence[ReadInput]) -> bool:
    """Whether what is repaired is a profile that is given to many machines."""
    from ipseclint.formats.parsed import DEPLOYED_FORMATS

    return any(each.input.format in DEPLOYED_FORMATS for each in read)


def _script(result: Repair, form: str, *, is_deployed: bool) -> str:
    from ipseclint.repair.commands.repair_script import Commented, batch_script, powershell_script
    from ipseclint.repair.steps import undone
    from ipseclint.seal import sealed
    from ipseclint.version import __version__

    title = f"Repair of {result.machine.name}, made by ipseclint {__version__}"
    write = batch_script if form == "netsh" else powershell_script
    there = [Commented(step.edit, (*map(in_words, step.findings), *step_notes(step))) for step in result.steps]
    back = [Commented(step.edit, tuple(map(in_words, step.findings))) for step in undone(result.steps)]
    note = _DEPLOYED if is_deployed else ""
    text = write(title, there, back, result.machine.policy, result.repaired.policy, note=note)
    return sealed(text, "rem" if form == "netsh" else "#")
