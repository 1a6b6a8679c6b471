"""`ipseclint fleet`: questions to the stores that `-o duckdb:` and `-o parquet:` write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from ipseclint.cli.messages import fail, say, write

app = typer.Typer(help="Ask what the runs over a fleet have found, as their stores have it.", no_args_is_help=True)

Answer = TypeVar("Answer")

_Store = Annotated[Path, typer.Argument(metavar="STORE", help="A file of `-o duckdb:` or a folder of `-o parquet:`.")]


@app.command()
def query(
    store: _Store,
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT over the tables of the store.")],
    form: Annotated[str, typer.Option("--format", metavar="table|csv|json", help="How to print it.")] = "table",
) -> None:
    """Answer one SELECT; the store is only read, and nothing else can be."""
    from ipseclint.engine import fleet
    from ipseclint.reporters.fleet import table_csv, table_json, table_text

    render = _one_of(form, {"table": table_text, "csv": table_csv, "json": table_json})
    typer.echo(render(_asked(lambda: fleet.query(store, sql))), nl=False)


@app.command()
def compare(
    before: _Store,
    after: _Store,
    form: Annotated[str, typer.Option("--format", metavar="text|json", help="How to print it.")] = "text",
) -> None:
    """Say what is new and what is gone from one store to another, by rule and by cause."""
    from ipseclint.engine import fleet
    from ipseclint.reporters.fleet import comparison_json, comparison_text

    render = _one_of(form, {"text": comparison_text, "json": comparison_json})
    typer.echo(render(_asked(lambda: fleet.compare(before, after))), nl=False)


@app.command()
def report(
    store: _Store,
    form: Annotated[str, typer.Option("--format", metavar="text|html", help="How to show it.")] = "text",
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="A file for it.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="So many rows of each table.")] = 20,
) -> None:
    """Show the rules that most machines break, and the machines, GPOs and inputs that are worst."""
    from ipseclint.cli.messages import refuse_outputs
    from ipseclint.engine import fleet
    from ipseclint.reporters.fleet import summary_html, summary_text

    render = _one_of(form, {"text": summary_text, "html": summary_html})
    text = render(_asked(lambda: fleet.summary(store, limit)))
    if output is None:
        typer.echo(text, nl=False)
        return
    refuse_outputs([output], [str(store)])
    write(output, text)
    say(f"ipseclint: wrote {output}", err=True)


@app.command()
def merge(
    stores: Annotated[list[Path], typer.Argument(metavar="STORE...", help="The stores of the shards of one run.")],
    output: Annotated[str, typer.Option("--output", "-o", metavar="duckdb:FILE|parquet:DIR", help="The new store.")],
) -> None:
    """Make the stores of shards one. The rules that compare machines are not run over them."""
    from ipseclint.cli.messages import refuse_outputs
    from ipseclint.cli.storing import put, refuse_store
    from ipseclint.engine import fleet
    from ipseclint.reporters import STORES

    kind, _, name = output.partition(":")
    if kind not in STORES:
        fail(f"-o {output}: expected duckdb:FILE or parquet:DIR")
    place = Path(name) if name else None
    refuse_store(kind, place)
    if place is None:
        return
    refuse_outputs([place], map(str, stores))
    said: list[str] = []
    failure = put(place, lambda new: said.extend(fleet.merge(stores, kind, new)))
    if failure:
        fail(*failure)
    for line in (f"wrote {place}", *said):
        say(f"ipseclint: {line}", err=True)


def _one_of(form: str, known: dict[str, Callable[[Answer], str]]) -> Callable[[Answer], str]:
    if form not in known:
        fail(f"--format {form}: expected {' or '.join(known)}")
    return known[form]


def _asked(ask: Callable[[], Answer]) -> Answer:
    """An answer of stores; the command ends where they have none."""
    from ipseclint.reporters.store import StoreError

    try:
        return ask()
    except StoreError as error:
        fail(str(error))
