"""The text report: colour only where it is wanted, and an id beside a name only if it says more than the name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.finding import Basis, Finding, Severity, Subject
from ipseclint.reporters.text import _subject
from ipseclint.source import Span

Cli = Callable[..., Any]
COLOUR = "\x1b["


def finding(name: str, id: str | None) -> Finding:  # noqa: A002 - the field is called so
    subject = Subject(kind="main_mode_crypto_set", name=name, id=id)
    return Finding(
        code="QD001",
        name="short-main-mode-lifetime",
        severity=Severity.ERROR,
        basis=Basis.REASONED,
        message="m",
        subject=subject,
        span=Span("p", 1, 1),
        fingerprint="f",
        machine="p",
    )


@pytest.mark.parametrize(
    ("name", "id", "shown"),
    [
        ("Strong", "{A}", 'main-mode crypto set "Strong" {A}'),
        ("{A}", "{A}", 'main-mode crypto set "{A}"'),
        ("Strong", None, 'main-mode crypto set "Strong"'),
        ("", "{A}", "main-mode crypto set {A}"),
    ],
)
def test_an_id_is_shown_if_it_is_not_the_name(name: str, id: str | None, shown: str) -> None:  # noqa: A002
    assert _subject(finding(name, id)) == shown


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    (tmp_path / "policy.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n")
    return "policy.cmd"


@pytest.mark.parametrize(
    ("options", "coloured"),
    [((), False), (("--color",), True), (("--no-color",), False), (("--color", "-o", "text:report.txt"), False)],
)
def test_colour_is_for_terminals_or_when_asked_for(
    policy: str, cli: Cli, options: tuple[str, ...], coloured: bool
) -> None:
    ran = cli(policy, *options)
    text = Path("report.txt").read_text() if "text:report.txt" in options else ran.out
    assert "QD001" in text
    assert (COLOUR in text) is coloured
