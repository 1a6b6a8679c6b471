"""The reader of PowerShell scripts that set up IPsec policy; scripts are never run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from ipseclint.formats.kit.diagnostics import WHAT_IS_LEFT_OUT, Diagnostics, quoted
from ipseclint.formats.kit.of_gpo import of_gpo
from ipseclint.formats.kit.run_files import RunFiles
from ipseclint.formats.kit.set_last import set_last
from ipseclint.formats.kit.token import LEFT_OUT
from ipseclint.formats.netsh.cmdlet_signs import SENT_TO_INTUNE, SIGNS_OF_GRAPH
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted.prose import WRITTEN
from ipseclint.formats.powershell.decode import decode
from ipseclint.formats.powershell.script.commands.dispatch import ScriptCommands
from ipseclint.formats.powershell.script.commands.documents import documents_in, read_document
from ipseclint.formats.powershell.script.commands.instances import instance_of
from ipseclint.formats.powershell.script.commands.names_given import NamesGiven
from ipseclint.formats.powershell.script.commands.phone_books import written_book
from ipseclint.formats.powershell.script.flow.alternatives import alternatives, by_cmdlets, by_netsh
from ipseclint.formats.powershell.script.flow.interpreter import Interpreter
from ipseclint.formats.powershell.script.flow.run_scripts import first_line
from ipseclint.formats.powershell.script.notes import are_notes
from ipseclint.formats.powershell.script.syntax.grammar import MAX_CODE_BYTES, Syntax
from ipseclint.formats.powershell.script.unfollowed import OTHER_SCRIPT, unfollowed
from ipseclint.formats.powershell.script.unsaid import note_given, note_unsaid
from ipseclint.formats.powershell.script.values.lists import flat
from ipseclint.formats.powershell.script.values.value import Value, text_of
from ipseclint.formats.registry.policy import decode as decode_registry
from ipseclint.late import late
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import Policy, RegistryValue
from ipseclint.model.setting import note_key
from ipseclint.secrets import key_spans
from ipseclint.secrets.names import VARIABLE
from ipseclint.source import Span, bytes_source, ended_by_lf, suffix_of
from ipseclint.vocabulary.ipsec_tools import mention_within

_LITERAL = late("[\"'\u2018\u2019\u201c\u201d]([^\"'\u2018\u2019\u201c\u201d\r\n]+)")
_WORD = late(r"(?<![\w-])\w[\w.-]{0,200}")
_MAX_NAMES_LEFT_OUT = 500
"""How many words of what is left out are taken for names (reasoned: a command names a few)."""
_ELEMENT_OF_PROFILE = late(
    r"\b(?:WriteStartElement|WriteElementString|CreateElement)[ \t]{0,8}\([ \t]{0,8}[\"']"
    r"(?:VPNProfile|NativeProfile|NativeProtocolType|CryptographySuite)[\"']",
    re.IGNORECASE,
)
"""Where a writer or a document of XML is given an element that says what a VPN connection offers."""
_CLASS_OF_PROFILES = "mdm_vpnv2_01"
_VPN_CLASS = late(r"\bMDM_VPNv2_01\b", re.IGNORECASE)
_MAKES_OBJECTS = late(r"\bCreateInstance\b|\bNew-CimInstance\b", re.IGNORECASE)
_PIPED_KEY = late(
    r"^[ \t]*+(?!(?:get|read|import|find|select|new|convert\w*+)-)([^\s|'\"$(#@][^\s|'\"$(]*+)[ \t]*+\|"
    r"[^\r\n]*-(?:PreSharedKey|L2tpPsk|SharedSecret)[ \t:]++\$(?:_|PSItem)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""A word without quotation marks, which PowerShell takes for a command, that is piped on to where a key is taken."""
_COMMENT = late(r"#[# \t]{0,20}([^\r\n#][^\r\n]*)")
_ENDS_IN_BACKSLASH = late(r"[ \t]\\[ \t]*\r?\n\s*\Z")
_MAX_LINE_END = 200
_BLANK_BEHIND_BACKTICK = late(r"\s`[ \t]+(?:\r?$|\Z)", re.MULTILINE)
_MIN_PART_CHARACTERS = 3
"""How long a piece of a key is to be worth hiding (reasoned: shorter ones stand in too many words)."""
_MAX_MADE_KEYS = 100
"""How many keys that are put together are looked for; of more, every literal is hidden (reasoned)."""


