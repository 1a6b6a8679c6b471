"""Texts that were pasted, quoted, numbered or paged on their way: what they say is what it was."""

from __future__ import annotations

from collections.abc import Callable

from tests import ROOT
from tests.cases import cases
from tests.formats.netsh.inputs import covered

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted.marks import unmarked
from ipseclint.source import HEAD_BYTES, bytes_source

SHOWN = (
    "Rule Name:                            Pasted\n"
    "----------------------------------------------------------------------\n"
    "Enabled:                              Yes\n"
    "Profiles:                             Domain,Private\n"
    "Type:                                 Static\n"
    "Mode:                                 Transport\n"
    "Endpoint1:                            Any\n"
    "Endpoint2:                            10.7.0.0/16\n"
    "Protocol:                             Any\n"
    "Action:                               RequireInRequestOut\n"
    "Auth1:                                ComputerKerb\n"
    "MainModeSecMethods:                   DHGroup2-AES128-SHA1\n"
    "QuickModeSecMethods:                  ESP:SHA1-AES128+60min+100000kb\n"
    "Ok.\n"
)
FIXTURES = ROOT / "fixtures" / "formats"


def numbered(text: str) -> str:
    return "".join(f"{number:3}: {line}\n" for number, line in enumerate(text.splitlines(), start=1))


def paged(text: str) -> str:
    lines = text.splitlines()
    return "\n".join([*lines[:6], "-- More  --", *lines[6:9], "---(more 60%)---", *lines[9:], ""])


STARS = "*" * 22

STAMPS = (
    "2026-03-01T10:00:00.0000000Z ",
    "[2026-03-01T10:00:00.123Z] ",
    "[12:03:11] ",
    "2026-03-01 10:00:00,123 INFO  ",
    "2026-03-01 10:00:00 [WARNING] ",
    "2026-03-01T10:00:00.000000Z 01O ",
    "3/1/2026 10:00:00 AM ",
    "Mar  1 12:03:11 srv01 deploy[312]: ",
    "<13>1 2026-03-01T10:00:00Z srv01 deploy 312 - - ",
    "[INFO] ",
    "2026.03.01 12:03:11: ",
    "01.03.2026 12:03:11 ",
    "12:03:11 ",
    "2026-03-01T12:03:11Z | ",
    "2026-03-01 12:03:11 - ",
    "[01.03.2026 12:03:11] ",
)
"""What logs of pipelines, of consoles and of syslog have before each line."""


def stamped(text: str, stamp: str) -> str:
    return "".join(f"{stamp}{line}\n" for line in text.splitlines())


WAYS: dict[str, Callable[[str], str]] = {
    "numbers": numbered,
    "numbers in a column": lambda text: numbered(text).replace(": ", "  ", 1).replace(":  Rule", "   Rule"),
    "quoted twice": lambda text: "".join(f">> {line}\n" for line in text.splitlines()),
    "quoted three times": lambda text: "".join(f"> > > {line}\n" for line in text.splitlines()),
    "quoted twice below who wrote it": lambda text: (
        "> On Monday Ana wrote:\n" + "".join(f">> {line}\n" for line in text.splitlines())
    ),
    "quoted twice in a mail with addresses": lambda text: (
        "From: Bo <bo@lab.example>\n\n> On Monday Ana <ana@lab.example> wrote:\n"
        + "".join(f">> {line}\n" for line in text.splitlines())
    ),
    "bullets": lambda text: "".join(f"\u2022 {line}\n" for line in text.splitlines()),
    "bullets of a font of symbols": lambda text: "".join(f"\uf0b7 {line}\n" for line in text.splitlines()),
    "no-break blanks": lambda text: text.replace("  ", "\u00a0\u00a0"),
    "escaped for a page": lambda text: text.replace("  ", "&nbsp; ").replace("\n", "<br/>\n").replace(">", "&gt;", 0),
    "all no-break blanks": lambda text: text.replace(" ", "\u00a0"),
    "zero-width blanks": lambda text: "\ufeff" + text.replace("\n", "\u200b\n"),
    "pages": paged,
    "forum": lambda text: f"This is what it says:\n[code]\n{text}[/code]\nThank you.\n",
    "forum, beside": lambda text: f"This is what it says:\n[code]{text.rstrip()}[/code]\nThank you.\n",
    "fence": lambda text: f"```\n{text}```\n",
    "Teams": lambda text: f"[18.03.2026 13:29] Ana Lab\n{text}\n[18.03.2026 13:31] Bo\nthx\n",
    "Teams, by the day": lambda text: f"[Monday 1:29 PM] Ana Lab\n{text}\n[Monday 1:31 PM] Bo\nthx\n",
    "Slack": lambda text: f"Ana Lab  [1:29 PM]\n{text}\nBo  [1:31 PM]\nthx\n",
    "Discord": lambda text: f"ana \u2014 Today at 1:29 PM\n{text}bo \u2014 03/18/2026 1:31 PM\nthx\n",
    "transcript": lambda text: (
        f"{STARS}\nWindows PowerShell transcript start\nMachine: SRV1 (Microsoft Windows NT 10.0.20348.0)\n{STARS}\n"
        f"PS C:\\> netsh advfirewall consec show rule name=all\n\n{text}"
        f'PS C:\\> TerminatingError(): "No."\n{STARS}\nWindows PowerShell transcript end\nEnd time: 1\n{STARS}\n'
    ),
    "a theme's prompt": lambda text: (
        "\u256d\u2500 ana@LAB  ~   10:42\n\u2570\u2500\u276f netsh advfirewall consec show rule name=all\n\n"
        f"{text}\n\u256d\u2500 ana@LAB  ~   10:43\n\u2570\u2500\u276f \n"
    ),
}


