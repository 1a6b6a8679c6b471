"""Texts from the consoles of several machines: each machine is an input of its own, with its lines in place."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.unread.signs import sign_of
from ipseclint.formats import recognise
from ipseclint.formats.parsed import OUTPUT_STRINGS, SCRIPT_FORMATS
from ipseclint.source import (
    BINARY_SIGNATURES,
    LAID_OUT,
    Source,
    SourceError,
    failing_source,
    lines_of_text,
    suffix_of,
    text_source,
)

_BEFORE = "shown before a change, and not judged: `ipseclint diff` compares it with what is shown after it"
_PARTED = LAID_OUT | {".html", ".htm", ".xhtml", ".eml", ".msg"}
"""Endings of texts in which headings, prompts and sessions part machines."""
_OF_JSON = LAID_OUT | {".json", ".jsonl", ".ndjson"}
"""Endings of documents whose strings may be outputs of several machines."""
_OF_BLOCKS = frozenset({".yml", ".yaml"})
"""Endings of documents whose blocks may be outputs of several machines."""
_OF_LINES = (b"\\n", b'lines"')
"""One of these is in JSON whose strings are outputs of several machines."""
_OF_ENCODED = b"criptContent"
"""Stands in JSON with scripts in base64."""
_TOO_MANY_MACHINES = OSError(errno.E2BIG, "it is of more machines than one file is parted by: make it several files")
_NO_SUCH_MACHINE = OSError(errno.EINVAL, "it holds no machine of this name, and is not an archive or a folder")


def of_each_machine(candidate: Candidate) -> Iterator[Candidate]:
    """A candidate `PATH/MACHINE` for each machine in a text; the candidate itself if no machines are told apart.

    A machine whose state is shown before and after a change is two, `PATH/MACHINE/BEFORE` and `PATH/MACHINE/AFTER`, of
    which the first is skipped. Where one is wanted, only that one.
    """
    source = candidate.source
    suffix = suffix_of(source.path)
    if candidate.skipped is None and not source.members and (of_document := _of_document(source, suffix)):
        named = [replace(candidate, source=machine) for machine in of_document]
        asked_for = [each for each in named if candidate.wanted in {None, each.source.path}]
        yield from asked_for or [replace(candidate, source=failing_source(candidate.wanted or "", _NO_SUCH_MACHINE))]
        return
    may_be_several = suffix in _PARTED and not source.members
    if candidate.skipped is not None or not (may_be_several or candidate.wanted):
        yield candidate
        return
    lines = _lines_of(source) if may_be_several else None
    machines = _machines(source, lines) if may_be_several else []
    of_machines = ((machine, lines if machine is source else _lines_of(machine)) for machine in machines)
    parts = [part for machine, own in of_machines for part in _states(replace(candidate, source=machine), own)]
    if candidate.wanted is None:
        yield from parts
        return
    wanted = next((replace(part, skipped=None) for part in parts if part.source.path == candidate.wanted), None)
    of_machine = [part for part in parts if part.source.path.startswith(f"{candidate.wanted}/")]
    if wanted is None and of_machine and candidate.wanted in {machine.path for machine in machines}:
        yield from of_machine
    else:
        yield wanted or replace(candidate, source=failing_source(candidate.wanted, _NO_SUCH_MACHINE))


def _of_document(source: Source, suffix: str) -> list[Source]:
    """The machines of a document whose strings or blocks are outputs, or the scripts in it; empty of any other."""
    if suffix in _OF_JSON:
        return _encoded_scripts(source) or _of_strings(source)
    return _of_blocks(source) if suffix in _OF_BLOCKS else []


def _encoded_scripts(source: Source) -> list[Source]:
    """The scripts that a document of JSON has in base64, and what else of it is of concern; empty of any other."""
    try:
        if _OF_ENCODED not in source.head or not source.head.lstrip().startswith((b"{", b"[")):
            return []
        from ipseclint.engine.inputs.encoded_scripts import beside_scripts, scripts_in

        if not (scripts := scripts_in(source)):
            return []
        rest = beside_scripts(source)
        return [rest, *scripts] if recognise(rest) is not None or sign_of(rest).is_suspicious else scripts
    except SourceError:
        return []


def _of_strings(source: Source) -> list[Source]:
    """The machines of a document of JSON whose strings are outputs; empty of any other."""
    try:
        if not source.head.lstrip().startswith((b"{", b"[")) or not any(map(source.head.__contains__, _OF_LINES)):
            return []
        form = recognise(source)
    except SourceError:
        return []
    if form is None or form.name != OUTPUT_STRINGS:
        return []
    from ipseclint.formats.output_strings import machines_in

    machines = machines_in(source)
    return [text_source(f"{source.path}/{host}" if host else source.path, text) for host, text in machines.items()]


def _of_blocks(source: Source) -> list[Source]:
    """The machines of a document of YAML whose blocks are outputs; empty of any other."""
    try:
        lines = lines_of_text(source.read_text())
    except SourceError:
        return []
    from ipseclint.formats.output_blocks import machines_of_blocks
    from ipseclint.formats.transcript.hosts import are_too_many

    parts = machines_of_blocks(lines)
    if parts and are_too_many(len(parts), len(lines)):
        form = recognise(source)
        is_output = form is not None and form.name not in SCRIPT_FORMATS
        return [failing_source(source.path, _TOO_MANY_MACHINES)] if is_output else []
    named = [_part(source, f"/{host}", own) for host, own in parts.items()]
    forms = [recognise(part) for part in named]
    are_outputs = sum(form is not None and form.name not in SCRIPT_FORMATS for form in forms) > 1
    return named if are_outputs else []


def _machines(source: Source, lines: Sequence[str] | None) -> list[Source]:
    """The machines of a text with these lines, or the text itself if there are no several."""
    if lines is None:
        return [source]
    from ipseclint.formats.transcript.hosts import are_too_many, parts_of
    from ipseclint.formats.transcript.remote_objects import parts_by_object

    of_objects = parts_by_object(lines)
    if of_objects and are_too_many(len(of_objects), len(lines)):
        return [failing_source(source.path, _TOO_MANY_MACHINES)]
    parts = of_objects or parts_of(lines, lambda: _is_script(source), source.path)
    if len(parts) < 2 or are_too_many(sum(map(bool, parts)), len(lines)):
        return [source]
    named = [_part(source, f"/{host}" if host else "", own) for host, own in parts.items()]
    kept = [part for part in named if recognise(part) is not None or sign_of(part).is_suspicious]
    return kept if len(kept) > 1 else [source]


def _states(candidate: Candidate, lines: Sequence[str] | None) -> list[Candidate]:
    """The states of a machine before and after a change, if its lines tell of both: the first is skipped."""
    if lines is None:
        return [candidate]
    from ipseclint.formats.transcript.headings import states_of
    from ipseclint.formats.transcript.hosts import are_of_one

    states = states_of(lines, candidate.source.path)
    if not states or are_of_one({state.value: own for state, own in states.items()}):
        return [candidate]
    before, after = (_part(candidate.source, f"/{state.value}", own) for state, own in states.items())
    if recognise(before) is None or recognise(after) is None:
        return [candidate]
    return [replace(candidate, source=before, skipped=_BEFORE), replace(candidate, source=after)]


def _lines_of(source: Source) -> list[str] | None:
    """The lines of a text in which machines or states may be told apart; None of any other."""
    from ipseclint.formats.pasted.closings import without_closing
    from ipseclint.formats.transcript.hosts import are_too_many, may_be_parted

    try:
        if source.head.startswith(BINARY_SIGNATURES) or (
            source.is_in_head and not may_be_parted(source.head_text, source.path)
        ):
            return None
        text = source.read_text()
    except SourceError:
        return None
    if not may_be_parted(text, source.path):
        return None
    lines = lines_of_text(without_closing(text))  # it closes all of the text, not what the last machine shows
    return None if are_too_many(1, len(lines)) else lines  # before anything is kept for each of its lines


def _is_script(source: Source) -> bool:
    form = recognise(source)
    return form is not None and form.name in SCRIPT_FORMATS


def _part(source: Source, name: str, lines: dict[int, str]) -> Source:
    """Some lines of a text, each at its line number in the text; the others take no room of its head."""
    last = max(lines, default=0)
    text = "\n".join(lines.get(number, "") for number in range(1, last + 1))
    return replace(text_source(f"{source.path}{name}", text), head_bytes=source.head_bytes + last - len(lines))
