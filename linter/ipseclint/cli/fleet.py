"""`ipseclint fleet`: questions to the stores that `-o duckdb:` and `-o parquet:` write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer

from ipseclint.cli import values
from ipseclint.cli.messages import fail, say
from ipseclint.cli.outputs import format_option, output_of, output_option
from ipseclint.escape import visible

app = typer.Typer(help="Ask what the runs over a fleet have found, as their stores have it.", no_args_is_help=True)

Answer = TypeVar("Answer")

TABLES = ("text", "csv", "json")
COMPARISONS = ("text", "json")
SUMMARIES = ("text", "html")
"""The formats of the answers."""

_Store = Annotated[Path, typer.Argument(metavar="STORE", help="A file of `-o duckdb:` or a folder of `-o parquet:`.")]


@app.command()
def check(
    paths: Annotated[list[str], typer.Argument(help="Files, folders, patterns, URLs, as every worker reaches them.")],
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="The scheduler of a Dask cluster, tcp://HOST:PORT.")
    ] = None,
    local: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=1024, help="A cluster of so many workers on this machine.")
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FORMAT[:FILE]",
            help="Report format, to stdout or a file; repeatable.",
            autocompletion=values.formats,
        ),
    ] = None,
    remote: Annotated[bool, typer.Option("--remote", help="Fetch paths that are URLs, as `check` does.")] = False,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="The configuration.")] = None,
    fail_on: Annotated[str | None, values.severity_option("The least severity that fails the run.")] = None,
    shards: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=100_000, help="So many shards, whose stores the workers write; -o a store."
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on stderr but errors.")] = False,
) -> None:
    """Check as `ipseclint check` does, on the workers of a Dask cluster."""
    from ipseclint.cli.check import command
    from ipseclint.engine.cluster import LOCAL

    if (scheduler is None) == (local is None):
        fail("fleet check: expected --scheduler ADDRESS or --local N")
    scheduler = scheduler if scheduler is not None else f"{LOCAL}{local}"
    if shards is not None:
        if output is None or len(output) != 1:
            fail("fleet check --shards: expected one store, -o duckdb:FILE or -o parquet:DIR")
        _check_shards(paths, shards, scheduler, output[0], remote=remote, config=config, fail_on=fail_on, quiet=quiet)
    command(
        paths,
        output=output,
        remote=remote,
        config=config,
        fail_on=fail_on,
        quiet=quiet,
        scheduler=scheduler,
    )


def _check_shards(
    paths: list[str],
    shards: int,
    scheduler: str,
    output: str,
    *,
    remote: bool,
    config: Path | None,
    fail_on: str | None,
    quiet: bool,
) -> NoReturn:
    """Let workers write the store of each shard beside the new one, and merge them; ends as one run does."""
    from ipseclint.cli.messages import refuse_outputs
    from ipseclint.cli.progress import progress_bar
    from ipseclint.cli.storing import put
    from ipseclint.engine import fleet, merging
    from ipseclint.engine.arguments import configuration
    from ipseclint.engine.cluster import shards_on_cluster
    from ipseclint.engine.configuration.toml_files import ConfigError

    kind, place = _new_store(output)
    refuse_outputs([place], paths)
    options = [*(["--remote"] if remote else []), *(["--config", str(config)] if config else [])]
    options += ["--fail-on", fail_on] if fail_on else []
    said: list[str] = []

    def save(new: Path) -> None:
        parts = new.with_name("parts")
        parts.mkdir()
        with progress_bar("checking", wanted=not quiet) as progress:
            stores = shards_on_cluster([*options, "--", *paths], shards, parts, scheduler, progress)
        said.extend(merging.merge(stores, kind, new))

    try:
        floor = fail_on or configuration(config).config.fail_on
        failure = put(place, save)
    except ConfigError as error:
        fail(str(error))
    if failure:
        fail(*failure)
    if not quiet:
        for line in (f"wrote {place}", *said):
            say(f"ipseclint: {visible(line)}", err=True)
    raise typer.Exit(_asked(lambda: fleet.ended(place, floor)))


@app.command()
def query(
    store: _Store,
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT over the tables of the store.")],
    output: Annotated[str | None, output_option(TABLES)] = None,
    form: Annotated[str | None, format_option(TABLES)] = None,
) -> None:
    """Answer one SELECT; the store is only read, and nothing else can be."""
    from ipseclint.engine import fleet
    from ipseclint.reporters.fleet import table_csv, table_json, table_text

    target = output_of(output, form, TABLES)
    render = {"text": table_text, "csv": table_csv, "json": table_json}[target.form]
    target.put(render(_asked(lambda: fleet.query(store, sql))), [str(store)])


@app.command()
def compare(
    before: _Store,
    after: _Store,
    output: Annotated[str | None, output_option(COMPARISONS)] = None,
    form: Annotated[str | None, format_option(COMPARISONS)] = None,
) -> None:
    """Say what is new and what is gone from one store to another, by rule and by cause."""
    from ipseclint.engine import fleet
    from ipseclint.reporters.fleet import comparison_json, comparison_text

    target = output_of(output, form, COMPARISONS)
    render = {"text": comparison_text, "json": comparison_json}[target.form]
    target.put_lines(render(_asked(lambda: fleet.compare(before, after))), [str(before), str(after)])


@app.command()
def report(
    stores: Annotated[
        list[Path], typer.Argument(metavar="STORE...", help="A store, or those of several runs, the last to be shown.")
    ],
    output: Annotated[str | None, output_option(SUMMARIES)] = None,
    form: Annotated[str | None, format_option(SUMMARIES)] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=100_000, metavar="N", help="So many rows of each table.")
    ] = 20,
) -> None:
    """Show the rules that most machines break, what is worst by machine, site and GPO, and the trend over runs."""
    from ipseclint.engine import fleet
    from ipseclint.reporters.fleet import summary_html, summary_text

    target = output_of(output, form, SUMMARIES)
    render = {"text": summary_text, "html": summary_html}[target.form]
    target.put_lines(render(_asked(lambda: fleet.summary(stores, limit))), list(map(str, stores)))


@app.command()
def merge(
    stores: Annotated[list[Path], typer.Argument(metavar="STORE...", help="The stores of the shards of one run.")],
    output: Annotated[str, typer.Option("--output", "-o", metavar="duckdb:FILE|parquet:DIR", help="The new store.")],
) -> None:
    """Make the stores of shards one, and run the rules that compare machines over all of them."""
    from ipseclint.cli.messages import refuse_outputs
    from ipseclint.cli.storing import put
    from ipseclint.engine.merging import merge as merged

    kind, place = _new_store(output)
    refuse_outputs([place], map(str, stores))
    said: list[str] = []
    failure = put(place, lambda new: said.extend(merged(stores, kind, new)))
    if failure:
        fail(*failure)
    for line in (f"wrote {place}", *said):
        say(f"ipseclint: {visible(line)}", err=True)


def _new_store(output: str) -> tuple[str, Path]:
    """The kind and path of a store to be written; ends where there can be none."""
    from ipseclint.cli.storing import refuse_store
    from ipseclint.reporters import STORES

    kind, _, name = output.partition(":")
    if kind not in STORES or not name:
        fail(f"-o {output}: expected duckdb:FILE or parquet:DIR")
    refuse_store(kind, Path(name))
    return kind, Path(name)


def _asked(ask: Callable[[], Answer]) -> Answer:
    """An answer from stores; ends where they give none."""
    from ipseclint.reporters.store import StoreError

    try:
        return ask()
    except StoreError as error:
        fail(str(error))
