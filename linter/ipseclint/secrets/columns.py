"""Keys in tables: the cells below a header that names one, however the columns are parted."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import accumulate, zip_longest

from ipseclint.late import late
from ipseclint.secrets.masks import is_odd, is_ordinary, lookalike_places
from ipseclint.secrets.names import NAME
from ipseclint.secrets.places import Place
from ipseclint.secrets.values import MARGIN, MARGIN_OF_LOG, end_of, end_of_line

_TABLE_HEAD = late(r"(?:[\w.-]+|\"[^\"\n]*\")(?:([,;\t])(?:[\w.-]+|\"[^\"\n]*\"))+$", re.MULTILINE)
_TORN_HEAD = late(r" *+\"?+[\w .'()/-]*+\"?+(?:[,;\t|] *+\"?+[\w .'()/-]*+\"?+)++$", re.MULTILINE)
"""A table head with blanks or brackets, with a name missing, or with a quote lost."""
_COLUMN_NAME = late(
    rf"(?:(?:l2tp|vpn|ipsec|ike(?:v[12])?|auth[12]|tunnel\d?|local|remote)[_ -]?)?(?:{NAME.pattern})"
    r"(?:[_ -]schl(?:\u00fc|ue)ssel)?(?:[ ]?\([\w /-]{1,24}\))?"
)
"""The name of a column of keys, in lower case."""
_MARGIN_OF_TABLE = (
    rf"(?:[>+ \t]|<[^<>\n]{{1,40}}>|(?:PS |[A-Za-z]:\\)[^>\n]{{0,80}}>|\d{{1,4}}:[ ]|(?i:{MARGIN_OF_LOG}))*+"
)
_BARE_HEAD = late(
    rf"^(?:[^\n]{{0,200}}<pre>)?{_MARGIN_OF_TABLE}([A-Z][\w.-]*+(?:[ \t]++[A-Z][\w.-]*+)++)[ \t]*+$", re.MULTILINE
)
"""A table head whose columns are separated by blanks: words that all begin with a capital."""
_BARE_MARGIN = late(_MARGIN_OF_TABLE)
"""What stands before the lines of a table: marks of a mail, a tag, a prompt, the time of a log."""
_BARE_FIELD = late(r"\S+")
_SIGNS = late(r"[,;\t|]")
_COMMA_FIELD = late(r'("(?:[^"]|"")*"|[^,\n]*)(,|\n|\Z)')
_SEMICOLON_FIELD = late(r'("(?:[^"]|"")*"|[^;\n]*)(;|\n|\Z)')
_TAB_FIELD = late(r'("(?:[^"]|"")*"|[^\t\n]*)(\t|\n|\Z)')
_WORDS_OF_CELLS = {sign: late(rf"[^\s\"'{sign}]+") for sign in ",;\t|"}
_FIELDS = {",": _COMMA_FIELD, ";": _SEMICOLON_FIELD, "\t": _TAB_FIELD}
_SIGNS_OF_RULE = "-=:+| \t"
"""What the line between the head of a table and its rows is made of."""
_MAX_WORDS_JOINED = 2
"""A cell of more words is a sentence, which may begin as a head of a table does."""


def names_keys(cell: str) -> bool:
    """Whether the head of a column, in lower case, is a name of a key."""
    return _COLUMN_NAME.fullmatch(cell) is not None


def _heads(pattern: re.Pattern[str], text: str, lines: Iterable[int]) -> Iterator[re.Match[str]]:
    """The table headers with a name of a key among the lines at these offsets, each perhaps behind a margin."""
    for line in lines:
        head = pattern.match(text, line) or pattern.match(text, end_of(_BARE_MARGIN.match(text, line), line))
        if head is not None:
            yield head


def in_columns(text: str, lines: Iterable[int], is_key: Callable[[str], bool] = names_keys) -> Iterator[Place]:
    """The cells below a name of a key in the header of a delimited table; the header is among `lines`. `is_key` says
    which names, in lower case, are those of keys."""
    reach = 0
    for head in _heads(_TABLE_HEAD, text, lines):
        names = head[0].split(head[1])
        columns = {number for number, name in enumerate(names) if is_key(name.strip('"').lower())}
        if not columns or head.start() < reach:
            continue
        field = _FIELDS[head[1]]
        at, number = head.end() + 1, 0
        while at < len(text) and not text.startswith("\n", at):
            cell = field.match(text, at)
            if cell is None:
                break
            if number in columns:
                yield cell.span(1)
            at, number = max(cell.end(), at + 1), number + 1 if cell[2] == head[1] else 0
        if _is_torn(text, head, at):
            yield from _words_like_keys(text, head.end(), at, head[1])
            yield from _joined(text, columns, len(names), head.end() + 1, at, head[1])
        yield from _spread(text, head, columns, at)
        reach = at


def _spread(text: str, head: re.Match[str], columns: Iterable[int], end: int) -> Iterator[Place]:
    """The cells of keys in rows with more cells than their header: a key may hold some delimiters."""
    names, field, begin = head[0].count(head[1]) + 1, _FIELDS[head[1]], head.end() + 1
    for row in text[begin:end].split("\n"):
        cells: list[Place] = []
        is_longer = row.count(head[1]) >= names
        while is_longer and (not cells or row[cells[-1][1] : cells[-1][1] + 1]):
            cell = field.match(row, cells[-1][1] + 1 if cells else 0)
            if cell is None:
                break
            cells.append(cell.span(1))
        for column in columns if len(cells) > names else ():
            yield begin + cells[column][0], begin + cells[column + len(cells) - names][1]
        begin += len(row) + 1


def _is_torn(text: str, head: re.Match[str], end: int) -> bool:
    """Whether a row of a table has fewer delimiters than its header, so that columns are unreliable."""
    signs = head[0].count(head[1])
    return any(row.count(head[1]) < signs for row in text[head.end() : end].split("\n") if row)


def _joined(text: str, columns: Iterable[int], names: int, begin: int, end: int, sign: str) -> Iterator[Place]:
    """The cells of rows with fewer cells than their header in which a key may stand, alone or behind another."""
    ordered = sorted(columns)
    for row in text[begin:end].split("\n"):
        cells = row.split(sign)
        lost, at = names - len(cells), begin
        for number, cell in enumerate(cells if lost > 0 and len(cells) > 1 else ()):
            nearest = bisect_left(ordered, number)
            word = cell.strip("\"' \t")
            may_be_one = nearest < len(ordered) and ordered[nearest] <= number + lost
            if may_be_one and word.count(" ") < _MAX_WORDS_JOINED and not is_ordinary(word):
                yield at, at + len(cell)
            at += len(cell) + 1
        begin += len(row) + 1


def _words_like_keys(text: str, begin: int, end: int, sign: str) -> Iterator[Place]:
    """The words of cells in a part of a table that look like keys, or have a part that does."""
    for word in _WORDS_OF_CELLS[sign].finditer(text, begin, end):
        if any(lookalike_places(text, *word.span())):
            yield word.span()


def in_torn_columns(text: str, lines: Iterable[int], is_key: Callable[[str], bool] = names_keys) -> Iterator[Place]:
    """The cells below a name of a key in the header of a damaged or irregular table.

    In a row with another number of cells, whatever looks like a key is one.
    """
    for head in _heads(_TORN_HEAD, text, lines):
        if _TABLE_HEAD.fullmatch(head[0]) or (sign := _SIGNS.search(head[0])) is None or _is_row(text, head):
            continue
        names = head[0].split(sign[0])
        columns = {number for number, name in enumerate(names) if is_key(name.strip(' "').lower())}
        at = head.end() + 1
        while columns and at < len(text):
            end = text.find("\n", at)
            end = end if end >= 0 else len(text)
            row = text[at:end].split(sign[0])
            if len(row) == 1 and (not row[0] or row[0].strip(_SIGNS_OF_RULE)):
                break
            if len(row) == len(names):
                starts = list(accumulate((len(field) + 1 for field in row), initial=at))
                for number in () if not text[at:end].strip(_SIGNS_OF_RULE) else columns:
                    yield starts[number], starts[number] + len(row[number])
            else:
                yield from _words_like_keys(text, at, end, sign[0])
                yield from _joined(text, columns, len(names), at, end, sign[0])
            at = end + 1


def _is_row(text: str, head: re.Match[str]) -> bool:
    """Whether a line is a row of a Markdown table below another: no head, though a cell of it may name a key."""
    above = text.rfind("\n", 0, max(0, head.start() - 1)) + 1
    return head[0].startswith("|") and above < head.start() and text.startswith("|", above)


def in_bare_columns(text: str, lines: Iterable[int]) -> Iterator[Place]:
    """The cells below a name of a key in a header whose columns only blanks separate."""
    for head in _heads(_BARE_HEAD, text, lines):
        names = head[1].split()
        columns = {number for number, name in enumerate(names) if names_keys(name.lower())}
        at, ruled, is_cut, missing = head.end() + 1, list[int](), False, 0
        while columns and at < len(text):
            end = end_of_line(text, at, len(text))
            fields = _bare_fields(text, at, end)
            more = len(fields) - len(names)
            if not ruled and more:
                break
            if not ruled and not any(text[slice(*field)].strip("-") for field in fields):
                ruled = [begin - at for begin, _ in fields]
            elif not fields or more >= 0:
                yield from ((fields[number][0], fields[number + more][1]) for number in columns if fields)
            if ruled and fields and any(_is_astray(fields, number, at + ruled[number]) for number in columns):
                yield min(at + ruled[number] for number in columns), end
            if missing and {begin - at for begin, _ in fields}.difference(ruled):  # the rest of the row above
                yield fields[0][0], end
            is_short = bool(ruled and fields) and more < 0
            if is_short:
                yield from (
                    [(fields[0][0], end)]
                    if is_cut or len(fields) == missing
                    else [fields[each] for each in columns if each < len(fields)]
                )
            is_cut = is_short and len(fields) - 1 in columns  # its rest may be on the next line
            is_before = is_short and len(fields) in columns and fields[-1][1] <= at + ruled[len(fields)]
            missing = -more if is_before else 0  # so many fields then
            at = end + 1


def _bare_fields(text: str, begin: int, end: int) -> list[Place]:
    """The words of a line behind its margin."""
    margin = end_of(_BARE_MARGIN.match(text, begin, end), begin)
    return [field.span() for field in _BARE_FIELD.finditer(text, margin, end)]


def _is_astray(fields: Sequence[Place], number: int, ruled: int) -> bool:
    """Whether a field of a row begins elsewhere than its column, as where one is lost."""
    return number >= len(fields) or fields[number][0] != ruled


_CELL_OF_HEAD = r"\"?+[\w.()-]{1,40}+\"?+"
_JOINED_HEAD = late(
    rf"(?:{MARGIN})(?P<head>{_CELL_OF_HEAD}(?:[,;\t|]{_CELL_OF_HEAD}){{1,40}}+)"
    r"(?P<end>[; ]{1,4}+|\\{1,4}+[nr])(?=[^\n]*[,;\t|])"
)
"""A head of a table whose rows stand behind it on its line, and what stands in place of the line ends."""
_MAX_JOINED_CHARACTERS = 16_384


def in_joined_columns(text: str, lines: Iterable[int]) -> Iterator[Place]:
    """The cells of keys in tables whose lines are joined: each in its place if all rows are whole, and what may be a
    key otherwise."""
    for head in filter(None, (_JOINED_HEAD.match(text, line) for line in lines)):
        sign = _SIGNS.search(head["head"])[0]  # type: ignore[index]
        names = [name.strip('"').lower() for name in head["head"].split(sign)]
        if not any(map(names_keys, names)):
            continue
        last = end_of_line(text, head.end(), min(len(text), head.end() + _MAX_JOINED_CHARACTERS))
        if text.find(sign, last, end_of_line(text, min(last + 1, len(text)), len(text))) >= 0:
            continue  # the rows stand below
        rows = [[*_places_between(text, *row, sign)] for row in _places_between(text, head.end(), last, head["end"])]
        is_whole = len(rows) > 1 and all(len(row) == len(names) for row in rows)
        for name, cell in ((name, cell) for row in rows for name, cell in zip_longest(names, row)):
            if cell is not None and (not is_whole or names_keys(name)):
                words = [word.span() for word in _WORDS_OF_CELLS[sign].finditer(text, *cell)]
                yield from [cell] if is_whole else (place for place in words if _is_odd_cell(text[slice(*place)]))


_LABELLED_ROW = late(rf"(?:{MARGIN})(?P<row>[^\n,;\t|]{{0,80}}(?P<sign>[,;\t|])[^\n]{{1,4096}})")
_AROUND_LABEL = " \t*_`\"'"


def in_labelled_rows(text: str, lines: Iterable[int]) -> Iterator[Place]:
    """The cells behind one that names a key, in rows of tables whose heads say nothing: words that may be one."""
    for row in filter(None, (_LABELLED_ROW.match(text, line) for line in lines)):
        cells = [*_places_between(text, *row.span("row"), row["sign"])]
        named = (number for number, cell in enumerate(cells) if names_keys(_label(text, cell)))
        for begin, end in cells[next(named, len(cells)) + 1 :]:
            word = text[begin:end].strip(_AROUND_LABEL)
            at = text.find(word, begin, end)
            yield from [(at, at + len(word))] if _is_odd_cell(word) else ()


def _label(text: str, cell: Place) -> str:
    return text[slice(*cell)].strip(_AROUND_LABEL).rstrip(":").lower()


def _is_odd_cell(word: str) -> bool:
    return is_odd(word) and NAME.search(word.lower()) is None


def _places_between(text: str, begin: int, last: int, sign: str) -> Iterator[Place]:
    """The places of the pieces between the signs in a part of a text."""
    while begin <= last:
        found = text.find(sign, begin, last)
        end = last if found < 0 else found
        yield begin, end
        begin = end + len(sign)


_ROW = late(r"<tr\b[^<>]{0,200}>((?:(?!</?tr\b|</table)[\s\S]){0,8192})")
_CELL_OF_ROW = late(r"<t([hd])\b[^<>]{0,200}>((?:(?!</?t[hd]\b)[\s\S]){0,2000})")
_TAGS = late(r"<[^<>]*>")
_TEXT_OF_CELL = late(r"<[^<>]*>?|\s++|([^<>\s](?:[^<>]*[^<>\s])?)")
"""The rows of a table of HTML, their cells, the tags within one, and its texts."""
_MAX_ROW_CHARACTERS, _MAX_TABLE_CHARACTERS = 8192, 262_144
_MIN_COLUMNS = 3
"""With fewer cells, and not all of them heads, a first row may be a name and its value."""


def in_html_columns(lower: str, names: Iterable[int], is_key: Callable[[str], bool] = names_keys) -> Iterator[Place]:
    """The texts of the cells below a name of a key in the first row of a table of HTML, or in one of heads alone; the
    names are at these places of the text in lower case."""
    reach = 0
    for name in names:
        begin = lower.rfind("<tr", max(reach, name - _MAX_ROW_CHARACTERS), name)
        head = _ROW.match(lower, begin) if begin >= 0 else None
        if head is None:
            continue
        table = lower.rfind("<table", max(0, begin - _MAX_ROW_CHARACTERS), begin)
        reach = head.end()  # what is found of a row is so for all names in it
        if reach <= name:
            continue
        is_first = table >= 0 and lower.find("<tr", table, begin) < 0
        cells = [(cell[1], _TAGS.sub("", cell[2]).strip()) for cell in _CELL_OF_ROW.finditer(head[1])]
        if {kind for kind, _ in cells} == {"h"}:
            is_head = is_first or len(cells) > 1  # a title may stand above, or the begin of the table be cut off
        else:
            is_head = is_first and len(cells) >= _MIN_COLUMNS
        columns = {number for number, (_, cell) in enumerate(cells) if is_head and is_key(cell)}
        if not columns:
            continue  # a table within its row may have them
        last = min(len(lower), head.end() + _MAX_TABLE_CHARACTERS)
        ended = lower.find("</table", head.end(), last)
        reach = last if ended < 0 else ended
        for row in _ROW.finditer(lower, head.end(), reach):
            yield from _keys_in_row(lower, row.span(1), columns, len(cells))


def _keys_in_row(lower: str, row: Place, columns: Container[int], width: int) -> Iterator[Place]:
    """The texts in these columns of a row of HTML; of a row that is not as wide as its head, what may be a key."""
    cells = [cell.span(2) for cell in _CELL_OF_ROW.finditer(lower, *row)]
    for number, cell in enumerate(cells):
        for each in _TEXT_OF_CELL.finditer(lower, *cell):
            if each[1] and (number in columns if len(cells) == width else is_odd(each[1])):
                yield each.span(1)


FORMS = (in_columns, in_torn_columns, in_bare_columns, in_joined_columns, in_labelled_rows)
"""How keys stand in the lines of tables that name them."""
