"""A rule of the firewall in the registry: each of its fields with its place, each condition that is not modelled."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.finding import Problem
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.registry.firewall.firewall_rules import firewall_rule
from ipseclint.formats.registry.tree import Kind, Value
from ipseclint.model.policy import FirewallRule
from ipseclint.model.setting import Setting

BEGIN = "v2.30|Action=Allow|Active=TRUE|Dir=In|"


def read(text: str, store: str | None = None) -> tuple[FirewallRule | None, tuple[Problem, ...]]:
    diagnostics = Diagnostics("a.reg")
    value = Value("{1}", Kind.SZ, Token(text, "a.reg", 3, 8))
    return firewall_rule(value, store, diagnostics), diagnostics.listed()


def rule_of(fields: str) -> FirewallRule:
    rule, problems = read(f"{BEGIN}{fields}")
    assert problems == ()
    assert rule is not None
    return rule


def shown(setting: Setting[object] | None, text: str) -> object:
    """A value, after a look at whether its place is that of what is written."""
    assert setting is not None
    return setting.value, text[setting.span.column - 8 :][: setting.span.length]


def test_each_field_has_its_value_and_its_place() -> None:
    text = (
        "v2.30|Action=Block|Active=FALSE|Dir=Out|Profile=Domain|Protocol=17|LPort=500|RPort=4500|RA4=10.0.0.0/8"
        "|Name=IKE|Security=Authenticate|"
    )
    rule, problems = read(text, "GPO")
    assert problems == ()
    assert rule is not None
    assert (rule.name, rule.id, rule.store, rule.narrowed) == ("IKE", "{1}", "GPO", False)
    assert shown(rule.enabled, text) == (False, "FALSE")
    assert [str(shown(setting, text)[0]) for setting in (rule.direction, rule.action)] == ["outbound", "block"]  # type: ignore[index]
    assert shown(rule.security, text) == ("Authenticate", "Authenticate")
    assert shown(rule.protocol, text) == (17, "17")
    assert str(rule.local_ports.value) != str(rule.remote_ports.value)
    assert [shown(ports, text)[1] for ports in (rule.local_ports, rule.remote_ports)] == ["500", "4500"]  # type: ignore[index]
    assert shown(rule.remote, text)[1] == "10.0.0.0/8"  # type: ignore[index]


@cases("name", ["Security", "Security2", "Security2_9"])
def test_what_it_demands_stands_in_one_of_three_fields(name: str) -> None:
    rule = rule_of(f"{name}=AuthenticateEncrypt|")
    assert rule.security is not None
    assert rule.security.value == "AuthenticateEncrypt"


@cases(
    "name",
    ["App", "Svc", "IF", "IFType", "LA4", "LA6", "RMauth", "RUAuth", "LUAuth", "LUOwn", "AppPkgId", "Platform"],
)
def test_a_condition_that_is_not_modelled_narrows_it(name: str) -> None:
    assert not rule_of("Security=Authenticate|").narrowed
    assert rule_of(f"Security=Authenticate|{name}=x|").narrowed


@cases(
    ("text", "is_kept"),
    [
        (f"{BEGIN}Security=Authenticate|", True),
        (f"{BEGIN}SECURITY=x|".upper(), True),
        (f"{BEGIN.replace('Allow', 'Block')}Name=x|", True),
        (f"{BEGIN}Name=x|", False),
        ("v2.30|Active=TRUE|Dir=In|Security=x|", False),
        ("v2.30|Action=Allow|Active=TRUE|Security=x|", False),
    ],
)
def test_rules_that_neither_demand_nor_block_are_left(text: str, is_kept: bool) -> None:
    assert (read(text)[0] is not None) is is_kept


@cases(
    ("action", "direction", "expected"),
    [
        ("Allow", "In", ("allow", "inbound")),
        ("Block", "Out", ("block", "outbound")),
        ("ByPass", "in", ("bypass", "inbound")),
    ],
)
def test_what_a_rule_does_and_which_way_is_a_word(action: str, direction: str, expected: tuple[str, str]) -> None:
    rule, problems = read(f"v2.30|Action={action}|Active=TRUE|Dir={direction}|Security=Authenticate|")
    assert problems == ()
    assert rule is not None
    assert (rule.action.value, rule.direction.value) == expected


@cases(
    ("text", "message"),
    [
        ("v2.30|Action=Block,Active=TRUE|Dir=In|Protocol=17|LPort=500|", "unknown firewall action `Block,Active=TRUE`"),
        ("v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=17|LPort=4500RPort=1|", "unknown port `4500RPort=1`"),
    ],
)
def test_a_field_that_a_lost_sign_ran_into_another_is_told(text: str, message: str) -> None:
    _, problems = read(text)
    assert [problem.message for problem in problems] == [message]


@cases("word", ["RPC", "RPC-EPMap", "Teredo", "Ply2Disc", "mDNS"])
def test_a_port_that_is_told_at_run_time_is_no_problem(word: str) -> None:
    assert read(f"v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort={word}|")[1] == ()


@cases(
    ("text", "said"),
    [
        ("v2.30|Action=Blok|Active=TRUE|Dir=In|Protocol=17|", "unknown firewall action `Blok`"),
        ("v2.30|Actoin=Block|Active=TRUE|Dir=In|Protocol=17|", "a firewall rule without `Action` or `Dir`"),
        ("v2.30|Active=TRUE|Dir=In|Protocol=17|", "a firewall rule without `Action` or `Dir`"),
        ("Action=Block|Active=TRUE|Dir=In|", "the value `{1}` does not begin with a version such as v2.30"),
        ("v2.30;Action=Block;Active=TRUE;Dir=In;", "the value `{1}` does not begin with a version such as v2.30"),
        (f"{BEGIN}Action=Block|", "`Action` stands twice; the first counts"),
        (f"{BEGIN}Securty=Authenticate|", "unknown field `Securty` of a firewall rule; did you mean Security?"),
        (
            "v2.30|Action=Block|Active=TRUE|Dir=In|LProt=137|",
            "unknown field `LProt` of a firewall rule; did you mean LPort?",
        ),
        (
            "v2.30|Action=Block|Active=TRUE|Dir=In|Protocl=6|",
            "unknown field `Protocl` of a firewall rule; did you mean Protocol?",
        ),
        ("v2.30|Action=Block|Active=TRUE|Dir=In|RA4=10.0.0.999|", "unknown address `10.0.0.999`"),
    ],
)
def test_a_rule_that_may_block_or_demand_security_and_is_damaged_is_told(text: str, said: str) -> None:
    _, problems = read(text)
    assert [problem.message for problem in problems] == [said]


@cases(
    "fields",
    [
        "RA42=IntErnet|",
        "RA4=LocalSubnet|",
        "LPort2_20=IPTLSIn|",
        "Edge=TRUE|Defer=App|",
        "TTK2_27=ProxyMgt|",
        "Security=Authenticate|Security2_9=An-NoEncap|",
        "NewField=1|",
    ],
)
def test_fields_that_narrow_nothing_here_and_later_ones_are_known(fields: str) -> None:
    rule, problems = read(f"v2.33|Action=Block|Active=TRUE|Dir=In|Protocol=17|{fields}")
    assert rule is not None
    assert problems == ()


def test_a_number_is_no_rule() -> None:
    diagnostics = Diagnostics("a.reg")
    number = Value("{1}", Kind.DWORD, Token("00000001", "a.reg", 3, 8), number=1)
    assert firewall_rule(number, None, diagnostics) is None
    (problem,) = diagnostics.listed()
    assert problem.message == "the value `{1}` is not a text, as a rule is"
