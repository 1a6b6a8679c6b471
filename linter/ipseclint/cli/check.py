"""`ipseclint check`: read the policies, apply the rules, report."""

from __future__ import annotations

import codecs
import sys
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from ipseclint.cli import values
from ipseclint.cli.lazily import typer
from ipseclint.cli.messages import fail, reason, refuse_same_files, refuse_unknown, say, write
from ipseclint.cli.outputs import outputs_of
from ipseclint.cli.terminal import put
from ipseclint.outcome import Exit, exit_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ipseclint.report import Report
    from ipseclint.reporters import RenderOptions

SORTS = ("severity", "place", "rule")
GROUPINGS = ("rule", "object", "file")
STDIN = "<stdin>"
"""The words of --sort and --group-by."""


def command(
    paths: Annotated[
        list[str], typer.Argument(help="Files, folders, patterns, or - for standard input.", show_default=False)
    ],
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FORMAT[:FILE]",
            help="text, concise, json, jsonl, sarif, junit, github, azure, gitlab, markdown, csv or html, to standard"
            " output or a file; duckdb or parquet, to a file; repeatable.",
            autocompletion=values.formats,
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="The same as -o FORMAT.", autocompletion=values.formats),
    ] = None,
    ruleset: Annotated[
        list[str] | None,
        values.ruleset_option("The ruleset to check by; repeatable."),
    ] = None,
    select: Annotated[
        list[str] | None,
        values.rule_option("Only these rules, or a family such as QD."),
    ] = None,
    ignore: Annotated[list[str] | None, values.rule_option("Not these rules.")] = None,
    fail_on: Annotated[
        str | None,
        values.severity_option("The least severity that fails the run; warning, if the configuration says no other."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The configuration, instead of looking for it.")
    ] = None,
    waivers: Annotated[Path | None, typer.Option(metavar="FILE", help="The file of waivers.")] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Known findings; those that are not in this file are new.")
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="An earlier JSON report: say what is fixed, new and still there."),
    ] = None,
    sort: Annotated[
        str,
        values.word_option(SORTS, "The order of findings for people."),
    ] = "severity",
    group_by: Annotated[
        str,
        values.word_option(GROUPINGS, "What findings for people stand under."),
    ] = "rule",
    statistics: Annotated[bool, typer.Option("--statistics", help="The table by rule alone, as text.")] = False,
    show_sources: Annotated[
        bool, typer.Option("--show-sources", help="Name the sources of each finding; explain CODE has their addresses.")
    ] = False,
    action_plan: Annotated[
        bool, typer.Option("--action-plan", help="Empty columns in CSV: owner, due, status, comment.")
    ] = False,
    redact: Annotated[
        bool, typer.Option("--redact", help="Replace names, addresses and paths in all reports, alike throughout.")
    ] = False,
    redact_map: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --redact: write there, for you alone, what each word stands for."),
    ] = None,
    machine: Annotated[str | None, typer.Option(metavar="NAME", help="All inputs describe this one machine.")] = None,
    stdin_filename: Annotated[str, typer.Option(metavar="NAME", help="How to call standard input.")] = STDIN,
    isolated: Annotated[
        bool, typer.Option("--isolated", help="Ignore configuration and waivers that are not named here.")
    ] = False,
    any_files: Annotated[
        bool, typer.Option("--any-files", help="Pass over named files of no concern, as a hook hands them over.")
    ] = False,
    allow_partial: Annotated[
        bool, typer.Option(help="Let findings decide even if an input was understood in part.")
    ] = False,
    allow_empty: Annotated[bool, typer.Option(help="Succeed when no input holds IPsec policy.")] = False,
    color: Annotated[
        bool | None, typer.Option("--color/--no-color", help="Colour, instead of by the terminal.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Also show what is folded or waived.")] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, metavar="N", help="Processes; 0 for as many as help.")
    ] = 0,
    input_timeout: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0.1,
            max=86_400,
            help="Give up an input that takes longer; it is a problem. Without it none is: what a run finds does not"
            " depend on how fast the machine is.",
        ),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", envvar="IPSECLINT_CACHE", help="A folder of results, so that unchanged inputs are not read."
        ),
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Read every input, whatever a cache says.")] = False,
    scheduler: Annotated[str | None, typer.Option(hidden=True)] = None,
    remote: Annotated[
        bool, typer.Option("--remote", help="Fetch paths that are URLs: smb://, abfs://, s3://, zip::, and others.")
    ] = False,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="Only this part of the inputs, stable by path: 1/8 to 8/8.")
    ] = None,
    as_of: Annotated[datetime | None, values.day_option()] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Check again whenever an input changes.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on stderr but errors.")] = False,
) -> None:
    """Check IPsec policies and report what will queue, drop or fail, and what is weak.

    Ends with 0 if nothing is found at or above --fail-on, 1 if something is, 2 if the command line or configuration
    is wrong, 3 if there is nothing to check, 4 if an input could not be read whole, 70 if ipseclint failed.
    """
    from msgspec.structs import replace

    from ipseclint import check_paths
    from ipseclint.cli.progress import progress_bar
    from ipseclint.cli.terminal import for_terminal
    from ipseclint.engine.arguments import configuration
    from ipseclint.engine.configuration.toml_files import ConfigError
    from ipseclint.engine.inputs.paths import candidates
    from ipseclint.engine.spread import SpreadOver
    from ipseclint.reporters import NEED_DETAILS, NEED_OBJECTS, NEED_SCRIPT_REPAIRS, STORES, RenderOptions

    try:
        loaded = configuration(config, isolated=isolated)
    except ConfigError as error:
        fail(str(error))
    outputs = _outputs(output or (() if form else loaded.config.output), form)
    _refuse_useless({"--action-plan": action_plan, "--statistics": statistics, "--show-sources": show_sources}, outputs)
    if redact_map is not None and not redact:
        fail("--redact-map needs --redact")
    if stdin_filename != STDIN and "-" not in paths:
        fail("--stdin-filename needs - among the paths, for standard input")
    files = [file for _, file in outputs if file is not None]
    written = [*files, redact_map] if redact_map else files
    refuse_same_files(written, paths)
    floor = fail_on or loaded.config.fail_on
    refuse_unknown(
        ("--sort", sort, SORTS), ("--group-by", group_by, GROUPINGS), ("--fail-on", floor, values.SEVERITIES)
    )

    def once() -> Exit:
        try:
            with progress_bar("checking", wanted=not quiet) as progress:
                report = check_paths(
                    paths,
                    config=loaded,
                    rulesets=ruleset or (),
                    select=select or (),
                    ignore=ignore or (),
                    waivers=waivers,
                    baseline=baseline,
                    since=since,
                    machine=machine,
                    isolated=isolated,
                    any_files=any_files,
                    details=any(name in NEED_DETAILS for name, _ in outputs),
                    objects=any(name in NEED_OBJECTS for name, _ in outputs),
                    digests=any(name in STORES for name, _ in outputs),
                    script_repairs=any(name in NEED_SCRIPT_REPAIRS for name, _ in outputs),
                    jobs=jobs,
                    cache=None if no_cache else cache,
                    scheduler=scheduler,
                    remote=remote,
                    input_timeout_seconds=input_timeout,
                    shard=shard,
                    as_of=as_of.date() if as_of else None,
                    stdin_name=stdin_filename,
                    progress=progress,
                )
        except ConfigError as error:
            fail(str(error))
        settings = replace(report.settings, fail_on=floor, allow_partial=allow_partial, allow_empty=allow_empty)
        report = replace(report, settings=settings)
        _refuse_to_overwrite(report, written)
        if redact:
            report = _redacted(report, redact_map)
        options = RenderOptions(
            verbose=verbose,
            sort=sort,
            group_by=group_by,
            statistics=statistics,
            sources=show_sources,
            action_plan=action_plan,
            spread=SpreadOver(jobs),
        )
        failed = [
            failure
            for name, file in outputs
            if (failure := _put(report, name, file, options if file else for_terminal(options, color=color)))
        ]
        if failed:
            fail("; ".join(words for words, _ in failed), max(code for _, code in failed))
        if not quiet and all(file for _, file in outputs):
            _say_outcome(report, [str(file) for file in files])
        if not report.inputs and not quiet:
            say("ipseclint: nothing to check: no path matched an export that ipseclint reads", err=True)
        return exit_code(report)

    if not watch:
        raise SystemExit(once())
    if "-" in paths:
        fail("--watch: standard input cannot be watched")
    from ipseclint.cli.watching import watch as watch_files

    watch_files(lambda: (candidate.source.path for candidate in candidates(paths, exclude=loaded.config.exclude)), once)


