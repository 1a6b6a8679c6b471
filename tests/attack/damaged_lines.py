"""Clean never means skipped: a document that was damaged on its way is read or said.

`python -m tests.attack.damaged_lines 2000` does to fixtures what editors, mails, terminals and copies do to lines,
blanks, quotes and letters. What such damage leaves alone has to be read as before; what it breaks has to be a problem,
or counted as not read.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from tests.attack.foreign_statements import Document, documents, drawn, is_said, of_place, read, read_once

Damage = Callable[[str, random.Random], str]
_NUMBER = re.compile(r"(?<![\w.,:/\\-])[1-9]\d{3,8}(?![\w.,:/\\-])")
_QUOTED = re.compile(r"([\"'])([^\"'\n]*)\1")
_CURLY = {'"': "\u201c{}\u201d", "'": "\u2018{}\u2019"}
_STRAIGHT = str.maketrans("\u2018\u2019\u2013", "''-", "\u201c\u201d")
_OWN_PLACE = re.compile(r"[^=]*\.(?:line|column|open_ends)=|[^=]*=\"dynamic/")
"""What is no value, or a name that is made of a line's number."""
_OF_LIST = re.compile(r"[^=]*\.port[12]\.value=")
"""What a comma parts into two, each as good as the one."""
_CASES = frozenset({"small letters", "capitals"})
_OF_DAEMONS = frozenset(
    {"declared-documents", "ike-log", "ipsec-conf", "ipsec-secrets", "swanctl-conf", "swanctl-conns"}
)
"""Formats of programs that tell letters by their case."""


def _lines_ended(*ends: str) -> Damage:
    """All line ends are others, in turns."""
    return lambda text, _: "".join(
        f"{line}{ends[at % len(ends)]}" for at, line in enumerate(text.removesuffix("\n").split("\n"))
    )


def _each_line(expression: str, instead: str) -> Damage:
    compiled = re.compile(expression, re.MULTILINE)
    return lambda text, _: compiled.sub(instead, text)


def _at_a_line(change: Callable[[list[str], int], list[str]]) -> Damage:
    """One line with a word in it, or those around it, are others."""

    def damage(text: str, chance: random.Random) -> str:
        lines = text.split("\n")
        return "\n".join(change(lines, chance.choice([at for at, line in enumerate(lines) if re.search(r"\w", line)])))

    return damage


def _parted_thousands(mark: str) -> Damage:
    def damage(text: str, chance: random.Random) -> str:
        numbers = list(_NUMBER.finditer(text))
        if not numbers:
            return text
        number = chance.choice(numbers)
        return f"{text[: number.start()]}{int(number[0]):,}".replace(",", mark) + text[number.end() :]

    return damage


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(1, len(text))] if len(text) > 1 else text


def _joined(text: str, chance: random.Random) -> str:
    other = chance.choice(documents())
    return f"{text}\n{other.text}"


class Kind(NamedTuple):
    """A damage, and what has to be as before where nothing is said: all values, all that were, or no new ones."""

    damage: Damage
    kept: str = "same"


