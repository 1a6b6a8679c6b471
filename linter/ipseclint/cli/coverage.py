"""`ipseclint coverage`: what traffic is required, requested, exempt, blocked or untouched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ipseclint.cli import values
from ipseclint.cli.messages import fail
from ipseclint.cli.outputs import format_option, output_of, output_option
from ipseclint.escape import json_text
from ipseclint.words import plural, series

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipseclint.semantics.covered import GroupCoverage, Range

FORMATS = ("text", "json")
_NAMED = 8
"""The most rules named in a line; of others the number is given."""


def command(
    policy: Annotated[str, typer.Argument(help="A file, a machine's folder, or -.", show_default=False)],
    profile: Annotated[str | None, values.word_option(values.PROFILES, "Each of them without it.")] = None,
    direction: Annotated[
        str | None,
        values.word_option(values.DIRECTIONS, "Out is by the destination, in by the source; both without it."),
    ] = None,
    listed: Annotated[int, typer.Option(min=1, metavar="N", help="How many ranges of addresses to list.")] = 64,
    output: Annotated[str | None, output_option(FORMATS)] = None,
    form: Annotated[str | None, format_option(FORMATS)] = None,
    allow_partial: Annotated[bool, values.partial_option()] = False,
    config: Annotated[Path | None, values.site_option()] = None,
) -> None:
    """Show what the rules do with traffic, by the peer's address."""
    from ipseclint.cli.reading_one import machine_at
    from ipseclint.semantics.covered import coverages
    from ipseclint.semantics.decisions import PacketError

    target = output_of(output, form, FORMATS)
    try:
        group_coverages = coverages(machine_at(policy, config, allow_partial=allow_partial), profile, listed, direction)
    except PacketError as error:
        fail(str(error))
    if target.form == "json":
        target.put(json_text([_as_dict(each) for each in group_coverages], indent=2) + "\n", [policy])
        return
    lines = [line for each in _together(group_coverages) for line in _lines(*each)] or ["no rule is for any traffic"]
    target.put_lines("\n".join(lines) + "\n", [policy])


def _together(group_coverages: Sequence[GroupCoverage]) -> Iterator[tuple[GroupCoverage, list[str]]]:
    """The coverages, equal ones of both directions joined, each with its directions."""
    from ipseclint.semantics.covered import same_words

    left = list(group_coverages)
    while left:
        first = left.pop(0)
        alike = next((each for each in left if each.direction != first.direction and same_words(first, each)), None)
        if alike is not None:
            left.remove(alike)
        yield first, [each.direction for each in (first, alike) if each is not None]


def _lines(coverage: GroupCoverage, directions: list[str]) -> Iterator[str]:
    from ipseclint.escape import visible
    from ipseclint.semantics.covered import ALONG

    along = series(ALONG[direction] for direction in directions)
    yield f"{visible(coverage.group)}, IPv{coverage.family}, {along}, on {coverage.on} ({coverage.under})"
    for row in coverage.ranges:
        yield f"  {row.addresses:<44}{row.words}"
    if coverage.unlisted:
        are = "is" if coverage.unlisted == 1 else "are"
        yield f"  {plural(coverage.unlisted, 'more range')} {are} not listed (--listed N)"
    if coverage.otherwise is not None:
        yield f"  {coverage.otherwise.addresses:<44}{coverage.otherwise.words}"
    if not coverage.complete:
        yield "  some ranges have too many parts to list"
    for name, packet in coverage.examples.items():
        yield f"    {name}: {packet}"
    if coverage.conditional:
        names = ", ".join(visible(name) for name in coverage.conditional[:_NAMED])
        more = len(coverage.conditional) - _NAMED
        yield f"  left out, because their meaning is unknown: {names}{f' and {more} more' if more > 0 else ''}"
    yield ""


def _as_dict(coverage: GroupCoverage) -> dict[str, Any]:
    return {
        "group": coverage.group,
        "readings": [reading.name for reading in coverage.readings],
        "family": coverage.family,
        "direction": coverage.direction,
        "profiles": list(coverage.profiles),
        "segments": [_row(row) for row in coverage.ranges],
        "unlisted": coverage.unlisted,
        "otherwise": None if coverage.otherwise is None else _row(coverage.otherwise),
        "examples": {name: str(packet) for name, packet in coverage.examples.items()},
        "conditional": list(coverage.conditional),
        "complete": coverage.complete,
    }


def _row(row: Range) -> dict[str, Any]:
    """`count` is the number of addresses."""
    return {"addresses": row.addresses, "count": row.count, "classes": list(row.classes), "words": row.words}
