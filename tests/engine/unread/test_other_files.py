"""A file that speaks of IPsec and holds none says what it is, in place of being called damaged."""

from __future__ import annotations

import pytest

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import ReadInput, read_input
from ipseclint.engine.unread.signs import sign_of
from ipseclint.source import bytes_source
from tests.cases import cases

KEY = r"HKEY_LOCAL_MACHINE\System\CurrentControlSet\Services\PolicyAgent"
FAILED = "An IPsec main mode negotiation failed."
WATCHES = "it sets up a program that watches the machine, and nothing of IPsec"
ALARMS = "it is rules by which a program that watches the machine raises alarms"
QUERY = "it is a query for events, and holds none"
KINDS = "a list of what kinds of events say, and no log: none of them happened here; export the events themselves"
EAP = (
    "it is the EAP configuration of a VPN or network profile alone, which says nothing of IPsec: give the profile that "
    "has it, as ProfileXML, or `Get-VpnConnection | ConvertTo-Json -Depth 9`"
)
HEAD_BYTES = 65_536


def why_of(text: str) -> str | None:
    """Why a file is none of ours; None for one that may hold policy."""
    sign = sign_of(bytes_source("a.xml", text.encode()))
    return None if sign.is_suspicious else sign.why


@cases(
    ("text", "why"),
    [
        (f"<ossec_config>\n<windows_registry>{KEY}</windows_registry>\n</ossec_config>\n", WATCHES),
        (f"<!-- Wazuh - {FAILED} -->\n<ossec_config><query>EventID=4653 {FAILED}</query></ossec_config>", WATCHES),
        (f"<?xml version='1.0'?><agent_config os='windows'><a>{FAILED}</a></agent_config>", WATCHES),
        (f'<Sysmon schemaversion="4.50"><TargetObject>{KEY}</TargetObject></Sysmon>', WATCHES),
        (f'<group name="windows,">\n<rule id="1" level="5"><description>{FAILED}</description></rule></group>', ALARMS),
        (f"<QueryList><Query>{FAILED}</Query></QueryList>", QUERY),
        (f"<EapHostConfig xmlns='x'><Config>{KEY}</Config></EapHostConfig>", EAP),
        (f"<instrumentationManifest><string value='{FAILED}'/></instrumentationManifest>", KINDS),
    ],
)
@cases("bytes_more", [0, HEAD_BYTES])
def test_what_another_program_reads_is_none_of_ours(text: str, why: str, bytes_more: int) -> None:
    begin, root, end = text.rpartition("</")
    assert why_of(f"{begin}{'<!-- -->' * (bytes_more // 8)}{root}{end}") == why


@cases(
    "text",
    [
        f"<ossec_config>\n<windows_registry>{KEY}</windows_registry>\n",
        f"<ossec_config></ossec_config>\n{FAILED}\n",
        f"{FAILED}\n<ossec_config></ossec_config>",
        f"<wazuh><query>{FAILED}</query></wazuh>",
        f'<group name="policy"><description>{FAILED}</description></group>',
    ],
)
def test_what_is_not_whole_or_holds_more_may_hold_policy(text: str) -> None:
    assert why_of(text) is None


def _listed(row: str) -> str:
    """A list of many kinds of events, one of them of IPsec, that is longer than what is looked at first."""
    other = "Something about an object of the system happened, and was audited."
    return "".join(row.format(number, FAILED if number == 4653 else other) for number in range(4600, 5600))


@cases("row", ["{}  {}\n", "<Event><Id>{}</Id><Version>0</Version><Description>{}</Description></Event>\n"])
def test_a_long_list_of_kinds_of_events_is_no_log(row: str) -> None:
    text = _listed(row)
    assert len(text) > HEAD_BYTES
    assert why_of(text) == KINDS
    assert why_of(text + row.format(4653, FAILED)) is None
    assert why_of(text + "netsh advfirewall consec add rule\n") is None
    assert why_of(_listed("{}  2026-03-01 09:00:00 {}\n")) is None


