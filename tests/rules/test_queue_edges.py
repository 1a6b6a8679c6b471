"""Rules on what fills the queue: each condition alone, and each number on both sides."""

from __future__ import annotations

from math import nextafter
from typing import Any

import pytest

from ipseclint.finding import Severity
from ipseclint.load.figures import pressure
from ipseclint.load.parameters import Parameters
from ipseclint.load.policy import costliest, policy_loads, site_parameters
from ipseclint.load.scenarios import Scenario, start_storm
from ipseclint.load.schedules import AUTHIP
from ipseclint.load.sensitivity import corners
from ipseclint.load.storm import critical_ramp_seconds
from ipseclint.load.suite import suite_cost
from ipseclint.model.change import Assign
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, GlobalSettings, NetworkAdapter, Policy, RegistryValue, VpnServer
from ipseclint.model.selectors import WfpFilter
from ipseclint.model.setting import Setting, Unknown
from ipseclint.model.site import Site
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import KeyModule
from tests.cases import cases
from tests.made_objects import addresses, main_mode_set, quick_mode_proposal, quick_mode_set, said
from tests.rules.rule_inputs import consec, hits, machine

AT = Span("p", 7, 3)
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
UNSAID = Setting[Any](Unknown("?"), AT)
MAIN = "netsh advfirewall set global mainmode mmkeylifetime {}min,0sess"


def rule(minutes: int = 60, remote: str = "10.1.0.0/16", name: str = "S", local: str = "any") -> str:
    return consec(
        f"name={name} endpoint1={local} endpoint2={remote} action=requireinrequestout auth1=computerkerb "
        f"qmsecmethods=esp:sha256-aes128+{minutes}min+2147483647kb"
    )


def of_site(*lines: str, **facts: Any) -> Machine:
    return machine(*lines, site=Site.of(facts))


def lasting(subject: Machine, main: Setting[int] | None = None, quick: Setting[int] | None = None) -> Machine:
    """The same machine with other lifetimes of its one main-mode set and its one quick-mode set."""
    (own_main,), (own_quick,) = subject.policy.main_mode_crypto_sets, subject.policy.quick_mode_crypto_sets
    proposals = tuple(each.model_copy(update={"lifetime_seconds": quick}) for each in own_quick.proposals)
    changes: dict[str, Any] = {}
    if main is not None:
        changes["main_mode_crypto_sets"] = (own_main.model_copy(update={"lifetime_seconds": main}),)
    if quick is not None:
        changes["quick_mode_crypto_sets"] = (own_quick.model_copy(update={"proposals": proposals}),)
    return subject.with_policy(subject.policy.model_copy(update=changes))


@cases("unsaid", [UNSAID, Setting(0, AT)], ids=["not understood", "zero"])
def test_a_lifetime_that_is_not_known_is_compared_with_none(unsaid: Setting[int]) -> None:
    known = of_site(MAIN.format(60), rule(60), peers=500)
    assert [bool(hits(code, known)) for code in ("QD025", "QD026")] == [True, True]
    for subject in (lasting(known, main=unsaid), lasting(known, quick=unsaid)):
        assert [hits(code, subject) for code in ("QD025", "QD026")] == [[], []]


# ---- QD005 and QD014: volumes and the Internet ----


@cases(("bits_per_second", "fires"), [(10_240_000, False), (10_240_001, True)])
def test_a_volume_that_lasts_a_minute_is_enough(bits_per_second: int, fires: bool) -> None:
    line = rule().replace("2147483647kb", "75000kb")
    links = [{"range": "10.1.0.0/16", "bits_per_second": bits_per_second}]
    assert bool(hits("QD005", of_site(line, links=links))) is fires


OWN = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fe80::/10")
"""Private (RFC 1918), shared (RFC 6598) and link-local addresses (RFC 3927, RFC 4291); fc00::/7 is of RFC 4193."""


