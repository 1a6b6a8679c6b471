"""What the release and the build of Windows decide: each fact alone, and each number on both sides."""

from __future__ import annotations

from datetime import date
from typing import Any

from ipseclint.finding import Severity
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Dialect, Policy, WindowsHost
from ipseclint.model.selectors import WfpFilter
from ipseclint.model.setting import Setting, Unknown
from ipseclint.model.site import Site
from ipseclint.source import Span
from tests.cases import cases
from tests.made_objects import rule, said
from tests.rules.rule_inputs import consec, hits, machine

AT = Span("build.reg", 4, 1)
ERROR, WARNING = Severity.ERROR, Severity.WARNING
UNSAID = Setting[Any](Unknown("?"), AT)
BOTH = "CVE-2026-33824 (remote-code), CVE-2026-50696 (denial-of-service)"
LATER = "CVE-2026-50696 (denial-of-service)"


def host(build: Any, revision: Any, *, is_server: Any = None, store: str | None = None) -> WindowsHost:
    def setting(value: Any) -> Any:
        return value if value is None or isinstance(value, Setting) else Setting(value, AT)

    return WindowsHost(
        span=AT, build=setting(build), revision=setting(revision), is_server=setting(is_server), store=store
    )


def running(*hosts: WindowsHost, as_of: date | None = None, **parts: Any) -> Machine:
    parts = parts or {"connection_security_rules": (rule(),)}
    return Machine(name="m", policy=Policy(hosts=hosts, **parts), as_of=as_of)


def told(subject: Machine) -> list[tuple[Severity | None, str]]:
    found = []
    for hit in hits("RF014", subject):
        head, _, _ = hit.message.partition(" (by records")
        found.append((hit.severity, head))
    return found


@cases(
    ("build", "revision", "expected"),
    [
        (20348, 5019, (ERROR, f"build 20348.5019 has {BOTH}; 20348.5386 has not")),
        (20348, 5020, (WARNING, f"build 20348.5020 has {LATER}; 20348.5386 has not")),
        (20348, 5385, (WARNING, f"build 20348.5385 has {LATER}; 20348.5386 has not")),
        (20348, 5386, None),
        (20349, 1, None),
        (14393, 9059, (ERROR, "build 14393.9059 has CVE-2026-33824 (remote-code); 14393.9060 has not")),
        (14393, 9060, None),
        (UNSAID, 5019, None),
        (20348, UNSAID, None),
        (20348, None, None),
        (None, 5019, None),
    ],
)
def test_a_build_before_the_revision_that_repaired_it(build: Any, revision: Any, expected: Any) -> None:
    assert told(running(host(build, revision))) == ([] if expected is None else [expected])


@cases(
    ("is_server", "revision", "wanted"),
    [
        (True, 33157, 33158),
        (True, 33158, None),
        (True, 8874, 33158),
        (False, 8874, 8875),
        (False, 8875, None),
        (None, 1, None),
        (UNSAID, 1, None),
    ],
)
def test_server_and_client_of_one_build_have_revisions_of_their_own(
    is_server: Any, revision: int, wanted: int | None
) -> None:
    found = [message for _, message in told(running(host(26100, revision, is_server=is_server)))]
    assert [message.endswith(f"; 26100.{wanted} has not") for message in found] == ([] if wanted is None else [True])


@cases(
    ("as_of", "expected"),
    [
        (date(2026, 4, 13), []),
        (date(2026, 4, 14), ["CVE-2026-33824 (remote-code)"]),
        (date(2026, 7, 13), ["CVE-2026-33824 (remote-code)"]),
        (date(2026, 7, 14), [BOTH]),
        (None, [BOTH]),
    ],
)
def test_a_fault_counts_from_the_day_on_which_it_was_told(as_of: date | None, expected: list[str]) -> None:
    found = told(running(host(20348, 1), as_of=as_of))
    assert [message.partition(" has ")[2].partition(";")[0] for _, message in found] == expected


def test_the_build_that_wrote_a_gpo_is_not_that_of_its_hosts() -> None:
    assert told(running(host(20348, 1, store="GPO"))) == []
    assert len(told(running(host(20348, 1, store="GPO"), host(20348, 1)))) == 1


ROW = WfpFilter("{1}", "F", "FWPM_LAYER_IPSEC_V4", "", 1, "", None, (), (), None, (), (), (), 1, 1)


@cases(
    ("parts", "answers"),
    [
        ({"connection_security_rules": (rule(),)}, True),
        ({"connection_security_rules": (rule(enabled=said(value=False)),)}, False),
        ({"wfp_filters": (ROW,)}, True),
        ({"wfp_filters": ()}, False),
    ],
)
def test_only_a_host_whose_ike_answers_is_judged(parts: dict[str, Any], answers: bool) -> None:
    assert bool(told(running(host(20348, 1), **parts))) is answers


def test_a_vpn_server_answers_ike_without_any_rule() -> None:
    server = machine("Set-VpnServerConfiguration -TunnelType IKEv2", name="p.ps1").policy
    assert server.vpn_servers
    assert told(Machine(name="m", policy=server.model_copy(update={"hosts": (host(20348, 1),)})))
    interface = machine(
        "Add-VpnS2SInterface -Name S -Destination 203.0.113.1 -Protocol IKEv2 -AuthenticationMethod PSKOnly "
        "-SharedSecret x",
        name="p.ps1",
    ).policy
    assert interface.vpn_interfaces
    assert told(Machine(name="m", policy=interface.model_copy(update={"hosts": (host(20348, 1),)})))


# ---- Releases that differ ----

BY_CERTIFICATE = 'auth1=computercert auth1ca="CN=Root"'
WEB = "name=Web endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout "


