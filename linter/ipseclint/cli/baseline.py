"""`ipseclint baseline`: write down what is there now, so that a gate fails on what is new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ipseclint.cli.messages import fail, reason, say, write
from ipseclint.cli.outputs import Output, file_to_change, only_output, output_option
from ipseclint.escape import visible
from ipseclint.outcome import Exit
from ipseclint.words import plural

if TYPE_CHECKING:
    from ipseclint.finding import Finding

app = typer.Typer(help="Create or update the baseline of known findings.", no_args_is_help=True)

Paths = Annotated[list[str], typer.Argument(help="What the gate checks.", show_default=False)]
Target = Annotated[Path | None, typer.Option("--file", metavar="FILE", help="The same as -o json:FILE.")]
Where = Annotated[str | None, output_option(("json",))]
Config = Annotated[Path | None, typer.Option(metavar="FILE", help="The configuration, instead of looking for it.")]
DEFAULT = Path("ipseclint-baseline.json")
"""The default path of a baseline."""


@app.command()
def create(paths: Paths, output: Where = None, file: Target = None, config: Config = None) -> None:
    """Write a baseline that knows every present finding."""
    from ipseclint.engine.findings.baseline import baseline_of, baseline_text

    target = only_output(output, file, "json") or Output("json", DEFAULT)
    if target.file is None:
        target.put(baseline_text(baseline_of(_findings(paths, config))))
        return
    file = target.file
    if file.exists():
        _fail_for_it_is_there(file)
    findings = _findings(paths, config)
    with _locked(file):
        if file.exists():
            _fail_for_it_is_there(file)
        write(file, baseline_text(baseline_of(findings)))
    shown = visible(str(file))
    next_ = f'Next: check with `--baseline {shown}`, or write `baseline = "{shown}"` into ipseclint.toml'
    say(f"{shown}: {plural(len(findings), 'known finding')}. {next_}", err=True)


@app.command()
def update(
    paths: Paths,
    output: Where = None,
    file: Target = None,
    shrink_only: Annotated[bool, typer.Option("--shrink-only", help="Drop what is gone, add nothing.")] = False,
    config: Config = None,
) -> None:
    """Bring the baseline up to date."""
    from ipseclint.engine.configuration.toml_files import ConfigError
    from ipseclint.engine.findings.baseline import baseline_of, baseline_text, load_baseline, shrunk

    file = file_to_change(output, file, "json") or DEFAULT
    try:
        load_baseline(file)
        findings = _findings(paths, config)
        with _locked(file):
            old = load_baseline(file)
            new = shrunk(old, findings) if shrink_only else baseline_of(findings)
            write(file, baseline_text(new))
    except ConfigError as error:
        fail(str(error))
    before, after = (sum(each.count for each in which.known) for which in (old, new))
    say(f"{visible(str(file))}: {plural(before, 'known finding')} before, {after} now", err=True)


def _fail_for_it_is_there(file: Path) -> NoReturn:
    fail(f"{file} is there already; `ipseclint baseline update` changes it")


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    from ipseclint.cli.files import locked

    with ExitStack() as stack:
        try:
            stack.enter_context(locked(file))
        except (OSError, ValueError) as error:
            fail(f"cannot write {file}: {reason(error)}")
        yield


def _findings(paths: list[str], config: Path | None) -> list[Finding]:
    """The findings that count now. What was understood only in part, or not at all, must not shape a baseline."""
    from msgspec.structs import replace

    from ipseclint import check_paths
    from ipseclint.engine.arguments import configuration
    from ipseclint.engine.configuration.toml_files import ConfigError
    from ipseclint.engine.machines import shortfall
    from ipseclint.report import InputStatus

    try:
        loaded = configuration(config)
        # The old baseline is not needed to see what is there now, and may not exist yet.
        unbound = replace(loaded, config=loaded.config.model_copy(update={"baseline": None}))
        report = check_paths(paths, config=unbound)
    except ConfigError as error:
        fail(str(error))
    if report.crashes:
        crash = report.crashes[0]
        fail(f"{crash.where} failed: {crash.error}", Exit.USAGE if crash.in_ruleset else Exit.INTERNAL)
    for input_ in report.inputs:
        if why := shortfall(input_, report.problems):
            fail(f"{why}; nothing is written", Exit.PARTIAL)
    if all(input_.status is InputStatus.NO_IPSEC for input_ in report.inputs):
        fail(f"no IPsec policy behind {', '.join(paths)}; nothing is written", Exit.NOTHING)
    return [each for each in report.findings if each.counts]
