"""Names made to break outputs: in every carrier, through every output and command, read back by real parsers."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from lxml import etree, html

from ipseclint.escape import UNSAFE
from ipseclint.reporters import format_names
from ipseclint.source import file_source
from tests import ROOT
from tests.cases import cases

pytestmark = pytest.mark.drawn(14)

NAMES = (
    "plain",
    "x ##vso[task.complete result=Succeeded;]done",
    "x ##[set-env name=A]b",
    "###VSO[task.setvariable variable=A]b",
    "::error file=x::owned",
    "  ::stop-commands::x",
    "x\n::error::pwned\n##vso[task.setvariable variable=A]b",
    "x\r\n0 errors, 0 warnings, 0 info; 135 rules checked",
    "tab\there",
    "red\x1b[31m alert \x1b]0;title\x07",
    "eight\x9b31mbit\x85next",
    "lines\u2028one\u2029two",
    "bidi \u202egnp.exe \u2066x\u2069 \u061cy \u200f",
    "zero\u200bwidth\u2060 so\u00adft \u180e \ufeff",
    "tags \U000e0041\U000e007f",
    "private \ue000\U000f0000",
    "half \ud83d alone",
    "other half \udcff",
    "face \U0001f600",
    "none \ufffe \uffff \ufdd0 \U0001fffe",
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">",
    "]]>--></textarea></style><svg onload=1>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+9)*cmd",
    "a\"b'c,d;e",
    "[click](http://evil.example) | ![x](http://evil.example/x.png) <b> ~~y~~ `z`",
    "Setext\n===\n\n1. item\n- [ ] task\n| a | b |",
    "$(Remove-Item C:\\) `whoami` '; calc # %PATH% !x! ^& calc",
    "\u2018quotes\u2019 \u201cof\u201d \u201apaper\u201b",
    "x" * 5000,
    "a\x00b",
)
"""Hostile names; what a carrier cannot hold it leaves out."""


TWIN = ROOT / "fixtures" / "twins" / "weak" / "policy.json"
"""What a policy of such names is compared with."""


def fixture(name: str) -> str:
    return file_source(ROOT / "fixtures" / "formats" / name).read_text()


def in_xml(name: str) -> str:
    kept = "".join(sign for sign in name if sign in "\t\n\r" or (sign >= " " and not "\ud800" <= sign <= "\udfff"))
    return escape(kept.replace("\ufffe", "").replace("\uffff", ""), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def in_clixml(name: str) -> str:
    no_xml = r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
    return escape(re.sub(no_xml, lambda match: f"_x{ord(match[0]):04X}_", name))


def on_a_line(name: str) -> str:
    return re.sub(r"[\x00\x1a\r\n\u2028\u2029\x85\ud800-\udfff]", " ", name)


CARRIERS: dict[str, tuple[str, Callable[[str], str]]] = {
    "a.json": (
        fixture("powershell-json/policy.json").replace('"DisplayName": "Servers"', '"DisplayName": "@"'),
        lambda name: json.dumps(name)[1:-1],
    ),
    "clixml.xml": (fixture("powershell-clixml/policy.xml").replace(">Strong main mode<", ">@<"), in_clixml),
    "cim.xml": (fixture("powershell-xml/policy.xml").replace(">Servers<", ">@<"), in_xml),
    "report.xml": (fixture("gpo-report/servers.xml").replace("<q1:Name>Web<", "<q1:Name>@<"), in_xml),
    "state.xml": (fixture("wfp-state/site-policies.xml").replace("<name>main modes<", "<name>@<"), in_xml),
    "script.cmd": (
        'netsh ipsec static add policy name="@" qmpermm=1 mmlifetime=5\r\n',
        lambda name: on_a_line(name).replace('"', "").replace("%", "%%"),
    ),
    "show.txt": (fixture("advfirewall-show/rules-aligned.txt").replace("Domain isolation", "@"), on_a_line),
    "list.txt": (fixture("powershell-list/rule-with-filters.txt").replace("Print servers", "@"), on_a_line),
    "store.reg": (
        fixture("firewall-registry-reg/store.reg").replace("Active=TRUE|", "Active=TRUE|Name=@|"),
        lambda name: on_a_line(name).replace("\\", "\\\\").replace('"', '\\"').replace("|", " "),
    ),
    "rasphone.pbk": (
        fixture("vpn-phone-book/rasphone.pbk").replace("[Head office]", "[@]"),
        lambda name: on_a_line(name).replace("[", "(").replace("]", ")"),
    ),
}
"""An input for each: its text with `@` for a name, and how its format writes one."""

LOSSLESS = ("a.json", "clixml.xml")
SUFFIXES = {"markdown": "md", "html": "html", "junit": "xml", "csv": "csv", "text": "txt"}


@pytest.fixture(scope="module", params=sorted(CARRIERS))
def carrier(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, draw: Callable[..., list[str]]
) -> Path:
    """A folder with one input for each name, or for those that are drawn; the first carrier has all of them."""
    folder = tmp_path_factory.mktemp("evil")
    text, written = CARRIERS[request.param]
    assert "@" in text
    drawn = draw(NAMES[1:], sorted(CARRIERS).index(request.param), 10)
    names = NAMES if request.param == LOSSLESS[0] else [NAMES[0], *drawn]
    for number, name in enumerate(names):
        (folder / f"{number:02}-{request.param}").write_bytes(text.replace("@", written(name)).encode("utf-8-sig"))
    return folder


@pytest.fixture(scope="module")
def reports(carrier: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every output of one run over the folder, as its file holds it."""
    folder = tmp_path_factory.mktemp("reports")
    options = [word for name in format_names() for word in ("-o", f"{name}:{folder / name}")]
    code, out, err = run("check", str(carrier), "-v", "--isolated", "--jobs", "1", *options)
    assert code in {0, 1, 4}, err
    assert out == ""
    return {name: (folder / name).read_bytes().decode("utf-8-sig") for name in format_names()}


