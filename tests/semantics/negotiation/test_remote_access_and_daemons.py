"""What an L2TP connection offers, which of a daemon's connections it meets, and which daemon a file is for."""

from __future__ import annotations

from ipseclint.engine.negotiate import answers
from ipseclint.finding import Basis
from ipseclint.semantics.negotiation.fixes import repairs
from ipseclint.semantics.negotiation.verdict import OF_OFFERS
from ipseclint.semantics.negotiation.vpn import vpn_ends
from tests.cases import cases
from tests.semantics.negotiation.two_ends import answer, answered, machine, peer, verdict

L2TP = (
    'Add-VpnConnection -Name "Office" -ServerAddress vpn.example.org -TunnelType L2tp -L2tpPsk "the key" '
    "-AuthenticationMethod MSChapv2 -EncryptionLevel Required -Force\n"
)
CUSTOM = (
    'Set-VpnConnectionIPsecConfiguration -ConnectionName "Office" -AuthenticationTransformConstants SHA196 '
    "-CipherTransformConstants AES128 -EncryptionMethod AES128 -IntegrityCheckMethod SHA1 -DHGroup {} -PfsGroup None "
    "-Force\n"
)
SHARED = (
    "conn shared\n left=%defaultroute\n right=%any\n authby=secret\n pfs=no\n ikev2=never\n"
    " ike=aes256-sha2;modp2048,aes128-sha1;modp2048\n phase2alg=aes128-sha1,aes256-sha2\n"
)
OF_L2TP = "conn l2tp\n auto=add\n leftprotoport=17/1701\n rightprotoport=17/%any\n type=transport\n also=shared\n"
OF_XAUTH = (
    "conn xauth\n auto=add\n leftsubnet=0.0.0.0/0\n rightaddresspool=192.0.2.10-192.0.2.20\n leftxauthserver=yes\n"
    " rightxauthclient=yes\n also=shared\n"
)
IKEV2 = "conn ikev2\n auto=add\n left=%defaultroute\n right=%any\n authby=secret\n ikev2=insist\n pfs=no\n"


@cases(("group", "told"), [("Group14", ("secured", None)), ("Group2", ("fails", "main-mode-suite"))])
def test_a_custom_suite_is_what_an_l2tp_connection_offers(group: str, told: tuple[str, str | None]) -> None:
    assert verdict(L2TP + CUSTOM.format(group), SHARED + OF_L2TP) == told


@cases("text", [L2TP, L2TP.replace('L2tp -L2tpPsk "the key"', "Ikev2").replace("MSChapv2", "Eap")])
def test_the_suite_of_a_connection_stands_where_it_is_given_to_it(text: str) -> None:
    (end,) = vpn_ends(machine(text + CUSTOM.format("Group14"), "a"))
    assert [span.line for span in (end.main_mode_span, end.quick_mode_span) if span is not None] == [2, 2]


def test_an_l2tp_connection_with_a_custom_suite_does_not_speak_ikev2() -> None:
    assert verdict(L2TP + CUSTOM.format("Group14"), IKEV2) == ("fails", "key-module")


@cases(
    ("suites", "told"),
    [
        (" ike=aes256-sha1;modp2048\n phase2alg=aes128-sha1\n", ("secured", None)),
        (" ike=3des-sha1;modp2048\n phase2alg=3des-sha1\n", ("secured", None)),
        (" ike=aes256-sha2;modp2048,aes128-sha1;modp2048\n phase2alg=aes128-sha1\n", ("fails", "main-mode-suite")),
        (" ike=aes256-sha1;modp2048\n phase2alg=aes256-sha2\n", ("fails", "quick-mode-suite")),
    ],
)
def test_what_windows_offers_under_l2tp_of_itself(suites: str, told: tuple[str, str | None]) -> None:
    server = SHARED.partition(" ike=")[0] + suites + OF_L2TP
    assert verdict(L2TP, server) == told


def test_of_a_connection_whose_suite_is_not_said_it_is_not_known_what_l2tp_offers() -> None:
    listed = "Name : Office\nServerAddress : vpn.example.org\nTunnelType : L2tp\nL2tpIPsecAuth : Psk\n"
    assert verdict(listed, SHARED + OF_L2TP) == ("depends", "main-mode-suite")


