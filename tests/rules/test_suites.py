"""What two ends of a VPN offer, which groups and proposals are compared, and what of it is not known."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy, QuickModeCryptoSet, VpnConnection
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.rules.vpn_suites import suite
from ipseclint.semantics.defaults import completed
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher, Integrity
from tests.cases import cases
from tests.rules.rule_inputs import consec, hits, machine

AT = Span("m", 7, 3)
WORDS = (
    "AuthenticationTransformConstants",
    "CipherTransformConstants",
    "EncryptionMethod",
    "IntegrityCheckMethod",
    "PfsGroup",
    "DHGroup",
)
STRONG = "GCMAES256 GCMAES256 AES256 SHA384 ECP384 ECP384"
OTHER = "GCMAES256 GCMAES256 AES128 SHA384 {} ECP384"
DIFFERS = "EncryptionMethod AES256 here, AES128 there"


def said(words: str) -> str:
    return " ".join(f"-{name} {word}" for name, word in zip(WORDS, words.split(), strict=True))


def client(name: str, words: str, *, dials: str = "vpn.example") -> Machine:
    lines = [f"Add-VpnConnection -Name {name} -ServerAddress {dials} -TunnelType Ikev2"]
    if words:
        lines.append(f"Set-VpnConnectionIPsecConfiguration -ConnectionName {name} {said(words)} -Force")
    return machine(*lines, name=f"{name}.ps1")


def server(words: str) -> Machine:
    return machine(f"Set-VpnServerConfiguration -CustomPolicy {said(words)}", name="server.ps1")


@pytest.mark.parametrize(
    ("pfs", "message"),
    [
        ("ECP384", DIFFERS),
        ("PFS2048", f"{DIFFERS}, PfsGroup ECP384 here, PFS2048 there"),
        ("None", f"{DIFFERS}, PfsGroup ECP384 here, None there"),
        ("PFSMM", DIFFERS),
    ],
)
def test_the_group_for_forward_secrecy_is_named_beside_what_differs(pfs: str, message: str) -> None:
    (hit,) = hits("CR026", (client("W", STRONG), server(OTHER.format(pfs))))
    assert hit.message == f'nothing in common with VPN server "RRAS server": {message}'


def test_a_group_for_forward_secrecy_that_is_not_understood_is_not_named() -> None:
    there = server(OTHER.format("PFS2048"))
    sets = tuple(
        each.model_copy(update={"pfs_group": Setting(Unknown("?"), AT)}) for each in there.policy.quick_mode_crypto_sets
    )
    policy = there.policy.model_copy(update={"quick_mode_crypto_sets": sets})
    (hit,) = hits("CR026", (client("W", STRONG), there.with_policy(policy)))
    assert hit.value == DIFFERS


def of_the_server(subject: Machine, **changes: Any) -> Machine:
    (owner,) = subject.policy.vpn_servers
    return subject.with_policy(subject.policy.model_copy(update={"vpn_servers": (owner.model_copy(update=changes),)}))


@cases(
    ("custom", "advice"),
    [
        (Setting(value=True, span=AT), "at the client: it is the server's suite."),
        (Setting(value=False, span=AT), "at the client."),
        (Setting(Unknown("?"), AT), "at the client."),
        (None, "at the client."),
    ],
)
def test_a_client_is_given_the_suite_that_its_server_has_of_its_own(custom: Setting[bool] | None, advice: str) -> None:
    (hit,) = hits("CR026", (client("W", STRONG), of_the_server(server(OTHER.format("ECP384")), custom_policy=custom)))
    assert hit.fix is not None
    assert hit.fix.note is not None
    assert hit.fix.note.endswith(advice)


def test_a_client_is_given_a_strong_suite_where_its_server_takes_several() -> None:
    there = server(OTHER.format("ECP384"))
    (main,) = there.policy.main_mode_crypto_sets
    twice = main.model_copy(update={"proposals": main.proposals * 2})
    policy = there.policy.model_copy(update={"main_mode_crypto_sets": (twice,)})
    (hit,) = hits("CR026", (client("W", STRONG), there.with_policy(policy)))
    assert hit.fix is not None
    assert str(hit.fix.note).endswith("at the client.")


LACKING = (
    {"main_mode_crypto_sets": ()},
    {"quick_mode_crypto_sets": ()},
    "main_mode_crypto_sets",
    "quick_mode_crypto_sets",
)


def without(subject: Machine, lacking: dict[str, Any] | str) -> Machine:
    """The machine without sets of a kind, or with sets of it that have no proposals."""
    if isinstance(lacking, str):
        sets = (each.model_copy(update={"proposals": ()}) for each in getattr(subject.policy, lacking))
        lacking = {lacking: tuple(sets)}
    return subject.with_policy(subject.policy.model_copy(update=lacking))


@cases("lacking", LACKING, ids=str)
def test_half_a_suite_is_none(lacking: dict[str, Any] | str) -> None:
    here, there = client("W", STRONG), server(OTHER.format("ECP384"))
    poor_here, poor_there = without(here, lacking), without(there, lacking)
    assert suite(poor_here, poor_here.policy.vpn_connections[0]) is None
    assert hits("CR026", (poor_here, there)) == hits("CR026", (here, poor_there)) == []
    assert hits("CR020", poor_here) == []


def test_a_connection_without_a_suite_promises_nothing() -> None:
    policy = Policy(vpn_connections=(VpnConnection(name="Encryption zone", span=AT),))
    assert hits("CR020", Machine(name="m", policy=policy)) == []


@cases(("protocols", "fires"), [("Ikev2", True), ("Sstp", False), ("L2tp", False), (None, True)])
def test_a_connection_is_compared_unless_it_tries_another_protocol(protocols: str | None, fires: bool) -> None:
    here = client("W", STRONG)
    if protocols != "Ikev2":
        (connection,) = here.policy.vpn_connections
        strategy = (
            None
            if protocols is None
            else machine(f"Add-VpnConnection -Name W -ServerAddress vpn.example -TunnelType {protocols}", name="w.ps1")
            .policy.vpn_connections[0]
            .strategy
        )
        other = connection.model_copy(update={"strategy": strategy})
        here = here.with_policy(here.policy.model_copy(update={"vpn_connections": (other,)}))
    assert bool(hits("CR026", (here, server(OTHER.format("ECP384"))))) is fires


def test_connections_to_one_server_are_compared_where_both_have_a_suite() -> None:
    one, other, same = client("A", STRONG), client("B", OTHER.format("ECP384")), client("C", STRONG)
    (hit,) = hits("CR026", (one, other, same))
    assert (hit.subject.name, hit.value) == ("B", "vpn.example EncryptionMethod AES128 here, AES256 there")
    assert hits("CR026", (one, same)) == []
    assert hits("CR026", (one, client("D", OTHER.format("ECP384"), dials="other.example"))) == []
    plain = client("E", "")
    assert hits("CR026", (one, plain.with_policy(completed(plain.policy)))) == []
    for servers in (None, Setting(Unknown("?"), AT)):
        (connection,) = other.policy.vpn_connections
        nowhere = connection.model_copy(update={"servers": servers})
        policy = other.policy.model_copy(update={"vpn_connections": (nowhere,)})
        assert hits("CR026", (one, other.with_policy(policy), same)) == []


@cases(("module", "fires"), [("-KeyModule IKEv2", True), ("-KeyModule AuthIP", False), ("", False)])
def test_only_ikev2_must_exchange_keys(module: str, fires: bool) -> None:
    found = client("W", STRONG.replace("ECP384 ECP384", "ECP384 None"))
    (main,) = found.policy.main_mode_crypto_sets
    words = {"-KeyModule IKEv2": main.key_module, "": None}
    if module in words:
        changed = main.model_copy(update={"key_module": words[module]})
    else:
        changed = main.model_copy(update={"key_module": Setting(Unknown("AuthIP"), AT)})
    policy = found.policy.model_copy(update={"main_mode_crypto_sets": (changed,)})
    assert bool(hits("CR027", found.with_policy(policy))) is fires


ENDS = "endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout"
METHODS = "netsh advfirewall set global mainmode mmsecmethods "


@cases(
    ("offers", "weakest"),
    [
        ("ecdhp384:aes256-sha384,ecdhp256:aes256-sha384", "DH19"),
        ("ecdhp256:aes256-sha384,ecdhp384:aes256-sha384", "DH19"),
        ("ecdhp384:aes256-sha384", "DH20"),
        ("ecdhp384:aes256-sha384,dhgroup14:aes256-sha384", None),
    ],
)
def test_the_group_for_forward_secrecy_is_held_to_the_weakest_of_main_mode(offers: str, weakest: str | None) -> None:
    rule = consec(f"name=R {ENDS} auth1=computerkerb qmsecmethods=esp:sha256-aes128 qmpfs=dhgroup14")
    said = f"PFS takes DH14, main mode {weakest}: the weaker group decides"
    assert [hit.message for hit in hits("CR035", machine(METHODS + offers, rule))] == ([said] if weakest else [])


def test_a_set_that_serves_two_main_modes_is_told_once() -> None:
    main_modes = [
        f"netsh advfirewall mainmode add rule name={curve} endpoint1=any endpoint2=10.0.0.0/8 auth1=computerkerb "
        f"mmsecmethods={curve}:aes256-sha384 mmkeylifetime=480min"
        for curve in ("ecdhp384", "ecdhp256")
    ]
    rule = consec(f"name=R {ENDS} auth1=computerkerb qmsecmethods=esp:sha256-aes128 qmpfs=dhgroup14")
    assert [hit.message for hit in hits("CR035", machine(*main_modes, rule))] == [
        "PFS takes DH14, main mode DH20: the weaker group decides"
    ]


def quick(subject: Machine, **changes: Any) -> Machine:
    """The machine with changes of every quick-mode proposal."""

    def changed(crypto: QuickModeCryptoSet) -> QuickModeCryptoSet:
        proposals = tuple(each.model_copy(update=changes) for each in crypto.proposals)
        return crypto.model_copy(update={"proposals": proposals})

    sets = tuple(map(changed, subject.policy.quick_mode_crypto_sets))
    return subject.with_policy(subject.policy.model_copy(update={"quick_mode_crypto_sets": sets}))


UNKNOWN: Setting[Any] = Setting(Unknown("?"), AT)


def test_an_algorithm_that_is_not_understood_fits_any_other() -> None:
    subject = machine(consec(f"name=R {ENDS} auth1=computerkerb qmsecmethods=esp:sha256-aesgcm128"))
    assert len(hits("CR012", subject)) == 1
    assert hits("CR012", quick(subject, esp_integrity=UNKNOWN)) == []
    assert hits("CR012", quick(subject, encryption=UNKNOWN)) == []


@cases("place", [0, 1])
def test_an_algorithm_that_is_not_understood_is_neither_stronger_nor_weaker(place: int) -> None:
    rule = consec(f"name=R {ENDS} auth1=computerkerb qmsecmethods=esp:sha1-3des,esp:sha256-aes256")
    subject = machine(rule)
    assert len(hits("CR016", subject)) == 1
    (crypto,) = (each for each in subject.policy.quick_mode_crypto_sets if not each.builtin)
    proposals = list(crypto.proposals)
    proposals[place] = proposals[place].model_copy(update={"encryption": UNKNOWN})
    sets = (crypto.model_copy(update={"proposals": tuple(proposals)}),)
    policy = subject.policy.model_copy(update={"quick_mode_crypto_sets": sets})
    assert hits("CR016", subject.with_policy(policy)) == []


def test_the_order_in_which_windows_itself_offers_is_nobodys_choice() -> None:
    plain = client("W", "")
    assert hits("CR016", plain.with_policy(completed(plain.policy))) == []


def test_a_rule_without_any_main_mode_set_has_no_default_group() -> None:
    subject = machine(consec(f"name=R {ENDS} auth1=computercert auth1ca=CN=Root"))
    assert len(hits("CR036", subject)) == 1
    policy = subject.policy.model_copy(update={"main_mode_crypto_sets": ()})
    assert hits("CR036", subject.with_policy(policy)) == []


@cases(("integrity", "place"), [(Setting(Integrity.SHA256, AT), 1), (default(Integrity.SHA256, AT), 2)])
def test_the_finding_on_a_pair_is_where_it_is_written(integrity: Setting[Any], place: int) -> None:
    """At the integrity, or at the encryption where the integrity is left to Windows."""
    subject = machine(consec(f"name=R {ENDS} auth1=computerkerb qmsecmethods=esp:sha256-aesgcm128"))
    places = [Span("m", line, 1) for line in range(3)]
    cipher = Setting(Cipher.AES_GCM_128, places[2])
    (hit,) = hits("CR012", quick(subject, esp_integrity=replace(integrity, span=places[1]), encryption=cipher))
    assert hit.span == places[place]
