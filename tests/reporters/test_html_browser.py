"""The HTML report in a real browser: it renders, filters, asks the network for nothing, and runs nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ipseclint.finding import Concern
from ipseclint.load.scenarios import Scenario
from tests.command_line import run_cli
from tests.reporters.test_injection import NAMES, script, wfp
from tests.reporters.test_text import SITES

pytest.importorskip("playwright")
from axe_playwright_python.sync_playwright import Axe

from tests.cases import cases

SERIOUS = {"serious", "critical"}

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

pytestmark = [pytest.mark.drawn(9), pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    page = browser.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.asked.append(f"error: {error}"))
    page.on("console", lambda message: page.asked.append(f"console: {message.text}"))
    yield page
    page.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, fixtures: Path) -> str:
    folder = tmp_path_factory.mktemp("report")
    out = folder / "report.html"
    assert run_cli(fixtures / "runs" / "first" / "policy.cmd", "-o", f"html:{out}").code == 1
    return out.as_uri()


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("sites")
    (folder / "sites.cmd").write_text(SITES)
    out = folder / "sites.html"
    assert run_cli(folder / "sites.cmd", "-o", f"html:{out}").code == 1
    return out.as_uri()


@pytest.fixture(scope="module")
def incident(tmp_path_factory: pytest.TempPathFactory, fixtures: Path) -> str:
    folder = tmp_path_factory.mktemp("incident")
    out = folder / "incident.html"
    run_cli(fixtures / "runs" / "incident", "-o", f"html:{out}")
    return out.as_uri()


@pytest.fixture(scope="module")
def negotiation(tmp_path_factory: pytest.TempPathFactory, fixtures: Path) -> str:
    folder = tmp_path_factory.mktemp("negotiation")
    out = folder / "negotiation.html"
    ends = (fixtures / "runs" / "first" / "policy.cmd", fixtures / "runs" / "domain-isolation" / "policy.cmd")
    assert run_cli("negotiate", *ends, "-o", f"html:{out}").code == 1
    return out.as_uri()


@pytest.fixture(scope="module")
def difference(tmp_path_factory: pytest.TempPathFactory, fixtures: Path) -> str:
    folder = tmp_path_factory.mktemp("difference")
    out = folder / "difference.html"
    ends = (fixtures / "runs" / "domain-isolation" / "policy.cmd", fixtures / "runs" / "first" / "policy.cmd")
    assert run_cli("diff", *ends, "-o", f"html:{out}").code == 1
    return out.as_uri()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, fixtures: Path) -> str:
    """A page with long paths of what was passed over, several machines, and a GPO."""
    folder = tmp_path_factory.mktemp("many")
    out = folder / "many.html"
    run_cli(fixtures / "runs" / "demo", fixtures / "formats" / "gpo-backup", "-o", f"html:{out}")
    return out.as_uri()


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory, fixtures: Path) -> str:
    pytest.importorskip("duckdb")
    folder = tmp_path_factory.mktemp("fleet")
    run_cli(fixtures / "runs" / "demo", "-o", f"duckdb:{folder / 'fleet.duckdb'}")
    assert run_cli("fleet", "report", folder / "fleet.duckdb", "-o", f"html:{folder / 'fleet.html'}").code == 0
    return (folder / "fleet.html").as_uri()


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("load")
    (folder / "sites.cmd").write_text(SITES)
    out = folder / "load.html"
    assert run_cli("load", folder / "sites.cmd", "--peers", "4000", "--quiet", "-o", out).code == 0
    return out.as_uri()


def test_the_load_page_begins_with_its_verdict_and_draws_each_scenario_as_its_own_run(page: Any, load: str) -> None:
    page.goto(load)
    assert page.asked == [load]
    assert page.locator("h1").inner_text().split(":")[0] in {"Safe", "Unsafe", "Cannot be told"}
    scenarios = page.locator("#h-scenarios ~ h3").all_inner_texts()
    assert scenarios == [scenario.value for scenario in Scenario]
    charts = [each.inner_html() for each in page.locator("#h-scenarios ~ .charts").all()]
    drawn = dict(zip(scenarios, charts, strict=True))
    assert len({drawn[name] for name in ("boot", "policy-push", "failover", "wan-outage")}) == 4
    words = " ".join(page.locator("#h-scenarios ~ p").all_inner_texts())
    assert "This run spreads the start of the peers over 1,800 s." in words
    terms = page.locator("#h-terms ~ dl").inner_text()
    assert all(word in terms for word in ("R*", "patience", "squared coefficient of variation"))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_it_renders_and_asks_for_nothing(page: Any, report: str) -> None:
    page.goto(report)
    assert page.asked == [report]
    assert page.locator("h1").inner_text() == "Do not deploy: 4 errors (1 by our own reasoning), 5 warnings"
    assert page.locator("article.rule").count() == 8
    assert page.locator(".machine svg .node").count() >= 4
    for link in page.locator("a[href^='#']").all():
        target = link.get_attribute("href")
        assert page.locator(f"[id='{target[1:]}']").count() == 1, target


def test_the_first_screen_has_the_verdict_the_questions_and_the_first_command(page: Any, report: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(report)
    assert page.locator(".questions dt").all_inner_texts() == [
        question.value for question in Concern if question is not Concern.INTENT
    ]
    command = page.locator("#first .command pre").first
    assert command.inner_text().split(" name=")[1].strip() == '"Branch servers" mmlifetime=480 qmpermm=0'
    box = command.bounding_box()
    assert box["y"] + box["height"] < 900


@pytest.mark.drawn(8)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("input_", ["negotiation", "difference"])
def test_nothing_of_two_ends_or_of_a_change_is_cut(
    page: Any, request: pytest.FixtureRequest, input_: str, width: int, scheme: str
) -> None:
    """A wide command may scroll in its box; no cell of a table reaches beyond the screen."""
    page.set_viewport_size({"width": width, "height": 8000})
    page.emulate_media(color_scheme=scheme)
    page.goto(request.getfixturevalue(input_))
    assert page.evaluate("document.documentElement.scrollWidth") == width
    edges = "[...document.querySelectorAll('td, th, dd, h1, h2, h3')].map(each => each.getBoundingClientRect().right)"
    assert all(edge <= width for edge in page.evaluate(edges))


def test_the_filters_work_without_script(browser: Any, report: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report)
    errors = page.locator(".rule.error, .row.error")
    assert errors.first.is_visible()
    page.locator("#show-error").uncheck()
    assert not any(each.is_visible() for each in errors.all())
    page.locator("#show-CR").uncheck()
    assert not any(each.is_visible() for each in page.locator(".family-CR").all())
    assert page.locator(".rule.warning.family-QD").first.is_visible()
    assert not page.locator("#search").is_visible()
    context.close()


def test_a_search_hides_rules_without_a_match_and_keeps_counts(page: Any, sites: str) -> None:
    page.goto(sites)
    assert page.locator("#shown").inner_text() == "106 of 106"
    page.locator("#search").fill("site 07")
    assert page.locator("#shown").inner_text() == "4 of 106"
    shown = [rule for rule in page.locator("article.rule").all() if rule.is_visible()]
    assert len(shown) == 4
    places = [place.text_content() for place in page.locator("[data-place]:not([hidden])").all()]
    assert len(places) == 4
    assert all('"Site 07"' in place for place in places)
    assert [row.inner_text() for row in page.locator("tr.row:visible .found").all()] == ["1"] * 4
    page.locator("#search").fill("preshared")
    assert page.locator("#shown").inner_text() == "25 of 106"
    page.locator("#search").fill("")
    assert page.locator("#shown").inner_text() == "106 of 106"


def test_a_command_is_copied_by_a_button(page: Any, report: str) -> None:
    page.goto(report)
    page.locator("button.copy").first.click()
    assert page.evaluate("getSelection().toString().trim()") == page.locator(".command pre").first.inner_text().strip()


@pytest.mark.drawn(10)
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(
    "input_", ["report", "sites", "incident", "load", "negotiation", "difference", "many", "fleet"]
)
def test_no_page_scrolls_sideways(page: Any, request: pytest.FixtureRequest, input_: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(request.getfixturevalue(input_))
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.drawn(10)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "input_", ["report", "sites", "incident", "load", "negotiation", "difference", "many", "fleet"]
)
def test_no_serious_fault_of_access(browser: Any, request: pytest.FixtureRequest, input_: str, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.goto(request.getfixturevalue(input_))
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    faults = Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults if fault["impact"] in SERIOUS] == []
    page.close()


def test_a_hundred_findings_print_on_few_pages(page: Any, sites: str) -> None:
    page.goto(sites)
    pages = page.pdf(format="A4").count(b"/Type /Page\n")
    assert 0 < pages <= 16


def test_the_keyboard_reaches_everything(page: Any, report: str) -> None:
    page.goto(report)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#rules"
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate(
        "[...document.querySelectorAll('svg[role=img]')]"
        ".every(e => e.querySelector('title') || e.getAttribute('aria-label'))"
    )
    assert page.evaluate("[...document.querySelectorAll('input')].every(e => e.labels.length)")


@cases("scheme", ["light", "dark"])
def test_text_is_readable_in_both_schemes(browser: Any, report: str, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.goto(report)
    ratio = page.evaluate(
        """() => {
        const rgb = text => text.match(/[0-9.]+/g).slice(0, 3).map(Number);
        const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const paper = light(rgb(getComputedStyle(document.body).backgroundColor));
        const all = [...document.querySelectorAll("p, a, dt, dd, h1, h3, .badge, summary, li")]
            .map(e => light(rgb(getComputedStyle(e).color)))
            .map(ink => (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05));
        return Math.min(...all);
    }"""
    )
    assert ratio >= 4.5
    page.close()


def test_it_prints(page: Any, report: str) -> None:
    page.goto(report)
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator(".rule").first.is_visible()
    assert not page.locator("button.copy").first.is_visible()


@pytest.mark.drawn(6)
@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_do_not_run(page: Any, tmp_path: Path, cli: Callable[..., Any], name: str) -> None:
    (tmp_path / "state.xml").write_bytes(wfp(NAMES[name]))
    (tmp_path / "script.cmd").write_bytes(script(NAMES[name]))
    out = tmp_path / "report.html"
    cli(tmp_path / "state.xml", tmp_path / "script.cmd", "-o", f"html:{out}", "-v")
    page.goto(out.as_uri())
    assert page.title().startswith("IPsec policy check")
    assert page.asked == [out.as_uri()]
