"""What is known of a load is joined: the user's word goes before the policy's, and notes say what is left out."""

from __future__ import annotations

import pytest

from ipseclint.formats import recognise
from ipseclint.load.request import NO_POLICY, LoadAnswer, LoadRequest, answer, figures_of
from ipseclint.load.scenarios import Scenario
from ipseclint.load.schedules import AUTHIP
from ipseclint.model.machine import Machine, merge_policies
from ipseclint.model.site import Site
from ipseclint.source import bytes_source
from tests.cases import cases

RULE = (
    'netsh advfirewall consec add rule name="{0}" endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout '
    "auth1=computerkerb qmsecmethods=esp:sha256-aes256+{1}min+100000kb\n"
)
LIFETIME = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n"
IDLE = "netsh advfirewall set global ipsec saidletimemin 5\n"
SERVER = "Set-VpnServerConfiguration -Ikev2Ports 500 -L2tpPorts 0\n"
VALUES = r"""Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\IKEEXT\Parameters]
"IkeNumEstablishedForInitialQuery"=dword:{:08x}
"""


def machine(**texts: str) -> Machine:
    """One machine of several inputs, each by its ending."""
    policies = []
    for ending, text in texts.items():
        source = bytes_source(f"a.{ending}", text.encode())
        found = recognise(source)
        assert found is not None
        policies.append(found.parse(source).policy)
    return Machine(name="m", policy=merge_policies(tuple(policies)))


def request(site: Site | None = None, **values: float) -> LoadRequest:
    return LoadRequest(Scenario.STEADY, AUTHIP, site or Site(peers=400), values)


def notes(told: LoadAnswer) -> list[str]:
    return [note.partition(":")[0] for note in told.notes]


def test_without_a_policy_the_defaults_of_windows_are_computed() -> None:
    told = answer(None, "a name", request(Site(peers=400, drop_probability_budget=0.5)))
    assert (told.name, told.sets, told.notes, told.budget) == ("a name", NO_POLICY, (), 0.5)
    assert told.parameters["peers"].value == 400
    assert told.over_budget is False
    assert answer(None, "a name", request()).over_budget is False


def test_what_the_user_gives_goes_before_what_the_policy_says() -> None:
    held = machine(cmd=LIFETIME + RULE.format("R", 60))
    name = "main_mode_lifetime_seconds"
    assert answer(held, "a", request()).parameters[name].value == 300
    assert answer(held, "a", request(main_mode_lifetime_seconds=900)).parameters[name].value == 900
    slow = answer(held, "a", request(main_mode_service_seconds=0.5)).parameters["main_mode_service_seconds"]
    assert (slow.value, slow.source) == (0.5, "the command line")
    with pytest.raises(ValueError, match="no_such"):
        answer(held, "a", request(no_such=1))


def test_the_figures_alone_are_those_of_the_whole_answer() -> None:
    held = machine(cmd=LIFETIME + RULE.format("R", 60))
    asked = request(Site(peers=90_000))
    assert figures_of(held, asked) == answer(held, "a", asked).assessment.figures
    assert answer(held, "a", request(Site(peers=900_000, drop_probability_budget=0.0))).over_budget is True


@cases(
    ("text", "said"),
    [
        (IDLE, ["the input sets no lifetimes and brings no sets together", "quick modes without traffic are deleted"]),
        (LIFETIME + RULE.format("R", 60), []),
        (LIFETIME + RULE.format("R", 60) + RULE.format("S", 5), ["of 2 combinations of sets the one that loads"]),
    ],
)
def test_notes_say_what_was_chosen_and_what_is_left_out(text: str, said: list[str]) -> None:
    told = notes(answer(machine(cmd=text), "a", request()))
    assert len(told) == len(said)
    assert all(note.startswith(begin) for note, begin in zip(told, said, strict=True))


@cases(("limit", "is_told"), [(299, True), (300, False)])
def test_clients_behind_one_address_may_be_refused_only_above_the_limit_and_only_by_a_server(
    limit: int, *, is_told: bool
) -> None:
    held = machine(ps1=SERVER, reg=VALUES.format(limit))
    site = Site.of({"vpn_clients": 900, "nat_groups": [{"address": "203.0.113.7", "initiators": 300}]})
    assert (f"IkeNumEstablishedForInitialQuery is {limit}" in notes(answer(held, "a", request(site)))) is is_told
    no_server = Machine(name="m", policy=held.policy.model_copy(update={"vpn_servers": ()}))
    assert notes(answer(no_server, "a", request(site))) == ["the input sets no lifetimes and brings no sets together"]
