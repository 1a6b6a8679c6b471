"""An exemption counts for the packets that it takes: of its port, side, profile, interface and own address."""

from __future__ import annotations

import pytest

from ipseclint.model.site import Site
from tests.cases import cases
from tests.rules.rule_inputs import consec, hits, machine

ISOLATION = "name=I endpoint1=any endpoint2=any action=requireinrequireout auth1=computerkerb profile=domain"
REQUEST = "name=I endpoint1=any endpoint2=any action=requestinrequestout auth1=computerkerb"
CERTIFICATES = (
    'name=I endpoint1=any endpoint2=any action=requireinrequireout auth1=computercert auth1ca="CN=Contoso Root CA"'
)
INTRANET = "name=I endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout auth1=computerkerb"


def found(code: str, *rules: str, **site: object) -> list[tuple[str, str]]:
    """The severity and the message of what a rule finds in connection security rules, or in other lines."""
    lines = [line if line.startswith("netsh") else consec(line) for line in rules]
    subject = machine(*lines, site=Site.of(site))
    return [(str(hit.severity), hit.message) for hit in hits(code, subject)]


def exempt(text: str) -> str:
    return f"name=X {'' if 'endpoint1=' in text else 'endpoint1=any '}{text} action=noauthentication"


TO_DC = "requires IPsec with Kerberos toward domain controllers that"
NOT_ALL = "UDP 88, TCP 88, UDP 389, TCP 389 and TCP 445 are not"


@cases(
    ("exemption", "severity", "message"),
    [
        ("endpoint2=10.0.0.10 profile=public", "error", f"{TO_DC} no rule exempts (10.0.0.10)"),
        ("endpoint2=any protocol=icmpv4", "error", f"{TO_DC} no rule exempts (10.0.0.10)"),
        ("endpoint2=10.0.0.11", "error", f"{TO_DC} no rule exempts (10.0.0.10)"),
        ("endpoint2=10.0.0.10 enable=no", "error", f"{TO_DC} no rule exempts (10.0.0.10)"),
        (
            "endpoint2=10.0.0.10 protocol=tcp port2=88",
            "warning",
            f"{TO_DC} are exempt only in part (10.0.0.10: UDP 88, UDP 389, TCP 389 and TCP 445 are not)",
        ),
        (
            "endpoint2=10.0.0.10 protocol=udp",
            "warning",
            f"{TO_DC} are exempt only in part (10.0.0.10: TCP 88, TCP 389 and TCP 445 are not)",
        ),
        (
            "endpoint1=10.0.0.77 endpoint2=10.0.0.10",
            "error",
            f"{TO_DC} are exempt only in part (10.0.0.10: {NOT_ALL} for own addresses other than 10.0.0.77)",
        ),
        (
            "endpoint2=10.0.0.10 interfacetype=ras",
            "error",
            f"{TO_DC} are exempt only in part (10.0.0.10: {NOT_ALL} for lan and wireless)",
        ),
        ("endpoint2=dns", "error", f"{TO_DC} may not be exempt (10.0.0.10)"),
    ],
)
def test_a_domain_controller_is_exempt_only_for_what_the_exemption_takes(
    exemption: str, severity: str, message: str
) -> None:
    expected = [("warning" if exemption == "endpoint2=dns" else severity, message)]
    assert found("EX001", ISOLATION, exempt(exemption), domain_controllers=["10.0.0.10"]) == expected


@cases(
    "exemption",
    [
        "endpoint2=10.0.0.10",
        "endpoint2=10.0.0.0/24 profile=domain",
        "endpoint2=any profile=domain,public",
        "endpoint1=10.0.0.10 endpoint2=any",
    ],
)
def test_a_domain_controller_that_is_exempt_on_the_profile_of_the_rule_is_exempt(exemption: str) -> None:
    assert found("EX001", ISOLATION, exempt(exemption), domain_controllers=["10.0.0.10"]) == []


