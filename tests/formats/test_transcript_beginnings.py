"""Outputs of several programs in one text with nothing between: each is read, and one of one program stays whole."""

from __future__ import annotations

from itertools import permutations

from tests import ROOT
from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.transcript import families, parting_lines
from ipseclint.formats.transcript.beginnings import beginnings
from ipseclint.formats.transcript.families import START_CHARACTERS, LineStarts, may_hold_several
from ipseclint.formats.transcript.pieces import pieces_of
from ipseclint.source import bytes_source

HASH = "0f1e2d3c4b5a69788796a5b4c3d2e1f001122334"
OUTPUTS = {
    "rules": (
        "Rule Name:                            Servers\n"
        f"{'-' * 70}\nEnabled:                              Yes\nMode:                                 Transport\n"
        "Endpoint1:                            Any\nEndpoint2:                            10.2.0.0/16\n"
        "Action:                               RequestInRequestOut\nOk.\n"
    ),
    "objects": (
        "IPsecRuleName        : {5a5a0001-0000-4000-8000-000000000001}\nDisplayName          : Listed\n"
        "Enabled              : True\nInboundSecurity      : Require\nOutboundSecurity     : Request\n"
    ),
    "certificates": (
        'my "Personal"\n================ Certificate 0 ================\nSerial Number: 61\n'
        f"Subject: CN=vpn.example.org\nCert Hash(sha1): {HASH}\n"
    ),
    "events": (
        "Log Name:      Security\nSource:        Microsoft-Windows-Security-Auditing\nEvent ID:      4653\n"
        "Description:\nAn IPsec main mode negotiation failed.\n"
    ),
    "registry": (
        "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan"
        '\\Parameters]\n"NegotiateDH2048_AES256"=dword:00000001\n'
    ),
    "services": (
        "SERVICE_NAME: PolicyAgent\n        TYPE               : 20  WIN32_SHARE_PROCESS\n"
        "        START_TYPE         : 4   DISABLED\n"
    ),
    "json": (
        '[\n  {\n    "IPsecRuleName": "{5a5a0002-0000-4000-8000-000000000001}",\n    "DisplayName": "InJson",\n'
        '    "Enabled": 1,\n    "Mode": 1,\n    "InboundSecurity": 2,\n    "OutboundSecurity": 1\n  }\n]\n'
    ),
}
KINDS = ("connection_security_rules", "certificates", "registry", "services")


def read(text: str) -> Parsed:
    form = recognise(source := bytes_source("pasted.txt", text.encode()))
    assert form is not None
    return form.parse(source)


def held(parsed: Parsed) -> list[int]:
    return [*(len(getattr(parsed.policy, kind)) for kind in KINDS), len(parsed.events)]


@cases(("above", "below"), list(permutations(OUTPUTS, 2)))
@cases("between", ["", "\n"])
def test_what_begins_below_another_output_is_read_too(above: str, below: str, between: str) -> None:
    alone = [held(read(OUTPUTS[name])) for name in (above, below)]
    assert all(map(any, alone))
    assert held(read(OUTPUTS[above] + between + OUTPUTS[below])) == [sum(counts) for counts in zip(*alone, strict=True)]


STORED = (
    "\nPolicy Name            : Perimeter\nAssigned               : YES\nMaster PFS             : NO\n"
    "Polling Interval       : 180 minutes\n"
)


@cases(
    "commands",
    [
        "netsh ipsec static add policy name=Made\n",
        "ipsec static\nadd policy name=Made\n",
        "ipsec static add policy name=Made\n",
    ],
)
@cases("order", [1, -1])
def test_commands_beside_stored_policies_that_are_printed_are_read_too(commands: str, order: int) -> None:
    parsed = read("".join([commands, STORED][::order]))
    assert sorted(policy.name for policy in parsed.policy.policies) == ["Made", "Perimeter"]
    assert parsed.problems == ()


@cases(("above", "below"), list(permutations(["rules", "registry", "services"], 2)))
def test_what_begins_below_another_output_in_a_quote_is_read_too(above: str, below: str) -> None:
    alone = [held(read(OUTPUTS[name])) for name in (above, below)]
    quoted = "".join(f"> {line}\n" for line in (OUTPUTS[above] + OUTPUTS[below]).splitlines())
    parsed = read(f"this is what I see on the server when I ask it:\n\n{quoted}")
    assert held(parsed) == [sum(counts) for counts in zip(*alone, strict=True)]


