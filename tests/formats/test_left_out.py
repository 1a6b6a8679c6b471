"""What an author or a pager left out of a text is said as that, in every reader of lines, and makes no other fault."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_text

MARKS = (
    "<snip>",
    "[...]",
    "-- snip --",
    "... output omitted ...",
    "(truncated)",
    "[12 lines removed]",
    "--8<--",
    "... (truncated)",
)
TEXTS = {
    "advfirewall.txt": (
        "Rule Name:                            Servers\n" + "-" * 70 + "\nEnabled:                              Yes\n"
        "Profiles:                             Domain\nMode:                                 Transport\n"
        "Endpoint1:                            Any\n{}\nAction:                               RequireInRequireOut\n"
    ),
    "static.txt": (
        "Policy Name             : p\nDescription             : NONE\n{}\nAssigned                : YES\n"
        "Master PFS              : NO\n"
    ),
    "list.txt": (
        "DisplayName                            : Servers\n{}\nInboundSecurity                        : Require\n"
        "OutboundSecurity                       : Request\n"
    ),
    "script.cmd": "netsh ipsec static add policy name=p\n{}\nnetsh ipsec static add filterlist name=f\n",
    "rules.reg": (
        "Windows Registry Editor Version 5.00\n\n"
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters]\n"
        '"AllowL2TPWeakCrypto"=dword:00000001\n{}\n'
    ),
    "query.txt": (
        "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters\n"
        "    AllowL2TPWeakCrypto    REG_DWORD    0x1\n    {}\n"
    ),
    "office.pbk": "[Office]\nEncoding=1\nType=2\n{}\nVpnStrategy=7\n",
    "ipsec.conf": "conn win\n  keyexchange=ikev2\n  {}\n  ike=aes256-sha256-modp2048\n  auto=add\n",
    "swanctl.conf": (
        "connections {{\n  win {{\n    version = 2\n    {}\n    proposals = aes256-sha256-modp2048\n  }}\n}}\n"
    ),
    "router.txt": (
        "crypto ikev2 proposal P\n encryption aes-cbc-256\n {}\n integrity sha256\n group 14\n"
        "crypto ipsec transform-set T esp-aes 256 esp-sha256-hmac\n mode tunnel\n"
    ),
}
NOT_KNOWN = "what is left out here is not known"


def told(name: str, text: str) -> list[tuple[str, int]]:
    return [(each.message, each.span.line) for each in check_text(text, name).problems]


@cases("name", TEXTS)
def test_what_is_left_out_is_said_as_that_in_every_reader(name: str) -> None:
    whole = told(name, TEXTS[name].replace("{}\n", "").format())
    for mark in MARKS:
        text = TEXTS[name].format(mark)
        line = text[: text.index(mark)].count("\n") + 1
        said = told(name, text)
        assert (NOT_KNOWN, line) in said, mark
        allowed = {message for message, _ in whole} | {NOT_KNOWN, "a rule of which lines are left out is not read"}
        assert {message for message, _ in said} <= allowed, mark


def test_a_rule_that_lacks_what_may_be_left_out_gives_no_default() -> None:
    text = TEXTS["advfirewall.txt"].format("<snip>")
    assert check_text(text, "a.txt").findings == ()


def test_json_of_which_a_part_is_left_out_is_said_to_lack_it() -> None:
    text = '[{"DisplayName": "Servers", "InboundSecurity": 2,\n  <snip>\n  "OutboundSecurity": 1}]\n'
    ((message, line),) = told("rules.json", text)
    assert ("a part is left out here" in message, line) == (True, 2)


def test_a_line_behind_the_mark_of_a_pager_is_not_lost() -> None:
    text = TEXTS["router.txt"].replace(" {}\n", "").replace("crypto ipsec", " --More--         crypto ipsec")
    ((message, line),) = told("router.txt", text)
    assert ("behind the mark of a pager" in message, line) == (True, 5)


@cases("line", ["removed", "----------", "echo snip", "rem <snip>", "[Removed VPN]", "a ... b", "<name>"])
def test_other_lines_are_no_such_marks(line: str) -> None:
    assert told("script.cmd", TEXTS["script.cmd"].format(line)) == []


@cases("mark", ["...", "[...]", "<!-- snip -->", "<!-- ... -->", "(output omitted)"])
def test_what_is_left_out_of_xml_is_said(mark: str) -> None:
    profile = (ROOT / "fixtures" / "formats" / "vpn-profile-xml" / "one-line.xml").read_text(encoding="utf-8")
    text = profile.replace("><", f">\n{mark}\n<", 1)
    assert (NOT_KNOWN, 2) in told("profile.xml", text)
    assert NOT_KNOWN not in [
        message for message, _ in told("profile.xml", text.replace(mark, "<!-- of the office -->"))
    ]


@cases("name", ["ipsec.conf", "swanctl.conf"])
def test_a_comment_in_a_section_may_stand_for_settings_that_are_left_out(name: str) -> None:
    for mark in ("# ...", "# snip", "# [other settings omitted]"):
        assert NOT_KNOWN in [message for message, _ in told(name, TEXTS[name].format(mark))]
    for mark in ("#", "# ----", "# removed the old one", "#####"):
        assert told(name, TEXTS[name].format(mark)) == []
    assert told(name, TEXTS[name].replace("  {}\n", "").format() + "# ...\n") == []


@cases("mark", [" ! ...", "! <snip>", " # [other lines removed]"])
def test_a_comment_of_a_gateway_may_stand_for_lines_that_are_left_out(mark: str) -> None:
    text = TEXTS["router.txt"].replace(" {}\n", "{}\n")
    assert told("router.txt", text.format(mark)) == [(NOT_KNOWN, 3)]


@cases("mark", ["!", "! ...", "!----", "! removed", " ! of the office"])
def test_other_comments_of_a_gateway_stand_for_nothing(mark: str) -> None:
    assert told("router.txt", TEXTS["router.txt"].replace(" {}\n", "{}\n").format(mark)) == []


@cases("mark", ["<snip>", "[...snip...]", "... output omitted ...", "(truncated)"])
def test_lines_left_out_of_a_script_of_powershell_are_said_once(mark: str) -> None:
    said = told("a.ps1", f"$p = New-NetIPsecMainModeCryptoProposal -Hash SHA256\n{mark}\n$text = @'\n{mark}\n'@\n")
    assert said == [(NOT_KNOWN, 2)]


def test_dots_in_place_of_parameters_of_powershell_are_said_to_leave_them_out() -> None:
    rule = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Request"
    for text in (f"{rule} ...\n", f"{rule} `\n  ...\n"):
        assert [message for message, _ in told("a.ps1", text)] == [NOT_KNOWN]
