"""The HTML report as text: it grows as its findings do, and its long lists are folded."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from ipseclint import check_paths
from ipseclint.report import Report
from ipseclint.reporters import RenderOptions, text
from ipseclint.reporters.drawing import draw
from ipseclint.reporters.html import MAX_PLACES, OPEN_LISTED, OPEN_PLACES, render
from tests import unwrapped

pytestmark = pytest.mark.drawn(4)


def policies(folder: Path, number: int) -> Path:
    folder.mkdir()
    for machine in range(number):
        rules = "".join(
            f'netsh advfirewall consec add rule name="Site {site}" endpoint1=any endpoint2=10.{machine}.{site}.0/24 '
            "action=requireinrequestout auth1=computerkerb qmsecmethods=esp:sha1-3des+15min+20480kb\n"
            for site in range(4)
        )
        (folder / f"{machine:03}.cmd").write_text(
            f"netsh advfirewall set global mainmode mmkeylifetime 5min,1sess\n{rules}"
        )
    return folder


def calls(work: Callable[[], object]) -> int:
    """How many functions are called by some work, which takes no time of day to tell."""
    number = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal number
        number += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return number


def report(folder: Path, number: int) -> Report:
    return check_paths(policies(folder, number), config=None, isolated=True, details=True)


def test_twice_the_inputs_and_findings_cost_twice_the_work(tmp_path: Path) -> None:
    small, large = report(tmp_path / "small", 10), report(tmp_path / "large", 20)
    assert len(large.findings) == 2 * len(small.findings) > 150
    render(small, RenderOptions())  # the template is compiled once
    few, many = (calls(lambda each=each: render(each, RenderOptions())) for each in (small, large))
    assert many < 2.2 * few


def test_every_finding_is_a_place_of_its_rule_once(tmp_path: Path) -> None:
    run = report(tmp_path / "in", 3)
    page = html.document_fromstring(render(run, RenderOptions()))
    assert len(page.findall(".//li[@data-place]")) == len(run.findings)
    rules = page.findall(".//article")
    assert len(rules) == len({(finding.code, finding.severity) for finding in run.findings})
    for rule in rules:
        assert len(rule.findall("./ul/li[@data-place]")) <= OPEN_PLACES


def test_thousands_of_places_are_counted_and_not_listed(tmp_path: Path) -> None:
    run = report(tmp_path / "in", 1)
    one = run.findings[0]
    many = tuple(
        one.model_copy(update={"span": one.span.__class__(one.span.path, line, 1)}) for line in range(MAX_PLACES + 60)
    )
    page = html.document_fromstring(render(run.model_copy(update={"findings": many}), RenderOptions()))
    assert len(page.findall(".//li[@data-place]")) == OPEN_LISTED
    assert f"{MAX_PLACES + 60 - OPEN_LISTED:,} more are not listed here" in page.text_content()


@pytest.mark.parametrize("number", [OPEN_LISTED + 1, MAX_PLACES])
def test_places_up_to_the_bound_are_all_listed(tmp_path: Path, number: int) -> None:
    run = report(tmp_path / "in", 1)
    one = run.findings[0]
    many = tuple(one.model_copy(update={"span": one.span.__class__(one.span.path, line, 1)}) for line in range(number))
    page = html.document_fromstring(render(run.model_copy(update={"findings": many}), RenderOptions()))
    assert len(page.findall(".//li[@data-place]")) == number
    assert "more are not listed here" not in page.text_content()


def test_repairs_of_many_machines_are_those_of_their_findings(tmp_path: Path) -> None:
    run = report(tmp_path / "in", 40)
    repairable = [finding for finding in run.findings if finding.fix and (finding.fix.netsh or finding.fix.powershell)]
    assert sorted(finding.fingerprint for action in run.actions for finding in action.ends) == sorted(
        finding.fingerprint for finding in repairable
    )
    assert all(
        finding.fix and finding.fix.netsh == action.fix.netsh for action in run.actions for finding in action.ends
    )
    cards = html.document_fromstring(render(run, RenderOptions())).findall(".//li[@class='card']")
    assert 0 < len(cards) < 10


def test_three_hundred_rules_are_drawn_as_a_few_boxes(tmp_path: Path) -> None:
    rules = "".join(
        f'netsh advfirewall consec add rule name="Plant {number}" endpoint1=any '
        f"endpoint2=10.1.{number // 250}.{number % 250} "
        f"action={'requireinrequireout' if number % 2 else 'requestinrequestout'} auth1=computerkerb "
        f"{'qmsecmethods=esp:sha256-aes256+60min+100000kb' if number % 3 else ''}\n"
        for number in range(300)
    )
    (tmp_path / "plants.cmd").write_text(rules)
    run = check_paths(tmp_path / "plants.cmd", isolated=True, details=True)
    (outline,) = run.outlines
    assert outline.left_out == 0
    drawing = draw(outline, run.findings)
    assert len(drawing.boxes) < 15
    assert drawing.boxes[0].title == "100 connection security rules"
    assert drawing.height < 800


def test_a_proposal_is_drawn_in_full(tmp_path: Path) -> None:
    (tmp_path / "one.cmd").write_text(
        "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.1.0.0/16 action=requireinrequireout "
        "auth1=computerkerb qmsecmethods=esp:aesgcm256-aesgcm256+60min+2147483647kb\n"
    )
    run = check_paths(tmp_path / "one.cmd", isolated=True, details=True)
    drawn = [" ".join((box.title, *box.lines)) for box in draw(run.outlines[0], ()).boxes]
    assert "..." not in "".join(drawn)
    assert any("60 min 2147483647 KB" in words for words in drawn)


def test_what_to_do_first_is_merged_and_says_what_it_ends(tmp_path: Path, cli: Callable[..., Any]) -> None:
    run = report(tmp_path / "in", 1)
    first = run.actions[0]
    assert first.fix.netsh == "netsh advfirewall set global mainmode mmkeylifetime 480min,0sess"
    assert [finding.code for finding in first.ends] == ["QD001", "QD002", "QD025"]
    assert not first.fix.risky
    assert [action.fix.risky for action in run.actions] == sorted(action.fix.risky for action in run.actions)
    ended = [finding.fingerprint for action in run.actions for finding in action.ends]
    assert len(ended) == len(set(ended)) <= len(run.findings)
    cards = html.document_fromstring(render(run, RenderOptions())).findall(".//li[@class='card']")
    assert unwrapped(cards[0].text_content()).split(": ends ")[1].startswith("3 findings, 2 errors among them")


def pair(folder: Path, mine: str, theirs: str) -> str:
    """The report on two policies whose quick modes are these."""
    rule = (
        'netsh advfirewall consec add rule name="{name}" endpoint1={here} endpoint2={there} action=requireinrequireout '
        "auth1=computerkerb qmsecmethods={quick}+5min+200000kb\n"
    )
    folder.mkdir()
    (folder / "a.cmd").write_text(rule.format(name="<b>A", here="10.1.0.5", there="10.2.0.7", quick=mine))
    (folder / "b.cmd").write_text(rule.format(name="B", here="10.2.0.7", there="10.1.0.5", quick=theirs))
    found = check_paths(sorted(folder.iterdir()), config=None, isolated=True, details=True)
    return render(found, RenderOptions())


def test_two_ends_are_told_where_there_are_two(tmp_path: Path) -> None:
    strong, weak = "esp:sha256-aes256", "esp:sha1-aes128"
    (row,) = html.fromstring(pair(tmp_path / "differ", strong, weak)).xpath("//section[@id='pairs']//tbody/tr")
    cells = [unwrapped(cell.text_content()) for cell in row]
    assert cells[0].startswith('rule "<b>A"')
    assert cells[2] == "FAILS at quick-mode-suite (AuthIP)"
    assert cells[3].startswith("no quick-mode proposal of one end is whole in the other's list")
    (row,) = html.fromstring(pair(tmp_path / "agree", strong, strong)).xpath("//section[@id='pairs']//tbody/tr")
    assert unwrapped(row[2].text_content()) == "SECURED (AuthIP)"
    alone = render(report(tmp_path / "alone", 1), RenderOptions())
    assert html.fromstring(alone).xpath("//section[@id='pairs']") == []


@pytest.mark.parametrize(
    ("where", "checked", "rows"),
    [
        (["runs/incident"], "runs/incident", 1),
        (["runs/first/policy.cmd", "runs/domain-isolation/policy.cmd"], "2 machines", 2),
        (["formats/gpo-backup/{B0000000-0000-4000-8000-000000000001}"], "GPO corp.example\\Servers: ", 1),
    ],
)
def test_a_page_says_at_its_top_what_was_checked(
    where: list[str], checked: str, rows: int, fixtures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(fixtures)
    page = html.document_fromstring(render(check_paths(where, isolated=True, details=True), RenderOptions()))
    assert page.findtext(".//p[@class='title']").startswith(f"IPsec policy check: {checked}")
    assert page.findtext(".//title").startswith(f"IPsec policy check: {checked}")
    assert len(page.xpath("//section[@id='machines']//table[1]/tbody/tr[th[@scope='row']][not(.//svg)]")) >= rows


def test_a_repair_names_the_machine_where_there_are_several(fixtures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fixtures / "runs" / "demo")
    run = check_paths(["policies", "change"], isolated=True, details=True)
    titles = [
        " ".join(card.find("./p").text_content().split())
        for card in html.document_fromstring(render(run, RenderOptions())).findall(".//li[@class='card']")
    ]
    assert (
        'main-mode crypto set "default main-mode crypto set" of change/policies/servers.cmd: ends 3 findings, 2 errors '
        "among them"
    ) in titles
    assert (
        'main-mode crypto set "default main-mode crypto set" of policies/lab/probe.cmd: ends 1 finding, an error'
    ) in titles


def test_the_folder_that_a_run_is_in_is_called_so(fixtures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fixtures / "runs" / "incident")
    run = check_paths(["."], isolated=True, details=True)
    page = html.document_fromstring(render(run, RenderOptions())).text_content()
    assert "IPsec policy check: this folder" in page
    assert 'evidence of this folder: "queue drops"' in page
    words = text.render(run, RenderOptions())
    assert "why negotiations fail on this folder, most likely first" in words
    assert "evidence of ." not in words + page


def test_a_repair_of_hundreds_of_commands_says_how_many_lines_it_has(tmp_path: Path, cli: Callable[..., Any]) -> None:
    rules = "".join(
        f"netsh advfirewall consec add rule name=Site{site} endpoint1=any endpoint2=10.0.{site}.0/24 "
        "action=requireinrequireout auth1=computerkerb qmsecmethods=esp:sha256-aes128+5min+200000kb\n"
        for site in range(40)
    )
    (tmp_path / "sites.cmd").write_text(rules)
    cli(tmp_path / "sites.cmd", "-o", f"html:{tmp_path / 'page.html'}")
    page = html.fromstring((tmp_path / "page.html").read_text(encoding="utf-8"))
    counted = {
        (len(block), block.getparent().getnext().text if len(block) > 1 else None)
        for block in page.iterfind(".//pre[@id]")
    }
    assert counted == {(1, None), (40, "40 lines")}
