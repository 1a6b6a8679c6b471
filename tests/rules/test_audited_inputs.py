"""The inputs of an audit against the sources: what each of them gives, and what it no longer does."""

from __future__ import annotations

from ipseclint.finding import Severity
from ipseclint.model.machine import Machine
from ipseclint.model.site import Site
from ipseclint.rule import Hit
from tests.cases import cases
from tests.rules.rule_inputs import consec, hits, machine, registry

CERTIFICATE = 'auth1=computercert auth1ca="CN=DigiCert Global Root"'
SYSLOG = (
    "name=Log endpoint1=any endpoint2=10.1.1.5 protocol=udp port2=514 action=requireinrequestout auth1=computerkerb"
)
ISOLATION = "name=I endpoint1=any endpoint2=any action=requireinrequestout auth1=computerkerb"


def seen(code: str, *lines: str, **site: object) -> list[Hit]:
    return hits(code, machine(*lines, site=Site.of(site)))


def test_transport_rules_have_no_dead_peer_detection() -> None:
    assert seen("QD029", consec(SYSLOG)) == []
    assert seen("QD029", consec(ISOLATION), one_way_udp_receivers=["10.1.1.5"]) == []


@cases(("methods", "fires"), [("computerkerb", True), ('computerpsk auth1psk="correct horse"', False)])
def test_two_first_messages_are_said_of_older_windows_and_never_of_a_preshared_key(methods: str, fires: bool) -> None:
    rule = consec(f"name=R endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout auth1={methods}")
    found = seen("QD017", rule, all_peers_support_authip=True)
    assert bool(found) is fires
    assert all("before Windows 11 24H2 and Server 2025" in hit.message for hit in found)
    assert all(hit.fix is not None and hit.fix.changes == () for hit in found)


@cases(("quick", "changed"), [("", ["main"]), ("qmsecmethods=esp:sha256-aes128+60min", ["main", "quick"])])
def test_lifetimes_that_coincide_are_repaired_where_the_policy_sets_them(quick: str, changed: list[str]) -> None:
    lines = ("netsh advfirewall set global mainmode mmkeylifetime 60min,0sess", consec(f"{ISOLATION} {quick}"))
    (hit,) = seen("QD026", *lines, peers=5000)
    assert hit.fix is not None
    kinds = {"main_mode_crypto_set": "main", "quick_mode_crypto_set": "quick"}
    assert [kinds[change.target.kind] for change in hit.fix.changes] == changed


@cases("setting", ["never", "serverbehindnat", "serverandclientbehindnat"])
def test_initiators_behind_nat_are_counted_whatever_the_setting(setting: str) -> None:
    lines = (f"netsh advfirewall set global ipsec ipsecthroughnat {setting}", consec(ISOLATION))
    group = [{"address": "203.0.113.1", "initiators": 36}]
    assert [hit.value for hit in seen("QD022", *lines, nat_groups=group)] == ["203.0.113.1"]
    assert seen("EX012", *lines, nat_groups=group) == []


def test_a_responder_behind_nat_is_an_error_only_where_the_setting_shuts_it_out() -> None:
    for setting, count in (("never", 1), ("serverbehindnat", 0)):
        line = f"netsh advfirewall set global ipsec ipsecthroughnat {setting}"
        assert len(seen("EX012", line, consec(ISOLATION), responder_behind_nat=True)) == count


def tunnel(authorization: str, ca: str = CERTIFICATE) -> str:
    return consec(
        "name=T mode=tunnel endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 localtunnelendpoint=198.51.100.1 "
        f"remotetunnelendpoint=203.0.113.7 action=requireinrequireout {ca} {authorization} "
        "qmsecmethods=esp:aesgcm256-aesgcm256"
    )


@cases(
    ("authorization", "severities"),
    [("", [Severity.WARNING]), ("applyauthz=no", [Severity.WARNING]), ("applyauthz=yes", [])],
)
def test_no_authorization_written_is_no_authorization(authorization: str, severities: list[Severity]) -> None:
    assert [hit.severity for hit in seen("AU009", tunnel(authorization))] == severities


MAIN_MODES_PER_SECOND = 10
"""From how many on QD033 speaks, by the default ruleset."""


@cases("minutes", [5, 7, 10, 11, 13, 60])
@cases("peers", [100, 4_999, 7_000, 20_000, 40_000])
def test_a_limit_of_sessions_changes_nothing_where_the_lifetime_decides(minutes: int, peers: int) -> None:
    rule = consec("name=I endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout auth1=computerkerb")
    lines = [f"netsh advfirewall set global mainmode mmkeylifetime {minutes}min,{limit}sess" for limit in (0, 1)]
    none, one = ([(hit.value, hit.message) for hit in seen("QD033", line, rule, peers=peers)] for line in lines)
    fires = peers / (minutes * 60) > MAIN_MODES_PER_SECOND
    assert [value for value, _ in none] == ["main-mode lifetime"] * fires
    assert one == none
    assert all(f"({peers} / {minutes * 60} s)" in message for _, message in none)


def pfs(group: str, lifetime: str, remote: str = "10.2.0.0/16") -> str:
    negotiated = "action=requireinrequestout auth1=computerkerb"
    return consec(f"name=R endpoint1=any endpoint2={remote} {negotiated} qmpfs={group} {lifetime}")


