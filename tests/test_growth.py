"""How work grows with the input, by calls instead of by the clock: what is linear stays linear.

Each size is twice the one before. `sys.setprofile` counts every call of a function, Python's own included, so that the
same input gives the same number on any machine.
"""

from __future__ import annotations

import gc
import json
import math
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ipseclint import check_paths, packing
from ipseclint.engine import apply_rules
from ipseclint.engine.apply_rules import Plan, found_with_fixes
from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.machines import make_machine, read_inputs
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.selection import selected
from ipseclint.model.site import Site
from ipseclint.repair.plan import Allowed, Kept, Repair, repair
from ipseclint.report import Report
from ipseclint.reporters import RenderOptions, format_names, reporter
from tests import ROOT

pytestmark = pytest.mark.drawn(9)

SIZES = (24, 48, 96)
LINEAR = 1.2
"""The greatest exponent that passes for linear: sorting and look-ups by bisection are above 1."""

HEAD = "netsh advfirewall consec add rule"


@pytest.fixture(autouse=True)
def looked_at_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules are looked at, and scripts are read, as many and long ones are, from the smallest size on."""
    monkeypatch.setattr(apply_rules, "MIN_RULES", 0)
    monkeypatch.setattr("ipseclint.formats.netsh.script.LONG_LINES", 0)
    monkeypatch.setattr("ipseclint.formats.netsh.advfirewall.show._MANY_CHARACTERS", 0)


def calls(work: Callable[[], object]) -> int:
    """How many functions a piece of work calls."""
    count = 0

    def seen(_frame: object, event: str, _of: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    gc.disable()  # what earlier tests left would be finalised within the count
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
        gc.enable()
    return count


def exponent(make: Callable[[int], Callable[[], object]], sizes: tuple[int, int, int] = SIZES) -> float:
    """The power of its size with which work grows, less what every run costs."""
    works = [make(size) for size in sizes]
    for first in (works[0], works[-1]):
        first()  # what is done once for all, such as imports that only many need, is not counted
    one, two, four = map(calls, works)
    return math.log2((four - two) / (two - one))


def host(number: int) -> str:
    return f"10.{number >> 8}.{number & 255}.1"


def requesting(size: int) -> Iterator[str]:
    """Rules that request for a host each, among others that require for a port of theirs."""
    for number in range(size):
        action = "requestinrequestout" if number % 2 else "requireinrequireout protocol=tcp port2=445"
        yield f'{HEAD} name="R{number}" endpoint1=any endpoint2={host(number)} action={action} auth1=computerkerb'


def exempting(size: int) -> Iterator[str]:
    """One rule for all hosts, and exemptions of one each, four to the unit: a hundred pairs at most are told."""
    yield f"{HEAD} name=All endpoint1=any endpoint2=any action=requireinrequireout auth1=computerkerb"
    for number in range(4 * size):
        yield f'{HEAD} name="E{number}" endpoint1=any endpoint2={host(number)} action=noauthentication'


def with_sets(size: int) -> Iterator[str]:
    """Rules with sets of their own, written alike."""
    quick = "qmsecmethods=esp:sha1-3des+60min+100000kb"
    for number in range(size):
        rule = f'{HEAD} name="S{number}" endpoint1=any endpoint2={host(number)} action=requireinrequireout'
        yield f'{rule} auth1=computercert auth1ca="CN=Root {number % 5}" {quick}'


def for_multicast(size: int) -> Iterator[str]:
    """Rules with an endpoint that no peer can have, so that each has a repair of its own."""
    for number in range(size):
        endpoints = f"endpoint1=any endpoint2={host(number)},224.0.0.251"
        yield f'{HEAD} name="U{number}" {endpoints} action=requestinrequestout auth1=computerkerb'


def filters(size: int) -> Iterator[str]:
    """Filters of one list of `netsh ipsec`, ten to the unit, every other one over two lines."""
    yield 'netsh ipsec static add policy name="P" assign=yes'
    yield 'netsh ipsec static add filterlist name="L"'
    yield 'netsh ipsec static add filteraction name="A" action=negotiate qmsecmethods="ESP[3DES,SHA1]:100000k/3600s"'
    for number in range(10 * size):
        line = " ^\n  " if number % 2 else " "
        add = f'netsh ipsec static add filter filterlist="L"{line}srcaddr={host(number)}'
        yield f"{add} dstaddr=me protocol=TCP dstport=445"
    yield 'netsh ipsec static add rule name="R" policy="P" filterlist="L" filteraction="A" kerberos=yes'


def shown(size: int) -> Iterator[str]:
    """What `consec show rule` prints of rules that have sets of their own, written alike."""
    fixture = ROOT / "fixtures" / "formats" / "advfirewall-show" / "rules-aligned.txt"
    head, first, *_ = fixture.read_text(encoding="utf-8-sig").split("Rule Name:")
    yield head
    for number in range(4 * size):
        yield "Rule Name:" + first.replace("Domain isolation", f"Rule {number}").replace("10.0.0.0/8", host(number))


def with_main_modes(size: int) -> Iterator[str]:
    """Rules for a host each, among as many main-mode rules for others."""
    add = "netsh advfirewall mainmode add rule"
    for number in range(size):
        action = "action=requireinrequireout auth1=computercert auth1ca=CN=Root"
        yield f'{HEAD} name="R{number}" endpoint1=any endpoint2={host(number)} {action}'
        suite = "mmsecmethods=dhgroup14:aes256-sha256"
        yield f'{add} name="M{number}" endpoint1=any endpoint2={host(number + 4096)} {suite} auth1=computerkerb'


def alike(size: int) -> Iterator[str]:
    """Rules for one and the same range, where somebody chose what is exempt: none keeps it for itself."""
    yield "netsh advfirewall set global ipsec defaultexemptions neighbordiscovery,dhcp"
    for number in range(4 * size):
        rule = f'{HEAD} name="A{number}" endpoint1=any endpoint2=10.0.0.0/8'
        yield f"{rule} action=requireinrequireout auth1=computerkerb"


@pytest.mark.drawn(12)
@pytest.mark.parametrize(
    ("shape", "sizes"),
    [
        (requesting, (160, 320, 640)),  # fewer are looked at one by one
        (exempting, SIZES),
        (with_sets, SIZES),
        (with_main_modes, SIZES),
        (alike, SIZES),
        (filters, SIZES),
        (shown, (12, 24, 48)),
    ],
)
def test_a_check_grows_with_the_size_of_the_policy(
    shape: Callable[[int], Iterator[str]], sizes: tuple[int, int, int], tmp_path: Path
) -> None:
    def make(size: int) -> Callable[[], object]:
        path = tmp_path / f"{size}.cmd"
        path.write_text("\n".join(shape(size)) + "\n", encoding="utf-8")
        return lambda: check_paths([path], isolated=True)

    assert exponent(make, sizes) <= LINEAR


@pytest.mark.drawn(6)
@pytest.mark.parametrize("kind", ["reg-rules", "phone-book", "powershell-json"])
def test_a_check_grows_with_the_rules_that_have_repairs_and_the_connections_that_have_suites(
    kind: str, tmp_path: Path
) -> None:
    from tests.benchmarks.growth import KINDS  # which takes shapes of policy from here

    _, make = KINDS[kind]
    # Below 80 rules only some find others near them.
    assert exponent(lambda size: make(size, tmp_path).work, (80, 160, 320)) <= LINEAR


@pytest.mark.drawn(12)
@pytest.mark.parametrize(
    ("kind", "sizes"),
    [
        ("gpo-backups", (4, 8, 16)),
        ("evtx", (5, 10, 20)),
        ("machine", (12, 24, 48)),
        ("site-ranges", (50, 100, 200)),
        ("intents", (10, 20, 40)),
    ],
)
def test_a_check_grows_with_folders_logs_and_what_is_known_of_the_site(
    kind: str, sizes: tuple[int, int, int], tmp_path: Path
) -> None:
    from tests.benchmarks.growth import KINDS  # which takes shapes of policy from here

    _, make = KINDS[kind]
    assert exponent(lambda size: make(size, tmp_path).work, sizes) <= LINEAR


@pytest.mark.drawn(12)
def test_a_negotiation_of_all_pairs_grows_with_the_policies_that_differ(tmp_path: Path) -> None:
    from ipseclint.cli.app import build
    from tests.benchmarks.negotiation_matrix import write_policies

    def make(size: int) -> Callable[[], object]:
        own = tmp_path / str(size)
        own.mkdir()
        write_policies(own, size, 2)
        arguments = ["negotiate", str(own), "-o", f"json:{tmp_path}/out"]
        return lambda: build("negotiate")(args=arguments, standalone_mode=False)

    assert exponent(make, (24, 48, 96)) <= LINEAR  # of fewer, each pair is looked at by itself


def test_repairs_that_are_too_many_to_be_judged_cost_no_more_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipseclint.engine.findings.fix_texts._STEPS_OF_A_MACHINE", 1_000)

    def make(size: int) -> Callable[[], object]:
        path = tmp_path / f"{size}.cmd"
        path.write_text("\n".join(for_multicast(2 * size)) + "\n", encoding="utf-8")
        return lambda: check_paths([path], isolated=True)

    assert exponent(make) <= LINEAR


def planned(size: int, folder: Path) -> Callable[[], Repair]:
    """The plan that repairs a policy of so many rules, each of which shares packets with all others."""
    path = folder / f"{size}.cmd"
    path.write_text("\n".join(for_multicast(size)) + "\n", encoding="utf-8")
    ruleset = load_ruleset("default")
    check = partial(found_with_fixes, plans=[Plan(ruleset, selected(ruleset, (), ()))], site=Site())
    read = read_inputs(candidates([str(path)]))
    return lambda: repair(make_machine(str(path), read, Site()), check, (), Allowed(risky=True))


def test_a_plan_of_repairs_grows_with_the_rules_that_share_packets(tmp_path: Path) -> None:
    def make(size: int) -> Callable[[], Repair]:
        return planned(size, tmp_path)

    assert len(make(24)().steps) == 24  # each rule is repaired, so that each repair is judged
    assert exponent(make, (100, 200, 400)) <= LINEAR  # of fewer, what else is done for each decides


def test_repairs_of_a_plan_that_are_too_many_to_be_judged_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipseclint.repair.plan._STEPS_OF_A_PLAN", 2_000)
    plan = planned(96, tmp_path)()
    kept = [each for each in plan.left_out if each.kept is Kept.UNDECIDED]
    assert plan.steps
    assert kept
    assert {each.why for each in kept} == {"the policy is too large to look at every packet"}


def test_what_failed_is_read_without_the_lines_above_it(tmp_path: Path) -> None:
    failed = "PS C:\\> New-NetIPsecRule -DisplayName R{}\nNew-NetIPsecRule : Access is denied.\n" + "\n" * 20

    def make(size: int) -> Callable[[], object]:
        path = tmp_path / f"{size}.txt"
        path.write_text("".join(map(failed.format, range(size))), encoding="utf-8")
        return lambda: check_paths([path], isolated=True)

    assert exponent(make, (100, 200, 400)) <= LINEAR  # of fewer, what else is done for each decides


def test_waivers_that_nothing_needs_are_told_in_one_pass(tmp_path: Path) -> None:
    policy = tmp_path / "policy.cmd"
    policy.write_text("\n".join(requesting(2)) + "\n", encoding="utf-8")

    def make(size: int) -> Callable[[], object]:
        file = tmp_path / f"{size}.toml"
        entries = (f'[[waiver]]\nrule = "QD002"\nsubject = "P{number}"\nreason = "r"\n' for number in range(size))
        file.write_text("\n".join(entries), encoding="utf-8")
        return lambda: check_paths([policy], waivers=file, isolated=True)

    assert exponent(make) <= LINEAR


def test_a_baseline_is_compared_in_one_pass(tmp_path: Path) -> None:
    policy = tmp_path / "policy.cmd"
    policy.write_text("\n".join(requesting(2)) + "\n", encoding="utf-8")

    def make(size: int) -> Callable[[], object]:
        file = tmp_path / f"{size}.json"
        known = [
            {"code": "QD002", "subject": f"P{number}", "fingerprint": f"{number:016x}", "count": 1}
            for number in range(size)
        ]
        file.write_text(json.dumps({"schema": "ipseclint.baseline/1", "known": known}), encoding="utf-8")
        return lambda: check_paths([policy], baseline=file, isolated=True)

    assert exponent(make) <= LINEAR


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Report]]:
    """A report for each size, on so many inputs that what is folded away does not decide; none is kept unpacked."""

    def report(size: int) -> Report:
        folder = tmp_path_factory.mktemp(str(size))
        for number in range(size // 2):
            text = "\n".join(with_sets(2)).replace("10.0.", f"10.{number}.") + "\n"
            (folder / f"host-{number}.cmd").write_text(text, encoding="utf-8")
        return check_paths([folder], isolated=True, details=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_OPEN_CHUNKS", 1)
        yield {size: report(size) for size in SIZES}


@pytest.mark.drawn(12)
@pytest.mark.parametrize("name", format_names())
def test_a_report_grows_with_the_number_of_inputs(name: str, reports: dict[int, Report]) -> None:
    """Over the larger two sizes: a report costs little beside its findings."""
    render: Any = reporter(name)
    one, two, four = (lambda size=size: "".join(render(reports[size], RenderOptions())) for size in SIZES)
    one()  # what is done once for all, such as imports, is not counted
    assert math.log2(calls(four) / calls(two)) <= LINEAR