@cases("name", OUTPUTS)
def test_outputs_of_one_program_are_no_transcript(name: str) -> None:
    form = recognise(bytes_source("pasted.txt", (OUTPUTS[name] * 2).encode()))
    alone = recognise(bytes_source("pasted.txt", OUTPUTS[name].encode()))
    assert form is alone
    assert not may_hold_several(LineStarts(OUTPUTS[name].split("\n")))


FORMATS = ROOT / "fixtures" / "formats"
OF_FILES = (
    "wmic-services/full.txt",
    "performance-counters/typeperf.csv",
    "gateway-configuration/junos.txt",
    "ike-log/fortinet.log",
)
"""Outputs that no word of a command or label of Windows begins."""


def said(parsed: Parsed) -> list[int]:
    return [*held(parsed), *map(len, (parsed.policy.peers, parsed.counters, parsed.associations))]


@cases("name", OF_FILES)
@cases("other", ["rules", "registry", "services", "json", *OF_FILES])
@cases("order", [1, -1])
def test_outputs_that_begin_with_a_value_or_a_bracket_are_read_beside_others(name: str, other: str, order: int) -> None:
    if name == other:
        return
    texts = [OUTPUTS.get(each) or (FORMATS / each).read_text() for each in (name, other)]
    alone = [said(read(text)) for text in texts]
    assert all(map(any, alone))
    assert said(read("\n\n".join(texts[::order]))) == [sum(counts) for counts in zip(*alone, strict=True)]


AUDITED = (
    'auditpol /set /subcategory:"IPsec Main Mode" /failure:enable\n',
    '@echo off\nrem evidence\nauditpol.exe /set /subcategory:"IPsec Main Mode" /failure:enable\n',
    '& auditpol.exe /set /subcategory:"IPsec Main Mode" /failure:enable\n',
)


@cases("script", AUDITED)
@cases("other", ["certificates", "registry", "services", *OF_FILES])
@cases("order", [1, -1])
def test_commands_that_set_the_audit_policy_are_read_beside_outputs(script: str, other: str, order: int) -> None:
    text = OUTPUTS.get(other) or (FORMATS / other).read_text()
    assert len(read(script).policy.audit) == 1
    parsed = read("\n\n".join([script, text][::order]))
    assert len(parsed.policy.audit) == 1
    assert said(parsed) == said(read(text))


@cases("rule", ["==== part 2 ====", "=== Server 1 ===", "===== Step 12 ====="])
def test_a_ruled_heading_with_a_number_parts_a_text_and_is_no_certificate(rule: str) -> None:
    assert list(beginnings([*OUTPUTS["registry"].splitlines(), rule, "text"])) == []
    pieces = [piece.text for piece in pieces_of(dict(enumerate(["above", rule, "below"], start=1)))]
    assert pieces == ["above", "below"]
    for head in ("=== Certificate 0 ===", "====== Zertifikat 0 ======"):
        assert list(beginnings([*OUTPUTS["registry"].splitlines(), head])) == [OUTPUTS["registry"].count("\n")]


@cases("first", ["Name=IKEEXT", "ExitCode  Name  ProcessId  StartMode", "security {", "vpn {"])
def test_a_first_line_that_others_have_too_begins_an_output_above_its_next_line_alone(first: str) -> None:
    above = OUTPUTS["registry"].splitlines()
    for below, begun in (("    [key]", []), ("    ike {" if "{" in first else "StartMode=Auto", [len(above)])):
        assert list(beginnings([*above, first, below])) == begun


@cases("above", ["version 20.4;", "interfaces {", "For the branch:"])
def test_a_part_of_a_configuration_in_brackets_stays_with_what_precedes_it(above: str) -> None:
    text = f"{above}\n{(FORMATS / 'gateway-configuration' / 'junos.txt').read_text()}"
    assert list(beginnings(text.split("\n"))) == []


def test_values_of_keys_one_below_the_other_are_one_output() -> None:
    path = FORMATS / "registry-properties" / "rasman.txt"
    lines = (path.read_text() * 2).splitlines()
    assert list(beginnings(lines)) == []
    assert list(beginnings([*lines, *OUTPUTS["certificates"].splitlines()])) == [len(lines)]


@cases(
    ("above", "begun"),
    [
        ("; for notebooks\n\n  ; of branch offices\n", []),
        ("", []),
        ("; for notebooks\nnetsh wfp show state\n", [2]),
        ("For notebooks:\n", [1]),
        ("; for notebooks\n# of branch offices\n", [2]),
    ],
)
def test_comments_above_a_template_are_a_part_of_it(above: str, begun: list[int]) -> None:
    text = f'{above}[Version]\nSignature = "$Windows NT$"\n\n[DefaultInstall]\nAddReg = A\n'
    assert list(beginnings(text.split("\n"))) == begun