@cases("group", ["dhgroup1", "dhgroup2", "dhgroup14", "dhgroup24"])
@cases(
    ("lifetime", "remote", "fires"),
    [
        ("", "10.2.0.0/16", False),
        ("qmsecmethods=esp:sha256-aes128+60min+100000kb", "10.2.0.0/16", False),
        ("qmsecmethods=esp:sha256-aes128+59min+100000kb", "10.2.0.0/16", True),
        ("qmsecmethods=esp:sha256-aes128+60min+99999kb", "10.2.0.0/16", True),
        ("qmsecmethods=esp:sha256-aes128+60min+2147483647kb", "any", True),
    ],
)
def test_a_heavy_group_matters_where_quick_modes_come_oftener_than_by_default(
    group: str, lifetime: str, remote: str, fires: bool
) -> None:
    assert [hit.severity for hit in seen("QD008", pfs(group, lifetime, remote))] == [Severity.WARNING] * fires


@cases(("cipher", "fires"), [("3des", False), ("des", False), ("aes128", True)])
def test_a_small_volume_is_right_for_blocks_of_64_bits(cipher: str, fires: bool) -> None:
    rule = consec(
        "name=R endpoint1=any endpoint2=10.2.0.0/16 action=requireinrequestout auth1=computerkerb "
        f"qmsecmethods=esp:sha1-{cipher}+60min+50000kb"
    )
    assert bool(seen("QD006", rule)) is fires


def test_the_list_that_windows_has_by_default_is_not_the_authors() -> None:
    line = pfs("dhgroup14", "")
    assert seen("QD011", line) == []
    assert [hit.value for hit in seen("QD009", line)] == ["perfect forward secrecy"]


def test_one_choice_is_said_once() -> None:
    lines = [pfs("ecdhp256", "").replace("name=R", f"name=R{number}") for number in range(3)]
    (hit,) = seen("QD009", *lines)
    assert "here and in 2 other sets" in hit.message
    assert len(hit.related) == 2


@cases(("active", "codes"), [("TRUE", 1), ("FALSE", 0)])
def test_a_rule_that_is_switched_off_misses_no_set(active: str, codes: int) -> None:
    rule = f"v2.30|Action=Secure|Active={active}|Auth1Set={{9D000000-0000-4000-8000-000000000001}}|Name=R|"
    other = "{9D000000-0000-4000-8000-000000000002}"
    subject: Machine = registry(
        ("ConSecRules", "{9D000000-0000-4000-8000-000000000009}", rule),
        (f"Phase1AuthenticationSets\\{other}", "Name", "Other"),
        (f"Phase1AuthenticationSets\\{other}\\0000", "Method", "MachineKerb"),
    )
    assert len(hits("RF001", subject)) == codes


@cases(
    ("value", "page"),
    [
        ("2880min", "the reference of netsh"),
        ("0min", "the reference of New-NetIPsecMainModeCryptoSet"),
        ("2881min", ""),
    ],
)
def test_a_value_that_another_page_allows_names_the_page(value: str, page: str) -> None:
    (hit,) = seen("RF004", f"netsh advfirewall set global mainmode mmkeylifetime {value},0sess")
    assert page in hit.message
    assert ("by [MS-FASP]" in hit.message) is bool(page)


BLOCK_ALL = (
    "netsh ipsec static add policy name=P assign=yes",
    "netsh ipsec static add filteraction name=Ok action=permit",
    "netsh ipsec static add filteraction name=Stop action=block",
)


def block(everything: str, permitted: str) -> tuple[str, ...]:
    return (
        *BLOCK_ALL,
        f"netsh ipsec static add filter filterlist=Everything {everything}",
        "netsh ipsec static add rule name=StopAll policy=P filterlist=Everything filteraction=Stop",
        f"netsh ipsec static add filter filterlist=Web {permitted}",
        "netsh ipsec static add rule name=Web policy=P filterlist=Web filteraction=Ok",
    )


@cases(
    ("everything", "permitted", "fires"),
    [
        ("srcaddr=any dstaddr=me", "srcaddr=any dstaddr=me protocol=tcp dstport=443", False),
        ("srcaddr=me dstaddr=any", "srcaddr=me dstaddr=any protocol=tcp dstport=443", False),
        ("srcaddr=any dstaddr=me", "srcaddr=me dstaddr=any protocol=udp dstport=53", False),
        ("srcaddr=any dstaddr=me", "srcaddr=any dstaddr=me protocol=icmp", False),
        ("srcaddr=any dstaddr=10.0.0.5", "srcaddr=any dstaddr=10.0.0.5 protocol=tcp dstport=443", False),
        ("srcaddr=any dstaddr=me", "srcaddr=10.0.0.9 dstaddr=me protocol=tcp dstport=443", False),
        ("srcaddr=10.0.0.0 srcmask=8 dstaddr=me", "srcaddr=any dstaddr=me protocol=tcp dstport=80", True),
    ],
)
def test_a_permit_within_a_block_of_everything_is_an_exception_and_no_correlation(
    everything: str, permitted: str, fires: bool
) -> None:
    assert bool(seen("FL003", *block(everything, permitted))) is fires


def test_of_two_rules_that_could_go_one_is_named() -> None:
    same = "endpoint1=any endpoint2=10.1.0.0/16 action=noauthentication"
    assert len(seen("FL005", consec(f"name=A {same}"), consec(f"name=B {same}"))) == 1


def test_a_range_that_covers_everything_is_no_error() -> None:
    lines = ("netsh advfirewall set global mainmode mmkeylifetime 5min,1sess", consec(ISOLATION))
    found = seen("QD036", *lines, peers=300_000, drop_probability_budget=0.001)
    assert [hit.severity for hit in found] == [Severity.INFO]


def test_firewall_rules_of_a_script_are_read() -> None:
    lines = (
        consec(ISOLATION),
        "netsh advfirewall firewall add rule name=b dir=in action=block protocol=udp localport=500",
    )
    assert [hit.value for hit in seen("EX011", *lines)] == ["inbound UDP 500"]
