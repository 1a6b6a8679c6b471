"""Rules that a script adds by lines that are alike are those that each line adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.cases import cases
from tests.tries import tries

from ipseclint.formats.netsh import script
from ipseclint.formats.netsh.replays import Replays
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

ADD = "netsh advfirewall consec add rule"
QUICK = "qmsecmethods=esp:sha256-aes256+60min+100000kb,ah:sha1+esp:sha1-aes128+30min"
NAMES = ["R1", '"Rule 1"', '"A longer, better rule"', '"ärger"', "all", '"50%"', '"a (b)"', '"x!y!"', '" "', '"%n%"']
ENDS = [
    "10.0.0.1",
    "10.1.0.0/16",
    "10.0.0.1-10.0.0.9",
    "any",
    "fe80::1",
    "10.0.0.256",
    "10.0.0.1,10.0.0.2",
    "dns",
    "1.2",
]
RESTS = [
    f"action=requireinrequestout auth1=computerkerb {QUICK}",
    'action=requireinrequireout auth1=computercert auth1ca="CN=Root catype:root" description="Site one"',
    "action=requireinrequireout auth1=computerpsk auth1psk=Pa55word",
    "action=requestinrequestout auth1=computerkerb,computercert auth1ca=CN=R auth2=userkerb protocol=tcp port2={port}",
    "mode=tunnel localtunnelendpoint=10.9.9.9 remotetunnelendpoint=192.0.2.{port} action=requireinrequireout",
    "action=noauthentication port1={port}",
    "action=nonsense",
    "protocol=udp port2={port} action=requireinrequireout auth1=computerkerb qmpfs=dhgroup14",
    'action=requireinrequireout auth1=computerkerb & echo "done"',
]
MAIN = ["mmsecmethods=dhgroup14:aes256-sha256 mmkeylifetime=60min,0sess auth1=computerkerb", "mmsecmethods=x"]
BETWEEN = [
    "netsh advfirewall set store gpo=contoso.com\\Servers",
    "netsh advfirewall consec delete rule name=R1",
    'netsh advfirewall consec set rule name="Rule 1" new action=requestinrequestout',
    "netsh advfirewall reset",
    "if errorlevel 1 goto end",
    ":end",
    "netsh advfirewall consec",
    "set n=Other",
    "rem and so on ^",
    "(",
    ")",
    "goto nowhere",
]


@pytest.fixture(autouse=True, scope="module")
def every_script_is_long() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script, "LONG_LINES", 0)
        yield


@st.composite
def rule_lines(draw: st.DrawFn) -> str:
    rest = draw(st.sampled_from(RESTS[:2] + RESTS)).format(port=draw(st.sampled_from(["1", "443", "65536"])))
    tags = [
        f"name={draw(st.sampled_from(NAMES))}",
        f"endpoint1={draw(st.sampled_from(ENDS))}",
        f"endpoint2={draw(st.sampled_from(ENDS))}",
    ]
    if draw(st.booleans()):
        tags.reverse()
    if draw(st.integers(0, 4)) == 0:
        return f"netsh advfirewall mainmode add rule {' '.join(tags)} {draw(st.sampled_from(MAIN))}"
    return f"{ADD} {' '.join((*tags, rest) if draw(st.booleans()) else (rest, *tags))}"


def both(lines: Sequence[str], first: str = "@echo off") -> tuple[Parsed, Parsed, list[int]]:
    """What a script says by the short way and by the long one, and how many lines took the short one at a time."""
    taken: list[int] = []
    take = Replays.takes_rules
    data = "\n".join([first, *lines]).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Replays, "takes_rules", lambda *given: taken.append(take(*given)) or taken[-1])
        short = script.parse(bytes_source("x.cmd", data))
        patch.setattr(Replays, "takes_rules", lambda *_: 0)
        return short, script.parse(bytes_source("x.cmd", data)), taken


@given(
    st.lists(rule_lines(), min_size=1, max_size=4),
    st.lists(st.one_of(st.integers(0, 3), st.sampled_from(BETWEEN)), min_size=4, max_size=12),
)
@example([f"{ADD} name=R1 endpoint1=any endpoint2=10.0.0.1 {RESTS[0]}"], [0, 0, 0, 0])
@tries(300)
def test_the_short_way_yields_what_the_long_one_does(shapes: list[str], order: list[int | str]) -> None:
    lines = [each if isinstance(each, str) else shapes[each % len(shapes)] for each in order]
    short, long, _ = both(lines)
    assert repr(short) == repr(long)
    assert short == long


def test_so_do_those_of_a_script_of_powershell() -> None:
    line = '{} name="R {}" endpoint1=any endpoint2=fe80::{} action=requireinrequireout auth1=computerkerb'
    short, long, taken = both([line.format(ADD, number, number) for number in range(1, 5)], "$x = 1")
    assert taken == [0] * 4 + [1]
    assert [rule.name for rule in short.policy.connection_security_rules] == ["R 1", "R 2", "R 3", "R 4"]
    assert repr(short) == repr(long)


@cases("rest", [RESTS[0], RESTS[1], RESTS[3], RESTS[4], RESTS[5], RESTS[7]])
def test_the_third_line_that_is_alike_takes_the_short_way(rest: str) -> None:
    lines = [
        f'{ADD} name="{name}" endpoint1=10.0.0.{number}/32 endpoint2=10.{number * 37}.0.0/16 '
        + rest.format(port=number + 1)
        for number, name in enumerate(("A", "Rule two", "Third", "And the fourth"))
    ]
    short, long, taken = both(["netsh advfirewall reset", *lines])
    assert taken == [0] * 4 + [2]
    assert len(short.policy.connection_security_rules) == 4
    assert repr(short) == repr(long)


@cases(
    "line",
    [
        f"{ADD} name=all endpoint1=any endpoint2=10.0.0.1 action=noauthentication",
        f"{ADD} name=R endpoint1=any endpoint2=10.0.0.1 action=requireinrequireout auth1=computerpsk auth1psk=Pa55",
        f"{ADD} name=R endpoint1=any endpoint2=10.0.0.300 action=noauthentication",
        f"{ADD} name=R endpoint1=any endpoint2=10.0.0.1 action=noauthentication description=%WHY%",
        f"{ADD} name=R name=S endpoint1=any endpoint2=10.0.0.1 action=noauthentication",
        f"{ADD} name=R endpoint1=any endpoint2=10.0.0.1 action=noauthentication > log.txt",
    ],
)
def test_what_is_to_be_told_of_goes_the_long_way(line: str) -> None:
    short, long, taken = both(["netsh advfirewall reset", line, line, line])
    assert not any(taken)
    assert repr(short) == repr(long)


def test_a_line_that_is_alike_and_longer_than_windows_takes_is_refused() -> None:
    lines = [f"{ADD} name={'R' * length} endpoint1=any endpoint2=10.0.0.1 {RESTS[0]}" for length in (1, 2, 40_000)]
    short, long, _ = both(["netsh advfirewall reset", *lines])
    assert [rule.name for rule in short.policy.connection_security_rules] == ["R", "RR"]
    assert repr(short) == repr(long)


def test_a_rule_made_as_others_are_is_found_by_what_it_says() -> None:
    lines = [f"{ADD} name=R{number} endpoint1=any endpoint2=10.0.0.{number} {RESTS[0]}" for number in range(5)]
    after = [
        "netsh advfirewall consec set rule name=R4 endpoint2=10.0.0.4 new action=requestinrequestout",
        "netsh advfirewall consec delete rule name=r3 endpoint2=10.0.0.3",
        "netsh advfirewall consec delete rule name=R2 endpoint2=10.0.0.9",
    ]
    short, long, taken = both([*lines, *after])
    assert any(taken)
    assert [rule.name for rule in short.policy.connection_security_rules] == ["R0", "R1", "R2", "R4"]
    assert repr(short) == repr(long)


def test_rules_of_one_name_made_as_others_are_have_sets_of_their_own() -> None:
    short, long, taken = both([f"{ADD} name=R endpoint1=any endpoint2=10.0.0.{last} {RESTS[0]}" for last in range(5)])
    assert any(taken)
    assert [each.name for each in short.policy.quick_mode_crypto_sets[:3]] == ["R", "R (2)", "R (3)"]
    assert repr(short) == repr(long)


def test_lines_of_several_shapes_are_taken_in_one_go_and_those_between_one_by_one() -> None:
    shapes = [f"{ADD} name=R{{0}} endpoint1=any endpoint2=10.0.{{0}}.1 {rest.format(port=7)}" for rest in RESTS[:4:3]]
    rules = [shape.format(number) for number in range(4) for shape in shapes]
    between = ["", "if errorlevel 1 echo failed", rules[0], "netsh advfirewall consec delete rule name=R1", *rules[1:3]]
    short, long, taken = both([*rules, *between])
    assert [each for each in taken if each] == [3, 1, 2]
    assert repr(short) == repr(long)
    assert short == long


def test_a_command_behind_such_rules_knows_that_they_ran() -> None:
    rules = [f"{ADD} name=R{number} endpoint1=any endpoint2=10.0.0.{number} {RESTS[0]}" for number in range(1, 6)]
    behind = ["if errorlevel 1 goto end", "netsh advfirewall consec delete rule name=R1", "exit /b", *rules, ":end"]
    for first in ("@echo off", "if not defined X exit /b"):
        short, long, taken = both([*rules, *behind], first)
        assert [each for each in taken if each] == [2]
        assert repr(short) == repr(long)