@cases(
    ("exemption", "fires"),
    [
        ("endpoint1=10.0.0.10 endpoint2=any", False),
        ("endpoint1=10.0.0.11 endpoint2=any", True),
        ("endpoint1=10.0.0.10 endpoint2=any profile=public", True),
        ("endpoint1=10.0.0.10 endpoint2=172.16.0.0/12", True),
        ("endpoint1=10.0.0.10 endpoint2=any protocol=tcp port1=445", True),
    ],
)
def test_an_exemption_may_name_its_servers_as_the_first_endpoint(exemption: str, fires: bool) -> None:
    assert bool(found("EX001", ISOLATION, exempt(exemption), domain_controllers=["10.0.0.10"])) is fires
    undeclared = found("FL002", ISOLATION, exempt(exemption), domain_controllers=["10.0.0.10"])
    assert bool(undeclared) is ("10.0.0.11" in exemption)


@cases(
    ("exemption", "fires"),
    [
        ("endpoint2=any protocol=icmpv4", True),
        ("endpoint2=10.0.0.10 profile=public", True),
        ("endpoint2=dhcp protocol=udp port2=67", True),
        ("endpoint2=10.0.0.10", False),
        ("endpoint2=10.0.0.10 protocol=tcp port2=88", False),
        ("endpoint2=dns", False),
    ],
)
def test_without_known_domain_controllers_an_exemption_of_other_traffic_is_none(exemption: str, fires: bool) -> None:
    message = "requires IPsec with Kerberos toward every host, and no rule exempts the domain controllers"
    assert found("EX001", ISOLATION, exempt(exemption)) == ([("error", message)] if fires else [])


def test_a_rule_with_certificates_for_the_domain_controllers_takes_them_from_the_one_with_kerberos() -> None:
    own = 'name=DC endpoint1=any endpoint2=10.0.0.10 action=requireinrequireout auth1=computercert auth1ca="CN=Root"'
    assert found("EX001", ISOLATION + ",private,public", own, domain_controllers=["10.0.0.10"]) == []


@cases(
    ("exemption", "expected"),
    [
        ("endpoint2=10.0.0.53 profile=public", [("error", "no rule exempts (10.0.0.53)")]),
        (
            "endpoint2=10.0.0.53 protocol=udp port2=53",
            [("info", "are exempt only in part (10.0.0.53: TCP 53 is not)")],
        ),
        (
            "endpoint2=10.0.0.53 protocol=tcp port2=53",
            [("error", "are exempt only in part (10.0.0.53: UDP 53 is not)")],
        ),
        (
            "endpoint2=10.0.0.53 protocol=udp port1=53",
            [
                (
                    "error",
                    "are exempt only in part (10.0.0.53: UDP 53 from ports other than 53 and TCP 53 are not)",
                )
            ],
        ),
        ("endpoint2=10.0.0.53", []),
        ("endpoint2=dns", []),
    ],
)
def test_a_name_server_is_exempt_only_for_what_the_exemption_takes(
    exemption: str, expected: list[tuple[str, str]]
) -> None:
    seen = found("EX002", ISOLATION, exempt(exemption), dns_servers=["10.0.0.53"])
    assert [severity for severity, _ in seen] == [severity for severity, _ in expected]
    for (_, message), (_, part) in zip(seen, expected, strict=True):
        assert message.startswith(f"requires IPsec toward DNS servers that {part}")


def test_an_exemption_of_icmp_ends_no_negotiation_with_the_internet() -> None:
    ((severity, message),) = found("QD014", REQUEST, exempt("endpoint2=any protocol=icmpv4"))
    assert severity == "info"
    assert message.startswith("asks every host for IPsec on the domain, private and public profiles but for ICMPV4;")


@cases(
    ("addresses", "fires"),
    [
        ("100.64.0.0/10", False),
        ("130.60.0.0/16", False),
        ("11.0.0.0/8,21.0.0.0/8", False),
        ("0.0.0.0-9.255.255.255,11.0.0.0-255.255.255.255", True),
        ("16.0.0.0/4", True),
        ("internet", True),
        ("2000::/3", True),
        ("2001:db8::/32", False),
    ],
)
def test_ones_own_public_addresses_are_not_every_host(addresses: str, fires: bool) -> None:
    assert bool(found("QD014", REQUEST.replace("endpoint2=any", f"endpoint2={addresses}"))) is fires