def run(*arguments: str) -> tuple[int, str, str]:
    from ipseclint.cli.app import run as run_app

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    kept = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    code: object = 0
    try:
        run_app(list(arguments))
    except SystemExit as end:
        code = end.code
    finally:
        sys.stdout, sys.stderr = kept
    assert isinstance(code, int)
    return code, *(stream.buffer.getvalue().decode("utf-8") for stream in (out, err))  # type: ignore[return-value]


def assert_harmless(text: str, own: str = "") -> None:
    """No line holds a command but `own` at its start, and nothing in it is hidden."""
    for line in text.replace("\r\n", "\n").split("\n"):
        ours = re.match(own, line) if own else None
        rest = line[ours.end() :] if ours else line
        assert not UNSAFE.search(rest.replace("\t", "")), line[:300]
        assert not rest.lstrip().startswith("::"), line[:300]


@cases("output", [name for name in format_names() if name not in {"azure", "github"}])
def test_no_output_holds_a_command_or_anything_hidden(reports: dict[str, str], output: str) -> None:
    assert_harmless(reports[output])
    assert len(reports[output]) > 50


def test_commands_of_azure_and_github_are_only_ours(reports: dict[str, str]) -> None:
    place = r"sourcepath=[^;\]]*;linenumber=\d+;columnnumber=\d+;code=\w+"
    assert_harmless(reports["azure"], rf"##vso\[task\.logissue type=(?:error|warning);{place}\]")
    assert_harmless(reports["github"], r"::(?:error|warning|notice) [^:]*::")
    assert reports["github"].count("\n::") > 3
    for line in reports["github"].splitlines():
        assert line.count("::") == 2