KINDS: Mapping[str, Kind] = {
    "CR": Kind(_lines_ended("\r")),
    "CRLF": Kind(_lines_ended("\r\n")),
    "CRLF and LF": Kind(_lines_ended("\r\n", "\n")),
    "CR CRLF": Kind(_lines_ended("\r\r\n")),
    "NEL": Kind(_lines_ended("\x85")),
    "LS": Kind(_lines_ended("\u2028")),
    "blanks at the ends": Kind(_each_line(r"(?<=\S)$", " \t ")),
    "a blank of no break at the ends": Kind(_each_line(r"(?<=\S)$", "\u00a0")),
    "no indentation": Kind(_each_line(r"^[ \t]+", "")),
    "tabs as indentation": Kind(_each_line(r"^(?: {4})+", "\t")),
    "blanks of no break": Kind(_each_line(r"(?<=\S)  +(?=\S)", "\u00a0\u00a0")),
    "blanks as one": Kind(_each_line(r"(?<=\S) {2,}(?=\S)", " ")),
    "blank lines": Kind(_each_line(r"\n", "\n\n")),
    "no blank lines": Kind(_each_line(r"\n(?:[ \t]*\n)+", "\n")),
    "a mark of UTF-8 within": Kind(_at_a_line(lambda lines, at: [*lines[:at], f"\ufeff{lines[at]}", *lines[at + 1 :]])),
    "small letters": Kind(lambda text, _: text.lower()),
    "capitals": Kind(lambda text, _: text.upper()),
    "curly quotes": Kind(lambda text, _: _QUOTED.sub(lambda quoted: _CURLY[quoted[1]].format(quoted[2]), text)),
    "dashes": Kind(_each_line(r"(?<= )-(?=[A-Za-z])", "\u2013")),
    "thousands by a comma": Kind(_parted_thousands(",")),
    "thousands by a dot": Kind(_parted_thousands(".")),
    "thousands by a blank": Kind(_parted_thousands("\u00a0")),
    "thousands by an apostrophe": Kind(_parted_thousands("\u2019")),
    "a line twice": Kind(_at_a_line(lambda lines, at: [*lines[: at + 1], *lines[at:]]), "kept"),
    "two lines exchanged": Kind(
        _at_a_line(lambda lines, at: [*lines[:at], *lines[at : at + 2][::-1], *lines[at + 2 :]]), "kept"
    ),
    "cut off": Kind(_cut, "nothing new"),
    "another below it": Kind(_joined, "kept"),
}


class Lost(NamedTuple):
    """A document that reads otherwise since a kind of damage was done to it, of which nothing was said."""

    kind: str
    document: Document
    format: str
    text: str
    lost: list[str]
    gained: list[str]


def _folded(values: Counter[str]) -> set[str]:
    """Values without what a damage does to any text, without the places that they have, and without lists."""
    texts = (value for value in values if _OWN_PLACE.match(value) is None and _OF_LIST.match(value) is None)
    return {re.sub(r'\\"|\\u201[cd]', "", value).translate(_STRAIGHT).casefold() for value in texts}


def lost(document: Document, kind: str, chance: random.Random) -> Lost | None:
    """What reads otherwise without a word, if it does."""
    damage, kept = KINDS[kind]
    return compared(document, kind, damage(document.text, chance), kept)


def compared(document: Document, kind: str, text: str, kept: str = "same") -> Lost | None:
    """What a damaged text of a document reads otherwise without a word, if it does."""
    before, after = read_once(document), read(document.name, text)
    if is_said(before, after):
        return None
    was, now = _folded(before.values), _folded(after.values)
    gone, new = sorted(was - now), sorted(now - was)
    is_other = {"same": gone or new, "kept": gone, "nothing new": new}[kept]
    return Lost(kind, document, after.format, text, gone, new) if is_other else None


def hunt(number: int, seed: int, among: re.Pattern[str] | None = None) -> Iterator[Lost]:
    """What so many random damages took without a word."""
    for document, chance in drawn(number, seed, of_place(among)):
        kind = chance.choice(sorted(KINDS.keys() - (_CASES if document.folder in _OF_DAEMONS else set())))
        if read_once(document).is_understood and (found := lost(document, kind, chance)) is not None:
            yield found


def main() -> int:
    """Do so many damages, and print those that took something of which nothing is said."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--among", type=re.compile, help="folders and names of documents")
    options = parser.parse_args()
    found = list(hunt(options.number, options.seed, options.among))
    for each in found:
        took = "; ".join([*(f"-{value}" for value in each.lost[:3]), *(f"+{value}" for value in each.gained[:3])])
        print(each.kind, each.format, f"{each.document.folder}/{each.document.name}", took, sep="\t")
    print(f"{len(found)} of {options.number}", file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
