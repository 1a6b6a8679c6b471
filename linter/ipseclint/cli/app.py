"""The commands of the command line; a first argument that is not a command means `check`."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import re
import stat
import sys
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from ipseclint.cli.lazily import load_pydantic, typer
from ipseclint.cli.terminal import prepare
from ipseclint.outcome import Exit
from ipseclint.version import __version__

if TYPE_CHECKING:
    from ipseclint.source import SourceError

COMMANDS = {
    "check": "check",
    "explain": "explain",
    "rules": "rules",
    "rulesets": "rulesets",
    "formats": "formats",
    "inspect": "inspect",
    "which": "which",
    "negotiate": "negotiate",
    "coverage": "coverage",
    "diff": "diff",
    "fix": "fix",
    "load": "load",
    "fleet": "fleet",
    "waive": "waive",
    "baseline": "baseline",
    "init": "init",
    "demo": "demo",
    "config": "config",
    "collect-script": "collect_script",
}
"""Each command and the module of this package that holds its `command`, or its `app` of commands."""

_OWN_OPTIONS = frozenset({"--help", "-h", "--version", "--install-completion", "--show-completion"})


def build(only: str | None = None, *, summaries: bool = False) -> typer.Typer:
    """The Typer application, with all commands or, to start faster, with one, or with no more than their summaries."""
    app = typer.Typer(
        name="ipseclint",
        help="The linter for Windows IPsec policy. `ipseclint PATH...` is short for `ipseclint check PATH...`.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        add_completion=True,
        rich_markup_mode=None,
    )

    @app.callback()
    def main(
        version: Annotated[bool, typer.Option("--version", help="Print the version.", callback=_print_version)] = False,
    ) -> None:
        """The linter for Windows IPsec policy. `ipseclint PATH...` is short for `ipseclint check PATH...`."""

    modules = {
        name: importlib.import_module(f"ipseclint.cli.{module}")
        for name, module in COMMANDS.items()
        if only in {None, name}
    }
    if summaries:
        # Typer lists commands of commands last.
        for name, module in sorted(modules.items(), key=lambda each: hasattr(each[1], "app")):
            app.command(name, help=_summary(module), short_help=_in_lists(_summary(module)))(_nothing)
        return app
    for name, module in modules.items():
        if hasattr(module, "app"):
            for command in module.app.registered_commands:
                command.short_help = _in_lists(command.help or (command.callback and command.callback.__doc__))
            app.add_typer(module.app, name=name, short_help=_in_lists(_summary(module)))
        else:
            app.command(name, short_help=_in_lists(_summary(module)))(module.command)
    return app


def _summary(module: ModuleType) -> str | None:
    """The text that the help of a command, or of a group of commands, begins with."""
    summary: str | None = module.app.info.help if hasattr(module, "app") else module.command.__doc__
    return summary


def _in_lists(help_: str | None) -> str | None:
    """The text for a command in a list of commands: its whole first paragraph, which would otherwise be cut to
    a line."""
    return " ".join(help_.strip().split("\n\n")[0].split()) if help_ else None


def _nothing() -> None:
    """A command reduced to its name and summary, since options are expensive to make."""


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ipseclint {__version__}")
        raise typer.Exit


def run(arguments: Sequence[str]) -> None:
    """Run one command line; ends the process with the exit code of the design."""
    words = list(arguments)
    _complete_as_check()
    if words and words[0] not in COMMANDS and words[0] not in _OWN_OPTIONS:
        _refuse_misspelt(words[0])
        words.insert(0, "check")
    _refuse_empty(words)
    _refuse_several_in_one(words)
    if words[:1] == ["explain"] and len(words) > 1 and words[1][:1] == "-" and words[1][1:].isdigit():
        words = ["explain", *words[2:], "--", words[1]]  # an HRESULT as a negative number is no option
    _require_open_streams()
    prepare()
    _stop_writing_when_nobody_reads()
    try:
        code = _exit_code(words)  # all that writes flushes
    except OSError as error:
        end_without_output(error)
    except Exception as error:
        from ipseclint.source import SourceError

        if isinstance(error, SourceError):
            end_without_output(error)
        from ipseclint.engine.machines import place_of, way_to

        if "IPSECLINT_TRACEBACK" in os.environ:
            typer.echo("\n\n".join(way_to(error)), err=True)
        typer.echo(
            f"ipseclint: internal error: {place_of(error)}; set IPSECLINT_TRACEBACK=1 to see where and report it",
            err=True,
        )
        raise SystemExit(Exit.INTERNAL) from error
    raise SystemExit(code)


@cache
def _command(only: str | None, *, summaries: bool) -> Callable[..., Any]:
    """The command line as a Click command, made once per process; a Typer makes it anew at each call."""
    return typer.main.get_command(build(only, summaries=summaries))


def _exit_code(words: list[str]) -> int:
    """Run the command; what Typer refuses is shown with the words of the command line made harmless."""
    if not {"--help", "-h"} & {*words}:
        load_pydantic()
    if _is_plain(words):
        return _call(*words)
    only = words[0] if words and words[0] in COMMANDS else None
    usage_errors: Any = typer.BadParameter.__bases__  # what Typer raises for a command line that it refuses
    command = _command(only, summaries=words[:1] in (["--help"], ["-h"]))
    try:
        code = command(args=words, windows_expand_args=False, standalone_mode=False)
    except usage_errors as error:
        from ipseclint.engine.keys.gate import hidden_from
        from ipseclint.escape import visible

        if error.ctx is None or error.message != error.ctx.get_help():
            error.message = visible(hidden_from(_in_our_words(error), words))
            error.possibilities = ()
        error.show()
        return Exit.USAGE
    return code if isinstance(code, int) else 0


def _is_plain(words: Sequence[str]) -> bool:
    """Whether a command line is one of the commonest commands, with arguments that are no options."""
    if os.environ.keys() & {"_IPSECLINT_COMPLETE", "IPSECLINT_CACHE"}:
        return False
    return len(words) > 1 and words[0] in {"check", "explain"} and not any(word[:1] == "-" for word in words[1:])


def _call(name: str, word: str, *words: str) -> int:
    """Answer a plain command line as Typer would: loading Typer takes longer than reading a small policy."""
    if name == "check":
        from ipseclint.cli import check

        check.command([word, *words])
    else:
        from ipseclint.cli import explain

        explain.command(word, list(words))
    return Exit.CLEAN


_PLAIN_WORDS = (
    (r"Value error, ", ""),
    (r"does not match the formats? .*", "is not a date such as 2027-06-30"),
    (r"Input should be a valid integer.*", "a whole number is expected"),
    (r"Input should be a valid number.*", "a number is expected"),
    (r"Input should be ", "it should be "),
)
"""Phrases of the libraries about a value, and our own for them."""


def _in_our_words(error: Any) -> str:
    """Typer's error, without the terms of its libraries, and with the nearest spelling."""
    from ipseclint.words import nearest, padded_code

    option = getattr(error, "option_name", None)
    if option is None or not str(error.message).startswith("No such option"):
        message = str(error.message)
        for technical, plain in _PLAIN_WORDS:
            message = re.sub(technical, plain, message)
        word = re.match(r"No such command '(\w+)'", message)
        code = padded_code(word[1]).upper() if word else ""
        return f"{message} What a rule means says `ipseclint explain {code}`." if code else message
    if option == "-f":
        return "No such option: -f; a format is given as -o FORMAT, for example -o json"
    if option in {"-V", "--version"}:
        return f"No such option: {option}; `ipseclint --version` prints the version"
    known = [name for parameter in error.ctx.command.params for name in parameter.opts] if error.ctx else []
    known += ["--version"]
    if any(map(str.isspace, option)):
        return "A text that begins with a dash stands behind `--`: ipseclint explain -- TEXT"
    return f"No such option: {option}{nearest(option, known)}"


