"""Output of `reg query KEY /s`, and of `reg query KEY /v NAME` for a value that exists or not.

The command itself may stand above: it tells which value was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import compress

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import LEFT_OUT, Token, joined, lines_of, token_at
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.policy import concerns_ipsec, decode
from ipseclint.formats.registry.tree import Key, Kind, Value
from ipseclint.formats.registry.written import KINDS, NUMBERS, hexadecimal, no_number
from ipseclint.formats.transcript.parting_lines import NOTHING_BEHIND, own_line
from ipseclint.late import late
from ipseclint.source import Source, lines_of_text
from ipseclint.vocabulary.registry_keys import ANY_VALUE, VPN_SUITE

_KEY = late(r"(?:HKEY_[A-Z_]+|HK[A-Z]{1,3}(?=\\))(?:\\[^\r\n]*)?", re.IGNORECASE)
_LOST_PATH = late(r"(?:[^\s\\]{0,40}\\)?(?:SOFTWARE|SYSTEM)\\[^\r\n]*[^>\s]\s*", re.IGNORECASE)
"""The path of a key whose hive is damaged."""
_TYPE = late(r"(?:(?<=  )|(?<=\t))(REG_[A-Z_]+)(?=[ \t]|$)")
_TYPE_AMID_SINGLE_BLANKS = late(
    rf"(?<=[\w)] )({'|'.join(KINDS)})(?= (?:0x[0-9a-fA-F]{{1,16}}[ \t]*\r?$|(?!0x)\S))", re.MULTILINE
)
"""The type in a line of which a page or a chat has left one blank where there were several."""
_AT_MARGIN = late(r"\S[^\r\n]{0,260}? {4}REG_")
"""A value that lost its indentation."""
_NAME_ALONE = late(r"[ \t]*+(?:[\w.-]{1,80}|\(Default\)) ")
_COMMAND = late(r"\breg(?:\.exe)? +query\b", re.IGNORECASE)
_ASKED = late(
    r"\breg(?:\.exe)? +query +(?:\"([^\"\r\n]+)\"|(\S+))(?:[^\r\n]*? /v +(?:\"([^\"\r\n]+)\"|(\S+)))?", re.IGNORECASE
)
_ASKS_FOR_SOME = late(r" /(?:f|ve)\b", re.IGNORECASE)
"""How a command asks for what fits a pattern, or the value without a name: of the rest of a key it says nothing."""
_NOT_THERE = late(
    r"ERROR: The system was unable to find the specified registry key or value\."
    r"|ERROR: Invalid key name\."
    r"|FEHLER: Der angegebene Registrierungsschl.ssel .{1,40} nicht gefunden\."
    r"|End of search: 0 match\(es\) found\.",
    re.IGNORECASE,
)
_FOOTER = "End of search: "
_FOOTER_BEHIND = late(r"[ \t]*End of search: \d{1,6} match\(es\) found\.[ \t]*\r?")
"""How an answer to `/s` or `/f` ends; a copy may have glued it to the value above."""
_REST_OF_PATH = late(r"[\w.{}\\-]{1,80}[ \t]*\r?")
"""What a console or a mail broke off the path of a key, onto the line below."""
_REST_OF_COMMAND = late(r"(?!HKEY_)(?:/v[ ]{1,4})?[\w.{}\\-]{1,80}[ \t]*\r?")
"""The same of a command; an answer begins with the path of a key, or has several words."""
_WITHOUT_TYPE = late(r"[ ]{4,8}[\w.-]{1,80}(?:[ ]{4}|[ \t]*\r?$)")
_OF_MACHINE = late(r"(?:hklm|hkey_local_machine)\\+", re.IGNORECASE)

_VERSION = late(r"! REG\.EXE VERSION ", re.IGNORECASE)
"""How the output of Windows XP and Server 2003 begins."""

_KINDS = KINDS | {"REG_NONE": Kind.NONE}

_LINE = late(r"[^\r\n]+")
"""A line that is not empty: most texts show in the first ones that they are no answer."""

_OWN_LINE = late(
    own_line(
        rf"reg(?:\.exe)?[ ]{{1,4}}query[ ]{{1,4}}{NOTHING_BEHIND}",
        r"HKEY_[A-Z_]{4,20}\\[^|&<>\r\n]{1,300}",
        r"[ ]{4,8}(?:[\w.-]{1,80}|\(Default\))[ ]{4,8}REG_(?:DWORD|QWORD)[ ]{4,8}0x[0-9a-f]{1,16}",
        _NOT_THERE.pattern,
        r"End of search: \d{1,6} match\(es\) found\.",
    ),
    re.IGNORECASE,
)
"""A line of a session in which numbers in the registry are asked for."""


def recognise(source: Source) -> bool:
    """Whether it begins with the path of a key and has lines of name, type and data below."""
    written = (match[0] for match in _LINE.finditer(source.head_text))
    said = (line for line in written if line.strip() and _COMMAND.search(line) is None and not _VERSION.match(line))
    first = next(said, "")
    if _KEY.fullmatch(first.strip()) is not None and (_type_of(first) or any(map(_type_of, said))):
        return True
    if "query" not in source.head_words:
        return False
    lines = lines_of_text(source.head_text)
    queries = compress(lines, ("query" in folded for folded in lines_of_text(source.head_folded)))
    asked = (match for match in map(_ASKED.search, queries) if match is not None)
    return any(concerns_ipsec(_path(match)) for match in asked) and any(map(_is_missing, lines))


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policy in the keys that concern IPsec."""
    reader = _Reader(diagnostics)
    for line in lines_of(text, diagnostics.path):
        reader.take(line)
    reader.end()
    return decode(reader.tree, diagnostics)


