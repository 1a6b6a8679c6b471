"""Documents in blocks of a declaration: what a heredoc, a block of YAML or a raw text of another tool holds.

    value = <<-EOT          content: |              var profile = '''           content => @("EOT")
      <VPNProfile> ...        connections { ...     <VPNProfile> ...        conn site ...
    EOT                                             '''                         | EOT

Each is read by its own reader in its place, and the declaration without them as any other input. The parts of user
data in several parts (MIME) are read in the same way, each as an input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from msgspec import Struct

from ipseclint import formats
from ipseclint.formats.kit.diagnostics import Diagnostics, of_source
from ipseclint.formats.kit.yaml_blocks import end_of_block
from ipseclint.formats.parsed import Format, Parsed, joined
from ipseclint.formats.peers.commands_beside import tell_commands
from ipseclint.formats.readers import first_to_recognise, formats_of
from ipseclint.formats.transcript.margins import moved, without_margin
from ipseclint.formats.transcript.piece import Piece
from ipseclint.late import late
from ipseclint.model.policy import Policy
from ipseclint.source import Source, lines_of_text, text_source

_NAME = "declared-documents"
_READERS = (
    *("vpn.profile_xml", "registry.reg_text", "vpn.rasphone", "registry.security_template", "registry.setup_inf"),
    *("peers.swanctl", "peers.ipsec_conf", "peers.ipsec_secrets"),
)
"""The modules of the readers of files that a declaration puts on a machine or into a profile."""
_OPENING = late(
    r"^(?P<indent>[ ]*+)(?:(?P<dash>(?:-[ ]+){0,8})[\w.\"'-]{1,80}[ ]*:[ ]*|(?P<above>(?:-[ ]+){0,8})-[ ]+)"
    r"(?:!\S{1,40}[ ]+)?[|>][+-]?\d?[+-]?[ \t]*\r?\n"
    r"|(?:[=(,\[]|\b(?:content|source|body|value|text|data)(?=[ \t]))[ \t]*<<[-~]?[\"']?(?P<tag>[A-Za-z_]\w{0,40})"
    r"[\"']?(?:[.,)][^\r\n]{0,100})?[ \t]*\r?\n"
    r"|@\([ \t]*\"?(?P<puppet>[A-Za-z_]\w{0,40})\"?(?::\w{1,20})?(?:/\w{0,10})?[ \t]*\)[^\r\n]{0,40}\r?\n"
    r"|(?P<quotes>'''|\"\"\")[ \t]*\r?\n",
    re.MULTILINE,
)
"""Where a block begins: behind the key of a value of YAML or the dash of an item, a tag of Terraform, Ruby or Puppet,
the marks of Bicep."""
_ENDING = r"^[ \t]*+(?:\|[ \t]*+)?(?:-[ \t]*+)?{}(?![\w'\"])"
"""How the line begins that ends a block."""
_SEVERAL_PARTS = late(
    r"\s*+(?:[\w-]{1,40}:[^\r\n]{0,200}\r?\n){0,10}?Content-Type:[ \t]*multipart/[^\r\n]{0,100}?(?:\r?\n[ \t]+)?"
    r"boundary=\"?(?P<boundary>[\w'()+,./:=? -]{1,70}?)\"?[ \t]*\r?\n",
    re.IGNORECASE,
)
"""The head of user data in several parts, with what parts them."""
_OF_DAEMON = late(
    r"[\"'](?:conn[ ][\w%-]{1,60}|config[ ]setup|(?:connections|secrets)[ ]{0,8}\{)[^\"'\r\n]{0,200}\\n"
    r"|[\"'][^\"'\r\n]{0,80}:[ ]*+PSK[ ]"
)
"""A text on one line that is a file of strongSwan or Libreswan, or a line of one with a key."""
_SECTION = late(
    r"^[ \t]*+(?:left|right)(?:auth|ca|cert|id|rsasigkey|sourceip|subnet)[2-9]?[ \t]*="
    r"|^[ \t]*+conn[ \t]+[\w%.-]{1,60}[ \t]*\r?\n(?:[ \t]*\r?\n|[ \t]*#[^\r\n]{0,200}\r?\n){0,8}"
    r"[ \t]+(?:left|right|ike|esp|keyexchange|authby|auto|type|also)\w*[ \t]*=",
    re.MULTILINE,
)
_NOT_AT_BEGIN = "a part of an ipsec.conf stands here, where none is read: give the file that comes of it"
_NOT_A_BLOCK = "a file of an IKE daemon stands here on one line, which is not read: give the file that comes of it"
_MAX_BLOCKS = 200
"""How many blocks of one text are looked at (reasoned: a declaration writes a few files)."""


class _Document(Struct, frozen=True):
    """A block of a text that a format reads, and its lines, numbered from 1, with their margins."""

    form: Format
    piece: Piece

    @classmethod
    def of_parts(cls, parts: Sequence[_Document]) -> _Document:
        """The document of which items of one list are the parts; what stands between them is left out."""
        lines: dict[int, str] = {}
        margins: dict[int, int] = {}
        for part in parts:
            first = min(part.piece.lines)
            lines |= dict.fromkeys(range(next(reversed(lines), first) + 1, first), "") | part.piece.lines
            margins |= part.piece.margins
        return cls(parts[0].form, Piece("output", lines, margins))


class _Declaration(Struct):
    """The documents in a text, and the offset from which on nothing was looked at."""

    documents: list[_Document]
    end: int


def recognise(source: Source) -> bool:
    """Whether a block of a declaration, or a part of user data, is a document of another format."""
    return bool(_declaration(source.path, source.head_text, most=1).documents)


@of_source
def _parse(source: Source) -> Parsed:
    """The results of the declaration and of each document in it."""
    text, diagnostics = source.read_text(), Diagnostics(source.path)
    declared = _declaration(source.path, text)
    if declared.end < len(text):
        place = diagnostics.place(text.count("\n", 0, declared.end) + 1, 1)
        diagnostics.refused(f"more than {_MAX_BLOCKS} blocks: the rest was not read", place)
    beside = _without(text[: declared.end], declared.documents)
    form = formats.recognise(text_source(source.path, beside))
    if form is None:
        tell_commands(beside, diagnostics)
        for pattern, why in ((_OF_DAEMON, _NOT_A_BLOCK), (_SECTION, _NOT_AT_BEGIN)):
            for match in pattern.finditer(beside):
                diagnostics.not_understood(why, diagnostics.place_in(beside, match.start()))
    parts = [diagnostics.parsed(Policy())]
    parts += [] if form is None else [form.parse(text_source(source.path, beside))]
    for document in declared.documents:
        first = min(document.piece.lines)
        own = text_source(source.path, "\n" * (first - 1) + document.piece.text)
        parts.append(moved(document.form.parse(own), document.piece.margins))
    return joined(parts)


def _declaration(path: str, text: str, most: int = _MAX_BLOCKS) -> _Declaration:
    """The documents in a text, its parts, or blocks of it: the first `most`."""
    lines = lines_of_text(text)
    several = _SEVERAL_PARTS.match(text)
    if several is None:
        return _in_blocks(text, lines, most)
    parts = (Piece("output", part) for part in _parts(lines, f"--{several['boundary']}"))
    plain = (part for part in islice(parts, _MAX_BLOCKS) if _SEVERAL_PARTS.match(part.text) is None)
    formed = ((formats.recognise(text_source(path, part.text)), part) for part in plain)
    documents = (_Document(form, part) for form, part in formed if form is not None)
    return _Declaration(list(islice(documents, most)), len(text))


def _in_blocks(text: str, lines: Sequence[str], most: int) -> _Declaration:
    """The first `most` documents in blocks, also in those within a block that is none itself."""
    found: list[list[_Document]] = []
    behind = 0
    before: tuple[int, int] | None = None
    for _ in range(_MAX_BLOCKS):
        opening = _OPENING.search(text, behind) if len(found) < most else None
        if opening is None:
            return _Declaration([*map(_Document.of_parts, found)], len(text))
        behind, end = opening.end(), _end_of(text, opening)
        first, last = text.count("\n", 0, behind), text.count("\n", 0, end)
        if first < last:
            piece = without_margin(Piece("output", dict(enumerate(lines[first:last], start=first + 1))))
            module = first_to_recognise(_READERS, text_source("", piece.text.strip()))
            if module is not None:
                document = _Document(_form_of(module, piece), piece)
                if before and found[-1][0].form is document.form and _goes_on(text, opening, piece, *before):
                    found[-1].append(document)
                else:
                    found.append([document])
                behind, before = end, _place_in_list(opening, piece, end)
    is_whole = _OPENING.search(text, behind) is None
    return _Declaration([*map(_Document.of_parts, found)], len(text) if is_whole else behind)


def _form_of(module: str, piece: Piece) -> Format:
    """The format of a block that a reader takes: several outputs, if others stand in it, as logs below a file do."""
    whole = formats.recognise(text_source("", piece.text))
    return whole if whole is not None and whole.name == "transcript" else formats_of(module)[0]


def _place_in_list(opening: re.Match[str], piece: Piece, end: int) -> tuple[int, int] | None:
    """The column and the end of an item that may be a part of one text with its neighbours, as no script is."""
    return None if opening["above"] is None or "<<" in piece.text else (opening.end("above") - opening.start(), end)


def _goes_on(text: str, opening: re.Match[str], piece: Piece, column: int, end: int) -> bool:
    """Whether an item belongs to the list whose item at a column ended before."""
    item = " " * column
    between = (line for line in text[end : opening.start()].split("\n") if line.strip())
    return (
        opening["above"] == ""
        and _place_in_list(opening, piece, end) == (column, end)
        and all(line.startswith((f"{item} ", f"{item}-")) for line in between)
    )


def _parts(lines: Sequence[str], boundary: str) -> Iterator[dict[int, str]]:
    """The lines of each part, numbered from 1, below its head."""
    starts = [row for row, line in enumerate(lines) if line.startswith(boundary)]
    for start, end in pairwise((*starts, len(lines))):
        begin = next((row for row in range(start, end) if not lines[row].strip()), end)
        if begin + 1 < end:
            yield dict(enumerate(lines[begin + 1 : end], start=begin + 2))


def _end_of(text: str, opening: re.Match[str]) -> int:
    """Where a block ends; where it begins if nothing ends it."""
    if opening["indent"] is not None:
        return end_of_block(text, opening.end(), len(opening["indent"] + (opening["dash"] or opening["above"] or "")))
    ending = _ENDING.format(re.escape(opening["tag"] or opening["puppet"] or opening["quotes"]))
    closing = re.compile(ending, re.MULTILINE).search(text, opening.end())
    return opening.end() if closing is None else closing.start()


def _without(text: str, documents: Sequence[_Document]) -> str:
    """A text with the lines of documents emptied."""
    taken = {number for document in documents for number, line in document.piece.lines.items() if line}
    return "\n".join("" if number in taken else line for number, line in enumerate(lines_of_text(text), start=1))


FORMATS = (
    Format(
        name=_NAME,
        title="declaration of another tool that holds VPN profiles, registry files, phone books or files of strongSwan",
        short="a declaration of another tool",
        recognise=recognise,
        parse=_parse,
        how_to_export="none: it is the declaration itself (Terraform, Bicep, Ansible, Chef, Puppet, Salt, "
        "cloud-config, a ConfigMap, user data in several parts)",
        can_express="what the documents in its blocks can, and what stands around them",
        cannot_express="values that the tool puts in; which of its blocks reach which machine",
        is_alone=lambda _source: True,
    ),
)
