"""A run over several inputs: what it tells of its progress, and which inputs it reports on."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from ipseclint import check_paths
from ipseclint.engine.checked import Checked
from ipseclint.engine.inputs.paths import candidates
from ipseclint.engine.job import Job
from ipseclint.engine.run import _NAMES_SHOWN, _passed_over, check
from ipseclint.report import GIVEN_LATER, NOT_HELD, Ignored, Input, InputStatus
from ipseclint.reporters import RenderOptions, format_names, reporter
from ipseclint.source import bytes_source
from ipseclint.vocabulary.dated_facts import DATED_FACTS, MAX_AGE_DAYS

POLICY = 'netsh ipsec static add policy name="P" mmlifetime=5\r\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.cmd").write_text(POLICY)
    (tmp_path / "words.cmd").write_text("echo no policy\r\n")
    return tmp_path


def test_progress_counts_from_one_to_all(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    inputs = [str(folder / "policy.cmd"), str(folder / "words.cmd")]
    check(candidates(inputs), Job(plans=()), lambda done, among: told.append((done, among)))
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("any_files", "reported"),
    [
        (False, [("policy.cmd", InputStatus.UNDERSTOOD), ("words.cmd", InputStatus.NO_IPSEC)]),
        (True, [("policy.cmd", InputStatus.UNDERSTOOD)]),
    ],
)
def test_of_any_files_only_those_with_policy_are_reported(
    folder: Path, any_files: bool, reported: list[tuple[str, InputStatus]]
) -> None:
    assert folder.is_dir()
    report = check(candidates(["policy.cmd", "words.cmd"]), Job(plans=(), any_files=any_files))
    assert [(each.path, each.status) for each in report.inputs] == reported


REGISTRY = """Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion]
"CurrentBuildNumber"="20348"
"UBR"=dword:00001300
"InstallationType"="Server"

[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters\\Ikev2]
"EnableServerFragmentation"=dword:00000001
"""


@pytest.mark.parametrize(
    ("as_of", "known"),
    [
        ("2026-04-13", []),
        ("2026-04-14", ["CVE-2026-33824 (remote-code)"]),
        ("2026-07-14", ["CVE-2026-33824 (remote-code)", "CVE-2026-50696 (denial-of-service)"]),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_what_was_published_later_is_not_missing_on_a_day(
    folder: Path, as_of: str, known: list[str], jobs: int
) -> None:
    for name in ("a.reg", "b.reg"):
        (folder / name).write_text(REGISTRY, "utf-16")
    day = date.fromisoformat(as_of)
    report = check_paths(["a.reg", "b.reg"], select="RF014", as_of=day, jobs=jobs)
    assert [finding.message.partition("; ")[0] for finding in report.findings] == (
        [f"build 20348.4864 has {', '.join(known)}"] * 2 if known else []
    )
    assert report.settings.as_of == as_of


def test_a_waiver_has_expired_as_of_a_later_day(folder: Path) -> None:
    waiver = '[[waiver]]\nrule = "QD001"\nreason = "a test"\nexpires = 2099-01-01\n'
    (folder / "ipseclint-waivers.toml").write_text(waiver)
    (folder / "p.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n")
    for day, codes in (("2099-01-01", ["QD001"]), ("2099-01-02", ["QD001", "WV001"])):
        report = check_paths("p.cmd", select="QD001", as_of=date.fromisoformat(day))
        assert sorted(finding.code for finding in report.findings) == codes


def test_a_report_says_when_the_facts_of_the_program_are_over_a_year_old(folder: Path) -> None:
    last = min(facts.read_on for facts in DATED_FACTS) + timedelta(days=MAX_AGE_DAYS)
    (folder / "p.cmd").write_text("netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\n")
    assert check_paths("p.cmd", as_of=last).outdated == ()
    old = check_paths("p.cmd", as_of=last + timedelta(days=1))
    sentence = (
        "the updates of the IKE service were read on 2026-11-25, 366 days before: anything newer is unknown; "
        "update ipseclint"
    )
    assert sentence in old.outdated
    for name in format_names():
        shown = " ".join("".join(reporter(name)(old, RenderOptions(color=False))).split())
        assert name == "concise" or "366 days before" in shown, name


def test_what_of_an_input_is_not_judged_is_counted_by_its_kind() -> None:
    names = tuple((f"n{number}", number) for number in range(1, _NAMES_SHOWN + 3))
    source = bytes_source("a", b"")
    shown = Input(path="a", format=None, status=InputStatus.PARTIAL)
    fields = {
        "other_events": "with events that are not about IPsec",
        "unread": "with members that are not read",
        "not_held": NOT_HELD,
        "given": GIVEN_LATER,
    }
    first = ", ".join(f"{number} x {name}" for name, number in names[:_NAMES_SHOWN])
    for field, kind in fields.items():
        for count in (_NAMES_SHOWN, _NAMES_SHOWN + 2):
            left = Checked(source, shown, **{field: names[:count]})  # type: ignore[arg-type]
            more = " and 2 more" if count > _NAMES_SHOWN else ""
            assert [*_passed_over([left])] == [Ignored(path=f"a ({first}{more})", kind=kind)]
    every = Checked(source, shown, other_events=names[:1], unread=names[1:2], not_held=names[2:3], given=names[3:4])
    assert [(each.path, each.kind) for each in _passed_over([Checked(source, shown), every])] == [
        (f"a ({number} x n{number})", kind) for number, kind in enumerate(fields.values(), start=1)
    ]
