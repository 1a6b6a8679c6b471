"""Rules that are printed alike are those that reading them line by line gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests import ROOT
from tests.cases import cases
from tests.formats.netsh.advfirewall.inputs import read_shown
from tests.tries import tries

from ipseclint.formats.netsh.advfirewall import show
from ipseclint.formats.netsh.advfirewall.printed_alike import PrintedAlike
from ipseclint.formats.parsed import Parsed

RULES = (ROOT / "fixtures" / "formats" / "advfirewall-show" / "rules-aligned.txt").read_text(encoding="utf-8")
FIRST = "Rule Name:" + RULES.split("Rule Name:")[1]
GLOBAL = "\nMain Mode:\nKeyLifetime                           60min,0sess\nSecMethods       DHGroup14-AES256-SHA256\n"

NAMES = ["R1", "R 2", "A longer, better rule", "ärger", "50%", "Rule: one", "x" * 41, "Yes", "R1 ", "-"]
DESCRIPTIONS = ["All servers", "Site: one,", "of\n   two lines", "", "Endpoint1: 10.0.0.9"]
ENDS = [
    "Any", "10.1.0.0/16", "10.0.0.1-10.0.0.9", "fe80::1", "10.0.0.256", "10.0.0.1,10.0.0.2",
    "10.0.0.1,\n  2001:db8::/32", "1.2",
    "LocalSubnet", "10.0.0.1\n  ,10.0.0.2", f"10.0.0.1,{'10.0.0.3,' * 4}10.0.0.2", "10.0.0.1,\nfe80::1",
    "10.0.0.1,\n\n  10.0.0.2", "dead:beef",
]  # fmt: skip
PORTS = ["Any", "443", "80,443", "65536", "RPC"]
RESTS = {
    "as it is": lambda text: text,
    "German": lambda text: text.replace("Rule Name: ", "Regelname:  ").replace("Description:", "Beschreibung:"),
    "pasted": lambda text: "\n".join(line.strip() for line in text.replace(":      ", ": ").split("\n")),
    "with a key": lambda text: text.replace("ComputerKerb,ComputerCert", "ComputerPSK\nAuth1PSK:   Pa55word"),
    "with another main mode": lambda text: text.replace("480min", "60min"),
    "with a strange line": lambda text: text.replace("Mode:", "Nonsense:  x\nMode:"),
    "twice": lambda text: text.replace("Port1:", "Endpoint2:   10.9.9.9\nPort1:"),
    "of main mode": lambda text: (
        text[: text.index("Mode:")]
        + text[text.index("InterfaceTypes") : text.index("Port1")]
        + text[text.index("Auth1:") : text.index("QuickMode")]
    ),
    "of the firewall": lambda text: text.replace("Mode:", "LocalIP:            Any\nMode:"),
}
BETWEEN = [
    "Ok.\n\n",
    GLOBAL,
    "Domain Profile Settings:\n----\nLocalConSecRules       Enable\n",
    "C:\\>netsh\n",
    "  10.0.0.7\n",
    "zero\0\n",
]


@pytest.fixture(autouse=True, scope="module")
def every_output_is_long() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(show, "_MANY_CHARACTERS", 0)
        yield


def printed(rest: str, name: str, end: str, port: str, description: str = "All servers") -> str:
    text = FIRST.replace("Domain isolation", name).replace("10.0.0.0/8,\n" + " " * 38 + "192.168.1.5-192.168.1.9", end)
    head, tail = text.split("Port2:" + " " * 32 + "Any")
    return RESTS[rest](f"{head}Port2:{' ' * 32}{port}{tail}").replace("All servers", description)


def both(parts: Sequence[str]) -> tuple[Parsed, Parsed, int]:
    """What an output says by the short way and by the long one, and how many rules took the short one."""
    taken: list[object] = []
    rule = PrintedAlike.rule
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PrintedAlike, "rule", lambda *given: taken.append(rule(*given)) or taken[-1])
        short = read_shown("".join(parts))
        patch.setattr(PrintedAlike, "rule", lambda *_: None)
        return short, read_shown("".join(parts)), sum(each is not None for each in taken)


@given(
    st.lists(
        st.builds(
            printed,
            st.sampled_from(list(RESTS)),
            st.sampled_from(NAMES),
            st.sampled_from(ENDS),
            st.sampled_from(PORTS),
            st.sampled_from(DESCRIPTIONS),
        ),
        min_size=1,
        max_size=3,
    ),
    st.lists(st.one_of(st.integers(0, 3), st.sampled_from(BETWEEN)), min_size=4, max_size=12),
    st.booleans(),
)
@example([printed("as it is", "R1", "10.0.0.1", "443")], [0, 0, 0, 0], True)
@tries(300)
def test_the_short_way_yields_what_the_long_one_does(
    shapes: list[str], order: list[int | str], ends_as_windows_does: bool
) -> None:
    parts = [each if isinstance(each, str) else shapes[each % len(shapes)] for each in order]
    parts = [part.replace("Name: ", f"Name: {number}", 1) for number, part in enumerate(parts)]
    short, long, _ = both([part.replace("\n", "\r\n") for part in parts] if ends_as_windows_does else parts)
    assert repr(short) == repr(long)


@cases("rest", ["as it is", "with another main mode", "of main mode"])
def test_the_third_rule_that_is_alike_takes_the_short_way(rest: str) -> None:
    rules = [
        printed(rest, name, f"10.{number * 37}.0.0/16,\n    10.{number}.0.1", str(number + 7), f"Site {name}")
        for number, name in enumerate(("A", "Rule two", "Third", "And the fourth"), start=1)
    ]
    short, long, taken = both([*rules, printed("as it is", "Last", "any", "any"), GLOBAL])
    assert taken == 2
    assert len(short.policy.connection_security_rules) + len(short.policy.main_mode_rules) == 5
    assert repr(short) == repr(long)


def test_each_rule_with_another_main_mode_than_the_global_one_is_told_of_at_its_own_place() -> None:
    rules = [printed("with another main mode", f"R{number}", f"10.0.0.{number}", "443") for number in range(5)]
    short, long, taken = both([*rules, GLOBAL.replace("60min", "480min")])
    assert taken == 2
    assert len(short.problems) == 10  # its methods and its lifetime
    assert short.problems == long.problems


@cases(
    ("rest", "name", "end", "description"),
    [
        ("with a key", "R", "10.0.0.1", "D"),
        ("with a strange line", "R", "10.0.0.1", "D"),
        ("twice", "R", "10.0.0.1", "D"),
        ("of the firewall", "R", "10.0.0.1", "D"),
        ("as it is", "R", "10.0.0.256", "D"),
        ("as it is", "x" * 41, "10.0.0.1", "D"),
        ("as it is", "R", "10.0.0.1", DESCRIPTIONS[2]),
        ("as it is", "R", "10.0.0.1\n  ,10.0.0.2", "D"),
    ],
)
def test_what_is_to_be_told_of_goes_the_long_way(rest: str, name: str, end: str, description: str) -> None:
    short, long, taken = both(
        [printed(rest, f"{number}{name}"[: len(name)], end, "443", description) for number in range(5)]
    )
    assert not taken
    assert repr(short) == repr(long)


def test_rules_of_one_name_have_sets_of_their_own() -> None:
    short, long, taken = both([printed("as it is", "R", f"10.0.0.{number}", "443") for number in range(5)])
    assert taken == 2
    assert [each.name for each in short.policy.quick_mode_crypto_sets[:3]] == ["R", "R (2)", "R (3)"]
    assert repr(short) == repr(long)
