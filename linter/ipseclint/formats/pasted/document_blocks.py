r"""Code blocks of documents in line-based markup: each line at its columns, without the prose.

reStructuredText   .. code-block:: bat        Run this::
AsciiDoc           ----   ....                [source] and a paragraph, a paragraph that is indented
Org                #+begin_src powershell     : netsh ...
Textile            bc. netsh ...              bc.. netsh ...
a shell's script   cat > client.ps1 <<EOF     echo "conn office ..." > /etc/ipsec.conf
a forum's post     On the client:             four blanks, or a tab, before each line of code
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from ipseclint.formats.pasted.captions import CODE, is_title, width_of_item
from ipseclint.late import late

Block: TypeAlias = dict[int, str]
"""The lines of a block of code, by number from 1."""
_DIRECTIVE = late(r"[ \t]*\.\. (?:code|code-block|sourcecode|prompt|parsed-literal)::", re.IGNORECASE)
_OTHER_DIRECTIVE = late(r"[ \t]*\.\. ")
_OPTION = late(r"[ \t]+:[\w-]+:")


def of_restructured_text(lines: Sequence[str]) -> Iterator[Block]:
    """The code blocks of reStructuredText: directives, and what is indented below `::`."""
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        is_directive = _DIRECTIVE.match(line) is not None
        if not is_directive and (not line.rstrip().endswith("::") or _OTHER_DIRECTIVE.match(line)):
            continue
        margin = _indent(line) if is_directive else width_of_item(line)
        while is_directive and at < len(lines) and _OPTION.match(lines[at]):
            at += 1
        if not is_directive and at < len(lines) and lines[at].strip():
            continue  # a literal block is parted from its paragraph
        block: Block = {}
        while at < len(lines) and (not lines[at].strip() or _indent(lines[at]) > margin):
            block[at + 1] = lines[at]
            at += 1
        yield block


_LISTING = late(r"(-{4,80}|\.{4,80}|`{3})[\w+#.-]{0,20}[ \t]*\r?")
_STYLE = late(r"\[(?:source|listing|literal)\b[^\]\r\n]{0,80}\][ \t]*\r?", re.IGNORECASE)
_LISTED = late(r"[ \t]+(?:[*.-]{1,5}|\d{1,3}\.)[ \t]")
_DELIMITERS = ("---", "...", "```")
_ABOVE_LISTING = ("", "[", ".", "+")
"""How a line above a listing begins: nothing, its style, its title, what joins it to an item of a list."""
_CALLOUT = r"<(?:\d{1,2}|\.)>"
_CALLOUTS = late(rf"{_CALLOUT}[ \t]*+(?:{_CALLOUT}[ \t]*+)*+(?P<last>\r?$)?")


def of_asciidoc(lines: Sequence[str]) -> Iterator[Block]:
    """The code blocks of AsciiDoc: listings, paragraphs with a style, paragraphs that are indented."""
    last = {line.rstrip(): row for row, line in enumerate(lines) if line[:3] in _DELIMITERS}
    at = 0
    is_behind_blank = True
    is_styled = False
    while at < len(lines):
        line = lines[at]
        begin, at = at, at + 1
        if (mark := _LISTING.fullmatch(line)) is not None and not _rules_output(lines, begin, mark[1], last):
            while at < len(lines) and lines[at].rstrip() != mark[1]:
                at += 1
            yield _without_callouts(lines, begin + 1, at)
            at += 1
            is_styled = False
        elif line.strip() and (is_styled or (is_behind_blank and line[:1] in " \t" and not _LISTED.match(line))):
            while at < len(lines) and lines[at].strip() and not _LISTING.fullmatch(lines[at]):
                at += 1
            yield _without_callouts(lines, begin, at)
            is_styled = False
        elif line.strip():
            is_styled = _STYLE.fullmatch(line) is not None
        is_behind_blank = not lines[at - 1].strip() if at <= len(lines) else True


def _rules_output(lines: Sequence[str], row: int, mark: str, last: Mapping[str, int]) -> bool:
    """Whether an unclosed delimiter line below text is the ruler of an output."""
    above = lines[row - 1].strip() if row else ""
    return above[:1] not in _ABOVE_LISTING and last.get(mark, 0) <= row


def _without_callouts(lines: Sequence[str], begin: int, end: int) -> Block:
    """Rows without callout numbers at line ends, which a list below explains."""
    return {
        row + 1: _CALLOUTS.sub(_without_last, lines[row]) if "<" in lines[row] else lines[row]
        for row in range(begin, end)
    }


def _without_last(callouts: re.Match[str]) -> str:
    return callouts[0] if callouts["last"] is None else callouts["last"]


_ORG_BEGIN = late(r"[ \t]*#\+begin_(src|example)\b[^\r\n]*", re.IGNORECASE)
_ORG_FIXED = late(r"([ \t]*):[ \t]")


def of_org(lines: Sequence[str]) -> Iterator[Block]:
    """The code blocks of Org: sources, examples, and lines behind a colon."""
    at = 0
    while at < len(lines):
        opening = _ORG_BEGIN.match(lines[at])
        block: Block = {}
        at += 1
        if opening is not None:
            end = f"#+end_{opening[1].casefold()}"
            while at < len(lines) and lines[at].strip().casefold() != end:
                block[at + 1] = lines[at]
                at += 1
            yield block
            continue
        while (fixed := _ORG_FIXED.match(lines[at - 1])) is not None:
            block[at] = " " * fixed.end() + lines[at - 1][fixed.end() :]
            if at == len(lines):
                break
            at += 1
        if block:
            yield block


_TEXTILE_CODE = late(r"(?:bc|pre)(?:\([^)\r\n]{0,40}\)|\{[^}\r\n]{0,80}\}|\[[^\]\r\n]{0,20}\])?(\.{1,2})[ ]")
_TEXTILE_BLOCK = late(
    r"(?:p|h[1-6]|bq|bc|pre|notextile|fn\d{1,3})"
    r"(?:\([^)\r\n]{0,40}\)|\{[^}\r\n]{0,80}\}|\[[^\]\r\n]{0,20}\])?\.{1,2}[ ]"
)


def of_textile(lines: Sequence[str]) -> Iterator[Block]:
    """The code blocks of Textile: of one paragraph, or up to the next block."""
    at = 0
    while at < len(lines):
        opening = _TEXTILE_CODE.match(lines[at])
        at += 1
        if opening is None:
            continue
        block = {at: " " * opening.end() + lines[at - 1][opening.end() :]}
        is_extended = opening[1] == ".."
        while at < len(lines) and (not _TEXTILE_BLOCK.match(lines[at]) if is_extended else bool(lines[at].strip())):
            block[at + 1] = lines[at]
            at += 1
        yield block


_HERE = late(
    r"[ \t]*(?:sudo[ ]+)?(?:cat|tee|install)\b(?=[^\r\n]{0,300}>|[ ]++\S)[^\r\n<#]{0,200}<<(?P<dash>-?)[ \t]*"
    r"(?P<quote>['\"\\]?)(?P<tag>\w{1,40})['\"]?[^\r\n]{0,200}"
)
_SAID = late(
    r"(?:[^\"\r\n]{0,200}(?:\|\||&&)[ ])?[ \t]*(?:(?:echo|printf)[ ]+(?:-\w+[ ]+)?"
    r"|(?:cat|tee)\b[^\r\n<\"]{0,200}<<<[ ]*)\"(?P<first>(?:[^\"\\\r\n]|\\.)*)\r?"
)
_SAID_END = late(r"(?P<last>(?:[^\"\\\r\n]|\\.)*)\"[ \t]*(?P<to>(?:>{1,2}|\|)[^\r\n]*)?")
_ESCAPED = late(r"\\(?=[`$\"\\])")


def _said_end(line: str) -> re.Match[str] | None:
    return _SAID_END.fullmatch(line.rstrip("\r"))


def of_shell(lines: Sequence[str]) -> Iterator[Block]:
    """The files that a shell's script writes, as heredocs and as texts that it prints."""
    at = 0
    end = -1  # of the text that was looked through last: whatever begins before it ends there too
    while at < len(lines):
        line = lines[at].rstrip("\r")
        number, at = at, at + 1
        if (here := _HERE.fullmatch(line)) is not None:
            while at < len(lines) and (lines[at].strip() if here["dash"] else lines[at].rstrip("\r")) != here["tag"]:
                at += 1
            body = {row + 1: lines[row] for row in range(number + 1, at)}
            yield body if here["quote"] else {row: _ESCAPED.sub(" ", own) for row, own in body.items()}
            at += 1
        elif end < len(lines) and (said := _SAID.fullmatch(line)) is not None:
            if end < at:
                end = next((row for row in range(at, len(lines)) if _said_end(lines[row])), len(lines))
            last = _said_end(lines[end]) if end < len(lines) else None
            if last is not None and (last["to"] or "<<<" in line):
                body = {number + 1: " " * said.start("first") + said["first"]}
                body |= {row + 1: lines[row] for row in range(at, end)}
                body[end + 1] = last["last"]
                yield {row: _ESCAPED.sub(" ", own) for row, own in body.items()}
                at = end + 1