_AS_OPTIONS = {"help": "--help", "usage": "--help", "version": "--version"}
"""Commands of other programs that are options here."""


def _refuse_misspelt(word: str) -> None:
    """End where a first argument is neither a path, a pattern nor a command, but close to a command."""
    if not word.replace("-", "").isalpha() or word.startswith("-"):
        return
    from ipseclint.words import nearest

    meant = _AS_OPTIONS.get(word.casefold())
    near = f"; did you mean {meant}?" if meant else nearest(word, COMMANDS)
    if near and not Path(word).exists():
        from ipseclint.escape import visible

        typer.echo(visible(f"ipseclint: no command and no file {word!r}{near}"), err=True)
        raise SystemExit(Exit.USAGE)


_QUOTES = "\"'\u2018\u2019\u201c\u201d\u201e"


def _refuse_empty(words: Sequence[str]) -> None:
    """End where an option is empty, as from an unset variable: it would count as not given."""
    for word, behind in pairwise([*words, "-"]):
        if word == "--":
            return
        option, has_value, value = word.partition("=")
        is_empty = not value.strip() if has_value else not behind.strip()
        if word.startswith("--") and is_empty and option not in _MAY_BE_EMPTY:
            typer.echo(f"ipseclint: {option}: its value is empty, as of a variable that is not set", err=True)
            raise SystemExit(Exit.USAGE)