@cases(
    ("host_type", "profile", "severities"),
    [
        (None, "any", ["info"]),
        ("server", "any", ["info"]),
        ("client", "any", ["warning"]),
        ("client", "domain", ["info"]),
        ("portable", "domain,private", ["warning"]),
        ("portable", "any", []),
        ("portable", "domain", []),
    ],
)
def test_asking_everybody_is_a_warning_on_hosts_that_move(
    host_type: str | None, profile: str, severities: list[str]
) -> None:
    seen = found("QD014", f"{REQUEST} profile={profile}", host_type=host_type)
    assert [severity for severity, _ in seen] == severities


TO_PRINTERS = "requires IPsec toward 10.9.0.0/16{}, where hosts have none; nothing can be sent to them"


@cases(
    ("exemption", "taken"),
    [
        ("endpoint2=10.9.0.0/16 protocol=tcp port2=9100", " but for TCP 9100"),
        ("endpoint1=10.0.0.77 endpoint2=10.9.0.0/16", " but for own address 10.0.0.77"),
        ("endpoint2=10.9.0.0/16 profile=public", " but for the public profile"),
        ("endpoint2=10.9.0.0/24", " but for 10.9.0.0/24"),
        ("endpoint2=any protocol=icmpv4", " but for ICMPV4"),
        ("endpoint2=10.9.0.0/16 interfacetype=wireless", " but for wireless"),
        ("endpoint2=10.9.0.0/16", None),
        ("endpoint2=10.9.0.0/17,10.9.128.0/17", None),
    ],
)
def test_hosts_without_ipsec_are_exempt_only_for_what_the_exemption_takes(exemption: str, taken: str | None) -> None:
    expected = [] if taken is None else [("None", TO_PRINTERS.format(taken))]
    assert found("QD015", INTRANET, exempt(exemption), non_ipsec_ranges=["10.9.0.0/16"]) == expected


@pytest.mark.parametrize("code", ["AU007", "EX006"])
@pytest.mark.parametrize(
    ("exemption", "fires"),
    [
        ("endpoint2=10.0.0.80 protocol=icmpv4", True),
        ("endpoint2=10.0.0.80 protocol=tcp port2=443", True),
        ("endpoint2=10.0.0.80 protocol=udp port2=80", True),
        ("endpoint2=10.0.0.80 protocol=tcp port2=80", False),
        ("endpoint2=10.0.0.80", False),
    ],
)
def test_servers_of_revocation_lists_are_exempt_only_by_http(code: str, exemption: str, fires: bool) -> None:
    strict = "netsh advfirewall set global ipsec strongcrlcheck 2"
    assert bool(found(code, strict, CERTIFICATES, exempt(exemption), pki_servers=["10.0.0.80"])) is fires


@pytest.mark.parametrize(
    ("code", "missing", "exemption"),
    [
        ("EX003", "neighbordiscovery,icmp", "endpoint2=dhcp"),
        ("EX003", "neighbordiscovery,icmp", "endpoint2=any protocol=udp port1=68 port2=67"),
        ("EX003", "neighbordiscovery,icmp", "endpoint2=10.0.0.5 protocol=udp port2=67"),
        ("EX004", "dhcp,icmp", "endpoint2=any protocol=icmpv6"),
        ("EX005", "neighbordiscovery,dhcp", "endpoint2=any protocol=icmpv4"),
    ],
)
@pytest.mark.parametrize(("profile", "fires"), [("public", True), ("domain", False), ("any", False)])
def test_what_windows_exempts_by_itself_may_be_exempt_by_a_rule_of_the_same_profile(
    code: str, missing: str, exemption: str, profile: str, fires: bool
) -> None:
    chosen = f"netsh advfirewall set global ipsec defaultexemptions {missing}"
    assert bool(found(code, chosen, ISOLATION, exempt(f"{exemption} profile={profile}"))) is fires


