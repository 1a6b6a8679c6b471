"""Commands that a log says have run: process events, sensor exports, histories and results of runs.

    {"EventID": 4688, "CommandLine": "netsh ..."}          {"command": "netsh ...", "exit": 0, "timestamp": 1796000000}
    {"process": {"pid": 7, "command_line": "netsh ..."}}   Timestamp,DeviceName,ProcessCommandLine
    ["netsh ...", "hostname", "Set-NetIPsecRule -Name x ..."]

A command that once ran on a host deploys nothing, and may have been undone since. A record is recognised by what only a
log has beside a command: a process or event number, its parent, its result, its time.
Sources: the fields of events 4688 and of Sysmon's event 1, ECS (`process.*`), DeviceProcessEvents of Microsoft
Defender, Get-History, results of Ansible's command module.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from msgspec.structs import replace

from ipseclint.formats.carried.literals import begins_with_program
from ipseclint.formats.carried.runs import Run
from ipseclint.formats.kit.json_places import Json, JsonError, JsonObject, read_made
from ipseclint.formats.kit.token import Token
from ipseclint.late import late
from ipseclint.source import lines_of_text
from ipseclint.vocabulary.ipsec_tools import mention_within

_OF_LOGS = frozenset({"processcommandline", "parentcommandline", "initiatingprocesscommandline"})
_OF_BOTH = frozenset({"command", "commands", "cmd", "cmdline", "commandline", "fullcommand"})
"""What keys of a command are called that only logs have, and that declarations have too: without signs and case."""
_RAN = frozenset(
    {
        "processid", "pid", "newprocessid", "parentprocessid", "ppid", "parentpid", "processguid", "parentprocessguid",
        "parentimage", "parentprocess", "parentprocessname", "parentcommandline", "newprocessname", "subjectlogonid",
        "eventid", "eventcode", "actiontype", "exit", "exitcode", "exitstatus", "returncode", "rc", "executionstatus",
        "startexecutiontime", "endexecutiontime", "timecreated", "timegenerated", "utctime", "creationutctime",
    }
)  # fmt: skip
"""What keys are called that tell of a process that has run."""
_WHEN = frozenset({"timestamp", "time", "ts", "datetime", "date", "when", "eventtime"})
"""What keys are called that tell when, if their value is a moment."""
_WITHIN = frozenset({"process", "event", "eventdata"})
"""What keys are called that hold a part of a record which tells beside them when it was."""
_MOMENT = late(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|1\d{9}(?:\.|\d{0,9}$)|/Date\(|\d{1,2}[./]\d{1,2}[./]\d{4},? \d{1,2}:\d\d")
_CMDLET = late(r"[ \t]*[A-Za-z]{2,12}-[A-Za-z]\w{2,60}[ \t]+-[A-Za-z]")
_NO_LETTER = late(r"[^a-z]+")
BARE_LIST = late(r"\s*\[\s*\"")
"""How a log begins that is nothing but commands."""
_AROUND = 600
"""How far around a command of a text that is neither JSON nor a table its record is looked at (reasoned)."""
_KEY_AROUND = late(r"(?:<|^[ \t-]*|[ \t])([A-Za-z_]{2,30})(?:>|:[ \t]|=[\"'])")
_DELIMITERS = ",;\t"


def logged(text: str, path: str) -> list[Token]:
    """The IPsec commands in the records of a log, JSON or a table, as far as the text is intact."""
    is_json = text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}
    commands = _in_json(text, path) if is_json else _in_table(text, path)
    return [command for command in commands if mention_within(command.text) is not None]


def is_in_record(text: str, run: Run) -> bool:
    """Whether the text around a command in XML or YAML is the record of a process."""
    around = text[max(0, run.start - _AROUND) : run.start] + text[run.end : run.end + _AROUND]
    return any(_plain(match[1]) in _RAN for match in _KEY_AROUND.finditer(around))


def _in_json(text: str, path: str) -> Iterator[Token]:
    try:
        for value in read_made(text, path, lambda read: read):
            if isinstance(value, Token) and _is_command(value.text):
                yield value  # of a bare list, which nothing runs
            yield from _in_value(value, is_of_log=False)
    except JsonError:
        return


def _is_command(text: str) -> bool:
    return begins_with_program(text) or _CMDLET.match(text) is not None


def _in_value(value: Json, *, is_of_log: bool) -> Iterator[Token]:
    if isinstance(value, list):
        for member in value:
            yield from _in_value(member, is_of_log=is_of_log)
    elif isinstance(value, JsonObject):
        own = {_plain(name.text): member for name, member in value.members}
        has_run = is_of_log or not _RAN.isdisjoint(own)
        is_record = has_run or any(_is_moment(own.get(name)) for name in _WHEN)
        for name, member in own.items():
            if name in _OF_LOGS or (is_record and name in _OF_BOTH):
                yield from _words(member)
            else:
                yield from _in_value(member, is_of_log=has_run or (is_record and name in _WITHIN))


def _words(value: Json) -> Iterator[Token]:
    """A command given as a text, or as a list of words, at the place of the first."""
    words = [word for word in (value if isinstance(value, list) else [value]) if isinstance(word, Token)]
    if len(words) == 1:
        yield words[0]
    elif words:
        yield replace(words[0], text=" ".join(word.text for word in words))


def _is_moment(value: Json) -> bool:
    return isinstance(value, Token) and _MOMENT.match(value.text) is not None


def _in_table(text: str, path: str) -> Iterator[Token]:
    first = text.lstrip("\ufeff").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    names = [_plain(name) for name in first.split(delimiter)]
    column = next((at for at, name in enumerate(names) if name in _OF_LOGS or name in _OF_BOTH), None)
    if column is None or len(names) == 1:
        return
    lines = lines_of_text(text)
    is_log = names[column] in _OF_LOGS or not _RAN.isdisjoint(names)
    has_time = [at for at, name in enumerate(names) if name in _WHEN]
    rows = csv.reader(lines[1:], delimiter=delimiter)
    try:
        for row in rows:
            is_record = is_log or any(_MOMENT.match(cell) for cell in (row[at] for at in has_time if at < len(row)))
            if is_record and column < len(row):
                number = rows.line_num + 1
                yield Token(row[column], path, number, max(1, lines[number - 1].find(row[column]) + 1))
    except csv.Error:
        return


def _plain(name: str) -> str:
    """A folded key without separators between words."""
    return _NO_LETTER.sub("", name.casefold())
