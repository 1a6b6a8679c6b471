"""`ipseclint negotiate`: whether two ends will agree, at which stage not, when, and what each sees."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ipseclint.cli import values
from ipseclint.cli.messages import fail
from ipseclint.cli.outputs import Output, format_option, output_of, output_option
from ipseclint.outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ipseclint.engine.negotiate import Matrix, ReadEnds
    from ipseclint.model.site import Site
    from ipseclint.semantics.negotiation.table import Row
    from ipseclint.semantics.negotiation.unpaired import Unpaired
    from ipseclint.semantics.packets.box import Packet

FORMATS = ("text", "json", "markdown", "html", "csv")


def command(
    a: Annotated[str, typer.Argument(help="One end: a file, a machine's folder, - or a shipped peer.")] = "",
    b: Annotated[str | None, typer.Argument(help="The other end. Without one: all pairs of a folder.")] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="A", help="Only with this end as initiator: a path, or its name.")
    ] = None,
    packet: Annotated[
        str | None, typer.Option(metavar="'SRC DST [PROTO [PORT]]'", help="Only the rules that decide for a packet.")
    ] = None,
    output: Annotated[str | None, output_option(FORMATS)] = None,
    form: Annotated[str | None, format_option(FORMATS)] = None,
    write_peer: Annotated[
        bool, typer.Option("--write-peer", help="Print the description of an end, for the other side.")
    ] = False,
    peers: Annotated[bool, typer.Option("--peers", help="List the peers that come with the program.")] = False,
    allow_partial: Annotated[bool, typer.Option(help="Let the verdicts decide even if not all was read.")] = False,
    config: Annotated[Path | None, values.site_option()] = None,
    as_of: Annotated[datetime | None, values.day_option()] = None,
) -> None:
    """Say whether two ends will agree: stage by stage, each as initiator, with one repair for each side."""
    if peers:
        from ipseclint.escape import json_text
        from ipseclint.formats.peers.shipped import default_titles

        target = output_of(output, form, ("text", "json"))
        titles = default_titles()
        width = max(map(len, titles))
        lines = (f"{name:{width}}  {title}\n" for name, title in titles.items())
        target.put_lines(json_text(list(titles), indent=2) + "\n" if target.form == "json" else "".join(lines))
        return
    if not a:
        fail("no end is given: ipseclint negotiate A B, or ipseclint negotiate DIR")
    asked = _packet(packet)
    site = _site(config)
    day = as_of.date() if as_of else None
    if write_peer:
        _write_peer(_read(a, site, day, as_one=True), output_of(output, form, ("toml",)), [a])
        return
    target = output_of(output, form, FORMATS)
    if b is None:
        _matrix(a, site, start, asked, target, day, allow_partial=allow_partial)
        return
    from ipseclint.engine.negotiate import Matrix, answers
    from ipseclint.semantics.negotiation.table import Side
    from ipseclint.semantics.negotiation.unpaired import unpaired

    one, other = _read(a, site, day, as_one=True), _read(b, site, day, as_one=True)
    sides = tuple(Side)
    if start is not None:
        if start not in {a, b, "a", "b"}:
            fail(f"--from {start}: it is neither {a} nor {b}")
        sides = (Side.A if start in {a, "a"} else Side.B,)
    shortfalls = (*one.shortfalls, *other.shortfalls)
    rows = [row for mine in one.machines for theirs in other.machines for row in answers(mine, theirs, sides, asked)]
    machines = (*one.machines, *other.machines)
    alone = unpaired(machines, (row.pair for row in rows)) if asked is None else []
    _end(Matrix(tuple(rows), shortfalls, tuple(alone)), target, [a, b], allow_partial=allow_partial)


def _matrix(
    path: str,
    site: Site,
    start: str | None,
    asked: Packet | None,
    target: Output,
    day: date | None,
    *,
    allow_partial: bool,
) -> None:
    from ipseclint.engine.negotiate import matrix

    matched = matrix(path, site, start, asked, day)
    if not matched.has_start:
        fail(f"--from {start}: no input of {path} has this name")
    if matched.is_alone and not matched.shortfalls:
        shown = matched.keys.hidden(path)
        fail(f"{shown}: it is one end only; name the other, too: ipseclint negotiate {shown} OTHER", Exit.NOTHING)
    _end(matched, target, [path], allow_partial=allow_partial)


def _end(matched: Matrix, target: Output, inputs: list[str], *, allow_partial: bool) -> None:
    from ipseclint.semantics.negotiation.table import is_unknown

    rows, shortfalls = matched.rows, matched.shortfalls
    target.put_lines(_renderer(target.form)(rows, shortfalls, matched.unpaired), inputs)
    if not allow_partial and (shortfalls or any(map(is_unknown, rows))):
        raise typer.Exit(Exit.PARTIAL)
    if not rows:
        raise typer.Exit(Exit.NOTHING)
    if any(not row.outcome.is_as_wanted and not is_unknown(row) for row in rows):
        raise typer.Exit(Exit.FINDINGS)


def _renderer(form: str) -> Callable[[Iterable[Row], Iterable[str], Iterable[Unpaired]], str]:
    if form == "json":
        from ipseclint.reporters.negotiation import json_v1

        return json_v1.render
    if form == "markdown":
        from ipseclint.reporters.negotiation import markdown

        return markdown.render
    if form == "html":
        from ipseclint.reporters.negotiation import html

        return html.render
    if form == "csv":
        from ipseclint.reporters.negotiation import table_csv

        return table_csv.render
    from ipseclint.reporters.negotiation import text

    return text.render


def _read(path: str, site: Site, day: date | None, *, as_one: bool) -> ReadEnds:
    from ipseclint.engine.negotiate import read_ends

    ends = read_ends(path, site, day, as_one=as_one)
    if not ends.machines and not ends.shortfalls:
        why = f": {ends.foreign}" if ends.foreign else ""
        fail(f"{path}: no IPsec policy, VPN connection or peer in it{why}", Exit.NOTHING)
    if not ends.machines:
        from ipseclint.formats.peers.shipped import default_names
        from ipseclint.words import nearest

        near = "" if Path(path).exists() else nearest(path, default_names())
        if not (near or Path(path).exists() or Path(path).suffix or len(Path(path).parts) > 1):
            near = "; --peers lists the peers that have a name"
        fail(f"{ends.shortfalls[0]}{near}", Exit.PARTIAL)
    return ends


def _site(config: Path | None) -> Site:
    from ipseclint.engine.arguments import configuration
    from ipseclint.engine.configuration.toml_files import ConfigError

    try:
        return configuration(config).config.site
    except ConfigError as error:
        fail(str(error))


_WORDS = range(2, 5)


def _packet(words: str | None) -> Packet | None:
    from ipseclint.semantics.decisions import PacketError, packet_of

    if words is None:
        return None
    parts = words.replace(",", " ").split()
    if len(parts) not in _WORDS:
        fail(f"--packet {words}: expected SRC DST [PROTO [PORT]]")
    source, destination, *rest = parts
    port = rest[1] if len(rest) > 1 else None
    if port is not None and not port.isdecimal():
        fail(f"--packet {words}: {port} is not a port")
    try:
        return packet_of(
            source, destination, rest[0] if rest else None, None, int(port) if port else None, None, "out", None
        )
    except PacketError as error:
        fail(f"--packet {words}: {error}")


def _write_peer(ends: ReadEnds, target: Output, inputs: list[str]) -> None:
    from ipseclint.reporters.negotiation.peer_toml import render
    from ipseclint.semantics.negotiation.rule_ends import machine_ends

    negotiating = [end for machine in ends.machines for end in machine_ends(machine).negotiating]
    if not negotiating:
        fail("no rule or connection in it negotiates", Exit.NOTHING)
    target.put(render(negotiating), inputs)
