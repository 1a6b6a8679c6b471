"""A policy drawn as SVG: rules on the left, the sets they use in the middle, proposals on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ipseclint.escape import visible
from ipseclint.finding import Finding, Outline, OutlineNode, Severity, Subject
from ipseclint.reporters.words import kind_word

WIDTH, ROW, BOX, GAP = 320, 64, 52, 70
"""Pixels: width of a box, height of a row, height of a box, space between columns."""

_LETTERS = 44
"""How many characters fit a box."""


class Box(NamedTuple):
    """One object in the picture, with the most severe finding on it and how many there are."""

    x: int
    y: int
    title: str
    kind: str
    detail: str
    severity: str
    findings: int
    full: str


class Drawing(NamedTuple):
    """The boxes and the lines between them, as numbers for the template."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[tuple[int, int, int, int], ...]
    box: int = WIDTH


def draw(outline: Outline, findings: Sequence[Finding]) -> Drawing:
    """The picture of one machine's policy. An object used by several rules is drawn once."""
    columns: tuple[dict[Subject, OutlineNode], ...] = ({}, {}, {})
    edges: dict[tuple[int, Subject, Subject], None] = {}
    for node in outline.nodes:
        depth = 0 if node.subject.kind in {"connection_security_rule", "main_mode_rule"} else 1
        _place(node, depth, columns, edges)
    rows = [list(column) for column in columns]
    height = max((len(column) for column in rows), default=0) * ROW + 12
    places = {
        (depth, subject): (12 + depth * (WIDTH + GAP), 8 + row * ROW)
        for depth, column in enumerate(rows)
        for row, subject in enumerate(column)
    }
    boxes = tuple(
        _box(columns[depth][subject], place, outline.machine, findings) for (depth, subject), place in places.items()
    )
    lines = tuple(
        (
            places[depth, upper][0] + WIDTH,
            places[depth, upper][1] + BOX // 2,
            places[depth + 1, lower][0],
            places[depth + 1, lower][1] + BOX // 2,
        )
        for depth, upper, lower in edges
    )
    return Drawing(24 + 3 * WIDTH + 2 * GAP, height, boxes, lines)


def _place(
    node: OutlineNode,
    depth: int,
    columns: tuple[dict[Subject, OutlineNode], ...],
    edges: dict[tuple[int, Subject, Subject], None],
) -> None:
    columns[depth].setdefault(node.subject, node)
    if depth + 1 < len(columns):
        for used in node.uses:
            edges[depth, node.subject, used.subject] = None
            _place(used, depth + 1, columns, edges)


def _box(node: OutlineNode, place: tuple[int, int], machine: str, findings: Sequence[Finding]) -> Box:
    own = [finding for finding in findings if finding.subject == node.subject and finding.machine == machine]
    worst = max((each.severity for each in own), key=lambda each: each.rank, default=None)
    name = visible(node.subject.name)
    called = node.subject.called or kind_word(node.subject.kind)
    return Box(
        x=place[0],
        y=place[1],
        title=_cut(name),
        kind="" if node.subject.kind == "proposal" else called,
        detail=_cut(visible(node.detail)),
        severity=(worst or Severity.INFO).value if own else "none",
        findings=len(own),
        full=f"{called} {name}: {visible(node.detail)}",
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LETTERS else text[: _LETTERS - 3] + "..."