class _Reader:
    """Takes an output line by line. `path` is that of a key whose lines may follow, `asked` the command above."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._diagnostics = diagnostics
        self.tree = Key.root(diagnostics.path)
        self._path: Token | None = None
        self._key: Key | None = None
        self._value: tuple[str, Kind, list[Token]] | None = None
        self._asked: re.Match[str] | None = None
        self._asking = Token("", diagnostics.path, 1, 1)
        self._is_below = False  # whether the line above is not empty: an indented path may go on a text open there

    def take(self, line: Token) -> None:
        """Take one line."""
        if self._goes_on(line) or self._is_asked(line):
            return
        line = line.part(0, _without_footer(line.text))
        value, is_below = self._value, self._is_below
        is_within = value is not None and value[1] not in NUMBERS and is_below
        self._is_below = bool(line.text.strip())
        is_path = _KEY.fullmatch(line.text.strip()) is not None
        if is_path and (not line.text[:1].isspace() or not (is_within or _type_of(line.text))):
            self.end()
            self._path = line.strip()
        elif self._key is not None and (typed := _type_of(line.text)) is not None:
            self._begin(line, typed)
        elif self._key is not None and not is_within and _LOST_PATH.fullmatch(line.text) is not None:
            self.end()
            self._key = None
            self._diagnostics.malformed("a path without its hive: what stands below it is not read", line.span)
        elif value is not None and not is_below and _ends_text(value[2], line.text):
            self.end()
        elif self._key is not None and line.text:
            self._add(line)

    def end(self) -> None:
        """Make the key without lines, and set the value, that are complete."""
        if self._path is not None:
            self._make_key(self._path)
        _finish(self._key, self._value, self._diagnostics)
        self._value = None

    def _goes_on(self, line: Token) -> bool:
        """Whether a line is the rest of the path above, which it completes; another one begins what stands below it."""
        path = self._path
        if path is None:
            return False
        if _REST_OF_PATH.fullmatch(line.text) is not None and concerns_ipsec(path.text + line.text.strip()):
            self._path = joined([path, line.strip()])
            return True
        self._make_key(path)
        return False

    def _make_key(self, path: Token) -> None:
        is_whole = _asks_for_all(self._asked)
        self._key = _make(self.tree, path, is_whole=is_whole) if concerns_ipsec(path.text) else None
        self._path = None

    def _is_asked(self, line: Token) -> bool:
        """Whether a line is a command, its rest, or the answer that there is nothing."""
        if (command := _ASKED.search(line.text)) is not None:
            self._asked, self._asking = command, line
            return True
        if self._asked is None:
            return False
        if self._asking.line == line.line - 1 and _REST_OF_COMMAND.fullmatch(line.text):
            begin, rest = self._asking.text.rstrip(), line.text.strip()
            blank = " " if begin.endswith("/v") or rest.startswith("/") else ""
            self._asked = _ASKED.search(f"{begin}{blank}{rest}") or self._asked
            return True
        if _is_missing(line.text):
            _lack(self.tree, self._asked, self._asking)
            return True
        return False

    def _begin(self, line: Token, typed: re.Match[str]) -> None:
        """Begin a value at a line of name, type and data."""
        _finish(self._key, self._value, self._diagnostics)
        kind = _KINDS.get(typed[1])
        name = line.text[: typed.start()].strip()
        self._value = None if kind is None else (name, kind, [line.part(typed.end()).strip()])
        if kind is None:
            self._diagnostics.not_understood(f"unknown type of value {quoted(typed[1])}", line.strip().span)

    def _add(self, line: Token) -> None:
        """Add a line to the value above; a text may hold line breaks, which are printed as they are."""
        is_number = self._value is not None and self._value[1] in NUMBERS
        if self._value is not None and LEFT_OUT.fullmatch(line.text.strip()) is not None:
            self._diagnostics.cut_short(line.strip().span)
        elif self._value is not None and is_number and _completes(self._value[2], line):
            self._value[2].append(line.strip())
        elif self._value is not None and is_number and _WITHOUT_TYPE.match(line.text) is None:
            self.end()  # a number ends with its line: what stands below is somebody's prose
        elif (self._value is None or is_number) and _WITHOUT_TYPE.match(line.text) is not None:
            place = line.strip().span
            self._diagnostics.not_understood("a value without its type: the line may be broken here", place)
        elif self._value is not None:
            self._value[2].append(line)


def _completes(pieces: Sequence[Token], line: Token) -> bool:
    """Whether a line has the rest of a number, which a console or a page broke off."""
    above, rest = pieces[-1].text.strip(), line.text.strip()
    return above in {"", "0x"} and hexadecimal(above + rest, "0x") is not None


def _ends_text(pieces: Sequence[Token], line: str) -> bool:
    """Whether a line behind an empty one is no part of the text above: at the margin stands the count of what was
    found, or somebody's prose. A list whose last part is open goes on."""
    return bool(line[:1].strip()) and ("|" not in pieces[0].text or pieces[-1].text.endswith("|"))


