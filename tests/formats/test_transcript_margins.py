"""Outputs that are indented as a whole, in quotes and lists: read as they are without, and placed where they stand."""

from __future__ import annotations

from html import escape

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted.marks import unmarked
from ipseclint.formats.transcript.margins import moved, without_margin
from ipseclint.formats.transcript.piece import Piece
from ipseclint.source import Span, bytes_source

ASKED = "Hello,\n\nthis is what I see on the server when I ask it:\n\n"
VALUE = (
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters\n"
    "    NegotiateDH2048_AES256    REG_DWORD    0x1\n"
)
TABLE = '"Name","DisplayName","Status","StartType"\n"PolicyAgent","IPsec Policy Agent","Stopped","Disabled"\n'
SERVICE = "SERVICE_NAME: PolicyAgent\n        TYPE               : 20  X\n        START_TYPE         : 4   DISABLED\n"
SECTION = "conn office\n    left=10.1.0.5\n    right=10.2.0.9\n    ike=aes256-sha256-modp2048\n    authby=secret\n"
REGISTRY = '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent]\n"EnableLogging"=dword:00000001\n'
OUTPUTS = {"value": VALUE, "table": TABLE, "service": SERVICE, "section": SECTION, "registry": REGISTRY}
MARKS = ["> ", "  ", "\t", "    ", "> > "]


def read(text: str) -> Parsed:
    form = recognise(source := bytes_source("mail.txt", text.encode()))
    assert form is not None
    return form.parse(source)


def placed(value: object) -> list[Span]:
    """Every place in what was read, in order."""
    if isinstance(value, Span):
        return [value]
    if isinstance(value, tuple):
        return [span for part in value for span in placed(part)]
    fields = getattr(type(value), "__struct_fields__", getattr(type(value), "model_fields", ()))
    return [span for name in fields for span in placed(getattr(value, name))]


@cases("name", OUTPUTS)
@cases("mark", MARKS)
def test_an_output_is_placed_where_it_stands(name: str, mark: str) -> None:
    alone = read(OUTPUTS[name])
    indented = read(ASKED + "".join(f"{mark}{line}\n" for line in OUTPUTS[name].splitlines()) + "\nWhat is it to be?\n")
    above = ASKED.count("\n")
    expected = [(span.line + above, span.column + len(mark)) for span in placed(alone)]
    assert expected
    assert [(span.line, span.column) for span in placed(indented)] == expected


@cases("name", OUTPUTS)
@cases("indent", ["    ", "\t"])
def test_lines_between_the_marks_of_code_are_placed_where_they_stand(name: str, indent: str) -> None:
    output = OUTPUTS[name].replace("\n    ", f"\n{indent}")
    alone = read(output)
    spanned = read(f"{ASKED}`{output.rstrip()}`\n\nWhat is it to be?\n")
    above = ASKED.count("\n")
    expected = [(span.line + above, span.column + (span.line == 1)) for span in placed(alone)]
    assert [(span.line, span.column) for span in placed(spanned)] == expected


@cases("name", ["value", "service", "section", "registry"])
def test_lines_behind_the_mark_of_their_block_are_placed_where_they_stand(name: str) -> None:
    alone = read(OUTPUTS[name])
    fenced = read(f"{ASKED}```{OUTPUTS[name]}```\nWhat is it to be?\n")
    above = ASKED.count("\n")
    expected = [(span.line + above, span.column + 3 * (span.line == 1)) for span in placed(alone)]
    assert [(span.line, span.column) for span in placed(fenced)] == expected


SUITE = (
    "Add-VpnConnection -Name Office -ServerAddress vpn.example.org -TunnelType Ikev2\n"
    "Set-VpnConnectionIPsecConfiguration -ConnectionName Office -AuthenticationTransformConstants SHA196 "
    "-CipherTransformConstants DES3 -DHGroup Group2 -EncryptionMethod DES3 -IntegrityCheckMethod SHA1 -PfsGroup None"
)
RULES = (
    "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.2.0.0/16 action=requireinrequestout\n"
    "netsh advfirewall consec add rule name=B endpoint1=any endpoint2=10.3.0.0/16 action=requireinrequestout"
)


SHORT = "netsh advfirewall set global mainmode mmsecmethods dhgroup2:3des-md5"


@cases("name", ["post.md", "post.txt"])
@cases("commands", [SUITE, RULES], ids=["PowerShell", "netsh"])
def test_commands_between_the_marks_of_code_are_read_as_without(name: str, commands: str) -> None:
    spanned = check_text(f"This is what I ran:\n\n`{commands}`\n\nand it does not work.\n", name)
    alone = check_text(f"{commands}\n", "post.txt")
    assert spanned.problems == alone.problems == ()
    assert sorted(each.code for each in spanned.findings) == sorted(each.code for each in alone.findings)