def asks(remote: str) -> bool:
    line = consec(f"name=R endpoint1=any endpoint2={remote} action=requestinrequestout auth1=computerkerb")
    return bool(hits("QD014", machine(line)))


@cases("own", OWN)
def test_ones_own_addresses_do_not_make_a_rule_one_for_the_internet(own: str) -> None:
    almost = "2000::-20ff:ffff:ffff:ffff:ffff:ffff:ffff:fffe" if ":" in own else "32.0.0.0-47.255.255.254"
    assert not asks(f"{almost},{own}")
    assert asks(f"{almost},{'2400::/16' if ':' in own else '48.0.0.0/16'}")


def test_unique_local_addresses_are_ones_own() -> None:
    assert not asks("fc00::/7")


@cases(
    ("remote", "fires"),
    [
        ("32.0.0.0/4", True),
        ("32.0.0.0-47.255.255.254", False),
        ("2000::/8", True),
        ("2000::-20ff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", False),
    ],
)
def test_a_rule_is_for_the_internet_from_a_prefix_on(remote: str, fires: bool) -> None:
    assert asks(remote) is fires


@cases(
    ("host", "profile", "remote", "fires"),
    [
        ("portable", "domain", "any", False),
        ("portable", "private,domain", "any", True),
        ("portable", "public", "any", False),
        ("portable", "public", "32.0.0.0/4", True),
        ("portable", "private", "32.0.0.0/4", True),
        ("server", "domain", "any", True),
        ("server", "public", "any", True),
    ],
)
def test_of_a_host_that_is_carried_about_other_rules_speak_too(
    host: str, profile: str, remote: str, fires: bool
) -> None:
    line = f"name=R endpoint1=any endpoint2={remote} action=requestinrequestout auth1=computerkerb profile={profile}"
    assert bool(hits("QD014", of_site(consec(line), host_type=host))) is fires


# ---- QD008 and QD011: dear exchanges, long lists ----


@pytest.mark.parametrize(("group", "severity"), [("PFS2048", WARNING), ("ECP256", None)])
def test_a_vpn_server_with_a_dear_group_and_short_keys(group: str, severity: Severity | None) -> None:
    line = (
        "Set-VpnServerConfiguration -CustomPolicy -AuthenticationTransformConstants GCMAES256 "
        "-CipherTransformConstants GCMAES256 -DHGroup ECP256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 "
        f"-PfsGroup {group} -SALifeTimeSeconds 600 -TunnelType IKEV2"
    )
    found = hits("QD008", machine(line, name="p.ps1"))
    assert [hit.severity for hit in found] == ([] if severity is None else [severity])


@cases(("facts", "fires"), [({}, True), ({"builtin": True}, False), ({"dialect": Dialect.VPN}, False)])
def test_a_list_is_long_if_somebody_made_it(facts: dict[str, Any], fires: bool) -> None:
    crypto = quick_mode_set(proposals=(quick_mode_proposal(),) * 7, **facts)
    subject = Machine(name="m", policy=Policy(quick_mode_crypto_sets=(crypto,)))
    assert bool(hits("QD011", subject)) is fires


# ---- QD029 and QD030: what flows one way, and filters that a responder may add ----


@cases(
    ("port", "fires"),
    [
        *((port, True) for port in (162, 514, 2055, 4739, 6343, 9995, 9996)),
        *((port, False) for port in (161, 163, 513, 2056, 4740, 6344, 9994, 9997)),
    ],
)
def test_services_whose_packets_flow_one_way(port: int, fires: bool) -> None:
    """SNMP traps, syslog, NetFlow (2055, 9995 and 9996), IPFIX and sFlow, as their makers and IANA have them."""
    line = (
        "New-NetIPsecRule -DisplayName T -Mode Tunnel -LocalAddress 10.1.0.0/16 -RemoteAddress 10.2.0.0/16 "
        "-LocalTunnelEndpoint 192.0.2.1 -RemoteTunnelEndpoint 203.0.113.7 -InboundSecurity Require "
        f"-OutboundSecurity Require -KeyModule IKEv2 -Protocol UDP -RemotePort {port}"
    )
    found = hits("QD029", machine(line, name="p.ps1"))
    assert [hit.value for hit in found] == ([f"UDP port {port}"] if fires else [])


