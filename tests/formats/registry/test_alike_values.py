"""Rules in values that are alike are those that each value holds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.formats.registry.writers import (
    POLICY_ROOT,
    SZ,
    Entry,
    pol_bytes,
    reg_query_text,
    reg_text,
)
from tests.tries import tries

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.registry.firewall.alike_values import AlikeRules
from ipseclint.source import bytes_source

CARRIERS = {
    "reg": lambda entries: reg_text(entries).encode("utf-16"),
    "reg in hexadecimal": lambda entries: reg_text(entries, hexadecimal=True).encode("utf-16"),
    "reg query": lambda entries: reg_query_text(entries).encode("utf-8"),
    "Registry.pol": pol_bytes,
}
NAMES = ["Name=R", "Name=A longer name", 'Name=a "quoted\\ one', '"Name="', "Name=", "Name= R", "Name=R|Name=S", ""]
ENDS = [
    "EP2_4=10.0.0.1",
    "EP2_4=10.1.0.0-10.1.255.255",
    "EP2_4=10.0.0.300",
    "EP2_4=LocalSubnet|EP2_6=fe80::1",
    "EP2_6=fe80::1|EP2_4=10.0.0.1",
    "EP2_4=10.0.0.1|ep2_4=10.0.0.1",
    "EP2_4=10.0.0.2|ep2_4=10.0.0.1",
    "EP1_4=10.0.0.1|EP2_4= 10.0.0.1",
    "EP2_4=",
    "",
]
RESTS = [
    "Action=Secure|Active=TRUE|Protocol=6|EP2Port=443|EP2Port=8443|Auth1Set={1}|Desc=so \\ so",
    "Action=Secure|Active=TRUE|Protocol=17|EP2Port=1|EP2Port2_10=5000-5010|Auth1Set={1}",
    "Action=Secure|Active=TRUE|RTunnel4=192.0.2.1|LTunnel4=192.0.2.9|LTunnel6=fe80::9|Auth1Set={1}",
    "Action=Secure|Active=TRUE|RTunEndpts4=192.0.2.1|RTunEndpts4=192.0.2.2|RTunnelFqdn=gw.example|Auth1Set={1}",
    "Action=Secure|Active=TRUE|RTunnel4_2=192.0.2.1|LTunnel4_2=192.0.2.9|Auth1Set={1}|EmbedCtxt=Group",
    "Action=Secure|Active=TRUE|Strange=1",
    'Action=Secure|Active=TRUE|EmbedCtxt="a"|Profile=Domain',
    "Action=Bypass",
    "Action=Nonsense|Active=TRUE",
]
VERSIONS = ["v2.30|", "v1.0|", "", "v2.30|\n"]


def value_of(parts: Sequence[str], version: str = VERSIONS[0]) -> str:
    return f"{version}{''.join(f'{part}|' for part in parts if part)}"


@st.composite
def values(draw: st.DrawFn) -> str:
    parts = [draw(st.sampled_from(RESTS[:3] + RESTS)), draw(st.sampled_from(ENDS)), draw(st.sampled_from(NAMES))]
    version = VERSIONS[max(0, draw(st.integers(-10, len(VERSIONS) - 1)))]
    text = value_of(draw(st.permutations(parts)) if draw(st.booleans()) else parts, version)
    return text[:-1] if draw(st.integers(0, 9)) == 0 else text


def both(texts: Sequence[str], carrier: str, key: str = "ConSecRules") -> tuple[Parsed, Parsed, list[bool]]:
    """What an export of values says by the short way and by the long one, and which values took the short one."""
    entries = [Entry(f"{POLICY_ROOT}\\{key}", f"{{{n * 37:05}-0}}", SZ, text) for n, text in enumerate(texts)]
    return both_of(CARRIERS[carrier](entries))


def both_of(data: bytes) -> tuple[Parsed, Parsed, list[bool]]:
    """The same for an export as it is."""
    source = bytes_source("x", data)
    found = recognise(source)
    assert found is not None
    taken: list[bool] = []
    take = AlikeRules.rule

    def counted(alike: AlikeRules, value: object) -> object:  # type: ignore[type-arg]
        rule = take(alike, value)  # type: ignore[arg-type]
        taken.append(rule is not None)
        return rule

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AlikeRules, "rule", counted)
        short = found.parse(source)
        patch.setattr(AlikeRules, "rule", lambda *_: None)
        return short, found.parse(source), taken


@given(
    st.lists(values(), min_size=1, max_size=4),
    st.lists(st.integers(0, 3), min_size=3, max_size=12),
    st.sampled_from(sorted(CARRIERS)),
    st.sampled_from(["ConSecRules", "MainModeRules"]),
)
@example([value_of([RESTS[0], ENDS[5]]), value_of([RESTS[0], ENDS[6]])], [0, 0, 1, 1], "reg", "ConSecRules")
@example([value_of([RESTS[0], NAMES[0]]), value_of([RESTS[0], NAMES[4]])], [0, 0, 1, 1], "reg", "ConSecRules")
@tries(300)
def test_the_short_way_yields_what_the_long_one_does(
    shapes: list[str], order: list[int], carrier: str, key: str
) -> None:
    short, long, _ = both([shapes[each % len(shapes)] for each in order], carrier, key)
    assert repr(short) == repr(long)
    assert short == long


@pytest.mark.parametrize("carrier", [name for name in CARRIERS if name != "reg in hexadecimal"])
@pytest.mark.parametrize("rest", [RESTS[0], RESTS[1], RESTS[2], RESTS[4], 'EmbedCtxt="a\\\\b"|Action=Secure'])
def test_the_third_value_that_is_alike_takes_the_short_way(carrier: str, rest: str) -> None:
    texts = [
        value_of([rest, f"EP2_4=10.0.{number * 37}.0/255.255.255.0", f"Name={name}"])
        for number, name in enumerate(("A", "Rule two", "Third", 'And "the" fourth'))
    ]
    short, long, taken = both(texts, carrier)
    assert taken[2:] == [True, True]
    assert [rule.name for rule in short.policy.connection_security_rules] == [
        "A",
        "Rule two",
        "Third",
        'And "the" fourth',
    ]
    assert repr(short) == repr(long)


@pytest.mark.parametrize("text", [value_of([RESTS[5]]), value_of([RESTS[8]]), value_of([RESTS[0], ENDS[2]])])
def test_what_is_to_be_told_of_goes_the_long_way(text: str) -> None:
    short, long, taken = both([text] * 4, "reg")
    assert not any(taken)
    assert repr(short) == repr(long)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        (r"a\|b", "a"),  # a backslash before what ends the field
        (r"a\ ", "a"),
        (r"\ a", "a"),
        (r"\a\\", "a\\"),
        (r"\"a\"", '"a"'),
    ],
)
def test_a_name_with_escapes_is_what_they_mean(name: str, meant: str) -> None:
    entries = [
        Entry(f"{POLICY_ROOT}\\ConSecRules", f"{{{n}}}", SZ, value_of([RESTS[0], f"Name=R{n}"])) for n in range(4)
    ]
    text = reg_text(entries).replace("Name=R3", f"Name={name}")
    short, long, _ = both_of(text.encode("utf-16"))
    assert short.policy.connection_security_rules[3].name == meant
    assert repr(short) == repr(long)
