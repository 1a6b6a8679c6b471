"""Objects that are made on different ways of one decision never exist together: no finding comes of both."""

from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed

from ipseclint import check_text
from ipseclint.formats.powershell.script.values.value import MAX_WAYS

pytestmark = pytest.mark.drawn(3)

RULE = (
    "New-NetIPsecRule -DisplayName {name} -InboundSecurity {security} -OutboundSecurity {security} -RemoteAddress 10/8"
)


def _rule(name: str, security: str = "Require") -> str:
    return RULE.format(name=name, security=security).replace("10/8", "10.0.0.0/8")


def _netsh(action: str) -> str:
    ends = "endpoint1=any endpoint2=10.0.0.0/8"
    return f'netsh advfirewall consec add rule name="Iso" {ends} action={action} auth1=computerkerb'


def _conflicts(script: str) -> list[str]:
    report = check_text(script, "policy.ps1")
    return [f"{finding.code} {finding.span.line}" for finding in report.findings if finding.code.startswith("FL")]


ROLE = "$role = (Get-CimInstance Win32_ComputerSystem).DomainRole\n"
ADDS = f"function Add($name, $how) {{\n{_rule('$name', '$how')}\n}}\n"
STRICT, LOOSE, SAME = _rule("Iso"), _rule("Iso", "Request"), _rule("Other")
OTHER = _rule("Third").replace("10.0.0.0/8", "172.16.0.0/12")
TO = f"function Add($to) {{\nif ($to -eq 1) {{\n{STRICT}\n}} else {{\n{SAME}\n}}\n}}\n"


@cases(
    "script",
    [
        f"if ($role -ge 4) {{\n{STRICT}\n}} else {{\n{LOOSE}\n}}",
        f"if ($role -ge 4) {{\n{STRICT}\n}} else {{\n{SAME}\n}}",
        f"if ($role -ge 4) {{\n{STRICT}\n}} elseif ($role -eq 3) {{\n{LOOSE}\n}} else {{\n{SAME}\n}}",
        f"switch ($role) {{\n1 {{ {STRICT} }}\n2 {{ {LOOSE} }}\ndefault {{ {SAME} }}\n}}",
        f"if ($role -ge 4) {{\n{STRICT}\nreturn\n}}\n{LOOSE}",
        f"if ($role -ge 4) {{\n{STRICT}\nexit 0\n}}\n{SAME}",
        f"if ($role -ge 4) {{\nif ($role -eq 5) {{\n{STRICT}\n}} else {{\n{LOOSE}\n}}\n}} else {{\n{SAME}\n}}",
        f"{ADDS}if ($role -ge 4) {{ Add Iso Require }} else {{ Add Iso Request }}",
        f"function Add {{\nif ($role -ge 4) {{\n{STRICT}\nreturn\n}}\n{LOOSE}\n}}\nAdd",
        f"if ($role -ge 4) {{\n{STRICT}\nreturn\n}} else {{\n{LOOSE}\nreturn\n}}\n{SAME}\n{LOOSE}",
        f"if ($role -ge 4) {{\n{_netsh('requireinrequireout')}\n}} else {{\n{_netsh('requestinrequestout')}\n}}",
        f"foreach ($gpo in Get-GPO -All) {{\nif ($role -ge 4) {{\n{STRICT}\n}} else {{\n{LOOSE}\n}}\n}}",
    ],
    ids=[
        "else",
        "equal",
        "elseif",
        "switch",
        "return",
        "exit",
        "nested",
        "called",
        "in a function",
        "behind both",
        "netsh",
        "the same each time",
    ],
)
def test_what_is_made_on_different_ways_is_not_compared(script: str) -> None:
    assert _conflicts(ROLE + script) == []
    assert parsed(ROLE + script).policy.alternatives


def _by_certificate(name: str) -> str:
    peers = f"-RemoteAddress 10.{sum(name.encode()) % 200}.0.0/16"
    security = "-InboundSecurity Require -OutboundSecurity Request"
    return f"New-NetIPsecRule -DisplayName {name} {security} {peers} -Phase1AuthSet $set.Name"


CERTIFICATES = (
    'New-NetIPsecAuthProposal -Machine -Cert -Authority "CN=Root" -AuthorityType Root\n'
    "$set = New-NetIPsecPhase1AuthSet -DisplayName Certificates -Proposal $proposal\n"
)
S1, S2, S3, S4 = map(_by_certificate, ("S1", "S2", "S3", "S4"))


