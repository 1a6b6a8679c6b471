"""`ipseclint diff`: what a change of policy does to traffic, objects, findings and load."""

from __future__ import annotations

import gc
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ipseclint.cli import values
from ipseclint.cli.messages import fail, refuse_outputs, refuse_unknown, say
from ipseclint.cli.outputs import Output, format_option, output_of, output_option
from ipseclint.escape import visible
from ipseclint.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipseclint.engine.job import Job
    from ipseclint.engine.keys.gate import Keys
    from ipseclint.engine.states import ReadState
    from ipseclint.semantics.difference import Difference


class Tool(StrEnum):
    """The Windows tool that a script is for."""

    NETSH = "netsh"
    POWERSHELL = "powershell"


FORMATS = ("text", "json", "markdown", "html")
"""The formats of an answer."""


def command(
    old: Annotated[str, typer.Argument(help="The policy as it was: a file, a machine's folder, or -.")],
    new: Annotated[str, typer.Argument(help="The policy as it is, or will be; in any format.")],
    output: Annotated[str | None, output_option(FORMATS)] = None,
    form: Annotated[str | None, format_option(FORMATS)] = None,
    ruleset: Annotated[
        list[str] | None,
        values.ruleset_option("The ruleset to check by."),
    ] = None,
    select: Annotated[
        list[str] | None,
        values.rule_option("Only findings of these rules, or a family such as QD."),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        values.rule_option("Not findings of these rules."),
    ] = None,
    fail_on: Annotated[
        str | None,
        values.severity_option("The least severity of a new finding that fails; weaker traffic fails always."),
    ] = None,
    findings: Annotated[
        bool | None, typer.Option("--findings/--no-findings", help="Compare findings, however many rules there are.")
    ] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="The configuration.")] = None,
    as_of: Annotated[datetime | None, values.day_option()] = None,
    peers: Annotated[
        str | None, typer.Option(metavar="DIR", help="The peers' policies: say which pairs end otherwise.")
    ] = None,
    peers_after: Annotated[
        str | None, typer.Option(metavar="DIR", help="The peers' policies as they will be, by the same names.")
    ] = None,
    backup: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH", help="Another backup, or a folder of them: say which, with OLD, fits NEW best."),
    ] = None,
    script: Annotated[
        Tool | None,
        typer.Option(
            "--script", case_sensitive=False, help="Print the script that makes the old policy the new one instead."
        ),
    ] = None,
    allow_partial: Annotated[
        bool, typer.Option(help="Let the answer decide even if an input was understood in part.")
    ] = False,
    allow_empty: Annotated[bool, typer.Option(help="Succeed when neither input holds IPsec policy.")] = False,
) -> None:
    """Say what changes from one policy to another: for every packet, object and finding, and for the load."""
    from ipseclint.engine.arguments import CheckArguments, configuration, job_for
    from ipseclint.engine.collector import collector_off
    from ipseclint.engine.configuration.toml_files import ConfigError
    from ipseclint.engine.difference import difference
    from ipseclint.engine.keys.last_gate import difference_without_keys
    from ipseclint.engine.states import read_states
    from ipseclint.rule import CustomRuleError

    if old == new == "-":
        fail("only one of the two can come from standard input")
    _refuse_arguments(script, peers, peers_after, backup or ())
    target = output_of(output, form, FORMATS if script is None else (script.value,))
    refuse_outputs(
        [target.file] if target.file else [], (old, new, *filter(None, (peers, peers_after)), *(backup or ()))
    )
    try:
        loaded = configuration(config)
        job = job_for(
            CheckArguments(
                rulesets=ruleset or (),
                select=select or (),
                ignore=ignore or (),
                as_of=as_of.date() if as_of else None,
            ),
            loaded,
        )
    except ConfigError as error:
        fail(str(error))
    floor = fail_on or loaded.config.fail_on
    refuse_unknown(("--fail-on", floor, values.SEVERITIES))
    with collector_off():
        states = read_states(old, new, job)
        _refuse_unread(states)
        _say_empty(states)
        if script is not None:
            _put_script(states, script, target, allow_partial=allow_partial)
        try:
            answer = difference(states[0], states[1], job, loaded.config.intent, findings=findings)
        except CustomRuleError as error:
            fail(str(error))
        answer, keys, unread = _with_others(answer, states, job, peers, peers_after, backup or ())
    gc.freeze()  # the process ends here: no object needs another search for cycles
    _put(difference_without_keys(answer, keys), target)
    if unread and not allow_partial:
        raise typer.Exit(Exit.PARTIAL)
    raise typer.Exit(_code(answer, states, floor, allow_partial=allow_partial, allow_empty=allow_empty))


