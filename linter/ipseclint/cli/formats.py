"""`ipseclint formats`: what can be read, and how to export it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
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
            help="Only this format, such as wfp-state, or those that begin so: wfp.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[str | None, output_option(FORMATS)] = None,
    form: Annotated[str | None, format_option(FORMATS)] = None,
) -> None:
    """List the formats, or one: the Windows command that writes each, and what each can and cannot express."""
    from ipseclint.formats import all_formats

    target = output_of(output, form, FORMATS)
    shown = [each for each in all_formats() if name is None or each.name == name.casefold()]
    if name is not None and not shown:
        shown = [each for each in all_formats() if each.name.startswith(f"{name.casefold()}-")]
    if name is not None and not shown:
        near = nearest(name, (each.name for each in all_formats()))
        fail(f"no format {name!r}{near or '; `ipseclint formats` lists them'}")
    if target.form == "json":
        target.put(json_text([dict(_row(each)) for each in shown], indent=2) + "\n")
    else:
        target.put("\n".join(line for each in shown for line in _lines(each)) + "\n")


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
