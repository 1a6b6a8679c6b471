"""Services that a host needs before it has IPsec: which rules keep them, and what is no longer required of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ipseclint.finding import Severity
from ipseclint.model.events import Event, EventKind
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy, VpnServer
from ipseclint.model.setting import Setting
from ipseclint.model.site import Site
from ipseclint.source import Span
from ipseclint.vocabulary.ras_errors import state_of
from tests.cases import cases
from tests.rules.rule_inputs import consec, hits, machine

AT = Span("m", 7, 3)
ROOT_KEY = "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\"


def in_registry(key: str, value: str) -> Policy:
    lines = ("Windows Registry Editor Version 5.00", "", f"{ROOT_KEY}{key}]", value)
    return machine(*lines, name="host.reg").policy


def isolated(*exemptions: str, ends: str = "endpoint1=any endpoint2=any", site: Site | None = None) -> Machine:
    """A host that requires IPsec with Kerberos, but for some exemptions, and whose keying service starts delayed."""
    found = machine(
        consec(f"name=R {ends} action=requireinrequireout auth1=computerkerb"),
        *(consec(f"name=E endpoint1=any action=noauthentication {each}") for each in exemptions),
        site=site,
    )
    delayed = in_registry("Services\\IKEEXT", '"DelayedAutostart"=dword:00000001')
    return found.with_policy(found.policy.model_copy(update={"registry": delayed.registry}))


@cases(
    ("subject", "toward"),
    [
        (partial(isolated), "every host"),
        (partial(isolated, "endpoint2=any protocol=udp port2=53"), None),
        (partial(isolated, "endpoint2=any protocol=udp port2=88"), None),
        (partial(isolated, "endpoint2=any protocol=tcp port2=88"), None),
        (partial(isolated, "endpoint2=any protocol=tcp port2=53"), "every host"),
        (partial(isolated, "endpoint2=10.0.0.10"), None),
        (partial(isolated, ends="endpoint1=any endpoint2=10.0.0.0/8"), None),
        (partial(isolated, ends="endpoint1=any endpoint2=any protocol=tcp port2=445"), None),
        (partial(isolated, site=Site(dns_servers=("10.0.0.53",))), "10.0.0.53"),
        (partial(isolated, site=Site(domain_controllers=("10.0.0.10",))), "10.0.0.10"),
        (
            partial(isolated, site=Site(domain_controllers=("10.0.0.10",), dns_servers=("10.0.0.53",))),
            "10.0.0.10, 10.0.0.53",
        ),
        (partial(isolated, "endpoint2=10.0.0.53", site=Site(dns_servers=("10.0.0.53",))), None),
    ],
)
def test_a_delayed_start_matters_where_names_and_tickets_are_kept(
    subject: Callable[[], Machine], toward: str | None
) -> None:
    said = f"requires IPsec toward {toward}, and the keying service starts delayed"
    assert [hit.message for hit in hits("EX008", subject())] == ([said] if toward else [])


CONTROLLERS = Site(domain_controllers=("10.0.0.10",))


@cases(
    ("exempt", "severity"),
    [
        ((), Severity.ERROR),
        (("tcp port2=389", "udp port2=389", "tcp port2=445"), Severity.ERROR),
        (("udp port2=88",), Severity.WARNING),
        (("tcp port2=88",), Severity.WARNING),
        (("udp port2=88", "tcp port2=88"), Severity.WARNING),
    ],
    ids=["nothing", "all but tickets", "tickets by UDP", "tickets by TCP", "tickets"],
)
def test_without_any_way_to_a_ticket_nothing_starts(exempt: tuple[str, ...], severity: Severity) -> None:
    subject = isolated(*(f"endpoint2=10.0.0.10 protocol={each}" for each in exempt), site=CONTROLLERS)
    assert [hit.severity for hit in hits("EX001", subject)] == [severity]


@cases(
    ("ends", "fires"),
    [
        ("endpoint1=any endpoint2=any", True),
        ("endpoint1=any endpoint2=10.0.0.0/8", False),
        ("endpoint1=any endpoint2=any protocol=tcp port2=445", False),
    ],
)
def test_without_facts_only_a_rule_for_all_keeps_the_domain_controllers(ends: str, fires: bool) -> None:
    assert bool(hits("EX001", isolated(ends=ends))) is fires


L2TP_PORTS = [(None, None, False), (0, None, False), (5, None, True), (None, 788, True), (None, 809, False)]


@cases(("ports", "error", "uses"), L2TP_PORTS)
def test_nat_traversal_matters_to_a_host_that_takes_l2tp_or_shows_its_errors(
    ports: int | None, error: int | None, uses: bool
) -> None:
    former = "AssumeUDPEncapsulationContextOnSendRule"
    policy = in_registry("Services\\IPSec", f'"{former}"=dword:00000002')
    server = VpnServer(span=AT, l2tp_ports=None if ports is None else Setting(ports, AT))
    shown = Event(span=AT, kind=EventKind.MAIN_MODE, state=None if error is None else state_of(error))
    subject = Machine(
        name="m",
        policy=policy.model_copy(update={"vpn_servers": (server,)}),
        events=(shown,),
        site=Site(responder_behind_nat=True),
    )
    assert bool(hits("EX012", subject)) is uses


LEGACY = (
    "netsh ipsec static add policy name=P assign=yes",
    "netsh ipsec static add filterlist name=All",
    "netsh ipsec static add filteraction name=Secure action=negotiate inpass=no soft=no",
    "netsh ipsec static add filteraction name=Permit action=permit",
)


@cases(
    ("traffic", "severity"),
    [
        ("dstaddr=any", Severity.ERROR),
        ("dstaddr=any protocol=UDP", Severity.ERROR),
        ("dstaddr=any protocol=TCP", Severity.WARNING),
        ("dstaddr=10.0.0.0 dstmask=8", Severity.WARNING),
        ("dstaddr=10.0.0.0 dstmask=8 protocol=UDP", Severity.WARNING),
    ],
)
def test_dhcp_is_kept_from_a_host_by_a_filter_for_every_host_and_its_protocol(traffic: str, severity: Severity) -> None:
    subject = machine(
        *LEGACY,
        f"netsh ipsec static add filter filterlist=All srcaddr=me {traffic}",
        "netsh ipsec static add rule name=R policy=P filterlist=All filteraction=Secure",
        "netsh advfirewall set global ipsec defaultexemptions none",
    )
    assert [hit.severity for hit in hits("EX003", subject)] == [severity]


def test_a_filter_list_is_not_narrowed_to_the_hosts_of_the_site() -> None:
    subject = machine(
        *LEGACY,
        "netsh ipsec static add filter filterlist=All srcaddr=me dstaddr=any",
        "netsh ipsec static add rule name=R policy=P filterlist=All filteraction=Permit",
        "netsh ipsec static add filterlist name=Some",
        "netsh ipsec static add filter filterlist=Some srcaddr=me dstaddr=any",
        "netsh ipsec static add rule name=S policy=P filterlist=Some filteraction=Secure",
        site=Site(dns_servers=("10.0.0.53",)),
    )
    fixes = [hit.fix for hit in hits("EX010", subject)]
    assert [(fix.changes, fix.note) for fix in fixes if fix] == [((), "List the hosts that cannot have IPsec.")]