def read_script(
    text: str,
    diagnostics: Diagnostics,
    ranges: tuple[tuple[int, int], ...] = (),
    files: RunFiles | None = None,
    words: Sequence[str] | None = None,
    folded: Collection[int] = (),
    *,
    is_template: bool = False,
) -> Parsed:
    """The policy that a script sets up on a machine without any, with the files that it runs.

    `words` are its arguments, if known; `folded` is as in `Syntax`. What is refused in a template may be carried out
    once the template is rendered: what it may change is not known.
    """
    files = files or RunFiles(bytes_source(diagnostics.path, b""))
    diagnostics.secrets += _written_keys(text, diagnostics.path)
    syntax = Syntax(text, diagnostics.path, ranges, folded)
    roots = syntax.roots()
    commands = ScriptCommands(syntax, diagnostics, files)
    interpreter = Interpreter(syntax, diagnostics, commands)
    interpreter.run(roots, words)
    commands.finish()
    _note_left_out(syntax, ranges, commands, diagnostics)
    for start, end in commands.cmdlets.notes.refused if is_template else ():
        _left_out(syntax.text[start:end], commands)
    _note_unfollowed(syntax, (*commands.scripts.places, *commands.programs.places), diagnostics)
    piped = (Value(match[1], *match.span(1)) for match in _PIPED_KEY.finditer(syntax.text))
    _hide([*commands.cmdlets.keys, *piped], syntax, diagnostics)
    names = NamesGiven(syntax)
    policies = [_of_objects(syntax, commands, names, diagnostics), *_of_registry(commands, diagnostics)]
    within = [
        *_documents(syntax, interpreter, commands),
        *commands.scripts.registry_files,
        *commands.graph_bodies.read,
    ]
    has_profile = bool(within) or commands.managed.has_connection
    within += filter(None, [commands.managed.parsed()])
    _take_notes(within, diagnostics)
    _note_elsewhere(syntax, diagnostics, has_profile=has_profile)
    netsh = commands.programs.netsh.policy()
    several = (netsh, commands.programs.audited.policy(), *policies, *(parsed.policy for parsed in within))
    policy = merge_policies(tuple(each for each in several if not each.is_empty) or (policies[0],))
    if not interpreter.functions.called:  # their lines run where they are called
        policy = set_last(policy)
    interpreter.not_given.say(diagnostics, is_idle=policy.is_empty and commands.is_idle)
    made_on = (
        *by_cmdlets(commands.cmdlets.objects.made, syntax),
        *by_netsh(netsh, commands.programs.netsh.replayed, syntax),
    )
    made_apart = alternatives(made_on, interpreter.tries.failures)
    apart: dict[str, object] = {"alternatives": made_apart} if made_apart else {}
    secrets = sorted(set(diagnostics.secrets), key=lambda span: (span.line, span.column, span.length))
    return Parsed(
        policy=policy.model_copy(update=_not_known(policy, commands, names, diagnostics) | apart),
        problems=diagnostics.listed(),
        secrets=tuple(secrets),
        unread=diagnostics.unread_names(),
        given=diagnostics.given_later(),
        followed=tuple(files.followed),
        taken=tuple(files.taken),
    )


def _take_notes(within: Iterable[Parsed], diagnostics: Diagnostics) -> None:
    """Take over what was noted of documents and files in a script."""
    for parsed in within:
        diagnostics.problems += parsed.problems
        diagnostics.secrets += parsed.secrets
        diagnostics.unread.update(dict(parsed.unread))
        diagnostics.given.update(dict(parsed.given))


def _not_known(
    policy: Policy, commands: ScriptCommands, names: NamesGiven, diagnostics: Diagnostics
) -> dict[str, object]:
    """The commands that Windows refuses, and the names of what is not followed or is given elsewhere, by field."""
    not_followed = {*policy.names_not_followed, *commands.cmdlets.verbs.names_not_followed}
    return {
        "refused_commands": diagnostics.refused_commands(),
        "stray_values": diagnostics.stray_values(),
        "names_not_followed": tuple(sorted(not_followed)),
        "names_given": tuple(sorted(names.folded)),
    }


def _note_left_out(
    syntax: Syntax, ranges: Sequence[tuple[int, int]], commands: ScriptCommands, diagnostics: Diagnostics
) -> None:
    """Say what of the text was not read: what is too long, and what is no PowerShell in a block that bears on IPsec."""
    told, is_written = 0, suffix_of(diagnostics.path) in WRITTEN
    of_no_concern = [block for block in ranges if mention_within(syntax.text[slice(*block)]) is None]
    for start, end in syntax.refused:
        message = f"more than {MAX_CODE_BYTES:,} bytes of code: what is from here on was not read"
        diagnostics.refused(message, syntax.span(start, start + 1))
        _left_out(syntax.text[start:end], commands)
    for start, end in syntax.errors:
        if any(first <= start and end <= last for first, last in of_no_concern):
            continue
        shown = end - len(syntax.text[start:end].lstrip())  # the blank lines before it are not what is wrong
        _left_out(syntax.text[start:end], commands)
        why = _why_left_out(syntax.text, start, end)
        if why == _NO_POWERSHELL and is_written and are_notes(syntax.text, start, end):
            continue
        if why != _BACKSLASH or syntax.text[told:shown].strip():
            note = diagnostics.not_understood if why == WHAT_IS_LEFT_OUT else diagnostics.malformed
            note(why, syntax.span(min(shown, end - 1), end))
        told = end if why == _BACKSLASH else 0