@cases(
    ("exemption", "facts", "fires"),
    [
        ("endpoint2=10.0.0.10", {}, True),
        ("endpoint2=10.0.0.10", {"dhcp_servers": ["10.0.0.67"]}, True),
        ("endpoint1=10.0.0.10 endpoint2=any", {}, True),
        ("endpoint2=10.0.0.10,10.0.0.67", {"dhcp_servers": ["10.0.0.67"]}, False),
        ("endpoint2=any", {}, False),
        ("endpoint2=10.0.0.67 protocol=tcp", {"dhcp_servers": ["10.0.0.67"]}, True),
    ],
)
def test_an_exemption_of_other_servers_is_none_of_dhcp(exemption: str, facts: dict[str, object], fires: bool) -> None:
    chosen = "netsh advfirewall set global ipsec defaultexemptions neighbordiscovery,icmp"
    assert bool(found("EX003", chosen, ISOLATION, exempt(exemption), **facts)) is fires


@cases(
    ("exemption", "severities"),
    [
        ("endpoint2=any", ["None"]),
        ("endpoint2=any protocol=tcp", ["None"]),
        ("endpoint2=any protocol=tcp port2=443", []),
        ("endpoint2=any protocol=icmpv4", []),
        ("endpoint2=any profile=public", []),
        ("endpoint2=10.0.0.0/8 profile=domain", ["None"]),
    ],
)
def test_an_exemption_for_any_is_one_only_where_something_is_secured(exemption: str, severities: list[str]) -> None:
    assert [severity for severity, _ in found("EX010", ISOLATION, exempt(exemption))] == severities


USER = "name=I endpoint1=any endpoint2=any action=requireinrequestout auth1=computerkerb auth2=userkerb"


@cases(
    ("other", "fires"),
    [
        (exempt("endpoint2=10.0.0.10"), True),
        (exempt("endpoint2=any profile=public"), True),
        ("name=S endpoint1=any endpoint2=any protocol=tcp action=requireinrequestout auth1=computerkerb", True),
        (exempt("endpoint2=any"), False),
    ],
)
def test_a_user_is_required_for_all_traffic_that_no_other_rule_takes(other: str, fires: bool) -> None:
    assert bool(found("AU016", USER, other)) is fires


LEGACY = (
    "netsh ipsec static add policy name=P assign=yes",
    "netsh ipsec static add filter filterlist=All srcaddr=me dstaddr=any",
    'netsh ipsec static add filteraction name=Require action=negotiate inpass=no soft=no qmsecmethods="ESP[3DES,SHA1]"',
    "netsh ipsec static add filteraction name=Permit action=permit",
    "netsh ipsec static add rule name=Secure policy=P filterlist=All filteraction=Require kerberos=yes",
    "netsh ipsec static add rule name=Open policy=P filterlist=DC filteraction=Permit",
)


@cases(
    ("filters", "severities"),
    [
        (("srcaddr=me dstaddr=10.0.0.10",), []),
        (("srcaddr=10.0.0.10 dstaddr=me",), []),
        (("srcaddr=me dstaddr=10.0.0.10 protocol=icmp",), ["error"]),
        (("srcaddr=me dstaddr=10.0.0.10 protocol=tcp dstport=88",), ["warning"]),
        (("srcaddr=me dstaddr=10.0.0.10 mirrored=no",), ["error"]),
        (("srcaddr=me dstaddr=10.0.0.10 mirrored=no", "srcaddr=10.0.0.10 dstaddr=me mirrored=no"), []),
        (("srcaddr=me dstaddr=10.0.0.0 dstmask=255.255.255.0",), []),
        (("srcaddr=me dstaddr=10.0.0.11",), ["error"]),
    ],
)
def test_a_filter_of_netsh_ipsec_permits_only_what_it_takes(filters: tuple[str, ...], severities: list[str]) -> None:
    lines = [LEGACY[0], LEGACY[1], *(f"netsh ipsec static add filter filterlist=DC {each}" for each in filters)]
    seen = found("EX001", *lines, *LEGACY[2:], domain_controllers=["10.0.0.10"])
    assert [severity for severity, _ in seen] == severities