def read(text: str) -> Parsed:
    source = bytes_source("paste.txt", text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases("way", WAYS)
def test_a_rule_that_was_pasted_is_read_at_its_place(way: str) -> None:
    text = WAYS[way](SHOWN)
    parsed = read(text)
    assert parsed.problems == ()
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, covered(text, rule.endpoint2.span)) == ("Pasted", "10.7.0.0/16")


@cases("into", [0, 1, 12, len(STAMPS[0]) - 1, len(STAMPS[0]), 40])
def test_a_log_is_told_wherever_its_start_that_tells_what_it_is_ends(into: int) -> None:
    """The start of a long text ends so many characters into a line and what stands before it."""
    row = f"{STAMPS[0]}echo waiting for the service\n"
    rule = stamped("netsh advfirewall consec add rule name=Typed\n", STAMPS[0])
    rows, rest = divmod(HEAD_BYTES - into - len(rule), len(row))
    log = rule.replace("Typed", "Typed" + "x" * rest) + row * (rows + 9)
    assert log[HEAD_BYTES - into :].startswith(row)
    form = recognise(bytes_source("run.log", log.encode()))
    assert form is not None
    assert form.name == "transcript"


@cases("way", WAYS)
@cases("name", ["advfirewall-monitor-sa/security-associations.txt", "advfirewall-show/global-weak.txt"])
def test_other_outputs_that_were_pasted_say_the_same(name: str, way: str) -> None:
    text = (FIXTURES / name).read_text("utf-8")
    before, after = read(text), read(WAYS[way](text))
    assert after.problems == before.problems == ()
    assert len(after.associations) == len(before.associations)
    assert len(after.policy.global_settings) == len(before.policy.global_settings)


def test_signs_that_are_escaped_are_meant_and_keep_the_lines_as_long() -> None:
    text = "PS C:\\&gt; netsh x name=&quot;A &amp; B&quot; don&#39;t &lt;z&gt;<BR>\nnext&nbsp;line<br />\n"
    plain = unmarked(text)
    assert [len(line) for line in plain.split("\n")] == [len(line) for line in text.split("\n")]
    assert [" ".join(line.split()) for line in plain.splitlines()] == [
        'PS C:\\> netsh x name= "A & B" don\' t <z>', "next line",
    ]  # fmt: skip
    assert unmarked("x\n<pre>netsh x name=&quot;A&quot;</pre>\n") == 'x\n<pre>netsh x name=     "A"     </pre>\n'
    assert unmarked("<pre>netsh x name=&quot;A&quot;</pre>\n") == "<pre>netsh x name=&quot;A&quot;</pre>\n"
    assert unmarked("<Data>&lt;VPNProfile&gt;</Data>\n") == "<Data>&lt;VPNProfile&gt;</Data>\n"


