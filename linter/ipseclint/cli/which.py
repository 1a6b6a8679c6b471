"""`ipseclint which`: which rule decides for a packet, what is negotiated, and why the others do not decide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ipseclint.cli import values
from ipseclint.cli.messages import fail
from ipseclint.cli.outputs import format_option, output_of, output_option
from ipseclint.escape import json_text
from ipseclint.words import series

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ipseclint.semantics.cases import Case
    from ipseclint.semantics.decisions import Decision, Named
    from ipseclint.semantics.packets.box import Packet

FORMATS = ("text", "json")


def command(
    policy: Annotated[str, typer.Argument(help="A file, a machine's folder, or -.", show_default=False)],
    src: Annotated[str, typer.Option(metavar="ADDRESS", help="The address of this machine.")],
    dst: Annotated[str, typer.Option(metavar="ADDRESS", help="The address of the peer.")],
    proto: Annotated[str | None, typer.Option(metavar="PROTOCOL", help="tcp, udp, icmpv4, ... or a number.")] = None,
    sport: Annotated[int | None, typer.Option(metavar="PORT", help="The port on this machine.")] = None,
    dport: Annotated[int | None, typer.Option(metavar="PORT", help="The port at the peer.")] = None,
    profile: Annotated[str | None, values.word_option(values.PROFILES, "The profile.")] = None,
    direction: Annotated[
        str | None, values.word_option(values.DIRECTIONS, "For in, src and dst are the packet's own.")
    ] = None,
    interface: Annotated[str | None, values.word_option(values.INTERFACES, "The kind of interface.")] = None,
    output: Annotated[str | None, output_option(FORMATS)] = None,
    form: Annotated[str | None, format_option(FORMATS)] = None,
    allow_partial: Annotated[bool, values.partial_option()] = False,
    config: Annotated[Path | None, values.site_option()] = None,
) -> None:
    """Say which rule decides for a packet, what is negotiated, and what else matched.

    What is not given is answered for each of its values that the rules tell apart. Without a direction the packet goes
    out, and what comes in are the packets that answer it.
    """
    from ipseclint.cli.reading_one import machine_at
    from ipseclint.semantics.cases import cases
    from ipseclint.semantics.decisions import PacketError, packet_of

    target = output_of(output, form, FORMATS)
    try:
        packet = packet_of(src, dst, proto, sport, dport, profile, direction, interface)
        every = cases(machine_at(policy, config, allow_partial=allow_partial), packet)
    except PacketError as error:
        fail(str(error))
    if target.form == "json":
        body: dict[str, Any] = {
            "packet": str(packet),
            "cases": [
                {"where": case.words(), "decisions": [_as_dict(each) for each in case.decisions]} for case in every
            ],
        }
        if len(every) == 1:
            body["decisions"] = body["cases"][0]["decisions"]
        target.put(json_text(body, indent=2) + "\n", [policy])
    else:
        target.put_lines("\n".join(_lines(packet, every)) + "\n", [policy])


def _lines(packet: Packet, every: Sequence[Case]) -> Iterator[str]:
    yield str(packet)
    if len(every) > 1:
        fields = series(dict.fromkeys(field for case in every for field in case.words()))
        yield f"the answer differs by {fields}, which is not given"
    if any("direction" in case.words() for case in every):
        yield "direction in: the packets that answer it"
    answers: dict[tuple[Decision, ...], list[Case]] = {}
    for case in every:
        answers.setdefault(case.decisions, []).append(case)
    for decisions, alike in answers.items():
        yield ""
        for case in alike if len(every) > 1 else ():
            yield "; ".join(f"{field} {values}" for field, values in case.words().items()) + ":"
        for decision in decisions:
            yield from _decision(decision)
        if not decisions:
            yield "  no rule matches: the packet goes as if there were no IPsec policy"
    readings = dict.fromkeys(reading for case in every for decision in case.decisions for reading in decision.readings)
    for number, reading in enumerate(readings):
        yield f"{'' if number else chr(10)}order: {reading.statement}"


def _decision(decision: Decision) -> Iterator[str]:
    from ipseclint.escape import visible

    yield f"  {visible(decision.group)}, {' or '.join(each.name for each in decision.readings)}:"
    if not decision.winners:
        yield "    no rule surely matches"
    elif len(decision.winners) > 1:
        yield "    one of these decides; their order is not known"
    for winner in decision.winners:
        yield f"    decides: {_words(winner)}"
    for proposal in decision.proposals:
        yield f"      {visible(proposal)}"
    for loser in decision.losers:
        yield f"    matched too: {_words(loser)}"
    for proviso in decision.provisos:
        yield f"    may decide: {_words(proviso)}"


def _words(named: Named) -> str:
    from ipseclint.escape import visible

    return f'"{visible(named.name)}" ({visible(named.why)}) at {visible(named.span.path)}:{named.span.line}'


def _as_dict(decision: Decision) -> dict[str, Any]:
    return {
        "group": decision.group,
        "readings": [
            {
                "name": reading.name,
                "statement": reading.statement,
                "basis": reading.basis.value,
                "sources": list(reading.sources),
            }
            for reading in decision.readings
        ],
        "winners": [_named(each) for each in decision.winners],
        "offers": list(decision.proposals),
        "losers": [_named(each) for each in decision.losers],
        "provisos": [_named(each) for each in decision.provisos],
    }


def _named(named: Named) -> dict[str, Any]:
    return {
        "name": named.name,
        "why": named.why,
        "location": {"path": named.span.path, "line": named.span.line, "column": named.span.column},
    }
