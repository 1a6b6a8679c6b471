"""More edges of rules, one at a time."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from ipseclint.finding import Severity
from ipseclint.model.change import Assign
from ipseclint.model.events import Event, EventKind
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    ALL_PROFILES,
    Certificate,
    Dialect,
    Direction,
    FirewallAction,
    FirewallRule,
    Security,
    ServiceState,
)
from ipseclint.model.setting import Setting, Unknown
from ipseclint.model.site import Site
from ipseclint.rules.vpn_certificates import faults
from ipseclint.source import Span
from ipseclint.vocabulary.authentication import SERVER_AUTHENTICATION
from tests import ROOT
from tests.cases import cases
from tests.rules.rule_inputs import consec, hits, machine, machine_in
from tests.rules.rule_inputs import registry as registry_machine

AT = Span("m", 7, 3)
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def rule(more: str, name: str = "R", remote: str = "10.0.0.0/8", action: str = "requireinrequireout") -> str:
    return consec(f"name={name} endpoint1=any endpoint2={remote} action={action} auth1=computerkerb {more}")


@cases(("count", "text"), [(8, "1,2,3,4,5,6,7,8"), (9, "9 ports")])
def test_eight_ports_are_written_out(count: int, text: str) -> None:
    ports = ",".join(str(number + 1) for number in range(count))
    (hit,) = hits("FL010", machine(rule(f"port2={ports}")))
    assert text in hit.message


@cases(
    ("direction", "action", "fires"),
    [
        (Direction.INBOUND, FirewallAction.ALLOW, True),
        (Direction.INBOUND, FirewallAction.BYPASS, True),
        (Direction.INBOUND, FirewallAction.BLOCK, False),
        (Direction.OUTBOUND, FirewallAction.ALLOW, False),
        (Direction.OUTBOUND, FirewallAction.BLOCK, False),
    ],
)
def test_only_what_lets_secured_traffic_in_waits_for_it(
    direction: Direction, action: FirewallAction, fires: bool
) -> None:
    found = machine(rule("profile=domain"))
    waiting = FirewallRule(
        name="Web",
        span=AT,
        enabled=Setting(True, AT),
        direction=Setting(direction, AT),
        action=Setting(action, AT),
        profiles=Setting(ALL_PROFILES, AT),
        protocol=Setting(6, AT),
        local_ports=Setting((), AT),
        remote_ports=Setting((), AT),
        remote=Setting((), AT),
        security=Setting("authenticate", AT),
    )
    subject = found.with_policy(found.policy.model_copy(update={"firewall_rules": (waiting,)}))
    assert bool(hits("FL014", subject)) is fires


def three_modules(*modules: str) -> Machine:
    values = []
    methods = ("Anonymous", "MachineKerb", "MachineNtlm")
    for number, (module, method) in enumerate(zip(modules, methods, strict=True)):
        own = f"{{00000000-0000-4000-8000-00000000000{number}}}"
        auth = f"{{00000000-0000-4000-8000-00000000001{number}}}"
        text = f"v2.30|Action=SecureServer|Active=TRUE|EP2_4=10.0.0.0/255.0.0.0|KeyMod={module}|Auth1Set={auth}|Name=R|"
        values.append(("ConSecRules", own, text))
        values.append((f"Phase1AuthenticationSets\\{auth}\\0000", "Method", method))
    return registry_machine(*values)


def test_nine_main_modes_with_one_peer_are_many() -> None:
    (hit,) = hits("QD031", three_modules("IkeV1", "AuthIP", "IkeV2"))
    assert "up to 9 main modes" in hit.message


def test_eight_main_modes_with_one_peer_are_not_whatever_other_peers_have() -> None:
    lines = [
        consec(f"name=A endpoint1=any endpoint2=any action=requestinrequestout auth1={method}")
        for method in ("computerkerb", "anonymous")
    ]
    lines.append(consec("name=B endpoint1=any endpoint2=10.0.0.0/8 action=requestinrequestout auth1=computerntlm"))
    assert hits("QD031", machine(*lines)) == []


@cases(("seconds", "severity"), [(299, ERROR), (300, WARNING), (1799, WARNING), (1800, None)])
def test_polling_by_the_second(seconds: int, severity: Severity | None) -> None:
    found = machine("netsh ipsec static add policy name=P pollinginterval=10 assign=yes")
    (policy,) = found.policy.policies
    setting = replace(policy.polling_interval_seconds, value=seconds)
    changed = policy.model_copy(update={"polling_interval_seconds": setting})
    subject = found.with_policy(found.policy.model_copy(update={"policies": (changed,)}))
    assert [each.severity for each in hits("QD024", subject)] == ([] if severity is None else [severity])


def test_lifetimes_that_windows_has_itself_do_not_count_for_churn() -> None:
    found = machine(rule("qmsecmethods=esp:sha256-aes128+5min+100000kb"))
    sets = tuple(crypto_set.model_copy(update={"builtin": True}) for crypto_set in found.policy.quick_mode_crypto_sets)
    policy = found.policy.model_copy(update={"quick_mode_crypto_sets": sets})
    ended = tuple(
        Event(
            span=AT,
            kind=EventKind.MAIN_MODE,
            time=f"2026-03-02T08:{minute:02d}:00.000Z",
            error_code=13885,
            remote_address="10.0.0.1",
        )
        for minute in (0, 30)
    )
    (hit,) = hits("RT007", Machine(name="m", policy=policy, events=ended))
    assert "one quick-mode lifetime of 3600 s" in hit.message
    assert hits("RT007", Machine(name="m", policy=found.policy, events=ended)) == []


@cases(("hosts", "severity"), [(102, INFO), (103, WARNING)])
def test_exemptions_of_which_more_than_half_could_be_joined(hosts: int, severity: Severity) -> None:
    addresses = [f"10.0.{number // 2}.{number % 2}" for number in range(102)] + ["10.0.0.2"] * (hosts - 102)
    line = consec(f"name=E endpoint1=any endpoint2={','.join(addresses)} action=noauthentication")
    (hit,) = hits("QD028", machine(line))
    assert hit.severity is severity


@cases(
    ("mirrored", "text"), [("no", "201 filters; the policy has 201"), ("yes", "201 filters, with their mirrors 402; ")]
)
def test_filters_are_counted_with_their_mirrors(mirrored: str, text: str) -> None:
    lines = [
        "netsh ipsec static add policy name=P assign=yes",
        "netsh ipsec static add filteraction name=A action=negotiate",
        *(
            f"netsh ipsec static add filter filterlist=L srcaddr=me dstaddr=10.0.0.{number} mirrored={mirrored}"
            for number in range(201)
        ),
        "netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A",
    ]
    (hit,) = hits("QD027", machine(*lines))
    assert text in hit.message


@cases(("other", "kept"), [(5, 300), (2879, 172_740), (90, 5400)])
def test_lifetime_in_range_stays_where_another_is_brought_there(other: int, kept: int) -> None:
    offers = f"esp:sha256-aes128+4min+100000kb,esp:sha256-aes256+{other}min+100000kb"
    (hit,) = hits("RF004", machine(rule(f"qmsecmethods={offers}")))
    assert hit.fix is not None
    (change,) = hit.fix.changes
    assert isinstance(change, Assign)
    first, second = change.value  # type: ignore[misc]
    assert first.lifetime_seconds.value != 240
    assert second.lifetime_seconds.value == kept


@cases(
    ("protocol", "fires"),
    [("", True), ("protocol=tcp", True), ("protocol=udp", True), ("protocol=icmpv4", False), ("protocol=47", False)],
)
def test_kerberos_goes_by_tcp_and_udp(protocol: str, fires: bool) -> None:
    site = Site(domain_controllers=("10.0.0.10",))
    assert bool(hits("EX001", machine(rule(protocol), site=site))) is fires


@cases(
    ("traffic", "fires"),
    [
        ("", True),
        ("protocol=tcp srcport=0 dstport=88", True),
        ("protocol=udp srcport=0 dstport=88", True),
        ("protocol=tcp srcport=0 dstport=445", False),
        ("protocol=icmp", False),
    ],
)
def test_kerberos_in_filters_of_the_older_tool(traffic: str, fires: bool) -> None:
    subject = machine(
        "netsh ipsec static add policy name=P assign=yes",
        f"netsh ipsec static add filter filterlist=L srcaddr=me dstaddr=10.0.0.0 dstmask=24 {traffic}",
        "netsh ipsec static add filteraction name=A action=negotiate inpass=no soft=no",
        "netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A kerberos=yes",
        site=Site(domain_controllers=("10.0.0.10",)),
    )
    assert bool(hits("EX001", subject)) is fires


@cases(("traffic", "requires"), [("", True), ("protocol=icmp", True), ("protocol=tcp", False)])
def test_rule_of_the_older_tool_that_takes_icmp_is_named(traffic: str, requires: bool) -> None:
    subject = machine(
        "netsh advfirewall set global ipsec defaultexemptions none",
        "netsh ipsec static add policy name=P assign=yes",
        f"netsh ipsec static add filter filterlist=L srcaddr=me dstaddr=any {traffic}",
        "netsh ipsec static add filteraction name=A action=negotiate inpass=no soft=no",
        "netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A",
    )
    found = hits("EX005", subject)
    assert any("requires IPsec for it" in each.message for each in found) is requires


@cases(("traffic", "fires"), [("protocol=icmpv4", False), ("protocol=tcp", True), ("", True)])
def test_icmp_of_every_host_may_be_exempt_by_a_rule(traffic: str, fires: bool) -> None:
    other = "any" if traffic else "10.2.0.0/16"
    subject = machine(
        "netsh advfirewall set global ipsec defaultexemptions none",
        rule("", remote="any"),
        consec(f"name=E endpoint1=any endpoint2=10.1.0.0/16 action=noauthentication {traffic}"),
        consec(f"name=F endpoint1=any endpoint2={other} action=noauthentication {traffic}"),
    )
    assert bool(hits("EX005", subject)) is fires


def test_icmp_of_some_hosts_is_not_exempt_enough() -> None:
    subject = machine(
        "netsh advfirewall set global ipsec defaultexemptions none",
        rule("", remote="any"),
        consec("name=E endpoint1=any endpoint2=10.1.0.0/16 action=noauthentication protocol=icmpv4"),
    )
    assert hits("EX005", subject)


@cases(("first", "second"), [(1500, 2000), (2000, 1500)])
def test_the_longest_lifetime_is_named(first: int, second: int) -> None:
    offers = f"esp:sha256-aes128+{first}min+100000kb,esp:sha256-aes256+{second}min+100000kb"
    (hit,) = hits("CR022", machine(rule(f"qmsecmethods={offers}")))
    assert hit.value == 2000 * 60


@cases(
    ("offer", "count"),
    [
        ("dhgroup14:aes128-sha384", 1),
        ("dhgroup14:aes256-sha256", 1),
        ("dhgroup14:aes128-sha256", 2),
        ("dhgroup14:aes256-sha384", 0),
    ],
)
def test_national_profile_looks_at_cipher_and_hash_each(offer: str, count: int) -> None:
    subject = machine(f"netsh advfirewall set global mainmode mmsecmethods {offer}")
    assert len(hits("CR024", subject)) == count


@cases(
    ("local", "remote", "dynamic", "fires"),
    [
        ("any", "203.0.113.7", False, True),
        ("198.51.100.1", "203.0.113.7", False, False),
        ("any", "203.0.113.7", True, False),
    ],
)
def test_static_tunnel_has_both_ends_or_none(local: str, remote: str, dynamic: bool, fires: bool) -> None:
    found = machine(
        consec(
            f"name=T mode=tunnel endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 action=requireinrequireout "
            f"localtunnelendpoint={local} remotetunnelendpoint={remote} auth1=computerkerb"
        )
    )
    (tunnel,) = found.policy.connection_security_rules
    changed = tunnel.model_copy(update={"dynamic_tunnel": Setting(dynamic, AT)})
    subject = found.with_policy(found.policy.model_copy(update={"connection_security_rules": (changed,)}))
    assert any("static tunnel" in hit.message for hit in hits("FL012", subject)) is fires


def test_direction_of_a_tunnel_that_is_not_required_is_shown() -> None:
    found = machine(
        consec(
            "name=T mode=tunnel endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 action=requireinrequireout "
            "localtunnelendpoint=198.51.100.1 remotetunnelendpoint=203.0.113.7 auth1=computerkerb"
        )
    )
    (tunnel,) = found.policy.connection_security_rules
    asked = replace(tunnel.inbound, value=Security.REQUEST, span=Span("m", 1, 10))
    for field in ("inbound", "outbound"):
        span = Span("m", 9, 1 if field == "inbound" else 2)
        changed = tunnel.model_copy(update={field: replace(asked, span=span)})
        subject = found.with_policy(found.policy.model_copy(update={"connection_security_rules": (changed,)}))
        (hit,) = hits("FL012", subject)
        assert hit.span == span


def test_default_sets_of_two_stores_may_differ() -> None:
    main = "netsh advfirewall set global mainmode mmkeylifetime"
    own = "netsh advfirewall set store local"
    of_gpo = "netsh advfirewall set store gpo=corp.example\\\\Servers"
    assert hits("RF006", machine(own, f"{main} 480min,0sess", of_gpo, f"{main} 60min,0sess")) == []


@cases(("gateway", "fires"), [("10.2.0.5", True), ("10.2.0.1", True), ("10.2.0.6", False)])
def test_a_gateway_at_the_end_of_a_range_lies_in_it(gateway: str, fires: bool) -> None:
    ends = f"endpoint1=10.1.0.0/16 localtunnelendpoint=198.51.100.1 remotetunnelendpoint={gateway}"
    tunnel = f"name=T mode=tunnel endpoint2=10.2.0.1-10.2.0.5 {ends} action=requireinrequireout auth1=computerkerb"
    assert bool(hits("FL007", machine(consec(tunnel)))) is fires


@cases(("as_of", "fires"), [(date(2026, 6, 10), False), (date(2026, 6, 11), True)])
def test_direct_access_is_deprecated_from_its_day_on(as_of: date, fires: bool) -> None:
    line = rule("", name='"DirectAccess Policy-ClientToCorp"')
    subject = machine(line)
    subject = Machine(name=subject.name, policy=subject.policy, as_of=as_of)
    assert bool(hits("RF018", subject)) is fires


@cases(("tunnel", "fires"), [("L2tp", False), ("Ikev2", True)])
def test_only_ikev2_cannot_begin_without_a_group(tunnel: str, fires: bool) -> None:
    suite = (
        "-AuthenticationTransformConstants SHA256128 -CipherTransformConstants AES256 -EncryptionMethod AES256 "
        "-IntegrityCheckMethod SHA256 -PfsGroup None -DHGroup None"
    )
    subject = machine(
        f"Add-VpnConnection -Name Office -ServerAddress vpn.example.org -TunnelType {tunnel}",
        f"Set-VpnConnectionIPsecConfiguration -ConnectionName Office {suite} -Force",
        name="vpn.ps1",
    )
    assert bool(hits("CR027", subject)) is fires


@cases(("second", "severity"), [("userkerb", WARNING), ("userkerb,anonymous", INFO)])
def test_an_optional_user_on_a_shared_host_is_information(second: str, severity: Severity) -> None:
    subject = machine(rule(f"auth2={second}"), site=Site.of({"host_type": "multi-user"}))
    assert [hit.severity for hit in hits("QD018", subject)] == [severity]


@cases("code", [13803, 13807, 13821, 13877, 13878, 13891, 13895, 13898, 13901, 13902])
def test_what_happens_in_the_course_of_things_is_information(code: int) -> None:
    event = Event(span=AT, kind=EventKind.QUICK_MODE, success=False, error_code=code)
    subject = Machine(name="m", policy=machine(rule("")).policy, events=(event,))
    assert [hit.severity for hit in hits("RT020", subject)] == [INFO]
    other = Machine(name="m", policy=subject.policy, events=(replace(event, error_code=13816),))
    assert [hit.severity for hit in hits("RT020", other)] == [None]


@cases(("prefix", "fires"), [("16.0.0.0/3", True), ("16.0.0.0/4", True), ("16.0.0.0/5", False)])
def test_a_rule_is_for_the_internet_from_a_sixteenth_of_it(prefix: str, fires: bool) -> None:
    asking = consec(f"name=R endpoint1=any endpoint2={prefix} action=requestinrequestout auth1=computerkerb")
    assert bool(hits("QD014", machine(asking))) is fires


@cases(
    ("host", "severity"), [("portable", WARNING), ("client", WARNING), ("server", INFO), ("hub", INFO), (None, INFO)]
)
def test_a_host_that_moves_is_warned_of_negotiations_with_everybody(host: str | None, severity: Severity) -> None:
    asking = consec(
        "name=R endpoint1=any endpoint2=any action=requestinrequestout auth1=computerkerb profile=domain,private"
    )
    (hit,) = hits("QD014", machine(asking, site=Site.of({"host_type": host})))
    assert hit.severity is severity


@cases(
    ("start", "status", "said"),
    [
        ("automatic", "stopped", "stopped"),
        ("disabled", "running", "disabled"),
        ("disabled", "stopped", "disabled"),
        ("automatic", "running", None),
        (None, "stopped", "stopped"),
    ],
)
def test_a_keying_service_is_off_where_it_is_disabled_or_stopped(
    start: str | None, status: str, said: str | None
) -> None:
    found = machine(rule(""))
    service = ServiceState(
        name="IKEEXT", start=None if start is None else Setting(start, AT), status=Setting(status, AT)
    )
    subject = found.with_policy(found.policy.model_copy(update={"services": (service,)}))
    assert [hit.value for hit in hits("RF012", subject)] == ([] if said is None else [said])


def test_a_gateway_of_one_family_lies_in_no_range_of_the_other() -> None:
    tunnel = (
        "New-NetIPsecRule -DisplayName T -Mode Tunnel -LocalAddress 10.1.0.0/16,'::/64' -RemoteAddress 10.2.0.0/16 "
        "-LocalTunnelEndpoint 192.0.2.1 -RemoteTunnelEndpoint 198.51.100.1 -InboundSecurity Require "
        "-OutboundSecurity Require"
    )
    assert hits("FL007", machine(tunnel, name="t.ps1")) == []
    (hit,) = hits("FL007", machine(tunnel.replace("'::/64'", "192.0.2.0/24"), name="t.ps1"))
    assert hit.value == "192.0.2.1"


@cases(("day", "said"), [(date(2026, 5, 3), []), (date(2026, 5, 4), []), (date(2026, 5, 5), ["expired on 2026-05-04"])])
def test_a_certificate_serves_to_the_end_of_its_last_day(day: date, said: list[str]) -> None:
    last = Certificate(name="CN=vpn.example", span=AT, not_after=Setting(date(2026, 5, 4), AT))
    assert faults(last, SERVER_AUTHENTICATION, day) == said


def test_what_connection_security_rules_offer_is_not_held_to_ip_security_policies() -> None:
    subject = machine_in(ROOT / "fixtures" / "policies" / "certificates" / "certificates.reg")
    (crypto,) = (each for each in subject.policy.quick_mode_crypto_sets if not each.builtin)
    number = crypto.proposals[0].model_copy(update={"encryption": Setting(Unknown("12"), AT)})
    for dialect, fires in ((crypto.dialect, False), (Dialect.IP_SECURITY_POLICY, True)):
        other = crypto.model_copy(update={"dialect": dialect, "proposals": (number,)})
        policy = subject.policy.model_copy(update={"quick_mode_crypto_sets": (other,)})
        assert other.id is not None
        assert bool(hits("RF013", subject.with_policy(policy))) is fires


@cases(
    ("service", "level"),
    [("bfe", ERROR), ("ikeext", ERROR), ("rasman", ERROR), ("policyagent", None), ("dnscache", None)],
)
def test_a_vpn_needs_the_services_that_dial_and_key_it(service: str, level: Severity | None) -> None:
    lines = (
        "Add-VpnConnection -Name Office -ServerAddress vpn.example -TunnelType Ikev2",
        f"Set-Service -Name {service} -StartupType Disabled",
    )
    assert [hit.severity for hit in hits("RF012", machine(*lines, name="vpn.ps1"))] == ([level] if level else [])


@cases("kind", ["NetIPsecRule", "NetIPsecMainModeRule"])
@cases(("first", "second", "fires"), [("True", "True", 1), ("True", "False", 0), ("False", "True", 0)])
def test_a_rule_that_is_off_collides_with_none_of_another_store(kind: str, first: str, second: str, fires: int) -> None:
    added = [
        f"New-{kind} -DisplayName Same -Name same -Enabled {on} -RemoteAddress 10.{number}.0.0/16 "
        f"-PolicyStore 'corp.example\\{gpo}'"
        for number, (gpo, on) in enumerate((("One", first), ("Two", second)), start=1)
    ]
    assert len(hits("RF006", machine(*added, name="stores.ps1"))) == fires
