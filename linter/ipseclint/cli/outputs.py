"""`-o FORMAT[:FILE]`, the one grammar of every command that writes an answer: in which format, and where."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ipseclint.cli.lazily import typer
from ipseclint.cli.messages import fail, refuse_outputs, say, write
from ipseclint.cli.values import one_of
from ipseclint.escape import inert
from ipseclint.words import nearest

_BY_SUFFIX = {
    "htm": "html",
    "md": "markdown",
    "txt": "text",
    "ps1": "powershell",
    "cmd": "netsh",
    "bat": "netsh",
}
"""The formats of file name endings that differ from the format's name."""

SCRIPTS = ("powershell", "netsh")
"""The formats of scripts for Windows."""


class Output(NamedTuple):
    """A format by its name, and the file for it; None for standard output."""

    form: str
    file: Path | None = None

    def put(self, text: str | bytes, inputs: Iterable[str] = ()) -> None:
        """Write an answer; ends where the file is one of the inputs, or cannot be written."""
        if self.file is None:
            typer.echo(text, nl=False) if isinstance(text, bytes) else say(text, nl=False)
        else:
            refuse_outputs([self.file], inputs)
            write(self.file, text if isinstance(text, bytes) else inert(text))
            say(f"ipseclint: wrote {self.file}", err=True)

    def put_lines(self, text: str, inputs: Iterable[str] = ()) -> None:
        """Write an answer; a text is wrapped to the width of the terminal."""
        if self.form == "text":
            from ipseclint.cli.terminal import text_width
            from ipseclint.reporters.console import fitted

            text = fitted(text, text_width())
        self.put(text, inputs)

    def put_script(self, text: str) -> None:
        """Write a script for Windows unchanged, so that its seal holds; with a byte order mark for Windows
        PowerShell."""
        if self.file is None:
            # Standard output of Windows makes its own line ends.
            say(text.replace("\r\n", "\n") if os.linesep == "\r\n" else text, nl=False)
            return
        marked = self.form == "powershell" and not text.isascii()
        write(self.file, text.encode("utf-8-sig" if marked else "utf-8", "backslashreplace"))
        say(f"ipseclint: wrote {self.file}", err=True)


def output_option(forms: Sequence[str], what: str = "") -> Any:
    """The option `-o` of a command that writes these formats."""
    return typer.Option(
        "--output",
        "-o",
        metavar="FORMAT[:FILE]",
        help=f"{what}, as {_listed(forms)}." if what else f"{_listed(forms)}; to standard output or a file.",
        autocompletion=one_of(*forms),
    )


def format_option(forms: Sequence[str]) -> Any:
    """The option `--format`: `-o FORMAT`, or the format of an `-o FILE` whose name tells none."""
    return typer.Option(
        "--format",
        metavar="FORMAT",
        help="The same as -o FORMAT.",
        autocompletion=one_of(*forms),
    )


def output_of(spec: str | None, form: str | None, forms: Sequence[str]) -> Output:
    """The target of one answer, by default in the first of the formats. Ends where a format is unknown."""
    outputs = outputs_of([] if spec is None else [spec], form, forms)
    if len(outputs) > 1:
        fail(f"-o {spec}: --format says {form}")
    return outputs[0]


def outputs_of(specs: Sequence[str], form: str | None, forms: Sequence[str]) -> list[Output]:
    """The target of each answer; `--format` applies to the file that names no format, or else to standard output."""
    if form is not None and form not in forms:
        fail(f"--format {form}: {_unknown(form, forms)}")
    outputs = [_output(spec, form, forms) for spec in specs]
    if form is not None and all(output.form != form for output in outputs):
        outputs.insert(0, Output(form))
    return outputs or [Output(forms[0])]


def only_output(spec: str | None, file: Path | None, form: str) -> Output | None:
    """The target of an answer with one format: `-o FORMAT[:FILE]`, or `--file FILE`; None where neither is given."""
    if spec is not None and file is not None:
        fail(f"-o {spec} and --file {file}: one of them; they say the same")
    if spec is not None:
        return outputs_of([spec], form, (form,))[0]
    return None if file is None else Output(form, file)


def file_to_change(spec: str | None, file: Path | None, form: str) -> Path | None:
    """The file to read and rewrite, from the same words. Ends where they name standard output."""
    output = only_output(spec, file, form)
    if output is not None and output.file is None:
        fail(f"-o {spec}: what is there is added to, so a file is expected: -o {form}:FILE")
    return None if output is None else output.file


def _output(spec: str, form: str | None, forms: Sequence[str]) -> Output:
    """One `FORMAT[:FILE]`; the file keeps its own colons, as in `json:C:\\out.json`."""
    word, colon, rest = spec.partition(":")
    if word in forms:
        if colon and not rest:
            fail(f"-o {spec}: a file name is expected after the colon", given=spec)
        return Output(word, Path(rest) if colon else None)
    if colon and len(word) > 1:  # one letter is a drive
        fail(f"-o {spec}: {_unknown(word, forms)}", given=spec)
    suffix = Path(spec).suffix.casefold().removeprefix(".")
    by_suffix = _BY_SUFFIX.get(suffix, suffix)
    if by_suffix in forms:
        return Output(by_suffix, Path(spec))
    if form is None or suffix:
        fail(f"-o {spec}: {_unknown(word, forms)}", given=spec)
    return Output(form, Path(spec))


def _unknown(word: str, forms: Sequence[str]) -> str:
    return f"no output format {word!r}" + (
        nearest(word, forms) or f"; there {'are' if len(forms) > 1 else 'is'} {_listed(forms)}"
    )


def _listed(words: Sequence[str]) -> str:
    """`a, b or c`."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
