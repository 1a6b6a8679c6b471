"""What was typed and ended with an error did nothing, and is a refused command."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.test_transcript import RULE, read

from ipseclint.api import check_text
from ipseclint.formats.transcript.failed_commands import failure_in, is_one, name_of, records_alone

CMDLET = "New-NetIPsecRule -DisplayName Servers -InboundSecurity Require -OutboundSecurity Request"
RECORD = """\
At line:1 char:1
+ New-NetIPsecRule -DisplayName Servers -InboundSecurity Require -Outbo ...
+ ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    + CategoryInfo          : PermissionDenied: (MSFT_NetConSecRule:root/standardcimv2) [New-NetIPsecRule], CimException
    + FullyQualifiedErrorId : Windows System Error 5,New-NetIPsecRule
"""


@cases(
    ("typed", "answer", "command", "said"),
    [
        (
            f"C:\\>{RULE}",
            "The requested operation requires elevation (Run as administrator).",
            "netsh advfirewall consec add rule",
            "The requested operation requires elevation",
        ),
        *(
            (f"C:\\>{RULE}", f"{said}.", "netsh advfirewall consec add rule", said)
            for said in (
                "Der angeforderte Vorgang erfordert erh\u00f6hte Rechte",
                "L\u2019op\u00e9ration demand\u00e9e n\u00e9cessite une \u00e9l\u00e9vation",
                "La operaci\u00f3n solicitada requiere elevaci\u00f3n",
                "\u8bf7\u6c42\u7684\u64cd\u4f5c\u9700\u8981\u63d0\u5347",
                "Zugriff verweigert",
            )
        ),
        (f"C:\\>{RULE}", "\nAccess is denied.", "netsh advfirewall consec add rule", "Access is denied."),
        (
            "C:\\>netsh ipsec static add policy name=P",
            "ERR IPsec[05022] : Policy 'P' is there",
            "netsh ipsec static add policy",
            "ERR IPsec[05022]",
        ),
        (
            "netsh ipsec static>add policy name=P",
            "ERR IPsec[05022] : Policy 'P' is there",
            "ipsec static add policy",
            "ERR IPsec[05022]",
        ),
        (
            "C:\\>sc config IKEEXT start= disabled",
            "[SC] OpenService FAILED 5:\n\nAccess is denied.",
            "sc config IKEEXT",
            "[SC] OpenService FAILED 5: Access is denied.",
        ),
        (
            "C:\\>sc config IKEEXT start= disabled",
            "[SC] OpenService FEHLER 5:\n\nZugriff verweigert",
            "sc config IKEEXT",
            "[SC] OpenService FEHLER 5: Zugriff verweigert",
        ),
        (
            f"PS C:\\> {CMDLET}",
            f"New-NetIPsecRule : Access is denied. \n{RECORD}",
            "New-NetIPsecRule",
            "Access is denied.",
        ),
        (f"PS C:\\> {CMDLET}", "New-NetIPsecRule: Access is denied.", "New-NetIPsecRule", "Access is denied."),
        (
            f"PS C:\\> {CMDLET}",
            "New-NetIPsecRule: \nLine |\n   1 |  New-NetIPsecRule -DisplayName A\n     | ~~~\n     | Access is denied.",
            "New-NetIPsecRule",
            "Access is denied.",
        ),
    ],
)
def test_a_command_with_an_error_below_it_makes_nothing(typed: str, answer: str, command: str, said: str) -> None:
    prompt, _, _ = typed.partition(">")
    parsed = read(f"{typed}\n{answer}\n\n{prompt}>exit\n")
    (refused,) = parsed.policy.refused_commands
    assert (refused.command, refused.reason) == (command, f"the text below it says `{said}`")
    assert parsed.policy.connection_security_rules == ()
    assert parsed.policy.policies == ()
    assert parsed.policy.services == ()
    assert parsed.problems == ()


RIGHTS = (
    "Access is denied.",
    "ERROR: Access is denied.",
    "ERREUR : Acc\u00e8s refus\u00e9.",
    "Acceso denegado.",
    "Accesso negato.",
    "A opera\u00e7\u00e3o solicitada requer eleva\u00e7\u00e3o (Executar como administrador).",
    "\u041e\u0442\u043a\u0430\u0437\u0430\u043d\u043e \u0432 \u0434\u043e\u0441\u0442\u0443\u043f\u0435.",
    "\u8981\u6c42\u3055\u308c\u305f\u64cd\u4f5c\u306b\u306f\u7ba1\u7406\u8005\u7279\u6a29\u304c\u5fc5\u8981\u3067\u3059\u3002",
    "\u9519\u8bef: \u62d2\u7edd\u8bbf\u95ee\u3002",
    "System error 5 has occurred.\n\nAccess is denied.",
    "Systemfehler 5 aufgetreten.\n\nZugriff verweigert",
    "\u53d1\u751f\u7cfb\u7edf\u9519\u8bef 5\u3002\n\n\u62d2\u7edd\u8bbf\u95ee\u3002",
    "[SC] OpenService FAILED 5:\n\nAccess is denied.",
    "[SC] OpenService \u5931\u8d25 5:\n\n\u62d2\u7edd\u8bbf\u95ee\u3002",
)
OTHERS = (
    "System error 1060 has occurred.",
    "Systemfehler 53 aufgetreten.",
    "[SC] OpenService FAILED 1060:\n\nThe specified service does not exist as an installed service.",
    "'netsch' is not recognized as an internal or external command,\noperable program or batch file.",
    'Der Befehl "netsch" ist entweder falsch geschrieben oder\nkonnte nicht gefunden werden.',
    "'netsch' n'est pas reconnu en tant que commande interne\nou externe, un programme ex\u00e9cutable",
    "La commande suivante est introuvable : advfirewall consec ad rule.",
    "\u627e\u4e0d\u5230\u4e0b\u5217\u547d\u4ee4: advfirewall consec ad rule\u3002",
    "\u6307\u5b9a\u7684\u503c\u65e0\u6548\u3002",
    "A specified protocol value is not valid.",
)


SAID = (*((answer, True) for answer in RIGHTS), *((answer, False) for answer in OTHERS))


@cases(("answer", "lacks_rights"), SAID)
def test_an_error_in_another_language_says_whether_rights_lack(answer: str, *, lacks_rights: bool) -> None:
    parsed = read(f"C:\\>{RULE}\n{answer}\n\nC:\\>exit\n")
    (refused,) = parsed.policy.refused_commands
    assert refused.lacks_rights is lacks_rights
    assert parsed.policy.connection_security_rules == ()
    assert "netsch" not in refused.reason
    assert parsed.problems == ()


def test_a_program_s_error_that_powershell_keeps_is_one() -> None:
    answer = "netsh.exe : Zugriff verweigert\n    + CategoryInfo          : NotSpecified: (:String) []\n"
    parsed = read(f"PS C:\\> {RULE}\n{answer}    + FullyQualifiedErrorId : NativeCommandError\n\nPS C:\\> exit\n")
    (refused,) = parsed.policy.refused_commands
    assert (refused.lacks_rights, refused.reason) == (True, "the text below it says `Zugriff verweigert`")


def test_the_advice_is_for_what_is_wrong() -> None:
    from ipseclint import check_text

    def notes(answer: str) -> list[str]:
        report = check_text(f"C:\\>{RULE}\n{answer}\n\nC:\\>exit\n", name="a.txt")
        return [each.fix.note for each in report.findings if each.code == "RF019" and each.fix and each.fix.note]

    assert ["Run as administrator" in note for note in notes("Access is denied.")] == [True]
    assert ["Correct the command" in note for note in notes("A specified value is not valid.")] == [True]


def test_lifetimes_in_a_line_that_is_refused_are_shown() -> None:
    from ipseclint.secrets.masks import lookalikes

    methods = "qmsecmethods=ESP[3DES,SHA1]:100000k/3600s,AH[SHA1]:250000k/120s colour=blue"
    assert lookalikes(methods) == []
    assert any("k9d2m4x7" in each for each in lookalikes("qmsecmethods=ESP[3DES,SHA1]:k9d2m4x7/3600s"))


def test_the_place_of_the_refusal_is_that_of_the_error() -> None:
    parsed = read(f"PS C:\\> {CMDLET}\n\n  New-NetIPsecRule : Access is denied.\n{RECORD}PS C:\\> {CMDLET}\n\n")
    (refused,) = parsed.policy.refused_commands
    assert (refused.span.line, refused.span.column) == (3, 3)
    (rule,) = parsed.policy.connection_security_rules
    assert rule.span.line == 9


def test_a_command_that_its_own_words_explain_better_keeps_their_reason() -> None:
    typed = "C:\\>netsh ipsec static add filterlist name=L colour=blue"
    parsed = read(f"{typed}\nERR IPsec[00001] : bad tag\n\nC:\\>exit\n")
    (refused,) = parsed.policy.refused_commands
    assert "colour" in refused.reason
    assert refused.span.line == 1


def test_an_error_below_several_commands_is_a_problem_and_they_are_read() -> None:
    parsed = read(f"PS C:\\> {CMDLET}; Set-Service IKEEXT -StartupType Disabled\nNew-NetIPsecRule : No.\n{RECORD}")
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Servers"]
    assert parsed.policy.refused_commands == ()
    (problem,) = parsed.problems
    assert (problem.span.line, problem.message) == (
        2,
        "an error is printed below several commands: which of them failed is not known",
    )


def test_an_error_in_place_of_an_output_is_a_problem() -> None:
    parsed = read(f"PS C:\\> {CMDLET}\nPS C:\\> Get-NetIPsecRule\nGet-NetIPsecRule : Access is denied.\n{RECORD}")
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Servers"]
    assert parsed.policy.refused_commands == ()
    (problem,) = parsed.problems
    assert problem.span.line == 3


@cases(
    ("typed", "answer", "count"),
    [
        ("C:\\>netsh ipsec static show policy all", "ERR IPsec[05072] : No Policies", 0),
        ("C:\\>netsh ipsec static show policy all", "ERR IPsec[05073] : no store", 1),
        (
            "PS C:\\> Get-NetIPsecRule -DisplayName x",
            f"Get-NetIPsecRule : No MSFT_NetConSecRule objects found with property 'DisplayName'.\n{RECORD}",
            0,
        ),
        (
            "PS C:\\> Get-VpnConnection -Name Office",
            f"Get-VpnConnection : VPN connection Office was not found. : The system found no entry.\n{RECORD}",
            0,
        ),
        ("PS C:\\> Get-VpnConnection", f"Get-VpnConnection : VPN service is not there.\n{RECORD}", 1),
    ],
)
def test_that_there_is_nothing_to_show_is_an_answer(typed: str, answer: str, count: int) -> None:
    parsed = read(f"C:\\>{RULE}\nOk.\n\n{typed}\n{answer}\n")
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["A"]
    assert len(parsed.problems) == count


def test_a_key_of_a_command_that_failed_is_known_for_one() -> None:
    typed = f'C:\\>{RULE} auth1=computerpsk auth1psk="winter 2026"'
    parsed = read(f"{typed}\nA specified value is not valid.\n\nC:\\>exit\n")
    (secret,) = parsed.secrets
    assert typed[secret.column - 1 :][: secret.length].strip('"') == "winter 2026"
    (refused,) = parsed.policy.refused_commands
    assert "winter" not in refused.reason


def test_what_a_list_says_of_a_name_like_that_of_a_cmdlet_is_no_error() -> None:
    assert failure_in({1: "Start-Type : Automatic", 2: "Name : IKEEXT"}, "Get-Service") is None
    assert failure_in({1: "Ok."}, "netsh advfirewall consec add rule") is None
    assert failure_in({}, "netsh") is None


def test_an_error_far_below_a_command_is_not_its_own() -> None:
    printed = dict.fromkeys(range(1, 7), "a row")
    assert failure_in(printed | {7: "Access is denied."}, "netsh") is None
    assert failure_in({1: "a row", 6: "Access is denied."}, "netsh") is not None


@cases(("typed", "expected"), [("a; b", False), ("a | b", False), ('a -x "b; c"', True), ("a", True)])
def test_one_command_is_told_from_several(typed: str, expected: bool) -> None:
    assert is_one(typed) is expected


@cases(
    ("typed", "expected"),
    [
        ("netsh advfirewall consec add rule name=x", "netsh advfirewall consec add rule"),
        ("reg add HKLM\\SYSTEM /v x", "reg add"),
        ("New-NetIPsecRule Servers", "New-NetIPsecRule"),
        ("", ""),
    ],
)
def test_a_command_is_named_by_its_own_words(typed: str, expected: str) -> None:
    assert name_of(typed) == expected


def test_what_netsh_firewall_says_of_itself_is_no_command() -> None:
    notice = (
        'IMPORTANT: Command executed successfully.\nHowever, "netsh firewall" is deprecated;\n'
        'use "netsh advfirewall firewall" instead.\n'
        'For more information on using "netsh advfirewall firewall" commands\n'
        'instead of "netsh firewall", see KB article 947709\n'
        "at https://go.microsoft.com/fwlink/?linkid=121488 .\n\nOk.\n"
    )
    parsed = read(f"C:\\>netsh firewall set opmode enable\n\n{notice}\nC:\\>{RULE}\nOk.\n\nC:\\>exit\n")
    assert parsed.problems == ()
    (rule,) = parsed.policy.connection_security_rules
    assert rule.span.line == 12


def test_what_failed_keeps_its_places_below_other_lines() -> None:
    above = "Windows PowerShell\n\n" * 20
    key = 'netsh advfirewall consec add rule name=A endpoint1=any endpoint2=any auth1=computerpsk auth1psk="k7Jq-x9-Zz"'
    wrong = "netsh ipsec static add policy name=A colour=red size=2"
    parsed = read(f"{above}C:\\>{key}\nAccess is denied.\n\nC:\\>{wrong}\nInvalid argument.\n")

    (span,) = {span for span in parsed.secrets if span.line > 1}
    assert (span.line, span.column) == (41, 5 + key.index("k7Jq"))
    places = [
        (place.line, place.column)
        for command in parsed.policy.refused_commands
        for place in (command.span, *(place for _, place in command.more))
    ]
    assert places == [(44, 5 + wrong.index("colour")), (44, 5 + wrong.index("size")), (41, 30)]


def errors(text: str, name: str) -> list[str]:
    """The commands that are said to be refused; nothing else is a problem."""
    report = check_text(text, name)
    assert report.problems == ()
    refused = [finding for finding in report.findings if finding.code == "RF019"]
    return [finding.subject.name or "" for finding in refused]


FENCES = {"post.md": "I tried this:\n```powershell\n{}```\n", "post.txt": "{}", "thread.md": "{}"}


@cases("name", FENCES)
@cases(
    ("command", "answer", "called"),
    [
        (
            RULE,
            "\nThe requested operation requires elevation (Run as administrator).",
            "netsh advfirewall consec add rule",
        ),
        (RULE, "Access is denied.", "netsh advfirewall consec add rule"),
        (RULE, "\nZugriff verweigert", "netsh advfirewall consec add rule"),
        (RULE, "The RPC server is unavailable.", "netsh advfirewall consec add rule"),
        (RULE, "A specified IP address or address keyword is not valid.", "netsh advfirewall consec add rule"),
        (CMDLET, "New-NetIPsecRule: Cannot create a file when that file already exists.", "New-NetIPsecRule"),
        (
            "netsh ipsec static add policy name=P assign=yes",
            "The following command was not found: ipsec static add policy name=P assign=yes.",
            "netsh ipsec static add policy",
        ),
        (CMDLET, f"New-NetIPsecRule : Access is denied.\n{RECORD}", "New-NetIPsecRule"),
        (CMDLET.replace(" -In", " `\n  -In"), f"New-NetIPsecRule : Access is denied.\n{RECORD}", "New-NetIPsecRule"),
    ],
)
def test_a_command_without_a_prompt_that_an_error_answers_did_nothing(
    name: str, command: str, answer: str, called: str
) -> None:
    text = FENCES[name].format(f"{command}\n{answer}\n")
    assert errors(text, name) == [called]
    assert "connection_security_rule" not in check_text(text, name).inputs[0].objects


@cases("name", ["post.md", "post.txt"])
def test_of_several_commands_that_alone_did_nothing_which_an_error_answers(name: str) -> None:
    rules = [RULE.replace("name=A", f"name={letter}") for letter in "ABC"]
    text = FENCES[name].format(f"{rules[0]}\nOk.\n\n{rules[1]}\nAccess is denied.\n\n{rules[2]}\nOk.\n")
    assert errors(text, name) == ["netsh advfirewall consec add rule"]
    assert check_text(text, name).inputs[0].objects["connection_security_rule"] == 2


@cases(
    "text",
    [
        f"{RULE}\necho Access is denied.\n",
        f"{RULE}\nrem Access is denied.\n",
        "netsh ipsec static show all\nThe following command was not found: ipsec static show all.\n",
    ],
)
def test_what_a_script_prints_and_what_answers_a_look_is_no_refusal(text: str) -> None:
    assert [finding.code for finding in check_text(text, "post.txt").findings if finding.code == "RF019"] == []


def test_a_script_is_none_of_these() -> None:
    report = check_text(f"{RULE}\nAccess is denied.\n", "setup.cmd")
    assert [finding.code for finding in report.findings if finding.code == "RF019"] == []


def test_an_error_record_alone_is_no_script_and_says_that_its_cmdlet_was_refused() -> None:
    record = f"New-NetIPsecRule : Access is denied.\n{RECORD}"
    other = record.replace("New-NetIPsecRule", "Get-Foo")
    asked = "I get this as SYSTEM, what is it and how do I get past it?"
    text = f"{asked}\n\n{record}\n{other}\nMy rule is this one:\n\n{CMDLET}\n"
    report = check_text(text, "post.txt", select=["RF019"])
    assert report.problems == ()
    assert [(finding.subject.name, finding.span.line) for finding in report.findings] == [("New-NetIPsecRule", 3)]
    assert "an error record says `Access is denied.`" in report.findings[0].message
    assert report.inputs[0].objects["connection_security_rule"] == 1


@cases(
    "line",
    ["New-NetIPsecRule : Access is denied.", "    + FullyQualifiedErrorId : Windows System Error 5,New-NetIPsecRule"],
)
def test_a_part_of_a_record_is_none(line: str) -> None:
    assert list(records_alone({1: line, 2: "text", 3: "text"})) == []


def test_an_error_between_other_answers_is_that_of_the_command_above_it() -> None:
    text = (
        f"PS C:\\> {CMDLET}\nNew-NetIPsecRule : Access is denied.\nPS C:\\> Get-Service IKEEXT\n\n"
        "Status   Name               DisplayName\n------   ----               -----------\n"
        "Running  IKEEXT             IKE and AuthIP IPsec Keying Modules\n\n"
        f"PS C:\\> {CMDLET.replace('Servers', 'Others')}\n"
    )
    policy = read(text).policy
    assert [rule.name for rule in policy.connection_security_rules] == ["Others"]
    assert [(command.span.line, command.command) for command in policy.refused_commands] == [(2, "New-NetIPsecRule")]


def test_an_error_is_not_that_of_what_was_typed_before_it() -> None:
    typed = ("$p = New-NetIPsecAuthProposal -Machine -Kerberos", CMDLET)
    text = "".join(f"PS C:\\> {line}\n" for line in typed) + "New-NetIPsecRule : Access is denied.\n"
    assert [command.command for command in read(text).policy.refused_commands] == ["New-NetIPsecRule"]


def test_what_stands_below_an_error_of_two_lines_is_no_part_of_it() -> None:
    said = "[SC] OpenService FAILED 1060:", "The specified service does not exist as an installed service."
    failure = failure_in(dict(enumerate([*said, "SERVICE_NAME: IKEEXT"], start=1)), "sc query")
    assert failure is not None
    assert (failure.rows, failure.reason) == ({1, 2}, " ".join(said))