@pytest.mark.drawn(10)
def test_json_outputs_parse_and_agree(reports: dict[str, str]) -> None:
    from jsonschema import Draft7Validator

    report = json.loads(reports["json"])
    rows = [json.loads(line) for line in reports["jsonl"].splitlines()]
    assert [row for row in rows if row["type"] == "finding"] == [
        {"type": "finding", **finding} for finding in report["findings"]
    ]
    schema = json.loads((ROOT / "tests" / "data" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    sarif = json.loads(reports["sarif"])
    assert not list(Draft7Validator(schema).iter_errors(sarif))
    assert len(sarif["runs"][0]["results"]) == len(report["findings"])
    assert len(report["inputs"]) > 1
    assert len({row["fingerprint"] for row in json.loads(reports["gitlab"])}) == len(json.loads(reports["gitlab"]))


def test_junit_parses_and_counts(reports: dict[str, str], carrier: Path) -> None:
    import junitparser

    suites = junitparser.JUnitXml.fromroot(junitparser.JUnitXml.fromstring(reports["junit"].encode())._elem)
    root = etree.fromstring(reports["junit"].encode())
    assert len(root) == len(list(carrier.iterdir())) + 1
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
    assert sum(suite.tests for suite in suites) == len(root.findall(".//testcase"))


def test_csv_has_as_many_columns_everywhere_and_no_formula(reports: dict[str, str]) -> None:
    header, *rows = csv.reader(io.StringIO(reports["csv"], newline=""))
    findings = json.loads(reports["json"])["findings"]
    assert len([row for row in rows if row[0] and row[2] != "problem"]) == len(findings)
    for row in rows:
        assert len(row) == len(header)
        assert not any(cell.lstrip()[:1] in {"=", "+", "-", "@"} for cell in row)


def test_markdown_shows_names_as_text(reports: dict[str, str]) -> None:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(reports["markdown"])
    kinds = [token.type for token in tokens]
    inline = {child.type for token in tokens for child in token.children or ()}
    report = json.loads(reports["json"])
    paths = {finding["location"]["path"] for finding in report["findings"]}
    assert inline == {"text"} | (inline & {"text_special", "softbreak"})
    assert "html_block" not in kinds
    assert "ordered_list_open" not in kinds
    questions = 1 + len(report["questions"])
    assert kinds.count("tr_open") == len(report["findings"]) + len(paths) + questions
    headings = 1 + len(paths) + bool(report["problems"]) + ("## Repairs" in reports["markdown"])
    assert kinds.count("heading_open") == headings


def test_html_holds_no_markup_of_the_input(reports: dict[str, str]) -> None:
    page = html.document_fromstring(reports["html"])
    assert [len(page.findall(f".//{tag}")) for tag in ("script", "style", "img", "iframe", "object", "textarea")] == [
        1, 1, 0, 0, 0, 0,
    ]  # fmt: skip
    for element in page.iter(etree.Element):
        assert not any(name.lower().startswith("on") for name in element.attrib)
        assert not str(element.get("href", "")).lower().startswith(("http://evil", "javascript:"))


@pytest.mark.drawn(20)
@pytest.mark.parametrize(
    "command",
    [
        ("inspect",),
        ("coverage",),
        ("coverage", "--format", "json"),
        ("which", "--src", "10.0.0.1", "--dst", "10.9.0.1"),
        ("which", "--src", "10.0.0.1", "--dst", "10.9.0.1", "--format", "json"),
        ("load", "--quiet"),
        ("fix", "--as", "netsh"),
        ("fix", "--as", "powershell"),
        ("fix", "--verify"),
        ("fix", "--diff"),
        *(("diff", str(TWIN), "--format", form) for form in ("text", "json", "markdown", "html")),
        ("diff", str(TWIN), "--script", "netsh", "--allow-partial"),
        ("diff", str(TWIN), "--script", "powershell", "--allow-partial"),
        ("baseline", "create", "--file", "baseline.json"),
        ("waive", "CR", "--reason", "x", "--file", "waivers.toml"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("name", ["a.json", "state.xml", "script.cmd"])
def test_no_command_says_more_than_words(
    name: str, command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text, written = CARRIERS[name]
    for number in (1, 6, 16):
        path = f"{number}-{name}"
        Path(path).write_bytes(text.replace("@", written(NAMES[number])).encode("utf-8-sig"))
        first, *options = command
        words = [first, *options, path] if first in {"baseline", "waive"} else [first, path, *options]
        code, out, err = run(*words)
        assert code in {0, 1, 2, 3, 4}, err
        assert_harmless(out)
        assert_harmless(err)
        for file in ("baseline.json", "waivers.toml"):
            Path(file).unlink(missing_ok=True)


@pytest.mark.parametrize("number", [6, 15])
def test_what_a_script_leaves_out_is_said_on_one_line(number: int, tmp_path: Path) -> None:
    name = json.dumps(NAMES[number])
    path = tmp_path / "vpn.json"
    path.write_text(f'[{{"Name": {name}, "ServerAddress": "v.example", "TunnelType": "Ikev2"}}]')
    _, _, err = run("diff", str(path), str(TWIN), "--allow-partial", "--script", "netsh")
    assert "not written: remove VPN connection" in err
    assert_harmless(err)


@pytest.mark.drawn(10)
@pytest.mark.parametrize("number", range(len(NAMES)))
def test_the_description_of_a_peer_is_toml_whatever_it_is_called(number: int, tmp_path: Path) -> None:
    text, written = CARRIERS["a.json"]
    (tmp_path / "a.json").write_text(text.replace("@", written(NAMES[number])))
    code, out, err = run("negotiate", str(tmp_path / "a.json"), "--write-peer")
    assert code in {0, 4}, err
    assert tomllib.loads(out)["peer"]["name"]
    assert_harmless(out)


@pytest.mark.drawn(48)
@pytest.mark.parametrize(
    "options",
    [
        ("-o", "concise", "--sort", "rule"),
        ("--statistics",),
        ("--group-by", "object"),
        ("--group-by", "file", "-v"),
        ("--show-sources",),
        ("--redact",),
        ("--redact", "-o", "html"),
        ("--redact", "-o", "csv", "--action-plan"),
        ("-o", "csv", "--action-plan"),
        ("-o", "json:report.json"),
    ],
    ids=" ".join,
)
def test_no_view_of_the_report_says_more_than_words(
    carrier: Path, options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run("check", str(carrier), "--isolated", "--jobs", "1", *options)
    assert code in {0, 1, 4}, err
    assert_harmless(out)
    assert_harmless(err)
    assert out or (tmp_path / "report.json").stat().st_size > 1000


@pytest.mark.drawn(10)
def test_narrow_lines_break_no_escape_open(carrier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("FORCE_COLOR", "1")
    _, out, _ = run("check", str(carrier), "--isolated", "--jobs", "1")
    assert_harmless(re.sub(r"\x1b\[[0-9;]*m", "", out))
    assert out.count("\x1b[0m") == len(re.findall(r"\x1b\[[1-9][0-9;]*m", out))


@pytest.mark.parametrize("name", LOSSLESS)
def test_a_name_is_read_and_said_to_machines_as_it_is(name: str, tmp_path: Path, cli: Callable[..., Any]) -> None:
    text, written = CARRIERS[name]
    for number, evil in enumerate(NAMES):
        path = tmp_path / f"{number}-{name}"
        path.write_bytes(text.replace("@", written(evil)).encode())
        ran = cli("inspect", path)
        assert ran.code in {0, 4}, ran.err
        assert evil in set(strings(json.loads(ran.out))), evil


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in strings(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.drawn(10)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize(
    "name", [b"bad\xff.cmd", b"##vso[task.complete].cmd", b"::error::x.cmd", b"a\nb.cmd", "\u202ex.cmd".encode()]
)
def test_a_file_of_an_evil_name_takes_no_report_away(
    name: bytes, tmp_path: Path, cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / os.fsdecode(name)).write_bytes(b"netsh ipsec static add policy name=P qmpermm=1 mmlifetime=5\r\n")
    monkeypatch.chdir(folder)
    options = [word for output in format_names() for word in ("-o", f"{output}:{tmp_path / output}")]
    ran = cli(".", "--isolated", *options)
    assert ran.code == 1, ran.err
    for output in format_names():
        text = (tmp_path / output).read_bytes().decode("utf-8-sig")
        own = {"azure": r"##vso\[task\.logissue [^\]]*\]", "github": r"::\w+ [^:]*::"}.get(output, "")
        assert_harmless(text, own)
        assert "QD00" in text
    path = json.loads((tmp_path / "json").read_text(encoding="utf-8"))["findings"][0]["location"]["path"]
    assert Path(path).name == os.fsdecode(name)
    assert cli(".", "--isolated", "-o", "sarif").code == 1