def _path(asked: re.Match[str]) -> str:
    """The key that a command asks for, from the root."""
    return _OF_MACHINE.sub(lambda _: "HKEY_LOCAL_MACHINE\\", asked[1] or asked[2], count=1)


def _name(asked: re.Match[str]) -> str:
    """The value that a command asks for; empty if it asks for all."""
    return asked[3] or asked[4] or ""


def _asks_for_all(asked: re.Match[str] | None) -> bool:
    return asked is None or not (_name(asked) or _ASKS_FOR_SOME.search(asked.string))


def _is_missing(line: str) -> bool:
    return _NOT_THERE.fullmatch(line.strip()) is not None


def _make(tree: Key, path: Token, *, is_whole: bool) -> Key | None:
    """The key at a path; it is whole if one query showed all of it."""
    is_new = tree.find(path.text) is None
    key = tree.make(path.text, path.span)
    if key is not None:
        key.is_whole = is_whole or (key.is_whole and not is_new)
    return key


def _lack(tree: Key, asked: re.Match[str], asking: Token) -> None:
    """Note that what was asked for does not exist."""
    path, name = _path(asked), _name(asked)
    if not concerns_ipsec(path) or not (name or _asks_for_all(asked)):
        return
    place = asking.strip().span
    if not name and path.casefold().endswith(VPN_SUITE.casefold()):
        path, _, name = path.rpartition("\\")  # the key of a suite: that of the server says whether it has one
    key = _make(tree, token_at(path, place), is_whole=False)
    if key is not None:
        key.lack(token_at(name or ANY_VALUE, place))


def _type_of(line: str) -> re.Match[str] | None:
    """The match of the type in a line of name, type and data."""
    typed = _TYPE.search(line) if line.startswith(("  ", "\t")) or _AT_MARGIN.match(line) is not None else None
    if typed is not None or " REG_" not in line or (name := _NAME_ALONE.match(line)) is None:
        return typed
    return _TYPE_AMID_SINGLE_BLANKS.match(line, name.end())


def _without_footer(line: str) -> int:
    """Where a line ends before the footer that a copy glued to it."""
    at = line.rfind(_FOOTER)
    footer = _FOOTER_BEHIND.fullmatch(line, at) if at > 0 else None
    return len(line) if footer is None else at


def _finish(key: Key | None, value: tuple[str, Kind, list[Token]] | None, diagnostics: Diagnostics) -> None:
    """Set the value whose lines are complete."""
    if key is None or value is None:
        return
    name, kind, pieces = value
    text = joined(pieces)
    number = hexadecimal(text.text.strip(), "0x") if kind in NUMBERS else None
    if kind in NUMBERS and number is None:
        diagnostics.malformed(no_number(name, text), text.span)
        return
    key.set(Value(name, kind, text, number=number))


FORMATS = (
    Format(
        name="reg-query",
        title="output of reg query on firewall and IPsec policy",
        recognise=recognise,
        parse=parse,
        how_to_export=(
            r"reg query HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy /s > local.txt"
            r" & reg query HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall /s > gpo.txt"
        ),
        can_express="the same as a .reg file",
        cannot_express="the same as a .reg file; texts with line breaks are joined",
        is_alone=lambda source: source.has_only(_OWN_LINE),
    ),
)
