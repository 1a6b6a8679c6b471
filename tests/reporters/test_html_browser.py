"""The HTML report in a real browser: it renders, filters, asks the network for nothing, and runs nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.reporters.test_injection import NAMES, script, wfp

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

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


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


@pytest.fixture
def report(tmp_path: Path, cli: Callable[..., Any], fixtures: Path) -> str:
    out = tmp_path / "report.html"
    assert cli(fixtures / "runs" / "first" / "policy.cmd", "-o", f"html:{out}").code == 1
    return out.as_uri()


def test_it_renders_and_asks_for_nothing(page: Any, report: str) -> None:
    page.goto(report)
    assert page.asked == [report]
    assert page.locator("h1").inner_text() == "IPsec policy check"
    assert page.locator(".finding").count() >= 6
    assert page.locator("#policy svg .node").count() >= 4
    for link in page.locator("a[href^='#']").all():
        target = link.get_attribute("href")
        assert page.locator(f"[id='{target[1:]}']").count() == 1, target


def test_the_filters_work_without_script(browser: Any, report: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report)
    errors = page.locator(".finding.error")
    assert errors.first.is_visible()
    page.locator("#show-error").uncheck()
    assert not any(each.is_visible() for each in errors.all())
    page.locator("#show-CR").uncheck()
    assert not any(each.is_visible() for each in page.locator(".family-CR").all())
    assert page.locator(".finding.warning.family-QD").first.is_visible()
    assert not page.locator("#search").is_visible()
    context.close()


def test_the_text_filter_works(page: Any, report: str) -> None:
    page.goto(report)
    page.locator("#search").fill("master-pfs")
    shown = [each.locator("h4").inner_text() for each in page.locator(".finding").all() if each.is_visible()]
    assert len(shown) == 1
    assert "QD003" in shown[0]


def test_the_keyboard_reaches_everything(page: Any, report: str) -> None:
    page.goto(report)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#findings"
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate(
        "[...document.querySelectorAll('svg[role=img]')]"
        ".every(e => e.querySelector('title') || e.getAttribute('aria-label'))"
    )
    assert page.evaluate("[...document.querySelectorAll('input')].every(e => e.labels.length)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
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
        const all = [...document.querySelectorAll("p, a, dt, dd, h4, .badge, summary, li")]
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
    assert page.locator(".finding").first.is_visible()


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_do_not_run(page: Any, tmp_path: Path, cli: Callable[..., Any], name: str) -> None:
    (tmp_path / "state.xml").write_bytes(wfp(NAMES[name]))
    (tmp_path / "script.cmd").write_bytes(script(NAMES[name]))
    out = tmp_path / "report.html"
    cli(tmp_path / "state.xml", tmp_path / "script.cmd", "-o", f"html:{out}", "-v")
    page.goto(out.as_uri())
    assert page.title().startswith("IPsec policy check")
    assert page.asked == [out.as_uri()]