def _redacted(report: Report, words: Path | None) -> Report:
    """The report without names and addresses; the meaning of each substitute goes into a file of its own."""
    from ipseclint.engine.keys.redaction import redacted
    from ipseclint.escape import json_text

    report, meanings = redacted(report)
    if words is not None:
        write(words, json_text(meanings, indent=2) + "\n")
    return report


def _say_outcome(report: Report, files: list[str]) -> None:
    """Say on stderr how a run without visible output ended, and where its reports are."""
    from ipseclint.escape import visible
    from ipseclint.reporters.verdict import verdict

    say(visible(f"ipseclint: {verdict(report).words}"), err=True)
    say(visible(f"ipseclint: wrote {', '.join(files)}"), err=True)


def _refuse_useless(options: Mapping[str, bool], outputs: Sequence[tuple[str, Path | None]]) -> None:
    """End where an option has no effect, since no report is in the format that it is about."""
    written = {name for name, _ in outputs}
    for option, is_given in options.items():
        form = _ABOUT[option]
        if is_given and form not in written:
            fail(f"{option} is about reports as {form}, and none is written: -o {form}")


_ABOUT = {"--action-plan": "csv", "--statistics": "text", "--show-sources": "text"}


def _outputs(specs: Sequence[str], form: str | None) -> list[tuple[str, Path | None]]:
    """The format and file of each report; only one can go to standard output."""
    from ipseclint.reporters import STORES, format_names

    outputs = [(each.form, each.file) for each in outputs_of(specs, form, (*format_names(), *STORES))]
    for name, file in outputs:
        if name in STORES:
            from ipseclint.cli.storing import refuse_store

            refuse_store(name, file)
    if sum(1 for _, file in outputs if file is None) > 1:
        fail("only one report can go to standard output; give the others a file: -o FORMAT:FILE")
    return outputs


