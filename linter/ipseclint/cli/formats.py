"""`ipseclint formats`: what can be read, and how to export it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

from ipseclint.cli.lazily import typer
from ipseclint.cli.messages import fail
from ipseclint.cli.outputs import format_option, output_of, output_option
from ipseclint.escape import json_text
from ipseclint.words import nearest

if TYPE_CHECKING:
    from ipseclint.formats.parsed import Format

FORMATS = ("text", "json")


def command(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help="Only this format, such as wfp-state, those that begin so: wfp, or that tell of it: rasphone.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[str | None, output_option(FORMATS)] = None,
    form: Annotated[str | None, format_option(FORMATS)] = None,
) -> None:
    """List the formats, or one: the Windows command that writes each, and what each can and cannot express."""
    from ipseclint.formats import all_formats

    target = output_of(output, form, FORMATS)
    formats = all_formats()
    shown = formats if name is None else _asked_for(name.casefold(), formats)
    if name is not None and not shown:
        near = nearest(name, (each.name for each in formats))
        fail(f"no format {name!r}{near or '; `ipseclint formats` lists them'}")
    if target.form == "json":
        target.put(json_text([dict(_row(each)) for each in shown], indent=2) + "\n")
    else:
        target.put("\n".join(line for each in shown for line in _lines(each)) + "\n")


def _asked_for(name: str, formats: Sequence[Format]) -> Sequence[Format]:
    """The format of that name, or else those that begin so, or else those whose title or export tells of it."""
    of_that_name = [each for each in formats if each.name == name]
    return (
        of_that_name
        or [each for each in formats if each.name.startswith(f"{name}-")]
        or [each for each in formats if _words(name) in _words(f"{each.title} {each.how_to_export}")]
    )


def _words(text: str) -> str:
    """The words of a text with a blank on both sides of each, so that no part of a word is found for the word."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "


_MAY_HOLD_KEYS = "preshared keys may stand in it; no output shows them"


def _row(format_: Format) -> Iterator[tuple[str, str]]:
    yield "name", format_.name
    yield "title", format_.title
    yield "export", format_.how_to_export
    yield "holds", format_.can_express
    yield "lacks", format_.cannot_express
    yield "keys", format_.without_key or _MAY_HOLD_KEYS


def _lines(format_: Format) -> Iterator[str]:
    (_, name), (_, title), *rest = _row(format_)
    yield f"{name}: {title}"
    for label, text in rest:
        # A command that is broken within a word cannot be copied.
        wrapper = textwrap.TextWrapper(96, break_on_hyphens=False, break_long_words=False)
        wrapper.initial_indent, wrapper.subsequent_indent = f"  {label:<8}", " " * 10
        yield wrapper.fill(text)
    yield ""
