"""A policy drawn as SVG: rules on the left, the sets they use in the middle, proposals on the right."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ipseclint.escape import visible
from ipseclint.finding import Finding, Severity, Subject
from ipseclint.report import Outline, OutlineNode
from ipseclint.reporters.console import cut_middle
from ipseclint.reporters.words import kind_word

WIDTH, ROW, BOX, GAP = 340, 76, 62, 70
"""Pixels: width of a box, height of a row, height of a box, space between columns."""

_LETTERS = 44
"""How many of the page's widest letters fit a box."""

_DETAIL_LINES = 2

MAX_SINGLE_RULES = 12
"""With more rules, those that use equal sets are drawn as one box: their lines would run into a solid bundle."""


class Box(NamedTuple):
    """One object in the picture, or several alike, with their most severe finding and the number of findings."""

    x: int
    y: int
    title: str
    lines: tuple[str, ...]
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
    box_height: int = BOX


class _Node(NamedTuple):
    """The content of a box: an object of the policy, or several that use equal sets."""

    members: tuple[OutlineNode, ...]

    @property
    def first(self) -> OutlineNode:
        return self.members[0]


Key = tuple[object, ...]
"""The key by which objects share a box."""


def draw(outline: Outline, findings: Sequence[Finding]) -> Drawing:
    """The picture of one machine's policy, with its findings. An object used by several rules is drawn once."""
    alike = len(outline.nodes) > MAX_SINGLE_RULES
    columns: tuple[dict[Key, list[OutlineNode]], ...] = ({}, {}, {})
    edges: dict[tuple[int, Key, Key], None] = {}
    for node in outline.nodes:
        depth = 0 if node.subject.kind in {"connection_security_rule", "main_mode_rule"} else 1
        _place(node, depth, columns, edges, alike=alike)
    height = max((len(column) for column in columns), default=0) * ROW + 12
    places = {
        (depth, key): (12 + depth * (WIDTH + GAP), 8 + row * ROW)
        for depth, column in enumerate(columns)
        for row, key in enumerate(column)
    }
    by_subject: defaultdict[Subject, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_subject[finding.subject].append(finding)
    boxes = tuple(_box(_Node(tuple(columns[depth][key])), place, by_subject) for (depth, key), place in places.items())
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


def _key(node: OutlineNode, *, alike: bool) -> Key:
    """The key of an object: itself, or what it uses, so that rules which differ only in their ends are one box."""
    if not alike or node.subject.kind == "proposal":
        return (node.subject, node.detail)
    return (node.subject.kind, node.subject.called, _values(node))


def _values(node: OutlineNode) -> Key:
    """The values of an object and all that it uses, without names; for a rule only of what it uses."""
    own = () if node.subject.kind in {"connection_security_rule", "main_mode_rule"} else (node.detail,)
    return (*own, node.subject.name if node.subject.kind == "proposal" else "", *map(_values, node.uses))


def _place(
    node: OutlineNode,
    depth: int,
    columns: tuple[dict[Key, list[OutlineNode]], ...],
    edges: dict[tuple[int, Key, Key], None],
    *,
    alike: bool,
) -> Key:
    key = _key(node, alike=alike)
    members = columns[depth].setdefault(key, [])
    if node not in members[-1:]:
        members.append(node)
    if depth + 1 < len(columns):
        for used in node.uses:
            edges[depth, key, _place(used, depth + 1, columns, edges, alike=alike)] = None
    return key


def _box(node: _Node, place: tuple[int, int], by_subject: dict[Subject, list[Finding]]) -> Box:
    members = list(dict.fromkeys(member.subject for member in node.members))
    own = [finding for subject in members for finding in by_subject.get(subject, ())]
    worst = max((each.severity for each in own), key=lambda each: each.rank, default=None)
    first = node.first
    name = visible(first.subject.name)
    called = first.subject.called or kind_word(first.subject.kind, len(members))
    if len(members) > 1:
        title = f"{len(members)} {kind_word(first.subject.kind, len(members))}"
        detail = f"{name} to {visible(members[-1].name)}"
        if len({member.detail for member in node.members}) == 1 and first.detail:
            detail = f"{visible(first.detail)}; {detail}"
    else:
        title, detail = name, visible(first.detail)
        if first.subject.kind not in {"proposal", "connection_security_rule"}:
            detail = f"{called}{f': {detail}' if detail else ''}"
    if first.subject.kind == "proposal":
        title, *rest = textwrap.wrap(title, _LETTERS, break_on_hyphens=False) or [title]
        detail = " ".join((*rest, detail))
    return Box(
        x=place[0],
        y=place[1],
        title=cut_middle(title, _LETTERS - 4),
        lines=_lines(detail),
        severity=(worst or Severity.INFO).value if own else "none",
        findings=len(own),
        full=f"{called} {name}: {visible(first.detail)}" if len(members) == 1 else _names(title, members),
    )


def _names(title: str, members: Iterable[Subject]) -> str:
    return f"{title}: {', '.join(visible(member.name) for member in members)}"


def _lines(text: str) -> tuple[str, ...]:
    """A text in the lines of a box, with dots for the rest."""
    lines = textwrap.wrap(text, _LETTERS, break_on_hyphens=False)
    if len(lines) > _DETAIL_LINES:
        lines = [*lines[: _DETAIL_LINES - 1], cut_middle(" ".join(lines[_DETAIL_LINES - 1 :]), _LETTERS)]
    return tuple(lines)
