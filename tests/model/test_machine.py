from __future__ import annotations

from ipseclint.model.machine import Machine, PolicyIndex, merge_policies
from ipseclint.model.policy import Policy
from ipseclint.model.remote_access import VpnServer
from ipseclint.model.selectors import WfpFilter
from ipseclint.model.site import NO_FACTS
from ipseclint.source import Span
from tests import made_objects as made
from tests.cases import cases


def test_what_a_function_works_out_of_a_machine_is_worked_out_once_and_not_for_another() -> None:
    asked: list[str] = []

    def length(machine: Machine) -> int:
        asked.append(machine.name)
        return len(machine.name)

    one, other = Machine(name="one", policy=Policy()), Machine(name="other", policy=Policy())
    assert [one.once(length), one.once(length), other.once(length)] == [3, 3, 5]
    assert asked == ["one", "other"]
    assert one.with_policy(Policy()).once(length) == 3
    assert asked == ["one", "other", "one"]
    one.forget()
    assert one.once(length) == 3
    assert asked == ["one", "other", "one", "one"]


def test_what_was_worked_out_is_no_part_of_a_machine() -> None:
    one = Machine(name="one", policy=Policy())
    one.once(lambda machine: machine.name)
    assert one == Machine(name="one", policy=Policy())


def wfp(*paths: str) -> tuple[WfpFilter, ...]:
    return tuple(
        WfpFilter("k", "n", "L", "S", 1, "A", None, (), (), None, (), (), (), 5, 7, path=path) for path in paths
    )


def test_policies_of_one_machine_are_one_in_the_order_of_the_inputs() -> None:
    rules = [made.rule(name) for name in "abc"]
    one = Policy(connection_security_rules=(rules[0],), vpn_servers=(VpnServer(span=made.SPAN),), kinds_not_held=("x",))
    other = Policy(connection_security_rules=tuple(rules[1:]), vpn_servers=(VpnServer(span=made.SPAN),))
    merged = merge_policies((other, one))
    assert [rule.name for rule in merged.connection_security_rules] == ["b", "c", "a"]
    assert (len(merged.vpn_servers), merged.kinds_not_held) == (1, ("x",))
    assert merge_policies((one,)) is one
    assert merge_policies(()) == Policy()


@cases(
    ("inputs", "paths"),
    [((1,), ["one.xml"]), ((1, 0), ["one.xml"]), ((1, 1), ["one.xml", "two.xml"]), ((0, 1), ["two.xml"])],
)
def test_filters_of_several_inputs_each_say_where_they_stand(inputs: tuple[int, ...], paths: list[str]) -> None:
    policies = tuple(
        Policy(wfp_filters=wfp("")[:count], wfp_filter_path=f"{name}.xml" if count else "")
        for count, name in zip(inputs, ("one", "two"), strict=False)
    )
    merged = merge_policies(policies)
    assert [merged.filter_span(row) for row in merged.wfp_filters] == [Span(path, 5, 7) for path in paths]


def test_what_rules_refer_to_is_none_where_they_refer_to_nothing() -> None:
    index = Machine(name="m", policy=Policy()).index
    rule = made.rule("a")
    parts = (index.first_auth_of, index.second_auth_of, index.quick_mode_of, index.main_mode_of)
    assert [part(rule) for part in parts] == [None] * 4


def test_a_machine_takes_on_another_policy_and_an_index_that_is_there() -> None:
    one, other = Machine(name="m", policy=Policy()), Policy(connection_security_rules=(made.rule("a"),))
    assert one.site is NO_FACTS
    assert one.with_policy(other) == Machine(name="m", policy=other)
    index = PolicyIndex(other)
    indexed = one.with_index(index)
    assert (indexed.name, indexed.policy, indexed.index) == ("m", other, index)
    assert indexed.index is index
