"""Descriptions of peers: what a section of swanctl.conf takes over, what a shell script writes, logs of charon."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import RuleMode
from ipseclint.source import bytes_source
from ipseclint.vocabulary.authentication import AuthMethod

BASE = """connections {
   office {
      version = 2
      proposals = aes256-sha256-modp2048
      remote {
         auth = eap-tls
         eap_id = %any
      }
      children {
         net {
            local_ts = 10.1.0.0/16
            esp_proposals = aes256gcm16
         }
      }
   }
"""


def read(text: str, name: str = "swanctl-conf") -> Parsed:
    source = bytes_source("gateway", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == name
    return form.parse(source)


@cases(
    ("word", "mode"),
    [("beet", RuleMode.TUNNEL), ("transport_proxy", RuleMode.TRANSPORT), ("beat", None)],
)
def test_a_mode_that_windows_lacks_is_what_is_negotiated_instead(word: str, mode: RuleMode | None) -> None:
    of_child = read(BASE.replace("local_ts", f"mode = {word}\n            local_ts") + "}\n")
    of_connection = read(f"conn office\n  ike=aes256-sha256-modp2048!\n  type={word}\n  auto=add\n", "ipsec-conf")
    for parsed in (of_child, of_connection):
        (peer,) = parsed.policy.peers
        assert peer.mode is not None
        assert peer.mode.known == mode
        assert bool(parsed.problems) == (mode is None)


def test_a_section_takes_over_what_another_says_at_its_path() -> None:
    parsed = read(
        f"{BASE}   phones : connections.office {{\n      remote {{\n         auth = psk\n      }}\n   }}\n}}\n"
    )
    assert parsed.problems == ()
    office, phones = parsed.policy.peers
    assert (office.name, phones.name) == ("office", "phones")
    assert office.main_mode is not None
    assert phones.main_mode == office.main_mode
    assert phones.quick_mode == office.quick_mode
    assert phones.local.value == office.local.value
    assert [peer.accepted[0].method for peer in (office, phones)] == [AuthMethod.EAP, AuthMethod.PRESHARED_KEY]


def test_gmac_beside_other_aeads_is_a_proposal_of_its_own() -> None:
    def offered(text: str) -> list[tuple[tuple[str, ...], ...]]:
        (peer,) = (parsed := read(BASE.replace("aes256gcm16", text) + "}\n")).policy.peers
        assert parsed.problems == ()
        return [(each.encryption, each.integrity, each.groups) for each in peer.quick_mode or ()]

    gcm, gmac = ("AES-GCM-256",), (("none",), ("AES-GMAC-256",))
    assert offered("aes256gcm16-aes256gmac-ecp384") == [(gcm, (), ("DH20",)), (*gmac, ("DH20",))]
    assert offered("aes256gmac-aes256gcm16") == [(gcm, (), ()), (*gmac, ())]
    assert offered("aes256gmac") == [(*gmac, ())]


@cases("text", ["aes256-aes256gmac-sha256", "aes256gcm16-aes256-sha256"])
def test_aeads_beside_other_ciphers_are_not_understood(text: str) -> None:
    (problem,) = read(BASE.replace("aes256gcm16", text) + "}\n").problems
    assert problem.message == f"proposal `{text}` is not understood"


@cases(
    ("more", "is_asked"),
    [
        ("ke1_mlkem768", True),
        ("ke1_mlkem768-ke1_none", False),
        ("ke1_modp4096-ke3_mlkem768-ke3_none", True),
        ("ke1_modp4096-ke1_none-ke3_mlkem768-ke3_none", False),
        ("ke8_mlkem768", None),
    ],
)
def test_additional_key_exchanges_are_named_unless_the_other_end_may_do_without(
    more: str, is_asked: bool | None
) -> None:
    text = f"aes256gcm16-ecp384-{more}"
    parsed = read(BASE.replace("aes256gcm16", text) + "}\n")
    why = "asks for additional key exchanges (RFC 9370), which are not compared" if is_asked else "is not understood"
    told = [f"proposal `{text}` {why}"] if is_asked is not False else []
    assert [problem.message for problem in parsed.problems] == told
    (peer,) = parsed.policy.peers
    assert [(each.groups, each.is_understood) for each in peer.quick_mode or ()] == [(("DH20",), is_asked is False)]


@cases(("word", "name"), [("sha1_160", "SHA-1 of 160 bits"), ("md5_128", "MD5 of 128 bits")])
def test_an_integrity_that_is_not_cut_is_another_one_than_that_of_windows(word: str, name: str) -> None:
    parsed = read(BASE.replace("aes256gcm16", f"aes256-{word}") + "}\n")
    assert parsed.problems == ()
    assert [each.integrity for each in parsed.policy.peers[0].quick_mode or ()] == [(name,)]


def test_sections_take_over_through_others_and_none_itself() -> None:
    parsed = read(f"{BASE}   b : connections.office {{\n   }}\n   c : connections.b {{\n   }}\n}}\n")
    assert parsed.problems == ()
    office, _, last = parsed.policy.peers
    assert (last.name, last.main_mode) == ("c", office.main_mode)
    around = "   {0} : connections.{1} {{\n      proposals = aes128-sha256-modp2048\n   }}\n"
    parsed = read(f"connections {{\n{around.format('a', 'b')}{around.format('b', 'a')}}}\n")
    assert [peer.name for peer in parsed.policy.peers] == ["a", "b"]
    assert {problem.message for problem in parsed.problems} == {
        "`connections.b` is not a section of this input, or takes over itself"
    }


def test_a_section_that_is_not_there_is_said() -> None:
    parsed = read(f"{BASE}   phones : connections.ofice {{\n   }}\n}}\n")
    assert [(problem.message, problem.span.line) for problem in parsed.problems] == [
        ("`connections.ofice` is not a section of this input, or takes over itself", 16)
    ]


@cases("opening", ["cat > {} <<EOF", "cat <<'EOF' >> {}", "cat <<EOT | sudo tee {}", "sudo tee {} >/dev/null <<-EOF"])
def test_of_a_shell_script_what_it_writes_is_read_at_its_place(opening: str) -> None:
    end = "EOT" if "EOT" in opening else "EOF"
    script = (
        f"#!/bin/sh\napt-get install -y strongswan\n{opening.format('/etc/ipsec.conf')}\n"
        "config setup\n    uniqueids=no\n\n"
        f"conn office\n    keyexchange=ikev2\n    ike=aes256-sha256-modp2048!\n    left=%any\n    right=%any\n{end}\n"
        f"{opening.format('/etc/sysctl.conf')}\nnet.ipv4.ip_forward = 1\n{end}\nipsec restart\n"
    )
    parsed = read(script, "ipsec-conf")
    assert parsed.problems == ()
    assert [(peer.name, peer.span.line) for peer in parsed.policy.peers] == [("office", 7)]


def test_what_a_shell_or_a_template_puts_in_closes_no_section() -> None:
    parsed = read(
        "cat > /etc/swanctl/conf.d/site.conf <<EOF\nconnections {\n  to-${SITE} {\n    version = 2\n"
        "    remote_addrs = ${PEER}\n    proposals = aes256-sha256-modp2048\n    local {\n"
        "      auth = pubkey\n      certs = {{ host }}.pem\n      id = ${ME}@example.org\n    }\n"
        "    remote {\n      auth = pubkey\n    }\n    children {\n      net {\n"
        "        esp_proposals = aes256-sha256\n      }\n    }\n  }\n}\nEOF\n"
    )
    (peer,) = parsed.policy.peers
    assert peer.name == "to-${SITE}"
    assert (len(peer.main_mode), len(peer.quick_mode)) == (1, 1)
    assert parsed.problems == ()


PASTED = "connections {\n  gw {\n    version = 2\n    children {\n      net {\n      }\n    }\n  }\n}\n"


def test_what_somebody_writes_around_swanctl_conf_is_counted_and_is_no_fault_of_it() -> None:
    parsed = read(f"Moved last week:\n\n{PASTED}\nhub@gw:~# swanctl --load-all\nloaded connection 'gw'\n")
    assert [peer.name for peer in parsed.policy.peers] == ["gw"]
    assert parsed.problems == ()
    assert ("text outside of the sections", 3) in parsed.unread


@cases("line", ["remote_addrs = 10.0.0.1", "}", "pools"])
def test_what_the_grammar_knows_is_said_outside_of_the_sections_too(line: str) -> None:
    assert read(f"{PASTED}{line}\nsome words\n").problems


def test_of_a_shell_script_that_writes_both_files_both_are_read() -> None:
    conf = "conn office\n    ike=aes256-sha256-modp2048!\n    left=%any\n    right=%any\n"
    script = (
        f"#!/bin/sh\ncat > /etc/ipsec.conf <<EOF\n{conf}EOF\n"
        'cat > /etc/ipsec.secrets <<EOF\n%any  %any  : PSK "$GATEWAY_KEY"\nEOF\nipsec restart\n'
    )
    parsed = read(script, "ipsec-conf")
    assert parsed.problems == ()
    assert [(peer.name, peer.span.line) for peer in parsed.policy.peers] == [("office", 3)]
    assert [key.span.line for key in parsed.policy.peer_keys] == [9]
    assert 9 in {span.line for span in parsed.secrets}


def test_a_log_of_charon_that_tells_one_end_is_that_end() -> None:
    log = "Aug 16 03:32:20 vpn charon: 09[CFG] configured proposals: IKE:AES_GCM_16_256/PRF_HMAC_SHA2_512/ECP_384\n"
    (peer,) = read(log, "ike-log").policy.peers
    assert (peer.name, len(peer.main_mode or ())) == ("the responder in the log", 1)


@cases("cut", ["INTEG=HMAC_SHA1\n_96;ESN=DISABLED 2:", "INTEG=HMAC_SHA1_96;ESN=DISAB\nLED\n 2:"])
def test_offers_that_a_terminal_cuts_are_read_whole(cut: str) -> None:
    whole = cut.replace("\n", "")
    offers = f"1:ESP:ENCR=AES_CBC_256;{whole}ESP:ENCR=AES_GCM_C_256;ESN=DISABLED"
    head = 'Jun 09 18:40:03 gw pluto[2]: "x" #8: no local proposal matches remote proposals '
    cut_log, log = (
        read(f"{head}{text}\n" + 'Jun 09 "x" #8: sent\n', "ike-log") for text in (offers.replace(whole, cut), offers)
    )
    (peer,) = log.policy.peers
    assert peer.name == "the initiator in the log"
    assert [(offer.encryption, offer.integrity) for offer in peer.quick_mode or ()] == [
        (("AES-256",), ("SHA-1",)),
        (("AES-GCM-256",), ()),
    ]
    (other,) = cut_log.policy.peers
    assert [(offer.encryption, offer.integrity) for offer in other.quick_mode or ()] == [
        (offer.encryption, offer.integrity) for offer in peer.quick_mode or ()
    ]
    assert [event.error_code for event in cut_log.events] == [13868]


def test_a_log_that_says_that_nothing_was_taken_is_evidence_of_it() -> None:
    logs = ROOT / "fixtures" / "formats" / "ike-log"
    found = {}
    for name in ("charon.log", "charon-quick-mode.log", "pluto.log"):
        (event,) = read((logs / name).read_text(), "ike-log").events
        found[name] = (event.error_code, event.kind.value, event.count, event.span.line)
    assert found == {
        "charon.log": (13868, "main-mode", 1, 4),
        "charon-quick-mode.log": (13868, "quick-mode", 1, 3),
        "pluto.log": (13868, "quick-mode", 1, 7),
    }
    taken = "charon: 14[CFG] received proposals: IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048\n"
    assert read(f"{taken}{taken.replace('received', 'configured')}", "ike-log").events == ()


def test_blanks_at_the_ends_of_the_lines_of_a_log_are_no_part_of_its_proposals() -> None:
    text = (ROOT / "fixtures" / "formats" / "ike-log" / "pluto.log").read_text()
    for blanks in (" ", "\t", "\u00a0", " \u00a0 "):
        padded = read(text.replace("\n", f"{blanks}\n"), "ike-log")
        assert [peer.main_mode for peer in padded.policy.peers] == [
            peer.main_mode for peer in read(text, "ike-log").policy.peers
        ]


def test_a_check_of_such_a_log_names_what_differs() -> None:
    report = check_text((ROOT / "fixtures" / "formats" / "ike-log" / "pluto.log").read_text(), "pluto.log")
    (finding,) = report.findings
    assert finding.code == "RT016"
    assert finding.message == (
        '1 x 13868 POLICY_MATCH "Policy match error"; as responder; in quick mode the initiator offers ESP 3DES+SHA-1, '
        "ESP AES-256+SHA-256, the responder takes ESP AES-128+SHA-1, ESP AES-GCM-256"
    )
    assert report.not_judged == ()


def test_an_answer_behind_refused_offers_is_no_failure_of_its_own() -> None:
    offers = (
        "charon: 02[CFG] received proposals: IKE:AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_384\n"
        "charon: 02[CFG] configured proposals: IKE:AES_CBC_256/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024\n"
        "charon: 02[IKE] received proposals unacceptable\n"
    )
    answer = "charon: 02[ENC] generating IKE_SA_INIT response 0 [ N(NO_PROP) ]\n"
    (event,) = read(offers + answer, "ike-log").events
    assert (event.error_code, event.count, event.span.line) == (13868, 1, 3)


def test_keys_of_the_setup_tell_whose_configuration_it_is() -> None:
    connection = "conn a\n left=192.0.2.1\n right=192.0.2.2\n authby=secret\n auto=start\n"
    (peer,) = read(f"config setup\n plutodebug=none\n{connection}", "ipsec-conf").policy.peers
    assert peer.implementation == "libreswan"
    (peer,) = read(connection, "ipsec-conf").policy.peers
    assert peer.implementation == "unknown"


def test_a_log_that_says_why_the_other_end_was_not_let_in_is_evidence_with_the_reason() -> None:
    log = (
        "Jul 10 10:00:01 gw charon: 07[IKE] tried 1 shared key for '%any' - '10.0.0.2', but MAC mismatched\n"
        "Jul 10 10:00:01 gw charon: 07[ENC] generating IKE_AUTH response 1 [ N(AUTH_FAILED) ]\n"
    )
    (event,) = read(log, "ike-log").events
    assert (event.error_code, event.count, event.span.line) == (13801, 1, 1)
    assert event.state == "tried 1 shared key for '%any' - '10.0.0.2', but MAC mismatched"
    (answer,) = read(log.split("\n")[1] + "\n", "ike-log").events
    assert (answer.error_code, answer.state) == (13801, None)


def test_what_a_renewal_lacks_is_named_from_a_log() -> None:
    log = (
        "charon: 02[CFG] received proposals: ESP:AES_CBC_256/HMAC_SHA2_256_128/NO_EXT_SEQ\n"
        "charon: 02[CFG] configured proposals: ESP:AES_CBC_256/HMAC_SHA2_256_128/MODP_2048/NO_EXT_SEQ\n"
        "charon: 02[IKE] no acceptable proposal found\n"
    )
    (finding,) = check_text(log, "charon.log").findings
    assert finding.message.endswith("for perfect forward secrecy the initiator offers none, the responder takes DH14")


def test_an_attempt_counts_once_for_an_error_with_the_first_line_that_says_why() -> None:
    state = 'pluto[9]: "x"[2] 192.0.2.5 #{}: '
    lines = ("No matching subjectAltName found", "Peer public key SubjectAltName does not match peer ID for this")
    answer = "responding to IKE_AUTH message (ID 1) with encrypted notification AUTHENTICATION_FAILED"
    log = "".join(f"{state.format(number)}{line}\n" for number in (2, 3, 4) for line in (*lines, answer))
    (event,) = read(log, "ike-log").events
    assert (event.error_code, event.count, event.state, event.role) == (13801, 3, lines[0], "responder")


def test_another_attempt_begins_where_the_log_says_so() -> None:
    begins = "charon: 05[IKE] 192.0.2.5 is initiating an IKE_SA\n"
    first, second = "charon: 05[IKE] no private key found for 'a'\n", "charon: 06[IKE] no EAP key found for hosts 'a'\n"
    log = f"{begins}{first}{begins}{second}"
    events = read(log, "ike-log").events
    assert [(event.state, event.count) for event in events] == [
        ("no private key found", 1),
        ("no EAP key found for", 1),
    ]


def test_the_offers_that_pluto_refuses_with_ikev1_stand_with_the_refusal_of_their_attempt() -> None:
    state = 'pluto[9]: "x"[2] 192.0.2.5 #{}: '
    first = f"{state.format(2)}responding to Main Mode from unknown peer 192.0.2.5\n"
    refused = "".join(
        f"{state.format(2)}Oakley Transform [AES_CBC ({bits}), HMAC_SHA1, DH20] refused\n" for bits in range(6)
    )
    (event,) = read(f"{refused}{first}{refused}{state.format(2)}no acceptable Oakley Transform\n", "ike-log").events
    assert (event.error_code, event.kind.value) == (13868, "main-mode")
    assert event.state == (
        "no acceptable Oakley Transform: AES_CBC (0), HMAC_SHA1, DH20; AES_CBC (1), HMAC_SHA1, DH20; AES_CBC (2), "
        "HMAC_SHA1, DH20; AES_CBC (3), HMAC_SHA1, DH20 and 2 more refused"
    )
    (event,) = read(f"{first}{refused}", "ike-log").events
    assert event.state.startswith("Oakley Transform: AES_CBC (0), HMAC_SHA1, DH20; AES_CBC (1), HMAC_SHA1, DH20; ")


def test_a_proposal_for_ike_without_a_group_is_said_to_lack_one() -> None:
    config = "conn a\n  keyexchange=ikev2\n  ike=aes128-sha1\n  esp=aes128-sha1\n  left=192.0.2.1\n  right=192.0.2.2\n"
    (problem,) = read(config, "ipsec-conf").problems
    assert problem.message == "proposal `aes128-sha1` names no Diffie-Hellman group, and one for IKE must have one"


def test_an_offer_that_older_pluto_refuses_is_no_failure_once_another_is_taken() -> None:
    state = 'pluto[9]: "x"[2] 192.0.2.5 #2: '
    refused = (
        f"{state}responding to Main Mode from unknown peer 192.0.2.5\n"
        f"{state}Oakley Transform [OAKLEY_AES_CBC (256), OAKLEY_SHA1, OAKLEY_GROUP_ECP_384] refused\n"
        f"{state}OAKLEY proposal refused\n"
    )
    taken = check_text(f"{refused}{state}STATE_MAIN_R1: sent MR1, expecting MI2\n", "pluto.log")
    assert ProblemCode.NOT_UNDERSTOOD not in {each.code for each in taken.problems}
    (event,) = read(refused, "ike-log").events
    assert (event.error_code, event.state) == (
        13868,
        "Oakley Transform: OAKLEY_AES_CBC (256), OAKLEY_SHA1, OAKLEY_GROUP_ECP_384 refused",
    )
    (event,) = read(f"{state}OAKLEY proposal refused\n", "ike-log").events
    assert event.error_code == 13868


def test_an_initiator_says_what_it_was_answered_or_that_it_was_not() -> None:
    log = (
        "charon: 05[IKE] initiating IKE_SA s2s[1] to 203.0.113.9\ncharon: 05[IKE] giving up after 5 retransmits\n"
        "charon: 05[IKE] establishing IKE_SA failed, peer not responding\n"
        "charon: 05[IKE] initiating IKE_SA s2s[2] to 203.0.113.9\n"
        "charon: 05[IKE] received NO_PROPOSAL_CHOSEN notify error\n"
    )
    told = [(event.error_code, event.role, event.count) for event in read(log, "ike-log").events]
    assert told == [(13805, "initiator", 1), (13868, "initiator", 1)]


def test_a_log_in_which_nothing_failed_holds_what_stands() -> None:
    log = (
        'pluto[4]: "x"[5] 192.0.2.7 #2: responding to Main Mode from unknown peer 192.0.2.7:500\n'
        'pluto[4]: "x"[5] 192.0.2.7 #2: Oakley Transform [AES_CBC (256), HMAC_SHA1, DH20] refused\n'
        'pluto[4]: "x"[5] 192.0.2.7 #2: STATE_MAIN_R3: sent MR3, ISAKMP SA established\n'
    )
    report = check_text(log, "pluto.log")
    assert (report.findings, report.problems) == ((), ())
    assert [each.objects for each in report.inputs] == [{"security_association": 1}]


def test_no_inner_address_is_the_error_of_remote_access() -> None:
    (event,) = read("charon: 05[IKE] no virtual IP found for %any requested by 'u'\n", "ike-log").events
    assert (event.error_code, event.state) == (None, "remote-access error 840")


@cases(
    ("word", "groups"), [("yes", ("same-as-main-mode",)), ("no", ()), ("never", ()), ("insist", ("same-as-main-mode",))]
)
def test_libreswan_asks_for_pfs_unless_it_is_told_not_to(word: str, groups: tuple[str, ...]) -> None:
    (peer,) = read(LIBRESWAN.format(word), "ipsec-conf").policy.peers
    assert {offer.groups for offer in peer.quick_mode or ()} == {groups}


def test_a_word_that_pfs_does_not_know_is_said_and_agrees_with_nothing() -> None:
    parsed = read(LIBRESWAN.format("maybe"), "ipsec-conf")
    assert [problem.message for problem in parsed.problems] == ["pfs `maybe` is not yes or no"]
    (peer,) = parsed.policy.peers
    assert [offer.is_understood for offer in peer.quick_mode or ()] == [False]


@cases("key", ["aggressive", "rekey", "narrowing", "sha2-truncbug", "leftxauthserver"])
def test_a_key_that_says_neither_yes_nor_no_is_no_silent_no(key: str) -> None:
    parsed = read(f"{LIBRESWAN.format('yes')}  {key}=yess\n", "ipsec-conf")
    assert [problem.message for problem in parsed.problems] == [f"{key} `yess` is not yes or no"]


@cases(("word", "is_known"), [("eap", True), ("eap-tls", True), ("eap-26-311", True), ("eap-tsl", False)])
def test_a_method_of_eap_that_is_misspelt_is_said(word: str, is_known: bool) -> None:
    lines = f"conn a\n  right=192.0.2.1\n  keyexchange=ikev2\n  leftauth=pubkey\n  rightauth={word}\n"
    problems = [] if is_known else [f"unknown authentication `{word}`"]
    assert [problem.message for problem in read(lines, "ipsec-conf").problems] == problems
    lines = (
        f"connections {{\n  a {{\n    remote_addrs = 192.0.2.1\n    remote {{\n      auth = {word}\n    }}\n  }}\n}}\n"
    )
    assert [problem.message for problem in read(lines, "swanctl-conf").problems] == problems


def test_a_misspelt_word_for_the_version_of_ike_is_no_ikev1() -> None:
    parsed = read(LIBRESWAN.format("yes").replace("insist", "insits"), "ipsec-conf")
    assert [problem.message for problem in parsed.problems] == ["unknown key exchange `insits`"]
    (peer,) = parsed.policy.peers
    assert peer.key_modules.known is None


LIBRESWAN = (
    "conn a\n  left=192.0.2.1\n  right=192.0.2.2\n  authby=secret\n  ikev2=insist\n  phase2alg=aes128-sha1\n  pfs={}\n"
)


@cases(("line", "form"), [("phase2=ah", "AH"), ("ah=sha2_256", "AH"), ("phase2=esp", "ESP")])
def test_an_ipsec_conf_names_the_header_by_either_key(line: str, form: str) -> None:
    (peer,) = read(f"conn a\n\tright=192.0.2.1\n\tikev2=insist\n\t{line}\n", "ipsec-conf").policy.peers
    assert {offer.encapsulation for offer in peer.quick_mode} == {form}


def test_what_a_daemon_gets_past_is_no_failure() -> None:
    begins = "charon: 05[IKE] 192.0.2.5 is initiating an IKE_SA\n"
    other = "charon: 05[CFG] selected peer config 'a' unacceptable: constraint checking failed\n"
    established = "charon: 05[IKE] IKE_SA b[2] established between 198.51.100.2[vpn]...192.0.2.5[pc]\n"
    refused = "charon: 05[IKE] no EAP key found for hosts 'vpn' - 'u'\n"
    assert read(f"{begins}{other}{established}", "ike-log").events == ()
    (event,) = read(f"{begins}{other}{begins}{other}{established}", "ike-log").events
    assert (event.count, event.span.line) == (1, 2)
    (event,) = read(f"{begins}{other}{refused}{begins}{established}", "ike-log").events
    assert event.error_code == 13801


def test_a_failure_that_nothing_gets_past_stays_though_another_peer_succeeds() -> None:
    refused = "charon: 05[IKE] no private key found for 'a'\n"
    established = "charon: 06[IKE] IKE_SA b[2] established between 198.51.100.2[vpn]...192.0.2.9[pc]\n"
    (event,) = read(f"{refused}{established}", "ike-log").events
    assert event.state == "no private key found"


@cases(
    ("line", "error", "kind", "role"),
    [
        ("NSS: ERROR: IPsec certificate CN=west invalid: SEC_ERROR_EXPIRED", 13801, "main-mode", "responder"),
        ("X509: CERT payload bogus or revoked", 13801, "main-mode", "responder"),
        ("received Hash Payload does not match computed value", 13801, "main-mode", "responder"),
        ("unable to locate my private key for RSA Signature", 13801, "main-mode", "responder"),
        ("authentication failed: no certificate matched RSASSA-PSS with SHA2", 13801, "main-mode", "responder"),
        ("ignoring secured informational payload INVALID_ID_INFORMATION, msgid=0", 13801, "main-mode", "initiator"),
        ("ignoring IKE_SA_INIT response containing NO_PROPOSAL_CHOSEN notification", 13868, "main-mode", "initiator"),
        ("ignoring unsecured informational payload NO_PROPOSAL_CHOSEN, length=12", 13868, "main-mode", "initiator"),
        ("IKE_AUTH response rejected Child SA with NO_PROPOSAL_CHOSEN", 13868, "quick-mode", "initiator"),
        ("response for Child SA #2 was rejected with NO_PROPOSAL_CHOSEN; done", 13868, "quick-mode", "initiator"),
        ("IKE_AUTH response rejected Child SA with TS_UNACCEPTABLE", 13825, "quick-mode", "initiator"),
        ("leasing IPv4 address failed: address pool exhausted", None, "main-mode", "responder"),
    ],
)  # fmt: skip
def test_what_pluto_says_of_a_failure(line: str, error: int | None, kind: str, role: str) -> None:
    (event,) = read(f'pluto[9]: "x" #1: {line}\n', "ike-log").events
    assert (event.error_code, event.kind.value, event.role) == (error, kind, role)


@cases(
    ("text", "problems", "names"),
    [
        (
            "conn a\nleft=192.0.2.1\nright=192.0.2.2\n",
            [("a setting at the margin: what is in a section begins with a blank", 2)],
            ["a"],
        ),
        ("conn\n left=192.0.2.1\nconn b\n left=192.0.2.1\n", [("a section without a name: it is not read", 1)], ["b"]),
        (
            'conn a\n left=192.0.2.1\n leftid="CN=a\n',
            [("a text without its closing quotation mark", 3)],
            ["a"],
        ),
        ('conn a\n left=192.0.2.1\n leftid="C=DE, CN=a"\n', [], ["a"]),
    ],
)
def test_damaged_lines_of_ipsec_conf_are_told(text: str, problems: list[tuple[str, int]], names: list[str]) -> None:
    parsed = read(text, "ipsec-conf")
    assert [(problem.message, problem.span.line) for problem in parsed.problems] == problems
    assert [peer.name for peer in parsed.policy.peers] == names


@cases("mode", ["pass", "drop"])
def test_a_child_that_only_lets_pass_or_drops_negotiates_nothing(mode: str) -> None:
    shunt = f"aside {{ local_ts = ::/0[ipv6-icmp/135] remote_ts = ::/0[ipv6-icmp/135] mode = {mode} }}"
    shunt = shunt.replace(" remote_ts", "\nremote_ts").replace(" mode", "\nmode")
    offer = "version = 2\nproposals = aes256-sha256-modp2048"
    text = f"connections {{ a {{ {offer}\nchildren {{ {shunt}\nb {{ mode = tunnel }} }} }} }}"
    parsed = read(text)
    assert parsed.problems == ()
    assert [peer.name for peer in parsed.policy.peers] == ["a"]


@cases(("word", "is_known"), [("eaponly", True), ("eap-only", False), ("eaponlyx", False)])
def test_libreswan_calls_eap_alone_by_a_word_of_its_own(word: str, is_known: bool) -> None:
    text = f"conn a\n  left=%any\n  leftautheap=tls\n  leftauth=rsasig\n  right=%any\n  rightauth={word}\n"
    problems = read(text, "ipsec-conf").problems
    assert [each.message for each in problems] == ([] if is_known else [f"unknown authentication `{word}`"])


def test_a_suite_in_a_comment_of_ipsec_conf_is_no_gateway() -> None:
    connection = "conn site\n\tright=203.0.113.10\n\tike={}\n\tesp=aes256-sha256\n"
    text = connection.format("aes256-sha256-modp2048")
    commented = text.replace("\tike", "# Phase 1: 3DES, MD5, DH1\n# Phase 2: 3DES, MD5, no PFS\n\tike")
    report = check_text(commented, "site.conf")
    assert [each.format for each in report.inputs] == ["ipsec-conf"]
    assert report.problems == ()