def test_a_filter_of_netsh_ipsec_that_is_not_mirrored_leaves_the_answers() -> None:
    row = "netsh ipsec static add filter filterlist=DC srcaddr=me dstaddr=10.0.0.10 mirrored=no"
    ((_, message),) = found("EX001", LEGACY[0], LEGACY[1], row, *LEGACY[2:], domain_controllers=["10.0.0.10"])
    assert message == f"{TO_DC} are exempt only in part (10.0.0.10: {NOT_ALL} for packets that come in)"


def test_a_permit_in_another_policy_permits_nothing() -> None:
    lines = (
        "netsh ipsec static add policy name=Q",
        "netsh ipsec static add filter filterlist=DC srcaddr=me dstaddr=10.0.0.10",
        "netsh ipsec static add rule name=Elsewhere policy=Q filterlist=DC filteraction=Permit",
    )
    seen = found("EX001", *LEGACY[:5], *lines, domain_controllers=["10.0.0.10"])
    assert [severity for severity, _ in seen] == ["error"]


NOTHING_EXEMPT = "netsh advfirewall set global ipsec defaultexemptions none"
FILTERS = (
    "netsh ipsec static add policy name=P assign=yes",
    "netsh ipsec static add filterlist name=L",
    "netsh ipsec static add filter filterlist=L srcaddr=me dstaddr=10.9.0.0 dstmask=255.255.0.0",
    'netsh ipsec static add filteraction name=A qmsecmethods="ESP[3DES,SHA1]"',
    "netsh ipsec static add rule name=R policy=P filterlist=L filteraction=A",
)


@cases(
    ("remote", "action", "more", "is_within"),
    [
        ("10.9.0.0/24", "requireinrequireout", "", False),
        ("10.9.0.0-10.9.0.255", "requireinrequireout", "", False),
        ("10.9.0.0-10.9.1.0", "requireinrequireout", "", True),
        ("10.9.0.0/23", "requireinrequestout", "", True),
        ("10.9.0.0/23", "requestinrequestout", "", False),
        ("10.9.0.0/23", "noauthentication", "", False),
        ("10.9.0.0/23", "requireinrequireout", "protocol=tcp", False),
        ("10.9.0.0/23", "requireinrequireout", "protocol=icmpv4", False),
        ("fd00::/8", "requireinrequireout", "", False),
    ],
)
@cases("beside", [(), FILTERS])
def test_icmp_is_missed_within_a_range_that_holds_more_than_a_subnet(
    remote: str, action: str, more: str, is_within: bool, beside: tuple[str, ...]
) -> None:
    by = "" if action == "noauthentication" else "auth1=computerkerb"
    rule = f"name=I endpoint1=any endpoint2={remote} action={action} {by} {more}"
    message = f'ICMP is not among the default exemptions (none), and rule "I" requires IPsec for it within {remote}'
    assert found("EX005", NOTHING_EXEMPT, *beside, rule) == ([("info", message)] if is_within else [])


STORES = ("SOFTWARE\\Policies\\Microsoft\\WindowsFirewall", "SYSTEM\\CurrentControlSet\\Services\\SharedAccess")
KERBEROS_SET = "{11111111-0000-4000-8000-0000000000AA}"


def of_two_stores(policy: str, local: str, merged: dict[str, int]) -> tuple[str, ...]:
    """The registry of a machine with a rule of Group Policy, one of its own, and what its profiles say of its own."""
    keys = {
        "": ('"PolicyVersion"=dword:0000021e',),
        "\\ConSecRules": (f'"{{R}}"="v2.30|{policy}|Active=TRUE|Auth1Set={KERBEROS_SET}|Name=R|"',),
        f"\\Phase1AuthenticationSets\\{KERBEROS_SET}": ('"Version"="2.30"', '"Name"="A"'),
        f"\\Phase1AuthenticationSets\\{KERBEROS_SET}\\0000": ('"Method"="MachineKerb"',),
        **{f"\\{profile}Profile": (f'"AllowLocalIPsecPolicyMerge"=dword:{to:08x}',) for profile, to in merged.items()},
    }
    of_policy, own = (f"HKEY_LOCAL_MACHINE\\{store}" for store in STORES)
    lines = ["Windows Registry Editor Version 5.00"]
    for key, values in keys.items():
        lines += ["", f"[{of_policy}{key}]", *values]
    rule = f'"{{X}}"="v2.30|{local}|Active=TRUE|Name=X|"'
    return (*lines, "", f"[{own}\\Parameters\\FirewallPolicy\\ConSecRules]", rule)


