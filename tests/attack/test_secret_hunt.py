"""A key in every place in which one can stand shows in no output, however the document is cut."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ipseclint.formats import all_formats
from ipseclint.reporters import format_names
from ipseclint.secrets.names import lowered, names_in
from tests import ROOT
from tests.attack.carriers import CARRYING, aligned, carriers
from tests.attack.keys import CONSEC, DOCUMENTS, KEY, RULE, STATIC, shown_in
from tests.cases import cases

pytestmark = pytest.mark.drawn(9)

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


@pytest.mark.drawn(6)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_whole_document_shows_no_key(name: str, hunt: Callable[..., list[object]]) -> None:
    assert KEY in DOCUMENTS[name] or name.startswith(("wfp", "store", "static-continued"))
    assert hunt(name, DOCUMENTS[name].encode()) == []


@pytest.mark.long
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_shows_no_key_in_any_encoding(name: str, hunt: Callable[..., list[object]]) -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-32"):
        assert hunt(name, DOCUMENTS[name].encode(encoding), EVERY_COMMAND) == [], encoding


def cuts(data: bytes, step: int) -> Iterator[bytes]:
    """The document cut near the key, and with a piece lost there, but for what alone tells that it is a key."""
    at = data.find(KEY.encode())
    at = at if at >= 0 else len(data) * 2 // 3
    for end in range(max(1, at - 80), min(len(data), at + 60), step):
        yield data[:end]
    names = [match.span() for match in names_in(lowered(data[:at].decode()))]
    name_begin, name_end = names[-1] if names else (0, 0)
    for begin in range(max(0, at - 30), at + 4 if data.count(KEY.encode()) < 2 else at - 2, step):
        if not name_begin - 3 < begin < name_end:
            yield data[:begin] + data[begin + 3 :]


WITH_ITS_KEY = [name for name in DOCUMENTS if name != "named.cmd"]
"""Those that still hold a key when they are cut near its first place: before its key that one has a name alone."""


@pytest.mark.drawn(8)
@pytest.mark.parametrize("name", WITH_ITS_KEY)
def test_a_damaged_document_shows_no_key(name: str, hunt: Callable[..., list[object]]) -> None:
    commands = (("check", "-v", "-o", "text"),)
    assert [shown for data in cuts(DOCUMENTS[name].encode(), 23) for shown in hunt(name, data, commands)] == []


@pytest.mark.long
@pytest.mark.parametrize("name", WITH_ITS_KEY)
def test_a_document_cut_at_every_byte_shows_no_key(name: str, hunt: Callable[..., list[object]]) -> None:
    commands = (("check", "-v"), ("inspect",))
    assert [shown for data in cuts(DOCUMENTS[name].encode(), 1) for shown in hunt(name, data, commands)] == []


@pytest.mark.parametrize(
    "text",
    [
        f'{STATIC}{RULE} psk"{KEY}"\n',
        f'{CONSEC} auth1=computerpsk auth1psk="{KEY}" description="key: {KEY[:2]}{KEY[3:]}"\n',
        f'{CONSEC} auth1=computerpsk auth1psk="{KEY}" description="{KEY[:9]}',
    ],
    ids=["sign lost", "damaged copy", "copy cut"],
)
def test_a_damaged_key_and_a_damaged_copy_of_one_are_hidden(text: str, hunt: Callable[..., list[object]]) -> None:
    assert hunt("damaged.cmd", text.encode()) == []


@pytest.mark.drawn(6)
@pytest.mark.parametrize("sign", ["\0", "\x07", "\u200b", "\ufeff", "\u200e", "\xad"])
def test_a_key_is_hidden_whatever_unseen_sign_stands_beside_it(sign: str, hunt: Callable[..., list[object]]) -> None:
    named = DOCUMENTS["named.cmd"].replace(f"psk={KEY}", f"psk={sign}{KEY}{sign}")
    looped = DOCUMENTS["loop.cmd"].replace("psk=%%k", f"psk=%%k{sign}")
    for name, text in (("named.cmd", named), ("loop.cmd", looped)):
        assert hunt(name, text.encode(), (*COMMANDS, ("check", "-o", "html"))) == []


ASTRAY = {
    "names.xml": "<VPNProfile><NativeProfile><Servers>v</Servers><NativeProtocolType>L2tp</NativeProtocolType>"
    f"<L2tpPsk>{''.join(f'&#{ord(sign)};' for sign in 'Sommerregenbogen')}</L2tpPsk><Sommerregenbogen/>"
    "</NativeProfile></VPNProfile>",
    "folded.json": '{"VpnConnections":[{"VpnConnectionId":"v","Options":{"TunnelOptions":[{'
    '"PreSharedKey":"Sommerregenbogen","Phase1DHGroupNumbers":[{"Value":"xSommerregenbogen"}]}]}}]}',
    "table.html": "<table><tr><th>Name</th><th>PreSharedKey</th></tr>\n"
    "<tr><td>New-NetIPsecRule</td><td>Sommerregenbogen</td></tr></table>",
    "section.conf": "connections {\n  a {\n    version = 2\n    local {\n      auth = psk\n    }\n  }\n}\n"
    "secrets {\n  ike-a {\n    secret Sommerregenbogen\n    id = Sommerregenbogen\n  }\n",
}
"""Where words of a key come into a message of ours, or stand beside what is shown of a file that nobody reads."""


@pytest.mark.drawn(4)
@pytest.mark.parametrize("name", ASTRAY)
def test_a_key_that_is_a_word_shows_in_no_message(name: str, tmp_path: Path, cli: Callable[..., Any]) -> None:
    path = tmp_path / name
    path.write_text(ASTRAY[name])
    for command, *options in EVERY_COMMAND:
        ran = cli(command, path, *options)
        assert "sommerre" not in (ran.out + ran.err).casefold(), (command, *options)
    assert cli("check", path).code == 4


def test_the_documents_are_cut_into_more_than_five_thousand_files() -> None:
    assert sum(1 for text in DOCUMENTS.values() for _ in cuts(text.encode(), 1)) > 5_000


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


def test_a_key_of_one_input_shows_in_no_line_of_another(tmp_path: Path, cli: Callable[..., Any]) -> None:
    key = "sommerregenbogen"
    (tmp_path / "a.cmd").write_text(f"{CONSEC} auth1=computerpsk auth1psk={key}\n")
    (tmp_path / "b.cmd").write_text(f"{CONSEC.replace('name=r', f'name={key}')} bogus=1\n")
    for command in (("check", "-o", "json"), ("inspect",)):
        ran = cli(command[0], tmp_path, *command[1:])
        assert key not in ran.out + ran.err, command
    ran = cli("check", tmp_path, "-v")
    assert key not in ran.out + ran.err
    lines = ran.out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.endswith("^^^"))
    assert lines[at - 1][lines[at].index("^") :] == "bogus=1"[: lines[at].count("^")] + "=1"


NAMED_BY_IT = f"""
New-NetIPsecPhase1AuthSet -DisplayName K -Proposal (New-NetIPsecAuthProposal -Machine -PreSharedKey $p)
New-NetIPsecRule -DisplayName {KEY} -InboundSecurity Require -OutboundSecurity Require -RemoteAddress any
"""


@pytest.mark.drawn(10)
@pytest.mark.parametrize(
    "written",
    [
        f"$p='X{KEY}'.Replace('XKan','Kan')",
        f"$p=-join ('{KEY[::-1]}'[-1..-12])",
        f"$r='{KEY[::-1]}'; $a=$r.ToCharArray(); [array]::Reverse($a); $p=-join $a",
        "$p='{0}{1}' -f 'Kan4rie','7Q9zX'",
        f"$p='zz{KEY}zz'.Trim('z')",
        "$p='Kan4-rie7-Q9zX' -replace '-',''",
        "$p=[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('S2FuNHJpZTdROXpY'))",
        "$p=-join (75,97,110,52,114,105,101,55,81,57,122,88 | % {[char]$_})",
        "$p='Kan4rie7Q9z_'.Insert(11,'X').TrimEnd('_')",
        f"$p='{KEY}zz'.Remove(12)",
        "$p=[string]::Concat('Kan4','rie7Q9zX')",
        "function K { 'Kan4rie7' + 'Q9zX' }; $p=K",
        f"$p=[Vault]::Open('{KEY}')",
    ],
)
def test_a_key_that_a_script_puts_together_is_hidden_where_it_is_a_name(
    written: str, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    script = tmp_path / "made.ps1"
    script.write_text(written + NAMED_BY_IT)
    for command, *options in EVERY_COMMAND:
        ran = cli(command, script, *options)
        assert shown_in(ran.out + ran.err) is None, command


@cases("words", [(), ("--format", "json")])
def test_a_text_to_explain_shows_no_key(words: tuple[str, ...], cli: Callable[..., Any]) -> None:
    for text in (f"Preshared key: {KEY}", f"4653 An IPsec main mode negotiation failed. psk={KEY}"):
        ran = cli("explain", text, *words)
        assert shown_in(ran.out + ran.err) is None


OTHER = (str(ROOT / "fixtures" / "twins" / "weak" / "policy.json"),)
EVERY_OUTPUT = tuple(word for name in format_names() for word in ("-o", f"{name}:report.{name}"))
WHOLE_COMMANDS = (
    ("check", "-v"),
    ("check", *EVERY_OUTPUT),
    ("inspect",),
    ("init", "--force"),
    ("which", "--src", "192.0.2.1", "--dst", "192.0.2.2", "--allow-partial"),
    ("which", "--src", "192.0.2.1", "--dst", "192.0.2.2", "--allow-partial", "--format", "json"),
    ("coverage", "--allow-partial"),
    ("coverage", "--allow-partial", "--format", "json"),
    ("load",),
    ("fix", "--include-risky"),
    ("fix", "--include-risky", "--as", "netsh"),
    ("fix", "--include-risky", "--verify"),
    ("fix", "--include-risky", "--diff"),
    *(("diff", *OTHER, "--format", form) for form in ("text", "json", "markdown", "html")),
    *(("diff", *OTHER, "--allow-partial", "--script", tool) for tool in ("netsh", "powershell")),
    ("fix", "--in-place", "--only", "QD001"),
    ("baseline", "create"),
    ("baseline", "update"),
)
"""What every command says of an input, and what it writes into the working folder; the first three say the most."""

WAIVED = ("AU001", "AU003", "RF007", "CR019")
"""Rules that find something where there is a key: the waivers name their subjects."""


def test_a_format_has_a_document_with_a_key_or_says_why_it_carries_none() -> None:
    has_key = {kind.name: bool(kind.name in CARRYING and carriers(kind.name)) for kind in all_formats()}
    assert has_key == {kind.name: not kind.without_key for kind in all_formats()}


@pytest.mark.drawn(6)
@pytest.mark.parametrize("name", CARRYING)
def test_no_command_shows_a_key_of_any_format(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cli: Callable[..., Any],
    draw: Callable[..., list[Any]],
) -> None:
    number = CARRYING.index(name)
    commands, waived = (*WHOLE_COMMANDS[:3], *draw(WHOLE_COMMANDS[3:], number, 5)), draw(WAIVED, number, 2)
    inputs, written = tmp_path / "inputs", tmp_path / "written"
    for file, data in carriers(name).items():
        path = inputs / (file if name == "gpo-backup" else f"{file}.d/{file}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    written.mkdir()
    monkeypatch.chdir(written)
    said = {}
    for folder in [inputs] if name == "gpo-backup" else sorted(inputs.iterdir()):
        paths = [folder, *(path for path in folder.iterdir() if path.is_file() and name != "gpo-backup")]
        shutil.copytree(folder, kept := tmp_path / "kept" / folder.name)
        assert json.loads(cli("inspect", paths[0]).out)[0]["format"] == name
        for command, *options in commands:
            group = [command, options.pop(0)] if command in {"baseline", "diff"} else [command]
            said[folder.name, command, *options] = cli(*group, paths[-1], *options)
        for code in waived:
            said[folder.name, code] = cli("waive", code, paths[-1], "--reason", "agreed", "--file", "waivers.toml")
        if paths[-1].is_file():
            data = paths[-1].read_bytes()
            for command in ("check", "inspect"):
                named = ("--stdin-filename", f"{KEY}{paths[-1].suffix}") if command == "check" else ()
                said[folder.name, command, "-"] = cli(command, "-", *named, stdin=data)
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
        for file in written.iterdir():
            said[folder.name, file.name] = file.read_text(encoding="utf-8")
            file.unlink()
    assert [key for key, what in said.items() if getattr(what, "code", 0) == 70] == []
    shown = {key: _shown(what if isinstance(what, str) else what.out + what.err) for key, what in said.items()}
    assert {key: writing for key, writing in shown.items() if writing} == {}


def _shown(text: str) -> str | None:
    wide = (piece for data in (KEY.encode(), KEY.encode("utf-16-le")) for piece in aligned(data))
    return shown_in(text) or next((piece for piece in wide if piece in text), None)


def test_the_hunt_sees_a_key_in_base64_wherever_it_begins() -> None:
    for shift in range(3):
        assert aligned(KEY.encode())[shift] in base64.b64encode(b"s" * shift + KEY.encode() + b"end").decode()
