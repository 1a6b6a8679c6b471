r"""Marks of a list or of code, numbers of lines, and signs of an addition at each line of what is pasted.

    - Rule Name:  Servers        1. netsh advfirewall ...        41  Rule Name:  Servers        +netsh advfirewall ...
    - Enabled:    Yes            2. netsh advfirewall ...        42  Enabled:    Yes            +netsh advfirewall ...
    `Rule Name:   Servers`       ```SERVICE_NAME: IKEEXT```      {{conn office}}
    `Enabled:     Yes`           ```     STATE : 4```            {{   ike=aes256}}

A list of sentences, or of steps of which some are commands, is left as it stands, and so is what shows two states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from ipseclint.formats.pasted.prose import begins_command, is_prose
from ipseclint.formats.pasted.signs import BLOCK_COMMENT, BULLET
from ipseclint.formats.pasted.tables_of_steps import head_above, may_be_steps, without_cells
from ipseclint.formats.readers import is_page
from ipseclint.formats.transcript.families import LineStarts, families_begun
from ipseclint.formats.transcript.parting_lines import PROMPTED
from ipseclint.late import late

_AROUND = r"(?:[ ]{0,3}>[ ]?){0,8}+[ \t]{0,24}+"
"""What may stand before a mark: marks of a quotation, and the indentation of a list."""
_APART = (
    rf"(?:(?P<bullet>{BULLET}|o(?=\t))(?:[ ]\[[ xX]\])?|\(?(?P<number>\d{{1,6}})(?P<sign>[.:)|\]]{{0,2}}))"
    r"(?P<blanks>[ \t]++|(?=\r?$))"
)
_SPAN = (
    r"(?:`(?=[^`\n]*+`[ \t]*+\r?$)|``(?=[^`\n]*+``[ \t]*+\r?$)|```(?=[^`\n]*+```[ \t]*+\r?$)"
    r"|\{\{(?=[^\n]*?\}\}[ \t]*+\r?$))"
)
"""The mark of code before a line that ends with such a mark."""
_ENDS = {"`": "`", "``": "``", "```": "```", "{{": "}}"}
"""What ends a line of code, by what begins it."""
_GLUED = (
    rf"(?P<glued>[+|](?=[^\s+|])|{_SPAN})|(?P<counted>\d{{1,6}})(?P<behind>[:|])(?=\S)|\[(?P<found>\d{{1,6}})\](?=\S)"
)
_LINE = late(rf"(?P<around>{_AROUND})(?:{_APART}|{_GLUED})")
_LIKE_APART = rf"(?:{BULLET}|\(?\d{{1,6}}[.:)|\]]{{0,2}})(?:[ \t]|\r?$)|o\t"
_LIKE = rf"{_AROUND}(?:{_LIKE_APART}|(?:[+|]|\|\|)[^\s+|]|\d{{1,6}}[:|]\S|\[\d{{1,6}}\]\S|{_SPAN})"
_EMPTY = r"[ \t>]*+\r?\n"
_RUN = late(rf"\n((?:{_LIKE}[^\n]*+(?:\n|\Z)(?:{_EMPTY})*+){{3,}}+)", re.MULTILINE)
"""So many lines, one below the other, have marks by no accident (reasoned). The end of the line above is looked for."""
_OF_ERROR = late(r"~{1,400}[ \t]*\r?$|(?:CategoryInfo|FullyQualifiedErrorId)[ ]{1,20}:")
"""What PowerShell prints of an error behind such signs."""
_COMMENT = late(BLOCK_COMMENT)
_STATEMENT = late(r"[A-Za-z][\w.-]{1,40} {1,4}[/-]\w|[\w.]{1,60}[ \t]{0,40}=")
"""A program that is told something, or an assignment."""
_QUOTED = late(r"(?P<ticks>`{1,3})(?P<code>[^`]*+)(?P=ticks)[ \t]*+\r?")
_GOES_ON = ("^", "`", ",", "|", "{", "(", "\\", ";")
_BEGINS_STATEMENT = ('"', "'", "$", "%", "@", "#", ":", "{", "}", "(", ")", "-", "/", "[", "]", "&", ".")
_OF_LISTS = frozenset({"phases", "phase", "azure", "keys", "loaded"})
"""Families of what people write as lists of their own, which the readers of these know."""
_CONTINUES = late(r"(?<=[ \t])[`^](?=[ \t\r]*\Z)")
_LEFT_OUT = "..."
"""What stands for the rest of a command that goes on in lines that are left out."""
RULER = late(r"[ \t]*+={2,200}(?:[ ]{1,8}={2,200}){1,20}[ \t]*\r?")
"""What rules the columns of a simple table of reStructuredText."""
_COMMANDS = frozenset({"commands"})
_OF_SENTENCES = frozenset({"events"})
"""Families of outputs that have sentences in them."""


class Bare(NamedTuple):
    """A text without marks, and how many characters less than in the input stand before what is left of a line.

    `gap` is the first row before which lines are left out, as their numbers tell.
    """

    text: str
    margins: dict[int, int]
    gap: int | None = None


class _Row(Struct, frozen=True):
    """A line with a mark: its number in the run, its mark, its begin and its end; `count` is the number that it is."""

    number: int
    line: str
    around: str
    sign: str
    count: int | None
    is_glued: bool
    begin: int
    blanks: str

    @property
    def rest(self) -> str:
        """What stands behind the mark and its blanks, and between marks of code if there are such."""
        rest = self.line[self.begin + len(self.blanks) :].rstrip("\r")
        if self.sign in _ENDS:
            return rest.rstrip().removesuffix(_ENDS[self.sign])
        return rest if (span := _QUOTED.fullmatch(rest)) is None else span["code"]


def without_list_marks(text: str, *, has_tables: bool = True) -> Bare:
    """The text without such marks, and, if it `has_tables`, with the commands of tables of steps alone; the same object
    if it has none, or is a page."""
    if is_page(text):
        return Bare(text, {})
    changed: dict[int, str] = {}
    bare: Sequence[tuple[int, str, int]]
    margins: dict[int, int] = {}
    is_glued, without_marks = cache(lambda run: _are_glued(list(_rows(run)))), cache(_without_marks)
    steps_of = cache(without_cells)
    row, at, gap = 1, 0, None
    for run in _RUN.finditer(f"\n{text}"):
        shown, begin = run[1], run.start()
        head = head_above(text, begin) if has_tables and may_be_steps(shown) else None
        if head is not None and (steps := steps_of(shown, head)):
            bare = [*((number - len(head), "", 0) for number in range(len(head))), *steps]
        elif not has_tables and RULER.fullmatch(_line_above(text, begin)):
            bare = ()
        else:
            bare = without_marks(shown, is_apart=not is_glued(shown) or _is_apart(text, begin, begin + len(shown)))
        if bare:
            row, at = row + text.count("\n", at, begin), begin
        gaps = _gaps(shown) if bare and is_glued(shown) else {}
        if gap is None and gaps:
            gap = row + min(gaps.values())
        for number, line, margin in bare:
            changed[row + number] = _CONTINUES.sub(_LEFT_OUT, line) if number in gaps else line
            margins[row + number] = margin
    if not changed:
        return Bare(text, {})
    return Bare("\n".join(changed.get(row, line) for row, line in enumerate(text.split("\n"), start=1)), margins, gap)


def _gaps(run: str) -> dict[int, int]:
    """The numbers of lines behind which others were left out, as their own numbers tell, and of those behind these."""
    rows = [row for row in _rows(run) if row.count is not None]
    lines = pairwise(rows)
    return {
        above.number: row.number
        for above, row in lines
        if (row.count or 0) - (above.count or 0) > row.number - above.number
    }


def _without_marks(run: str, *, is_apart: bool) -> Sequence[tuple[int, str, int]]:
    """What is left of each line of a list, as `_without` tells it; nothing of lines that are none."""
    rows = list(_rows(run))
    return list(_without(rows)) if _is_list(rows, is_apart=is_apart) else ()


def _rows(run: str) -> Iterator[_Row]:
    for number, line in enumerate(run.split("\n")):
        match = _LINE.match(line)
        if match is None:
            continue
        count = match["number"] or match["counted"] or match["found"]
        sign = match["bullet"] or match["glued"] or match["sign"] or match["behind"] or ""
        is_glued = match["blanks"] is None
        begin = match.end() if match["blanks"] is None else match.start("blanks")
        counted = None if count is None else int(count)
        yield _Row(number, line, match["around"], sign, counted, is_glued, begin, match["blanks"] or "")


def _is_apart(text: str, begin: int, end: int) -> bool:
    """Whether nothing stands directly around lines, or what announces them, or a fence."""
    return all(not line or line[-1] in ":`~" for line in (_line_above(text, begin), _line_below(text, end)))


def _line_above(text: str, begin: int) -> str:
    return text[text.rfind("\n", 0, max(begin - 1, 0)) + 1 : max(begin - 1, 0)].strip()


def _line_below(text: str, end: int) -> str:
    if not text[text.rfind("\n", 0, end - 1) + 1 : end].strip(" \t\r\n>"):
        return ""
    stop = text.find("\n", end)
    return text[end : len(text) if stop < 0 else stop].strip()


def _is_list(rows: Sequence[_Row], *, is_apart: bool) -> bool:
    """Whether the lines are an output or a script of which each has one mark."""
    if not (_are_counted(rows) or _are_alike(rows, is_apart=is_apart)):
        return False
    rests = _COMMENT.sub("", "\n".join(row.rest for row in rows)).split("\n")
    if any(map(_OF_ERROR.match, rests)):
        return False
    families = families_begun(LineStarts(map(str.lstrip, rests))) - _OF_LISTS
    if not families & _OF_SENTENCES and any(map(is_prose, rests)):
        return False
    if any(map(PROMPTED.match, rests)):
        return True
    return bool(families) and (families != _COMMANDS or _are_commands(rests))


def _are_counted(rows: Sequence[_Row]) -> bool:
    """Whether numbers count the lines, some of them, or are all the same, as Markdown allows in a list."""
    counts = [row.count for row in rows if row.count is not None]
    if len(counts) != len(rows) or len({row.sign for row in rows}) > 1:
        return False
    steps = {after - before for before, after in pairwise(counts)}
    are_of_lines = len({count - row.number for count, row in zip(counts, rows, strict=True)}) == 1
    if rows[0].is_glued and min(steps, default=0) > 0:  # of lines that a search found
        return True
    return steps == {1} or are_of_lines or (steps == {0} and rows[0].sign in {".", ")"})


def _are_alike(rows: Sequence[_Row], *, is_apart: bool) -> bool:
    """Whether the lines of each level of a list have one mark, which is no sign of a change and rules no table."""
    if any(row.count is not None for row in rows):
        return False
    levels = {(row.around, row.sign) for row in rows}
    if len({around for around, _ in levels}) != len(levels):
        return False
    if all(row.sign == "|" and (not row.rest.strip() or row.rest.rstrip().endswith("|")) for row in rows):
        return False
    return is_apart or not _are_glued(rows) or all(row.sign in _ENDS for row in rows)


def _are_commands(rests: Sequence[str]) -> bool:
    """Whether each line is a command or a statement, or goes on with the one above."""
    return all(
        not rest.strip()
        or rest.lstrip().startswith(_BEGINS_STATEMENT)
        or begins_command(rest.lstrip())
        or _STATEMENT.match(rest.lstrip())
        or above.rstrip().endswith(_GOES_ON)
        for above, rest in pairwise(("", *rests))
    )


def _are_glued(rows: Sequence[_Row]) -> bool:
    """Whether what stands behind a mark begins directly behind it, its indentation too."""
    return any(row.is_glued for row in rows)


def _without(rows: Sequence[_Row]) -> Iterator[tuple[int, str, int]]:
    """The number of each line, the line without its mark and the indentation of its level, and how much that is."""
    written = [row for row in rows if row.rest.strip()]
    spans = [_QUOTED.fullmatch(row.line[row.begin :].strip()) for row in written]
    ticks = {span["ticks"] for span in spans if span is not None} if all(spans) else set()
    outer = min((row.around for row in rows), key=len)
    shortest = min((row.blanks for row in written), key=len, default="")
    blanks = shortest if all(row.blanks.startswith(shortest) for row in written) else shortest[:1]
    for row in rows:
        behind = row.line[row.begin :] if _are_glued(rows) else row.line[row.begin :].removeprefix(blanks)
        margin = len(row.line) - len(behind)
        if len(ticks) == 1:
            behind, margin = row.rest, margin + len(min(ticks))
        elif row.sign in _ENDS:
            behind = row.rest
        kept = outer if row.around.startswith(outer) else ""
        yield row.number, kept + behind, margin - len(kept)