WITHOUT_LOCAL, WITH_LOCAL = (
    dict.fromkeys(("Domain", "Private", "Public"), 0),
    dict.fromkeys(("Domain", "Private", "Public"), 1),
)


@cases(
    ("merged", "severities"),
    [(WITHOUT_LOCAL, ["error"]), (WITH_LOCAL, []), ({}, []), (WITH_LOCAL | {"Public": 0}, ["error"])],
)
def test_a_local_exemption_is_none_where_group_policy_lets_no_local_rule_count(
    merged: dict[str, int], severities: list[str]
) -> None:
    lines = of_two_stores("Action=Secure", "Action=DoNotSecure|EP2_4=10.0.0.10/255.255.255.255", merged)
    subject = machine(*lines, name="x.reg", site=Site(domain_controllers=("10.0.0.10",)))
    assert [str(hit.severity) for hit in hits("EX001", subject)] == severities


@cases(("merged", "fires"), [(WITHOUT_LOCAL, False), (WITH_LOCAL, True), (WITH_LOCAL | {"Public": 0}, True)])
def test_nothing_is_asked_of_a_local_rule_that_is_not_in_force(merged: dict[str, int], fires: bool) -> None:
    lines = of_two_stores("Action=DoNotSecure|EP2_4=10.0.0.11/255.255.255.255", "Action=Secure", merged)
    assert bool(hits("QD015", machine(*lines, name="x.reg", site=Site(non_ipsec_ranges=("10.9.0.0/16",))))) is fires


WAITING = (
    "netsh advfirewall firewall add rule name=F dir=in action=allow protocol=tcp localport=445 security=authenticate"
)


@cases(
    ("beside", "fires"),
    [
        ((), True),
        ((exempt("endpoint2=10.0.0.10"),), True),
        ((f"{REQUEST} enable=no", exempt("endpoint2=10.0.0.10")), True),
        ((REQUEST,), False),
    ],
)
def test_what_waits_for_security_is_told_where_no_rule_secures(beside: tuple[str, ...], fires: bool) -> None:
    message = "lets only secured traffic in, and no connection security rule of the input secures any"
    assert found("FL014", WAITING, *beside) == ([("info", message)] if fires else [])


def legacy(name: str, assigned: str, methods: str = "ESP[3DES,MD5]:100000k/600s") -> tuple[str, ...]:
    """The commands that make a policy of `netsh ipsec` which requires IPsec of everybody."""
    add = "netsh ipsec static add"
    return (
        f"{add} policy name={name} mmpfs=yes pollinginterval=5{assigned}",
        f"{add} filterlist name=L{name}",
        f"{add} filter filterlist=L{name} srcaddr=me dstaddr=any",
        f'{add} filteraction name=F{name} action=negotiate inpass=no soft=no qmsecmethods="{methods}"',
        f"{add} rule name=R{name} policy={name} filterlist=L{name} filteraction=F{name} kerberos=yes",
    )


@pytest.mark.parametrize("code", ["EX001", "CR003", "QD003", "QD004", "QD024"])
@pytest.mark.parametrize(
    ("own", "other", "count"),
    [
        (" assign=no", None, 1),
        ("", None, 1),
        (" assign=yes", None, 1),
        (" assign=yes", " assign=no", 1),
        ("", " assign=no", 2),
    ],
)
def test_beside_an_assigned_policy_no_other_is_in_force(code: str, own: str, other: str | None, count: int) -> None:
    lines = (*legacy("P", own), *(() if other is None else legacy("Q", other)))
    subject = machine(*lines, site=Site(domain_controllers=("10.0.0.10",)))
    assert len(hits(code, subject)) == count