def test_of_a_servers_connections_the_one_in_transport_mode_is_for_l2tp() -> None:
    (row,) = answered(L2TP + CUSTOM.format("Group14"), SHARED + OF_L2TP + OF_XAUTH)
    assert (row.outcome.verdict, row.outcome.responder.subject) == ("secured", 'connection "l2tp"')
    (only,) = answered(L2TP + CUSTOM.format("Group14"), SHARED + OF_XAUTH)
    assert only.outcome.verdict == "fails"


@cases(
    ("dialled", "at", "told"),
    [
        ("203.0.113.7", "203.0.113.7", ("secured", None)),
        ("203.0.113.7", "172.31.2.1", ("depends", "key-module")),
        ("203.0.113.7", "203.0.113.8", ("fails", "key-module")),
        ("vpn.example.org", "172.31.2.1", ("secured", None)),
    ],
)
def test_an_l2tp_server_behind_a_nat_is_met_at_the_address_that_is_dialled(
    dialled: str, at: str, told: tuple[str, str | None]
) -> None:
    client = (L2TP + CUSTOM.format("Group14")).replace("vpn.example.org", dialled)
    (row,) = answered(client, (SHARED + OF_L2TP).replace("%defaultroute", at))
    assert (row.outcome.verdict.value, row.outcome.stage) == told
    stages = {each.stage.value: each.answer.value for each in row.outcome.stages}
    if told[0] == "depends":
        assert stages["selectors"] == "agreed"
        assert "AssumeUDPEncapsulationContextOnSendRule" in row.outcome.outcomes[0]
        (advice, _) = repairs(row.outcome)
        assert advice is not None
        assert advice.words == f"Look for the peer at {at}, if it is reached there without a NAT."


DIALLING = (
    'Add-VpnConnection -Name "Office" -ServerAddress vpn.example.org -TunnelType Ikev2 '
    "-AuthenticationMethod {} -Force\n"
    'Set-VpnConnectionIPsecConfiguration -ConnectionName "Office" -AuthenticationTransformConstants SHA256128 '
    "-CipherTransformConstants AES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -DHGroup Group14 "
    "-PfsGroup None -Force\n"
)
TAKING = (
    "conn s\n keyexchange=ikev2\n left=%any\n leftid=@vpn.example.org\n leftsubnet=0.0.0.0/0\n right=%any\n auto=add\n"
    " rightsourceip=192.0.2.0/24\n ike=aes256-sha256-modp2048!\n esp=aes256-sha256{}!\n{}"
)
BY_EAP = " leftauth=pubkey\n leftcert=a.pem\n rightauth=eap-mschapv2\n"
BY_CERTIFICATE = " authby=pubkey\n leftcert=a.pem\n"


@cases(
    ("method", "server", "told", "of_client", "of_server"),
    [
        ("Eap", BY_EAP, "agreed", None, None),
        ("Eap", " authby=secret\n", "fails", None, "Prove who this end is by what the other takes"),
        ("Eap", BY_EAP.replace("leftauth=pubkey", "leftauth=eap"), "fails", None, "Prove who this end is by"),
        ("MachineCertificate", BY_EAP, "fails", "Prove who this end is by what the other takes: eap", "Accept what"),
    ],
)
def test_a_vpn_client_is_told_to_prove_itself_only_by_what_it_has(
    method: str, server: str, told: str, of_client: str | None, of_server: str | None
) -> None:
    (row,) = answered(DIALLING.format(method), TAKING.format("", server))
    (result,) = [each for each in row.outcome.stages if each.stage == "authentication"]
    assert result.answer == told
    assert ("provided that both use the same method within EAP" in result.why) is (told == "agreed")
    for advice, begin in zip(repairs(row.outcome), (of_client, of_server), strict=True):
        assert (advice is None) is (begin is None)
        assert advice is None or advice.words.startswith(begin or "")


@cases(("numbers", "told"), [("-esn", "fails"), ("-esn-noesn", "agreed"), ("", "agreed")])
def test_extended_sequence_numbers_are_shown_where_an_end_insists_on_them(numbers: str, told: str) -> None:
    (row,) = answered(DIALLING.format("MachineCertificate"), TAKING.format(numbers, BY_CERTIFICATE))
    (result,) = [each for each in row.outcome.stages if each.stage == "quick-mode-suite"]
    assert result.answer == told
    if told == "fails":
        (difference,) = result.differences
        assert (difference.initiator, difference.responder) == ("ESP AES-256+SHA-256", "ESP AES-256+SHA-256+ESN")
        words = [advice and advice.words for advice in repairs(row.outcome)]
        assert words == [
            "Change the other end: it asks for extended sequence numbers alone.",
            "Offer the same without extended sequence numbers (ESN), too.",
        ]


