"""Reading: a source is recognised, parsed and counted, and inputs become a machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from ipseclint.engine.inputs.paths import BACKUP_INDEX, Candidate
from ipseclint.engine.inputs.scripts import judged_alone, may_run, with_members
from ipseclint.engine.keys.gate import Keys, find_keys, joined, keys_of_paths, with_known
from ipseclint.engine.one_machine import Share, share_of
from ipseclint.engine.unread.beside import (
    with_beside,
    with_damage,
    with_left_out,
    with_statements_in_document,
    with_unread_cells,
    with_unread_strings,
)
from ipseclint.engine.unread.other_files import is_rich_text
from ipseclint.engine.unread.own import is_own, is_own_script
from ipseclint.engine.unread.sign_words import Sign
from ipseclint.engine.unread.signs import command_in, export_in_a_text, sign_of
from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats import all_formats, recognise
from ipseclint.formats.kit.diagnostics import unreadable
from ipseclint.formats.parsed import OUTPUT_STRINGS, QUOTED_ERRORS, SCRIPT_FORMATS, Format, Parsed
from ipseclint.formats.readers import Shape, is_one_element, is_page, shape_of
from ipseclint.late import LateModule, late_names
from ipseclint.model.kinds import KINDS
from ipseclint.model.machine import Machine, merge_policies
from ipseclint.model.setting import noted_keys
from ipseclint.model.site import Site
from ipseclint.report import Crash, Ignored, Input, InputStatus
from ipseclint.secrets import TooManyKeysError
from ipseclint.semantics.defaults import completed, settled
from ipseclint.semantics.evidence import without_doubles
from ipseclint.source import DOCUMENTS, EMPTY, HEAD_BYTES, NOT_THERE, Source, SourceError, Span, suffix_of

if TYPE_CHECKING:
    from ipseclint.engine.keys.rests import unsaid_rests
    from ipseclint.engine.unread.failed_exports import failed_export
    from ipseclint.engine.unread.not_run import not_run
    from ipseclint.engine.unread.numbered_events import events_by_number
    from ipseclint.engine.unread.other_ends import instead_of
    from ipseclint.formats.events import sentences
    from ipseclint.formats.netsh.ip_security.shown import why_nothing_is_shown
else:
    sentences = LateModule("ipseclint.formats.events.sentences")
    (unsaid_rests,) = late_names("ipseclint.engine.keys.rests", "unsaid_rests")
    (failed_export,) = late_names("ipseclint.engine.unread.failed_exports", "failed_export")
    (events_by_number,) = late_names("ipseclint.engine.unread.numbered_events", "events_by_number")
    (not_run,) = late_names("ipseclint.engine.unread.not_run", "not_run")
    (why_nothing_is_shown,) = late_names("ipseclint.formats.netsh.ip_security.shown", "why_nothing_is_shown")
    (instead_of,) = late_names("ipseclint.engine.unread.other_ends", "instead_of")

PARTIAL = frozenset(
    {
        ProblemCode.MALFORMED,
        ProblemCode.NOT_UNDERSTOOD,
        ProblemCode.HIDDEN_VALUE,
        ProblemCode.REFUSED,
        ProblemCode.CONTRADICTORY,
    }
)
"""Problems after which an input counts as understood only in part."""


OWN_SCRIPT = "written by ipseclint and unchanged since, a script that is read where it is named"
"""The note on a repair, a change or the collector that a walk of a folder meets."""

OURS = "ipseclint wrote it, or is configured by it; give it what Windows exports"
"""The note on our own report or configuration that is named as an input."""

_WITH_TEXT_BELOW = "transcript"
"""The format of a document of XML with text below it."""


class ReadInput(Struct, frozen=True, eq=False):
    """One parsed input with its keys masked; `keys` are their places, for lines to be shown."""

    source: Source
    input: Input
    parsed: Parsed
    crash: Crash | None = None
    folder: str | None = None
    keys: Keys = field(default_factory=Keys)

    @property
    def followed(self) -> tuple[str, ...]:
        """The paths of the other files that it ran."""
        return self.parsed.followed

    @property
    def taken(self) -> tuple[str, ...]:
        """The paths of the other files that it took its values from."""
        return self.parsed.taken

    @property
    def share(self) -> Share:
        """Its contribution to the machine that it describes."""
        return share_of(self.parsed)


def read_inputs(candidates: Iterable[Candidate]) -> list[ReadInput]:
    """The parsed candidates, without ignored ones and without those read where another candidate runs them."""
    read = [each for each in map(read_input, with_members(candidates)) if isinstance(each, ReadInput)]
    return list(judged_alone(read))


def read_input(candidate: Candidate, *, isolated: bool = False) -> ReadInput | Ignored:
    """One parsed candidate; if it was only met on the way and holds no policy, the reason for ignoring it.

    A script with our seal is skipped unless `isolated`: whoever can put a script there can compute a seal.
    """
    if candidate.skipped is not None:
        return Ignored(path=candidate.source.path, kind=candidate.skipped)
    source = candidate.source
    keys = Keys()
    keys_read: set[str] = set()
    crash = None
    known: _Recognised | None = None
    try:
        if not (candidate.named or isolated) and is_own_script(source):
            return Ignored(path=source.path, kind=OWN_SCRIPT)
        source = source.without_frame()
        recognised = _recognised(replace(candidate, source=source))
        if isinstance(recognised, Ignored):
            return recognised
        keys = find_keys(source)
        source = keys.source(source)
        known = recognised
        with noted_keys(keys_read):
            parsed = _parsed(known, source)
        if known.only_runs and not (parsed.followed or candidate.named):
            return Ignored(path=source.path, kind=sign_of(source).kind)
    except TooManyKeysError as error:
        keys = keys_of_paths(source)
        parsed = Parsed(problems=(Problem(code=ProblemCode.REFUSED, message=str(error), span=error.span),))
    except SourceError as error:
        parsed = Parsed(problems=(unreadable(source, error),))
    except Exception as error:  # noqa: BLE001 - a parser that fails must not take the other inputs with it
        crash = Crash(where=f"the reader of {_format_name(known)} on {source.path}", error=place_of(error))
        parsed = Parsed()
    keys = with_known(keys, source, parsed.secrets, keys_read)
    source = keys.source(source)
    if parsed.problems:
        parsed = unsaid_rests(keys, source, parsed)
    parsed = keys.without(parsed)
    status = InputStatus.UNREADABLE if crash else _status(parsed)
    shown = Input(path=source.path, format=_format_name(known), status=status, objects=_objects(parsed))
    return ReadInput(source, shown, parsed, crash, candidate.folder, keys)


class _Recognised(Struct, frozen=True, eq=False):
    """The kind of an input by its content: the format that reads it, if any, or a sign of what else it is.

    `only_runs`: it is a script that does nothing about IPsec itself, and may run others that do.
    """

    format_: Format | None
    sign: Sign | None = None
    only_runs: bool = False


def _format_name(known: _Recognised | None) -> str | None:
    return None if known is None or known.format_ is None else known.format_.name


def _recognised(candidate: Candidate) -> _Recognised | Ignored:
    """The kind of a candidate, or why it is skipped."""
    source = candidate.source
    is_ours = is_own(source)
    is_other = is_ours or is_rich_text(source)
    format_ = None if is_other else recognise(source)
    if format_ is not None and format_.name != QUOTED_ERRORS:
        return _Recognised(format_)
    sign = sign_of(source)
    format_ = format_ if is_other else _format_behind(source, sign) or format_
    if format_ is None and not is_ours and suffix_of(source.path) in DOCUMENTS:
        quoted = sentences.quoted(source)
        if quoted and not candidate.named:
            numbers = ", ".join(f"`ipseclint explain {code}`" for code in quoted)
            return Ignored(path=source.path, kind=f"that quotes Windows' words for an error: {numbers}")
        format_ = sentences.FORMATS[0] if quoted else None
    only_runs = False
    if format_ is None and source.members:
        format_ = _format_by_members(source)
        only_runs = format_ is not None and not sign.is_suspicious
    if format_ is None and not (sign.is_suspicious or candidate.named):
        return Ignored(path=source.path, kind=sign.kind)
    return _Recognised(format_, sign, only_runs)


def _parsed(known: _Recognised, source: Source) -> Parsed:
    """The parsed input, with a problem where it may say more than was read."""
    format_, sign = known.format_, known.sign
    if format_ is None:
        if sign is not None and sign.is_suspicious:
            return with_unread_cells(Parsed(problems=(_suspicious(source, sign),)), format_, source)
        why = "" if sign is None else sign.why
        return Parsed(problems=(_problem(ProblemCode.NO_POLICY, source, why or _unrecognised(source)),))
    parsed, shape = format_.parse(source), shape_of(source)
    is_above_text = shape is Shape.XML and format_.name == _WITH_TEXT_BELOW and not is_page(source.head_text)
    if shape is Shape.TEXT or is_above_text:
        parsed = with_beside(parsed, format_, source)
    if shape is Shape.XML:
        parsed = with_left_out(parsed, format_, source)
    if format_.name == OUTPUT_STRINGS:
        parsed = with_unread_strings(parsed, source)
    elif shape in {Shape.XML, Shape.JSON} and not is_above_text:
        parsed = with_statements_in_document(parsed, format_, source)
    if parsed.is_empty and not parsed.problems:
        parsed = replace(parsed, problems=(_without_policy(source, format_),))
    if format_.name == QUOTED_ERRORS and sign is not None and sign.is_suspicious:
        parsed = replace(parsed, problems=(*parsed.problems, _suspicious(source, sign, beside=bool(parsed.events))))
    return with_damage(parsed, source, shape)


def shortfall(input_: Input, problems: Iterable[Problem]) -> str | None:
    """Why an answer about an input would be a guess, in words; None if all of it was understood."""
    told = [each for each in problems if _is_of(each.span.path, input_.path)]
    why = next((each.message for each in told), "`ipseclint check` says why")
    match input_.status:
        case InputStatus.UNREADABLE if why == NOT_THERE:
            return f"{input_.path} does not exist"
        case InputStatus.UNREADABLE:
            return f"{input_.path} cannot be read: {why}"
        case InputStatus.PARTIAL:
            return f"{input_.path} is only partly understood ({why})"
    return None


def _is_of(path: str, index: str) -> bool:
    """Whether a path is that of an input, or of a part of the GPO backup whose index the input is."""
    folder, slash, name = index.rpartition("/")
    return path == index or (name.casefold() == BACKUP_INDEX and path.startswith(f"{folder}{slash}"))


def current_day() -> date:
    """Today's date in local time."""
    return datetime.now(UTC).astimezone().date()


