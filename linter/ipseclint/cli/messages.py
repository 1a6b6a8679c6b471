"""Messages of the command line outside the report, on stderr."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

from ipseclint.cli.terminal import put
from ipseclint.escape import inert, visible
from ipseclint.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ipseclint.finding import Finding


def fail(message: str, code: Exit = Exit.USAGE, given: str = "") -> NoReturn:
    """Say on stderr what is wrong and what to do, and end; `given` is what it repeats of a configuration."""
    from ipseclint.engine.keys.gate import hidden_from

    say(f"ipseclint: {visible(hidden_from(message, (*sys.argv[1:], given)))}", err=True)
    raise SystemExit(code)


def refuse_unknown(*given: tuple[str, str, Sequence[str]]) -> None:
    """End where an option, here with its word and those that it takes, is given another."""
    from ipseclint.words import nearest

    for option, word, known in given:
        if word not in known:
            fail(f"{option} {word}: " + (nearest(word, known).removeprefix("; ") or f"expected {', '.join(known)}"))


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print lines in which no pipeline agent finds a command; on stderr with invisible characters escaped."""
    shown = inert("\n".join(map(visible, text.split("\n"))) if err else text)
    shown = f"{shown}\n" if nl else shown
    # cli/unchanged.py may keep what is an answer, and keeps nothing beside a complaint.
    sys.audit("ipseclint.complained") if err else sys.audit("ipseclint.printed", shown)
    put(shown, err=err)


def write(file: Path, text: str | bytes) -> None:
    """Write a file, whole or not at all, or say that it cannot be written, and end."""
    from ipseclint.cli.files import replace_file

    try:
        replace_file(file, text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace"))
    except (OSError, ValueError) as error:
        fail(f"cannot write {file}: {reason(error)}")


def refuse_outputs(files: Sequence[Path], paths: Iterable[str]) -> None:
    """End where a report would overwrite an input, policy in a folder of inputs, or another report."""
    if not files:
        return
    from ipseclint.cli.files import real_path

    inputs = list(paths)
    refuse_same_files(files, inputs)
    folders = {real_path(path) for path in inputs}
    for file in files:
        place = real_path(file)
        if any(folder in place.parents for folder in folders) and _holds_policy(place):
            fail(f"-o {file}: this is policy in a folder that is an input, which a report must not overwrite")


def refuse_same_files(files: Sequence[Path], paths: Iterable[str]) -> None:
    """End where a report would overwrite an input that is named, or another report."""
    if not files:
        return
    from ipseclint.cli.files import real_path

    places, inputs = [real_path(file) for file in files], {real_path(path) for path in paths}
    for file, place in zip(files, places, strict=True):
        if places.count(place) > 1:
            fail(f"-o {file}: two reports cannot go to one file")
        if place in inputs:
            fail(f"-o {file}: this is an input, which a report must not overwrite")


def _holds_policy(file: Path) -> bool:
    """Whether a file exists in which a reader finds policy, and that ipseclint did not write itself."""
    if not file.is_file():
        return False
    from ipseclint.engine.unread.own import is_own, is_own_script
    from ipseclint.formats import recognise
    from ipseclint.source import SourceError, file_source

    source = file_source(file)
    try:
        return recognise(source) is not None and not (is_own(source) or is_own_script(source))
    except SourceError:
        return False


def reason(error: Exception) -> str:
    """Why something could not be used, in the system's words if it is the system that refuses."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def in_words(finding: Finding, others: int = 0) -> str:
    """A finding on one line, with the number of others of its rule that it stands for."""
    more = f" and {others} more" if others else ""
    return visible(f"{finding.code} {finding.name} on {finding.subject.name}{more}: {finding.message}")