_RUNS_HERE = late(
    r"\b(?:netsh|powershell|pwsh|reg)(?:\.exe)?[ ]|\b[A-Za-z]{2,12}-(?:Net|Vpn)\w{2,60}[ ]+-", re.IGNORECASE
)


def writes_all(text: str) -> bool:
    """Whether a shell script has Windows commands only in files that it writes."""
    lines = text.split("\n")
    blocks = list(of_shell(lines))
    if not any(_RUNS_HERE.search(line) for block in blocks for line in block.values()):
        return False
    return not any(_RUNS_HERE.match(line.lstrip()) for _, line in outside(lines, blocks))


def of_indented(lines: Sequence[str]) -> Iterator[Block]:
    """The blocks of lines that are indented, in a text without marks."""
    at = 0
    while at < len(lines):
        block: Block = {}
        begin = at
        while at < len(lines) and (not lines[at].strip() or lines[at].startswith(CODE)):
            block[at + 1] = lines[at]
            at += 1
        is_below = begin and lines[begin].strip() and not _announces(lines[begin - 1])
        if any(map(str.strip, block.values())) and not is_below:
            yield block
        at += at == begin


def _announces(line: str) -> bool:
    """Whether a line is no item and no sentence: what is indented directly below it is code."""
    text = line.strip()
    return width_of_item(line) == 0 and (text.endswith(":") or is_title(text))


def outside(lines: Sequence[str], blocks: Sequence[Block]) -> Iterator[tuple[int, str]]:
    """The lines of a document outside its blocks, numbered from 1."""
    inside = {number for block in blocks for number in block}
    return ((number, line) for number, line in enumerate(lines, start=1) if number not in inside)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
