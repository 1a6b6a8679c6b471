"""What is left to a rule of some traffic is told once of rules that are weighed alike and for the same packets."""

from __future__ import annotations

from collections import Counter

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import read_input
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ConnectionSecurityRule
from ipseclint.report import Ignored
from ipseclint.semantics.treatment import Left, Question, traffic_with
from ipseclint.source import bytes_source
from tests.cases import cases

ADD = "netsh advfirewall consec add rule endpoint1=any auth1=computerkerb"
LIKE = f"{ADD} name=A endpoint2=any action=requestinrequestout"
OTHER = f"{ADD} name=R endpoint2=10.0.0.0/8 action=requireinrequireout"


def machine_of(*lines: str) -> Machine:
    text = "".join(f"{line}\n" for line in lines)
    read = read_input(Candidate(bytes_source("policy.cmd", text.encode()), named=True))
    assert not isinstance(read, Ignored)
    return Machine(name="m", policy=read.parsed.policy)


def asked_of(machine: Machine, others: list[ConnectionSecurityRule]) -> tuple[list[Left], Counter[str]]:
    """What is left to each rule, and how often it was worked out for each."""
    worked: Counter[str] = Counter()

    class Counted(Question):
        def _left_of(self, rule: ConnectionSecurityRule, boxes: object) -> Left:
            worked[rule.name] += 1
            return super()._left_of(rule, boxes)  # type: ignore[arg-type]

    question = Counted(machine, traffic_with(machine), others)
    return [question.left_to(rule) for rule in machine.policy.connection_security_rules], worked


def test_what_is_left_to_rules_that_are_alike_is_worked_out_once() -> None:
    machine = machine_of(*(LIKE.replace("=A", f"=A{number}") for number in range(9)), OTHER)
    others = [rule for rule in machine.policy.connection_security_rules if rule.name == "R"]
    left, worked = asked_of(machine, others)
    assert worked == {"A0": 1, "R": 1}
    assert {each.takers for each in left[:-1]} == {tuple(others)}
    assert left[-1].takers == ()


@cases(
    "differs",
    [
        LIKE.replace("endpoint2=any", "endpoint2=10.1.0.0/16"),
        f"{LIKE} protocol=tcp",
        f"{LIKE} profile=domain",
        LIKE.replace("requestinrequestout", "noauthentication").replace(" auth1=computerkerb", ""),
    ],
)
def test_what_is_left_to_another_rule_is_its_own(differs: str) -> None:
    machine = machine_of(LIKE, differs.replace("=A", "=B"), OTHER)
    alone = machine_of(differs.replace("=A", "=B"), OTHER)
    left, worked = asked_of(machine, [machine.policy.connection_security_rules[-1]])
    (own, _), _ = asked_of(alone, [alone.policy.connection_security_rules[-1]])
    assert worked == {"A": 1, "B": 1, "R": 1}
    assert (left[1].certain, left[1].taken) == (own.certain, own.taken)
    assert left[1] != left[0]


def test_a_rule_takes_nothing_from_itself_and_all_from_one_like_it() -> None:
    machine = machine_of(LIKE, LIKE.replace("=A", "=B"))
    one, other = machine.policy.connection_security_rules
    left, _ = asked_of(machine, [one, other])
    assert [each.takers for each in left] == [(other,), (one,)]


@cases("keyword", ["dns", "dhcp", "wins", "defaultgateway"])
@cases("others", ["10.0.0.1", "10.0.0.0/8"])
def test_wherever_the_servers_of_a_keyword_may_all_be_hosts_of_another_rule_none_is_certain(
    keyword: str, others: str
) -> None:
    machine = machine_of(
        f"{ADD} name=S endpoint2={keyword} action=requireinrequestout",
        f"{ADD} name=R endpoint2={others} action=requireinrequireout",
    )
    servers, hosts = machine.policy.connection_security_rules
    left = Question(machine, traffic_with(machine, servers.endpoint2.known or ()), [hosts]).left_to(servers)
    assert left.takers == (hosts,)
    assert [{each.family for each in boxes} for boxes in (left.whole, left.possible, left.certain)] == [
        {4, 6},
        {4, 6},
        {6},
    ]
