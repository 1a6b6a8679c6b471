"""A report to be shared: no name and no address of the site is in it, and what was one thing is one word."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.keys.redaction import _Redaction, redacted
from ipseclint.finding import (
    Basis,
    Finding,
    FixText,
    Problem,
    ProblemCode,
    Related,
    Severity,
    Snippet,
    Subject,
    Waiver,
)
from ipseclint.report import (
    Action,
    CoverageRow,
    Crash,
    DigestAt,
    Explanation,
    Ignored,
    Input,
    InputStatus,
    LoadShare,
    NotChecked,
    NotJudged,
    ObjectAt,
    Outline,
    OverrideUsed,
    Report,
    Resolved,
    ScriptRepair,
    Settings,
    Since,
)
from ipseclint.reporters import format_names
from ipseclint.source import Span
from tests.reporters.test_text import SITES

SECRET_WORDS = ("Contoso", "Frankfurt", "10.77.1.5", "10.77.2.0", "2001:db8:77::1", "fileserver", "jdoe", "CHG-42")
POLICY = """netsh advfirewall set global mainmode mmkeylifetime 5min,1sess
netsh advfirewall consec add rule name="Frankfurt" endpoint1=10.77.1.5 endpoint2=10.77.2.0/24 \
action=requireinrequireout auth1=computercert auth1ca="C=DE, O=Contoso, CN=Contoso Root"
netsh advfirewall consec add rule name="Frankfurt v6" endpoint1=2001:db8:77::1 endpoint2=any \
action=requireinrequireout auth1=computerkerb qmsecmethods=esp:sha1-3des+15min
""".replace("\\\n", "")
WAIVERS = """[[waiver]]
rule = "QD004"
reason = "agreed with `fileserver`"
owner = "jdoe"
ticket = "CHG-42"
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Contoso").mkdir()
    (tmp_path / "Contoso" / "fileserver.cmd").write_text(POLICY)
    (tmp_path / "ipseclint-waivers.toml").write_text(WAIVERS)
    return tmp_path


@pytest.mark.drawn(3)
@pytest.mark.parametrize("output", format_names())
def test_no_name_and_no_address_is_in_any_output(desk: Path, cli: Callable[..., Any], output: str) -> None:
    plain = cli("Contoso", "-v", "-o", output).out
    assert any(word in plain for word in SECRET_WORDS)
    ran = cli("Contoso", "-v", "-o", output, "--redact")
    assert ran.code == 1, ran.err
    assert [word for word in SECRET_WORDS if word.casefold() in ran.out.casefold()] == []
    assert "QD001" in ran.out


def test_one_name_is_one_word_throughout(tmp_path: Path, cli: Callable[..., Any]) -> None:
    (tmp_path / "sites.cmd").write_text(SITES)
    plain, body = (
        json.loads(cli(tmp_path / "sites.cmd", "-o", "json", *options).out)["findings"]
        for options in ((), ("--redact",))
    )
    words = {(before["subject"]["name"], after["subject"]["name"]) for before, after in zip(plain, body, strict=True)}
    assert len(words) == len({before for before, _ in words}) == len({after for _, after in words}) == 26
    for finding in body:
        for name in re.findall(r'name="([^"]*)"', finding["fix"]["netsh"] or "" if finding["fix"] else ""):
            assert name == finding["subject"]["name"]


def test_a_report_says_that_names_are_replaced(desk: Path, cli: Callable[..., Any]) -> None:
    assert "names and addresses are replaced" in cli("Contoso", "-o", "markdown", "--redact").out
    assert json.loads(cli("Contoso", "-o", "json", "--redact").out)["settings"]["redacted"] is True


def test_the_owner_can_read_a_shared_report_again(desk: Path, cli: Callable[..., Any]) -> None:
    with_key = POLICY + 'netsh advfirewall consec add rule name="K" endpoint1=any endpoint2=10.9.0.0/16 '
    with_key += 'action=requireinrequestout auth1=computerpsk auth1psk="Zaubertrank-7"\n'
    (desk / "Contoso" / "fileserver.cmd").write_text(with_key)
    report = cli("Contoso", "--redact", "--redact-map", "words.json", "-o", "json").out
    text = (desk / "words.json").read_text(encoding="utf-8")
    words = json.loads(text)
    assert "Zaubertrank" not in text
    assert {"Frankfurt", "Contoso/fileserver.cmd"} <= set(words.values())
    assert all(word in words for word in re.findall(r"\b(?:name|ipv4|ipv6|file)-\d+(?:\.\w+)?", report))
    (finding,) = [each for each in json.loads(report)["findings"] if each["code"] == "QD001"]
    assert words[finding["location"]["path"]] == "Contoso/fileserver.cmd"


def test_a_map_without_redaction_is_refused(desk: Path, cli: Callable[..., Any]) -> None:
    ran = cli("Contoso", "--redact-map", "words.json")
    assert (ran.code, ran.err) == (2, "ipseclint: --redact-map needs --redact\n")
    ran = cli("Contoso", "--redact", "--redact-map", "Contoso/fileserver.cmd")
    assert (ran.code, "the run has read this file" in ran.err) == (2, True)


