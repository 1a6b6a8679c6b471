"""Scripts that nobody would write on purpose: parsing never raises, and the short way says what the long one does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.cases import cases
from tests.formats.netsh.inputs import FIXTURES
from tests.tries import tries

from ipseclint.finding import ProblemCode
from ipseclint.formats.netsh import labels, lines, script
from ipseclint.formats.netsh.ip_security import fast_filters
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

pytestmark = pytest.mark.drawn(3)

SCRIPTS = sorted(FIXTURES.iterdir())
PIECES = [
    b"netsh ", b"ipsec ", b"static ", b"dynamic ", b"add ", b"set ", b"delete ", b"all ", b"policy ", b"rule ",
    b"filter ", b"filterlist", b"filteraction ", b"name=", b"psk=", b"rootca=", b"mmsecmethods=", b"qmsecmethods=",
    b"srcaddr=", b"dstaddr=", b"srcmask=", b"=", b'"', b"'", b"^", b"^\r\n", b"`\n", b"\r", b"\n", b"(", b")",
    b"{", b"}", b"%", b"!", b"$", b"&", b"&&", b"||", b"|", b">", b"<", b"#", b":", b"<#", b"#>", b"popd\n",
    b"pushd ipsec static\n", b"..\n", b"goto x\n", b":x\n", b"if ", b"for ",
    b"ESP[3DES,SHA1]:1k/2s", b"3DES-SHA1-2", b"10.0.0.1", b"-", b"/",
    b"me", b"\x00", b"\xff\xfe", b"\x81", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"9" * 5000, b" " * 50, b"\t",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    data = draw(st.sampled_from(SCRIPTS)).read_bytes()
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["insert", "cut", "double", "flip"])):
            case "insert":
                data = data[:at] + draw(st.sampled_from(PIECES) | st.binary(max_size=8)) + data[at:]
            case "cut":
                data = data[:at] + data[at + draw(st.integers(1, 40)) :]
            case "double":
                data = data[:at] + data[max(0, at - draw(st.integers(1, 60))) :]
            case _:
                data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
    return data


def check_sane(data: bytes) -> Parsed:
    source = bytes_source("x.cmd", data)
    script.recognise(source)
    parsed = script.parse(source)
    written = source.read_text().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for span in (*(each.span for each in parsed.problems), *parsed.secrets):
        assert 1 <= span.line <= len(written)
        assert 1 <= span.column <= len(written[span.line - 1]) + 1
        assert span.length >= 1
    for filters in parsed.policy.filter_lists:
        for row in filters.filters:
            assert 1 <= row.line <= len(written)
            assert written[row.line - 1][row.column - 1 : row.column].casefold() == "a"
    return parsed


@given(mutated())
@tries(150)
def test_no_mutation_of_a_script_makes_it_raise(data: bytes) -> None:
    check_sane(data)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
@tries(150)
def test_no_heap_of_pieces_makes_it_raise(data: bytes) -> None:
    check_sane(data)


@pytest.mark.drawn(3)
@cases(
    "data",
    [
        b"",
        b"netsh ipsec static",
        b"netsh ipsec static add policy name=" + b'"' * 20_000,
        b"netsh ipsec static add filter " + b"srcaddr=" * 3_000,
        b"netsh ipsec static add filter filterlist=" + b"a " * 16_000,
        b"(" * 30_000 + b"netsh ipsec static add policy P" + b")" * 30_000,
        b"netsh ipsec static add policy P ^\n" * 20_000,
        b"pushd ipsec static\n" * 20_000,
        b"netsh ipsec static add policy P " + b"mm=1 " * 6_000,
        b'netsh ipsec static add policy P mmsec="' + b"3DES-SHA1-2 " * 2_500 + b'"',
        b'netsh ipsec static add filteraction A qmsec="' + b"[" * 30_000 + b'"',
        b'netsh ipsec static add rule R P L A rootca="' + b"certmap:yes " * 2_500 + b'"',
        b"netsh ipsec static add policy " + b"x" * 5_000_000,
        b"\xff" * 100_000,
    ],
    ids=range(14),
)
def test_long_and_repeated_input_is_read_to_its_end(data: bytes) -> None:
    check_sane(data)


NAMES = ["L", '"Long list"', "允许", "a.b-c", '"a %B% c"', "x^y", '""', '"unclosed', "psk=1"]
ADDRESSES = [
    "me",
    "ANY",
    "10.0.0.1",
    "10.0.0.256",
    "10.0.0.0/8",
    "10.0.0.1-10.0.0.9",
    "2001:db8::1",
    "::",
    "dns",
    "a.example",
    "",
    "x_y",
]
TAGS = {
    "filterlist": NAMES,
    "srcaddr": ADDRESSES,
    "dstaddr": ADDRESSES,
    "srcmask": ["24", "0", "33", "255.255.0.0", "255.0.255.0", "0.0.0.0", "x"],  # noqa: S104 - a mask
    "dstmask": ["32", "255.255.255.255"],
    "protocol": ["tcp", "TCP", "any", "t", "17", "0", "256", "nonsense"],
    "mirrored": ["yes", "no", "Y", "n", "perhaps"],
    "srcport": ["0", "443", "65536", "99999", "x"],
    "dstport": ["0", "80", "00080"],
    "description": NAMES,
}
PREFIXES = ["netsh ipsec static ", "@NETSH.EXE  ipsec\tstatic ", "netsh ipsec stat ", "", "  "]
ENDS = ["", "  ", " >nul", " > nul ", " & echo", " x", "\t", ">nul"]


@st.composite
def filter_lines(draw: st.DrawFn) -> str:
    tags = draw(st.lists(st.sampled_from(list(TAGS)), min_size=2, max_size=8))
    words = []
    for tag in ["filterlist", *tags] if draw(st.booleans()) else tags:
        written = tag[: draw(st.integers(3, len(tag)))] if draw(st.integers(0, 3)) == 0 else tag
        equals = draw(st.sampled_from(["=", "=", "=", " = ", "= "]))
        words.append(f"{written}{equals}{draw(st.sampled_from(TAGS[tag]))}")
    blanks = draw(st.sampled_from([" ", "  ", "\t", "　"]))
    return f"{draw(st.sampled_from(PREFIXES))}add filter {blanks.join(words)}{draw(st.sampled_from(ENDS))}"


MADE = "add filterlist name=First"
FIRST = {
    "batch": f"netsh ipsec static\nnetsh ipsec static {MADE}",
    "netsh": f"ipsec static\n{MADE}",
    "powershell": f"$x = 1\nnetsh ipsec static\nnetsh ipsec static {MADE}",
}
"""How a script begins in which the short way is open: it has set up a policy before."""


@pytest.fixture(autouse=True, scope="module")
def every_script_is_long() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script, "LONG_LINES", 0)
        yield


@given(st.lists(filter_lines(), min_size=1, max_size=4), st.sampled_from(sorted(FIRST)))
@example(["netsh ipsec static add filter srcaddr=me dstaddr=any filterlist=L srcaddr=any"], "batch")
@example(['netsh ipsec static add filter filterlist="" srcaddr=me dstaddr=any'], "batch")
@tries(400)
def test_the_short_way_yields_what_the_long_one_does(lines: list[str], host: str) -> None:
    data = "\n".join([FIRST[host], *lines]).encode()
    short = script.parse(bytes_source("x", data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast_filters, "take_filters", lambda *_, **__: 0)
        long = script.parse(bytes_source("x", data))
    assert short == long


@cases(
    "line",
    [
        'netsh ipsec static add filter filterlist="Site A" srcaddr=10.1.0.0 srcmask=16 dstaddr=me protocol=TCP',
        "add filter filterlist=L srcaddr=me dstaddr=any mirrored=no",
        "netsh ipsec static add filter filterl=允许 srca=me dsta=any mir=no >nul",
    ],
)
def test_plain_lines_do_take_the_short_way(line: str) -> None:
    taken = []
    take = fast_filters.take_filters
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast_filters, "take_filters", lambda *of, **to: taken.append(take(*of, **to)) or taken[-1])
        parsed = script.parse(bytes_source("x", f"{FIRST['batch']}\n{line}".encode()))
    assert [len(filter_list.filters) for filter_list in parsed.policy.filter_lists] == [0, 1]
    assert taken[-1] == 1


@pytest.mark.parametrize(("name", "mark"), [("x.cmd", "^"), ("x.ps1", "`")])
@pytest.mark.parametrize("is_at_end", [True, False])
@pytest.mark.parametrize("more", [0, 1])
def test_a_command_over_more_lines_than_any_is_not_read_and_the_next_one_is(
    monkeypatch: pytest.MonkeyPatch, name: str, mark: str, is_at_end: bool, more: int
) -> None:
    monkeypatch.setattr(lines, "MAX_CONTINUED_LINES", 4)
    goes_on = f" {mark}\n" + f"{mark}\n" * (2 + more)
    long = f"netsh ipsec static add policy{goes_on} name=A{f' {mark}' if is_at_end else ''}"
    other = "netsh ipsec static add policy name=B"
    text = f"{other}\n{long}" if is_at_end else f"{long}\n{other}\n"
    parsed = script.parse(bytes_source(name, text.encode()))
    named = {policy.name for policy in parsed.policy.policies}
    assert named == ({"B"} if more else {"A", "B"})
    refused = [(problem.code, problem.span.line) for problem in parsed.problems]
    assert refused == ([(ProblemCode.REFUSED, 2 if is_at_end else 1)] if more else [])


@cases("blank", ["", "   ", "\t"])
@cases("text", sorted(path for path in FIXTURES.glob("*.cmd")), ids=lambda path: path.name)
def test_blank_lines_at_the_end_change_nothing(text: Path, blank: str) -> None:
    data = text.read_bytes()
    before, after = (script.parse(bytes_source(text.name, each)) for each in (data, data + f"\n{blank}".encode() * 90))
    assert (after.policy, after.problems) == (before.policy, before.problems)


def test_no_line_of_a_file_is_taken_for_the_begin_of_a_section() -> None:
    sets = "netsh advfirewall set global mainmode mmkeylifetime 60min,0sess"
    for begin, end in ((labels.CALLS, labels.RETURNS), ("::\0>", "::\0<")):
        text = f"{begin}\ngoto :eof\n{end}\n{sets}\n"
        (problem,) = script.parse(bytes_source("a.cmd", text.encode())).problems
        assert problem.message.startswith("this command stands behind a jump")
