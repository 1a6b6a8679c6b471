from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import cases

from ipseclint.formats.netsh import script
from ipseclint.formats.netsh.ip_security import fast_filters
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

HEAD = 'netsh ipsec static add policy name="P"\nnetsh ipsec static add filterlist name="L"\n'
BREAKS = st.sampled_from([" ", " ", " ^\n  ", "^\n ", "^\n", " ^\n\t", " ^ \n ", "^^\n ", " ^\n ^\n "])
TAGS = st.sampled_from(
    [
        "srcaddr=10.1.2.3",
        "dstaddr=me",
        'filterlist="L"',
        "filterlist=L",
        "protocol=TCP",
        "dstport=445",
        'description="a ^ b"',
        'description="open',
        "mirrored=no",
        "strange=1",
    ]
)


@st.composite
def scripts(draw: st.DrawFn) -> str:
    lines = []
    for _ in range(draw(st.integers(1, 3))):
        words = ["netsh", "ipsec", "static", "add", "filter", 'filterlist="L"', "srcaddr=me", "dstaddr=10.0.0.1"]
        words = [*words, *draw(st.lists(TAGS, max_size=3))]
        lines.append("".join(word + draw(BREAKS) for word in words[:-1]) + words[-1])
    return HEAD + "\n".join(lines) + draw(st.sampled_from(["", "\n", "^", "^\n"]))


def read(text: str) -> Parsed:
    return script.parse(bytes_source("policy.cmd", text.encode()))


@pytest.fixture(autouse=True, scope="module")
def every_script_is_long() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script, "LONG_LINES", 0)
        yield


@given(scripts())
def test_filters_over_several_lines_are_read_alike_at_once_and_word_by_word(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script.Replays, "takes_filters", lambda *_: 0)
        slow = read(text)
    assert read(text) == slow


def test_a_filter_over_several_lines_is_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    take = fast_filters.take_filters
    monkeypatch.setattr(fast_filters, "take_filters", lambda *of, **to: taken.append(take(*of, **to)) or taken[-1])
    plain = 'netsh ipsec static add filter filterlist="L" srcaddr=me dstaddr=10.0.0.2\n'
    lines = 'netsh ipsec static add filter filterlist="L" ^\n  srcaddr=me ^\n  dstaddr=10.0.0.1\n'
    parsed = read(HEAD + lines + plain + "\n" + plain + "echo\n")
    assert [row.line for each in parsed.policy.filter_lists for row in each.filters] == [3, 6, 8]
    assert [count for count in taken if count] == [4, 1]


@cases("port", ["0", "65535", "65536"])
def test_a_port_is_as_great_as_ports_are_however_it_is_read(port: str) -> None:
    add = 'netsh ipsec static add filter filterlist="L" srcaddr=me dstaddr=10.0.0.1 protocol=TCP'
    quick, slow = (read(f"{HEAD}{add} {tag}={port}\n") for tag in ("dstport", "dstport "))
    assert [each.filters for each in quick.policy.filter_lists] == [each.filters for each in slow.policy.filter_lists]
    assert [len(each.filters) for each in quick.policy.filter_lists] == [int(port) <= 65535]
