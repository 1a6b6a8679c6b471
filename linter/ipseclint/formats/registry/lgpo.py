"""LGPO text, a text form of registry policy with four lines a value.

    Computer
    SOFTWARE\\Policies\\Microsoft\\WindowsFirewall
    PolicyVersion
    DWORD:538

Source: Microsoft, "LGPO.exe - Local Group Policy Object Utility": `/parse` writes it, `/t` and `/r` read it. The fourth
line is a type with data, or an action: DELETE, DELETEALLVALUES, DELETEKEYS, CREATEKEY, CLEAR.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import Token, lines_of
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.policy import concerns_ipsec, decode
from ipseclint.formats.registry.tree import TOO_DEEP, Key, Kind
from ipseclint.formats.registry.written import NUMBERS, no_number, written_value
from ipseclint.late import late
from ipseclint.source import Source

_KINDS = {
    "dword": Kind.DWORD, "qword": Kind.QWORD, "sz": Kind.SZ, "exsz": Kind.EXPAND_SZ, "multisz": Kind.MULTI_SZ,
    "binary": Kind.BINARY,
}  # fmt: skip
_BLOCK = late(
    r"\n(?:computer|user(?::[^\r\n]{1,100})?)[ \t]*\r?\n[^\r\n;]+\r?\n[^\r\n]+\r?\n"
    r"(?:(?:dword|qword|sz|exsz|multisz|binary):|delete|createkey|clear)"
)
"""Four lines of a value, in folded text behind the end of a line."""
_FIRST = late(r"computer|user(?::.{1,100})?")
_KEY = late(r"(?:software|system)\\")
_OF_MACHINE = "computer"
_LINES_OF_BLOCK = 4
_COMMENT_WITHIN = "a comment between the four lines of a value, which LGPO may take for one of them: put it above them"


def recognise(source: Source) -> bool:
    """Whether it has the four lines of a value."""
    return _BLOCK.search(f"\n{source.head_folded}") is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policy in the machine's values; of those of users it is said that they have no bearing on IPsec."""
    tree = Key.root(diagnostics.path)
    for whose, path, name, action in _blocks(text, diagnostics):
        whole = f"{'HKEY_LOCAL_MACHINE' if whose.word == _OF_MACHINE else 'HKEY_CURRENT_USER'}\\{path.text}"
        if not concerns_ipsec(whole):
            if misplaced := [each for each in (name, action) if _concerns_us(each)]:
                diagnostics.malformed("a key that is not on the second line of a value", misplaced[0].span)
            continue
        key = tree.make(whole, path.span)
        word, data = action.cut(":")
        kind = _KINDS.get(word.word)
        if key is None:
            diagnostics.malformed(TOO_DEEP, path.span)
        elif kind is None or data is None:
            _undo(key, path, name, word, diagnostics)
        else:
            value = written_value(name.text, kind, data)
            if kind in NUMBERS and value.number is None:
                diagnostics.malformed(no_number(name.text, data), data.span)
            key.set(value)
    return decode(tree, diagnostics, is_whole=False)


def _undo(key: Key, path: Token, name: Token, action: Token, diagnostics: Diagnostics) -> None:
    if action.word == "delete":
        key.take_out(name)
    elif action.word == "deleteallvalues":
        key.take_out_values(path.span)
    elif action.word in {"clear", "deletekeys"}:
        key.take_out_all(path.span)
    elif action.word != "createkey":
        diagnostics.malformed("neither a type with its data nor what LGPO does to a value", action.span)


def _blocks(text: str, diagnostics: Diagnostics) -> Iterator[tuple[Token, Token, Token, Token]]:
    """The four lines of each value; comments, blank lines and prose separate them."""
    block: list[Token] = []
    comments: list[Token] = []
    for line in lines_of(text, diagnostics.path):
        stripped = line.strip()
        if not block and not _FIRST.fullmatch(stripped.word):
            if _concerns_us(stripped):
                diagnostics.malformed(f"{quoted(stripped.text)} has no line above that says whose it is", stripped.span)
        elif stripped.text.startswith(";"):
            comments.append(stripped)
        elif stripped.text:
            block.append(stripped)
        else:
            _tell_short(block, diagnostics)
            block, comments = [], []
        if len(block) == _LINES_OF_BLOCK:
            _tell_comments(block, comments, diagnostics)
            yield block[0], block[1], block[2], block[3]
            block, comments = [], []
    _tell_short(block, diagnostics)


def _tell_comments(block: Sequence[Token], comments: Sequence[Token], diagnostics: Diagnostics) -> None:
    """Report comments between the lines of a value of IPsec: no page tells what LGPO makes of them."""
    if block[0].word == _OF_MACHINE and _concerns_us(block[1]):
        for comment in comments:
            diagnostics.not_understood(_COMMENT_WITHIN, comment.span)


def _tell_short(block: Sequence[Token], diagnostics: Diagnostics) -> None:
    """Report a value with missing lines, if it may be one of IPsec."""
    if block and block[0].word == _OF_MACHINE and all(map(_concerns_us, block[1:2])):
        diagnostics.malformed(f"{len(block)} of the {_LINES_OF_BLOCK} lines of a value", block[0].span)


def _concerns_us(key: Token) -> bool:
    return _KEY.match(key.word) is not None and concerns_ipsec(f"HKEY_LOCAL_MACHINE\\{key.text}")


FORMATS = (
    Format(
        name="lgpo-text",
        title="registry policy as text of LGPO",
        recognise=recognise,
        parse=parse,
        how_to_export="LGPO.exe /parse /m DIR\\DomainSysvol\\GPO\\Machine\\registry.pol > policy.txt",
        can_express="the same as registry-pol: rules, sets and settings of one GPO",
        cannot_express="the name of the GPO, the local policy beside it",
    ),
)
