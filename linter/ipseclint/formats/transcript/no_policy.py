"""What is said of a text that gives no policy: its commands are in vain, it is prose, or it is help."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.parsed import SCRIPT_FORMATS, Parsed
from ipseclint.formats.pasted.prose import COMMAND
from ipseclint.formats.transcript.by_format import PiecesByFormat
from ipseclint.late import late
from ipseclint.source import lines_of_text
from ipseclint.vocabulary.ipsec_tools import mention_in
from ipseclint.words import plural

_MAKES = late(r"\bnetsh\b[^\r\n]{0,200}?[ \t]add[ \t]|\b(?:New-NetIPsec|Add-Vpn)\w", re.IGNORECASE)
_OF_FIREWALL = late(r"\bfirewall[ \t]+add[ \t]", re.IGNORECASE)


def of_vain_commands(parsed: Parsed, lines: Sequence[str], pieces: PiecesByFormat, diagnostics: Diagnostics) -> Parsed:
    """The result for a text of scripts none of which sets anything: its commands only query or remove."""
    read = {number for _, own in pieces.by_format.values() for number in own}
    beside = (line for number, line in enumerate(lines, start=1) if number not in read)
    are_scripts = all(form.name in SCRIPT_FORMATS for form, _ in pieces.by_format.values())
    if not are_scripts or any(map(COMMAND.search, beside)):
        return parsed
    first = min((number for number in read if lines[number - 1].strip()), default=1)
    made = [lines[number - 1] for number in read if _MAKES.search(lines[number - 1])]
    if made:
        is_of_firewall = all(map(_OF_FIREWALL.search, made))
        why = "its firewall rules ask for no IPsec" if is_of_firewall else "what they set they take out again"
    else:
        why = "what they take out or show is not in the input"
    message = f"its commands are read, and set no IPsec policy: {why}"
    problem = Problem(code=ProblemCode.NO_POLICY, message=message, span=diagnostics.place(first, 1))
    return replace(parsed, problems=(problem,))


def of_prose_alone(text: str, parsed: Parsed, diagnostics: Diagnostics) -> Parsed:
    """The result for a text that mentions commands and runs none."""
    named = next((mention for line in lines_of_text(text) if (mention := mention_in(line)) is not None), None)
    what = "commands of IPsec" if named is None else quoted(named.words)
    message = f"it is prose that mentions {what} and gives no command: it holds no policy"
    problem = Problem(code=ProblemCode.NO_POLICY, message=message, span=diagnostics.place(1, 1))
    return replace(parsed, problems=(problem,))


def with_help(parsed: Parsed, helped: Sequence[str], diagnostics: Diagnostics) -> Parsed:
    """The result for a text with help on commands: one report that help is no policy."""
    named = [f"help on {quoted(name)}, which is not policy" for name in helped]
    if parsed.is_empty and not parsed.problems:
        of = plural(len(helped), "command") if len(helped) > 1 else quoted(helped[0])
        message = f"it is help on {of}: syntax shows what a command accepts and is not policy"
        problem = Problem(code=ProblemCode.NO_POLICY, message=message, span=diagnostics.place(1, 1))
        return replace(parsed, problems=(problem,))
    return replace(parsed, unread=(*parsed.unread, *((name, 1) for name in named)))
