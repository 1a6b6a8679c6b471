"""`ipseclint coverage`: what traffic is required, requested, exempt, blocked or untouched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ipseclint.cli.messages import fail, say
from ipseclint.escape import json_text

if TYPE_CHECKING:
    from ipseclint.semantics.covered import GroupCoverage, Range


def command(
    policy: Annotated[str, typer.Argument(help="A file, a machine's folder, or -.", show_default=False)],
    profile: Annotated[str | None, typer.Option(help="domain, private or public; each of them without it.")] = None,
    direction: Annotated[str, typer.Option(help="out, by the destination, or in, by the source.")] = "out",
    listed: Annotated[int, typer.Option(min=1, help="How many ranges of addresses to list.")] = 64,
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    allow_partial: Annotated[bool, typer.Option(help="Answer even if the policy was understood in part.")] = False,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The configuration, for the site's facts.")
    ] = None,
) -> None:
    """Show what the rules do with traffic, by the peer's address."""
    from ipseclint.cli.reading_one import machine_at
    from ipseclint.semantics.covered import coverages
    from ipseclint.semantics.decisions import PacketError

    if form not in {"text", "json"}:
        fail(f"--format {form}: expected text or json")
    try:
        group_coverages = coverages(machine_at(policy, config, allow_partial=allow_partial), profile, listed, direction)
    except PacketError as error:
        fail(str(error))
    if form == "json":
        typer.echo(json_text([_as_dict(each) for each in group_coverages], indent=2))
        return
    for group_coverage in group_coverages:
        _say(group_coverage)
    if not group_coverages:
        say("no rule is for any traffic")


def _say(each: GroupCoverage) -> None:
    from ipseclint.escape import visible
    from ipseclint.semantics.covered import ALONG

    say(f"{visible(each.group)}, IPv{each.family}, {ALONG[each.direction]}, on {each.on} ({each.reading.name})")
    for row in each.ranges:
        say(f"  {row.addresses:<44}{row.words}")
    if each.unlisted:
        say(f"  {each.unlisted} more ranges are not listed (--listed N)")
    if each.otherwise is not None:
        say(f"  {each.otherwise.addresses:<44}{each.otherwise.words}")
    if not each.complete:
        say("  of some ranges there is too much to tell")
    for name, packet in each.examples.items():
        say(f"    {name}: {packet}")
    if each.conditional:
        names = ", ".join(visible(name) for name in each.conditional[:8])
        say(f"  left out, because their meaning is unknown: {names}")
    say("")


def _as_dict(each: GroupCoverage) -> dict[str, Any]:
    return {
        "group": each.group,
        "reading": each.reading.name,
        "family": each.family,
        "direction": each.direction,
        "profiles": list(each.profiles),
        "segments": [_row(row) for row in each.ranges],
        "unlisted": each.unlisted,
        "otherwise": None if each.otherwise is None else _row(each.otherwise),
        "examples": {name: str(packet) for name, packet in each.examples.items()},
        "conditional": list(each.conditional),
        "complete": each.complete,
    }


def _row(row: Range) -> dict[str, Any]:
    """`count` is the number of addresses."""
    return {"addresses": row.addresses, "count": row.count, "classes": list(row.classes), "words": row.words}