def test_a_comment_like_that_of_a_template_is_no_part_of_another_output() -> None:
    assert list(beginnings(["; of a branch office", *OUTPUTS["rules"].split("\n")])) == [1]


@cases(("below", "is_several"), [("Revision=1", False), ("Encoding=1", True), ("HKEY_LOCAL_MACHINE\\A", True)])
def test_a_section_alone_begins_no_phone_book_below_a_template(below: str, *, is_several: bool) -> None:
    lines = ["", "[Unicode]", "Unicode=yes", "[Registry Keys]", below]
    assert may_hold_several(LineStarts(lines))
    assert may_hold_several(LineStarts(lines), "\n".join(lines)) is is_several
    lines = ["", "[peer]", below, "netsh ipsec static add policy name=a"]
    assert may_hold_several(LineStarts(lines), "\n".join(lines))


@cases("name", ["certutil-store/verbose.txt", "lgpo-text/undone.txt", "vpn-phone-book/rasphone.pbk"])
def test_lines_that_end_in_cr_alone_are_told_apart(name: str) -> None:
    path = FORMATS / name
    data = path.read_bytes().replace(b"\r\n", b"\n")
    with_lf, with_cr = (bytes_source(path.name, data.replace(b"\n", end)) for end in (b"\n", b"\r"))
    forms = [recognise(source) for source in (with_lf, with_cr)]
    assert None not in forms
    one, other = (form.parse(source) for form, source in zip(forms, (with_lf, with_cr), strict=True) if form)
    assert (one.policy, one.problems) == (other.policy, other.problems)


def test_each_line_that_begins_an_output_or_parts_a_text_is_told_by_its_start() -> None:
    texts = [path.read_bytes().decode(errors="replace") for path in (ROOT / "fixtures").rglob("*") if path.is_file()]
    lines = {f"{indent}{line}" for text in texts for line in text.split("\n") for indent in ("", "\t", " " * 8)}
    for whole, start in (
        (families._BEGINS, families._MAY_BEGIN),
        (parting_lines._MARK, parting_lines._MAY_MARK),
    ):
        signs = {line for line in lines if whole.match(f"\n{line}") and not set(parting_lines._THEME_SIGNS) & set(line)}
        assert len(signs) > 100
        assert {line for line in signs if not start.match(line[:START_CHARACTERS])} == set()


@cases("line", ["IPv4 is:", "what follows", "---"])
def test_what_stands_behind_a_document_of_json_is_no_part_of_it(line: str) -> None:
    lines = f"{OUTPUTS['json']}\n{line}\n{OUTPUTS['json']}".splitlines()
    assert [lines[at] for at in beginnings(lines)] == [line, "["]


@cases(("opening", "closing"), [("$text = @'", "'@"), ('Write @"', '"@'), ("cat <<'END'", "END")])
def test_what_a_script_holds_as_a_text_is_no_output(opening: str, closing: str) -> None:
    held_text = [opening, *OUTPUTS["registry"].splitlines(), *OUTPUTS["rules"].splitlines(), closing]
    assert list(beginnings([*OUTPUTS["objects"].splitlines(), *held_text])) == []
    assert list(beginnings([*held_text, *OUTPUTS["objects"].splitlines(), "Rule Name:  R"])) == [
        len(held_text) + len(OUTPUTS["objects"].splitlines())
    ]


def test_a_bracket_alone_is_no_document() -> None:
    lines = ["function Test", "{", "    Get-Date", "}", "Name:  R"]
    assert list(beginnings(lines)) == []


@cases("head", ["[2026-03-01 10:00:01] running", "one.txt:", "Ciao a tutti,"])
def test_what_stands_above_the_first_output_is_no_part_of_it(head: str) -> None:
    parsed = read(f"{head}\n{OUTPUTS['registry']}\n{head}\n{OUTPUTS['rules']}")
    assert held(parsed) == [1, 0, 1, 0, 0]


def test_members_of_json_are_no_sentences() -> None:
    parsed = read(f"this is what I see on it:\n\n{OUTPUTS['json']}\nand what is it that I have to do with it?\n")
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["InJson"]


TABLE = "Name  Server Address\n----  --------------\nHome  vpn.example.org\n"
HEADS = {
    TABLE: "Name  Server Address",
    "Computer\nSOFTWARE\\Policies\\Microsoft\\WindowsFirewall\nIPSecExempt\nDWORD:9\n": "Computer",
    "Mar  1 10:00:00 gw charon: 14[IKE] no proposal found\n": "Mar  1 10:00:00 gw charon: 14[IKE] no proposal found",
    "14[IKE] no proposal found\n": "14[IKE] no proposal found",
    "Machine Name,Policy Target,Subcategory\n": "Machine Name,Policy Target,Subcategory",
}


