"""A key in every place in which one can stand shows in no output, however the document is cut."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ipseclint.reporters import format_names
from tests.attack.keys import CONSEC, DOCUMENTS, KEY, RULE, STATIC, shown_in

COMMANDS = (("check", "-v"), ("check", "-o", "json"), ("inspect",), ("fix",), ("fix", "--diff", "--include-risky"))
EVERY_COMMAND = (*COMMANDS, ("load",), *(("check", "-o", name) for name in format_names()))


@pytest.fixture
def hunt(tmp_path: Path, cli: Callable[..., Any]) -> Callable[..., list[object]]:
    """Where the key shows when a document goes through commands."""

    def run(name: str, data: bytes, commands: tuple[tuple[str, ...], ...] = COMMANDS) -> list[object]:
        path = tmp_path / name
        path.write_bytes(data)
        shown: list[object] = []
        for command, *options in commands:
            ran = cli(command, path, *options)
            writing = shown_in(ran.out + ran.err)
            if writing is not None or ran.code == 70:
                shown.append((name, len(data), command, *options, ran.code, writing))
        return shown

    return run


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_whole_document_shows_no_key(name: str, hunt: Callable[..., list[object]]) -> None:
    assert KEY in DOCUMENTS[name] or name.startswith(("wfp", "store", "static-continued"))
    assert hunt(name, DOCUMENTS[name].encode()) == []


@pytest.mark.long
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_shows_no_key_in_any_encoding(name: str, encoding: str, hunt: Callable[..., list[object]]) -> None:
    assert hunt(name, DOCUMENTS[name].encode(encoding), EVERY_COMMAND) == []


def cuts(data: bytes, step: int) -> Iterator[bytes]:
    """The document cut near the key, and with a piece lost there."""
    at = data.find(KEY.encode())
    at = at if at >= 0 else len(data) * 2 // 3
    for end in range(max(1, at - 40), min(len(data), at + 40), step):
        yield data[:end]
    for begin in range(max(0, at - 30), at + 4, step):
        yield data[:begin] + data[begin + 3 :]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_damaged_document_shows_no_key(name: str, hunt: Callable[..., list[object]]) -> None:
    commands = (("check", "-v", "-o", "text"),)
    assert [shown for data in cuts(DOCUMENTS[name].encode(), 23) for shown in hunt(name, data, commands)] == []


@pytest.mark.long
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_cut_at_every_byte_shows_no_key(name: str, hunt: Callable[..., list[object]]) -> None:
    assert [shown for data in cuts(DOCUMENTS[name].encode(), 1) for shown in hunt(name, data)] == []


@pytest.mark.parametrize("key", ["policy", "false,", " " * 10, "{}", "null", '": "'])
def test_json_stays_json_whatever_the_key_is(tmp_path: Path, cli: Callable[..., Any], key: str) -> None:
    script = tmp_path / "s.cmd"
    script.write_text(f"{STATIC}{RULE} psk='{key}'\n")
    before = cli("inspect", script)
    assert set(json.loads(before.out)[0]) >= {"path", "format", "status", "policy"}
    assert json.loads(cli("check", script, "-o", "json").out)["schema"] == "ipseclint.report/1"


def test_a_mask_does_not_tell_the_length(tmp_path: Path, cli: Callable[..., Any]) -> None:
    outputs = []
    for key in ("abc", KEY * 5):
        script = tmp_path / "s.cmd"
        script.write_text(f'{CONSEC} auth1=computerpsk auth1psk="{key}"\n')
        outputs.append([cli(*command[:1], script, *command[1:]).out for command in COMMANDS])
    assert outputs[0] == outputs[1]


def test_both_sides_of_a_diff_are_masked_alike(tmp_path: Path, cli: Callable[..., Any]) -> None:
    script = tmp_path / "k.cmd"
    script.write_text(f"rem key {KEY}\n{STATIC}{RULE} psk={KEY}\n")
    shown = cli("fix", script, "--diff", "--include-risky").out
    assert shown_in(shown) is None
    assert not [line for line in shown.splitlines() if line.startswith(("-rem", "+rem"))]


def test_an_input_that_is_called_by_its_key_is_not_named(tmp_path: Path, cli: Callable[..., Any]) -> None:
    names = (KEY, KEY[::-1])
    for key in names:
        (tmp_path / f"{key}.cmd").write_text(f"{STATIC}{RULE} psk={key}\n")
    ran = cli(tmp_path, "-o", "json", "--jobs", "2")
    assert not any(key in ran.out + ran.err for key in names)
    assert len(json.loads(ran.out)["inputs"]) == 2
    assert ran.out == cli(tmp_path, "-o", "json", "--jobs", "1").out
