"""Whatever a user writes into a configuration, ruleset, file of waivers or baseline ends with 2, never with 70.

Mutation knows the structure: it takes files that work, changes values, keys and nesting, and now and then bytes.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT

pytestmark = pytest.mark.drawn(3)

GATE_ROUNDS = 60
LONG_ROUNDS = 20_000

POLICY = "netsh ipsec static add policy name=P mmlifetime=5\nnetsh ipsec static add filterlist name=L\n"

CONFIGURATION: dict[str, Any] = {
    "required-version": ">=0.1",
    "ruleset": ["default"],
    "select": ["QD", "CR001", "short-main-mode-lifetime"],
    "ignore": ["QD010"],
    "fail-on": "error",
    "severity": {"QD001": "info"},
    "exclude": ["lab/", "*.old"],
    "output": ["json:o.json", "text"],
    "waivers": "waivers.toml",
    "baseline": "baseline.json",
    "overrides": [{"paths": ["lab/"], "ignore": ["QD001"], "severity": {"QD002": "warning"}}],
    "site": {
        "peers": 40,
        "domain_controllers": ["10.0.0.10"],
        "nat_groups": [{"address": "192.0.2.1", "initiators": 300}],
        "links": [{"range": "10.0.0.0/8", "bits_per_second": 1000}],
        "host_type": "server",
        "drop_probability_budget": 0.01,
    },
}
RULESET: dict[str, Any] = {
    "id": "ours",
    "version": "1",
    "title": "Ours",
    "extends": "default",
    "only": ["QD", "CR001"],
    "sources": {"WE": {"title": "Us", "url": "https://example.org/", "seen": "read"}},
    "rules": {
        "QD001": {"severity": "warning", "enabled": True, "options": {"repaired_seconds": 36000}, "cite": ["WE 1"]}
    },
    "custom": [
        {
            "code": "ORG001",
            "name": "no-short-life",
            "severity": "error",
            "object": "main_mode_crypto_set",
            "when": "has(object.lifetime_seconds) && object.lifetime_seconds < 3600",
            "message": "{name} lives {lifetime_seconds} s",
            "summary": "A short life.",
            "place": "lifetime_seconds",
            "leads_to": [13811],
            "tests": [{"policy": POLICY, "fires": 1}],
        }
    ],
}
WAIVERS: dict[str, Any] = {
    "waiver": [
        {
            "rule": "QD001",
            "subject": "P*",
            "path": "*.cmd",
            "reason": "r",
            "owner": "o",
            "fingerprint": "0123456789abcdef",
        },
        {"rule": "QD002", "reason": "until May", "ticket": "CHG-1"},
    ]
}
BASELINE: dict[str, Any] = {
    "schema": "ipseclint.baseline/1",
    "known": [{"fingerprint": "0123456789abcdef", "code": "QD001", "subject": "P", "count": 2}],
}

WORDS = [
    *("", " ", "\0", "a" * 5000, "[z-a]", "(", "*", "**/", "!", "#", "\\", "../..", "CON", "{x}", "%n", "\u202e"),
    *("QD", "QD001", "default", "default@1", "json:", "json:\0", "word:x", "10.0.0.0/33", "::1", "2027-01-01", "-1"),
    *("object", "object.", "1/0", "true", "has(object.x)", "object.name.matches('(a+)+$')", "9999999999999999999999"),
]
VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    1 << 70,
    0.5,
    float("inf"),
    float("nan"),
    "",
    [],
    {},
    [[]],
    [{}],
    {"a": {"b": 1}},
]


def places(value: Any, trail: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the values of a nested value are."""
    if trail:
        yield trail
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield from places(part, (*trail, key))


def mutated(value: Any, random: random.Random) -> Any:
    """The same nested value with a few changes to values, keys and nesting."""
    root = json.loads(json.dumps(value))
    for _ in range(random.randint(1, 3)):
        trails = list(places(root))
        if not trails:
            break
        *way, last = random.choice(trails)
        parent = root
        for key in way:
            parent = parent[key]
        match random.randrange(6):
            case 0:
                parent[last] = deepcopy(random.choice(VALUES))
            case 1:
                parent[last] = random.choice(WORDS)
            case 2:
                parent[last] = [parent[last]]
            case 3 if isinstance(parent, dict):
                parent[random.choice([*WORDS, *map(str, parent)])] = parent.pop(last)
            case 4 if isinstance(parent, dict):
                del parent[last]
            case _:
                parent[last] = deepcopy(random.choice([*WORDS, *VALUES]))
    return root


def toml(value: Any) -> str:
    """A value as TOML, in one line; what TOML has no word for is left as Python writes it."""
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)} = {toml(part)}" for key, part in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case str():
            return json.dumps(value)
        case _:
            return str(value)


def document(table: dict[str, Any]) -> bytes:
    return "".join(f"{json.dumps(key)} = {toml(value)}\n" for key, value in table.items()).encode()


def damaged(data: bytes, random: random.Random) -> bytes:
    """Bytes with a cut, a repeated part, or another byte, one time in eight."""
    if random.randrange(8) or not data:
        return data
    start, end = sorted(random.randrange(len(data)) for _ in range(2))
    return random.choice(
        [data[:start], data[:start] + data[end:], data[:end] + data[start:], data[:start] + b"\xff" + data[end:]]
    )


