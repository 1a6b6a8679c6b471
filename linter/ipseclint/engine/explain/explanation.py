"""An explanation as a value, and its output as text for a terminal, as Markdown, as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

WIDTH = 80


class Section(Struct, frozen=True):
    """One part of an explanation: a heading, or "", and below it paragraphs, list items, or verbatim lines."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


class Explanation(Struct, frozen=True):
    """All that is known of one thing that an administrator may ask for.

    `kind` is `rule`, `error`, `event`, `log`, `problem`, `key` of the configuration or `finding`; `key` its code,
    number or name. `rules` are the codes of the rules that find or report it.
    """

    kind: str
    key: str
    title: str
    sections: tuple[Section, ...]
    rules: tuple[str, ...] = ()

    def text(self) -> str:
        """The explanation for a terminal, its lines wrapped."""
        parts = [self.title, *(_text(section) for section in self.sections)]
        return "\n\n".join(parts) + "\n"

    def markdown(self) -> str:
        """The explanation as Markdown, its title a heading of the first level."""
        parts = [f"# {_plain(self.title)}", *(_markdown(section) for section in self.sections)]
        return "\n\n".join(parts) + "\n"

    def data(self) -> dict[str, Any]:
        """The explanation for JSON."""
        return {
            "kind": self.kind,
            "key": self.key,
            "title": self.title,
            "rules": list(self.rules),
            "sections": [
                {"heading": section.heading, "text": [*section.paragraphs, *section.items, *section.lines]}
                for section in self.sections
            ],
        }


def as_text(explanations: Iterable[Explanation]) -> str:
    """Several explanations for a terminal, one below the other."""
    return "\n".join(explanation.text() for explanation in explanations)


def as_markdown(explanations: Iterable[Explanation]) -> str:
    """Several explanations as one Markdown text."""
    return "\n".join(explanation.markdown() for explanation in explanations)


def as_data(word: str, explanations: Iterable[Explanation]) -> dict[str, Any]:
    """Several explanations as JSON: `ipseclint.explanation/1`."""
    return {
        "schema": "ipseclint.explanation/1",
        "asked": word,
        "explanations": [explanation.data() for explanation in explanations],
    }


def wrapped(text: str, indent: str = "", *, hang: bool = False) -> str:
    """A paragraph as lines of the terminal's width."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + ("  " if hang else ""),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _text(section: Section) -> str:
    return "\n".join(_text_lines(section))


def _text_lines(section: Section) -> Iterator[str]:
    indent = "  " if section.heading else ""
    if section.heading:
        yield section.heading
    yield from (wrapped(paragraph, indent) for paragraph in section.paragraphs)
    yield from (wrapped(item, indent, hang=True) for item in section.items)
    yield from (f"{indent}{line}".rstrip() for line in section.lines)


def _markdown(section: Section) -> str:
    parts = [f"## {_plain(section.heading)}"] if section.heading else []
    parts += [_plain(paragraph) for paragraph in section.paragraphs]
    if section.items:
        parts.append("\n".join(f"- {_plain(item)}" for item in section.items))
    if section.lines:
        parts.append("\n".join(["```text", *section.lines, "```"]))
    return "\n\n".join(parts)


def _plain(text: str) -> str:
    """Text in which Markdown sees no markup except code between backticks."""
    pieces = text.split("`")
    signs = str.maketrans({sign: f"\\{sign}" for sign in "\\*_<>[]#|"})
    return "`".join(piece.translate(signs) if number % 2 == 0 else piece for number, piece in enumerate(pieces))