CONN = (
    "conn a\n left=203.0.113.1\n right=198.51.100.1\n leftsubnet=10.2.0.0/16\n rightsubnet=10.1.0.0/16\n"
    " authby=secret\n auto=add\n{words}"
)
PEER = (
    '[peer]\nkeying = ["ikev1"]\nanswers_on = ["198.51.100.1"]\n[peer.main_mode]\nproposals = ["{}"]\n'
    '[peer.quick_mode]\nproposals = ["esp:aes256-sha256"]\npfs = []\nmode = "tunnel"\n'
    'local = ["10.1.0.0/16"]\nremote = ["10.2.0.0/16"]\n[peer.auth]\nmethods = ["psk"]\n'
)


def test_what_stands_behind_a_list_is_not_known_where_the_daemon_is_not() -> None:
    bare = CONN.format(words=" ike=aes256-sha256-modp2048\n esp=aes256-sha256\n")
    assert verdict(PEER.format("aes256-sha256-modp2048"), bare) == ("secured", None)
    assert verdict(PEER.format("aes256-sha384-modp3072"), bare) == ("unknown", "main-mode-suite")
    for told in answered(PEER.format("aes256-sha384-modp3072"), bare):
        assert told.outcome.why.count("the daemon of") == 1
        assert 'the daemon of connection "a", which is not known' in told.outcome.why
    strongswan = bare + " keyexchange=ikev1\n"
    assert verdict(PEER.format("aes256-sha384-modp3072"), strongswan) == ("secured", None)
    assert verdict(PEER.format("3des-md5-modp768"), strongswan) == ("fails", "main-mode-suite")
    strict = CONN.format(words=" keyexchange=ikev1\n ike=aes256-sha256-modp2048!\n esp=aes256-sha256!\n")
    assert verdict(PEER.format("aes256-sha384-modp3072"), strict) == ("fails", "main-mode-suite")


def test_an_inner_address_of_the_right_side_does_not_make_a_file_strongswans() -> None:
    libreswan = CONN.format(words=" ikev2=no\n ike=aes256-sha2;modp2048\n esp=aes256-sha2\n pfs=no\n")
    sourced = libreswan + " leftsourceip=10.2.0.1\n rightsourceip=10.1.0.1\n"
    assert verdict(PEER.format("aes256-sha256-modp2048"), sourced) == ("secured", None)


def test_an_address_to_send_from_leaves_the_subnet_as_it_is() -> None:
    words = " ikev2=yes\n ike=aes256-sha2;modp2048\n esp=aes256-sha2\n pfs=no\n authby=secret\n"
    conn = CONN.replace(" leftsubnet=10.2.0.0/16\n rightsubnet=10.1.0.0/16\n", "").format(words=words)
    nets = " leftsubnet=10.71.0.0/16\n rightsubnet=10.72.0.0/16\n"
    for sent in (" leftsourceip=10.71.0.1\n", " rightsourceip=10.72.0.1\n"):
        assert {row.outcome.verdict.value for row in answered(conn + nets + sent, conn + nets)} == {"secured"}
        elsewhere = nets.replace("10.72", "10.73")
        assert {row.outcome.verdict.value for row in answered(conn + nets + sent, conn + elsewhere)} == {"fails"}


def test_what_nobody_compares_makes_the_answer_unknown() -> None:
    conn = CONN.format(words=" ikev2=yes\n ike=aes256-sha2;modp2048\n esp=aes256-sha2\n pfs=no\n authby=secret\n")
    for words in (" ppk=insist\n", " policy-label=system_u:object_r:x_t:s0\n", " enable-tcp=yes\n"):
        (row, _) = answers(machine(conn + words, "a", is_whole=False), machine(conn, "b"))
        assert row.outcome.verdict.value in {"unknown", "depends"}