ROW = WfpFilter("{1}", "F", "FWPM_LAYER_IPSEC_V4", "", 1, "", "{q}", (), (), None, (), (), (), 1, 1)


@cases(
    ("row", "fires"),
    [
        (ROW, True),
        (ROW._replace(protocol=6), False),
        (ROW._replace(local=addresses("10.0.0.1")), False),
        (ROW._replace(remote=addresses("10.0.0.1")), False),
    ],
)
def test_no_filter_may_be_added_by_a_responder_for_all_traffic(row: WfpFilter, fires: bool) -> None:
    context: dict[str, Any] = {"dialect": Dialect.WFP, "key_module": said(KeyModule.IKEV2)}
    policy = Policy(
        wfp_filters=(row,),
        quick_mode_crypto_sets=(quick_mode_set("Q", id="{q}", **context),),
        main_mode_crypto_sets=(main_mode_set("M", id="{m}", max_dynamic_filters=said(0), **context),),
    )
    assert bool(hits("QD030", Machine(name="m", policy=policy))) is fires


# ---- QD033: the setting that decides, and whether another value would be better ----


@cases(("main_seconds", "wanted"), [(28_740, 28_800), (28_799, 28_800), (28_800, None), (28_860, None)])
def test_only_a_value_that_is_worse_than_windows_own_is_changed(main_seconds: int, wanted: int | None) -> None:
    subject = lasting(of_site(MAIN.format(480), rule(480), peers=400_000), main=Setting(main_seconds, AT))
    (hit,) = hits("QD033", subject)
    assert hit.value == "main-mode lifetime"
    assert hit.fix is not None
    assert [change.value for change in hit.fix.changes if isinstance(change, Assign)] == (
        [] if wanted is None else [wanted]
    )
    assert (hit.fix.note is not None) is (wanted is None)


def test_a_rate_is_told_of_two_sets_whose_lifetimes_are_known() -> None:
    site = Site(peers=4000)
    main, quick = main_mode_set(lifetime_seconds=said(60)), quick_mode_set()
    for parts in ({"main_mode_crypto_sets": (main,)}, {"quick_mode_crypto_sets": (quick,)}, {}):
        assert hits("QD033", Machine(name="m", policy=Policy(**parts), site=site)) == []
    known = of_site(MAIN.format(1), rule(5), peers=4000)
    assert len(hits("QD033", known)) == 1
    assert hits("QD033", lasting(known, main=UNSAID)) == []
    assert hits("QD033", lasting(known, quick=UNSAID)) == []


# ---- QD034: the settings of several stores ----

TUNNEL = consec(
    "name=T mode=tunnel endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 action=requireinrequireout "
    "localtunnelendpoint=198.51.100.1 remotetunnelendpoint=203.0.113.7 auth1=computerkerb"
)


@cases(
    ("queuing", "place"),
    [
        ((None, None), 1),
        ((None, frozenset()), 2),
        ((frozenset(), None), 1),
        ((None, frozenset({"inbound"})), None),
    ],
)
def test_settings_that_say_nothing_of_packet_queuing_count_where_none_does(
    queuing: tuple[frozenset[str] | None, ...], place: int | None
) -> None:
    settings = tuple(
        GlobalSettings(
            span=Span("p", number, 1),
            packet_queuing=None if value is None else Setting(value, Span("p", number, 1)),
        )
        for number, value in enumerate(queuing, start=1)
    )
    subject = machine(TUNNEL)
    policy = subject.policy.model_copy(update={"global_settings": settings})
    found = hits("QD034", subject.with_policy(policy))
    assert [hit.span.line for hit in found] == ([] if place is None else [place])


