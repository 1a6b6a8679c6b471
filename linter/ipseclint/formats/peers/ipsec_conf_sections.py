"""Sections of an ipsec.conf with their settings and `also`; unknown keys are noted.

A script, or a text in which somebody writes of them, may hold several files. Of what one file says twice of a
connection the last counts, as with strongSwan; what two files say are two connections.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from msgspec import Struct, field

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import LEFT_OUT, Token, is_left_out
from ipseclint.formats.peers.beside_sections import note_beside
from ipseclint.formats.peers.included import Files
from ipseclint.formats.peers.shell import Written
from ipseclint.formats.peers.words import note_typographic
from ipseclint.late import late
from ipseclint.vocabulary.peer_keys import IPSEC_CONF
from ipseclint.vocabulary.rows import names

_SECTION = late(r"(conn|config|ca)[ \t]+(\S+)")
_NAMELESS = late(r"(conn|ca|config)[ \t]*")
_SETTING = late(r"[ \t]*([\w-]+)[ \t]*=[ \t]*(.*)")
_SIDE_APART = late(r"\A(left|right)-")
"""How libreswan 5 writes the side of a key, too."""
_ENDS = frozenset({"left", "right"})

_FILES = (".conf", ".secrets")
"""How the name of a file ends that stands above what is in it."""
_COMMENT = late(r"(?:^|\s)#.*")


_READ = names(
    "left right ike esp ah phase2 phase2alg pfs esn keyexchange ikev2 authby type also auto ikelifetime salifetime "
    "ipsec-lifetime lifetime keylife lifebytes ipsec-max-bytes narrowing aggressive aggrmode rekey "
    "leftxauthserver rightxauthserver leftxauthclient rightxauthclient sha2-truncbug sha256-96"
) | {
    side + key
    for side in ("left", "right")
    for key in ("subnet", "subnets", "protoport", "sourceip", "addresspool", "auth", "auth2", "ca", "cert", "id")
}
"""The keys of a connection that are read."""


class Section(Struct):
    """A section: its name with its place and its values, the last of duplicates.

    `is_cut`: dots stand in it for settings that an excerpt leaves out. `replaced`: the keys of which a later line says
    something else.
    """

    name: Token
    values: dict[str, Token] = field(default_factory=dict)
    also: list[Token] = field(default_factory=list)
    is_cut: bool = False
    replaced: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether it tells of an end of the connection, and so is no addition to another section of its name."""
        return self.name.text == "%default" or not _ENDS.isdisjoint(self.values)

    @property
    def words(self) -> tuple[dict[str, str], list[str]]:
        """What it says, without places."""
        return {key: value.text for key, value in self.values.items()}, [token.text for token in self.also]

    def put(self, key: str, value: Token) -> None:
        """Set a value, instead of one that an earlier line gives."""
        if key in self.values and self.values[key].text != value.text:
            self.replaced.append(key)
        self.values[key] = value

    def take(self, other: Section) -> None:
        """Take over what another part of it says."""
        self.replaced += other.replaced
        for key, value in other.values.items():
            self.put(key, value)
        self.also += other.also
        self.is_cut |= other.is_cut


class Part(Struct):
    """The connections by name, and `config setup`, of a file or of a part of one."""

    connections: dict[str, Section] = field(default_factory=dict)
    setup: Section | None = None

    def is_of_another_file(self, later: Part) -> bool:
        """Whether a later part says something else of one of its connections, and no addition."""
        pairs = ((self.connections.get(name), section) for name, section in later.connections.items())
        return any(
            known is not None and known.is_whole and section.is_whole and known.words != section.words
            for known, section in pairs
        )

    def take(self, later: Part) -> None:
        """Take over the next part of the file."""
        for name, section in later.connections.items():
            if (known := self.connections.setdefault(name, section)) is not section:
                known.take(section)
        self.setup = later.setup or self.setup


def files_of(parts: Iterable[Part]) -> list[Part]:
    """The files of which these are the parts, in turn."""
    files: list[Part] = []
    for part in parts:
        if not files or files[-1].is_of_another_file(part):
            files.append(part)
        else:
            files[-1].take(part)
    return files


class FilesShown:
    """Tells the files apart of which a document shows parts, one by one."""

    def __init__(self) -> None:
        self._file = Part()
        self._number = 0

    def file_of(self, text: str) -> int:
        """The number of the file that the next part shows."""
        for part in sections_of(Written(text, ""), Files(()), Diagnostics("")):
            if self._file.is_of_another_file(part):
                self._file, self._number = part, self._number + 1
            else:
                self._file.take(part)
        return self._number