def _of_objects(syntax: Syntax, commands: ScriptCommands, names: NamesGiven, diagnostics: Diagnostics) -> Policy:
    """The policy in the objects that cmdlets make; unknown values in them are noted."""
    programs = commands.programs
    things = (
        *commands.cmdlets.objects.made,
        *programs.services.made,
        *programs.adapters.made,
        *programs.certificates.made,
    )
    made = [instance_of(thing, syntax) for thing in things]
    for thing, instance in zip(things, made, strict=True):
        names.put(thing, instance)
    policy = decode(made, diagnostics).policy
    said = note_given(commands.cmdlets.objects.made, syntax, diagnostics)
    note_unsaid(commands.cmdlets.objects.made, said, syntax, diagnostics)
    return policy


def _of_registry(commands: ScriptCommands, diagnostics: Diagnostics) -> Iterator[Policy]:
    """The policies in the registry values that the script writes: its own, and that of each GPO."""
    met: dict[str, RegistryValue] = {}
    for store, registry in {"": commands.programs.registry, **commands.gpo_registry.written}.items():
        of_registry = Diagnostics(diagnostics.path, open_places=tuple(registry.open_places))
        policy = decode_registry(registry.tree, of_registry, is_whole=False).policy
        diagnostics.take(of_registry)
        for value in policy.registry:
            before = met.setdefault(value.path.casefold(), value)
            if before.data.value != value.data.value:
                message = (
                    f"for other machines line {before.data.span.line} sets {quoted(value.path.rpartition(chr(92))[2])}"
                    " otherwise: it is read as it is set here alone"
                )
                diagnostics.not_understood(message, value.data.span)
        yield of_gpo(policy, store) if store else policy


def _documents(syntax: Syntax, interpreter: Interpreter, commands: ScriptCommands) -> Iterator[Parsed]:
    """The documents in the texts of the script and of the files that it runs."""
    for path, start, end in syntax.files:
        text = syntax.text[start:end]
        for place in documents_in(text):
            if (path, first_line(text, place.start)) not in commands.scripts.imported:
                yield read_document(place, path, start, interpreter.pieces)


def _note_elsewhere(syntax: Syntax, diagnostics: Diagnostics, *, has_profile: bool) -> None:
    """Report VPN connections in forms that other readers have: a phone book, XML elements, WMI."""
    folded = syntax.text.lower()
    if (book := written_book(syntax)) is not None:
        diagnostics.not_understood(*book)
    if has_profile:
        return
    sent = SENT_TO_INTUNE.search(folded)
    if sent is not None and not diagnostics.problems and any(map(folded.__contains__, SIGNS_OF_GRAPH)):
        why = "a device configuration of Intune is made here, which is not followed: give its export"
        diagnostics.not_understood(why, syntax.span(*sent.span()))
    if "element" in folded and (element := _ELEMENT_OF_PROFILE.search(syntax.text)) is not None:
        why = "a VPN profile is written here element by element, which is not followed: give the file that it becomes"
        if syntax.code[element.start()] != " ":
            diagnostics.not_understood(why, syntax.span(*element.span()))
    if _CLASS_OF_PROFILES not in folded:
        return
    if (made_by_wmi := _VPN_CLASS.search(syntax.text)) and _MAKES_OBJECTS.search(syntax.code):
        why = "a VPN connection is made through WMI here, and its profile is not in this script"
        place = syntax.span(*made_by_wmi.span())
        told = (problem.message.lower() for problem in diagnostics.problems)
        if not any(_CLASS_OF_PROFILES in message or message == OTHER_SCRIPT for message in told):
            diagnostics.not_understood(why, place)


_BACKSLASH = "the backslash above continues no line in PowerShell, as a backtick does: what stands below is left out"

_NO_POWERSHELL = "this is not understood as PowerShell, and left out"