_MAY_BE_EMPTY = frozenset({"--select", "--ignore", "--reason"})
"""Options that say themselves what an empty value means."""


def _refuse_several_in_one(words: Sequence[str]) -> None:
    """End where one argument is several paths, or a path in quotes, as other tools write lists."""
    for before, word in pairwise(["", *words]):
        parts = [part.strip().strip(_QUOTES) for part in re.split("[,;]", word)]
        if before.startswith("-") or word == parts[0] or _is_there(word) or not all(map(_is_there, parts)):
            continue
        from ipseclint.escape import visible

        meant = " ".join(f'"{part}"' if " " in part else part for part in parts)
        why = "paths stand apart, with blanks between" if len(parts) > 1 else "the quotes are part of this name"
        typer.echo(visible(f"ipseclint: no file {word!r}: {why}; did you mean {meant}?"), err=True)
        raise SystemExit(Exit.USAGE)


def _is_there(path: str) -> bool:
    try:
        return bool(path) and Path(path).exists()
    except OSError:  # longer than any name
        return False


def _complete_as_check() -> None:
    """Complete after an unknown first word as for `check`, which it is short for."""
    for name in ("COMP_WORDS", "_TYPER_COMPLETE_ARGS"):
        line = os.environ.get(name, "")
        program, *rest = line.split(maxsplit=2)[:2] or [""]
        if "_IPSECLINT_COMPLETE" not in os.environ or not rest or line.endswith(rest[0]):
            continue
        if rest[0] not in COMMANDS and rest[0] not in _OWN_OPTIONS:
            after = line[len(program) :]
            os.environ[name] = f"{program}{after[:1]}check{after}"
            if name == "COMP_WORDS":
                os.environ["COMP_CWORD"] = str(int(os.environ.get("COMP_CWORD", "1")) + 1)


def _require_open_streams() -> None:
    """End where standard output or standard error is closed: a report that goes nowhere must not look like success."""
    for name, other in (("stdout", sys.stderr), ("stderr", sys.stdout)):
        if getattr(sys, name) is None:
            if other is not None:
                print(f"ipseclint: {name} is closed; send it to a file or to the null device", file=other)
            sys.exit(Exit.USAGE)


def end_without_output(error: OSError | SourceError) -> NoReturn:
    """End where the system refuses to write the report, or to read the input."""
    from ipseclint.cli.messages import reason

    where = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    # What could not be written would be tried again, and complained of, when the process ends.
    if isinstance(getattr(getattr(sys.stdout, "buffer", None), "raw", None), _Pipe):
        with contextlib.suppress(OSError):
            sys.stdout.close()  # Python 3.13 complains of it even when it is let go
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - it lives as long as the process
    with contextlib.suppress(OSError):
        from ipseclint.engine.keys.gate import hidden_from
        from ipseclint.escape import visible

        shown = hidden_from(f"ipseclint: cannot go on: {reason(error)}{where}", sys.argv[1:])
        typer.echo(visible(shown), err=True)
    raise SystemExit(Exit.USAGE) from error


def _stop_writing_when_nobody_reads() -> None:
    """Let a reader such as `head` end the output early, without changing the exit code of the check."""
    try:
        is_pipe = not stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode) and not sys.stdout.isatty()
    except (OSError, ValueError):
        return
    if is_pipe and isinstance(sys.stdout, io.TextIOWrapper):
        buffered = io.BufferedWriter(_Pipe(sys.stdout.fileno()))
        sys.stdout = io.TextIOWrapper(buffered, sys.stdout.encoding, sys.stdout.errors)


class _Pipe(io.RawIOBase):
    """Standard output that accepts everything, and passes it on for as long as somebody reads."""

    def __init__(self, number: int) -> None:
        self._number = number

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def fileno(self) -> int:
        """The number that the system knows it by."""
        return self._number

    def write(self, data: Any, /) -> int:
        """Pass bytes on, or drop them when nobody reads any more."""
        try:
            return os.write(self._number, data)
        except BrokenPipeError:
            return len(data)