@cases("opened", ["```", "~~~"])
@cases("commands", [SUITE, RULES, f"{SHORT}\n{RULES}"], ids=["PowerShell", "netsh", "a short line"])
def test_a_command_is_no_language_of_a_block(opened: str, commands: str) -> None:
    alone = check_text(f"{commands}\n", "post.txt")
    report = check_text(f"This is what I ran:\n{opened}{commands}\n{opened}\nand it does not work.\n", "post.md")
    lost = {each.code for each in alone.findings} - {each.code for each in report.findings}
    assert not lost or report.problems


@cases("language", ['powershell title="a.ps1"', "{.powershell}", "{r}", "yaml title: a", "shell-session", "reg"])
def test_the_language_of_a_block_is_no_command(language: str) -> None:
    text = f"Run\n\n```{language}\n{RULES}\n```\n"
    assert unmarked(text) is text
    assert check_text(text, "post.md").problems == ()


@cases(
    "text",
    [
        "Get-Item a `\n  -Force `\n",
        "`one` and\n`two`\n",
        "`alone`\n\nother\n",
        "``` \nnetsh advfirewall show global\n```\n",
        "`not closed\nby this\n",
        "`closed` here\nand ` there\n",
    ],
)
def test_other_backticks_stay(text: str) -> None:
    assert unmarked(text) is text


def test_the_margin_is_what_all_lines_have() -> None:
    piece = Piece("output", {3: "    a", 4: "", 5: "      b"})
    assert without_margin(piece) == Piece("output", {3: "a", 4: "", 5: "  b"}, dict.fromkeys((3, 4, 5), 4))
    alone = Piece("output", {3: "\ta", 5: "  b"})
    assert without_margin(alone) == Piece("output", {3: "a", 5: "  b"}, {3: 1})
    mixed = Piece("output", {3: "  a", 5: "\tb", 6: "    c"})
    assert without_margin(mixed) is mixed


def test_a_first_line_behind_a_tag_has_a_margin_of_its_own() -> None:
    piece = Piece("output", {3: "         conn win", 4: "  ike=aes256", 5: ""})
    assert without_margin(piece) == Piece("output", {3: "conn win", 4: "  ike=aes256", 5: ""}, {3: 9})
    assert moved((Span("a", 3, 1, 4), Span("a", 4, 3, 3)), {3: 9}) == (Span("a", 3, 10, 4), Span("a", 4, 3, 3))


@cases("name", OUTPUTS)
def test_an_output_in_a_page_is_read_behind_its_tag(name: str) -> None:
    before = "<html><body><p>We see this</p><pre>"
    within = read(f"{before}{escape(OUTPUTS[name], quote=False)}</pre></body></html>")
    expected = [
        (span.line, span.column + (len(before) if span.line == 1 else 0)) for span in placed(read(OUTPUTS[name]))
    ]
    assert expected
    assert [(span.line, span.column) for span in placed(within)] == expected


GATEWAY = ["crypto ikev2 proposal P", " encryption aes-cbc-256", " integrity sha256", " group 14"]
RULE = "netsh advfirewall consec add rule name=x endpoint1=any endpoint2=any action=requireinrequireout"


@cases("lines", [[*GATEWAY, RULE], [RULE, *GATEWAY]], ids=["below", "above"])
@cases(("before", "line"), [("", "<div>{}</div>"), ("<pre>\n", "    {}")], ids=["lines", "block"])
def test_a_block_with_a_margin_is_cut_where_another_format_begins(before: str, line: str, lines: list[str]) -> None:
    policy = read(before + "".join(f"{line.format(each)}\n" for each in lines)).policy
    (rule,) = policy.connection_security_rules
    assert len(policy.peers) == 1
    assert rule.span.column > line.index("{")


def test_what_stands_in_no_line_with_a_margin_stays() -> None:
    span = Span("a", 3, 7, 2)
    assert moved((span, "a"), {4: 2})[0] is span
    assert moved((span, "a"), {3: 2}) == (Span("a", 3, 9, 2), "a")


GATEWAY = "crypto ikev2 proposal P\n encryption aes-cbc-256\n integrity sha256\n group 14\n"


@cases("margin", ["    ", "\t", "  "])
@cases(
    ("path", "around"), [("a.md", "# A\n\n```\n{}```\n"), ("a.txt", "```\n{}```\n"), ("a.rst", "A\n=\n\nRun::\n\n{}")]
)
def test_what_is_indented_as_a_whole_is_cut_as_if_it_were_not(path: str, around: str, margin: str) -> None:
    code = "".join(f"{margin}{line}\n" if line else "\n" for line in f"{GATEWAY}\n{RULES}".split("\n"))
    text = around.format(code)
    source = bytes_source(path, text.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert parsed.problems == ()
    assert len(parsed.policy.peers) == 1
    alone = read(RULES).policy.connection_security_rules
    assert [each.span.column for each in parsed.policy.connection_security_rules] == [
        each.span.column + len(margin) for each in alone
    ]
    assert [text.split("\n")[each.span.line - 1].strip() for each in parsed.policy.connection_security_rules] == (
        RULES.split("\n")
    )