@cases(
    ("text", "meant"),
    [
        ("PS C:\\&amp;gt; netsh x name=&amp;quot;A&amp;quot;\n", 'PS C:\\> netsh x name= "A"'),
        ("&amp;lt;VPNProfile&amp;gt;v&amp;lt;/VPNProfile&amp;gt;\n", "<VPNProfile> v </VPNProfile>"),
        ("&lt;Data&gt;&amp;lt;VPNProfile&amp;gt;&lt;/Data&gt;\n", "<Data> &lt;VPNProfile&gt; </Data>"),
        ("a &amp; b &amp;copy;\n", "a & b & copy;"),
    ],
)
def test_signs_that_are_escaped_twice_are_meant_too_unless_others_are_escaped_once(text: str, meant: str) -> None:
    plain = unmarked(text)
    assert len(plain) == len(text)
    assert " ".join(plain.split()) == meant


APPENDED = '@echo off\n> "%TEMP%\\a.txt" echo ipsec\n' + '>> "%TEMP%\\a.txt" echo ipsec static show all\n' * 9
PLAIN = ("plain\n", "1 x\n2 y\n", APPENDED, APPENDED.replace('"', ""), APPENDED.replace(">> ", ">>"))


@cases("text", ["1. First\n2. Second\nthird\n", "10 a\n9 b\n8 c\n", ">> a\nb\n", "# More\nmore --\n", *PLAIN])
def test_a_text_without_such_marks_stays_the_same(text: str) -> None:
    assert unmarked(text) is text


@cases("stamp", STAMPS)
@cases(
    ("text", "column"),
    [
        ("netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.2.0.0/16 action=requestinrequestout", 26),
        ("$a = 1\nNew-NetIPsecRule -DisplayName A -InboundSecurity Require", 1),
        (
            "C:\\>netsh advfirewall consec add rule name=A endpoint1=any endpoint2=any action=requestinrequestout\nOk.",
            30,
        ),
        ("PS C:\\> New-NetIPsecRule -DisplayName A -InboundSecurity Require\nPS C:\\> exit", 9),
        (SHOWN, 39),
    ],
)
def test_what_a_log_has_before_each_line_is_no_part_of_it(text: str, column: int, stamp: str) -> None:
    source = bytes_source("job.log", stamped(text, stamp).encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.span.column, parsed.problems) == (len(stamp) + column, ())


@cases("text", ["conn a\n    right=192.0.2.7\n    ike=aes256-sha384-ecp384!\n"])
@cases("stamp", STAMPS)
def test_a_file_of_a_peer_in_a_log_keeps_its_indents(text: str, stamp: str) -> None:
    form = recognise(bytes_source("job.log", stamped(text, stamp).encode()))
    assert form is not None
    assert [peer.name for peer in form.parse(bytes_source("job.log", stamped(text, stamp).encode())).policy.peers] == [
        "a"
    ]


def test_a_line_without_what_the_others_begin_with_keeps_all_as_they_are() -> None:
    text = stamped(SHOWN, STAMPS[0]) + "and more\n"
    assert unmarked(text) is text


@cases(
    "mark",
    ["--More--", "-- More (20%) --", "<--- More --->", "---(more)---", "---(more 12%)---", " --More-- or (q)uit"],
)
def test_a_pager_that_was_left_is_told(mark: str) -> None:
    parsed = read(f"{SHOWN}{mark}\n")
    assert [(each.message, each.span.line) for each in parsed.problems] == [
        ("a pager was left here: what would follow is not known", SHOWN.count("\n") + 1)
    ]
    assert len(parsed.policy.connection_security_rules) == 1


MARKS_OF_EVENTS: dict[str, Callable[[str], str]] = {
    "numbers": lambda text: "".join(f"{number}. {line}\n" for number, line in enumerate(text.splitlines(), start=1)),
    "bullets": lambda text: "".join(f"* {line}\n" if line.strip() else "\n" for line in text.splitlines()),
    "bars": lambda text: "".join(f"| {line}\n" for line in text.splitlines()),
    "no-break blanks": lambda text: text.replace(" ", "\u00a0"),
    "no width": lambda text: "".join(f"\u200b{line}\n" for line in text.splitlines()),
    "colours": lambda text: "".join(f"\x1b[0m{line}\x1b[K\n" for line in text.splitlines()),
}


@cases("way", list(MARKS_OF_EVENTS))
@cases("name", ["copied", "german", "french", "chinese"])
def test_an_event_behind_marks_is_told_whole(name: str, way: str) -> None:
    text = (FIXTURES / "event-text" / f"{name}.txt").read_text("utf-8")
    plain, marked = (
        [(each.event_id, each.error_code, each.remote_address, each.key_module) for each in read_whole(given).events]
        for given in (text, MARKS_OF_EVENTS[way](text))
    )
    assert marked == plain