def called(path: str) -> str:
    """The name of the machine that a path of the command line describes."""
    return "standard input" if path == "-" else path


def make_machine(name: str, group: Sequence[ReadInput], site: Site, as_of: date | None = None) -> Machine:
    """The machine that several inputs describe together, judged as of a day, by default today; keys in its name are
    masked."""
    events = [event for each in group for event in each.parsed.events]
    machine = Machine(
        name=joined(each.keys for each in group).hidden(name),
        policy=completed(merge_policies(tuple(each.parsed.policy for each in group))),
        events=without_doubles(events) if events else (),
        counters=tuple(counter for each in group for counter in each.parsed.counters),
        associations=tuple(association for each in group for association in each.parsed.associations),
        site=site,
        as_of=as_of or current_day(),
    )
    return settled(machine)


_POWERSHELL_SUFFIXES = frozenset({".ps1", ".psm1"})
"""File name endings of PowerShell scripts, which are read as such if their content mentions IPsec at all."""


def _status(parsed: Parsed) -> InputStatus:
    codes = {problem.code for problem in parsed.problems}
    if ProblemCode.UNREADABLE in codes:
        return InputStatus.UNREADABLE
    if codes & PARTIAL:
        return InputStatus.UNREADABLE if parsed.is_empty and ProblemCode.REFUSED in codes else InputStatus.PARTIAL
    return InputStatus.NO_IPSEC if parsed.is_empty else InputStatus.UNDERSTOOD


