"""What is said of the lines of a text that are in none of its pieces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.parsed import OF_ATTEMPTS, Format
from ipseclint.formats.pasted.inline_commands import VALUE, tell_unread
from ipseclint.formats.pasted.prose import command_within
from ipseclint.formats.peers.vendors import not_read
from ipseclint.formats.readers import is_page
from ipseclint.formats.transcript.by_format import PiecesByFormat
from ipseclint.formats.transcript.forms import FormOf, KnownPieces
from ipseclint.formats.transcript.gateway_parts import OF_GATEWAY
from ipseclint.formats.transcript.headings import states_crowded_in_page
from ipseclint.formats.transcript.outside import tell_outside_of_page
from ipseclint.formats.transcript.piece import Piece
from ipseclint.formats.transcript.unread_answers import (
    may_show_policy,
    unread_answers,
    unread_changes,
    unread_commands,
    unread_policy,
)

_GATEWAYS = (OF_GATEWAY, "gateway-xml")


def tell_unread_shown(
    lines: Sequence[str], pieces: Mapping[str, tuple[Format, dict[int, str]]], diagnostics: Diagnostics
) -> None:
    """Report output lines of `netsh ipsec` that are in no piece."""
    from ipseclint.formats.netsh.ip_security.shown import INSTEAD_OF_SHOWN, unread

    done = {number for _, own in pieces.values() for number in own}
    for number in unread(dict(enumerate(lines, start=1)), done):
        length = len(lines[number - 1].strip())
        column = len(lines[number - 1]) - len(lines[number - 1].lstrip()) + 1
        diagnostics.not_understood(INSTEAD_OF_SHOWN, diagnostics.place(number, column, length))


def tell_unread_answers(
    cut: Iterable[Piece], pieces: Mapping[str, tuple[Format, dict[int, str]]], diagnostics: Diagnostics
) -> None:
    """Report what a cmdlet printed of policy, where it is in no piece."""
    done = {number for _, own in pieces.values() for number in own}
    for row, cmdlet in unread_answers(cut, done):
        message = f"what {quoted(cmdlet)} printed is not read: print the objects with `| ConvertTo-Json -Depth 5`"
        diagnostics.not_understood(message, diagnostics.place(row, 1))


def tell_within_sentences(lines: Sequence[str], known: KnownPieces, diagnostics: Diagnostics) -> None:
    """Report commands within sentences, and values of the registry that these tell of."""
    for row, sentence in enumerate(lines, start=1):
        if (within := command_within(sentence, known.is_prose)) is not None:
            place = diagnostics.place(row, within[0] + 1, within[1])
            diagnostics.not_understood("a command within a sentence is not read: put it on a line alone", place)
        elif (value := VALUE.search(sentence)) is not None and known.is_prose(sentence):
            tell_unread(value[0], diagnostics)


def tell_of_others(
    text: str, lines: Sequence[str], form_of: FormOf, pieces: PiecesByFormat, diagnostics: Diagnostics
) -> None:
    """Report text outside a page's code blocks; of other texts configurations of gateways, and commands, that are in no
    piece and of which nothing is said.
    """
    if is_page(text):
        tell_outside_of_page(text, form_of, diagnostics)
        if (row := states_crowded_in_page(text)) is not None:
            message = "it shows a state before a change and one after it, judged as one: begin a line with each heading"
            diagnostics.not_understood(message, diagnostics.place(row, 1))
        return
    of_gateways = {number for name in _GATEWAYS if name in pieces.by_format for number in pieces.by_format[name][1]}
    for message, number, column in not_read(text):
        if number not in of_gateways:
            diagnostics.not_understood(message, diagnostics.place(number, column, 1))
    told = {problem.span.line for problem in diagnostics.problems} | pieces.rows
    for row, column, words in unread_changes(text, told):
        message = f"{quoted(words)} is changed here by a script that is not read: give it as a script of its own"
        diagnostics.not_understood(message, diagnostics.place(row, column, len(words)))
    for row, column, length in unread_commands(lines, told) if not pieces.are_too_many else ():
        message = "a command behind other words or marks is not read: put it on a line alone"
        diagnostics.not_understood(message, diagnostics.place(row, column, length))
    if may_show_policy(text.casefold()) and not pieces.are_too_many:
        passed_over = {row for form, own in pieces.by_format.values() if form.name in OF_ATTEMPTS for row in own}
        told = told if not passed_over else {problem.span.line for problem in diagnostics.problems}
        for row, column, length in unread_policy(lines, pieces.rows - passed_over, told):
            message = "policy is shown here in no output that is read: give the output whole, as a file of its own"
            diagnostics.not_understood(message, diagnostics.place(row, column, length))