# ---- QD035: two ends ----


def end(name: str, main: int, quick: int, own: str, far: str) -> Machine:
    return machine(MAIN.format(main), rule(quick, far, f"{name}1", own), name=f"{name}.cmd")


ONE, OTHER = "10.1.0.0/16", "10.2.0.0/16"


def test_the_strict_end_is_named_whichever_it_is() -> None:
    strict, wide = end("strict", 480, 30, ONE, OTHER), end("wide", 480, 60, OTHER, ONE)
    for fleet in ((strict, wide), (wide, strict)):
        (hit,) = hits("QD035", fleet)
        assert (hit.subject.name, hit.span.path) == ("strict1", "strict.cmd")
        assert hit.message == (
            'quick-mode lifetime of 30 min (1800 s) here and 60 min (3600 s) at the other end (rule "wide1"); '
            "both renew at the shorter"
        )


def test_each_traffic_of_two_ends_is_told_of() -> None:
    here = machine(rule(30, "10.3.0.0/16", "A", ONE), rule(30, "10.4.0.0/16", "B", ONE), name="here.cmd")
    there = machine(rule(60, ONE, "C", "10.3.0.0/16"), rule(60, ONE, "D", "10.4.0.0/16"), name="there.cmd")
    assert sorted(hit.subject.name for hit in hits("QD035", (here, there))) == ["A", "B"]


# ---- QD036 and QD037: what the load model predicts ----

SHORT = (MAIN.format(5), rule())


def loaded(subject: Machine) -> Parameters:
    """The model's parameters with what loads the host most."""
    parameters = site_parameters(subject.site)
    load = costliest(policy_loads(subject), parameters)
    assert load is not None
    return suite_cost(subject, load).applied_to(load.applied_to(parameters))


def test_drops_are_told_above_the_budget_and_are_an_error_where_the_least_is() -> None:
    parameters = loaded(of_site(*SHORT, peers=300_000))
    drops = [
        pressure(workload, Scenario.STEADY, AUTHIP).drop_probability
        for workload in (parameters.workload(), *corners(parameters))
    ]
    predicted, least = drops[0], min(drops)
    assert 0 <= least < predicted < 1
    for budget, severities in (
        (predicted, []),
        (nextafter(predicted, 0), [INFO]),
        (least, [INFO]),
        *([(nextafter(least, 0), [ERROR])] if least else []),
    ):
        found = hits("QD036", of_site(*SHORT, peers=300_000, drop_probability_budget=budget))
        assert [hit.severity for hit in found] == severities


def test_drops_that_even_the_best_case_has_are_an_error() -> None:
    parameters = loaded(of_site(*SHORT, peers=90_000_000))
    least = min(pressure(corner, Scenario.STEADY, AUTHIP).drop_probability for corner in corners(parameters))
    assert least > 0
    for budget, severity in ((least, INFO), (nextafter(least, 0), ERROR)):
        (hit,) = hits("QD036", of_site(*SHORT, peers=90_000_000, drop_probability_budget=budget))
        assert hit.severity is severity


def test_a_start_is_too_steep_below_the_ramp_and_a_warning_where_the_least_is() -> None:
    parameters = loaded(of_site(*SHORT, peers=100_000_000))
    safe = critical_ramp_seconds(start_storm(parameters.workload(), Scenario.BOOT, AUTHIP))
    least = min(critical_ramp_seconds(start_storm(corner, Scenario.BOOT, AUTHIP)) for corner in corners(parameters))
    assert 0 < least < safe
    for ramp, severities in (
        (safe, []),
        (nextafter(safe, 0), [INFO]),
        (least, [INFO]),
        (nextafter(least, 0), [WARNING]),
    ):
        found = hits("QD037", of_site(*SHORT, peers=100_000_000, start_ramp_seconds=ramp))
        assert [hit.severity for hit in found] == severities


