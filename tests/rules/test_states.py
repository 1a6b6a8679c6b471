"""Rules on states that only a running Windows can tell."""

from __future__ import annotations

from ipseclint.finding import Severity
from ipseclint.model.events import Event, EventKind
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Policy, Security, ServiceState
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Span
from tests.cases import cases
from tests.made_objects import rule
from tests.rules.rule_inputs import consec, hits, machine

SPAN = Span("services", 7, 3)
RULE = consec("name=R endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout auth1=computerkerb")


def with_state(state: str, text: str = RULE) -> Machine:
    found = machine(text)
    rules = tuple(
        rule.model_copy(update={"enforcement": Setting(state, SPAN)}) for rule in found.policy.connection_security_rules
    )
    return Machine(name="m", policy=found.policy.model_copy(update={"connection_security_rules": rules}))


@cases(
    ("state", "severity", "named"),
    [
        ("RemoteAddressResolutionEmpty", Severity.WARNING, "RemoteAddressResolutionEmpty"),
        ("{InactiveProfile, Full}", Severity.INFO, "InactiveProfile"),
        ("ProfileInactive", Severity.INFO, "ProfileInactive"),
        ("OptimizedOut", Severity.INFO, "OptimizedOut"),
        (
            "{InactiveProfile, ProfileInactive, OptimizedOut}",
            Severity.INFO,
            "InactiveProfile, ProfileInactive, OptimizedOut",
        ),
        ("{InactiveProfile, CategoryOff}", Severity.WARNING, "InactiveProfile, CategoryOff"),
    ],
)
def test_a_state_that_is_not_enforcement_is_named(state: str, severity: Severity, named: str) -> None:
    (hit,) = hits("RF009", with_state(state))
    assert (hit.severity, hit.span, hit.message) == (severity, SPAN, f"Windows does not enforce the rule: {named}")


@cases("state", ["Full", "Enforced", "NotApplicable", "{Full}", ""])
def test_an_enforced_rule_is_fine(state: str) -> None:
    assert hits("RF009", with_state(state)) == []


def test_a_disabled_rule_need_not_be_enforced() -> None:
    assert hits("RF009", with_state("DisabledObject", f"{RULE} enable=no")) == []


@cases(("start", "status", "seen"), [("automatic", "stopped", "stopped"), (None, "stopped", "stopped")])
def test_a_stopped_service_is_as_bad_as_a_disabled_one(start: str | None, status: str, seen: str) -> None:
    service = ServiceState(name="IKEEXT", start=Setting(start, SPAN) if start else None, status=Setting(status, SPAN))
    policy = machine(RULE).policy.model_copy(update={"services": (service,)})
    (hit,) = hits("RF012", Machine(name="m", policy=policy))
    assert (hit.severity, hit.message) == (Severity.ERROR, f"service IKEEXT is {seen}, and 1 rule depends on it")


def test_a_running_service_is_fine() -> None:
    service = ServiceState(name="IKEEXT", start=Setting("automatic", SPAN), status=Setting("running", SPAN))
    policy = machine(RULE).policy.model_copy(update={"services": (service,)})
    assert hits("RF012", Machine(name="m", policy=policy)) == []


def of_services(*services: ServiceState, lines: tuple[str, ...] = (), codes: tuple[int, ...] = ()) -> list[str]:
    """What is said of services where these rules are, and connections failed with these errors of Remote Access."""
    policy = machine(*lines).policy if lines else Policy()
    events = tuple(
        Event(span=SPAN, kind=EventKind.SERVICE, success=False, state=f"remote-access error {code}") for code in codes
    )
    other = Event(span=SPAN, kind=EventKind.MAIN_MODE, success=False, state="SA_SENT")
    subject = Machine(name="m", policy=policy.model_copy(update={"services": services}), events=(other, *events))
    return [f"{hit.severity}: {hit.message}" for hit in hits("RF012", subject)]


LEGACY = (
    "netsh ipsec static add policy name=P assign=yes",
    "netsh ipsec static add filter filterlist=L srcaddr=me dstaddr=10.0.0.0 dstmask=8",
    "netsh ipsec static add filteraction name=A qmsecmethods=ESP[3DES,SHA1]:1000k/3600s",
    "netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A kerberos=yes",
)


@cases(
    ("lines", "start", "status", "said"),
    [
        ((RULE,), "manual", "stopped", []),
        ((RULE,), "disabled", "stopped", ["warning: service PolicyAgent is disabled, and 1 rule depends on it"]),
        (LEGACY, "manual", "stopped", ["error: service PolicyAgent is stopped, and 1 rule depends on it"]),
        ((*LEGACY, RULE), "disabled", "stopped", ["error: service PolicyAgent is disabled, and 1 rule depends on it"]),
    ],
)
def test_the_agent_of_ip_security_policies_starts_on_demand_for_other_rules(
    lines: tuple[str, ...], start: str, status: str, said: list[str]
) -> None:
    agent = ServiceState(name="PolicyAgent", start=Setting(start, SPAN), status=Setting(status, SPAN))
    assert of_services(agent, lines=lines) == said