def sections_of(shown: Written, files: Files, diagnostics: Diagnostics) -> list[Part]:
    """The sections, by what stands apart: what a script writes at once, what stands between two lines of prose."""
    parts = [Part()]
    written = 0
    current: Section | None = None
    section_kind = ""
    is_at_margin = False
    beside: list[Token] = []
    for line in shown.lines(files.lines(shown.text, diagnostics.path)):
        plain = _COMMENT.sub("", line.text).rstrip()
        if line.path == shown.path and (number := bisect_right(shown.begins, line.line)) != written:
            parts.append(Part())
            written = number
        if not plain.strip():
            _note_comment(line, current, diagnostics)
            continue
        if (section := _SECTION.match(plain)) is not None:
            kind, name = section[1], line.part(section.start(2), section.end(2))
            current = parts[-1].connections.setdefault(name.text, Section(name)) if kind == "conn" else Section(name)
            if kind == "config":
                parts[-1].setup = current
            section_kind = kind
        elif (nameless := _NAMELESS.fullmatch(plain)) is not None:
            diagnostics.malformed("a section without a name: it is not read", line.strip().span)
            current, section_kind = Section(line), nameless[1]
        elif (setting := _SETTING.fullmatch(plain)) is not None:
            if current is None:
                diagnostics.malformed("a setting outside a section", line.strip().span)
                continue
            if not (is_at_margin or plain[0].isspace()):
                is_at_margin = True
                diagnostics.malformed("a setting at the margin: what is in a section begins with a blank", line.span)
            value = shown.filled(_unquoted(line.part(setting.start(2), setting.end(2)), diagnostics))
            _note_key(line.part(setting.start(1), setting.end(1)), section_kind, diagnostics)
            if setting[1] == "also":
                current.also.append(value)
            else:
                current.put(setting[1].casefold(), value)
        elif _is_outside(plain):
            beside.append(line)
            parts.append(Part())
        else:
            _note_other(line, plain, current, diagnostics)
    note_beside(beside, diagnostics)
    return parts


def _note_comment(line: Token, section: Section | None, diagnostics: Diagnostics) -> None:
    """Note a comment in a section that stands for settings that are left out: `# ...`."""
    if section is not None and line.text[:1].isspace() and is_left_out(line.text):
        diagnostics.cut_short(line.strip().span)
        section.is_cut = True


def _is_outside(plain: str) -> bool:
    """Whether a line is the name of a file, or what somebody writes beside the sections."""
    word, *more = plain.split()
    is_many = len(more) > 1 or word.endswith(_FILES)
    return is_many and word != "include" and not plain[0].isspace() and "=" not in plain and _is_said(word)


def _note_other(line: Token, plain: str, section: Section | None, diagnostics: Diagnostics) -> None:
    """Say what a line is that is neither a section nor a setting: `plain` is it without its comment."""
    word = plain.split(maxsplit=1)[0]
    if word == "include":
        diagnostics.not_understood("an included file is not part of this input", line.strip().span)
    elif LEFT_OUT.fullmatch(plain.strip()) is None:
        if word != "version":
            diagnostics.malformed("a line that is neither a section nor a setting", line.strip().span)
    elif plain[0].isspace():
        diagnostics.cut_short(line.strip().span)
        if section is not None:
            section.is_cut = True
    else:
        diagnostics.unread["text outside of the sections"] += 1


def _is_said(word: str) -> bool:
    """Whether a line of several words at the margin that begins with one is what somebody writes beside it."""
    name = _SIDE_APART.sub(r"\1", word.casefold().replace("_", "-"))
    return word != "version" and not any(name in keys for keys in IPSEC_CONF.values())


def _note_key(key: Token, section: str, diagnostics: Diagnostics) -> None:
    """Note a key that its section does not have, or count one that is not read; `x-` begins a comment."""
    name = _SIDE_APART.sub(r"\1", key.word.replace("_", "-"))
    if name not in IPSEC_CONF[section] and not name.startswith("x-"):
        diagnostics.not_understood(f"{quoted(key.text)} is not a key of a `{section}` section of ipsec.conf", key.span)
    elif section == "conn" and name not in _READ:
        diagnostics.not_read(key.word)


def _unquoted(token: Token, diagnostics: Diagnostics) -> Token:
    stripped = token.strip()
    note_typographic(stripped, diagnostics)
    if stripped.text[:1] == '"' and stripped.text.count('"') == 1:
        diagnostics.malformed("a text without its closing quotation mark", stripped.span)
    if len(stripped.text) > 1 and stripped.text[0] == stripped.text[-1] == '"':
        return stripped.part(1, len(stripped.text) - 1)
    return stripped
