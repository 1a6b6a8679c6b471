"""Tables of steps: each command is read at its place; a table that tells of a choice or of examples is said."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted.tables_of_steps import without_cells
from ipseclint.source import bytes_source

KEY = "Kq7-table"
STEPS = (
    f"netsh advfirewall mainmode add rule name=A auth1=computerpsk auth1psk={KEY} mmsecmethods=dhgroup14:aes128-sha256",
    "netsh advfirewall consec add rule name=B endpoint1=any endpoint2=10.9.0.0/16 action=requireinrequestout",
    "sc config IKEEXT start= disabled",
)
CMDLETS = (
    "$p = New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH14",
    "New-NetIPsecMainModeCryptoSet -DisplayName A -Proposal $p",
    f"Add-VpnConnection -Name A -ServerAddress vpn.lab.example -TunnelType L2tp -L2tpPsk {KEY} -Force",
)
MARKDOWN = "# Plan\n\n| Step | Command | By |\n|---|---|---|\n", "| {} | {} | Ana |\n", ""
TABLES = (
    ("a.md", *MARKDOWN),
    ("a.txt", *MARKDOWN),
    ("a.md", "| # | Command |\n|:--|---|\n| 0 | Open a prompt |\n", "| {}. | `{}` |\n", "\nDone.\n"),
    ("a.txt", "Step | Command\n--- | ---\n", "{} | `{}`\n", ""),
    ("a.txt", "h2. Plan\n\n||Step||Command||\n", "|{}|{}|\n", ""),
    ("a.txt", "||Step||Command||\n", "|Step {}|{{{{{}}}}}|\n", ""),
    ("a.txt", '== Plan ==\n{| class="wikitable"\n! Step !! Command\n|-\n', "| {} || {}\n|-\n", "|}\n"),
    ("a.wiki", '{| class="wikitable"\n! Step\n! Command\n|-\n', "| {}\n| <code>{}</code>\n|-\n", "|}\n"),
    ("a.adoc", "= Plan\n\n|===\n|Step |Command\n\n", "|{}\n|{}\n\n", "|===\n"),
    ("a.txt", "Step\tCommand\tOwner\n", "{}\t{}\tAna\n", ""),
    ("a.txt", "+---+---+\n| # | Command |\n+===+===+\n", "| {} | ``{}`` |\n+---+---+\n", ""),
    ("a.rst", "Plan\n====\n\n+---+---+\n| # | Command |\n+===+===+\n", "| {} | ``{}`` |\n+---+---+\n", "\nDone.\n"),
    ("a.rst", f"Plan\n====\n\n==  {'=' * 9}\n#   Command\n==  {'=' * 9}\n", "{}   ``{}``\n", f"==  {'=' * 9}\n"),
    ("a.rst", f"Plan\n====\n\n==  {'=' * 9}\n", "{}   {}\n", f"==  {'=' * 9}\n\nSee A and B.\n"),
    (
        "a.rst",
        "Plan\n====\n\n.. list-table:: Steps\n   :header-rows: 1\n\n   * - Step\n     - Command\n",
        "   * - {}\n     - ``{}``\n",
        "\nDone.\n",
    ),
    ("a.adoc", '= Plan\n\n.Steps\n[cols="1,3",options="header"]\n|===\n|Step |Command\n\n', "|{} |`{}`\n", "|===\n"),
    ("a.org", "* Plan\n\n| Step | Command |\n|---+---|\n", "| {} | ~{}~ |\n", ""),
    ("a.textile", "h1. Plan\n\n|_.Step|_.Command|\n", "|{}|@{}@|\n", "\nbc. netsh advfirewall show global\n"),
    ("a.html", "<div><table><tr><th>Step</th></tr>", "<tr><td><p>{}</p></td><td><p>{}</p></td></tr>", "</table></div>"),
)


def read(path: str, text: str) -> Parsed:
    source = bytes_source(path, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases(("path", "head", "row", "end"), TABLES)
@cases("steps", [STEPS, CMDLETS])
def test_each_command_of_a_table_of_steps_is_read_at_its_place(
    path: str, head: str, row: str, end: str, steps: tuple[str, ...]
) -> None:
    text = head + "".join(row.format(number, step) for number, step in enumerate(steps, start=1)) + end
    parsed = read(path, text)
    assert parsed.problems == ()
    alone = read("a.ps1" if steps is CMDLETS else "a.cmd", "\n".join(steps))
    for kind in (
        "main_mode_crypto_sets",
        "connection_security_rules",
        "main_mode_rules",
        "vpn_connections",
        "services",
    ):
        assert len(getattr(parsed.policy, kind)) == len(getattr(alone.policy, kind))
    (secret,) = parsed.secrets
    assert text.split("\n")[secret.line - 1][secret.column - 1 :].startswith(KEY)


@cases("head", ["||Step||Command||", "h2. IPsec\n||Step||Command||"])
@cases("row", ["|{}|{}|\n", "|{}|{{{{{}}}}}|\n"])
def test_two_steps_below_a_head_of_jira_are_read(head: str, row: str) -> None:
    steps = ("netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha256", STEPS[1])
    rows = "".join(row.format(number, step) for number, step in enumerate(steps, start=1))
    assert read("a.txt", f"{head}\n{rows}").problems == ()
    assert read("a.txt", f"{head}\n{rows}").policy.main_mode_crypto_sets


@cases(
    "table",
    [
        "| 1 | {0} | {1} |\n| 2 | {1} | {0} |\n",
        "| Turn on | {0} |\n| Turn off | {1} |\n",
        "| 1 | {0} |\n| 3 | {1} |\n",
        "| 1 | {0} |\n",
        "| # | Example |\n|---|---|\n| 1 | {0} |\n| 2 | {1} |\n",
        "| 1 | {0} |\n| 2 | Then run {1} on the server |\n",
        "| 1 | {0}<br>{1} |\n| 2 | {1} |\n",
        "| 1 | {0} auth1psk=a\\|b |\n| 2 | {1} |\n",
        "| 1 | {0} |  |\n| 2 |  | {1} |\n",
        "| 1 | if ($a) {{ |\n| 2 | {0} |\n| 3 | {1} |\n",
    ],
)
def test_another_table_is_left_as_it_stands_and_said(table: str) -> None:
    rows = table.format(STEPS[1], STEPS[2])
    assert without_cells(rows) == ()
    parsed = read("a.md", f"# Notes\n\n{rows}")
    assert parsed.policy.connection_security_rules == ()
    assert parsed.problems


@cases(
    "said", ["skipped", "Cancelled by Ana", "do not run this yet", "rolled back", "only if B fails", "entf\u00e4llt"]
)
def test_a_table_that_says_of_a_step_that_it_is_none_is_left_as_it_stands_and_said(said: str) -> None:
    head, row = "| Step | Command | Status |\n|---|---|---|\n", "| {} | {} | {} |\n"
    parsed = read("a.md", head + row.format(1, STEPS[1], "done") + row.format(2, STEPS[2], said))
    assert (parsed.policy.connection_security_rules, len(parsed.problems)) == ((), 1)


@cases("said", ["can be rolled back", "reboot not required", "pending", "n/a"])
def test_what_else_a_row_says_of_its_step_is_no_matter(said: str) -> None:
    head, row = "| Step | Command | Status |\n|---|---|---|\n", "| {} | {} | {} |\n"
    parsed = read("a.md", head + row.format(1, STEPS[1], "done") + row.format(2, STEPS[2], said))
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["B"]


@cases("sign", ["\t", " | ", ": ", "| "])
def test_numbers_of_lines_make_no_table(sign: str) -> None:
    lines = ("if ($env:X) {", f"\t{CMDLETS[1]}", "\tRestart-Service IKEEXT\t", "}")
    assert without_cells("\n".join(f"{number}{sign}{line}" for number, line in enumerate(lines, start=1))) == ()


def test_a_pipe_in_a_cell_is_one_of_the_command() -> None:
    command = r"Get-NetIPsecRule \| Set-NetIPsecRule -InboundSecurity Require"
    (_, first, _), *_ = without_cells(f"| 1 | {command} |\n| 2 | `{STEPS[2]}` |")
    assert first.strip() == command.replace("\\|", " |")
    assert first.index("Get-") == 6


def test_the_head_of_a_table_tells_whether_it_lists_examples() -> None:
    rows = f"|1|{STEPS[1]}|\n|2|{STEPS[2]}|"
    assert without_cells(rows, ("||Step||Command||",))
    assert without_cells(rows, ("||No||What is wrong||",)) == ()


@cases(
    ("path", "table"),
    [
        ("a.rst", ".. list-table:: Examples\n\n   * - 1\n     - ``{0}``\n   * - 2\n     - ``{1}``\n"),
        ("a.rst", ".. list-table:: Steps\n\n   * - 1\n     - ``{0}``\n       ``{1}``\n   * - 2\n     - ``{1}``\n"),
        ("a.rst", "==  ====\n1   ``{0}``\n3   ``{1}``\n==  ====\n"),
        ("a.rst", "==  ====\n1   ``{0}``\n"),
        ("a.rst", "+---+---+\n| 1 | ``{0}`` |\n+---+---+\n|   | ``{1}`` |\n+---+---+\n"),
        ("a.adoc", ".Examples\n|===\n|1 |`{0}`\n|2 |`{1}`\n|===\n"),
    ],
)
def test_another_table_of_a_document_is_left_as_it_stands_and_said(path: str, table: str) -> None:
    title = "= Notes" if path == "a.adoc" else "Notes\n====="
    parsed = read(path, f"{title}\n\n{table.format(STEPS[1], STEPS[2])}")
    assert parsed.policy.connection_security_rules == ()
    assert parsed.problems