@cases(
    ("script", "place", "message"),
    [
        (f"{S1}\n{S2}", 4, "2 rules negotiate with"),
        (f"if ($role -ge 4) {{ {S1} }} else {{ {S2} }}", 4, 'rule "S1" negotiates with'),
        (f"if ($role -ge 4) {{ {S1} }} else {{ {S2} }}\n{S3}", 4, "2 rules negotiate with"),
        (
            f"if ($role -ge 4) {{ {S1} }} else {{ {S2} }}\nif ($role -eq 3) {{ {S3} }} else {{ {S4} }}",
            4,
            "2 rules negotiate with",
        ),
        (f"if ($role -ge 4) {{\n{S1}\nreturn\n}}\n{S2}", 5, 'rule "S1" negotiates with'),
    ],
    ids=["beside it", "else", "and one always", "two decisions", "return"],
)
def test_what_objects_show_without_those_of_another_way_is_said(script: str, place: int, message: str) -> None:
    report = check_text(f"{ROLE}$proposal = {CERTIFICATES}{script}", "policy.ps1")
    (told,) = [finding for finding in report.findings if finding.code == "CR036"]
    assert told.span.line == place
    assert told.message.startswith(message)


@cases(
    ("script", "found"),
    [
        (f"if ($role -ge 4) {{\n{STRICT}\n}}\n{SAME}", ["FL005 3"]),
        (f"if ($role -ge 4) {{\n{STRICT}\n}}\nif ($role -ge 3) {{\n{LOOSE}\n}}", ["FL003 3"]),
        (f"if ($role -ge 4) {{\n{STRICT}\n{SAME}\n}} else {{\nWrite-Host none\n}}", ["FL005 3"]),
        (f"if ($role -ge 4) {{\nreturn\n}} elseif ($role -eq 3) {{\n{STRICT}\n}}\n{SAME}", ["FL005 5"]),
        (f"switch -Regex ($role) {{\n'1' {{ {STRICT} }}\n'[0-9]' {{ {SAME} }}\n}}", ["FL005 3"]),
        (f"function Add {{\nif ($role -ge 4) {{\nreturn\n}}\n{STRICT}\n}}\nAdd\n{SAME}", ["FL005 6"]),
        (f"while ($more) {{\nif ($flag) {{\n{STRICT}\n}} else {{\n{SAME}\n}}\n$flag = Read-Host\n}}", ["FL005 4"]),
        (
            f"while ($true) {{\n$c = Read-Host\nswitch ($c) {{\n1 {{ {STRICT} }}\n2 {{ {SAME} }}\n3 {{ exit }}\n}}\n}}",
            ["FL005 5"],
        ),
        (
            f"Get-Content h.txt | ForEach-Object {{\nif ($_ -like 'a*') {{\n{STRICT}\n}} else {{\n{SAME}\n}}\n}}",
            ["FL005 4"],
        ),
        (
            f"foreach ($h in Get-Content h.txt) {{\nif ($h -like 'a*') {{\n{STRICT}\n}} else {{\n{SAME}\n}}\n}}",
            ["FL005 4"],
        ),
        (
            f"foreach ($h in Get-Content h.txt) {{\nif (Test-Path $role) {{\n{STRICT}\n}} else {{\n{SAME}\n}}\n}}",
            ["FL005 4"],
        ),
        (
            f"{TO}foreach ($h in Get-Content h.txt) {{ Add $h }}",
            ["FL005 4"],
        ),
    ],
    ids=[
        "beside it",
        "two decisions",
        "one way",
        "a way that goes on",
        "patterns",
        "behind a function",
        "a value that the loop changes",
        "a menu",
        "each object",
        "each of a list",
        "asked each time",
        "a function for each",
    ],
)
def test_what_may_exist_together_is_compared(script: str, found: list[str]) -> None:
    assert _conflicts(ROLE + script) == found


WITHIN = f"if ($_ -eq 1) {{\n{STRICT}\n}} else {{\n{SAME}\n}}"
CLAUSES = f"{{\n'a' {{\n{STRICT}\n}}\n'b' {{\n{SAME}\n}}\n}}"
ENDS = f"if ($env:X) {{\n{STRICT}\n{{end}}\n}}"


