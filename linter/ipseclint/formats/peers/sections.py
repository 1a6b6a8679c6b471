"""swanctl.conf as a tree: sections in braces, `key = value`, comments behind `#`.

The grammar is that of strongswan.conf(5). An invalid line is noted; prose outside all sections is only counted, as
somebody wrote it around the configuration. Included files that are in the input are inserted in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.templates import PUT_IN
from ipseclint.formats.kit.token import LEFT_OUT, Token, is_left_out
from ipseclint.formats.peers.beside_sections import note_beside
from ipseclint.formats.peers.included import Files
from ipseclint.formats.peers.shell import Written
from ipseclint.formats.peers.words import note_typographic
from ipseclint.late import late

MAX_DEPTH = 32
"""Reasoned: no configuration has so many sections within each other."""

_VARIABLE = PUT_IN + r"|\{%[^{}\r\n]{0,80}%\}"
"""What a shell or a template puts in, whose braces are none of a section."""
_OPENING = late(rf"\s*((?:{_VARIABLE}|[^\s={{}}#:])+)\s*+(?::\s*+([^{{}}#]*+))?\{{")
_CLOSING = late(r"\s*\}")
_SETTING = late(r"\s*([^\s={}#]+)\s*=[ \t]*")
_INCLUDE = late(r"\s*include\s+\S")
_NAME_ALONE = late(r"\s*+([^\s={}#:]++)\s*+(?::\s*+([^{}#]*+))?(?:#.*)?$")
_TEXT = late(r"\s*+(?:\S+[ \t]++(?=\s*+[^={}\s])[^={}]*+|[^\s={}]{1,40}@[^={}]*)")
"""A line of several words, or a prompt, without a sign of the grammar: outside of all sections it sets nothing."""
_QUOTED = late(r'"((?:[^"\\]|\\.)*)"')
_BARE = late(rf"(?:{_VARIABLE}|[^#}}\r\n])*")


class Section(Struct):
    """A section: its name, its values by key (the last of duplicates), and its subsections in order.

    `keys` are the keys of its own values, with their places. `is_cut`: dots stand in it for what an excerpt leaves out.
    """

    name: Token
    values: dict[str, Token] = field(default_factory=dict)
    keys: list[Token] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    bases: tuple[str, ...] = ()
    is_cut: bool = False

    def section(self, name: str) -> Section | None:
        """The first subsection with this name."""
        return next((each for each in self.sections if each.name.text == name), None)

    def at(self, path: str) -> Section | None:
        """The section at a relative path of names separated by dots."""
        section: Section | None = self
        for name in path.split("."):
            section = None if section is None else section.section(name)
        return section

    def over(self, base: Section) -> Section:
        """This section completed by the values of another, also in each subsection of both."""
        own = {section.name.text for section in self.sections}
        below = [
            section if (other := base.section(section.name.text)) is None else section.over(other)
            for section in self.sections
        ]
        below += [section for section in base.sections if section.name.text not in own]
        values = {**base.values, **self.values}
        is_cut = self.is_cut or base.is_cut
        return Section(self.name, values, sections=below, bases=(*self.bases, *base.bases), is_cut=is_cut)

    def named(self, prefix: str) -> list[Section]:
        """The subsections whose names begin with a prefix."""
        return [each for each in self.sections if each.name.text.startswith(prefix)]

    def below(self) -> Iterator[Section]:
        """This section and all those within it."""
        waiting = [self]
        while waiting:
            section = waiting.pop()
            yield section
            waiting += section.sections

    def all(self, path: str) -> list[Section]:
        """The subsections of all subsections with this name."""
        return [inner for each in self.sections if each.name.text == path for inner in each.sections]


def sections_of(shown: Written, files: Files, diagnostics: Diagnostics) -> Section:
    """The tree of a text; faults are noted."""
    tree = _Tree(diagnostics)
    for line in shown.lines(files.lines(shown.text, diagnostics.path)):
        at = 0
        while (rest := line.text[at:].lstrip()) and not rest.startswith("#"):
            at = tree.take(line, at)
        if not at and rest and is_left_out(rest):
            tree.leave_out(line.strip())
    whole = tree.whole()
    for section in whole.below():
        for value in section.values.values():
            note_typographic(value, diagnostics)
        section.values = {key: shown.filled(value) for key, value in section.values.items()}
    return whole


class _Tree:
    """A tree of sections under construction; `waiting` is a section whose brace may be on the next line."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._open = [Section(Token("", diagnostics.path, 1, 1))]
        self._waiting: Section | None = None
        self._beside: list[Token] = []
        self._diagnostics = diagnostics

    def leave_out(self, line: Token) -> None:
        """Note what stands in a section for lines that are left out; outside of them it parts what is whole."""
        if len(self._open) > 1:
            self._diagnostics.cut_short(line.span)
            self._open[-1].is_cut = True

    def take(self, line: Token, at: int) -> int:
        """Take what stands at a place in a line; the place of what stands behind it."""
        rest, end = line.text[at:], len(line.text)
        is_cut = LEFT_OUT.fullmatch(rest.strip()) is not None
        if is_cut and len(self._open) > 1:
            self.leave_out(line.part(at).strip())
            return end
        if len(self._open) == 1 and self._waiting is None and (is_cut or _is_text(rest)):
            self._beside.append(line)
            return end
        if self._waiting is not None:
            opened, self._waiting = self._waiting, None
            brace = rest.lstrip()
            if brace.startswith("{"):
                self._enter(opened)
                return at + len(rest) - len(brace) + 1
            self._diagnostics.malformed("a name without a section or a value", opened.name.span)
        if (closing := _CLOSING.match(rest)) is not None:
            self._close(line.part(at, at + closing.end()))
            return at + closing.end()
        if (opening := _OPENING.match(rest)) is not None:
            name = line.part(at + opening.start(1), at + opening.end(1))
            self._enter(Section(name, bases=_bases(opening[2])))
            return at + opening.end()
        if _INCLUDE.match(rest) is not None and "=" not in rest:
            self._diagnostics.not_understood("an included file is not part of this input", line.part(at).strip().span)
        elif (setting := _SETTING.match(rest)) is not None:
            return _take(self._open[-1], line, at, setting)
        elif (alone := _NAME_ALONE.match(rest)) is not None:
            self._waiting = Section(line.part(at + alone.start(1), at + alone.end(1)), bases=_bases(alone[2]))
        else:
            self._diagnostics.malformed("a line that is neither a section nor a setting", line.part(at).strip().span)
        return end

    def whole(self) -> Section:
        """The whole tree; unclosed sections are noted, and what stands beside them."""
        for unclosed in self._open[1:]:
            self._diagnostics.malformed("a section that is not closed", unclosed.name.span)
        note_beside(self._beside, self._diagnostics)
        return self._open[0]

    def _enter(self, section: Section) -> None:
        if len(self._open) > MAX_DEPTH:
            self._diagnostics.refused("sections within sections without end", section.name.span)
            return
        self._open[-1].sections.append(section)
        self._open.append(section)

    def _close(self, brace: Token) -> None:
        if len(self._open) > 1:
            self._open.pop()
        else:
            self._diagnostics.malformed("a closing brace without a section", brace.strip().span)


def _is_text(rest: str) -> bool:
    return _TEXT.fullmatch(rest) is not None and _INCLUDE.match(rest) is None


def _bases(words: str | None) -> tuple[str, ...]:
    return tuple(each.strip() for each in (words or "").split(",") if each.strip())


def _take(section: Section, line: Token, at: int, setting: re.Match[str]) -> int:
    """Add the value of a setting; the offset behind it."""
    begin = at + setting.end()
    section.keys.append(line.part(at + setting.start(1), at + setting.end(1)))
    quoted = _QUOTED.match(line.text, begin)
    if quoted is not None:
        section.values[setting[1]] = line.part(begin + 1, quoted.end() - 1)
        return quoted.end()
    bare = _BARE.match(line.text, begin)
    end = bare.end() if bare is not None else len(line.text)
    section.values[setting[1]] = line.part(begin, end).strip()
    return end
