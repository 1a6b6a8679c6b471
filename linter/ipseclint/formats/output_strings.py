"""JSON whose strings are outputs, as tools that run commands on many machines return them.

    {"rc": 0, "stdout": "Rule Name: ...", "stdout_lines": ["Rule Name: ...", ...]}      Ansible, of a host below "hosts"
    {"value": [{"code": "ComponentStatus/StdOut/succeeded", "message": "Rule ..."}]}    az vm run-command invoke
    {"InstanceId": "i-0abc", "StandardOutputContent": "Rule Name: ..."}                 aws ssm get-command-invocation
    [{"value": "Rule Name: ...", "PSComputerName": "srv01"}]                            Invoke-Command | ConvertTo-Json
    {"srv01": "Rule Name: ..."}                                                         salt --out=json

Each string of several lines, and each list of lines, is read by its own reader in its place.
Sources: the returned values of ansible.builtin.command, GetCommandInvocation of AWS Systems Manager, Run Command of
Azure virtual machines, the outputters of Salt.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from ipseclint import formats
from ipseclint.formats.kit.diagnostics import Diagnostics, of_source, quoted
from ipseclint.formats.kit.json_places import Json, JsonError, JsonObject, read_made
from ipseclint.formats.kit.moved_places import with_moved_places
from ipseclint.formats.kit.token import Token
from ipseclint.formats.parsed import OUTPUT_STRINGS, SCRIPT_FORMATS, Format, Parsed, joined
from ipseclint.formats.readers import Looked, Shape, first_of, first_to_recognise, is_of
from ipseclint.formats.rows import MESSAGES_OF_DAEMONS, READERS
from ipseclint.formats.transcript.hosts import tell_hosts
from ipseclint.formats.transcript.machine_names import is_name
from ipseclint.late import late
from ipseclint.model.policy import Policy
from ipseclint.source import Source, Span, text_source
from ipseclint.vocabulary.ipsec_tools import mention_in

MAX_OUTPUTS = 2000
"""How many outputs of one document are looked at (reasoned: a run on some hundred machines has a few of each)."""
_OF_MEMBERS = (
    *("registry.collected", "events.event_json", "mdm.intune", "peers.clouds", "peers.ike_log"),
    *("performance_counters", "powershell.cim_json"),
)
"""The modules of the readers of JSON that know the members of its objects."""
NAMING = frozenset(
    {
        "host",
        "hostname",
        "computer",
        "computername",
        "pscomputername",
        "machine",
        "server",
        "instanceid",
        "minion",
        "vmname",
    }
)
"""What a member is called, in lower case, whose value tells of which machine an object is."""
OF_HOSTS = frozenset({"hosts", "hostvars", "minions", "machines", "servers", "computers"})
"""What a member is called, in lower case, whose members are called as machines are."""
_COMMANDS = frozenset({"cmd", "command", "commandline", "invocation", "module_args", "_raw_params"})
"""What a member is called, in lower case, that says which command gave the output beside it."""
_LOOKS = late(r"\bshow\b|\b(?:Get|Show)-")


class Output(Struct, frozen=True):
    """A string of several lines or a list of strings, by its lines, and the machine of which it is, if told."""

    lines: tuple[Token, ...]
    host: str = ""

    @property
    def text(self) -> str:
        """Its lines as a text."""
        return "\n".join(line.text for line in self.lines)

    def place(self, span: Span) -> Span:
        """The place in the document of what stands at a place of its text."""
        line = self.lines[min(max(span.line, 1), len(self.lines)) - 1]
        start = max(span.column - 1, 0)
        return line.part(start, start + span.length).span


class FormedString(Struct, frozen=True):
    """An output, the input that it is by itself, and the format of that; `is_again`: the same stands before it."""

    output: Output
    source: Source
    form: Format | None
    is_again: bool = False

    @property
    def is_read(self) -> bool:
        """Whether it is read here, or where the same stands before it."""
        return self.is_again or self.form is not None


def recognise(source: Source) -> bool:
    """Whether a string in a document is an output of another format, and no reader knows the document's members.
    Cached: the reader of what is carried asks too."""
    return source.once(_is_of_outputs)


def _is_of_outputs(source: Source) -> bool:
    of_json = (reader for reader in READERS if reader.shape is Shape.JSON and reader is not MESSAGES_OF_DAEMONS)
    readers = (reader for reader in of_json if reader.module in _OF_MEMBERS)
    if first_of(readers, source.once(Looked.through_text), source.path, is_of(source)) is not None:
        return False
    return any(each.form is not None and each.form.name not in SCRIPT_FORMATS for each in strings_of(source))


def machines_in(source: Source) -> dict[str, str]:
    """The text of each machine that a document of outputs names: the whole, with blanks for what the others printed.

    Empty if it names no two.
    """
    text = source.read_text()
    outputs = list(_strings(text, source.path))
    hosts = dict.fromkeys(output.host for output in outputs if output.host)
    if len(hosts) < 2:
        return {}
    if any(not output.host for output in outputs):
        hosts[""] = None
    lines = text.split("\n")
    return {host: _without(lines, (each for each in outputs if each.host != host)) for host in hosts}


def _without(lines: Sequence[str], outputs: Iterable[Output]) -> str:
    """A text with blanks for some outputs, whose strings stay strings."""
    taken: dict[int, list[tuple[int, int]]] = {}
    for line in (line for output in outputs for line in output.lines if line.text):
        taken.setdefault(line.line - 1, []).append((line.column - 1, line.end[1] - 1))
    kept = list(lines)
    for number, parts in taken.items():
        row, at, pieces = kept[number], 0, []
        for begin, end in sorted(parts):
            pieces += [row[at:begin], " " * (end - begin)]
            at = end
        kept[number] = "".join((*pieces, row[at:]))
    return "\n".join(kept)


def strings_of(source: Source) -> tuple[FormedString, ...]:
    """The outputs in a document, each as an input by itself; what is there twice has its format once. Cached."""
    return source.once(_formed)


def _formed(source: Source) -> tuple[FormedString, ...]:
    known: set[tuple[str, str]] = set()
    formed = []
    for output in islice(_strings(source.read_text(), source.path), MAX_OUTPUTS):
        own = text_source(f"{source.path}.txt", output.text)
        key = output.host, output.text.strip()
        formed.append(
            FormedString(output, own, None if key in known else formats.recognise(own), is_again=key in known)
        )
        known.add(key)
    return tuple(formed)


def _strings(text: str, path: str) -> Iterator[Output]:
    try:
        values = list(read_made(text, path, lambda read: read))
    except JsonError:
        return
    if values and all(isinstance(value, Token) for value in values):
        values = [values]  # a list of lines, of which the reader gives each
    for value in values:
        yield from _in_value(value, "", is_name)


def _in_value(value: Json, host: str, names: Callable[[str], bool]) -> Iterator[Output]:
    if isinstance(value, Token):
        if "\n" in value.text:
            yield Output(tuple(_lines(value)), host)
    elif isinstance(value, list):
        lines = [each for each in value if isinstance(each, Token)]
        if len(lines) > 1 and len(lines) == len(value):
            yield Output(tuple(row for line in lines for row in _lines(line)), host)
        else:
            for each in value:
                yield from _in_value(each, host, names)
    elif isinstance(value, JsonObject):
        own = next(
            (
                each.text.upper()
                for name, each in value.members
                if name.text.casefold() in NAMING and isinstance(each, Token)
            ),
            host,
        )
        are_named = all(names(name.text) for name, _ in value.members)
        for name, each in value.members:
            folded = name.text.casefold()
            if folded not in _COMMANDS:
                yield from _in_value(
                    each, name.text.upper() if are_named else own, bool if folded in OF_HOSTS else _is_none
                )


def _is_none(_name: str) -> bool:
    return False


def _lines(value: Token) -> Iterator[Token]:
    """The lines of a string, each with its place."""
    start = 0
    for line in value.text.split("\n"):
        yield value.part(start, start + len(line.removesuffix("\r")))
        start += len(line) + 1


@of_source
def _parse(source: Source) -> Parsed:
    """The results of all outputs, each in its place, and what stands beside them and is not read."""
    diagnostics, text = Diagnostics(source.path), source.read_text()
    formed = strings_of(source)
    if len(formed) == MAX_OUTPUTS:
        diagnostics.refused(
            f"more than {MAX_OUTPUTS:,} strings of several lines: the rest was not read",
            formed[-1].output.lines[0].span,
        )
    read = [(each, each.form.parse(each.source)) for each in formed if each.form is not None]
    parts = [with_moved_places(own, each.output.place) for each, own in read]
    hosts = {
        each.output.host: each.output.lines[0].line for each in formed if each.form is not None and each.output.host
    }
    if len(hosts) > 1:
        tell_hosts(hosts, diagnostics)
    rows = {line.line for each in formed if each.is_read for line in each.output.lines}
    _tell_beside(text, diagnostics, rows)
    _tell_messages(_without(text.split("\n"), (each.output for each in formed if each.is_read)), diagnostics)
    return joined([diagnostics.parsed(Policy()), *parts])


def _tell_messages(beside: str, diagnostics: Diagnostics) -> None:
    """Report messages of a daemon in strings that are no output."""
    if first_to_recognise((MESSAGES_OF_DAEMONS.module,), text_source(diagnostics.path, beside)) is None:
        return
    rows = enumerate(beside.casefold().split("\n"), start=1)
    row = next((row for row, line in rows if any(map(line.__contains__, MESSAGES_OF_DAEMONS.signs))), 1)
    message = "messages of a daemon stand beside outputs, and are not read: give them as an input of their own"
    diagnostics.not_understood(message, diagnostics.place(row, 1))


def _tell_beside(text: str, diagnostics: Diagnostics, read: Collection[int]) -> None:
    """Report commands that change policy in strings that are no output."""
    for row, line in enumerate(text.split("\n"), start=1):
        if row not in read and (mention := mention_in(line)) is not None and _LOOKS.search(line) is None:
            at = max(line.lower().find(mention.words), 0) + 1
            message = f"{quoted(mention.words)} stands beside outputs, and is not read: give it as an input of its own"
            diagnostics.not_understood(message, diagnostics.place(row, at, len(mention.words)))


FORMATS = (
    Format(
        name=OUTPUT_STRINGS,
        title="JSON whose strings are outputs of commands (Ansible, Salt, Run Command, Systems Manager, PowerShell)",
        short="JSON with outputs of commands",
        recognise=recognise,
        parse=_parse,
        how_to_export="`ansible ... -m win_shell` with the JSON callback, `az vm run-command invoke`, `aws ssm "
        "get-command-invocation`, `salt --out=json`, `Invoke-Command ... | ConvertTo-Json`",
        can_express="what the formats of the outputs in its strings can",
        cannot_express="which command gave an output, where no member says so",
        is_alone=lambda _source: True,
    ),
)