@cases(
    ("name", "start", "code", "said"),
    [
        ("IKEEXT", None, None, ["info: service IKEEXT is stopped, and whether it is disabled is not shown"]),
        ("PolicyAgent", None, 0, ["info: service PolicyAgent is stopped, and whether it is disabled is not shown"]),
        ("IKEEXT", None, 1077, ["info: service IKEEXT is stopped, and whether it is disabled is not shown"]),
        ("IKEEXT", "manual", 0, []),
        ("IKEEXT", "manual", 1058, ["warning: service IKEEXT is stopped with exit code 1058 (it is disabled)"]),
        ("PolicyAgent", None, 4711, ["warning: service PolicyAgent is stopped with exit code 4711"]),
        ("RasMan", None, 1068, []),
    ],
)
def test_a_service_that_is_stopped_alone(name: str, start: str | None, code: int | None, said: list[str]) -> None:
    service = ServiceState(
        name=name,
        start=None if start is None else Setting(start, SPAN),
        status=Setting("stopped", SPAN),
        exit_code=None if code is None else Setting(code, SPAN),
    )
    subject = Machine(name="m", policy=Policy(services=(service,)))
    assert [f"{hit.severity}: {hit.message}" for hit in hits("RF012", subject)] == said


def test_a_service_that_failed_is_told_beside_a_vpn_that_failed() -> None:
    service = ServiceState(
        name="IKEEXT",
        start=Setting("manual", SPAN),
        status=Setting("stopped", SPAN),
        exit_code=Setting(1068, SPAN),
    )
    because = "with exit code 1068 (a service that it depends on did not start)"
    said = f"warning: service IKEEXT is stopped {because}, and a connection that failed may depend on it"
    assert of_services(service, codes=(809,)) == [said]


def off(name: str) -> ServiceState:
    return ServiceState(name=name, start=Setting("disabled", SPAN))


MAY = "is disabled, and a connection that failed may depend on it"
ALONE = "is disabled: no rule and no VPN of this host can use IPsec"


@cases(
    ("name", "codes", "said"),
    [
        ("IKEEXT", (809,), f"error: service IKEEXT {MAY}"),
        ("RasMan", (809,), f"error: service RasMan {MAY}"),
        ("BFE", (809,), f"error: service BFE {MAY}"),
        ("PolicyAgent", (809,), None),
        ("PolicyAgent", (785,), None),
        ("PolicyAgent", (786,), f"warning: service PolicyAgent {MAY}"),
        ("PolicyAgent", (789,), f"warning: service PolicyAgent {MAY}"),
        ("PolicyAgent", (793,), f"warning: service PolicyAgent {MAY}"),
        ("PolicyAgent", (794,), None),
        ("PolicyAgent", (827,), f"warning: service PolicyAgent {MAY}"),
        ("IKEEXT", (), f"warning: service IKEEXT {ALONE}"),
        ("BFE", (), f"warning: service BFE {ALONE}"),
        ("PolicyAgent", (), None),
        ("RasMan", (), None),
        ("MpsSvc", (), None),
        ("Spooler", (789,), None),
    ],
)
def test_the_errors_of_connections_tell_which_services_are_needed(
    name: str, codes: tuple[int, ...], said: str | None
) -> None:
    assert of_services(off(name), codes=codes) == ([] if said is None else [said])


def test_what_a_service_is_for_is_not_asked_where_rules_or_connections_need_none() -> None:
    assert of_services(off("IKEEXT"), lines=(RULE.replace("add rule", "add rule enable=no"),)) == []
    stopped = ServiceState(name="IKEEXT", status=Setting("stopped", SPAN), start=Setting("manual", SPAN))
    assert of_services(stopped) == []


def test_rules_are_told_before_connections_that_failed() -> None:
    assert of_services(off("IKEEXT"), lines=(RULE,), codes=(809,)) == [
        "error: service IKEEXT is disabled, and 1 rule depends on it"
    ]
    assert of_services(off("IKEEXT"), lines=(RULE, RULE.replace("=R ", "=S "))) == [
        "error: service IKEEXT is disabled, and 2 rules depend on it"
    ]


def test_a_state_that_is_not_understood_or_not_there_is_no_state() -> None:
    assert hits("RF009", machine(RULE)) == []
    found = machine(RULE)
    (own,) = found.policy.connection_security_rules
    unsaid = own.model_copy(update={"enforcement": Setting(Unknown("?"), SPAN)})
    policy = found.policy.model_copy(update={"connection_security_rules": (unsaid,)})
    assert hits("RF009", Machine(name="m", policy=policy)) == []


