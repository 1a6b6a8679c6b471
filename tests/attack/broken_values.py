"""Clean never means skipped: a value that decides and is broken is said.

`python -m tests.attack.broken_values 2000` changes a value of a fixture: where another valid value makes a difference,
one that is none has to be a problem, or a command that is refused. What is left are names and other texts that may be
anything, and evidence that is kept as it was found.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from tests.attack.foreign_statements import Document, drawn, of_place, read, read_once
from tests.attack.foreign_statements import is_said as is_said_of

_PAIRS = (
    *(("aes128", "aes256"), ("3des", "des"), ("sha1", "sha256"), ("sha384", "sha256"), ("md5", "sha1")),
    *(("yes", "no"), ("true", "false"), ("enabled", "disabled"), ("require", "request"), ("ikev1", "ikev2")),
    *(("transport", "tunnel"), ("requireinrequireout", "requestinrequestout")),
)
_OTHERS = {**{other: word for word, other in _PAIRS}, **dict(_PAIRS)}
"""Another valid value for each word."""
_WORD = re.compile(rf"(?<![\w.-])(?:{'|'.join(_OTHERS)})(?![\w.-])", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.-])\d{1,6}(?![\w.-])")
_ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")


def _other_word(word: str) -> str:
    other = _OTHERS[word.casefold()]
    return other.upper() if word.isupper() else other.capitalize() if word[:1].isupper() else other


KINDS: Mapping[re.Pattern[str], tuple[Callable[[str], str], tuple[str, ...]]] = {
    _WORD: (_other_word, ("zonk", "maybe")),
    _NUMBER: (lambda number: str(int(number) + 1), ("ninety", "12x")),
    _ADDRESS: (lambda _: "198.51.100.222", ("10.0.0.999",)),
}
"""How each kind of value looks, another valid one, and what is none."""
_NAMED = re.compile(r"[^=]*\.(?:name|time|id|identities|target)=|[^=]*\.is_text=true")
"""What may be any text, and a text where Windows takes a number, which a rule tells (RF023)."""
_BEFORE = re.compile(r"(?:^|\n)[ \t]*(?:left|right)?id[ \t]*[:=][ \t]*\Z| N=[\"']\Z")
_BEHIND = re.compile(r"[\"')]{0,2}[ \t]*[:=](?![:=])| (?:matching|acceptable) proposal")
"""What stands before an identity or a name of CLIXML, and behind a name or within a sentence: none is a value."""


class Broken(NamedTuple):
    """A value of a document at an offset, and what was put in its place, of which nothing was said."""

    document: Document
    format: str
    offset: int
    value: str
    instead: str

    @property
    def line(self) -> int:
        return self.document.text.count("\n", 0, self.offset) + 1


def is_said(document: Document, changed: str) -> bool:
    """Whether something is said of a changed document that is not said of it as it is, or a name in it is another."""
    before, after = read_once(document), read(document.name, changed)
    named = (value for value in after.values - before.values if _NAMED.match(value) is not None)
    return is_said_of(before, after) or any(named)


def hunt(number: int, seed: int, among: re.Pattern[str] | None = None) -> Iterator[Broken]:
    """Those of so many random values that decide, are broken, and of which nothing is said."""
    for document, chance in drawn(number, seed, of_place(among)):
        values = {kind: list(values_of(kind, document.text)) for kind in KINDS}
        kinds = [kind for kind, found in values.items() if found]
        before = read_once(document)
        if not kinds or not before.is_understood:
            continue
        kind = chance.choice(kinds)
        match = chance.choice(values[kind])
        other, wrong = KINDS[kind]
        instead = chance.choice(wrong)
        if is_said(document, _with(document, match, instead)):
            continue
        if read(document.name, _with(document, match, other(match[0])))[:4] != before[:4]:
            yield Broken(document, before.format, match.start(), match[0], instead)


def values_of(kind: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What looks like a value of a kind in a text, and is no name, identity, or part of a sentence."""
    for match in kind.finditer(text):
        before = text[max(0, match.start() - 80) : match.start()]
        if _BEFORE.search(before) is None and _BEHIND.match(text, match.end()) is None:
            yield match


def _with(document: Document, match: re.Match[str], instead: str) -> str:
    return f"{document.text[: match.start()]}{instead}{document.text[match.end() :]}"


def main() -> int:
    """Break so many values, and print those of which nothing is said."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--among", type=re.compile, help="folders and names of documents")
    options = parser.parse_args()
    missed = list(hunt(options.number, options.seed, options.among))
    for each in missed:
        text = each.document.lines[each.line - 1].strip()[:100]
        print(each.format, f"{each.document.name}:{each.line}", text, f"{each.value} => {each.instead}", sep="\t")
    print(f"{len(missed)} of {options.number}", file=sys.stderr)
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