def test_ikev1_has_no_proposal_with_an_aead_cipher_in_main_mode() -> None:
    """As strongSwan 5.9.8 answered two equal ends."""
    conn = CONN.format(words=" keyexchange=ikev1\n esp=aes256-sha256!\n ike={}!\n")
    for words in ("aes256gcm16-prfsha384-ecp384", "aes256gcm16-sha256-modp2048"):
        row = answer(conn.format(words), conn.format(words))
        assert (row.outcome.verdict.value, row.outcome.stage) == ("fails", "main-mode-suite")
        assert all(each is not None and "Offer AES-GCM" not in each.words for each in repairs(row.outcome))
    same = conn.format("aes256-sha256-prfsha256-modp2048")
    assert verdict(same, same) == ("secured", None)


def test_keys_and_certificates_in_one_list_are_ways_that_libreswan_takes() -> None:
    conn = CONN.format(words=" ikev2=yes\n ike=aes256-sha2;modp2048\n esp=aes256-sha2\n pfs=no\n authby={}\n")
    for listed in ("secret,rsasig", "rsasig,secret", "secret|rsasig"):
        assert {row.outcome.verdict.value for row in answered(conn.format(listed), conn.format("secret"))} == {
            "secured"
        }


def test_every_address_is_written_short_by_libreswan() -> None:
    conn = CONN.format(words=" ikev2=yes\n ike=aes256-sha2;modp2048\n esp=aes256-sha2\n pfs=no\n authby=secret\n")
    short, whole = (conn.replace("leftsubnet=10.2.0.0/16", f"leftsubnet={net}") for net in ("0/0", "0.0.0.0/0"))
    (mine,), (theirs,) = machine(short, "a").policy.peers, machine(whole, "b").policy.peers
    assert mine.local is not None
    assert theirs.local is not None
    assert mine.local.value == theirs.local.value


def test_a_word_of_both_daemons_does_not_tell_which_it_is() -> None:
    libreswan = CONN.format(words=" ikev2=no\n ike=aes256-sha2;modp2048\n esp=aes256-sha2\n pfs=no\n rekeyfuzz=0%\n")
    assert verdict(PEER.format("aes256-sha256-modp2048"), libreswan) == ("secured", None)


def test_gmac_without_a_size_has_both() -> None:
    words = " ikev2=yes\n ike=aes256-sha2;modp2048\n pfs=no\n authby=secret\n esp={}\n"
    both, *sized = (
        CONN.format(words=words.format(f"null_auth_aes_gmac{size}-null")) for size in ("", "_128", "_256", "_192")
    )
    found = [{row.outcome.verdict.value for row in answered(both, each)} for each in sized]
    assert found == [{"secured"}, {"secured"}, {"fails"}]


@cases(
    ("server", "stage"),
    [
        (SHARED.replace(" pfs=no\n", "").partition(" ike=")[0] + " ike=aes256-sha1;modp2048\n" + OF_L2TP, "pfs"),
        (SHARED.replace("modp2048", "modp1536") + OF_L2TP, "main-mode-suite"),
    ],
)
def test_what_rests_on_offers_that_others_saw_is_no_standards_word(server: str, stage: str) -> None:
    (row,) = answered(L2TP, server)
    assert (row.outcome.stage, row.outcome.basis) == (stage, "reasoned")


CLIENT = (
    "Add-VpnConnection -Name V -ServerAddress {server} -TunnelType Ikev2 -AuthenticationMethod {method}"
    " -EncryptionLevel Maximum\nSet-VpnConnectionIPsecConfiguration -ConnectionName V -CipherTransformConstants AES256"
    " -AuthenticationTransformConstants SHA256128 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256"
    " -DHGroup Group14 -PfsGroup None -Force\n"
)
SERVER = (
    "connections {{\n x {{\n  version = 2\n  proposals = aes256-sha256-modp2048\n"
    "  local {{\n   auth = pubkey\n{identity}  }}\n  remote {{\n   auth = {method}\n  }}\n"
    "  children {{\n   c {{\n    local_ts = 0.0.0.0/0\n    esp_proposals = aes256-sha256\n   }}\n  }}\n }}\n}}\n"
)


