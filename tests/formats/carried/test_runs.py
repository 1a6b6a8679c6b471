"""The commands that run in a text of another language: in JSON they are looked for by the name before them."""

from __future__ import annotations

import json

import pytest
from tests.cases import cases

from ipseclint.formats.carried import runs
from ipseclint.formats.carried.literals import end_of_strings

ADD = "netsh advfirewall consec add rule name=x endpoint1=any endpoint2=any action=requestinrequestout"


def _found(text: str) -> list[tuple[str, str]]:
    return [(run.words, text[run.start : run.end]) for run in runs.runs_of(text, is_markup=False)]


@cases(
    ("text", "rest"),
    [
        ('{"a": [1, -2.5, true, null, "\\"x\\" \'y\'"]}\n{"b":""}', ""),
        ('{"a": "b", // c\n"d": 1}', '// c\n"d": 1}'),
        ('{"a": "b', '"b'),
        ('{"a": "b" "c"}', '"b" "c"}'),
        ('x = "a"', 'x = "a"'),
        ('"""a"""', '"""a"""'),
    ],
)
def test_a_text_is_written_like_json_up_to_what_json_has_not(text: str, rest: str) -> None:
    assert text[end_of_strings(text) :] == rest


@cases(
    ("value", "count"),
    [
        ({"command": ADD}, 1),
        ({"commandToExecute": f"cmd /c {ADD}"}, 1),
        ({"x-run:": {"y": 1}, "0CmdLine": [ADD, "x"]}, 1),
        ({"inline": [1, True, ADD, "hostname"]}, 1),
        ({"exec": ["netsh", *ADD.split()[1:]]}, 1),
        ({"name": ADD, "cmd": ADD, "powershell": ADD}, 0),
    ],
)
@cases("indent", [None, 2])
def test_what_runs_in_json_is_what_runs_in_a_program(value: object, count: int, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    assert _found(text) == _found(f"# a program\n{text}")
    assert len({words for words, _ in _found(text) if "netsh" in words}) == count


def test_strings_that_nothing_runs_are_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    read = runs.in_program

    def counted(text: str, at: int = 0) -> object:
        asked.append(len(text) - at)
        return read(text, at)

    monkeypatch.setattr(runs, "in_program", counted)
    text = json.dumps([{"cmd": ADD, "start": "2026-03-02", "stdout_lines": [ADD] * 9}] * 9)
    assert _found(text) == []
    assert len(asked) == 10  # each start, and what stands behind the last bracket
    assert asked[-1] == 0


@cases("calls", [1, 40])
def test_calls_of_powershell_are_looked_for_once(calls: int) -> None:
    text = "".join(f"step{number} = '{ADD}'\n" for number in range(calls))
    text += "subprocess.run(['powershell', '-Command', step0])\n"
    assert [words for words, _ in _found(text)] == [ADD]


FROM = "FROM mcr.microsoft.com/windows/servercore\n"
SHELL = 'SHELL ["powershell", "-Command"]\n'
CMD = 'SHELL ["cmd", "/S", "/C"]\n'


@cases(
    ("above", "is_script"),
    [
        (f"{FROM}{SHELL}", True),
        (f"{FROM}{CMD}{SHELL}RUN dir\n", True),
        (f"{FROM}{SHELL.lower()}", True),
        (FROM, False),
        (f"{FROM}{SHELL}{CMD}", False),
        (f"{FROM}{SHELL}{FROM}", False),
        (f"{FROM}# {SHELL}", False),
    ],
)
def test_the_shell_of_a_dockerfile_runs_what_stands_behind_run(above: str, is_script: bool) -> None:
    runs_found = runs.runs_of(f"{above}RUN {ADD} ; \\\n    sc.exe config IKEEXT start= disabled\n", is_markup=False)
    assert [run.is_script for run in runs_found] == [is_script]