def test_nothing_is_predicted_without_a_load_or_without_what_it_is_held_to() -> None:
    facts: dict[str, Any] = {"peers": 90_000_000, "drop_probability_budget": 0.001, "start_ramp_seconds": 1.0}
    unsaid = main_mode_set(lifetime_seconds=UNSAID, quick_mode_limit=UNSAID)
    for policy in (Policy(), Policy(main_mode_crypto_sets=(unsaid,))):
        subject = Machine(name="m", policy=policy, site=Site.of(facts))
        assert [hits(code, subject) for code in ("QD036", "QD037")] == [[], []]
    assert hits("QD036", of_site(*SHORT, peers=90_000_000)) == []
    assert hits("QD037", of_site(*SHORT, peers=90_000_000)) == []
    assert hits("QD036", of_site(*SHORT, drop_probability_budget=0.001)) == []


# ---- QD038 to QD041: a VPN server ----

LIMIT = r"HKLM\SYSTEM\CurrentControlSet\Services\IKEEXT\Parameters\IkeNumEstablishedForInitialQuery"
BESIDE = r"HKLM\SYSTEM\CurrentControlSet\Services\IKEEXT\Parameters\Other"


def server(**facts: Any) -> VpnServer:
    return VpnServer(span=AT, **facts)


def from_one_address(clients: int, value: str | None, *servers: VpnServer) -> list[str]:
    path, text = (BESIDE, "1") if value is None else (LIMIT, value)
    policy = Policy(registry=(RegistryValue(path=path, data=Setting(text, AT)),), vpn_servers=servers)
    site = Site(vpn_clients=clients, load_balancer_hides_clients=True)
    return [hit.message for hit in hits("QD038", Machine(name="m", policy=policy, site=site))]


@cases(
    ("clients", "value", "servers", "limit"),
    [
        (10, None, 1, None),
        (11, None, 1, "10 from one address, the default"),
        (11, None, 0, None),
        (100, "100", 1, None),
        (101, "100", 1, "100 from one address"),
        (101, "100", 0, "100 from one address"),
        (101, "many", 1, None),
    ],
)
def test_clients_that_come_from_one_address(clients: int, value: str | None, servers: int, limit: str | None) -> None:
    text = f"{clients} clients come from the load balancer's address, and IKE expects {limit}; "
    assert from_one_address(clients, value, *[server()] * servers) == (
        [] if limit is None else [f"{text}set IkeNumEstablishedForInitialQuery to {2 * clients}"]
    )


@cases(
    ("facts", "source"),
    [
        (
            {
                "nat_groups": [
                    {"address": "203.0.113.1", "initiators": 20},
                    {"address": "203.0.113.2", "initiators": 30},
                    {"address": "203.0.113.3", "initiators": 25},
                ]
            },
            "30 clients come from 203.0.113.2",
        ),
        ({"load_balancer_hides_clients": True, "peers": 40}, "40 clients come from the load balancer's address"),
        ({"load_balancer_hides_clients": True}, None),
        ({}, None),
    ],
)
def test_where_most_clients_come_from(facts: dict[str, Any], source: str | None) -> None:
    policy = Policy(registry=(RegistryValue(path=LIMIT, data=Setting("10", AT)),))
    found = hits("QD038", Machine(name="m", policy=policy, site=Site.of(facts)))
    assert [hit.message.partition(",")[0] for hit in found] == ([] if source is None else [source])


