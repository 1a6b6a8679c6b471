"""What a log says has run is told and is no policy; what a declaration has beside a command leaves it one."""

from __future__ import annotations

import json

from tests.cases import cases

from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

RULE = "netsh advfirewall consec add rule name=Branch endpoint1=any endpoint2=any action=requireinrequireout"
KEYED = f"{RULE} auth1=computerpsk auth1psk=Tr0ub4dor-and-3"

RECORDS = {
    "defender": {"ActionType": "ProcessCreated", "FileName": "netsh.exe", "ProcessCommandLine": RULE},
    "log key alone": {"Host": "srv9", "ProcessCommandLine": RULE},
    "event of a process": {"EventID": 4688, "Computer": "srv9", "CommandLine": RULE},
    "ecs": {"@timestamp": "2026-03-04T08:00:00Z", "process": {"pid": 71, "command_line": RULE}},
    "ecs without number": {"@timestamp": "2026-03-04T08:00:00Z", "process": {"command_line": RULE}},
    "within an event": {"winlog": {"event_id": 1, "event_data": {"CommandLine": RULE}}},
    "history": {"Id": 3, "CommandLine": RULE, "StartExecutionTime": "2026-03-04T08:00:00"},
    "history of a shell": {"command": RULE, "exit": 0, "cwd": "C:\\"},
    "moment": {"time": 1772611200, "commandline": RULE},
    "result of a run": {"cmd": RULE.split(), "rc": 0, "stdout": "Ok."},
}
DECLARED = (
    {"steps": [{"command": RULE, "timeout": 30}], "created": "2026-03-04T08:00:00Z"},
    {"date": "2026-03-04T08:00:00Z", "steps": [{"name": "branch", "command": RULE}]},
    {"settings": {"commandToExecute": RULE, "timestamp": 1772611200}},
    {"tasks": [{"command": RULE, "user": "SYSTEM", "time": "02:00"}]},
)


def read(text: str, name: str) -> Parsed:
    form = recognise(source := bytes_source(name, text.encode()))
    assert form is not None
    assert form.name == "carried-commands"
    return form.parse(source)


def assert_told(parsed: Parsed, commands: str, line: int) -> None:
    assert parsed.is_empty
    (problem,) = parsed.problems
    assert problem.code is ProblemCode.NOT_UNDERSTOOD
    assert f"a log of processes: {commands} of IPsec" in problem.message
    assert problem.span.line == line


@cases("record", RECORDS.values(), ids=RECORDS)
@cases("name", ["export.json", "export.log", "export.txt"])
def test_a_command_in_a_record_of_a_log_is_told_and_is_no_policy(record: object, name: str) -> None:
    assert_told(read(json.dumps([{"other": 1}, record, record]), name), "2 commands", 1)
    assert_told(read("{}\n" + f"{json.dumps(record)}\n" * 3, name), "3 commands", 2)


@cases("document", DECLARED)
def test_a_declaration_with_times_beside_its_commands_is_read(document: object) -> None:
    parsed = read(json.dumps(document, indent=1), "deploy.json")
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Branch"]


@cases("delimiter", [",", ";", "\t"])
@cases("head", ["Host,ProcessCommandLine", "pid,CommandLine", "time,command"])
def test_a_table_of_processes_is_told(head: str, delimiter: str) -> None:
    rows = [head, f'"2026-03-04 08:00","{RULE}"', '"2026-03-04 08:01","ipconfig"', f'"2026-03-04 08:02","{RULE}"']
    text = "\n".join(row.replace(",", delimiter) for row in rows)
    assert_told(read(f"{text}\n", "processes.csv"), "2 commands", 2)


def test_elements_and_yaml_of_a_process_are_told() -> None:
    element = f"<runs>\n<run><pid>12</pid>\n<CommandLine>{RULE}</CommandLine></run></runs>\n"
    assert_told(read(element, "runs.xml"), "1 command", 3)
    assert_told(read(f"- name: srv9\n  pid: 12\n  CommandLine: '{RULE}'\n", "runs.yml"), "1 command", 3)


def test_the_key_in_a_command_that_has_run_is_known_for_one() -> None:
    text = json.dumps({"pid": 12, "CommandLine": KEYED}, indent=1)
    parsed = read(text, "runs.json")
    rows = text.split("\n")
    shown = [rows[span.line - 1][span.column - 1 :][: span.length] for span in parsed.secrets]
    assert "Tr0ub4dor-and-3" in shown


def test_a_cut_log_is_told_as_far_as_it_is_whole() -> None:
    whole = json.dumps([{"pid": 1, "CommandLine": RULE}, {"pid": 2, "CommandLine": RULE}], indent=1)
    assert_told(read(whole[: whole.rindex(RULE)], "runs.json"), "1 command", 4)


def test_a_bare_list_of_commands_is_a_history() -> None:
    commands = ["hostname", RULE, "Set-NetFirewallSetting -CertValidationLevel None"]
    parsed = read(json.dumps(commands, indent=1), "history.json")
    (problem,) = parsed.problems
    assert "2 commands of IPsec ran once" in problem.message
    assert problem.span.line == 3
    assert parsed.policy.is_empty
    assert recognise(bytes_source("words.json", b'["the netsh program", "of Windows"]')) is None
