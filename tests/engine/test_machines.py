"""Several inputs of one machine keep their places."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ipseclint import check_paths, check_text
from ipseclint.engine.inputs.paths import Candidate, candidates
from ipseclint.engine.machines import read_input, read_inputs, shortfall
from ipseclint.engine.one_machine import by_machine
from ipseclint.engine.unread.beside import with_beside
from ipseclint.engine.unread.signs import passed_over
from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.machine import merge_policies
from ipseclint.model.policy import Policy
from ipseclint.model.selectors import WfpFilter
from ipseclint.outcome import Exit, exit_code
from ipseclint.report import Ignored, Input, InputStatus
from ipseclint.source import HEAD_BYTES, Source, Span, bytes_source
from tests.cases import cases


def policy_with_filter(path: str, line: int) -> Policy:
    row = WfpFilter("{k}", "n", "FWPM_LAYER_IPSEC_V4", "s", 1, "a", None, (), (), None, (), (), (), line, 4)
    return Policy(wfp_filters=(row,), wfp_filter_path=path)


def test_filters_of_two_exports_are_each_found_in_their_own() -> None:
    merged = merge_policies((policy_with_filter("a.xml", 3), policy_with_filter("b.xml", 7)))
    spans = [merged.filter_span(row) for row in merged.wfp_filters]
    assert [(span.path, span.line, span.column) for span in spans] == [("a.xml", 3, 4), ("b.xml", 7, 4)]


def test_one_export_beside_a_script_is_found_in_its_own() -> None:
    merged = merge_policies((Policy(), policy_with_filter("b.xml", 7)))
    assert [merged.filter_span(row).path for row in merged.wfp_filters] == ["b.xml"]


@cases("text", ["<![CDATA[{}]]>", "{}"])
def test_commands_in_an_element_of_xml_that_no_reader_knows_are_said_and_not_refused(text: str) -> None:
    commands = "netsh advfirewall set global mainmode mmkeylifetime 60min,3sess\n" * 2
    report = check_text(f"<ticket><note>{text.format(commands.strip())}</note></ticket>", "ticket.xml")
    assert [problem.code for problem in report.problems] == ["IN003"]
    assert not report.findings


@pytest.mark.parametrize(
    ("script", "title"),
    [
        (
            "Get-NetIPsecRule -PolicyStore ActiveStore | Export-Clixml C:\\backup\\rules.xml\n",
            "a PowerShell script",
        ),
        ("netsh advfirewall export C:\\backup\\policy.wfw\n", "a netsh script"),
    ],
)
def test_of_a_script_that_only_exports_policy_it_is_said_that_it_was_read_and_sets_none(
    tmp_path: Path, script: str, title: str
) -> None:
    file = tmp_path / "backup.ps1"
    file.write_text(script)
    report = check_paths([file])
    (problem,) = report.problems
    assert problem.code == "IN004"
    assert problem.message == (
        f"read whole as {title}, it makes no IPsec policy that could be judged: it removes or shows some at most; "
        "a file that it exports is an input of its own"
    )
    assert exit_code(report) is Exit.NOTHING


def test_an_input_without_policy_is_called_by_its_format_and_by_what_that_cannot_show(tmp_path: Path) -> None:
    file = tmp_path / "rasphone.pbk"
    file.write_text("[Office]\nPBVersion=8\nType=5\nNumCustomPolicy=0\nDialParamsUID=1\n")
    (problem,) = check_paths([file]).problems
    assert problem.message == (
        "read as phone book of VPN connections (rasphone.pbk), it holds no IPsec policy; such an input cannot show: "
        "what Windows offers where there is no custom policy; lifetimes; certificates"
    )


SAYS = "IKE authentication credentials are unacceptable\n"
VALUE = (
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent\n"
    "    AssumeUDPEncapsulationContextOnSendRule    REG_DWORD    0x2\n"
)
RULE = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requestinrequestout\n"
OPEN = RULE.replace("requestinrequestout", "%ACTION%")


@cases(
    ("name", "text", "events"),
    [
        ("a.txt", f"{VALUE}\nThe client said: {SAYS}", [4]),
        ("a.txt", f"C:\\>{RULE}\n{SAYS}{SAYS}", [3]),
        ("a.txt", f"Event ID: 4654\nFailure Reason:\t{SAYS}", [2]),
        ("a.cmd", f"{RULE}rem {SAYS}", []),
        ("a.cmd", f"{RULE}{SAYS}", []),
        ("a.cmd", f"{RULE}{OPEN}{SAYS}", [3]),
        ("a.json", '[{"CimClass": "MSFT_NetIKEMMCryptoSet", "Description": "' + SAYS[:-1] + '"}]', []),
    ],
)
def test_what_people_write_of_failures_beside_policy_is_read_where_it_may_be_meant(
    name: str, text: str, events: list[int]
) -> None:
    (read,) = read_inputs([Candidate(bytes_source(name, text.encode()), named=True)])
    assert [each.span.line for each in read.parsed.events] == events


def test_files_that_say_different_things_of_a_server_are_one_machine(tmp_path: Path) -> None:
    said = {
        "rras.json": '{"CimClass": "VpnServerIPsecDefaultConfiguration", "EncryptionType": "None", "Ikev2Ports": 5}',
        "protocol.json": '{"CimClass": "VpnAuthProtocol", "UserAuthProtocolAccepted": ["EAP"]}',
    }
    for name, text in said.items():
        (tmp_path / name).write_text(text)
    group = [each for each in read_inputs(candidates([str(tmp_path)])) if each.parsed.policy.vpn_servers]
    assert [len(inputs) for _, inputs in by_machine(group, None)] == [2]
    (tmp_path / "other.json").write_text(said["rras.json"])
    group = [each for each in read_inputs(candidates([str(tmp_path)])) if each.parsed.policy.vpn_servers]
    assert [len(inputs) for _, inputs in by_machine(group, None)] == [1, 1, 1]


def test_why_a_backup_is_not_whole_is_told_by_the_part_that_says_it() -> None:
    def why(index: str, of: str) -> str | None:
        problem = Problem(code=ProblemCode.CONTRADICTORY, message="they differ", span=Span(of, 1, 1))
        return shortfall(Input(path=index, format="gpo-backup", status=InputStatus.PARTIAL), [problem])

    assert (
        why("gpo/{A}/Backup.xml", "gpo/{A}/gpreport.xml")
        == "gpo/{A}/Backup.xml is only partly understood (they differ)"
    )
    for index, of in (("gpo/{A}/Backup.xml", "gpo/{B}/gpreport.xml"), ("policies/a.cmd", "policies/b.cmd")):
        assert why(index, of) == f"{index} is only partly understood (`ipseclint check` says why)"


PHASES = "Phase 1\nEncryption: AES256\nHash: SHA256\nDH group: 14\n"


@cases(
    "command",
    [
        "netsh ipsec static set policy name=P assign=y",
        "netsh.exe -c advfirewall consec add rule name=R",
        "  New-NetIPsecRule -DisplayName R",
        "Set-VpnConnectionIPsecConfiguration -ConnectionName V",
        "@netsh advfirewall mainmode delete rule name=all",
    ],
)
def test_a_command_that_changes_policy_is_never_passed_over_beside_another_format(command: str) -> None:
    source = bytes_source("a.txt", f"{PHASES}{command}\n".encode())
    format_ = recognise(bytes_source("a.txt", PHASES.encode()))
    assert format_ is not None
    said = with_beside(Parsed(policy=format_.parse(source).policy), format_, source)
    (problem,) = said.problems
    assert (problem.code, problem.span.line) == (ProblemCode.NOT_UNDERSTOOD, 5)
    assert "is not read: give it as an input of its own" in problem.message
    assert with_beside(said, format_, source).problems == said.problems
    shown = bytes_source("a.txt", f"{PHASES}netsh advfirewall consec show rule name=all\n# {command}\n".encode())
    assert with_beside(format_.parse(shown), format_, shown).problems == ()


_FAILED = (
    "CoId={5F0A7B4E-5A0E-4C13-9A3B-1B9B3B2B7A11}: The user CORP\\ana dialed a connection named V which has failed. "
    "The error code returned on failure is 13868."
)
_ROWS = {
    "Endpoint1:                            Any": "endpoint1:",
    "Auth1:                                ComputerKerb": "auth1:",
    "InboundSecurity       : Require": "inboundsecurity :",
    "Phase1AuthSet         : {1}": "phase1authset :",
    "QuickModeCryptoSet    : {2}": "quickmodecryptoset :",
    "TunnelType            : Ikev2": "tunneltype :",
    "Master PFS            : No": "master pfs :",
}
"""Rows that netsh and PowerShell print, and what a message quotes of each."""


@cases("row", _ROWS)
@cases("margin", ["| ", "12:00 ", "* ", "srv01 > "])
def test_a_printed_rule_is_never_passed_over_beside_events_whatever_stands_before_its_lines(
    row: str, margin: str
) -> None:
    lines = [row, _FAILED]
    source = bytes_source("a.txt", "".join(f"{margin}{line}\n" for line in lines).encode())
    (read,) = read_inputs([Candidate(source, named=True)])
    assert [(each.span.line, each.message.split("`")[1]) for each in read.parsed.problems] == [(1, _ROWS[row])]
    assert [event.codes for event in read.parsed.events] == [(13868,)]


@cases("row", [row for row in _ROWS if not row.startswith("TunnelType")])
@cases("stamp", ["12:00:01 ", "2026-03-02T12:00:01.0000000Z ", "[12:00:01] ", "2026-01-05 10:02:01,123 - "])
def test_a_printed_rule_is_never_passed_over_beside_events_behind_the_times_of_a_log(row: str, stamp: str) -> None:
    source = bytes_source("a.txt", f"{stamp}{row}\n{stamp}{_FAILED}\n".encode())
    (read,) = read_inputs([Candidate(source, named=True)])
    assert [each.span.line for each in read.parsed.problems] == [1]
    assert [event.codes for event in read.parsed.events] == [(13868,)]


@cases("line", ["TunnelType: Ikev2", "Set InboundSecurity to Require", "Authentication1: none", "the master pfs is on"])
def test_what_is_told_of_a_rule_beside_events_is_no_printed_rule(line: str) -> None:
    source = bytes_source("a.txt", f"{_FAILED}\n{line}\n".encode())
    (read,) = read_inputs([Candidate(source, named=True)])
    assert read.parsed.problems == ()


@cases("suffix", ["md", "rst"])
def test_a_document_that_quotes_an_error_is_an_input_only_where_it_is_named(suffix: str) -> None:
    words = (
        "The network connection between your computer and the VPN server could not be established because the remote "
        "server is not responding.\n"
    )
    source = bytes_source(f"help.{suffix}", f"When it says\n\n{words}".encode())
    (read,) = read_inputs([Candidate(source, named=True)])
    assert [event.state for event in read.parsed.events] == ["remote-access error 809"]
    assert read_inputs([Candidate(source, named=False)]) == []
    passed_over = read_input(Candidate(source, named=False))
    assert isinstance(passed_over, Ignored)
    assert passed_over.kind == "that quotes Windows' words for an error: `ipseclint explain 809`"


def test_what_two_looks_find_is_found_in_one_reading_and_the_first_look_goes_first() -> None:
    printed = (
        "PSPath : Microsoft.PowerShell.Core\\Registry::HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\IKEEXT"
    )
    command = "netsh ipsec static delete policy name=a"
    opened = []

    def found(text: str, format_name: str = "gpo-report") -> str | None:
        data = text.encode()
        opened.append(0)

        def open_bytes() -> io.BytesIO:
            opened[-1] += 1
            return io.BytesIO(data)

        sign = passed_over(Source("page.xml", open_bytes), format_name)
        return None if sign is None else f"{sign.line}: {sign.quote[:12]}"

    far = "\n".join(["filler" * 200] * 2_000)
    assert found(f"a\n{printed}\nb\n") == "2: pspath : mic"
    assert found(f"a\n{printed}\n{far}\n{command}\n") == "2003: netsh ipsec "
    assert found(f"a\n{command}\n{printed}\n") == "2: netsh ipsec "
    assert found(f"a\n{printed}\n", "registry-properties") is None
    assert found(f"a\n{printed}\n{command}\n", "registry-properties") == "3: netsh ipsec "
    assert found(f"a\n{printed}\n{command}\n", "netsh-script") is None
    assert opened == [1, 2, 1, 1, 1, 0]  # what its head does not hold is opened behind it


def test_a_command_in_the_sentence_that_quotes_an_error_is_said() -> None:
    command = "Set-VpnConnectionIPsecConfiguration -ConnectionName Office -DHGroup ECP384 -Force"
    report = check_text(f'I ran {command} on the client but get "Policy match error" from the server.\n', "ticket.txt")
    assert [finding.code for finding in report.findings] == ["RT016"]
    assert [(problem.span.line, problem.span.column) for problem in report.problems] == [(1, 7)]


def test_commands_far_behind_the_beginning_of_a_document_are_read() -> None:
    prose = "A line on how servers use `New-NetIPsecRule` here.\n\n" * (HEAD_BYTES // 40)
    command = 'netsh advfirewall set global mainmode mmsecmethods "dhgroup1:des-md5"'
    far = f"# Rules\n\n{prose}\n```cmd\n{command}\n```\n"
    read = check_text(far, "rules.md")
    assert "CR003" in {finding.code for finding in read.findings}
    assert check_text(f"# Rules\n\n{prose}", "rules.md").findings == ()


@cases(
    ("lines", "message"),
    [
        ("PS C:\\> netsh advfirewall show currentprofile", "read whole as a netsh script, it makes no IPsec policy"),
        ("PS C:\\> netsh advfirewall show global > g.txt", "read whole as a netsh script, it makes no IPsec policy"),
        ("PS C:\\> Get-NetIPsecRule\nPS C:\\> netsh advfirewall show global", "read whole as a netsh script"),
        ("PS C:\\> netsh advfirewall show global; netsh advfirewall reset", "a netsh command for IPsec behind `PS`"),
    ],
)
def test_a_command_at_a_prompt_that_only_looks_is_no_problem(tmp_path: Path, lines: str, message: str) -> None:
    file = tmp_path / "runbook.md"
    file.write_text(f"# Runbook\n\n```\n{lines}\n```\n")
    (problem,) = check_paths([file]).problems
    assert problem.message.startswith(message)
