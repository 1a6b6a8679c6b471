"""Tickets, mails and threads without fences: prose is left out, what stands between is read by its own format."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.engine.unread.beside import with_sentences
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted.prose import _FEW_SMALL, _rows_with, blocks_between, is_prose, may_stand
from ipseclint.formats.transcript.forms import KnownPieces
from ipseclint.source import bytes_source, text_source
from ipseclint.vocabulary.ras_errors import of_state


def read(text: str, path: str = "ticket.txt") -> Parsed:
    source = bytes_source(path, text.encode())
    form = recognise(source)
    assert form is not None
    return with_sentences(form.parse(source), form, source)


ASKED = "Hello,\n\nour laptops do not get through any more since the update. This is what I've set:\n\n"
ENDED = '\n\nand it still says "Policy match error". Any ideas? It\'s driving us mad.\n\nThanks,\nAnna\n'
SUITE = (
    "Set-VpnConnectionIPsecConfiguration -ConnectionName 'Head office' -AuthenticationTransformConstants SHA256128 "
    "-CipherTransformConstants AES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA384 -DHGroup ECP384 "
    "-PfsGroup ECP384 -Force"
)


@cases(
    "greeting",
    [
        *("Hi,", "Dear team,", "Hallo Herr Roe,", "> Hello Ana,", "Bonjour !", "Hi @ana,", "Hello Roe, Ana,"),
        *("Hi Ana & J.-P.,", "Dear all (and the desk),", "Hi [~aroe],", "@ana.roe, @j,", "cc @ana:"),
        *("Hi there \U0001f642,", "Ana,", "Many thanks,", "Hi all -", "Hello --", "Ana \u2013", "On the server DC01 -"),
    ],
)
def test_a_greeting_is_no_argument_of_the_script_below_it(greeting: str) -> None:
    mark = greeting[: greeting.find(" ") + 1] if greeting[0] == ">" else ""
    script = (
        "$p = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA256 -Encryption AES256",
        "New-NetIPsecQuickModeCryptoSet -DisplayName 'Hub' -Name hub -Proposal $p",
    )
    parsed = read("\n".join(f"{mark}{line}" for line in (greeting.removeprefix(mark), "", *script, "")))
    assert parsed.problems == ()
    assert [len(each.proposals) for each in parsed.policy.quick_mode_crypto_sets] == [1]


def test_a_command_of_powershell_between_sentences_is_read_without_them() -> None:
    parsed = read(ASKED + SUITE + ENDED)
    assert parsed.problems == ()
    assert [each.name for each in parsed.policy.vpn_connections] == ["Head office"]
    assert [event.error_code for event in parsed.events] == [13868]


KEPT = "$p = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -ESPHash SHA256 -Encryption AES256"
USED = "New-NetIPsecQuickModeCryptoSet -DisplayName 'Hub' -Name hub -Proposal $p"


@cases("script", [f"{KEPT}\n{USED}", "netsh ipsec static add policy name=A"])
@cases("field", ["Short description: move the hub to IPsec", "Change Title: ipsec", "Grund der \u00c4nderung: IPsec"])
def test_a_field_of_a_ticket_that_names_ipsec_is_no_program(field: str, script: str) -> None:
    assert read(f"Number: CHG0031\n{field}\nPlan:\n{script}\n").problems == ()


@cases(
    "text",
    [
        f"Ana  10:32 AM\n```{KEPT}\n{USED}```\nthanks\n",
        f"Ana  10:32 AM\n`{KEPT}`\n`{USED}`\n",
        f"Please run\n`{KEPT}` and then\n`{USED}`.\n",
        f"Please run `{KEPT}` and then `{USED}` on the server.\n",
    ],
)
def test_cmdlets_between_backticks_are_not_refused(text: str) -> None:
    parsed = read(text)
    assert parsed.problems == ()
    assert [len(each.proposals) for each in parsed.policy.quick_mode_crypto_sets] == [1]
    assert parsed.policy.refused_commands == ()


@cases("quoted", [f"I ran `{SUITE}` as an administrator on it.", f"`{SUITE}`"])
def test_a_command_between_backticks_is_read_at_its_place(quoted: str) -> None:
    parsed = read(f"The laptops of our branch do not connect to the office.\n{quoted}\n")
    assert parsed.problems == ()
    (connection,) = parsed.policy.vpn_connections
    assert (connection.span.line, connection.span.column) == (2, quoted.index("Set-") + 1)


def test_two_commands_of_netsh_in_one_sentence_are_two_commands() -> None:
    rule = "netsh advfirewall consec add rule name={} endpoint1=any endpoint2=10.0.0.0/8 action=requestinrequestout"
    parsed = read(f"On the server I ran `{rule.format('one')}` and then `{rule.format('two')}` on it.\n")
    assert parsed.problems == ()
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["one", "two"]


def test_keys_of_the_registry_between_sentences_are_read() -> None:
    parsed = read(
        "I've added the following and rebooted, and it is still error 789 of the L2TP.\n\n"
        "Windows Registry Editor Version 5.00\n\n"
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters]\n"
        '"ProhibitIpSec"=dword:00000001\n\n'
        "After that the server did not answer to any of us.\n"
    )
    assert parsed.problems == ()
    assert [(value.data.value, value.data.span.line) for value in parsed.policy.registry] == [("1", 6)]
    assert [of_state(event.state) for event in parsed.events] == [789]


def test_an_event_as_event_viewer_shows_its_xml_is_read_between_sentences() -> None:
    parsed = read(
        "The user dials and it fails. This is from the viewer of events:\n\n"
        '- <Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">\n- <System>\n'
        '  <Provider Name="RasClient" /> \n  <EventID Qualifiers="0">20227</EventID> \n'
        "  <Channel>Application</Channel> \n  </System>\n- <EventData>\n"
        "  <Data>{0B7D1B9C-0000-4A63-8A25-0E7D94DC40C9}</Data> \n  <Data>CORP\\anna</Data> \n"
        "  <Data>Head office</Data> \n  <Data>13801</Data> \n  </EventData>\n  </Event>\n\nDo you know what it is?\n"
    )
    assert parsed.problems == ()
    assert [(event.error_code, event.span.line) for event in parsed.events] == [(13801, 6)]


def test_a_file_of_strongswan_with_comments_is_one_between_sentences() -> None:
    parsed = read(
        "Our server for the laptops has this in its file:\n\nconn laptops\n\tkeyexchange=ikev2\n"
        "\t# what Windows takes\n\tike=aes256-sha384-ecp384!\n# and for the packets\n\tesp=aes256gcm16-ecp384!\n"
        "\tleft=%any\n\tright=%any\n\nand I did not change anything on the laptops.\n"
    )
    assert parsed.problems == ()
    (peer,) = parsed.policy.peers
    assert [[str(group) for group in proposal.groups] for proposal in peer.main_mode] == [["DH20"]]


def test_a_phone_book_below_the_name_of_its_file_is_read() -> None:
    book = "[Head office]\nEncoding=1\nPBVersion=6\nType=2\nVpnStrategy=7\nPhoneNumber=vpn.example.com\n"
    parsed = read(f"Here's my rasphone.pbk:\n\n{book}\nWhat is wrong with it?\n")
    assert [(each.name, each.span.line) for each in parsed.policy.vpn_connections] == [("Head office", 3)]
    assert parsed.problems == ()


def test_a_list_and_what_was_typed_behind_a_sentence_are_read() -> None:
    parsed = read(
        "Name                  : Head office\nServerAddress         : vpn.example.com\n"
        "AllUserConnection     : False\nTunnelType            : Ikev2\nAuthenticationMethod  : {Eap}\n"
        "EncryptionLevel       : Required\n\nThis is what the laptop has. With rasdial I get:\n\n"
        "C:\\>rasdial 'Head office'\nConnecting to Head office...\n\n"
        "Remote Access error 13801 - IKE authentication credentials are unacceptable\n"
    )
    assert parsed.problems == ()
    assert len(parsed.policy.vpn_connections) == 1
    assert [event.error_code for event in parsed.events] == [13801]


def test_the_title_of_a_ticket_tells_the_error() -> None:
    parsed = read(
        "# The L2TP connection attempt failed because the security layer encountered a processing error during initial"
        " negotiations with the remote computer\n\nanna \u00b7 description \u00b7 2024-02-03\n"
        "I have done both of these on it already:\n\n"
        "reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters /v ProhibitIpSec /t REG_DWORD /d 0 /f\n"
    )
    assert parsed.problems == ()
    assert [value.data.value for value in parsed.policy.registry] == ["0"]
    assert [(of_state(event.state), event.span.line) for event in parsed.events] == [(789, 1)]


@cases(
    "line",
    [
        "and it still says that the policy does not match",
        "I've added the following, and rebooted.",
        "> In the log of the server there is this:",
        "2. After that I set the value to 2 on the client.",
        "Hi all,",
        "On the ASA:",
        "Wir haben das auf dem Server so eingestellt, und es geht nicht.",
        "If the server is behind NAT, set this on it.",
        "anna \u00b7 comment \u00b7 2024-02-03",
        "Here's my rasphone.pbk:",
        "und die vpn.reg:",
    ],
)
def test_sentences_are_prose(line: str) -> None:
    assert is_prose(line)


@cases(
    "line",
    [
        "",
        "netsh advfirewall set global mainmode mmsecmethods dhgroup2:aes128-sha1",
        "Set-NetFirewallRule -DisplayName 'the rule for the servers of the branch' -Enabled True",
        "Description : the rule is for the servers and for the clients of it",
        "Description:                          The rule is for the servers and the clients",
        "echo this is the policy of the servers and of the clients",
        "rem this is the policy of the servers and of the clients",
        "if not exist the.txt goto end",
        "# this is the policy of the servers",
        "        the rule is for the servers and for the clients of it",
        "  <Data>The user is not known to it, and the server does not let him in</Data>",
        "leftsubnet=10.0.0.0/8",
        "conn laptops",
        "Rule Name:",
        "and:",
        "rasphone.pbk",
        "vpn.example.com:",
        "Description               The rule is for the servers and for the clients of it",
        "Local Endpoint:",
        "Rule Name:                            Servers",
        "Cannot find the certificate and private key for decryption.",
        "Private key is NOT plain text exportable",
        "Private key is plain text exportable",
        "Private key is NOT exportable",
        "Impossible de trouver le certificat et la cl\u00e9 priv\u00e9e pour le d\u00e9chiffrement.",
    ],
)
def test_commands_and_settings_are_none(line: str) -> None:
    assert not is_prose(line)


@cases("path", ["policy.ps1", "policy.cmd", "policy.conf"])
def test_files_of_programs_are_not_looked_at(path: str) -> None:
    assert KnownPieces(text_source("ticket.txt", ASKED)).may_hold_prose(ASKED)
    assert not KnownPieces(text_source(path, ASKED)).may_hold_prose(ASKED)


@cases("path", ["thread.md", "thread.rst", "thread.adoc"])
def test_a_document_is_looked_at_whose_language_has_no_blocks_in_it(path: str) -> None:
    assert KnownPieces(text_source(path, ASKED)).may_hold_prose(ASKED)
    captioned = f"{ASKED}\n    netsh advfirewall show global\n"
    assert not KnownPieces(text_source("thread.md", captioned)).may_hold_prose(captioned)


@cases("name", ["thread.md", "thread.markdown", "thread.rst", "mail.txt"])
def test_sentences_around_an_output_are_no_damage_of_it(name: str) -> None:
    text = (
        "We were able to connect only after we had used this in a file:\n\n"
        "Windows Registry Editor Version 5.00\n\n"
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent]\n"
        '"AssumeUDPEncapsulationContextOnSendRule"=dword:00000002\n\n'
        "After that it just connected and we had no problems with it.\n"
    )
    report = check_text(text, name)
    assert report.problems == ()
    assert report.inputs[0].status == "understood"


def test_a_text_within_a_script_is_no_prose() -> None:
    assert not may_stand(f"<#\n{ASKED}#>\n{SUITE}\n", is_prose)


def test_every_line_that_is_no_prose_is_in_one_block() -> None:
    lines = dict(enumerate((ASKED + SUITE + ENDED).splitlines(), start=1))
    (suite, *others) = [
        block for block in blocks_between(lines, is_prose) if any(line.strip() for line in block.values())
    ]
    assert [line for line in suite.values() if line.strip()] == [SUITE]
    assert [[line for line in block.values() if line.strip()] for block in others] == [["Anna"]]


@cases(
    "command",
    [
        "netsh advfirewall consec add rule name=one endpoint1=any endpoint2=any action=requireinrequireout",
        "netsh advfirewall set global mainmode mmsecmethods dhgroup2:3des-md5",
        "Set-VpnConnectionIPsecConfiguration -ConnectionName A -DHGroup Group2 -Force",
        "reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters /v ProhibitIpSec /d 1",
    ],
)
def test_a_command_that_nothing_parts_from_its_sentence_is_told(command: str) -> None:
    parsed = read(f"{ASKED}{SUITE}\n\nand on the server we have run {command} as well.\n")
    assert [(each.code.value, each.span.line, each.span.column) for each in parsed.problems] == [("IN003", 7, 31)]


def test_a_command_that_is_only_named_is_none() -> None:
    parsed = read(f"{ASKED}{SUITE}\n\nand I do not know what Set-VpnConnectionIPsecConfiguration does to it.\n")
    assert parsed.problems == ()


@cases("between", ["", "\nand then there is this, which has to be the same as on the server:\n"])
def test_a_script_with_comments_is_one(between: str) -> None:
    parsed = read(
        "I wrote a small script for the laptops, can somebody tell me if it is fine?\n\n"
        '$name = "Office"\n$vpn = @{\n    Name = $name\n    ServerAddress = "vpn.example.com"\n'
        f'    TunnelType = "Ikev2"\n}}\n{between}\n# the connection that the users of the office have\n'
        "Add-VpnConnection @vpn\n\n# and its suite\nSet-VpnConnectionIPsecConfiguration -ConnectionName $name "
        "-DHGroup Group14 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -PfsGroup None "
        "-CipherTransformConstants AES256 -AuthenticationTransformConstants SHA256128 -Force\n"
    )
    assert parsed.problems == ()
    assert [each.name for each in parsed.policy.vpn_connections] == ["Office"]


@cases(
    "line",
    [
        'secret = "the key of both ends"',
        " secret = the key of both the ends",
        "id='it is the key of a site'",
        "pre-shared-key = what is on the paper",
    ],
)
def test_the_value_of_a_setting_is_no_sentence(line: str) -> None:
    """Otherwise a file of settings would be parted at it, and the key in it be shown."""
    assert not is_prose(line)
    assert is_prose(line.replace("=", "is").replace("'", " ").replace('"', "").strip())


@cases("line", ['The tunnel stays "Connecting".', "It never comes up.", "We restart both ends."])
def test_a_short_sentence_of_plain_words_is_prose(line: str) -> None:
    assert is_prose(line)
    assert may_stand(f"{line}\n", is_prose)


@cases("line", ["Name the rule one.", "Restart both ends now.", "It comes up."])
def test_a_short_line_is_no_prose_by_its_dot_alone(line: str) -> None:
    assert not is_prose(line)


@cases("words", [("the",), ("the", "and"), ("the", "and", "is", "of"), ("none",)])
def test_few_words_are_found_on_the_lines_on_which_many_are(words: tuple[str, ...]) -> None:
    text = "The one and the other\nthe the\n\nand\nit Is of\nothers\nis-of the"
    many = frozenset(words) | {f"absent{number}" for number in range(_FEW_SMALL + 1)}
    once, twice = _rows_with(frozenset(words), text)
    assert (once, twice) == _rows_with(many, text)
    lines = [set(line.casefold().replace("-", " ").split()) & set(words) for line in text.split("\n")]
    assert once == {row for row, found in enumerate(lines) if found}
    assert twice == {row for row, found in enumerate(lines) if len(found) > 1}


@cases(("line", "expected"), [("the rule:", True), ("Rule Name:", False), ("and:", False)])
def test_two_words_before_a_colon_are_prose_where_one_is_small(line: str, *, expected: bool) -> None:
    assert is_prose(line) is expected


@cases(
    "said",
    [
        "Merci d'avance pour votre aide !",
        "Grazie dell'aiuto",
        "Can't connect :(",
        "still doesn\u2019t connect",
        "Quelqu'un sait-il pourquoi ?",
        "e reiniciei. O servidor \u00e9 um pfSense 2.4 com L2TP/IPsec (Phase 1: 3DES, SHA1, DH group 2), sem PFS.",
        "ho riavviato ma non funziona",
        "daarna herstart maar het werkt nog niet",
        "och startade om men det fungerar inte",
        "\u043d\u043e \u044d\u0442\u043e \u043d\u0435 \u043f\u043e\u043c\u043e\u0433\u043b\u043e",
    ],
)
@cases("what", ["command", "key"])
def test_prose_of_many_languages_behind_a_part_is_no_line_of_it(said: str, what: str) -> None:
    key = (
        "Windows Registry Editor Version 5.00\n\n"
        "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent]\n"
        '"AssumeUDPEncapsulationContextOnSendRule"=dword:00000002\n'
    )
    pasted = {"command": f"{SUITE}\n", "key": key}[what]
    report = check_text(f"{ASKED}{pasted}\n{said}\n\n{SUITE.replace('Head office', 'Branch')}\n", "post.txt")
    assert report.problems == ()
    assert report.inputs[0].objects["vpn_connection"] == {"command": 2, "key": 1}[what]


@cases(
    "line",
    [
        "description Bob's tunnel",
        " remark Bob's tunnel",
        "echo it's done",
        "Write-Host it's done",
        "net user O'Brien",
        "username O'Brien 15",
        "set comment Bob's",
    ],
)
def test_a_command_with_a_name_like_two_words_in_one_is_no_prose(line: str) -> None:
    assert not is_prose(line)


@cases(
    ("quoted", "expected"),
    [
        ("Set-VpnAuthProtocol -RootCertificateNameToAccept", 0),
        ("Set-VpnServerConfiguration -TunnelType", 0),
        ("Set-VpnServerConfiguration -RevertToDefault", 1),
        ("Set-VpnServerConfiguration -TunnelType IKEv2", 1),
    ],
)
def test_a_parameter_that_a_sentence_names_is_no_command(quoted: str, expected: int) -> None:
    report = check_text(f"{ASKED}{SUITE}\n\nand have you tried `{quoted}` on the server?\n", "post.txt")
    assert report.problems == ()
    assert [each.code for each in report.findings if each.code == "RF019"] == []
    assert report.inputs[0].objects.get("vpn_server", 0) == expected