@cases(
    ("line", "windows", "fires"),
    [
        (WEB + BY_CERTIFICATE, ("Windows Server 2019", "Windows Server 2025"), True),
        (WEB + BY_CERTIFICATE, ("Windows Server 2022", "Windows 11 24H2"), True),
        (WEB + BY_CERTIFICATE, ("Windows Server 2019", "Windows Server 2022"), False),
        (WEB + BY_CERTIFICATE, ("Windows Server 2025", "Windows 11 24H2"), False),
        (WEB + BY_CERTIFICATE, None, False),
        (f"{WEB}{BY_CERTIFICATE} enable=no", ("Windows Server 2019", "Windows Server 2025"), False),
        (f"{WEB}auth1=computerkerb", ("Windows Server 2019", "Windows Server 2025"), False),
        (f"{WEB}auth1=computerntlm", ("Windows Server 2019", "Windows Server 2025"), False),
        (f"{WEB}auth1=computerpsk auth1psk=abcdefgh", ("Windows Server 2019", "Windows Server 2025"), False),
        (
            f"{WEB}auth1=computercert,computerpsk auth1psk=abcdefgh auth1ca=CN=A",
            ("Windows Server 2019", "Windows Server 2025"),
            True,
        ),
    ],
)
def test_key_modules_that_are_left_to_releases_which_differ(
    line: str, windows: tuple[str, ...] | None, fires: bool
) -> None:
    found = hits("AU017", machine(consec(line), site=Site(windows=windows)))
    assert bool(found) is fires
    if windows is not None and fires:
        assert found[0].message == (
            f"the default key modules are IKEv1 and AuthIP on {windows[0]}, IKEv1 and IKEv2 on {windows[1]}: "
            "only IKEv1 is common; name the key module"
        )


@cases(("facts", "fires"), [({}, True), ({"dialect": Dialect.WFP}, False)])
def test_key_modules_are_left_open_by_connection_security_rules_alone(facts: dict[str, Any], fires: bool) -> None:
    subject = machine(consec(WEB + BY_CERTIFICATE), site=Site(windows=("Windows Server 2019", "Windows Server 2025")))
    (own,) = subject.policy.connection_security_rules
    changed = own.model_copy(update=facts)
    policy = subject.policy.model_copy(update={"connection_security_rules": (changed,)})
    assert bool(hits("AU017", subject.with_policy(policy))) is fires
    named = own.model_copy(update={"key_modules": said(own.key_modules.known)})
    policy = subject.policy.model_copy(update={"connection_security_rules": (named,)})
    assert hits("AU017", subject.with_policy(policy)) == []


# ---- Tunnels of the type PointToSite, and DirectAccess ----

TRANSPORT = "-LocalAddress 10.1.0.0/16 -RemoteAddress 10.2.0.0/16 -Mode Transport"
TUNNEL = (
    "-LocalAddress 10.1.0.0/16 -RemoteAddress 10.2.0.0/16 -Mode Tunnel -LocalTunnelEndpoint 192.0.2.1 "
    "-RemoteTunnelEndpoint Any"
)


@cases(
    ("form", "facts", "windows", "said_of_it"),
    [
        (TRANSPORT, {}, None, (ERROR, "the type of tunnel is PointToSite, and the rule is not a tunnel rule")),
        (
            TRANSPORT,
            {},
            ("Windows Server 2019",),
            (ERROR, "the type of tunnel is PointToSite, and the rule is not a tunnel rule"),
        ),
        (TUNNEL, {}, None, None),
        (TUNNEL, {}, ("Windows Server 2025",), None),
        (
            TUNNEL,
            {},
            ("Windows Server 2019", "Windows Server 2025"),
            (None, "the type of tunnel PointToSite is unknown to Windows Server 2019"),
        ),
        (TRANSPORT, {"enabled": said(value=False)}, None, None),
        (TRANSPORT, {"enabled": UNSAID}, None, None),
        (TRANSPORT, {"point_to_site": None}, None, None),
        (TRANSPORT, {"point_to_site": said(value=False)}, None, None),
        (TRANSPORT, {"point_to_site": UNSAID}, None, None),
        (TRANSPORT, {"dialect": Dialect.WFP}, None, None),
    ],
)
def test_the_type_of_a_tunnel(form: str, facts: dict[str, Any], windows: Any, said_of_it: Any) -> None:
    line = (
        f"New-NetIPsecRule -DisplayName T -TunnelType PointToSite {form} -InboundSecurity Require "
        "-OutboundSecurity Require"
    )
    subject = machine(line, name="p.ps1", site=Site(windows=windows))
    (own,) = subject.policy.connection_security_rules
    policy = subject.policy.model_copy(update={"connection_security_rules": (own.model_copy(update=facts),)})
    found = [(hit.severity, hit.message) for hit in hits("RF017", subject.with_policy(policy))]
    assert found == ([] if said_of_it is None else [said_of_it])


@cases(
    ("name", "store", "fires"),
    [
        ("DirectAccess Policy-ClientToCorp", None, True),
        ("directaccess policy-x", None, True),
        ("DirectAccess", None, False),
        ("R", "corp.example\\DirectAccess Client Settings", True),
        ("R", "corp.example\\DIRECTACCESS SERVER SETTINGS", True),
        ("R", "corp.example\\Servers", False),
        ("R", None, False),
    ],
)
def test_rules_of_directaccess_by_their_names_and_their_gpos(name: str, store: str | None, fires: bool) -> None:
    policy = Policy(connection_security_rules=(rule(name, store=store), rule(name, store=store)))
    assert len(hits("RF018", Machine(name="m", policy=policy))) == int(fires)