def _why_left_out(text: str, start: int, end: int) -> str:
    begin = text.rfind("\n", 0, end - len(text[start:end].lstrip())) + 1
    if _ENDS_IN_BACKSLASH.search(text, max(0, begin - _MAX_LINE_END), begin):
        return _BACKSLASH
    if _BLANK_BEHIND_BACKTICK.search(text, start, min(end + 1, len(text))):
        return "a backtick with a blank behind it continues no line: PowerShell ends the command there; left out"
    if LEFT_OUT.fullmatch(text[start:end].strip()) is not None:
        return WHAT_IS_LEFT_OUT
    return _NO_POWERSHELL


def _left_out(text: str, commands: ScriptCommands) -> None:
    """Treat as unknown what a left-out command may change: the sets it names, the suites of connections."""
    if mention_within(text) is None:
        return
    words = (match[0].casefold() for match in islice(_WORD.finditer(text), _MAX_NAMES_LEFT_OUT))
    quoted_names = (match[1].casefold() for match in islice(_LITERAL.finditer(text), _MAX_NAMES_LEFT_OUT))
    commands.cmdlets.verbs.names_not_followed |= {*words, *quoted_names}
    if "set-vpnconnectionipsec" not in text.casefold():
        return
    for connection in commands.cmdlets.objects.of("vpnconnection"):
        suite = connection.properties.get("ipseccustompolicy")
        if suite is not None and suite.data is None:
            del connection.properties["ipseccustompolicy"]


_LINE = late(
    r"^[ \t]*([\[(<{.\u2026](?=[^\r\n]{0,200}[a-z])[^\r\n]{0,200}?[\])>}.\u2026])[ \t]*\r?$",
    re.MULTILINE | re.IGNORECASE,
)
"""A line with words that may stand for others: dots alone in a document stand for what is of no concern."""


def _note_unfollowed(syntax: Syntax, ran: Iterable[tuple[int, int]], diagnostics: Diagnostics) -> None:
    """Report actions that are not followed, on lines without a report so far."""
    told = {(problem.span.path, problem.span.line) for problem in diagnostics.problems}
    code = syntax.code
    for start, end in sorted(ran, reverse=True):
        code = code[:start] + " " * (end - start) + code[end:]
    cuts = ((*match.span(1), WHAT_IS_LEFT_OUT) for match in _LINE.finditer(code) if LEFT_OUT.fullmatch(match[1]))
    for start, end, why in (*unfollowed(code), *cuts):
        span = syntax.span(start, end)
        if (span.path, span.line) not in told:
            diagnostics.not_understood(why, span)


def _written_keys(text: str, path: str) -> Iterator[Span]:
    """The places of keys in a script, except variables in place of a key: their names are no keys."""
    lines = ended_by_lf(text).split("\n")
    for span in key_spans(text, path):
        line, at = lines[span.line - 1], span.column - 1
        if line[at : at + 1] != "$" or line[at - 1 : at] == '"' or not VARIABLE.fullmatch(line, at, at + span.length):
            yield span


def _hide(keys: Iterable[Value], syntax: Syntax, diagnostics: Diagnostics) -> None:
    """Keep keys out of every output: their places, and the literals that they are built from."""
    made: set[str] = set()
    keys = [value for value in keys if not isinstance(value.data, bool)]  # what was meant for a switch
    for key in (item for value in keys for item in flat(value)):
        _hide_comment(key.end, syntax, diagnostics)
    for key in (item for value in keys for item in flat(value) if not item.is_unknown):
        diagnostics.secrets += syntax.spans(key.start, key.end)
        note_key(text_of(key))
        if syntax.text[key.start : key.end] != key.data:
            made.add(text_of(key))
            for match in _LITERAL.finditer(syntax.text, key.start, key.end):
                note_key(match[1])
    if not made:
        return
    parts: dict[str, bool] = {}
    for match in _LITERAL.finditer(syntax.text):
        part = match[1]
        if part not in parts:
            is_short = len(part) < _MIN_PART_CHARACTERS
            parts[part] = not is_short and (len(made) > _MAX_MADE_KEYS or any(_is_of(part, text) for text in made))
        if parts[part]:
            diagnostics.secrets += syntax.spans(match.start(1), match.end(1))


def _hide_comment(at: int, syntax: Syntax, diagnostics: Diagnostics) -> None:
    """Keep the comment behind a key out of every output: it may be the key."""
    stop = syntax.next_line(at)
    for match in _COMMENT.finditer(syntax.text, at, stop):
        if not syntax.code[match.start() : match.end()].strip():
            diagnostics.secrets += syntax.spans(match.start(1), match.end(1))
            if " " not in match[1]:
                note_key(match[1])
            return


def _is_of(part: str, key: str) -> bool:
    """Whether a literal is a part of a key or the key a part of it, also reversed or in other case."""
    one, other = part.casefold(), key.casefold()
    return one in other or one[::-1] in other or other in one or other[::-1] in one