IKEV2 = "Add-VpnConnection -Name Office -ServerAddress vpn.example.org -TunnelType Ikev2 -AuthenticationMethod Eap"
L2TP = 'Add-VpnConnection -Name Office -ServerAddress vpn.example.org -TunnelType L2tp -L2tpPsk "Seven-green-apples"'
SSTP = "Add-VpnConnection -Name Office -ServerAddress vpn.example.org -TunnelType Sstp -AuthenticationMethod Eap"
SERVER = "Set-VpnServerConfiguration -TunnelType IKEv2"


@cases(
    ("line", "name", "said"),
    [
        (IKEV2, "IKEEXT", "error: service IKEEXT is disabled, and 1 VPN object depends on it"),
        (IKEV2, "PolicyAgent", None),
        (L2TP, "PolicyAgent", "warning: service PolicyAgent is disabled, and 1 VPN object depends on it"),
        (L2TP, "RasMan", "error: service RasMan is disabled, and 1 VPN object depends on it"),
        (L2TP, "Spooler", None),
        (SSTP, "IKEEXT", None),
        (SSTP, "PolicyAgent", None),
        (SERVER, "IKEEXT", "error: service IKEEXT is disabled, and 1 VPN object depends on it"),
        (SERVER, "PolicyAgent", None),
    ],
)
def test_a_service_that_a_vpn_needs(line: str, name: str, said: str | None) -> None:
    policy = machine(line, name="p.ps1").policy.model_copy(update={"services": (off(name),)})
    event = Event(span=SPAN, kind=EventKind.SERVICE, success=False, state="remote-access error 809")
    # An error counts where the input holds no VPN; here it does.
    for events in ((), (event,)):
        found = hits("RF012", Machine(name="m", policy=policy, events=events))
        assert [f"{hit.severity}: {hit.message}" for hit in found] == ([] if said is None else [said])


def test_what_a_vpn_alone_needs_is_started_when_it_is_dialled() -> None:
    dialled = machine(IKEV2, name="p.ps1").policy
    rules = machine(RULE).policy.connection_security_rules
    stopped = Setting("stopped", SPAN)
    for name, count in (("RasMan", 0), ("IKEEXT", 1)):
        service = ServiceState(name=name, start=Setting("automatic", SPAN), status=stopped)
        policy = dialled.model_copy(update={"connection_security_rules": rules, "services": (service,)})
        assert len(hits("RF012", Machine(name="m", policy=policy))) == count


@cases(
    ("action", "name", "start", "fires"),
    [
        ("requireinrequireout", "IKEEXT", "manual", True),
        ("requireinrequestout", "IKEEXT", "manual", False),
        ("requestinrequestout", "IKEEXT", "manual", False),
        ("requireinclearout", "IKEEXT", "manual", False),
        ("requireinrequireout", "BFE", "manual", False),
        ("requireinrequireout", "IKEEXT", "automatic", False),
        ("requireinrequireout", "IKEEXT", None, False),
    ],
)
def test_the_keying_service_starts_too_late_on_demand(action: str, name: str, start: str | None, fires: bool) -> None:
    service = ServiceState(name=name, start=Setting(start, SPAN) if start else None, status=None)
    line = RULE.replace("requireinrequestout", action)
    if action == "requireinclearout":
        line = line.replace("name=R ", "name=R mode=tunnel localtunnelendpoint=192.0.2.1 remotetunnelendpoint=any ")
    text = "service IKEEXT starts on demand, and rules require IPsec both ways from boot on"
    assert of_services(service, lines=(line,)) == ([f"info: {text}"] if fires else [])


@cases(
    ("inbound", "outbound", "fires"),
    [
        (Security.REQUIRE, Security.REQUIRE, True),
        (Security.REQUEST, Security.REQUIRE, False),
        (Security.REQUIRE, Security.REQUEST, False),
    ],
)
def test_on_demand_is_too_late_where_a_rule_requires_both_ways(
    inbound: Security, outbound: Security, fires: bool
) -> None:
    own = rule(inbound=Setting(inbound, SPAN), outbound=Setting(outbound, SPAN))
    service = ServiceState(name="IKEEXT", start=Setting("manual", SPAN), status=None)
    policy = Policy(connection_security_rules=(own,), services=(service,))
    assert bool(hits("RF012", Machine(name="m", policy=policy))) is fires


@cases(
    ("starts", "said"),
    [
        (("disabled",), ["warning: service IKEEXT is disabled: no rule and no VPN of this host can use IPsec"]),
        (("manual",), []),
        ((), ["info: service ikeext is stopped, and whether it is disabled is not shown"]),
        (("manual", "automatic"), ["info: service ikeext is stopped, and whether it is disabled is not shown"]),
    ],
)
def test_what_two_outputs_show_of_one_service_is_told_once(starts: tuple[str, ...], said: list[str]) -> None:
    shown = [ServiceState(name="IKEEXT", start=Setting(start, SPAN)) for start in starts]
    stopped = ServiceState(name="ikeext", status=Setting("stopped", SPAN))
    subject = Machine(name="m", policy=Policy(services=(*shown, stopped)))
    assert [f"{hit.severity}: {hit.message}" for hit in hits("RF012", subject)] == said