def _objects(parsed: Parsed) -> dict[str, int]:
    counts: dict[str, int] = {}
    builtin = 0
    for kind in KINDS:
        objects = getattr(parsed.policy, kind.field)
        if not objects:
            continue
        may_be_builtin = "builtin" in getattr(type(objects[0]), "model_fields", ())
        windows_own = sum(1 for policy_object in objects if policy_object.builtin) if may_be_builtin else 0
        counts[kind.key] = len(objects) - windows_own
        builtin += windows_own
    counts |= {
        "builtin": builtin,
        "filter": sum(len(each.filters) for each in parsed.policy.filter_lists),
        "event": len(parsed.events),
        "counter": len(parsed.counters),
        "security_association": len(parsed.associations),
    }
    return {kind: number for kind, number in counts.items() if number}


def _problem(code: ProblemCode, source: Source, message: str) -> Problem:
    return Problem(code=code, message=message, span=Span(source.path, 1, 1))


def _format_behind(source: Source, sign: Sign) -> Format | None:
    """The format of policy that begins far behind the head, also in a document, or behind a first line like that of XML
    or JSON."""
    wide = replace(source, head_bytes=max(HEAD_BYTES, sign.within_bytes))
    format_ = recognise(wide) if sign.within_bytes > HEAD_BYTES else None
    if not sign.is_suspicious:
        return format_
    # cmd.exe passes over a line that it does not know; of an element of XML it would take the tags for words.
    is_script = command_in(source) is not None and not is_one_element(source.head_text)
    format_ = format_ or (recognise(wide, Shape.TEXT) if is_script else None)
    if format_ is None and suffix_of(source.path) in _POWERSHELL_SUFFIXES:
        from ipseclint.formats.powershell.script.format import FORMATS

        return FORMATS[0]
    return format_


