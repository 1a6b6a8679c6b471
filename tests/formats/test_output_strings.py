"""JSON whose strings are outputs: each is read in its place, and its machine is told by the members around it."""

from __future__ import annotations

import json

from tests import ROOT
from tests.cases import cases

from ipseclint import check_paths, check_text
from ipseclint.formats.output_strings import machines_in, strings_of
from ipseclint.report import Report
from ipseclint.source import file_source, text_source

FOLDER = ROOT / "fixtures" / "formats" / "output-strings"
RULE = (
    "Rule Name:                            {}\r\n"
    "----------------------------------------------------------------------\r\n"
    "Enabled:                              Yes\r\n"
    "Endpoint1:                            Any\r\n"
    "Endpoint2:                            10.{}.0.0/16\r\n"
    "Auth1:                                ComputerPSK\r\n"
    "Auth1PSK:                             sesame\r\n"
    "Action:                               RequireInRequestOut\r\n"
    "Ok.\r\n"
)
ONE, OTHER = RULE.format("Hub", 1), RULE.format("Hub", 2)


def places(report: Report, code: str) -> list[tuple[str, int, int]]:
    """The places of findings with a code, with the end of their path."""
    found = [each.span for each in report.findings if each.code == code]
    return [(span.path.rpartition("/")[2], span.line, span.column) for span in found]


@cases(
    ("name", "expected"),
    [
        ("ansible.json", [("BERLIN", 16), ("MUNICH", 44)]),
        ("remoting.json", [("SRV04", 3), ("SRV05", 9)]),
        ("run-command.json", [("run-command.json", 7)]),
    ],
)
def test_each_output_is_read_in_its_place_and_of_its_machine(name: str, expected: list[tuple[str, int]]) -> None:
    report = check_paths([FOLDER / name])
    lines = (FOLDER / name).read_text(encoding="utf-8").split("\n")
    found = places(report, "AU001")
    assert [(machine, line) for machine, line, _ in found] == expected
    assert all(lines[line - 1][column - 1 :].startswith("ComputerPSK") for _, line, column in found)
    assert report.problems == ()


@cases(
    ("document", "machines"),
    [
        ({"srv01": ONE, "srv02": OTHER}, ["SRV01", "SRV02"]),
        ({"10.0.0.1": {"stdout": ONE}, "10.0.0.2": {"stdout": OTHER}}, ["10.0.0.1", "10.0.0.2"]),
        ({"hosts": {"berlin": {"msg": ONE}, "munich": {"msg": OTHER}}}, ["BERLIN", "MUNICH"]),
        ([{"InstanceId": "i-1", "Out": ONE}, {"InstanceId": "i-2", "Out": OTHER}], ["I-1", "I-2"]),
        ([{"HostName": "berlin", "o": ONE.split("\r\n")}, {"hostname": "rome", "o": [ONE]}], ["BERLIN", "ROME"]),
        ([{"Host": "berlin", "o": ONE}, {"o": OTHER}], []),
        ({"rules": ONE, "again": OTHER}, []),
        ({"stdout": ONE, "stdout_lines": ONE.split("\r\n")}, []),
    ],
)
def test_members_tell_the_machines(document: object, machines: list[str]) -> None:
    source = text_source("a.json", json.dumps(document, indent=1))
    parts = machines_in(source)
    assert [host for host in parts if host] == machines
    assert all(len(part) == len(source.head_text) and json.loads(part) for part in parts.values())


def test_an_output_that_stands_there_twice_is_read_once() -> None:
    report = check_text(
        json.dumps(
            {
                "cmd": "netsh advfirewall consec show rule name=all",
                "rc": 0,
                "stdout": ONE,
                "stdout_lines": ONE.split("\r\n"),
            },
            indent=1,
        ),
        "a.json",
    )
    assert len(places(report, "AU001")) == 1
    assert report.problems == ()


def test_an_escape_is_one_character_of_the_output() -> None:
    text = json.dumps({"o": ONE.replace("Hub", 'H"\u00fcb')})
    (report, (string,)) = check_text(text, "a.json"), strings_of(text_source("a.json", text))
    assert string.output.lines[0].text.endswith('H"\u00fcb')
    assert "\\u00fc" in text
    ((_, _, column),) = places(report, "AU001")
    assert text[column - 1 :].startswith("ComputerPSK")


def test_no_key_of_an_output_is_shown() -> None:
    report = check_text(json.dumps({"o": ONE}), "a.json")
    assert "sesame" not in repr(report)
    assert places(report, "AU001")


@cases(
    ("beside", "message"),
    [
        ({"cmd": "netsh advfirewall set global saidletimemin 5"}, "stands beside outputs"),
        ({"err": "of it\nauth1 = computerpsk"}, "is not read"),
        ({"more": OTHER}, "begins as one before it does"),
    ],
)
def test_what_stands_beside_and_is_not_read_is_told(beside: dict[str, str], message: str) -> None:
    report = check_text(json.dumps({"o": ONE, **beside}, indent=1), "a.json")
    assert [(problem.span.line, message in problem.message) for problem in report.problems] == [(3, True)]


@cases("document", [{"o": "Hello\nthere"}, {"run": "netsh advfirewall set global saidletimemin 5\nexit"}, [1, 2], {}])
def test_other_documents_are_none_of_it(document: object) -> None:
    assert not any(each.is_read for each in strings_of(text_source("a.json", json.dumps(document)))) or "run" in str(
        document
    )
    report = check_text(json.dumps(document), "a.json")
    assert [each.format for each in report.inputs] != ["output-strings"]


def test_a_long_document_is_read_behind_its_head() -> None:
    text = json.dumps([{"o": "x" * 70_000}, {"o": ONE}], indent=1)
    assert places(check_text(text, "a.json"), "AU001")
    assert not file_source(FOLDER / "ansible.json").head_text.startswith("[")


LOG = (
    "Nov 30 12:00:01 gw charon: 08[CFG] received proposals: IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024\n"
    "Nov 30 12:00:01 gw charon: 08[CFG] configured proposals: "
    "IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048\n"
    "Nov 30 12:00:01 gw charon: 08[IKE] received proposals unacceptable\n"
)
CONNECTION = "conn office\n    keyexchange=ikev2\n    esp=aes128-sha1!\n    right=203.0.113.5\n"


@cases(
    "other",
    [
        CONNECTION,
        "Phase 1: AES256, SHA256, DH14\nPhase 2: AES256, SHA256, no PFS\n",
        "connections {\n  office {\n    version = 2\n    proposals = aes256-sha256-ecp256\n  }\n}\n",
    ],
)
def test_what_stands_beside_a_log_in_one_string_is_read(other: str) -> None:
    for text in (LOG + other, other + LOG):
        report = check_text(json.dumps({"ticket": 7, "notes": text}), name="a.json")
        assert report.problems == ()
        (told,) = report.inputs
        assert sum(told.objects.values()) == 4


def test_messages_beside_outputs_are_told() -> None:
    document = json.dumps({"notes": CONNECTION + LOG, "last": {"message": LOG.splitlines()[2]}}, indent=1)
    (problem,) = check_text(document, name="a.json").problems
    assert problem.message.startswith("messages of a daemon stand beside outputs")
    assert problem.span is not None
    assert problem.span.line == 4