@cases("text", HEADS)
def test_an_output_begins_with_the_line_above_its_ruler_or_values(text: str) -> None:
    lines = [*OUTPUTS["services"].splitlines(), *text.splitlines(), *text.splitlines()]
    assert [lines[at] for at in beginnings(lines)] == [HEADS[text]]


@cases("text", ["Computer\nName\n", "User\n", "----\n"])
def test_a_word_alone_begins_nothing(text: str) -> None:
    assert list(beginnings([*OUTPUTS["services"].splitlines(), *text.splitlines()])) == []


MESSAGE = """An IPsec main mode negotiation failed.

Local Endpoint:
	Network Address:	10.0.0.1

Remote Endpoint:
	Network Address:	10.0.0.{host}

Failure Information:
	Failure Point:		Local computer
	Failure Reason:		Negotiation request sat in Queue too long
"""
ADDED = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.0.0.0/8 action=requestinrequestout\n"


@cases(
    ("text", "rules", "lines"),
    [
        (MESSAGE.format(host=9), [], [1]),
        (MESSAGE.format(host=9) + MESSAGE.format(host=8), [], [1, 12]),
        (f"{ADDED}\n{MESSAGE.format(host=9)}\n{MESSAGE.format(host=8)}", ["A"], [3, 15]),
        (f"{MESSAGE.format(host=9)}\n{ADDED}", ["A"], [1]),
        (f"{MESSAGE.format(host=9)}\n{ADDED}\n{MESSAGE.format(host=8)}", ["A"], [1, 15]),
    ],
)
def test_messages_of_events_pasted_alone_are_each_read_beside_commands(
    text: str, rules: list[str], lines: list[int]
) -> None:
    source = bytes_source("paste.txt", text.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [rule.name for rule in parsed.policy.connection_security_rules] == rules
    assert [event.span.line for event in parsed.events] == lines
    assert parsed.problems == ()


@cases("above", ["", OUTPUTS["events"] + "\n", "Our script:\n\n"])
def test_what_commands_take_stays_with_them(above: str) -> None:
    text = f"{above}$to = 'vpn.example.org'\n\n$all = @{{\n    Name = 'Work'\n}}\nAdd-VpnConnection @all\n"
    begun = list(beginnings(text.splitlines()))
    assert not any(text.splitlines()[at].startswith(("Add-", "$all")) for at in begun)


def test_a_block_of_a_program_is_no_json() -> None:
    lines = [
        "// sets up Add-VpnConnection",
        "namespace Lab",
        "{",
        "    [Flags]",
        "    enum Methods",
        "    {",
        "    }",
        "}",
    ]
    assert list(beginnings(lines)) == []
    assert list(beginnings(["a note", "{", '    "Name": "Work"', "}"])) == [1]


@cases("line", ["[09:01] <ana> ", "[INFO] ", "[connections] ", "{% if ready %}\n", "{{ head }}\n", "{# a note #}\n"])
def test_lines_that_begin_in_brackets_are_no_list_of_objects(line: str) -> None:
    source = bytes_source("notes.txt", f"{line}Set-VpnConnectionIPsecConfiguration -ConnectionName HQ\n".encode())
    form = recognise(source)
    assert form is None or "json" not in form.name


FAILED = (
    "CoId={A1B01C36-6109-4A32-B61C-264F19C6EF8A}: The user EXAMPLE\\pat dialed a connection named Office which has "
    "failed. The error code returned on failure is 809.\n"
)
TYPED = "Add-VpnConnection -Name Office -ServerAddress vpn.example.org -TunnelType Ikev2 -Force\n"


@cases("text", [f"{TYPED}\n{FAILED}", f"{FAILED}\n{TYPED}", f"{TYPED}{FAILED}"])
def test_an_event_beside_commands_that_have_no_prompt_is_read(text: str) -> None:
    parsed = read(text)
    assert [event.state for event in parsed.events] == ["remote-access error 809"]
    assert [connection.name for connection in parsed.policy.vpn_connections] == ["Office"]


@cases(
    ("between", "begins"),
    [([""], 0), (["", "# of the rule"], 0), (["```", "Then:", "```"], 4), (["~~~", "", "~~~"], 4)],
)
def test_an_assignment_above_commands_begins_them_unless_a_fence_parts_it(between: list[str], begins: int) -> None:
    assert [*beginnings(["$v = Get-It", *between, "New-NetIPsecRule -DisplayName A"])] == [begins]