def _format_by_members(source: Source) -> Format | None:
    """The format of a script that does nothing about IPsec itself, and may run others of this run that do."""
    is_powershell = suffix_of(source.path) in _POWERSHELL_SUFFIXES
    wanted = "powershell-script" if is_powershell else "netsh-script"
    if not may_run(source) or not any(recognise(member) is not None for member in source.members):
        return None
    return next(format_ for format_ in all_formats() if format_.name == wanted)


def _without_policy(source: Source, format_: Format) -> Problem:
    """The problem of an input in which its format sees no policy; it differs if the input holds commands of another
    format."""
    if (sign := export_in_a_text(source)) is not None:
        return _suspicious(source, sign)
    command = None if format_.name in SCRIPT_FORMATS else command_in(source)
    if (nothing := why_nothing_is_shown(source.head_text.splitlines())) is not None:
        return _problem(ProblemCode.NO_POLICY, source, nothing)
    if command is None:
        if format_.name in SCRIPT_FORMATS and (sign := not_run(source.head_text)) is not None:
            return Problem(code=ProblemCode.NO_POLICY, message=sign.why, span=Span(source.path, sign.line, 1))
        if format_.name in SCRIPT_FORMATS:
            message = (
                f"read whole as {format_.in_a_sentence}, it makes no IPsec policy that could be judged: it removes or "
                "shows some at most; a file that it exports is an input of its own"
            )
        elif format_.of_nothing:
            message = format_.of_nothing
        else:
            lacks = format_.cannot_express
            message = f"read as {format_.in_a_sentence}, it holds no IPsec policy; such an input cannot show: {lacks}"
        return _problem(ProblemCode.NO_POLICY, source, message)
    message = f"it begins like {format_.in_a_sentence}, and holds the command `{command.quote}`, which was not read"
    return Problem(code=ProblemCode.NOT_UNDERSTOOD, message=message, span=Span(source.path, command.line, 1))


def _suspicious(source: Source, sign: Sign, *, beside: bool = False) -> Problem:
    """The problem of a text that no format reads; with `beside`, one whose quoted errors were read."""
    what = sign.why or f"it mentions IPsec (`{sign.quote}`) and is damaged, or in a format that ipseclint does not read"
    message = f"{what}; nothing {'else ' if beside else ''}was read"
    return Problem(code=ProblemCode.NOT_UNDERSTOOD, message=message, span=Span(source.path, sign.line, 1))


def _unrecognised(source: Source) -> str:
    if source.is_blank:
        return EMPTY
    if is_own(source):
        return OURS
    if (other := instead_of(source.head_text)) is not None:
        return other
    if (failed := failed_export(source)) is not None:
        return failed[0]
    if (numbered := events_by_number(source.head_text)) is not None:
        return numbered
    return "not a format that ipseclint reads; `ipseclint formats` lists those it does"


def place_of(error: BaseException) -> str:
    """The type of an error and its place in our code; never its text, which may quote the input."""
    from traceback import extract_tb

    frames = extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {place}"


def way_to(error: BaseException) -> Iterator[str]:
    """The way through our code to an error, and to those that it was made of; without their texts."""
    from traceback import format_tb

    known: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in known:
        yield "".join([*format_tb(cause.__traceback__), type(cause).__name__])
        known.add(id(cause))
        cause = cause.__cause__ or cause.__context__