FILES: dict[str, tuple[dict[str, Any], Callable[[dict[str, Any]], bytes]]] = {
    "ipseclint.toml": (CONFIGURATION, document),
    "pyproject.toml": ({"tool": {"ipseclint": CONFIGURATION, "other": {"x": 1}}}, document),
    "ruleset.toml": (RULESET, document),
    "waivers.toml": (WAIVERS, document),
    "baseline.json": (BASELINE, lambda table: json.dumps(table).encode()),
}
COMMANDS = (
    ["policy.cmd", "-q"],
    ["policy.cmd", "-q", "--ruleset", "ruleset.toml"],
    ["rules", "test", "ruleset.toml"],
    ["rules", "--all", "--ruleset", "ruleset.toml"],
    ["config", "show"],
    ["waive", "QD001", "policy.cmd", "--reason", "r", "--file", "waivers.toml"],
    ["baseline", "update", "policy.cmd", "--file", "baseline.json"],
    ["fix", "policy.cmd"],
    ["policy.cmd", "--config", "pyproject.toml"],
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(desk: Path, changed: str = "", data: bytes = b"") -> None:
    (desk / "policy.cmd").write_text(POLICY)
    for name, (table, written) in FILES.items():
        (desk / name).write_bytes(data if name == changed else written(table))


def test_the_files_work_before_they_are_changed(desk: Path, cli: Callable[..., Any]) -> None:
    for command in COMMANDS:
        write(desk)
        ran = cli(*command)
        assert ran.code in {0, 1}, (command, ran)


def attack(desk: Path, cli: Callable[..., Any], rounds: int, seed: int) -> None:
    for number in range(rounds):
        chance = random.Random(f"{seed}/{number}")
        name = chance.choice(list(FILES))
        table, written = FILES[name]
        data = damaged(written(mutated(table, chance)), chance)
        command = chance.choice(COMMANDS)
        write(desk, name, data)
        ran = cli(*command)
        assert ran.code in {0, 1, 2, 3, 4}, (number, command, name, data, ran)
        assert "Traceback" not in ran.out + ran.err, (number, command, name, data)


def test_no_configuration_is_an_internal_error(desk: Path, cli: Callable[..., Any]) -> None:
    attack(desk, cli, GATE_ROUNDS, 1)


@pytest.mark.long
def test_no_configuration_of_very_many_is_an_internal_error(desk: Path, cli: Callable[..., Any]) -> None:
    attack(desk, cli, LONG_ROUNDS, 2)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ipseclint.toml", "a = " + "[" * 5000),
        ("ipseclint.toml", 'waivers = "\\u0000"'),
        ("ipseclint.toml", 'output = ["json:\\u0000"]'),
        ("ipseclint.toml", 'exclude = ["[z-a]"]'),
        ("ipseclint.toml", '[[overrides]]\npaths = ["[z-a]"]\nignore = ["QD001"]'),
        ("ipseclint.toml", f'ruleset = "{"a" * 5000}"'),
        ("ipseclint.toml", f"site.peers = {'9' * 5000}"),
        ("ruleset.toml", 'extends = "default"\nrules = 3'),
        ("ruleset.toml", 'extends = "default"\nrules.QD001 = 3'),
        ("ruleset.toml", 'extends = "default"\nrules.QD001.options = 3'),
        ("ruleset.toml", 'extends = "default"\nonly = 3'),
        ("ruleset.toml", 'extends = "default"\nsources = 3'),
        ("ruleset.toml", 'extends = ["default"]'),
        ("waivers.toml", "waiver = " + "[" * 5000),
        ("baseline.json", "[" * 100_000),
        ("baseline.json", '{"schema": "ipseclint.baseline/1", "known": 3}'),
        *(("ipseclint.toml", f"{key} = '/dev/zero'") for key in ("baseline", "ruleset", "waivers")),
    ],
)
def test_what_cannot_be_used_is_said(desk: Path, cli: Callable[..., Any], name: str, text: str) -> None:
    write(desk, name, text.encode())
    ran = cli("policy.cmd", "--ruleset", "ruleset.toml") if name == "ruleset.toml" else cli("policy.cmd")
    assert ran.code == 2
    assert ran.err.startswith("ipseclint: ")


@pytest.mark.parametrize(
    "text", ["tool = 3", "[tool]\nother = 3", "a = " + "[" * 5000, "\xff", "tool.other = []", "x = 1\nx = 1"]
)
def test_the_pyproject_of_somebody_else_is_left_alone(desk: Path, cli: Callable[..., Any], text: str) -> None:
    (desk / "pyproject.toml").write_bytes(text.encode("latin-1"))
    (desk / "policy.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\n")
    (desk / "below").mkdir()
    ran = cli("policy.cmd", "--select", "QD001")
    assert (ran.code, ran.err) == (0, "")


def test_a_pyproject_that_is_named_must_hold_a_table(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "pyproject.toml").write_text("[tool]\nipseclint = 3\n")
    (desk / "policy.cmd").write_text(POLICY)
    ran = cli("policy.cmd", "--config", "pyproject.toml")
    assert (ran.code, ran.err) == (2, "ipseclint: pyproject.toml: tool.ipseclint: a table is expected\n")


def test_the_files_of_the_attack_are_in_the_words_of_the_documents() -> None:
    page = (ROOT / "docs" / "custom-rules.md").read_text(encoding="utf-8")
    example = tomllib.loads(page.split("```toml\n")[1].split("```")[0])
    assert set(example["custom"][0]) - set(RULESET["custom"][0]) <= {"why", "seen_as", "bad", "good", "fix", "waive"}


@pytest.mark.parametrize("value", ["[" * 20_000, "9" * 20_000])
def test_a_peer_whose_values_are_too_deep_or_too_long_is_a_problem(
    value: str, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    path = tmp_path / "site.toml"
    path.write_text(f'[peer]\nname = "x"\nmobike = {value}\n')
    assert cli(path, "--isolated").code == 4