def _refuse_to_overwrite(report: Report, files: list[Path]) -> None:
    """End where a report would overwrite something that the run has read: an input, or its configuration."""
    if not files:
        return
    from ipseclint.cli.files import real_path

    used = report.settings
    read = {each.path for each in report.inputs} | {used.configuration, used.waivers, used.baseline, *used.rulesets}
    places = {real_path(path) for path in read if path}
    for file in files:
        if real_path(file) in places and file.is_file():
            fail(f"-o {file}: the run has read this file; nothing is written")


def _put(report: Report, name: str, file: Path | None, options: RenderOptions) -> tuple[str, Exit] | None:
    """Write one report to its file or to standard output; the error and exit code if that failed."""
    from ipseclint.reporters import STORES, reporter

    if file is not None and name in STORES:
        from ipseclint.cli.storing import put_store

        return put_store(report, name, file, options.spread)
    # Excel takes a table without this mark for one in the code page of the machine.
    mark = codecs.BOM_UTF8 if name == "csv" else b""
    try:
        blocks = _blocks(_made(reporter(name)(report, options)))
        if file is None:
            for block in blocks:
                sys.audit("ipseclint.printed", block)  # cli/unchanged.py may keep it
                put(block, color=options.color)
        else:
            from ipseclint.cli.files import replace_file

            replace_file(file, chain((mark,), (block.encode("utf-8", "backslashreplace") for block in blocks)))
    except _ReporterError as error:
        return f"internal error: the report {name} failed: {error}", Exit.INTERNAL
    except (OSError, ValueError) as error:
        if file is None:
            raise
        return f"cannot write {file}: {reason(error)}", Exit.USAGE
    return None


class _ReporterError(Exception):
    """The place where a reporter failed."""


def _made(parts: Iterator[str]) -> Iterator[str]:
    """The parts of a report. Raises _ReporterError: a reporter that fails is named, and the others still write."""
    from ipseclint.engine.machines import place_of

    try:
        yield from parts
    except Exception as error:
        raise _ReporterError(place_of(error)) from error


_BLOCK_CHARACTERS = 65_536


def _blocks(parts: Iterable[str]) -> Iterator[str]:
    """The parts joined into blocks, each worth a system call."""
    waiting: list[str] = []
    characters = 0
    for part in parts:
        waiting.append(part)
        characters += len(part)
        if characters >= _BLOCK_CHARACTERS:
            yield "".join(waiting)
            waiting, characters = [], 0
    yield "".join(waiting)
