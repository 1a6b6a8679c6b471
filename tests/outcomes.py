"""What a whole run makes of some files, in one line that a test can hold in full."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ipseclint import check_paths
from ipseclint.outcome import exit_code
from ipseclint.report import Report
from ipseclint.reporters.grouping import groups


class Row(NamedTuple):
    """Files by name, what a run makes of them, the facts of the site, and words that its messages have to have.

    Files of one folder are of one machine. The outcome has the exit code; each input with its format, its status
    unless it is understood, and its objects but for Windows' own; the findings as the text report orders them, each
    with its severity, code and line; the problems with their places.
    """

    files: Mapping[str, str]
    outcome: str
    site: str = ""
    says: tuple[str, ...] = ()


def _place(folder: Path, path: str, *at: int) -> str:
    shown = Path(path).relative_to(folder).as_posix()
    return ":".join((shown, *map(str, at)))


def _inputs(report: Report, folder: Path) -> str:
    lines = []
    for each in report.inputs:
        status = "" if each.status.value == "understood" else f" {each.status.value}"
        objects = ", ".join(f"{number} {kind}" for kind, number in each.objects.items() if kind != "builtin")
        lines.append(f"{_place(folder, each.path)} is {each.format}{status} of {objects or 'nothing'}")
    return "; ".join(lines)


def run(row: Row, folder: Path) -> tuple[str, str]:
    """The outcome of the files of a row in a folder, and all that is said of them."""
    for name, text in row.files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    config = folder / "ipseclint.toml"
    config.write_text(f"[site]\n{row.site}\n", encoding="utf-8")
    paths = sorted({folder / Path(name).parts[0] for name in row.files})
    report = check_paths(paths, config=config)
    assert not report.crashes
    found = [
        f"{finding.severity.value} {finding.code} {_place(folder, finding.span.path, finding.span.line)}"
        for group in groups(report.findings)
        for finding in group.findings
    ]
    problems = [
        f"{each.code.value} {_place(folder, each.span.path, each.span.line, each.span.column)}"
        for each in report.problems
    ]
    parts = (f"exit {exit_code(report):d}", _inputs(report, folder), ", ".join(found), ", ".join(problems))
    said = " ".join(each.message for each in (*report.findings, *report.problems))
    return " | ".join(part for part in parts if part), said