@cases(
    ("facts", "values"),
    [
        ({"idle_disconnect_seconds": 0}, []),
        ({"idle_disconnect_seconds": 299}, [299]),
        ({"idle_disconnect_seconds": 300}, []),
        ({"idle_disconnect_seconds": 17_279_999}, []),
        ({"idle_disconnect_seconds": 17_280_000}, [17_280_000]),
        ({"network_outage_seconds": 119}, [119]),
        ({"network_outage_seconds": 120}, []),
        ({"network_outage_seconds": 1800}, []),
        ({"network_outage_seconds": 1801}, [1801]),
        ({"lifetime_seconds": 299}, [299]),
        ({"lifetime_seconds": 300}, []),
        ({"lifetime_kilobytes": 1023}, [1023]),
        ({"lifetime_kilobytes": 1024}, []),
    ],
)
def test_timers_of_a_vpn_server(facts: dict[str, int], values: list[int]) -> None:
    """The ranges of MS-RRASM 2.2.3.4.2."""
    owner = server(**{name: Setting(value, AT) for name, value in facts.items()})
    (setting,) = facts.values()
    for what in (owner, server(**dict.fromkeys(facts, UNSAID))):
        found = hits("QD039", Machine(name="m", policy=Policy(vpn_servers=(what,))))
        assert [str(setting) in hit.message or "network outage time of" in hit.message for hit in found] == (
            [True] * len(values) if what is owner else []
        )
    assert len(hits("QD039", Machine(name="m", policy=Policy(vpn_servers=(owner,))))) == len(values)


@cases(
    ("ports", "pool", "messages"),
    [
        (50, 50, []),
        (49, None, ["49 IKEv2 ports for 50 clients: the rest are refused"]),
        (0, None, []),
        (None, 49, ["49 addresses for 50 clients: the rest get none"]),
        (None, None, []),
        (None, UNSAID, []),
    ],
)
def test_ports_and_addresses_for_the_clients(ports: int | None, pool: Any, messages: list[str]) -> None:
    owner = server(
        ikev2_ports=None if ports is None else Setting(ports, AT),
        address_pool=Setting(addresses(f"10.9.0.1-10.9.0.{pool}"), AT) if isinstance(pool, int) else pool,
    )
    for site in (Site(vpn_clients=50), Site(peers=50), Site(vpn_clients=50, peers=900)):
        found = hits("QD041", Machine(name="m", policy=Policy(vpn_servers=(owner,)), site=site))
        assert [hit.message for hit in found] == messages
    assert hits("QD041", Machine(name="m", policy=Policy(vpn_servers=(owner,)))) == []


# ---- QD043: adapters ----

OFFLOAD = r"HKLM\SYSTEM\CurrentControlSet\Control\Class\{4d36e972-e325-11ce-bfc1-08002be10318}\0004\*IPsecOffloadV2"
DRIVER = r"HKLM\SYSTEM\CurrentControlSet\Services\IPsec\EnabledOffload"


@cases(
    ("values", "fires"),
    [
        ({OFFLOAD: "1"}, True),
        ({OFFLOAD: "0"}, False),
        ({OFFLOAD: "1", DRIVER: "0"}, False),
        ({OFFLOAD: "1", DRIVER: "1"}, True),
        ({OFFLOAD: "1", BESIDE: "0"}, True),
    ],
)
def test_an_adapter_that_does_ipsec_while_the_driver_lets_it(values: dict[str, str], fires: bool) -> None:
    registry = tuple(RegistryValue(path=path, data=Setting(text, AT)) for path, text in values.items())
    assert bool(hits("QD043", Machine(name="m", policy=Policy(registry=registry)))) is fires


@cases(
    ("lines", "servers", "severity"),
    [((), 0, None), ((rule(),), 0, None), ((TUNNEL,), 0, WARNING), ((), 1, WARNING), ((rule(), TUNNEL), 0, WARNING)],
)
def test_an_adapter_of_a_gateway_is_worse(lines: tuple[str, ...], servers: int, severity: Severity | None) -> None:
    rules = machine(*lines).policy.connection_security_rules if lines else ()
    adapter = NetworkAdapter(name="Ethernet", ipsec_offload=Setting(True, AT))
    policy = Policy(connection_security_rules=rules, vpn_servers=(server(),) * servers, network_adapters=(adapter,))
    (hit,) = hits("QD043", Machine(name="m", policy=policy))
    assert hit.severity is severity