@cases(
    ("script", "line"),
    [
        (f"(Get-Content x).ForEach({{\n{WITHIN}\n}})", 4),
        (f"function A {{ process {{\n{WITHIN}\n}} }}\nGet-Content x | A", 4),
        (f"switch (Get-Content x) {CLAUSES}", 4),
        (f"switch -File x {CLAUSES}", 4),
        (f"switch ($env:X -split ',') {CLAUSES}", 4),
        (f"switch ($args) {CLAUSES}", 4),
        (f"param([string[]]$r)\nswitch ($r) {CLAUSES}", 5),
        (f"1 | ForEach-Object {{\n{ENDS}\n}}\n{SAME}".replace("{end}", "return"), 4),
        (f"foreach ($i in 1, 2) {{\n{ENDS} elseif ($env:Y) {{ return }}\n}}\n{SAME}".replace("{end}", "break"), 4),
        (f"try {{\n{ENDS}\n}} catch {{\n{SAME}\n}}".replace("{end}", "throw 'x'"), 4),
        (f"function F {{\ntry {{\n{ENDS}\n}} finally {{\n{SAME}\n}}\n}}\nF".replace("{end}", "return"), 5),
        (f"trap {{ continue }}\n{ENDS}\n{SAME}".replace("{end}", "throw 'x'"), 4),
    ],
)
def test_what_a_loop_or_a_failure_may_bring_together_is_compared(script: str, line: int) -> None:
    assert _conflicts(ROLE + script) == [f"FL005 {line}"]


def _try(body: str, *clauses: str) -> str:
    return f"try {{\n{body}\n}} " + " ".join(
        f"catch{' [System.Exception]' if number < len(clauses) else ''} {{\n{clause}\n}}"
        for number, clause in enumerate(clauses, 1)
    )


@cases(
    "script",
    [
        _try(f"{STRICT} -ErrorAction Stop", LOOSE),
        _try(f"{STRICT}\nWrite-Host made", SAME),
        _try(f"$session = Open-NetGPO -PolicyStore x\n{STRICT}", SAME),
        _try(STRICT, LOOSE, SAME),
        f"{_try(STRICT, f'{LOOSE}{chr(10)}return')}",
        _try("Restart-Service IKEEXT -ErrorAction Stop", f"{STRICT}\nreturn") + f"\n{SAME}",
        f"function Add {{\n{STRICT}\n}}\n" + _try("Add", SAME),
        _try(STRICT, _try(SAME, LOOSE)),
        _try(_try(STRICT, LOOSE), SAME),
        _try(f"if ($x) {{ {_try(STRICT, 'throw')} }} else {{ {_try(OTHER, 'Write-Host no')} }}", SAME),
        _try(f"{_try(STRICT, 'Write-Host no')}\n{_try(OTHER, 'Write-Host no')}", SAME),
    ],
    ids=[
        "last",
        "printed",
        "behind another",
        "clauses",
        "leaves",
        "ends",
        "in a function",
        "nested",
        "within",
        "thrown",
        "caught within",
    ],
)
def test_what_catches_a_failure_is_not_compared_with_what_has_then_failed(script: str) -> None:
    assert _conflicts(script) == []
    assert parsed(script).policy.alternatives


MANY = "\n".join(_rule(f"Other{number}").replace("10.0.0.0/8", f"172.16.{number}.0/24") for number in range(40))


@cases(
    ("script", "found"),
    [
        (_try(f"{STRICT}\nRestart-Service IKEEXT -ErrorAction Stop", SAME), ["FL005 2"]),
        (_try(f"{STRICT}\nif ($x) {{ throw 'no' }}", SAME), ["FL005 2"]),
        (_try(f"{STRICT}\n{OTHER}", SAME), ["FL005 2"]),
        (_try(STRICT, "Write-Host failed") + f"\n{SAME}", ["FL005 2"]),
        (_try("Get-Item x", STRICT) + f"\n{SAME}", ["FL005 4"]),
        (f"foreach ($h in Get-Content h.txt) {{\n{_try(STRICT, SAME)}\n}}", ["FL005 3"]),
        (_try(f"{MANY}\n{STRICT}\nRestart-Service IKEEXT", SAME), ["FL005 42"]),
        (_try(f"{STRICT}\nthrow 'no'", SAME), ["FL005 2"]),
        (_try(_try(f"{STRICT}\n{OTHER}", "throw"), SAME), ["FL005 3"]),
        (_try(f"{_try(STRICT, 'throw')}\n{OTHER}", SAME), ["FL005 3"]),
    ],
    ids=[
        "later",
        "thrown",
        "then another",
        "caught",
        "behind it",
        "each of a list",
        "behind many",
        "always",
        "thrown on",
        "then",
    ],
)
def test_what_is_made_before_a_failure_is_compared_with_what_catches_it(script: str, found: list[str]) -> None:
    assert _conflicts(script) == found