@cases(
    ("dialled", "shown", "is_met"),
    [
        ("vpn.example", "", True),
        ("vpn.example", "vpn.example", True),
        ("VPN.example", "@vpn.EXAMPLE", True),
        ("192.0.2.1", "192.0.2.1", True),
        ("vpn.example", '"C=DE, CN=vpn"', True),
        ("vpn.example", "gateway", True),
        ("vpn.example", "other.example", False),
        ("vpn.example", "192.0.2.1", False),
        ("192.0.2.1", "vpn.example", False),
    ],
)
@cases(("method", "taken"), [("MachineCertificate", "pubkey"), ("Eap", "eap-mschapv2")])
def test_a_client_checks_the_name_that_it_dials(
    dialled: str, shown: str, method: str, taken: str, *, is_met: bool
) -> None:
    client = CLIENT.format(server=dialled, method=method)
    row = answer(client, SERVER.format(method=taken, identity=f"   id = {shown}\n" if shown else ""))
    if is_met:
        assert row.outcome.verdict == "secured"
        return
    assert (row.outcome.verdict, row.outcome.stage) == ("depends", "authentication")
    assert row.outcome.outcomes == ("authenticated, if its certificate has that name as well", "refused with 13801")
    assert [(each.name, each.a, each.b) for each in row.differences] == [("identity", dialled, shown)]
    assert [each and each.words for each in repairs(row.outcome)] == [
        "Dial the name that the other end shows.",
        "Show a certificate with the name dialled.",
    ]


@cases(
    ("expected", "verdict_"),
    [
        ("%any", "secured"),
        ('"*"', "secured"),
        ("", "secured"),
        ('"*@a.example"', "fails"),
        ("a@a.example", "fails"),
        ('"C=DE, CN=*"', "fails"),
        ("192.0.2.0/24", "depends"),
    ],
)
def test_a_client_with_eap_shows_an_address_that_is_not_known(expected: str, verdict_: str) -> None:
    taken = f"eap-mschapv2\n   id = {expected}" if expected else "eap-mschapv2"
    row = answer(CLIENT.format(server="vpn.example", method="Eap"), SERVER.format(method=taken, identity=""))
    assert row.outcome.verdict == verdict_
    assert [(each.name, each.a) for each in row.differences] == (
        [] if verdict_ == "secured" else [("identity", "its address")]
    )
    certificate = answer(
        CLIENT.format(server="vpn.example", method="MachineCertificate"),
        SERVER.format(method=taken.replace("eap-mschapv2", "pubkey"), identity=""),
    )
    assert certificate.outcome.verdict == "secured"


@cases(
    ("method", "taken", "words"),
    [
        ("MachineCertificate", "eap-mschapv2", ("eap", "computer-certificate")),
        ("Eap", "pubkey", ("computer-certificate", "eap")),
    ],
)
def test_a_connection_can_change_from_a_certificate_to_eap_and_back(
    method: str, taken: str, words: tuple[str, str]
) -> None:
    outcome = answer(
        CLIENT.format(server="vpn.example", method=method), SERVER.format(method=taken, identity="")
    ).outcome
    assert (outcome.verdict, outcome.stage) == ("fails", "authentication")
    own, other = words
    assert [each and each.words for each in repairs(outcome)] == [
        f"Prove who this end is by what the other takes: {own}.",
        f"Accept what the other end proves itself by: {other}.",
    ]


def test_a_rule_of_windows_cannot_change_to_eap() -> None:
    rule = (
        "New-NetIPsecRule -DisplayName R -LocalAddress 10.1.0.5 -RemoteAddress 10.2.0.7 -InboundSecurity Require"
        " -OutboundSecurity Require -KeyModule IKEv2 -Phase1AuthSet (New-NetIPsecPhase1AuthSet -DisplayName P -Proposal"
        ' (New-NetIPsecAuthProposal -Machine -Cert -Authority "CN=A" -AuthorityType Root)).Name\n'
    )
    described = peer(main='proposals = ["aes128-sha1-modp1024"]', auth='methods = ["eap"]\naccepts = ["eap"]')
    outcome = answer(rule, described).outcome
    assert (outcome.verdict, outcome.stage) == ("fails", "authentication")
    assert repairs(outcome)[0] is None


@cases(("more", "is_reported"), [("", True), (CUSTOM.format("Group14"), False)])
def test_what_only_reports_tell_of_an_offer_is_reasoned(more: str, is_reported: bool) -> None:
    (row,) = answered(L2TP + more, SHARED + OF_L2TP)
    found = {each.basis for each in row.outcome.stages if each.stage in OF_OFFERS}
    assert (found == {Basis.REASONED}, Basis.REASONED in found) == (is_reported, is_reported)