def test_no_break_blanks_hide_no_value_of_an_output() -> None:
    text = (FIXTURES / "reg-query" / "asked-for.txt").read_text("utf-8")
    assert len(read_whole(text.replace("  ", "\u00a0 ")).policy.registry) == len(read_whole(text).policy.registry) > 0


def read_whole(text: str) -> Parsed:
    return read_whole_as("a.txt", text)


def read_whole_as(path: str, text: str) -> Parsed:
    source = bytes_source(path, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases("field", ("**{}:** {}", "**{}**: {}", "__{}:__ {}", "__{}__: {}"))
def test_fields_in_bold_are_read_at_the_places_of_their_values(field: str) -> None:
    pairs = (line.split(":", 1) for line in SHOWN.split("\n") if ":" in line)
    text = "# Rules\n\n" + "".join(f"{field.format(name, value.strip())}\n" for name, value in pairs)
    source = bytes_source("a.md", text.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    (rule,) = parsed.policy.connection_security_rules
    assert not parsed.problems
    assert rule.action is not None
    line = text.split("\n")[rule.action.span.line - 1]
    assert line[rule.action.span.column - 1 :] == "RequireInRequestOut"


@cases("mark", ("**", "*", "__", "_"))
def test_a_command_in_bold_alone_on_its_line_is_read(mark: str) -> None:
    command = "netsh advfirewall set global ipsec saidletimemin 10"
    text = f"Run this:\n\n{mark}{command}{mark}\n\n- {mark}{command}{mark}.\n"
    at = text.index(command)
    bare = unmarked(text)
    assert len(bare) == len(text)
    assert bare[at:].startswith(command)
    assert mark not in bare


EMPHASISED = (
    *("netsh advfirewall set global ipsec strongcrlcheck 0", "$p = New-NetIPsecAuthProposal -Machine -Kerberos"),
    *("Remove-NetIPsecRule -All", "sc config IKEEXT start= disabled", "Set-Service IKEEXT -StartupType Disabled"),
    r"reg add HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent /v EnableDPD /t REG_DWORD /d 1 /f",
)


@cases("command", EMPHASISED)
def test_each_command_of_a_list_in_bold_is_read(command: str) -> None:
    text = f"# Steps\n\n1. **{command}**\n2. **netsh advfirewall set global ipsec saidletimemin 10**\n"
    assert unmarked(text).split("\n")[2].strip() == command
    (settings, *_) = read_whole_as("a.md", text).policy.global_settings
    assert settings.sa_idle_seconds is not None


def test_a_command_in_bold_with_such_a_sign_in_it_is_said() -> None:
    block = "```\nnetsh advfirewall set global ipsec saidletimemin 10\n```\n"
    text = f"{block}\n- **New-NetIPsecRule -DisplayName a*b -InboundSecurity Require**\n"
    unread = read_whole_as("a.md", text).unread
    assert unread == (("`New-NetIPsecRule` in a sentence or a table, which is not policy", 1),)


@cases("text", ("**Left side:**\n**Right side:**\n**Both:**\n", "**Action:** Block\n", "**netsh ipsec static**\n"))
def test_titles_in_bold_and_one_field_keep_their_marks(text: str) -> None:
    assert unmarked(text) == text


@cases(("heading", "mark"), [("h2. Steps", "#"), ("== Steps ==", "#"), ("h3. Steps", "##"), ("===Steps===", "*#")])
def test_commands_that_a_wiki_counts_are_no_comments(heading: str, mark: str) -> None:
    set_up = "netsh advfirewall set global ipsec strongcrlcheck 2"
    text = f"{heading}\n\n# Open a console\n{mark} {set_up}\n# Close it\n"
    blank = " " * len(mark)
    assert unmarked(text) == text.replace(f"{mark} {set_up}", f"{blank} {set_up}")
    (settings,) = read(text).policy.global_settings
    assert settings.span.line == 4
    made = f"{heading}\n\n{mark} New-NetIPsecRule -DisplayName A -InboundSecurity Require\n{mark} Done\n"
    assert len(read(made).policy.connection_security_rules) == 1


@cases("text", ["# netsh advfirewall reset\n", "h2. A\n# netsh is old\n", "= Doc\n# sc config IKEEXT start= auto\n"])
def test_comments_elsewhere_stay(text: str) -> None:
    assert unmarked(text) is text