def _with_others(
    answer: Difference,
    states: tuple[ReadState, ReadState],
    job: Job,
    peers: str | None,
    peers_after: str | None,
    backup: Sequence[str],
) -> tuple[Difference, Keys, tuple[str, ...]]:
    """The answer with the pairs that end otherwise and the backups that fit, all keys that were read, and what of the
    peers was not."""
    from ipseclint.engine.difference import with_backups, with_pairs
    from ipseclint.engine.keys.gate import joined
    from ipseclint.engine.states import peers_in, states_in

    unread: tuple[str, ...] = ()
    keys = joined(state.keys for state in states)
    if peers is not None:
        before, unread, own = peers_in(peers, job)
        after, more, others = peers_in(peers_after, job) if peers_after else ([], (), own)
        unread, keys = unread + more, joined([keys, own, others])
        answer = with_pairs(answer, states, before, after)
        for why in unread:
            say(f"ipseclint: {visible(keys.hidden(why))}", err=True)
    if backup:
        backups = [state for path in backup for state in states_in(path, job)]
        answer = with_backups(answer, [states[0], *backups], states[1])
        keys = joined([keys, *(state.keys for state in backups)])
    return answer, keys, unread


def _refuse_arguments(script: Tool | None, peers: str | None, peers_after: str | None, backup: Sequence[str]) -> None:
    """End where two options ask for different answers, or a backup does not exist."""
    if script is not None and (peers is not None or backup):
        fail("--script prints a script alone: --peers and --backup ask something else")
    if peers_after is not None and peers is None:
        fail("--peers-after needs --peers, the policies as they are")
    from ipseclint.source import NOT_THERE

    for path in backup:
        if not Path(path).exists():
            fail(f"{visible(path)}: {NOT_THERE}", Exit.PARTIAL)


def _put_script(states: Sequence[ReadState], tool: Tool, target: Output, *, allow_partial: bool) -> NoReturn:
    """Print the script from one state to the other, and end: with 1 if it does not reach it."""
    from ipseclint.engine.keys.gate import joined
    from ipseclint.repair.transition import NOT_WEIGHED, transition, transition_script
    from ipseclint.version import __version__

    for why in (why for state in states for why in state.shortfalls):
        if not allow_partial:
            fail(f"{why}; what is not seen is not written; --allow-partial writes the rest", Exit.PARTIAL)
    old, new = states
    by_netsh = tool is Tool.NETSH
    steps = transition(old.machine, new.machine, by_netsh=by_netsh, same_format=old.formats == new.formats)
    title = f"From {old.name} to {new.name}, made by ipseclint {__version__}"
    text = transition_script(title, steps, by_netsh=by_netsh) if steps.steps or steps.unwritten else ""
    keys = joined(state.keys for state in states)
    if keys.hidden(text) != text:
        fail("a name or value holds a preshared key of the other policy: no script is written that would show it")
    if text or target.file is not None:
        target.put_script(text)
    for path in old.of_both_tools:
        say(
            f"ipseclint: {visible(path)} has commands of netsh and cmdlets: put behind it in one file, the script is "
            "read back only for what its own tool made; run it, and compare an export",
            err=True,
        )
    for what, why in steps.unwritten:
        say(f"ipseclint: not written: {visible(keys.hidden(what))}: {visible(keys.hidden(why))}", err=True)
    if not steps.weighed:
        say(f"ipseclint: {NOT_WEIGHED}", err=True)
    if any(step.opens for step in steps.steps):
        say("ipseclint: no order of these steps keeps all protected traffic protected; the script says where", err=True)
    if steps.left.changes:
        say("ipseclint: the script does not reach the new policy", err=True)
    if steps.left.undecided:
        say("ipseclint: the rules were too many to prove that the script reaches the new policy", err=True)
    raise typer.Exit(Exit.FINDINGS if steps.left.changes else Exit.PARTIAL if steps.left.undecided else Exit.CLEAN)


def _refuse_unread(states: Sequence[ReadState]) -> None:
    """End where a reader failed, or where a state does not exist, so that everything in the other would seem
    changed."""
    from ipseclint.source import NOT_THERE

    for input_ in (each for state in states for each in state.inputs):
        if input_.crash is not None:
            fail(f"internal error: {input_.crash.where}: {input_.crash.error}", Exit.INTERNAL)
        if any(problem.message == NOT_THERE for problem in input_.parsed.problems):
            fail(f"{input_.input.path}: {NOT_THERE}", Exit.PARTIAL)


def _say_empty(states: Sequence[ReadState]) -> None:
    """Name a state that holds no IPsec policy: all that the other has seems new, or gone, which may be a wrong path."""
    empty = [state for state in states if not state.formats]
    if len(empty) < len(states):
        for state in empty:
            say(f"ipseclint: {visible(state.name)}: it holds no IPsec policy; compared as a host without any", err=True)


def _put(answer: Difference, target: Output) -> None:
    import importlib

    target.put_lines(importlib.import_module(f"ipseclint.reporters.difference.{target.form}").render(answer))


def _code(
    answer: Difference, states: Sequence[ReadState], floor: str, *, allow_partial: bool, allow_empty: bool
) -> Exit:

    undecided = bool(answer.traffic.undecided)
    if not allow_partial and (undecided or any(state.shortfalls for state in states)):
        return Exit.PARTIAL
    failing = any(finding.severity.fails(floor) for finding in answer.findings_new)
    if answer.weakens or answer.breaches or failing or any(pair.newly_fails for pair in answer.pairs):
        return Exit.FINDINGS
    if undecided:
        return Exit.PARTIAL
    if not allow_empty and not any(state.formats for state in states):
        return Exit.NOTHING
    return Exit.CLEAN