SET = (
    "New-NetIPsecMainModeCryptoSet -Name Sets -DisplayName Sets -Proposal "
    "(New-NetIPsecMainModeCryptoProposal -Encryption {} -Hash {} -KeyExchange {})"
)
GOOD, WEAK = SET.format("AES256", "SHA384", "DH20"), SET.format("DES3", "SHA384", "DH20")


@cases(
    "script",
    [
        f"if ($env:A) {{\n{GOOD}\n}} else {{\n{WEAK}\n}}",
        f"if ($env:A) {{\n{GOOD}\n}}\nif ($env:B) {{\n{WEAK}\n}}",
        _try(GOOD, WEAK),
        f"switch ($env:A) {{\n'a' {{ {GOOD} }}\n'b' {{\n{WEAK}\n}}\n}}",
    ],
)
def test_an_object_of_another_way_that_has_the_same_name_is_read_too(script: str) -> None:
    report = check_text(script, "policy.ps1")
    assert {finding.code for finding in report.findings} == {"CR002"}
    assert len(parsed(script).policy.main_mode_crypto_sets) == 2


def test_rules_of_one_name_are_never_both_there() -> None:
    script = f"if ($env:A) {{\n{STRICT} -Name r\n}}\nif ($env:B) {{\n{STRICT} -Name r\n}}"
    assert len(parsed(script).policy.connection_security_rules) == 2
    assert _conflicts(script) == []


def test_what_may_be_made_again_and_again_under_one_name_is_kept_so_often_only() -> None:
    rules = "\n".join(f"if ($env:A{number}) {{ {STRICT} -Name r }}" for number in range(100))
    assert len(parsed(rules).policy.connection_security_rules) == MAX_WAYS


def test_a_connection_of_another_way_has_its_own_cryptography() -> None:
    add = "Add-VpnConnection -Name Office -ServerAddress {} -TunnelType Ikev2"
    suite = "Set-VpnConnectionIPsecConfiguration -ConnectionName Office -AuthenticationTransformConstants GCMAES256 "
    suite += "-CipherTransformConstants GCMAES256 -EncryptionMethod {} -IntegrityCheckMethod SHA384 -DHGroup ECP384 "
    suite += "-PfsGroup ECP384 -Force"
    ways = [f"{add.format(server)}\n{suite.format(cipher)}" for server, cipher in (("a", "AES256"), ("b", "DES3"))]
    script = f"if ($env:A) {{\n{ways[0]}\n}} else {{\n{ways[1]}\n}}"
    first, second = parsed(script).policy.vpn_connections
    assert [each.servers and each.servers.value for each in (first, second)] == [("a",), ("b",)]
    assert check_text(ways[0], "policy.ps1").findings == ()
    (finding,) = check_text(script, "policy.ps1").findings
    assert (finding.code, finding.span.line) == ("CR002", 6)


@cases(("second", "found"), [("'01'", ["FL005 3"]), ("0x1", ["FL005 3"]), ("'b'", [])])
def test_cases_that_one_value_may_equal_are_compared(second: str, found: list[str]) -> None:
    script = f"{ROLE}switch ($role) {{\n1 {{ {STRICT} }}\n{second} {{ {SAME} }}\n}}"
    assert _conflicts(script) == found


def test_what_is_found_of_each_object_is_found_on_every_way() -> None:
    weak = "netsh advfirewall consec add rule name={} endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout "
    weak += "auth1=computerkerb qmsecmethods=esp:md5-des"
    script = f"{ROLE}if ($role -ge 4) {{\n{weak.format('a')}\n}} else {{\n{weak.format('b')}\n}}"
    found = {(finding.code, finding.span.line) for finding in check_text(script, "policy.ps1").findings}
    always = {(finding.code, finding.span.line) for finding in check_text(weak.format("a"), "policy.cmd").findings}
    assert {code for code, _ in always} <= {code for code, _ in found}
    assert parsed(script).policy.alternatives


def test_a_block_that_returns_for_one_object_does_not_end_the_script() -> None:
    script = f"1 | ForEach-Object {{\n{STRICT}\nreturn\n}}\n{SAME}"
    assert _conflicts(ROLE + script) == ["FL005 3"]


def test_an_object_that_is_also_made_always_is_no_alternative() -> None:
    script = f"{ROLE}{ADDS}if ($role -ge 4) {{ Add Iso Require }}\nAdd Iso Request"
    assert parsed(script).policy.alternatives == ()
    assert _conflicts(script) == ["FL003 3"]
