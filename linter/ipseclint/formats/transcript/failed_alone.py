"""What is read of a command that failed: that it did nothing, and where its keys are."""

from __future__ import annotations

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.transcript.carried_out import RECORD, words_of
from ipseclint.formats.transcript.failed_commands import Failure, is_nothing, is_one, name_of
from ipseclint.formats.transcript.forms import FormOf, form_of_typed
from ipseclint.formats.transcript.parting_lines import LOOKS
from ipseclint.formats.transcript.piece import Piece
from ipseclint.model.policy import Policy
from ipseclint.model.settings import RefusedCommand
from ipseclint.source import Span, text_source
from ipseclint.vocabulary.ipsec_tools import mention_in


def failed_alone(typed: Piece, failure: Failure, form_of: FormOf, diagnostics: Diagnostics) -> Parsed:
    """The result of a command that failed: only the places of its keys, and that it did nothing."""
    words = words_of(typed.lines)
    is_look, is_alone = LOOKS.match(words) is not None, is_one(words)
    place = diagnostics.place(failure.row, failure.column, 1)
    if typed.kind == RECORD:
        bears = mention_in(words) is not None and not is_look
        told = (_refused(words, failure, place, "an error record says"),) if bears else ()
        return Parsed(policy=Policy(refused_commands=told))
    form = form_of_typed(typed, diagnostics.path, form_of)
    above = min(typed.lines) - 1  # read without the lines above, of which there may be as many for each of a thousand
    alone = Parsed(policy=Policy())
    if form is not None:
        rows = range(above + 1, max(typed.lines) + 1)
        text = "\n".join(typed.lines.get(number, "") for number in rows)
        alone = form.parse(text_source(diagnostics.path, text))
    refused = tuple(_further_down(command, above) for command in alone.policy.refused_commands)
    if is_look or not is_alone:
        several = "below several commands: which of them failed is not known"
        shown = "in place of what the command was to show, which is missing"
        if not (is_look and is_nothing(failure)):
            diagnostics.not_understood(f"an error is printed {shown if is_alone else several}", place)
        refused = ()
    elif form is not None and not refused:
        refused = (_refused(name_of(words), failure, place, "the text below it says"),)
    secrets = tuple(_lower(span, above) for span in alone.secrets)
    return Parsed(policy=Policy(refused_commands=refused), secrets=secrets)


def _refused(name: str, failure: Failure, place: Span, where: str) -> RefusedCommand:
    reason = f"{where} {quoted(failure.reason)}" if failure.reason else "an error is printed below it"
    return RefusedCommand(command=name, reason=reason, span=place, lacks_rights=failure.lacks_rights)


def _further_down(command: RefusedCommand, lines: int) -> RefusedCommand:
    more = tuple((reason, _lower(span, lines)) for reason, span in command.more)
    return command.model_copy(update={"span": _lower(command.span, lines), "more": more})


def _lower(span: Span, lines: int) -> Span:
    return replace(span, line=span.line + lines)