@pytest.mark.parametrize(
    ("text", "is_suspicious"),
    [
        (r'HKLM,"SYSTEM\CurrentControlSet\Services\RasMan\Parameters","ProhibitIpSec",0x00010001,1', True),
        (r'WriteValue("HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters","AllowL2TPWeakCrypto","1")', True),
        (r"RegWrite 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters', 'NegotiateDH2048_AES256'", True),
        (r'HKLM,"SYSTEM\CurrentControlSet\Services\RasMan\Parameters","Medias",0x00010001,1', False),
    ],
)
def test_a_value_of_vpn_in_a_text_of_another_tool_mentions_ipsec(text: str, is_suspicious: bool) -> None:
    assert sign_of(bytes_source("a.kix", f"[Strings]\n{text}\n".encode())).is_suspicious is is_suspicious


LISTED = {
    541: "IKE security association established.",
    544: "IKE security association establishment failed because peer could not be authenticated.",
    547: "IKE security association negotiation failed.",
}


@cases(
    "row",
    [
        "{0} = {1}\n",
        "{0} => {1}\n",
        "{0}\t465{2}\t{1}\n",
        "| {0} | 465{2} | {1} |\n",
        "{0},465{2},{1}\n",
        "Event ID {0}: {1}\n",
        "{0} \u2013 {1}\n",
    ],
)
def test_a_list_of_numbers_of_events_before_vista_is_no_event(row: str) -> None:
    rows = [row.format(number, said, at) for at, (number, said) in enumerate(LISTED.items())]
    assert why_of("".join(rows)) == KINDS
    assert why_of("".join(rows[1:])) is None  # two may be events
    assert why_of("".join((*rows, rows[-1]))) is None
    assert why_of("".join(rows).replace(" failed.", " failed at 10:00:00.")) is None


_FAILED = "IKE security association negotiation failed"


@cases(
    "text",
    [
        f"We saw 541 and 547: {_FAILED}.",
        f"Events 541 and 547 ({_FAILED}) are what to look for.",
        f"Events 541/547, or 544 and 547: {_FAILED}",
        f"Event 541, event 547: {_FAILED}",
        f"Look for events 541 and\n547, which says:\n{_FAILED}.\n\nNothing else.\n",
    ],
)
def test_prose_that_names_two_events_before_vista_is_no_event(text: str) -> None:
    sign = sign_of(bytes_source("a.txt", text.encode()))
    assert (sign.kind, sign.is_suspicious) == ("prose about events", False)


@cases(
    "text",
    [
        f"We saw 547: {_FAILED}.",
        f"We saw 547 and 547 again: {_FAILED}.",
        f"547 became 4653: {_FAILED}",
        f"541: IKE security association established\n547: {_FAILED}\n",
        f"| 541 | IKE security association established |\n| 547 | {_FAILED} |\n",
        f"541 and 547: {_FAILED}\nFailure Reason: No response from peer",
        f"541 and 547 at 10:15: {_FAILED}",
        f"Event ID: 541\nIKE security association established.\n\nEvent ID: 547\n{_FAILED}.\n",
        f"Id. suceso:\t541\nIKE.\n\nId. suceso:\t547\n{_FAILED}\n",
        f"Look for 541 and 547.\n\n{_FAILED}",
        f"Rule 10.0.541 and port 547.1: {_FAILED}",
    ],
)
def test_what_only_an_event_says_makes_it_one(text: str) -> None:
    sign = sign_of(bytes_source("a.txt", text.encode()))
    assert sign.is_suspicious
    assert sign.why.startswith("it is event 547 of Windows before Vista")


@cases("begin", ["{\\rtf1\\ansi\\pard ", "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Calibri;}}\n\\pard {\\b "])
def test_a_document_in_rtf_is_told_whatever_its_lines_begin_with(begin: str) -> None:
    lines = "New-NetIPsecRule} -DisplayName x\\par\nnetsh advfirewall set global saidletimemin 5\\par\n}"
    source = bytes_source("a.rtf", f"{begin}{lines}".encode())
    read = read_input(Candidate(source, named=True))
    assert isinstance(read, ReadInput)
    (problem,) = read.parsed.problems
    assert read.input.format is None
    assert problem.message.startswith("it is a document in RTF, as Word and WordPad write it, which is not read: save")
    assert not sign_of(bytes_source("a.rtf", f"{begin}minutes of a meeting}}".encode())).is_suspicious