def test_each_part_of_a_report_has_its_words_replaced_and_all_else_kept() -> None:
    redaction = _Redaction()
    since = Since(path="alpha/old.json", fixed=(Resolved(code="QD001", subject="Alpha", count=2),), new=1, still=3)
    fails: dict[str, Any] = {
        "cause": "10.1.0.5 fails",
        "evidence_for": ("10.1.0.5 asks",),
        "evidence_against": ("2001:db8::1 is well",),
    }
    assert [
        redaction.since(None),
        redaction.since(since),
        redaction.not_judged(NotJudged(kind="k", name="Alpha", path="alpha/a.cmd")),
        redaction.explanation(Explanation(machine="alpha", codes=("QD001",), **fails)),
    ] == [
        None,
        Since(path="file-1.json", fixed=(Resolved(code="QD001", subject="name-1", count=2),), new=1, still=3),
        NotJudged(kind="k", name="name-1", path="file-2.cmd"),
        Explanation(
            machine="file-3",
            cause="ipv4-1 fails",
            evidence_for=("ipv4-1 asks",),
            evidence_against=("ipv6-1 is well",),
            codes=("QD001",),
        ),
    ]


PLACE = Span("Contoso/a.cmd", 3, 4, 5)
SUBJECT = Subject(kind="k", name="Contoso", id="Contoso", called="rule")
FIX = FixText(
    netsh='set "Contoso"',
    powershell="Set 'Contoso'",
    note='of "Contoso"',
    risky=True,
    protection="lowers",
    why='for "Contoso"',
    peers=('to "Contoso"', "plain"),
    also=("QD002",),
    options=" --risky",
    same_as="f",
)
FOUND = Finding(
    code="QD001",
    name="n",
    severity=Severity.ERROR,
    basis=Basis.REASONED,
    message='"Contoso" is short',
    subject=SUBJECT,
    span=PLACE,
    related=(Related(label='beside "Contoso"', span=PLACE),),
    fix=FIX,
    fingerprint="f",
    machine="Contoso",
    waiver=Waiver(reason='"Contoso" agreed', owner="Contoso", ticket="Contoso", expires="2026-01-01"),
    gpo="Contoso",
    citations=("RFC",),
    rulesets=("r",),
    is_new=True,
)
PROBLEM = Problem(code=ProblemCode.MALFORMED, message='"Contoso"', span=PLACE, gpo="Contoso")
SHOWN = Snippet(text="Contoso", column=1, length=2)
USED = OverrideUsed(paths=("Contoso",), ignore=("QD001",), severity={"CR004": "info"})
WHOLE = Report(
    version="1",
    ruleset="r",
    inputs=(Input(path="Contoso", format="f", status=InputStatus.PARTIAL, machine="Contoso", gpo="Contoso"),),
    findings=[FOUND],
    problems=[PROBLEM],
    not_checked=(NotChecked(code="QD001", needs=("site.peers",)),),
    ignored=(Ignored(path="Contoso", kind="empty"),),
    settings=Settings(
        configuration="Contoso", waivers="Contoso", baseline="Contoso", exclude=("Contoso",), overrides=(USED,)
    ),
    crashes=(Crash(where='on "Contoso"', error='"Contoso"', in_ruleset=True),),
    gone=(Resolved(code="QD001", subject="Contoso", count=2),),
    objects=[ObjectAt(subject=SUBJECT, machine="Contoso", span=PLACE)],
    actions=(Action(machine="Contoso", subject=SUBJECT, fix=FIX, ends=(FOUND,), notes=('to "Contoso"',)),),
)
"""A report with the name of the site wherever one can stand."""


def test_wherever_a_name_can_stand_it_is_replaced_and_what_shows_the_input_is_left_out() -> None:
    shown = FOUND.model_copy(update={"snippet": SHOWN})
    report = WHOLE.model_copy(
        update={
            "findings": [shown],
            "problems": [PROBLEM.model_copy(update={"snippet": SHOWN})],
            "outlines": (Outline(machine="Contoso", nodes=()),),
            "load": (LoadShare(machine="Contoso", label="l", per_second=1.0, detail="d"),),
            "coverage": (CoverageRow(machine="Contoso", group="g", addresses="a", classes=(), words="w"),),
            "script_repairs": (ScriptRepair(machine="Contoso", fingerprint="f", path="Contoso", replacements=()),),
            "digests": (DigestAt(machine="Contoso", place=1, data=b"Contoso"),),
        }
    )
    shared, meanings = redacted(report)
    assert set(meanings.values()) == {"Contoso", "Contoso/a.cmd"}
    for name in WHOLE.__struct_fields__:
        before, after = (getattr(each, name) for each in (WHOLE, shared))
        lists = isinstance(before, list | tuple)
        plain = re.sub(r"Contoso(/a\.cmd)?", "NAME", repr(list(before) if lists else before))
        words = re.sub(r"\b(name|id|gpo|owner|ticket|file)-\d+(\.cmd)?", "NAME", repr(list(after) if lists else after))
        assert words == plain.replace("redacted=False", "redacted=True"), name
