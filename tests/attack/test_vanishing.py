"""A finding does not vanish because of how its input is written: it is found, or a problem says what was not read."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random

import pytest

from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.run import check
from ipseclint.model.site import Site
from ipseclint.report import Report
from ipseclint.rules import all_rules
from ipseclint.source import bytes_source
from tests import ROOT

pytestmark = pytest.mark.drawn(4)

GATE_FILES = 25
MAX_BYTES = 30_000
FIXTURES = sorted(
    path
    for path in (ROOT / "fixtures" / "rules").glob("*/bad*")
    if path.suffix in {".cmd", ".ps1", ".json", ".xml", ".reg", ".txt", ".pbk"} and path.stat().st_size < MAX_BYTES
)
_NETSH = re.compile(r"^netsh (?:advfirewall|ipsec) [^|&<>()%!^\r\n]*$", re.MULTILINE)
_CMDLET = re.compile(r"^(?:New|Set|Add)-[A-Za-z0-9]+(?: [^|;{}`#<>@$()\r\n]*)$", re.MULTILINE)
_VALUE = re.compile(r"(?<=>)[^<>&\s][^<>&]*(?=</)")
_KEY = re.compile(r"^\[[^\]\r\n]*\]$", re.MULTILINE)
_DWORD = re.compile(r"(?<==)dword:([0-9a-f]{8})")


def parted(line: str, end: str) -> str:
    """A line that goes on below between all of its words, by a mark at the end of each."""
    return re.sub(r" (?=(?:[^\"']|\"[^\"]*\"|'[^']*')*$)", lambda _: f"{end}\n  ", line)


def outside_quotes(line: str, change: Callable[[str], str]) -> str:
    return "".join(part if part[:1] in {'"', "'"} else change(part) for part in re.split(r"(\"[^\"]*\"|'[^']*')", line))


def named_anew(value: object, name: Callable[[str], str]) -> object:
    if isinstance(value, dict):
        return {name(key): named_anew(value[key], name) for key in reversed(value)}
    return [named_anew(each, name) for each in value] if isinstance(value, list) else value


def as_bytes(match: re.Match[str]) -> str:
    return "hex(4):" + bytes.fromhex(match[1])[::-1].hex(",")


def fenced(text: str, first: str) -> str:
    return f"This is what we run:\n\n```{first}{text.rstrip()}\n```\n\nThat is all.\n"


ANY: dict[str, Callable[[str], str | bytes]] = {
    "lines of Windows": lambda text: text.replace("\n", "\r\n"),
    "lines of old Macs": lambda text: text.replace("\n", "\r"),
    "blanks at the ends": lambda text: text.replace("\n", " \t\n"),
    "UTF-16": lambda text: re.sub('encoding="[^"]*"', 'encoding="utf-16"', text, count=1).encode("utf-16"),
    "with its mark": lambda text: text.encode("utf-8-sig"),
    "a block in a document": lambda text: fenced(text, "\n"),
    "a block in a chat": lambda text: fenced(text, ""),
    "quoted": lambda text: "".join(f"> {line}\n" for line in text.split("\n")),
}
OF_KIND: dict[str, dict[str, Callable[[str], str]]] = {
    ".cmd": {
        "words in capitals": lambda text: _NETSH.sub(
            lambda line: outside_quotes(line[0], lambda part: re.sub(r"\b\w+(?==)", lambda tag: tag[0].upper(), part)),
            text,
        ),
        "called": lambda text: _NETSH.sub(lambda line: f"call {line[0]}", text),
        "in parentheses": lambda text: _NETSH.sub(lambda line: f"(\n{line[0]}\n)", text),
        "in two lines": lambda text: _NETSH.sub(lambda line: line[0].replace("=", "^\n=", 1), text),
    },
    ".ps1": {
        "in small letters": lambda text: _CMDLET.sub(lambda line: outside_quotes(line[0], str.lower), text),
        "in many lines": lambda text: _CMDLET.sub(lambda line: parted(line[0], " `"), text),
        "in a block": lambda text: _CMDLET.sub(lambda line: f"& {{ {line[0]} }}", text),
        "in a text": lambda text: _CMDLET.sub(
            lambda line: "Invoke-Expression '{}'".format(line[0].replace("'", "''")), text
        ),
    },
    ".json": {
        "in another order": lambda text: json.dumps(named_anew(json.loads(text), str), indent=4),
        "names in small letters": lambda text: json.dumps(named_anew(json.loads(text), str.lower)),
        "names of camels": lambda text: json.dumps(
            named_anew(json.loads(text), lambda name: name[:1].lower() + name[1:])
        ),
    },
    ".xml": {
        "numbers of letters": lambda text: _VALUE.sub(
            lambda value: "".join(f"&#{ord(letter)};" if letter.isalnum() else letter for letter in value[0]), text
        ),
        "CDATA": lambda text: _VALUE.sub(lambda value: f"<![CDATA[{value[0]}]]>", text),
        "comments within": lambda text: _VALUE.sub(lambda value: f"{value[0][:1]}<!-- -->{value[0][1:]}", text),
        "on one line": lambda text: re.sub(r">\s+<", "><", text),
    },
    ".reg": {
        "names in small letters": lambda text: re.sub(
            r"^\[[^\]]*\]$", lambda key: key[0].lower(), text, flags=re.MULTILINE
        ),
        "numbers as bytes": lambda text: _DWORD.sub(as_bytes, text),
        "with remarks": lambda text: text.replace("\n[", "\n; a remark\n["),
    },
}
"""What writes an input of a kind anew, and keeps what it means."""


@cache
def _plan() -> Plan:
    return Plan(load_ruleset("default"), tuple(all_rules()))


def report_on(path: Path, data: bytes) -> Report:
    sites = [path.parent / name for name in (f"site-{path.stem}.toml", "site.toml")]
    site = next((Site.of(tomllib.loads(file.read_text("utf-8"))) for file in sites if file.exists()), Site())
    return check([Candidate(bytes_source(path.name, data), named=True)], Job(plans=(_plan(),), site=site))


def found(report: Report) -> Counter[tuple[str, str]]:
    return Counter((each.code, each.subject.name.casefold()) for each in report.findings)


def vanished(path: Path) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """What is no longer found without a word, by each way to write a file anew."""
    data = path.read_bytes()
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    usual = report_on(path, data)
    for way, write in (ANY | OF_KIND.get(path.suffix, {})).items():
        written = write(text)
        report = report_on(path, written if isinstance(written, bytes) else written.encode())
        is_said = len(report.problems) > len(usual.problems) or any(each.code == "RF019" for each in report.findings)
        if report.crashes or (found(usual) - found(report) and not is_said):
            yield path.name, way, sorted(found(usual) - found(report))


def readable(path: Path) -> bool:
    try:
        json.loads(path.read_bytes().decode("utf-8-sig")) if path.suffix == ".json" else path.read_text("utf-8-sig")
    except ValueError:
        return False
    return True


def test_no_finding_vanishes_from_drawn_files() -> None:
    drawn = Random(2811).sample(FIXTURES, GATE_FILES)
    assert [each for path in drawn if readable(path) for each in vanished(path)] == []


@pytest.mark.long
def test_no_finding_vanishes_from_any_file() -> None:
    assert [each for path in FIXTURES if readable(path) for each in vanished(path)] == []
