"""Conflicts among rules: shares of exemptions, gateways in their own networks, and how much is looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import pytest
from msgspec.structs import asdict

from ipseclint.finding import Severity
from ipseclint.model.machine import Machine
from ipseclint.model.setting import Setting, Unknown
from ipseclint.model.site import Site
from ipseclint.rules import all_rules
from ipseclint.semantics import traffic
from ipseclint.semantics.packets import lookup
from ipseclint.semantics.packets.analyse import analyse
from ipseclint.semantics.packets.anomaly import Limits
from ipseclint.semantics.traffic import rule_groups
from tests import ROOT
from tests.cases import cases
from tests.rules.rule_inputs import RULESET, consec, hits, machine

REQUIRE = "action=requireinrequireout auth1=computerkerb"
ERROR, WARNING = Severity.ERROR, Severity.WARNING


def secured(remote: str, more: str = "") -> str:
    return consec(f"name=Secured endpoint1=any endpoint2={remote} {REQUIRE} {more}")


def exempt(remote: str, more: str = "") -> str:
    return consec(f"name=Open endpoint1=any endpoint2={remote} action=noauthentication {more}")


@cases(("last", "severity"), [(48, None), (49, ERROR), (99, ERROR)], ids=["49 of 100", "50 of 100", "all"])
def test_exemption_of_half_defeats_a_rule(last: int, severity: Severity | None) -> None:
    subject = machine(secured("10.0.0.0-10.0.0.99"), exempt(f"10.0.0.0-10.0.0.{last}"))
    assert [each.severity for each in hits("FL002", subject)] == ([severity] if severity else [])


@cases(
    ("whole", "text"),
    [("10.0.0.0-10.0.0.99", "takes 1% of"), ("10.0.0.0-10.0.0.100", "takes 0.99% of")],
)
def test_small_shares_are_told_where_infrastructure_is_known(whole: str, text: str) -> None:
    site = Site(domain_controllers=("10.250.0.1",))
    (hit,) = hits("FL002", machine(secured(whole), exempt("10.0.0.7"), site=site))
    assert text in hit.message


@cases(
    ("rule", "exemption"),
    [
        (secured("10.0.0.0/24", "protocol=tcp port2=80"), exempt("10.0.0.0/24", "protocol=tcp port2=81")),
        (secured("10.0.0.0/24", "profile=domain"), exempt("10.0.0.0/24", "profile=public")),
        (secured("10.0.0.0/24"), exempt("2001:db8::/32")),
        (secured("10.0.0.0/24"), exempt("10.250.0.1")),
        (secured("2001:db8::/64"), exempt("10.0.0.0/24")),
        (secured("10.0.0.0/24"), exempt("any")),
    ],
)
def test_exemption_of_other_traffic_takes_nothing(rule: str, exemption: str) -> None:
    site = Site(domain_controllers=("10.250.0.1",))
    assert hits("FL002", machine(rule, exemption, site=site)) == []


@cases(
    ("taken", "severity"),
    [("10.0.0.0/26,dns", None), ("10.0.0.0/25,dns", ERROR), ("10.0.0.0/26,2001:db8::/64", None)],
)
def test_what_a_keyword_may_stand_for_is_no_part_of_what_an_exemption_takes(
    taken: str, severity: Severity | None
) -> None:
    found = hits("FL002", machine(secured("10.0.0.0/24"), exempt(taken)))
    assert [hit.severity for hit in found] == ([severity] if severity else [])


def tunnel(remote: str, gateway: str, more: str = "") -> Machine:
    return machine(
        consec(
            f"name=T mode=tunnel endpoint1=10.1.0.0/16 endpoint2={remote} localtunnelendpoint=198.51.100.1 "
            f"remotetunnelendpoint={gateway} {REQUIRE} {more}"
        )
    )


@cases(
    ("remote", "gateway", "inside"),
    [
        ("203.0.113.0/24", "203.0.113.0", True),
        ("203.0.113.0/24", "203.0.113.255", True),
        ("203.0.113.0/24", "203.0.112.255", False),
        ("203.0.113.0/24", "203.0.114.0", False),
        ("203.0.113.7", "203.0.113.7", True),
        ("any", "203.0.113.7", False),
        ("203.0.113.0/24", "any", False),
        ("::cb00:7100/120", "203.0.113.7", False),
        ("203.0.113.0/24", "::cb00:7107", False),
    ],
)
def test_gateway_in_the_network_that_it_protects(remote: str, gateway: str, inside: bool) -> None:
    assert bool(hits("FL007", tunnel(remote, gateway))) is inside


def test_gateway_of_a_disabled_rule_or_of_transport_is_no_matter() -> None:
    assert hits("FL007", tunnel("203.0.113.0/24", "203.0.113.7", "enable=no")) == []
    assert hits("FL007", machine(secured("203.0.113.0/24"))) == []


@cases(
    ("hidden", "hiding", "severity"),
    [
        ("requireinrequestout auth1=computerkerb", "noauthentication", ERROR),
        ("requestinrequestout auth1=computerkerb", "noauthentication", ERROR),
        ("noauthentication", "requireinrequestout auth1=computerkerb", None),
    ],
)
def test_hidden_rule_is_grave_if_it_is_stricter(hidden: str, hiding: str, severity: Severity | None) -> None:
    subject = machine(
        consec(f"name=Wide endpoint1=any endpoint2=10.0.0.0/16 action={hiding}"),
        consec(f"name=Narrow endpoint1=any endpoint2=10.0.1.0/24 action={hidden}"),
    )
    found = [hit for hit in hits("FL001", subject) if hit.subject.name == "Narrow"]
    assert [each.severity for each in found] == ([severity] if severity else [])


LIMIT = 500


@cache
def many(filters: int) -> Machine:
    """One policy of netsh ipsec with so many filters, among them one of each conflict."""
    lines = [
        "netsh ipsec static add policy name=P assign=yes",
        "netsh ipsec static add filteraction name=Permit action=permit",
        'netsh ipsec static add filteraction name=Secure action=negotiate qmsecmethods="ESP[3DES,SHA1]:100000k/3600s"',
    ]

    def add(name: str, action: str, *rows: str) -> None:
        lines.extend(
            f"netsh ipsec static add filter filterlist={name} protocol=TCP dstport=80 mirrored=no {row}" for row in rows
        )
        lines.append(f"netsh ipsec static add rule name={name} policy=P filterlist={name} filteraction={action}")

    tunnel = "mirrored=no srcmask=16 dstaddr=10.61.0.0 dstmask=16"
    for name, source, gate in (("First", "10.60.0.0", "203.0.113.7"), ("Second", "10.60.0.0", "203.0.113.8")):
        lines.append(f"netsh ipsec static add filter filterlist={name} srcaddr={source} {tunnel}")
        lines.append(
            f"netsh ipsec static add rule name={name} policy=P filterlist={name} filteraction=Secure tunnel={gate}"
        )
    add("Twice", "Permit", "srcaddr=10.62.0.1 dstaddr=192.0.2.9")
    add("Again", "Permit", "srcaddr=10.62.0.1 dstaddr=192.0.2.9")
    add("To", "Permit", "srcaddr=any dstaddr=10.64.0.0 dstmask=24")
    add("From", "Secure", "srcaddr=10.63.0.0 srcmask=24 dstaddr=any")
    open_ = ["srcaddr=10.9.0.0 srcmask=25 dstaddr=any", "srcaddr=10.9.0.128 srcmask=25 dstaddr=any"]
    closed = ["srcaddr=10.9.0.0 srcmask=24 dstaddr=any"]
    add("Open", "Permit", *open_)
    add("Shut", "Secure", *closed)
    rest = filters - len(open_) - len(closed) - 6
    add("Rest", "Secure", *(f"srcaddr=10.{100 + each // 256}.{each % 256}.1 dstaddr=192.0.2.1" for each in range(rest)))
    return machine(*lines)


def test_as_many_filters_are_there_as_are_looked_at() -> None:
    (group,) = rule_groups(many(LIMIT), LIMIT)
    assert getattr(group, "filter_count", None) == LIMIT


CODES = ["FL001", "FL003", "FL004", "FL005", "FL006"]


@pytest.mark.parametrize("code", CODES)
def test_so_many_filters_are_analysed_and_no_more(code: str) -> None:
    assert any("10." in each.message for each in hits(code, many(LIMIT), most_filters=LIMIT))
    assert not any("10." in hit.message for hit in hits(code, many(LIMIT + 1), most_filters=LIMIT))


@pytest.mark.parametrize("code", CODES)
def test_as_many_filters_are_looked_at_as_the_page_about_packet_sets_says(code: str) -> None:
    page = (ROOT / "docs" / "packet-sets.md").read_text(encoding="utf-8")
    rule = next(rule for rule in all_rules() if rule.code == code)
    most = asdict(RULESET.options(rule))["most_filters"]
    assert f"among up to {most:,} filters of a group" in page


def test_more_filters_than_are_looked_at_are_no_clean_policy() -> None:
    (hit,) = hits("FL001", many(LIMIT + 1), most_filters=LIMIT)
    assert (hit.severity, hit.message.split(": ")[0]) == (
        None,
        f"conflicts were not looked for among {LIMIT + 1:,} filters, more than {LIMIT:,}",
    )


def test_rules_that_were_not_decided_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "analyse", partial(analyse, limits=Limits(steps=0, steps_together=0)))
    halves = [secured("10.0.0.0-10.0.0.127"), secured("10.0.0.128-10.0.0.255")]
    subject = machine(*halves, exempt("10.0.0.64-10.0.0.191"))
    told = [hit for hit in hits("FL001", subject) if "not decided" in hit.message]
    assert [(hit.subject.name, hit.severity) for hit in told] == [("connection security rules", None)]
    assert told[0].message == (
        "of 3 rules it was not decided whether others hide them or they could go, since the work that is allowed ran "
        'out: "Secured", "Secured", "Open"'
    )


def test_pairs_that_were_not_all_looked_for_are_said_where_rules_can_disagree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "FEW_FILTERS", -1)
    monkeypatch.setattr(traffic, "analyse", partial(analyse, limits=Limits(work=1)))
    subject = many(LIMIT - 1)  # no other test has looked at this one
    for code in ("FL003", "FL004", "FL006"):
        told = {hit.subject.name for hit in hits(code, subject) if "not all were looked for among" in hit.message}
        assert told == {"filters of policy P"}
    alike = machine(
        *(consec(f"name=R{each} endpoint1=10.{each}.0.0/24 endpoint2=any {REQUIRE}") for each in range(200))
    )
    for code in ("FL003", "FL004", "FL006"):
        assert hits(code, alike) == []


@pytest.mark.parametrize(("count", "more"), [(8, ""), (9, " and 1 more")])
def test_eight_rules_that_were_not_decided_are_named(count: int, more: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "analyse", partial(analyse, limits=Limits(steps=0, steps_together=0)))
    halves = [secured(f"10.0.{each}.0-10.0.{each + 1}.127") for each in range(count)]
    (told,) = [hit for hit in hits("FL001", machine(*halves)) if "not decided" in hit.message]
    named = ", ".join(['"Secured"'] * 8)
    assert told.message == (
        f"of {count} rules it was not decided whether others hide them or they could go, since the work that is "
        f"allowed ran out: {named}{more}"
    )


def test_redundant_rules_that_are_not_listed_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "analyse", partial(analyse, limits=Limits(listed=1)))
    narrow = [secured(f"10.{each}.0.0/16") for each in range(4)]
    found = hits("FL005", machine(secured("10.0.0.0/8"), *narrow))
    assert [hit.message for hit in found if "listed" in hit.message] == [
        "3 more rules that change nothing are not listed"
    ]


@cases(
    ("wide", "narrow", "fires"),
    [
        ("auth1=computerkerb", "auth1=computerkerb", True),
        ("auth1=computerkerb", "auth1=computerntlm", False),
    ],
    ids=["alike", "different"],
)
def test_a_rule_is_redundant_only_beside_one_that_does_the_same(wide: str, narrow: str, *, fires: bool) -> None:
    rules = [
        consec(f"name=Wide endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout {wide}"),
        consec(f"name=Narrow endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequireout {narrow}"),
    ]
    assert bool(hits("FL005", machine(*rules))) is fires


@cases(("word", "fires"), [("first", True), ("second", False)], ids=["alike", "different"])
def test_what_is_not_understood_is_the_same_if_it_is_written_alike(word: str, *, fires: bool) -> None:
    subject = machine(
        consec("name=Wide endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout auth1=computerkerb"),
        consec("name=Narrow endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequireout auth1=computerkerb"),
    )
    sets = tuple(
        auth.model_copy(
            update={
                "methods": tuple(
                    method.model_copy(update={"method": Setting(Unknown(text), method.method.span)})
                    for method in auth.methods
                )
            }
        )
        for auth, text in zip(subject.policy.authentication_sets, ("first", word), strict=True)
    )
    subject = subject.with_policy(subject.policy.model_copy(update={"authentication_sets": sets}))
    assert bool(hits("FL005", subject)) is fires


@cases(("names", "remotes"), [("AA", ("%S%", "%T%")), ("AA", ("%S%", "%S%")), ("AB", ("%S%", "%S%"))])
def test_rules_are_not_equal_where_it_is_not_known_for_whom_they_are(names: str, remotes: tuple[str, str]) -> None:
    rules = [
        consec(f"name={name} endpoint1=any endpoint2={to} {REQUIRE}") for name, to in zip(names, remotes, strict=True)
    ]
    assert hits("FL005", machine(*rules, understood=False)) == []


def test_main_mode_rules_of_one_name_are_not_equal_where_it_is_not_known_for_whom_they_are() -> None:
    rules = [f"netsh advfirewall mainmode add rule name=A endpoint2={to} auth1=computerkerb" for to in ("%S%", "%T%")]
    assert hits("FL005", machine(*rules, understood=False)) == []


def tunnel_rule(name: str, gateway: str, remote: str) -> str:
    ends = f"localtunnelendpoint=198.51.100.1 remotetunnelendpoint={gateway}"
    return consec(f"name={name} mode=tunnel endpoint1=10.1.0.0/16 endpoint2={remote} {ends} {REQUIRE}")


def transport_rules(*methods: str) -> Machine:
    rules = [
        consec(
            f"name=R{each} endpoint1=10.{each}.0.0/24 endpoint2=any action=requireinrequireout "
            f"auth1={methods[each % len(methods)]}"
        )
        for each in range(200)
    ]
    return machine(*rules)


def tunnels_through(*gateways: str) -> Machine:
    rules = [tunnel_rule(f"T{each}", gateways[each % len(gateways)], f"10.200.{each}.0/24") for each in range(200)]
    return machine(*rules)


@pytest.mark.parametrize(
    ("made", "words", "told"),
    [
        (transport_rules, ("computerkerb", "computerntlm"), {"FL003", "FL004"}),
        (tunnels_through, ("203.0.113.1",), set()),
        (tunnels_through, ("203.0.113.1", "203.0.113.2"), {"FL006"}),
    ],
    ids=["no tunnels", "one tunnel", "two tunnels"],
)
def test_of_pairs_that_were_not_looked_for_those_are_said_that_can_disagree(
    made: Callable[..., Machine], words: tuple[str, ...], told: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traffic, "analyse", partial(analyse, limits=Limits(work=1)))
    subject = made(*words)
    messages = {code: [hit.message for hit in hits(code, subject)] for code in ("FL003", "FL004", "FL006")}
    assert {code for code, lines in messages.items() if lines} == told
    assert all("not all were looked for among" in line for lines in messages.values() for line in lines)


def main_mode(name: str, remote: str, methods: str) -> str:
    ends = f"endpoint1=any endpoint2={remote} auth1=computerkerb"
    return f"netsh advfirewall mainmode add rule name={name} {ends} mmsecmethods={methods}"


CONFLICTS = {
    "FL005": lambda remote: (
        consec(f"name=Wide endpoint1=any endpoint2=10.0.0.0/8 {REQUIRE}"),
        consec(f"name=Narrow endpoint1=any endpoint2={remote} {REQUIRE}"),
    ),
    "FL006": lambda remote: (
        tunnel_rule("One", "203.0.113.1", "10.2.0.0/16"),
        tunnel_rule("Two", "203.0.113.2", remote),
    ),
    "FL013": lambda remote: (
        main_mode("One", "10.0.0.0/8", "dhgroup14:aes128-sha256"),
        main_mode("Two", remote, "dhgroup2:3des-sha1"),
    ),
}


@pytest.mark.parametrize("code", CONFLICTS)
@pytest.mark.parametrize(("remote", "times"), [("10.2.0.0/16", 1), ("dns", 0)], ids=["sure", "may be"])
def test_a_conflict_that_is_sure_is_told_once(code: str, remote: str, times: int) -> None:
    assert len(hits(code, machine(*CONFLICTS[code](remote)))) == times


def test_an_exemption_of_one_host_is_not_one_of_everything() -> None:
    hidden = consec(f"name=Secured endpoint1=10.0.0.5 endpoint2=any {REQUIRE}")
    exemption = consec("name=Open endpoint1=10.0.0.5 endpoint2=any action=noauthentication")
    assert [hit.severity for hit in hits("FL001", machine(hidden, exemption))] == [ERROR]


@cases(
    ("hiding", "severity"),
    [("requireinrequireout", None), ("requestinrequestout", ERROR)],
    ids=["no less strict", "less strict"],
)
def test_a_rule_hidden_by_a_laxer_one_is_an_error(hiding: str, severity: Severity | None) -> None:
    halves = [
        consec(f"name=Half{number} endpoint1=any endpoint2={half} action={hiding} auth1=computerntlm")
        for number, half in enumerate(("10.0.0.0/25", "10.0.0.128/25"))
    ]
    assert [hit.severity for hit in hits("FL001", machine(secured("10.0.0.0/24"), *halves))] == [severity]


def test_a_main_mode_rule_hidden_by_others_is_no_error() -> None:
    halves = [
        main_mode(f"Half{number}", half, "dhgroup14:aes128-sha256")
        for number, half in enumerate(("10.0.0.0/25", "10.0.0.128/25"))
    ]
    found = hits("FL001", machine(main_mode("Whole", "10.0.0.0/24", "dhgroup2:3des-sha1"), *halves))
    assert [each.severity for each in found] in ([], [None])


@cases(("address", "is_told"), [("10.1.0.0/16", True), ("%1", False)])
def test_rules_of_which_an_address_that_is_not_known_decides_whether_they_meet_are_no_conflict(
    address: str, is_told: bool
) -> None:
    wide = consec(f"name=A endpoint1={address} endpoint2=any {REQUIRE}")
    other = consec("name=B endpoint1=any endpoint2=10.1.2.0/24 action=requestinrequestout auth1=computerkerb")
    assert bool(hits("FL003", machine(wide, other, understood=is_told))) is is_told
